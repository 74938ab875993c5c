"""The HTTP layer beside nginx and FastAPI, on this machine, in one run.

    ./mneme bench http [--seconds 4] [--rounds 3] [--json FILE]

Rounds visit every server in turn, since machines are noisy; the table gives the best rate of each, and ratios of best to
best. wrk sends to loopback only.
"""
from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEALTH = b'{"status":"ok"}'
FASTAPI = '''
from fastapi import FastAPI, Request
from pydantic import BaseModel
app = FastAPI()
class Item(BaseModel):
    id: str
    summary: str
    tags: list[str]
    details: dict
@app.get("/health")
async def health(): return {"status": "ok"}
@app.post("/echo")
async def echo(items: list[Item]): return items
'''
DOCUMENT = json.dumps([
    {"id": f"01976c1e-8f9a-7c3d-9b1f-{n:012d}", "summary": "The deploy failed because the token had expired at midnight",
     "tags": ["deploy", "auth", "release"], "details": {"attempt": n, "cost": 0.25 * n, "ok": n % 2 == 0}}
    for n in range(5)], separators=(",", ":"))


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(500):
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"{process.args[0]} does not listen")


def resident(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        total += int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))
    return total / 1024


def children(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid] + [int(p) for p in out]


def wrk(url: str, seconds: int, script: str | None) -> tuple[float, float, float]:
    command = ["wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", url]
    if script:
        command[1:1] = ["-s", script]
    out = subprocess.run(command, capture_output=True, text=True).stdout
    # A peer that takes longer than wrk's two seconds is slow, which its rate tells; anything else is no measurement.
    if "Non-2xx" in out or re.search(r"Socket errors: (?!connect 0, read 0, write 0)", out):
        sys.exit(f"{url}: {out}")
    unit = {"us": 1e-3, "ms": 1.0, "s": 1e3}

    def percentile(name: str) -> float:
        number, kind = re.search(name + r"%\s+([\d.]+)(us|ms|s)", out).groups()
        return float(number) * unit[kind]

    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), percentile("50"), percentile("99")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("--echo-server", required=True)
    ap.add_argument("--seconds", type=int, default=4)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--idle", type=int, default=10_000)
    ap.add_argument("--json", type=Path)
    a = ap.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mneme-bench-"))
    processes: list[subprocess.Popen] = []

    def start(command: list[str], port: int, **more) -> subprocess.Popen:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        processes.append(process)
        wait_for(port, process)
        return process

    try:
        ports = {name: free_port() for name in ("mneme", "echo", "nginx", "fastapi")}
        mneme = start([a.binary, "serve", "--data", str(folder / "data"), "--port", str(ports["mneme"]), "--log-level", "warning"], ports["mneme"])
        start([a.echo_server, str(ports["echo"])], ports["echo"])
        body = subprocess.run(["curl", "-s", f"http://127.0.0.1:{ports['mneme']}/health"], capture_output=True).stdout
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log /dev/null; events {{ worker_connections 1024; }}"
            f" http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}; proxy_temp_path {folder};"
            f" fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};"
            f" server {{ listen 127.0.0.1:{ports['nginx']} reuseport; default_type application/json;"
            f" location /health {{ return 200 '{body.decode()}'; }} }} }}")
        start([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], ports["nginx"])
        (folder / "fast.py").write_text(FASTAPI)
        start([sys.executable, "-m", "uvicorn", "fast:app", "--port", str(ports["fastapi"]), "--workers", "2",
               "--log-level", "error"], ports["fastapi"], cwd=folder)
        time.sleep(1)
        (folder / "echo.lua").write_text(
            f"wrk.method='POST'; wrk.body=[==[{DOCUMENT}]==]; wrk.headers['Content-Type']='application/json'")
        runs = [("health", name, f"http://127.0.0.1:{ports[name]}/health", None) for name in ("mneme", "nginx", "fastapi")]
        runs += [("echo", name, f"http://127.0.0.1:{ports[name]}/echo", str(folder / "echo.lua")) for name in ("echo", "fastapi")]
        best: dict[tuple[str, str], tuple[float, float, float]] = {}
        for _ in range(a.rounds):
            for what, name, url, script in runs:
                result = wrk(url, a.seconds, script)
                if result[0] > best.get((what, name), (0, 0, 0))[0]:
                    best[what, name] = result
        print(f"{'':10s}{'server':10s}{'requests/s':>12s}{'p50 ms':>9s}{'p99 ms':>9s}")
        for (what, name), (rate, p50, p99) in best.items():
            print(f"{what:10s}{name:10s}{rate:12,.0f}{p50:9.2f}{p99:9.2f}")
        health = best["health", "mneme"][0] / best["health", "nginx"][0]
        echo = best["echo", "echo"][0] / best["echo", "fastapi"][0]
        print(f"\nGET /health: {health:.2f} of nginx's rate (two workers, the same bytes)")
        print(f"echo of {len(DOCUMENT)} bytes of JSON: {echo:.1f} times the rate of FastAPI (two workers)")

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = min(a.idle, hard - 200)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        before = resident([mneme.pid])
        idle = []
        for number in range(wanted):
            s = socket.create_connection(("127.0.0.1", ports["mneme"]))
            s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            s.recv(4096)
            idle.append(s)
        after = resident([mneme.pid])
        print(f"{len(idle):,} idle connections: {before:.0f} MB resident before, {after:.0f} MB with them")
        for s in idle:
            s.close()
        if a.json:
            a.json.write_text(json.dumps({
                "results": {f"{w}/{n}": r for (w, n), r in best.items()}, "health_of_nginx": health,
                "echo_of_fastapi": echo, "idle": {"count": wanted, "before_mb": before, "after_mb": after}}, indent=1))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
