"""Plugins on a real server: the tutorial as it is printed, the webhook to a real receiver, a folder that is watched."""
from __future__ import annotations

import hashlib
import hmac
import json
import re
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from conftest import BINARY, clean_environment, memory

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "a secret of some length"


def eventually(question, why: str):
    """What `question` answers, as soon as that is something. The bound only ends a test that would fail anyway."""
    for _ in range(600):
        answer = question()
        if answer:
            return answer
        time.sleep(0.05)
    pytest.fail(why)


class Receiver:
    """A web server that remembers what it is sent, and refuses as often as it is told to."""

    def __init__(self, refusals: int = 0):
        self.requests: list[tuple[dict, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body))
                self.send_response(503 if len(receiver.requests) <= refusals else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver(refusals=2)
    yield receiver
    receiver.close()


def shipped(name: str) -> dict:
    folder = PROJECT / "plugins" / name
    return {"manifest": (folder / "manifest.lua").read_text(), "main": (folder / "main.lua").read_text()}


def notifier(receiver: Receiver) -> dict:
    return shipped("webhook-notifier") | {
        "grant": [f"http.fetch:{receiver.host}"],
        "settings": {"url": f"http://{receiver.host}/mneme", "secret": SECRET},
    }


def is_genuine(headers: dict, body: bytes, secret: bytes) -> bool:
    """As the README of the notifier prints it."""
    page = (PROJECT / "plugins/webhook-notifier/README.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.S).group(1)
    names = {"hmac": hmac, "hashlib": hashlib}
    exec(code, names)
    return names["is_genuine"](headers, body, secret)


def test_a_webhook_is_signed_repeated_and_arrives(new_server, receiver):
    server = new_server("data", "--plugin-private-hosts", receiver.host, "--plugin-retry-seconds", "0.05")
    with server.client() as api:
        installed = api.post("/api/v1/plugins", json=notifier(receiver))
        assert installed.status_code == 201, installed.text
        assert SECRET not in installed.text
        stored = api.post("/api/v1/memory/remember", json=memory("The harbour opens at nine")).json()
        eventually(lambda: len(receiver.requests) >= 3, "the webhook did not arrive")
        assert len({headers["X-Mneme-Delivery"] for headers, _ in receiver.requests}) == 1
        for headers, body in receiver.requests:
            assert is_genuine(headers, body, SECRET.encode())
            assert not is_genuine(headers, body + b" ", SECRET.encode())
        assert json.loads(receiver.requests[2][1])["memory"]["id"] == stored["memory_id"]
        eventually(lambda: api.get("/api/v1/tasks", params={"state": "finished"}).json()["tasks"], "no task is finished")
        log = api.get("/api/v1/plugins/webhook-notifier/logs").json()["lines"]
        assert [line["level"] for line in log] == ["error", "error"]
        assert "answered 503 to attempt 1" in log[0]["text"]


def test_without_the_opt_in_no_private_host_is_asked_and_the_work_is_parked_and_retried(new_server, receiver):
    server = new_server("data", "--plugin-attempts", "2", "--plugin-retry-seconds", "0.05")
    with server.client() as api:
        assert api.post("/api/v1/plugins", json=notifier(receiver)).status_code == 201
        api.post("/api/v1/memory/remember", json=memory("The harbour opens at nine"))
        parked = eventually(lambda: api.get("/api/v1/tasks").json()["tasks"], "nothing was parked")
        assert "no public address" in parked[0]["error"]
        assert receiver.requests == []
        # The work survives the server, and whoever allows the host sends it on its way again.
        assert server.stop() == 0
    server.flags = ["--plugin-private-hosts", receiver.host, "--plugin-retry-seconds", "0.05"]
    server.start()
    with server.client() as api:
        again = api.post(f"/api/v1/tasks/{parked[0]['task_id']}/retry")
        assert again.status_code == 200, again.text
        eventually(lambda: len(receiver.requests) >= 3, "the webhook did not arrive")


def test_the_tutorial_works_as_it_is_printed(new_server, tmp_path):
    page = (PROJECT / "docs/plugins.md").read_text().split("## The manifest")[0]
    scripts = dict(re.findall(r"```lua (\w+)\n(.*?)```", page, re.S))
    commands = [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines()]
    assert [line.split()[1] for line in commands] == [
        "plugin", "plugin", "plugin", "plugin", "remember", "recall", "plugin"]
    server = new_server()
    environment = clean_environment(MNEME_DATA=str(server.data))

    def run(line: str) -> str:
        words = re.findall(r'"[^"]*"|\S+', line)
        done = subprocess.run(
            [BINARY, *(word.strip('"') for word in words[1:])], cwd=tmp_path, env=environment, capture_output=True)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout.decode()

    outputs = [run(line) for line in commands[:2]]
    assert "2 tests passed" in outputs[1] and "memory.write, log" in outputs[1]
    (tmp_path / "shout/main.lua").write_text(scripts["main"])
    (tmp_path / "shout/test/shout_test.lua").write_text(scripts["test"])
    assert "1 tests passed" in run(commands[2])
    for line in commands[3:5]:
        run(line)
    eventually(lambda: "SHOUTED: THE HARBOUR OPENS AT NINE" in run(commands[5]), "nobody shouted")
    assert "shouted" in eventually(lambda: run(commands[6]), "nothing was logged")
    for file in [".luarc.json", "types/mneme.lua", "README.md"]:
        assert (tmp_path / "shout" / file).exists()


def test_a_failing_test_and_a_plugin_that_cannot_run_end_in_an_error(command_line, tmp_path):
    folder = tmp_path / "sad"
    assert command_line.run("plugin", "new", str(folder)).returncode == 0
    (folder / "test/sad_test.lua").write_text("return { fails = function() expect_equal(1, 2) end }")
    done = command_line.run("plugin", "test", str(folder))
    assert done.returncode == 1 and b"expected 2, found 1" in done.stdout
    (folder / "main.lua").write_text("return { after_remember = function( }")
    done = command_line.run("plugin", "check", str(folder))
    assert done.returncode == 2 and b"main.lua:1" in done.stderr, done
    assert command_line.run("plugin", "new", "Not A Name").returncode == 2
    # What is not granted is not installed, and the message says what to grant.
    good = tmp_path / "good"
    command_line.run("plugin", "new", str(good))
    done = command_line.run("plugin", "install", str(good))
    assert done.returncode == 2 and b"memory.write, log" in done.stdout, done
    assert command_line.json("plugin", "install", str(good), "--grant", "memory.write", "--grant", "log", "--set",
                             "word=harbour")["settings"]["word"] == "harbour"
    assert [p["name"] for p in command_line.json("plugin", "list")["plugins"]] == ["good"]
    command_line.json("plugin", "remove", "good")
    assert command_line.json("plugin", "list")["plugins"] == []


def test_a_folder_is_watched(new_server, tmp_path):
    folder = tmp_path / "plugins" / "tagger"
    folder.mkdir(parents=True)
    (folder / "manifest.lua").write_text(
        'return { name = "tagger", version = "1.0.0", about = "Tags.", hooks = { "before_remember" }, '
        'config = { tag = { type = "string", about = "The tag.", required = true } } }')
    main = "return { before_remember = function(_, event) return { tags = { event.config.tag .. 'N' } } end }"
    (folder / "main.lua").write_text(main.replace("N", "-1"))
    (folder / "config.lua").write_text('return { tag = "seen" }')
    server = new_server("data", "--plugins", str(tmp_path / "plugins"))
    with server.client() as api:
        def plugins() -> list:
            return api.get("/api/v1/plugins").json()["plugins"]

        def tags(text: str) -> list:
            stored = api.post("/api/v1/memory/remember", json=memory(text)).json()
            found = api.post("/api/v1/memory/recall", json={"context_id": "default", "query": text, "k": 1}).json()
            assert found["results"][0]["memory_id"] == stored["memory_id"]
            return found["results"][0]["tags"]

        first = eventually(plugins, "the plugin was not installed")[0]
        assert tags("The first harbour opens at nine") == ["seen-1"]
        (folder / "main.lua").write_text(main.replace("N", "-2"))
        eventually(lambda: plugins()[0]["hash"] != first["hash"], "the change was not seen")
        assert tags("A second lighthouse shines at ten") == ["seen-2"]
        # A version that cannot run leaves the one before it in place.
        (folder / "main.lua").write_text("return {")
        log = server.data.parent / "data.log"
        eventually(lambda: "plugin not installed" in log.read_text(), "the failure was not logged")
        assert tags("Third comes a bridge at eleven") == ["seen-2"]
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        eventually(lambda: plugins() == [], "the plugin was not removed")
