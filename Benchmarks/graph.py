"""The memory graph on a million edges, beside NetworkX, through the program's own doors.

    ./mneme bench graph [--memories 100000] [--edges 1000000] [--walks 300] [--json FILE]

Edges join memories at random, by a power law (Zipf, exponent 0.75: a few hubs, many with few). The memories have no vectors,
and come in by `remember`; the edges come in by `import_edges`. Times of explore are those of a caller over loopback, with
one connection: HTTP, authentication and JSON included. Warm means that the same starts were walked once before. Cold means
that the server has just started and its pages were dropped from the system's cache, where that is allowed (it needs root;
the table says whether it was); every walk begins somewhere else.

NetworkX holds the same graph in memory and answers the same question: personalised PageRank from the start over the
neighbourhood of that depth, the strongest twenty. At last, recall is measured by turns in two contexts of the same memories,
one that learns and asks its graph, and one that does neither (use_graph). The model embeds the questions of that part, if it is installed.
"""
from __future__ import annotations

import argparse
import bisect
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.pop(0)  # This folder, whose http.py is not Python's.
import http.client

import networkx

WORDS = "harbour lantern copper meadow signal orchard granite willow compass ember velvet glacier thistle anchor marble".split()


class Server:
    """The program on a data folder, and one connection to it."""

    def __init__(self, binary: str, data: Path, *flags: str):
        self.process = subprocess.Popen(
            [binary, "serve", "--data", str(data), "--port", "0", "--durability", "normal", "--log-level", "warning", *flags],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        url = self.process.stdout.readline().decode().strip()
        if not url.startswith("http"):
            sys.exit("the server does not start")
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=600)
        self.key = (data / "owner.key").read_text().strip()

    def ask(self, method: str, path: str, body: dict | None = None, client: str = "bench") -> dict:
        self.connection.request(
            method, path, None if body is None else json.dumps(body),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}", "User-Agent": client})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{path}: {answer.status} {text[:300].decode()}")
        return json.loads(text)

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def power_law_edges(memories: int, edges: int, draw: random.Random) -> list[tuple[int, int, float]]:
    sums = list(itertools.accumulate((rank + 1) ** -0.75 for rank in range(memories)))
    order = list(range(memories))
    draw.shuffle(order)
    seen: set[tuple[int, int]] = set()
    while len(seen) < edges:
        ends = [order[bisect.bisect_left(sums, draw.random() * sums[-1])] for _ in range(2)]
        if ends[0] != ends[1]:
            seen.add((ends[0], ends[1]))
    return [(source, target, round(draw.uniform(0.1, 3), 3)) for source, target in sorted(seen)]


def build(server: Server, context: str, memories: int, edges: list) -> tuple[list[str], float, float]:
    start = time.perf_counter()
    ids = []
    for number in range(memories):
        summary = f"{WORDS[number % 15]} {WORDS[number // 15 % 15]} number {number} of the {WORDS[number // 225 % 15]}"
        ids.append(server.ask("POST", "/api/v1/memory/remember", {
            "context_id": context, "summary": summary, "content": summary, "type": "note"})["memory_id"])
    middle = time.perf_counter()
    for first in range(0, len(edges), 1_000):
        answer = server.ask("POST", "/api/v1/memory/edges/import", {"context_id": context, "edges": [
            {"source_id": ids[s], "target_id": ids[t], "weight": w} for s, t, w in edges[first:first + 1_000]]})
        assert answer["skipped"] == 0, answer
    return ids, middle - start, time.perf_counter() - middle


def walks(server: Server, context: str, starts: list[str], depth: int) -> tuple[list[float], list[dict]]:
    times, answers = [], []
    for start in starts:
        begun = time.perf_counter()
        answers.append(server.ask("POST", "/api/v1/memory/explore", {"memory_id": start, "context_id": context, "depth": depth}))
        times.append(1e3 * (time.perf_counter() - begun))
    return times, answers


def drop_pages(data: Path) -> bool:
    for file in data.rglob("*"):
        if file.is_file():
            with open(file, "rb") as handle:
                os.fsync(handle.fileno())
                os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        Path("/proc/sys/vm/drop_caches").write_text("1")
        return True
    except OSError:
        return False


def peer(graph: networkx.Graph, starts: list[int], depth: int) -> list[float]:
    times = []
    for start in starts:
        begun = time.perf_counter()
        near = networkx.ego_graph(graph, start, radius=depth)
        ranks = networkx.pagerank(near, alpha=0.6, personalization={start: 1}, weight="weight")
        sorted(ranks, key=ranks.get, reverse=True)[:20]
        times.append(1e3 * (time.perf_counter() - begun))
    return times


