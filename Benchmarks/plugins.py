"""What another tenant's looping plugin costs: the recalls of a quiet tenant beside a loud one, in one run.

    ./mneme bench plugins [--recalls 300] [--rounds 3] [--json FILE]

The loud tenant remembers all the time. In one phase it has no plugin; in the other, two whose hooks never end by themselves,
so that each write spends a whole budget before it, and another one from the queue. The quiet tenant recalls in both. Phases
alternate, since machines are noisy; the best p50 and p99 of each count, and their ratio.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.pop(0)  # or else the http.py beside this file would be taken for Python's own
import urllib.request  # noqa: E402

MANIFEST = ('return {{ name = "{0}", version = "1.0.0", about = "Loops.", hooks = {{ "{0}" }} }}')
MAIN = "return {{ {0} = function() while true do end end }}"


class Client:
    def __init__(self, url: str, key: str):
        self.url, self.key = url, key

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"{}")

    def remember(self, text: str):
        self.call("POST", "/api/v1/memory/remember",
                  {"context_id": "default", "summary": text, "content": text, "type": "note"})


def loud(client: Client, stop: threading.Event, count: list[int]):
    while not stop.is_set():
        client.remember(f"Loud memory number {count[0]} of many")
        count[0] += 1
        time.sleep(0.02)


def phase(quiet: Client, noise: Client, recalls: int) -> tuple[list[float], int]:
    stop, count = threading.Event(), [0]
    thread = threading.Thread(target=loud, args=(noise, stop, count))
    thread.start()
    times = []
    for number in range(recalls):
        start = time.perf_counter()
        quiet.call("POST", "/api/v1/memory/recall",
                   {"context_id": "default", "query": f"which harbour opens at {number % 24}"})
        times.append(time.perf_counter() - start)
        time.sleep(0.005)
    stop.set()
    thread.join()
    return sorted(times), count[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--recalls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        server = subprocess.Popen(
            [arguments.binary, "serve", "--data", str(data), "--port", "0", "--embedding", "none"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            url = server.stdout.readline().decode().strip()
            noise = Client(url, (data / "owner.key").read_text().strip())
            made = subprocess.run(
                [arguments.binary, "workspace", "create", "quiet", "--data", str(data)], check=True, capture_output=True)
            quiet = Client(url, made.stdout.decode().split()[-1])
            for number in range(500):
                quiet.remember(f"The harbour number {number} opens at {number % 24} for ships of type {number % 7}")
            figures = {"alone": [], "beside": []}
            for _ in range(arguments.rounds):
                for name in figures:
                    if name == "beside":
                        for hook in ("before_remember", "after_remember"):
                            noise.call("POST", "/api/v1/plugins",
                                       {"manifest": MANIFEST.format(hook), "main": MAIN.format(hook)})
                    times, writes = phase(quiet, noise, arguments.recalls)
                    figures[name].append({
                        "p50_ms": times[len(times) // 2] * 1e3, "p99_ms": times[len(times) * 99 // 100] * 1e3,
                        "loud_writes": writes})
                    if name == "beside":
                        for hook in ("before_remember", "after_remember"):
                            noise.call("DELETE", f"/api/v1/plugins/{hook}")
        finally:
            server.terminate()
            server.wait()
    best = {name: {key: min(run[key] for run in runs) for key in ("p50_ms", "p99_ms")} for name, runs in figures.items()}
    ratios = {key: best["beside"][key] / best["alone"][key] for key in ("p50_ms", "p99_ms")}
    for name, values in best.items():
        print(f"{name:8}", "  ".join(f"{key} {value:7.2f}" for key, value in values.items()),
              "  loud writes", [run["loud_writes"] for run in figures[name]])
    print("ratio   ", "  ".join(f"{key} {value:7.2f}" for key, value in ratios.items()))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({"best": best, "ratio": ratios, "runs": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
