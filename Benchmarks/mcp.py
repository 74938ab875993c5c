"""What MCP costs beyond the operation itself, on this machine, in one run.

    ./mneme bench mcp [--calls 3000] [--sessions 1000] [--json FILE]

The overhead of tools/call is what one call over HTTP takes on a kept connection beyond the same operation over REST on
the same server and beyond `GET /health`: both are given, since the first compares two doors and the second counts all of
the door and the operation. Calls of the three kinds take turns, so that what else the machine does hits all alike.
"""
from __future__ import annotations

import argparse
import sys

# This folder has an http.py of its own, which is not meant here.
sys.path.pop(0)

import http.client  # noqa: E402
import json
import re
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

MODERN = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
OPENING = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}


def message(method: str, params: dict) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": META} | params}).encode()


def resident(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


class Door:
    """A kept connection."""

    def __init__(self, port: int, key: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[float, bytes]:
        sent = self.headers | headers
        start = time.perf_counter()
        self.connection.request(method, path, body=body, headers=sent)
        answer = self.connection.getresponse()
        data = answer.read()
        spent = time.perf_counter() - start
        assert answer.status == 200, (answer.status, data)
        return spent * 1e6, data

    def modern(self, method: str, path: str = "/mcp", params: dict | None = None) -> tuple[float, bytes]:
        headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
        if params and "name" in params:
            headers["Mcp-Name"] = params["name"]
        return self.ask("POST", path, message(method, params or {}), **headers)


def overhead(port: int, key: str, calls: int) -> dict[str, float]:
    door = Door(port, key)

    def call() -> float:
        return door.modern("tools/call", "/mcp", {"name": "list_contexts", "arguments": {}})[0]

    kinds = {
        "tools/call list_contexts": call,
        "REST list_contexts": lambda: door.ask("GET", "/api/v1/contexts")[0],
        "GET /health": lambda: door.ask("GET", "/health")[0],
    }
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(calls + 200):
        for kind, ask in kinds.items():
            spent = ask()
            if turn >= 200:
                times[kind].append(spent)
    return {kind: statistics.median(values) for kind, values in times.items()}


def open_sessions(port: int, key: str, count: int) -> list[socket.socket]:
    door = Door(port, key)
    streams = []
    for _ in range(count):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": OPENING}).encode()
        door.connection.request("POST", "/mcp", body=body, headers=door.headers)
        answer = door.connection.getresponse()
        answer.read()
        stream = socket.create_connection(("127.0.0.1", port))
        stream.sendall(
            f"GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nAccept: text/event-stream\r\n"
            f"MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: {answer.getheader('Mcp-Session-Id')}\r\n\r\n".encode())
        received = b""
        while b": ping" not in received:
            received += stream.recv(4096)
        streams.append(stream)
    return streams


def start_of_pipes(binary: str, data: Path, rounds: int) -> float:
    """Milliseconds from the start of the process to its answer to `initialize`, the median."""
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": OPENING}).encode() + b"\n"
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        process = subprocess.Popen(
            [binary, "mcp", "--data", str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdin.write(line)
        process.stdin.flush()
        assert b"serverInfo" in process.stdout.readline()
        times.append((time.perf_counter() - begin) * 1e3)
        process.stdin.close()
        process.wait()
    return statistics.median(times)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("binary")
    ap.add_argument("--calls", type=int, default=3_000)
    ap.add_argument("--sessions", type=int, default=1_000)
    ap.add_argument("--json", type=Path)
    a = ap.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, a.sessions + 500)), hard))
    folder = Path(tempfile.mkdtemp(prefix="mneme-bench-"))
    data = folder / "data"
    server = subprocess.Popen(
        [a.binary, "serve", "--data", str(data), "--port", "0", "--log-level", "warning", "--connections-per-address",
         str(a.sessions + 100)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(server.stdout.readline().strip().rsplit(":", 1)[1])
        key = (data / "owner.key").read_text().strip()
        medians = overhead(port, key, a.calls)
        for kind, median in medians.items():
            print(f"{kind:28s}{median:9.0f} µs p50")
        call = medians["tools/call list_contexts"]
        beyond_rest, beyond_health = call - medians["REST list_contexts"], call - medians["GET /health"]
        print(f"tools/call beyond REST {beyond_rest:.0f} µs; beyond an empty request, operation and all, {beyond_health:.0f} µs")

        door = Door(port, key)
        sizes = {}
        for profile in ("core", "full", "admin"):
            tools = json.loads(door.modern("tools/list", f"/mcp?profile={profile}")[1])["result"]["tools"]
            size = len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")).encode())
            sizes[profile] = {"tools": len(tools), "bytes": size}
            print(f"tools/list {profile:8s}{len(tools):4d} tools {size:7,d} bytes")

        before = resident(server.pid)
        streams = open_sessions(port, key, a.sessions)
        after = resident(server.pid)
        print(f"{a.sessions:,} legacy sessions with a stream each: {before:.0f} MB resident before, {after:.0f} MB with them")
        for stream in streams:
            stream.close()
        start = start_of_pipes(a.binary, data, 15)
        print(f"mneme mcp answers initialize {start:.0f} ms after its start")
        if a.json:
            a.json.write_text(json.dumps({
                "microseconds_p50": medians, "beyond_rest": beyond_rest, "beyond_health": beyond_health, "lists": sizes,
                "sessions": {"count": a.sessions, "before_mb": before, "after_mb": after}, "start_ms": start}, indent=1))
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