def learning(server: Server, rounds: int, draw: random.Random) -> tuple[list[float], list[float], int]:
    """Recall with learning on and off, by turns, in two contexts of the same memories."""
    places = {}
    for name, learns in (("learning", True), ("not-learning", False)):
        answer = server.ask("POST", "/api/v1/contexts", {"name": name})
        places[learns] = answer.get("id") or answer["context"]["id"]
        server.ask("PATCH", f"/api/v1/contexts/{places[learns]}/search-config", {"use_graph": learns})
        for number in range(2_000):
            summary = f"{WORDS[number % 15]} {WORDS[number // 15 % 15]} number {number}"
            server.ask("POST", "/api/v1/memory/remember", {
                "context_id": places[learns], "summary": summary, "content": summary, "type": "note"})
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(rounds):
        query = f"{draw.choice(WORDS)} {draw.choice(WORDS)}"
        for learns in (True, False) if turn % 2 else (False, True):
            begun = time.perf_counter()
            server.ask("POST", "/api/v1/memory/recall", {
                "context_id": places[learns], "query": query, "k": 10}, client=f"visit-{turn // 4}")
            times[learns].append(1e3 * (time.perf_counter() - begun))
    stats = server.ask("GET", f"/api/v1/contexts/{places[True]}/graph-stats")
    return times[True][rounds // 10:], times[False][rounds // 10:], stats["edges"]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("--memories", type=int, default=100_000)
    ap.add_argument("--edges", type=int, default=1_000_000)
    ap.add_argument("--walks", type=int, default=300)
    ap.add_argument("--recalls", type=int, default=2_000)
    ap.add_argument("--json", type=Path)
    a = ap.parse_args()
    draw = random.Random(7)
    work = Path(tempfile.mkdtemp(prefix="mneme-graph-"))
    report: dict[str, float] = {}
    server = None
    try:
        edges = power_law_edges(a.memories, a.edges, draw)
        server = Server(a.binary, work / "data", "--embedding", "none")
        answer = server.ask("POST", "/api/v1/contexts", {"name": "graph"})
        context = answer.get("id") or answer["context"]["id"]
        ids, remembering, importing = build(server, context, a.memories, edges)
        degree = [0] * a.memories
        for source, target, _ in edges:
            degree[source] += 1
            degree[target] += 1
        report |= {"memories": a.memories, "edges": a.edges, "largest degree": max(degree),
                   "remembered per second": a.memories / remembering, "edges imported per second": a.edges / importing}
        print(f"{a.memories:,} memories in {remembering:.0f} s; {a.edges:,} edges in {importing:.0f} s "
              f"({a.edges / importing:,.0f}/s); degrees up to {max(degree):,}, median {sorted(degree)[a.memories // 2]}", flush=True)
        # Starts as edges have them: by degree, so that hubs are among them.
        ends = [draw.choice(edges)[draw.randrange(2)] for _ in range(3 * a.walks)]
        starts = ends[:a.walks]
        server.stop()
        dropped = drop_pages(work / "data")
        server = Server(a.binary, work / "data", "--embedding", "none")
        cold = ends[a.walks:]
        times = {("cold", 2): walks(server, context, [ids[n] for n in cold[:a.walks]], 2)[0]}
        walks(server, context, [ids[n] for n in starts], 2)
        times["warm", 2], answers = walks(server, context, [ids[n] for n in starts], 2)
        walks(server, context, [ids[n] for n in starts], 5)
        times["warm", 5], deep = walks(server, context, [ids[n] for n in starts], 5)
        print(f"\nexplore, {a.walks} walks each, from ends of random edges" + ("" if dropped else " (system cache not dropped: cold is the process only)"))
        print(f"{'':12s}{'p50 ms':>10s}{'p99 ms':>10s}{'max ms':>10s}")
        for (kind, depth), values in times.items():
            print(f"depth {depth} {kind}{percentile(values, .5):10.2f}{percentile(values, .99):10.2f}{max(values):10.2f}")
            report |= {f"explore {depth} {kind} p50": percentile(values, .5), f"explore {depth} {kind} p99": percentile(values, .99)}
        for depth, found in ((2, answers), (5, deep)):
            activated = sorted(x["metadata"]["total_activated"] for x in found)
            print(f"depth {depth}: reaches {activated[len(activated) // 2]:,} memories in the middle, {activated[-1]:,} at most; "
                  f"{sum(x['metadata']['truncated'] for x in found)} of {len(found)} say that they were truncated")

        graph = networkx.Graph()
        graph.add_weighted_edges_from(edges)
        few = starts[:max(10, a.walks // 15)]
        own = walks(server, context, [ids[n] for n in few], 2)[0]
        theirs = peer(graph, few, 2)
        ratio = percentile(theirs, .5) / percentile(own, .5)
        report |= {"networkx depth 2 p50": percentile(theirs, .5), "times faster than networkx": ratio}
        print(f"\nNetworkX {networkx.__version__}, depth 2, {len(few)} of those starts: p50 {percentile(theirs, .5):.1f} ms, "
              f"p99 {percentile(theirs, .99):.1f} ms; explore is {ratio:.0f} times faster by the median "
              f"({percentile(own, .5):.2f} ms), {percentile(theirs, .99) / percentile(own, .99):.0f} by p99")
        del graph

        server.stop()
        server = Server(a.binary, work / "other")
        on, off, learned = learning(server, a.recalls, draw)
        change = 100 * (percentile(on, .5) / percentile(off, .5) - 1)
        report |= {"recall p50 learning": percentile(on, .5), "recall p50 not learning": percentile(off, .5), "learning costs %": change}
        print(f"\nrecall in 2,000 memories, by turns: learning p50 {percentile(on, .5):.3f} ms, p99 {percentile(on, .99):.3f}; "
              f"graph off p50 {percentile(off, .5):.3f} ms, p99 {percentile(off, .99):.3f}: {change:+.1f} % ({learned} edges learned)")
        if a.json:
            a.json.write_text(json.dumps(report, indent=1))
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
