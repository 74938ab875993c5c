"""What a REST client sees."""
import json
import uuid

import pytest
from conftest import memory
from openapi_spec_validator import OpenAPIV31SpecValidator


def test_a_memory_is_found_by_the_next_recall(api):
    written = api.post("/api/v1/memory/remember", json=memory("The deploy failed because the JWT had expired"))
    assert written.status_code == 201
    found = api.post("/api/v1/memory/recall", json={"context_id": "default", "query": "why did the deploy fail"}).json()
    assert found["results"][0]["memory_id"] == written.json()["memory_id"]
    assert found["confidence"]["result_count"] == found["count"]


def test_the_life_of_a_memory(api):
    identifier = api.post(
        "/api/v1/memory/remember",
        json=memory("Alice drinks green tea in the morning", tags=["tea", "alice"], details={"resource_id": "tea-1"}),
    ).json()["memory_id"]
    place = {"context_id": "default", "memory_id": identifier}

    opened = api.get(f"/api/v1/memory/reference/{identifier}", params={"context_id": "default"}).json()["memory"]
    assert (opened["tags"], opened["external_id"], opened["provenance"]["door"]) == (["tea", "alice"], "tea-1", "rest")

    changed = api.post("/api/v1/memory/update", json=place | {"summary": "Alice drinks black tea in the morning"}).json()
    assert changed["operation"] == "updated"
    replaced = api.post(
        "/api/v1/memory/update", json=memory("Alice drinks coffee in the morning", external_id="tea-1")).json()
    assert (replaced["operation"], replaced["memory_id"]) == ("replaced", identifier)

    assert api.post("/api/v1/memory/forget", json=place).json()["deleted_count"] == 1
    assert api.post("/api/v1/memory/forget", json=place).json()["deleted_count"] == 0
    gone = api.get(f"/api/v1/memory/reference/{identifier}", params={"context_id": "default"})
    assert (gone.status_code, gone.json()["error"]) == (404, "memory_not_found")

    assert api.post("/api/v1/memory/restore", json=place).status_code == 200
    history = api.get(f"/api/v1/memory/history/{identifier}", params={"context_id": "default"}).json()["changes"]
    assert [c["change"] for c in history] == ["created", "updated", "updated", "forgotten", "restored"]
    assert history[0]["memory"]["summary"] == "Alice drinks green tea in the morning"


def test_what_is_superseded_is_shadowed_until_asked_for(api):
    old = api.post("/api/v1/memory/remember", json=memory("The staging database is on host Artemis")).json()["memory_id"]
    new = api.post(
        "/api/v1/memory/remember", json=memory("The staging database is on host Borealis", supersedes=old)).json()["memory_id"]
    query = {"context_id": "default", "query": "staging database host", "k": 20}
    found = [r["memory_id"] for r in api.post("/api/v1/memory/recall", json=query).json()["results"]]
    assert new in found and old not in found
    both = api.post("/api/v1/memory/recall", json=query | {"include_superseded": True}).json()["results"]
    assert {r["memory_id"]: r.get("superseded_by") for r in both}[old] == new


def test_the_same_key_twice_makes_one_memory(api):
    body = memory("Written once, whatever the network does")
    first = api.post("/api/v1/memory/remember", json=body, headers={"Idempotency-Key": "once"}).json()
    second = api.post("/api/v1/memory/remember", json=body, headers={"Idempotency-Key": "once"}).json()
    assert (second["memory_id"], second["already_known"]) == (first["memory_id"], True)


def test_a_duplicate_is_skipped_when_asked_and_only_while_it_lives(api):
    body = memory("Bob's birthday is on the fourth of May", skip_duplicate=True)
    first = api.post("/api/v1/memory/remember", json=body).json()["memory_id"]
    assert api.post("/api/v1/memory/remember", json=body).json()["memory_id"] == first
    api.post("/api/v1/memory/forget", json={"context_id": "default", "memory_id": first})
    assert api.post("/api/v1/memory/remember", json=body).json()["memory_id"] != first


