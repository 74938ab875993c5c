"""The published client `kagura-memory`, unmodified: every method for a tool that there is."""
from __future__ import annotations

import asyncio

import pytest
from kagura_memory import KaguraClient


@pytest.fixture(params=["/mcp", "/mcp/w/{workspace}"])
def in_session(server, api, request):
    """Runs a coroutine with a connected client, at either address."""
    workspace = api.get("/api/v1/contexts/default").json()["workspace"]["id"]
    address = server.url + request.param.format(workspace=workspace)

    def run(work):
        async def session():
            async with KaguraClient(api_key=server.key, mcp_url=address) as client:
                await work(client)

        asyncio.run(session())

    return run


async def new_context(client, name: str) -> str:
    made = await client.create_context(name=name, display_name="A name", summary="What it is about", usage_guide="How")
    return made["id"]


def unique(name: str, request) -> str:
    return f"{name}-{len(request.node.name)}"


def test_memories_from_first_to_last(in_session, request):
    async def work(client):
        context = await new_context(client, unique("life", request))
        made = await client.remember(
            context_id=context, summary="The release train leaves on Thursdays", content="All of it: “ü”",
            type="decision", importance=0.8, tags=["release", "train"], source_uri="https://example.org/1",
            source_type="url", context_summary="Plan around it", details={"resource_id": "train", "n": 1},
            context={"asked_by": "Ada"}, delivery_mode="always")
        assert made["status"] == "success" and made["persistence"]["committed"] is True
        other = await client.remember(
            context_id=context, summary="The release train leaves on Fridays", content="Changed.",
            linked_memory_ids=[made["memory_id"]], supersedes=made["memory_id"])

        found = await client.recall(context_id=context, query="when does the release train leave", k=3)
        assert [r["memory_id"] for r in found["results"]] == [other["memory_id"]]
        assert found["confidence"]["level"] in {"high", "moderate", "low"}
        both = await client.recall(
            context_id=context, query="release train", include_superseded=True, search_mode="keyword",
            include_explore_hints=True, filters={"tags": ["release"]})
        assert [r["memory_id"] for r in both["results"]] == [made["memory_id"]]
        # The client opens its session anew when its own is forgotten.
        client._session_id = "0" * 32
        several = await client.recall(context_ids=[context, "default"], query="release train", use_rerank=False)
        assert several["status"] == "success"

        full = (await client.reference(context_id=context, memory_id=made["memory_id"]))["memory"]
        assert (full["content"], full["importance"], full["context"]) == ("All of it: “ü”", 0.8, {"asked_by": "Ada"})
        pinned = await client.load_pinned(context_id=context, cap=10)
        assert [m["memory_id"] for m in pinned["memories"]] == [made["memory_id"]]

        changed = await client.update_memory(context_id=context, memory_id=made["memory_id"], importance=0.9)
        assert (changed["operation"], changed["re_embedded"]) == ("updated", False)
        replaced = await client.update_memory(
            context_id=context, external_id="train", summary="The train of the release", content="New", type="note")
        assert (replaced["operation"], replaced["memory_id"]) == ("replaced", made["memory_id"])
        created = await client.update_memory(
            context_id=context, external_id="ferry", summary="The ferry of the release", content="New", type="note",
            tags=["ferry"], details={"x": 1}, context_summary="Why", delivery_mode="on_recall")
        assert created["operation"] == "created"

        said = await client.feedback(
            context_id=context, memory_id=made["memory_id"], helpful=True, query="train", note="Right")
        assert said["status"] == "success"
        assert (await client.forget(context_id=context, memory_id=created["memory_id"]))["deleted_count"] == 1
        assert (await client.forget(context_id=context, query="release train", k=10))["deleted_count"] == 2

    in_session(work)


def test_contexts_tags_state_and_usage(in_session, request):
    async def work(client):
        name = unique("place", request)
        context = await new_context(client, name)
        await client.remember(context_id=context, summary="Roses need six hours of sun", content="x", tags=["rose", "sun"])
        await client.remember(context_id=context, summary="Ferns prefer the shade of trees", content="x", tags=["fern"])
        listed = await client.list_contexts(
            name_contains=name, include_summary=True, include_details=True, include_stats=True)
        assert [c["name"] for c in listed["contexts"]] == [name]
        tags = await client.list_tags(context, limit=10, min_count=1, sort="alpha", prefix="r")
        assert [tag.tag for tag in tags.tags] == ["rose"]
        tags = await client.list_tags(context, with_tags=["rose"])
        assert [tag.tag for tag in tags.tags] == ["sun"]

        info = await client.get_context_info(context)
        assert (info.context.name, info.stats.total_memories) == (name, 2)
        await client.update_context(context, summary="Plants", is_locked=True)
        with pytest.raises(Exception, match="locked"):
            await client.remember(context_id=context, summary="Too late for this one", content="x")
        await client.update_context(context, is_locked=False)
        settings = await client.update_search_config(context, semantic_weight=0.7, bm25_weight=0.3, fetch_factor=4)
        assert settings["status"] == "success"

        await client.set_state(context, "cursor", {"page": 3}, ttl_seconds=60)
        assert (await client.get_state(context, "cursor"))["value"] == {"page": 3}
        assert (await client.get_state(context))["status"] == "success"

        memories = await client.list_memories(context, limit=1)
        assert (memories.total, len(memories.memories), memories.has_more) == (2, 1, True)
        usage = await client.get_usage()
        assert usage.memories.used >= 2 and usage.contexts.used >= 2

        target = await new_context(client, name + "-target")
        merged = await client.merge_contexts(context, target, delete_source=True)
        assert merged["merged"] == 2
        deleted = await client.delete_context(target)
        assert deleted["status"] == "success"

    in_session(work)


def test_tools_are_listed_and_errors_are_the_clients_own(in_session):
    async def work(client):
        tools = await client.get_tool_definitions()
        assert tools[0]["name"] == "list_contexts"
        for call in (
            client.recall(context_id="nowhere", query="x"), client.reference(context_id="default", memory_id="x"),
            client.remember(context_id="default", summary="short", content="x"),
        ):
            with pytest.raises(Exception):
                await call

    in_session(work)
