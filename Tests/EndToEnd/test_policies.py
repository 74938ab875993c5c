"""A ranking of one's own, from the first line to the way back, as policies/README.md tells it."""
import pathlib


POLICIES = pathlib.Path(__file__).resolve().parents[2] / "policies"

OLDEST_FIRST = """
return function(memories, query)
  local scores = {}
  for i, m in ipairs(memories) do
    scores[i] = m.age_days
  end
  return scores
end
"""


def order(api, context):
    answer = api.post("/api/v1/memory/recall", json={"query": "tea", "context_id": context, "explain": True}).json()
    return [result["summary"] for result in answer["results"]], answer


def test_a_ranking_is_checked_previewed_put_in_force_and_taken_back(api):
    api.post("/api/v1/contexts", json={"name": "ranked"})
    for summary, importance in [("Tea is green here", 0.1), ("Tea is black here", 1.0)]:
        body = {"summary": summary, "content": summary, "type": "note", "context_id": "ranked", "importance": importance}
        assert api.post("/api/v1/memory/remember", json=body).status_code == 201
    before, _ = order(api, "ranked")

    check = api.post("/api/v1/policies/check", json={"source": "return function(m)\n  return {1}\nend"}).json()
    assert not check["valid"] and "12 memories" in check["problem"]
    refused = api.put("/api/v1/policies/oldest", json={"source": "return function("})
    assert refused.status_code == 422 and "oldest:1" in refused.text

    assert api.put("/api/v1/policies/oldest", json={"source": OLDEST_FIRST}).json()["version"] == 1
    preview = api.post("/api/v1/policies/preview",
                       json={"policy": "oldest", "context_id": "ranked", "queries": ["tea"]}).json()["previews"][0]
    assert [row["summary"] for row in preview["rows"]] == ["Tea is green here", "Tea is black here"]
    assert order(api, "ranked")[0] == before

    active = api.post("/api/v1/policies/activate", json={"policy": "oldest", "context_id": "ranked"}).json()
    assert (active["policy"], active["version"]) == ("oldest", 1)
    assert order(api, "ranked")[0] == ["Tea is green here", "Tea is black here"]

    api.post("/api/v1/policies/activate", json={"policy": "importance-first", "context_id": "ranked"})
    assert order(api, "ranked")[0] == ["Tea is black here", "Tea is green here"]
    api.post("/api/v1/policies/rollback", json={"kind": "scoring", "context_id": "ranked"})
    assert order(api, "ranked")[0] == ["Tea is green here", "Tea is black here"]
    api.post("/api/v1/policies/activate", json={"policy": "default", "context_id": "ranked"})
    assert order(api, "ranked")[0] == before


def test_a_script_that_fails_is_reported_and_the_default_answers(api):
    api.post("/api/v1/contexts", json={"name": "fragile"})
    api.post("/api/v1/memory/remember", json={"summary": "Tea is green here", "content": "x", "type": "note",
                                              "context_id": "fragile"})
    script = 'return function(m, q) if q.text == "tea" then error("no tea") end local s = {} for i in ipairs(m) do s[i] = 1 end return s end'
    assert api.put("/api/v1/policies/fragile", json={"source": script}).status_code == 200
    api.post("/api/v1/policies/activate", json={"policy": "fragile", "context_id": "fragile"})
    summaries, answer = order(api, "fragile")
    assert summaries == ["Tea is green here"]
    assert "no tea" in answer["policy_error"]
    lines = api.get("/api/v1/policies/fragile/logs").json()["lines"]
    assert any(line["level"] == "error" and "fragile@1:1: no tea" in line["text"] for line in lines)


def test_what_is_shipped_is_listed_with_its_reason(api):
    shipped = [policy for policy in api.get("/api/v1/policies").json()["policies"] if policy["is_shipped"]]
    files = {(path.parent.name, path.stem) for path in POLICIES.glob("*/*.lua")}
    assert {(policy["kind"], policy["policy"]) for policy in shipped} == files
    assert all(len(policy["reason"]) > 60 for policy in shipped)
