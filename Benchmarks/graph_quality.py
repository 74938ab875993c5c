"""Does the graph help to find? Retrieval of evidence with the graph off, cold and warm.

    ./mneme bench graph_quality FOLDER [--json FILE]

FOLDER holds conversations, a JSON file each:

    {"id": "a", "memories": [{"id": "m1", "text": "…", "speaker": "Ana", "date": "8 May 2023"}, …],
     "questions": [{"text": "…", "evidence": ["m1"], "category": 1}, …]}

`speaker`, `date` and `category` may be left out; questions of category 5 (whose premise is false) are passed over. A memory
is remembered for each entry, in a context for each conversation. Half of the questions are traffic: each a visit of its
own, which recalls ten and, if it `opens`, opens up to three of those that hold the evidence, as an agent does that reads
what answers. The other half is measured, and then the halves change places. Every measurement runs on a fresh copy of the
data, with a key that may only read, so it teaches nothing and counts for nothing in the next one.

    off         the graph does not count (use_graph false), before any traffic
    cold        it does, and has learned nothing
    off, after  the graph does not count, after the traffic: what other signals made of it (how often a memory was used)
    warm        it does, after the traffic; the graph's own part is warm against this `off`
"""
from __future__ import annotations

import argparse
import concurrent.futures
import json
import math
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.pop(0)  # This folder, whose http.py is not Python's.
import urllib.request

DEPTH = 100


class Server:
    """The program on a data folder."""

    def __init__(self, binary: str, data: Path):
        self.process = subprocess.Popen(
            [binary, "serve", "--data", str(data), "--port", "0", "--log-level", "warning"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.url = self.process.stdout.readline().decode().strip()
        if not self.url.startswith("http"):
            sys.exit(f"the server does not start on {data}")
        self.key = (data / "owner.key").read_text().strip()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_) -> None:
        # What was learned is written before it ends.
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, method: str, path: str, body: dict | None = None, key: str | None = None, client: str = "bench") -> dict:
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(), method=method,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key or self.key}", "User-Agent": client})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)


def load(folder: Path) -> list[dict]:
    conversations = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    for conversation in conversations:
        conversation["questions"] = [q for q in conversation["questions"] if q.get("category") != 5 and q["evidence"]]
    return conversations


def ingest(server: Server, conversations: list[dict]) -> list[dict]:
    """Remembers everything. Returns for each conversation its context and which memory is which entry."""
    places = []
    for number, conversation in enumerate(conversations):
        context = server.ask("POST", "/api/v1/contexts", {"name": f"conversation-{number}"})
        context = context.get("id") or context["context"]["id"]

        def remember(entry: dict) -> str:
            front = f"[{entry['date']}] " if entry.get("date") else ""
            front += f"{entry['speaker']}: " if entry.get("speaker") else ""
            text = front + entry["text"]
            return server.ask("POST", "/api/v1/memory/remember", {
                "context_id": context, "summary": text.ljust(10, ".")[:500], "content": text, "type": "conversation",
                "details": {name: entry[name] for name in ("speaker", "session", "position", "date") if name in entry}})["memory_id"]

        # In their order, since neighbours in time are neighbours in the store.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            ids = list(pool.map(remember, conversation["memories"]))
        places.append({"context": context, "entry": dict(zip(ids, (m["id"] for m in conversation["memories"])))})
    return places


def recall(server: Server, context: str, text: str, k: int, **more) -> list[str]:
    found = server.ask("POST", "/api/v1/memory/recall", {"context_id": context, "query": text, "k": k}, **more)
    return [result["memory_id"] for result in found["results"]]


def traffic(server: Server, conversations: list[dict], places: list[dict], half: int, opens: bool) -> None:
    for conversation, place in zip(conversations, places):
        for number, question in enumerate(conversation["questions"]):
            if number % 2 != half:
                continue
            visit = f"visit-{number}"
            found = recall(server, place["context"], question["text"], 10, client=visit)
            answering = [m for m in found if place["entry"][m] in question["evidence"]][:3]
            for memory in answering if opens else []:
                server.ask("GET", f"/api/v1/memory/reference/{memory}?context_id={place['context']}", client=visit)