def test_all_faults_are_told_at_once(api):
    answer = api.post(
        "/api/v1/memory/recall",
        json={"context_id": "default", "query": "", "k": 1000, "filtres": {}, "filters": {"importance": {"gte": 2}}})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    paths = {fault["path"] for fault in answer.json()["faults"]}
    assert paths == {"query", "k", "filtres", "filters.importance.gte"}
    assert "filters" in answer.text


def test_filters_hold(api):
    context = api.post("/api/v1/contexts", json={"name": "filters"}).json()["id"]
    for number in range(10):
        api.post("/api/v1/memory/remember", json=memory(
            f"Filtered memory number {number}", context_id=context, importance=number / 10,
            type="decision" if number % 2 else "note", tags=["Even" if number % 2 == 0 else "odd", f"n{number}"]))

    def found(**filters):
        body = {"context_id": context, "query": "filtered memory", "k": 100, "filters": filters}
        answer = api.post("/api/v1/memory/recall", json=body)
        assert answer.status_code == 200, answer.text
        return sorted(int(r["summary"].split()[-1]) for r in answer.json()["results"])

    assert found() == list(range(10))
    assert found(type="decision") == [1, 3, 5, 7, 9]
    assert found(type=["decision", "note"], importance={"gte": 0.3, "lte": 0.6}) == [3, 4, 5, 6]
    assert found(tags=["n1", "n2"]) == [1, 2]
    assert found(tags=["odd", "n3"], tags_match="all") == [3]
    assert found(tags="even") == []
    assert found(tags="even", tags_normalize=True) == [0, 2, 4, 6, 8]
    assert found(created_after="2100-01-01") == []


def test_contexts_are_made_changed_merged_and_deleted(api):
    def names():
        return {c["name"] for c in api.get("/api/v1/contexts").json()["contexts"]}

    made = api.post("/api/v1/contexts", json={"name": "draft", "summary": "notes"})
    assert made.status_code == 201
    assert api.post("/api/v1/contexts", json={"name": "draft"}).json()["error"] == "context_exists"
    assert api.patch("/api/v1/contexts/draft", json={"is_locked": True}).json()["is_locked"]
    refused = api.post("/api/v1/memory/remember", json=memory("Not into a locked one", context_id="draft"))
    assert (refused.status_code, refused.json()["error"]) == (409, "context_locked")
    assert api.delete("/api/v1/contexts/draft").json()["error"] == "context_locked"
    api.patch("/api/v1/contexts/draft", json={"is_locked": False})
    first = api.post("/api/v1/memory/remember", json=memory("Into the draft goes this", context_id="draft")).json()["memory_id"]
    api.post("/api/v1/memory/remember", json=memory("And this as well", context_id="draft", linked_memory_ids=[first]))

    api.post("/api/v1/contexts", json={"name": "copy"})
    merged = api.post("/api/v1/contexts/merge", json={"source_context_id": "draft", "target_context_id": "copy"}).json()
    assert (merged["merged"], merged["delete_source"]) == (2, False)
    api.post("/api/v1/contexts", json={"name": "moved"})
    moved = api.post(
        "/api/v1/contexts/merge", json={"source_id": "draft", "target_id": "moved", "delete_source": True}).json()
    assert (moved["merged"], moved["delete_source"]) == (2, True)
    assert "draft" not in names() and {"copy", "moved"} <= names()
    opened = api.get(f"/api/v1/memory/reference/{first}", params={"context_id": "moved"}).json()["memory"]
    assert len(opened["links"]) == 1
    listed = api.get("/api/v1/memory/list", params={"context_id": "copy"}).json()
    assert listed["total"] == 2 and first not in [m["id"] for m in listed["memories"]]


def test_state_tags_pins_and_feedback(api):
    place = "/api/v1/contexts/default"
    api.put(f"{place}/state", json={"key": "cursor", "value": {"page": 3}, "ttl_seconds": 60})
    assert api.get(f"{place}/state", params={"key": "cursor"}).json()["value"] == {"page": 3}
    assert api.get(f"{place}/state", params={"key": "nothing"}).json()["found"] is False
    assert [e["key"] for e in api.get(f"{place}/state").json()["entries"]] == ["cursor"]
    pinned = api.post("/api/v1/memory/remember", json=memory(
        "Always answer in English", delivery_mode="always", tags=["rule"])).json()["memory_id"]
    assert api.get(f"{place}/pinned").json()["memories"][0]["memory_id"] == pinned
    assert "rule" in [t["tag"] for t in api.get(f"{place}/tags", params={"prefix": "ru"}).json()["tags"]]
    answer = api.post(f"{place}/feedback", json={"memory_id": pinned, "helpful": True, "query": "language"})
    assert answer.status_code == 201


