"""A real server on a free loopback port, and the real program on the command line."""
from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

BINARY = os.environ["MNEME_TEST_BINARY"]


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment without any setting of Mneme that this machine may have."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MNEME_") or k == "MNEME_MODELS"}
    return kept | extra


@dataclass
class Server:
    """`mneme serve` on a data folder of its own."""

    data: Path
    flags: list[str] = field(default_factory=list)
    process: subprocess.Popen | None = None
    url: str = ""

    def start(self) -> Server:
        self.log = open(self.data.parent / f"{self.data.name}.log", "ab")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", str(self.data), "--port", "0", *self.flags],
            stdout=subprocess.PIPE, stderr=self.log, env=clean_environment())
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url.startswith("http"), (self.data.parent / f"{self.data.name}.log").read_text()
        return self

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.process = None
        return code

    @property
    def key(self) -> str:
        return (self.data / "owner.key").read_text().strip()

    def client(self, key: str | None = None) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {key or self.key}"}, timeout=60, trust_env=False)


@pytest.fixture
def new_server(tmp_path):
    """Makes servers, and stops what is left of them."""
    servers: list[Server] = []

    def make(name: str = "data", *flags: str) -> Server:
        server = Server(tmp_path / name, list(flags))
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for a whole file of tests."""
    server = Server(tmp_path_factory.mktemp("server") / "data").start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def api(server):
    with server.client() as client:
        yield client


class CommandLine:
    """The program, on a data folder of its own."""

    def __init__(self, data: Path, **environment: str):
        self.environment = clean_environment(MNEME_DATA=str(data), **environment)

    def run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess:
        return subprocess.run([BINARY, *words], capture_output=True, env=self.environment, input=stdin)

    def json(self, *words: str) -> dict:
        done = self.run(*words)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)

    def text(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout.decode()


@pytest.fixture
def command_line(tmp_path):
    return CommandLine(tmp_path / "data")


def memory(summary: str, **more) -> dict:
    """The least that `remember` takes."""
    return {"context_id": "default", "summary": summary, "content": summary, "type": "note"} | more