def score(found: list[str], evidence: set[str]) -> tuple[float, float]:
    hits = [rank for rank, memory in enumerate(found) if memory in evidence]
    return sum(rank < 10 for rank in hits) / len(evidence), 1 / (hits[0] + 1) if hits else 0.0


def measure(binary: str, state: Path, conversations: list[dict], places: list[dict], half: int, uses_graph: bool) -> list:
    copy = state.with_name(state.name + "-copy")
    shutil.copytree(state, copy)
    scores = []
    try:
        with Server(binary, copy) as server:
            reader = server.ask("POST", "/api/v1/config/api-keys", {"name": "reader", "role": "viewer"})["secret"]
            for conversation, place in zip(conversations, places):
                server.ask("PATCH", f"/api/v1/contexts/{place['context']}/search-config", {"use_graph": uses_graph})
                for number, question in enumerate(conversation["questions"]):
                    if number % 2 != half:
                        found = recall(server, place["context"], question["text"], DEPTH, key=reader)
                        scores.append(score([place["entry"][m] for m in found], set(question["evidence"])))
    finally:
        shutil.rmtree(copy)
    return scores


def edges(binary: str, state: Path, places: list[dict]) -> int:
    copy = state.with_name(state.name + "-copy")
    shutil.copytree(state, copy)
    try:
        with Server(binary, copy) as server:
            return sum(server.ask("GET", f"/api/v1/contexts/{p['context']}/graph-stats")["edges"] for p in places)
    finally:
        shutil.rmtree(copy)


def mean(scores: list, which: int) -> float:
    return 100 * math.fsum(s[which] for s in scores) / len(scores)


def difference(after: list, before: list, which: int) -> str:
    """The mean difference in points, with the interval that holds 95 of 100 resamples of the questions."""
    gains = [100 * (a[which] - b[which]) for a, b in zip(after, before)]
    draw = random.Random(0)
    means = sorted(math.fsum(draw.choices(gains, k=len(gains))) / len(gains) for _ in range(2_000))
    return f"{math.fsum(gains) / len(gains):+.2f} [{means[50]:+.2f}, {means[1950]:+.2f}]"


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("folder", type=Path)
    ap.add_argument("--json", type=Path)
    a = ap.parse_args()
    conversations = load(a.folder)
    if not conversations:
        sys.exit(f"no conversations in {a.folder}")
    work = Path(tempfile.mkdtemp(prefix="mneme-graph-"))
    report: dict[str, dict[str, float]] = {}
    try:
        fresh = work / "fresh"
        with Server(a.binary, fresh) as server:
            places = ingest(server, conversations)
        rows: dict[str, list] = {"off": [], "cold": []}
        for half in (0, 1):
            rows["off"] += measure(a.binary, fresh, conversations, places, half, False)
            rows["cold"] += measure(a.binary, fresh, conversations, places, half, True)
        count = {}
        for kind, opens in (("recalls", False), ("recalls and opens", True)):
            off, warm, count[kind] = f"off, after {kind}", f"warm, after {kind}", 0
            rows[off], rows[warm] = [], []
            for half in (0, 1):
                state = work / f"state-{half}-{opens}"
                shutil.copytree(fresh, state)
                with Server(a.binary, state) as server:
                    traffic(server, conversations, places, half, opens)
                rows[off] += measure(a.binary, state, conversations, places, half, False)
                rows[warm] += measure(a.binary, state, conversations, places, half, True)
                count[kind] += edges(a.binary, state, places)
        print(f"{len(rows['off'])} questions, each measured once; {sum(len(c['memories']) for c in conversations)} memories; "
              + "; ".join(f"{n // 2} edges learned of a half by {kind}" for kind, n in count.items()))
        print(f"{'':32s}{'recall@10':>10s}{'MRR':>8s}")
        for name, scores in rows.items():
            report[name] = {"recall@10": mean(scores, 0), "MRR": mean(scores, 1)}
            print(f"{name:32s}{report[name]['recall@10']:10.2f}{report[name]['MRR']:8.2f}")
        print()
        for name, before in [("cold", "off")] + [(f"warm, after {k}", b) for k in count for b in ("off", f"off, after {k}")]:
            print(f"{name} against {before}: recall@10 {difference(rows[name], rows[before], 0)}, "
                  f"MRR {difference(rows[name], rows[before], 1)}")
        if a.json:
            a.json.write_text(json.dumps(report, indent=1))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
