"""What is found by meaning: with the built-in model, with a model elsewhere, and while that is away."""
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import memory

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
        httpx.post(f"{stand_in}/standin/next", json={"status": 503, "times": 20}, trust_env=False)
        late = api.post("/api/v1/memory/remember", json=memory("Written while the model was away for lunch"))
        assert late.status_code == 201
        found = recall(api, "lunch")
        assert found["degraded"] is True and found["results"][0]["memory_id"] == late.json()["memory_id"]
    assert "test-key" not in (server.data.parent / "remote.log").read_text()