def test_a_revoked_key_opens_nothing_from_the_next_request_on(server, api):
    made = api.post("/api/v1/config/api-keys", json={"name": "short", "role": "viewer"}).json()
    with server.client(made["secret"]) as other:
        assert other.get("/api/v1/contexts").status_code == 200
        refused = other.post("/api/v1/memory/remember", json=memory("A viewer may not write this"))
        assert (refused.status_code, refused.json()["required_role"]) == (403, "member")
        api.delete(f"/api/v1/config/api-keys/{made['key']['id']}")
        denied = other.get("/api/v1/contexts")
        assert denied.status_code == 401 and "invalid_token" in denied.headers["www-authenticate"]
    assert made["secret"] not in api.get("/api/v1/config/api-keys").text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic abc", "Bearer mn_live_" + "0" * 32])
def test_without_a_good_credential_nothing_opens(server, api, header):
    answer = api.get("/api/v1/contexts", headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_published_document_is_valid_and_complete(api):
    document = api.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    operations = [o["operationId"] for path in document["paths"].values() for o in path.values()]
    assert len(operations) == len(set(operations)) and {"remember", "recall", "list_contexts", "health"} <= set(operations)


def test_every_published_schema_accepts_what_its_operation_answers(api):
    from jsonschema import Draft202012Validator

    document = api.get("/openapi.json").json()
    api.post("/api/v1/memory/remember", json=memory("Something to answer with", tags=["one"]))
    script = "return function(m) local s = {} for i, x in ipairs(m) do s[i] = x.relevance end return s end"
    assert api.put("/api/v1/policies/mine", json={"source": script}).status_code == 200
    for path, item in document["paths"].items():
        entry = item.get("get")
        if not entry or not path.startswith("/api") or "{memory_id}" in path or "{plugin}" in path:
            continue
        answer = api.get(path.replace("{context_id}", "default").replace("{policy}", "mine"), params={"context_id": "default"} if "list" in path else {})
        assert answer.status_code == 200, (path, answer.text)
        Draft202012Validator(entry["responses"]["200"]["content"]["application/json"]["schema"]).validate(answer.json())


def test_probes_and_pages_need_no_credential(server):
    import httpx

    for path in ["/health", "/ready", "/metrics", "/docs", "/openapi.json"]:
        assert httpx.get(server.url + path, trust_env=False).status_code == 200, path
    assert httpx.get(server.url + "/nothing", trust_env=False).json()["error"] == "not_found"
    ready = httpx.get(server.url + "/ready", trust_env=False).json()
    assert ready["status"] == "ready"
    assert [(each["name"], each["status"]) for each in ready["dependencies"]] == [("storage", "ok"), ("model", "ok")]
    wrong = httpx.delete(server.url + "/api/v1/contexts", trust_env=False)
    assert wrong.status_code == 405 and "GET" in wrong.headers["allow"]


def test_bad_input_never_breaks_the_server(api):
    place = "/api/v1/memory/remember"
    for body in [b"", b"{", b"[]", b"null", b'"x"', b'{"a":1,"a":2}', b"\xff\xfe", b'{"summary":"\\ud800"}',
                 b"[" * 10_000, json.dumps(memory("x" * 501)).encode(), json.dumps(memory("fine but\0odd text")).encode(),
                 json.dumps(memory("deep enough text", details=eval("{'a':" * 60 + "1" + "}" * 60))).encode()]:
        status = api.post(place, content=body, headers={"Content-Type": "application/json"}).status_code
        assert status in (201, 400, 422), (status, body[:40])
    for context in ["nope", str(uuid.uuid4()), "%", "' OR 1=1", "ü" * 64]:
        assert api.post(place, json=memory("Into nowhere it goes", context_id=context)).json()["error"] == "context_not_found"
    assert api.get("/health").status_code == 200
