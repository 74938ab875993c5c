"""What is found by meaning: with the built-in model, with a model elsewhere, and while that is away."""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import CommandLine, memory

STAND_IN = Path(__file__).parent / "standins" / "embeddings.py"


def recall(api, query: str, **more):
    answer = api.post("/api/v1/memory/recall", json={"context_id": "default", "query": query} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_question_in_other_words_finds_its_answer(api):
    for text in [
        "The deploy failed because the JWT had expired",
        "Alice prefers dark roast coffee from Ethiopia",
        "The office cat sleeps on the router",
        "Invoices are rounded per line, not per total",
    ]:
        api.post("/api/v1/memory/remember", json=memory(text))
    expected = {
        "why did login break after release": "JWT",
        "what should I brew for my colleague": "coffee",
        "where does our pet rest": "cat",
        "how do we handle cents on bills": "Invoices",
    }
    for query, word in expected.items():
        found = recall(api, query, explain=True)
        assert word in found["results"][0]["summary"], query
        assert "degraded" not in found
        assert {"semantic", "keyword"} <= found["results"][0]["explanation"]["signals"].keys()


def test_a_changed_text_is_found_by_its_new_meaning(api):
    identifier = api.post("/api/v1/memory/remember", json=memory("The meeting room has a projector")).json()["memory_id"]
    changed = api.post("/api/v1/memory/update", json={
        "context_id": "default", "memory_id": identifier, "summary": "Bicycles are parked in the cellar", "content": "Cellar"}).json()
    assert changed["re_embedded"] is True
    assert recall(api, "where can I leave my bike")["results"][0]["memory_id"] == identifier


def test_keyword_mode_needs_no_model(new_server):
    server = new_server("words", "--embedding", "none")
    with server.client() as api:
        api.post("/api/v1/memory/remember", json=memory("The projector needs a new lamp"))
        assert recall(api, "projector", search_mode="keyword")["count"] == 1
        found = recall(api, "projector")
        assert found["degraded"] is True and found["count"] == 1


def test_what_was_written_without_the_model_is_embedded_later(new_server):
    server = new_server("later", "--embedding", "none")
    with server.client() as api:
        api.post("/api/v1/memory/remember", json=memory("The deploy failed because the JWT had expired"))
        api.post("/api/v1/memory/remember", json=memory("Alice prefers dark roast coffee from Ethiopia"))
    server.stop()
    server.flags = []
    server.start()
    with server.client() as api:
        while "JWT" not in recall(api, "why did login break after release", search_mode="semantic")["results"][0]["summary"]:
            time.sleep(0.05)


@pytest.fixture
def stand_in():
    process = subprocess.Popen([sys.executable, str(STAND_IN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process.stdout.readline().decode().strip()
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0


def test_a_model_elsewhere_takes_the_place_of_the_built_in_one(new_server, stand_in):
    import httpx

    remote = {"provider": "openai", "url": f"{stand_in}/v1", "model": "test-small", "dimensions": 8, "key": "test-key-1234567890"}
    server = new_server("remote", "--remote-embedding", json.dumps(remote))
    with server.client() as api:
        identifier = api.post("/api/v1/memory/remember", json=memory("Vectors of this text come from elsewhere")).json()["memory_id"]
        found = recall(api, "Vectors of this text come from elsewhere", search_mode="semantic")
        assert found["results"][0]["memory_id"] == identifier and "degraded" not in found
        # While it is away, writes are accepted and found by their words; afterwards they get their vectors.
        httpx.post(f"{stand_in}/standin/next", json={"status": 503, "times": 5}, trust_env=False)
        late = api.post("/api/v1/memory/remember", json=memory("Written while the model was away for lunch"))
        assert late.status_code == 201 and late.json()["embedding_status"] == "pending"
        found = recall(api, "lunch")
        assert found["degraded"] is True and found["results"][0]["memory_id"] == late.json()["memory_id"]
        # The circuit breaker leaves it in peace for some seconds; then a job catches up.
        while api.get("/api/v1/workspace/embedding-status").json()["pending"] > 0:
            time.sleep(0.1)
        found = recall(api, "Written while the model was away for lunch", search_mode="semantic")
        assert found["results"][0]["memory_id"] == late.json()["memory_id"] and "degraded" not in found
    assert "test-key" not in (server.data.parent / "remote.log").read_text()


def test_a_context_changes_its_model_while_it_serves_and_goes_back(new_server, stand_in):
    import httpx

    remote = {"provider": "openai", "url": f"{stand_in}/v1", "model": "test-small", "dimensions": 8, "key": "test-key-1234567890"}
    server = new_server("change", "--embedding-models", json.dumps([remote]))
    with server.client() as api:
        offered = api.get("/api/v1/system/embedding/models").json()
        names = {model["name"]: model for model in offered["models"]}
        assert offered["standard"] == "all-MiniLM-L6-v2" and names["all-MiniLM-L6-v2"]["is_available"] is True
        assert names["test-small"]["kind"] == "remote" and names["test-small"]["dimensions"] == 8
        for number in range(80):
            api.post("/api/v1/memory/remember", json=memory(f"Delivery number {number} went to the harbour"))
        answer = api.patch("/api/v1/contexts/default", json={"embedding_model": "test-small"})
        assert answer.status_code == 422 and "change_embedding_model" in answer.json()["message"]
        answer = api.patch("/api/v1/contexts/default", json={"embedding_model": "no-such-model"})
        assert answer.status_code == 422 and "test-small" in answer.json()["message"]

        # The first tries fail: the old vectors serve meanwhile.
        httpx.post(f"{stand_in}/standin/next", json={"status": 500, "times": 4}, trust_env=False)
        begun = api.post("/api/v1/contexts/default/embedding-model", json={"embedding_model": "test-small"})
        assert begun.status_code == 200 and begun.json()["next"]["pending"] == 80
        assert "degraded" not in recall(api, "where did number 7 go", search_mode="semantic")

        def wait_for(model: str) -> dict:
            while True:
                status = api.get("/api/v1/workspace/embedding-status").json()
                only = status["contexts"][0]
                if "next" not in only and only["present"]["model"].startswith(model):
                    return status
                time.sleep(0.05)

        status = wait_for("test-small@")
        assert (status["memories"], status["embedded"], status["pending"], status["failed"]) == (80, 80, 0, 0)
        text = "Delivery number 7 went to the harbour"
        found = recall(api, text, search_mode="semantic")
        assert found["results"][0]["summary"] == text and "degraded" not in found

        undone = api.post("/api/v1/contexts/default/embedding-model/undo", json={}).json()
        assert undone["present"]["model"].startswith("all-MiniLM-L6-v2@") and "next" not in undone
        assert api.get("/api/v1/contexts/default").json()["context"]["embedding_model"].startswith("all-MiniLM-L6-v2@")
    # Without the model that a context has, it is found by words, and says why.
    server.stop()
    server.flags = []
    server.start()
    with server.client() as api:
        made = api.post("/api/v1/contexts", json={"name": "gone", "embedding_model": "test-small"})
        assert made.status_code == 422


def test_failed_texts_are_listed_and_tried_again(new_server, stand_in):
    import httpx

    remote = {"provider": "openai", "url": f"{stand_in}/v1", "model": "test-small", "dimensions": 8, "key": "test-key-1234567890"}
    server = new_server("failed", "--remote-embedding", json.dumps(remote))
    with server.client() as api:
        httpx.post(f"{stand_in}/standin/next", json={"status": 400, "times": 3}, trust_env=False)
        identifier = api.post("/api/v1/memory/remember", json=memory("A text that nobody wants to embed")).json()["memory_id"]

        def status():
            return api.get("/api/v1/workspace/embedding-status").json()

        while status()["failed"] == 0:
            time.sleep(0.05)
        failure = status()["contexts"][0]["failures"][0]
        assert failure["memory_id"] == identifier and "status 400" in failure["reason"] and failure["attempts"] == 1
        assert recall(api, "nobody wants")["results"][0]["memory_id"] == identifier
        assert api.post("/api/v1/workspace/embedding-status/retry", json={"context_id": "default"}).json()["retried"] == 1
        while status()["embedded"] == 0:
            time.sleep(0.05)
        assert status()["failed"] == 0


def test_the_command_line_changes_a_model_without_a_server(command_line):
    command_line.json("remember", "The deploy failed because the JWT had expired")
    status = command_line.json("change_embedding_model", "default", "all-MiniLM-L6-v2-exact", "--wait")
    assert status["present"]["model"] == "all-MiniLM-L6-v2@1-exact/384" and status["present"]["embedded"] == 1
    found = command_line.json("recall", "why did login break after release", "--search-mode", "semantic")
    assert "JWT" in found["results"][0]["summary"]
    assert command_line.json("undo_model_change", "default")["present"]["model"] == "all-MiniLM-L6-v2@2-int8/384"


def test_a_sealed_key_is_named_by_the_configuration_and_shown_nowhere(new_server, stand_in, tmp_path):
    key = "test-key-1234567890"
    remote = {"provider": "openai", "url": f"{stand_in}/v1", "model": "test-small", "dimensions": 8, "secret": "stand-in"}
    server = new_server("sealed", "--remote-embedding", json.dumps(remote))
    with server.client() as api:
        # Without the secret, the server runs, finds by words, and says what to do.
        api.post("/api/v1/memory/remember", json=memory("Vectors of this text come from elsewhere"))
        problem = api.get("/api/v1/system/embedding/models").json()["models"][0]["problem"]
        assert "mneme secret set stand-in" in problem
        assert recall(api, "vectors elsewhere")["degraded"] is True
    command = CommandLine(server.data)
    assert command.run("secret", "set", "stand-in", key).returncode == 2
    done = command.run("secret", "set", "stand-in", stdin=key.encode() + b"\n")
    assert (done.returncode, done.stdout) == (0, b"Sealed stand-in.\n")
    assert command.text("secret", "list") == "stand-in\n"
    server.stop()
    server.start()
    with server.client() as api:
        while recall(api, "Vectors of this text come from elsewhere", search_mode="semantic").get("degraded"):
            time.sleep(0.05)
        assert api.get("/api/v1/workspace/embedding-status").json()["failed"] == 0
    server.stop()
    for file in list(server.data.iterdir()) + [server.data.parent / "sealed.log"]:
        if file.is_file():
            assert key.encode() not in file.read_bytes(), file
    assert command.run("secret", "remove", "stand-in").returncode == 0
    assert command.run("secret", "remove", "stand-in").returncode == 2


def test_without_the_model_memories_are_found_by_words_until_it_is_there(new_server, tmp_path):
    models = tmp_path / "models"
    server = new_server("absent", "--models", str(models))
    with server.client() as api:
        api.post("/api/v1/memory/remember", json=memory("The deploy failed because the JWT had expired"))
        found = recall(api, "deploy JWT")
        assert found["count"] == 1 and found["degraded"] is True and "mneme model pull" in json.dumps(found)
        offered = api.get("/api/v1/system/embedding/models").json()["models"]
        assert [model["is_available"] for model in offered] == [False, False, False]
        assert "mneme model pull" in offered[0]["problem"] and "mneme model distil" in offered[2]["problem"]
        # It is installed while the server runs, from a folder on this machine.
        command = CommandLine(server.data, MNEME_MODELS=str(models))
        installed = command.run("model", "pull", "--from", os.environ["MNEME_TEST_MODEL"])
        assert installed.returncode == 0, installed.stderr
        assert "sound" in command.text("model", "verify") and "MiB" in command.text("model", "list")
        while recall(api, "why did login break after release", search_mode="semantic").get("degraded"):
            time.sleep(0.05)
        while api.get("/api/v1/workspace/embedding-status").json()["embedded"] == 0:
            time.sleep(0.05)
        assert recall(api, "why did login break after release", search_mode="semantic")["count"] == 1


def test_the_static_tier_is_a_first_pass_that_a_job_replaces(new_server, tmp_path):
    models = tmp_path / "models"
    shared = Path(os.environ["MNEME_MODELS"])
    (models / "all-MiniLM-L6-v2").mkdir(parents=True)
    (models / "all-MiniLM-L6-v2" / "encoder.mneme").symlink_to(shared / "all-MiniLM-L6-v2" / "encoder.mneme")
    server = new_server("static", "--models", str(models))
    with server.client() as api:
        refused = api.post("/api/v1/contexts", json={"name": "early", "embedding_model": "all-MiniLM-L6-v2-static"})
        assert refused.status_code == 503 and "mneme model distil" in refused.json()["message"]
        CommandLine(server.data, MNEME_MODELS=str(models)).text("model", "distil")
        made = api.post("/api/v1/contexts", json={"name": "import", "embedding_model": "all-MiniLM-L6-v2-static"}).json()
        assert made["embedding_model"] == "all-MiniLM-L6-v2-static@1/256"
        for text in ["The deploy failed because the JWT had expired", "Alice prefers dark roast coffee from Ethiopia"]:
            api.post("/api/v1/memory/remember", json=memory(text) | {"context_id": "import"})
        found = recall(api, "coffee drinkers", context_id="import", search_mode="semantic")
        assert "coffee" in found["results"][0]["summary"] and "degraded" not in found
        begun = api.post("/api/v1/contexts/import/embedding-model", json={"embedding_model": "all-MiniLM-L6-v2"})
        assert begun.json()["next"]["pending"] == 2
        while api.get("/api/v1/contexts/import").json()["context"]["embedding_model"] != "all-MiniLM-L6-v2@2-int8/384":
            time.sleep(0.05)
        found = recall(api, "why did login break after release", context_id="import", search_mode="semantic")
        assert "JWT" in found["results"][0]["summary"] and "degraded" not in found


def test_a_model_behind_a_proxy_is_asked_through_it(new_server, stand_in, monkeypatch):
    import http.server
    import threading
    import urllib.request

    asked = []
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            # A proxy gets the whole URL. The host is one that only the proxy knows.
            asked.append(self.path)
            path = self.path.removeprefix("http://models.example")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: self.headers[name] for name in ("Content-Type", "Authorization")}
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(urllib.request.Request(stand_in + path, body, headers)) as answer:
                body = answer.read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{proxy.server_port}")
    try:
        remote = {"provider": "openai", "url": "http://models.example/v1", "model": "test-small", "dimensions": 8, "key": "test-key-1234567890"}
        server = new_server("proxied", "--remote-embedding", json.dumps(remote))
        with server.client() as api:
            made = api.post("/api/v1/memory/remember", json=memory("Vectors of this text come through a proxy")).json()
            assert made["embedding_status"] == "ready"
        assert asked == ["http://models.example/v1/embeddings"]
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


def test_a_client_that_starts_its_own_server_gets_what_was_pending_embedded(tmp_path):
    command = CommandLine(tmp_path / "data")
    command.environment["MNEME_EMBEDDING"] = "none"
    command.json("remember", "The deploy failed because the JWT had expired")
    del command.environment["MNEME_EMBEDDING"]
    process = subprocess.Popen(
        [os.environ["MNEME_TEST_BINARY"], "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=command.environment)
    try:
        initialise = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialise}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        # The data folder is opened by the first tool that needs it.
        call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_contexts", "arguments": {}}}
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}).encode() + b"\n")
        process.stdin.write(json.dumps(call).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 2
        while command.json("get_embedding_status")["embedded"] == 0:
            time.sleep(0.1)
    finally:
        process.stdin.close()
        assert process.wait() == 0
        process.stdout.close()
