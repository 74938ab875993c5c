"""Resources, prompts, completion, changes, progress and questions, as the official client meets them."""
from __future__ import annotations

import asyncio

import mcp_types as types
import pytest
from mcp import MCPError

from conftest import memory
from official import MODERN, MODES, connected, in_every_way, structured


def text_of(result) -> str:
    assert len(result.contents) == 1 and result.contents[0].mime_type == "text/markdown"
    return result.contents[0].text


@in_every_way
def test_what_is_listed_can_be_read(server, transport, mode):
    async def run():
        async with connected(server, transport, mode) as client:
            made = structured(await client.call_tool("remember", memory("The ferry leaves at 07:40", tags=["ferry"])))
            listed = (await client.list_resources()).resources
            assert [str(r.uri) for r in listed[:3]] == ["memory://profile", "memory://recent", "memory://pinned"]
            for resource in listed:
                assert text_of(await client.read_resource(str(resource.uri))).startswith("# ")
            for uri in (f"memory://item/{made['memory_id']}", "memory://tag/ferry", "memory://context/default"):
                assert "The ferry leaves at 07:40" in text_of(await client.read_resource(uri))
            templates = (await client.list_resource_templates()).resource_templates
            assert [t.name for t in templates] == ["item", "context", "tag"]
            with pytest.raises(MCPError) as missing:
                await client.read_resource("memory://no/such/thing")
            assert missing.value.code == (-32602 if MODES[mode] == MODERN else -32002)

    asyncio.run(run())


@in_every_way
def test_prompts_come_with_what_is_known_and_their_arguments_complete(server, transport, mode):
    async def run():
        async with connected(server, transport, mode) as client:
            await client.call_tool("remember", memory("The hedge is cut in March", tags=["hedge"], type="rule"))
            prompts = (await client.list_prompts()).prompts
            assert len(prompts) == 5
            for prompt in prompts:
                given = {a.name: "hedge" for a in prompt.arguments or [] if a.required}
                answer = await client.get_prompt(prompt.name, given)
                assert answer.messages[0].content.text.startswith("# ")
                if given:
                    with pytest.raises(MCPError) as missing:
                        await client.get_prompt(prompt.name, {})
                    assert missing.value.code == -32602
            recalled = await client.get_prompt("recall", {"topic": "hedge"})
            assert "The hedge is cut in March" in recalled.messages[0].content.text
            for name, argument, begun, wanted in [
                ("recall", "topic", "he", "hedge"), ("recall", "context", "def", "default"), ("remember", "type", "ru", "rule"),
            ]:
                found = await client.complete(types.PromptReference(name=name), {"name": argument, "value": begun})
                assert wanted in found.completion.values
            found = await client.complete(
                types.ResourceTemplateReference(uri="memory://tag/{tag}"), {"name": "tag", "value": "he"})
            assert "hedge" in found.completion.values

    asyncio.run(run())


@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_a_modern_client_hears_what_another_process_changes(server, transport):
    """The listener is on one process; a second one, of pipes on the same folder, writes."""

    async def run():
        async with connected(server, transport, MODERN) as listener, connected(server, "stdio", "auto") as writer:
            async with listener.listen(resource_subscriptions=["memory://recent"], tools_list_changed=True) as changes:
                assert not changes.honored.tools_list_changed
                await writer.call_tool("remember", memory(f"Somebody else wrote this, heard over {transport}"))
                async for change in changes:
                    assert str(change.uri) == "memory://recent"
                    break
            found = text_of(await listener.read_resource("memory://recent"))
            assert f"heard over {transport}" in found

    asyncio.run(run())


@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_a_session_hears_what_another_process_changes(server, transport):
    async def run():
        async with connected(server, transport, "legacy") as listener, connected(server, "stdio", "auto") as writer:
            await listener.subscribe_resource("memory://recent")
            await writer.call_tool("remember", memory(f"Somebody else wrote this, told over {transport}"))
            while not listener.witness.heard("notifications/resources/updated"):
                await asyncio.sleep(0.02)
            assert listener.witness.heard("notifications/resources/updated")[0]["uri"] == "memory://recent"

    asyncio.run(run())


@in_every_way
def test_a_long_call_says_how_far_it_is(server, transport, mode):
    steps = []

    async def heard(done, total, words):
        steps.append((done, total))

    async def run():
        name = f"progress-{transport}-{mode}"
        async with connected(server, transport, mode) as client:
            await client.call_tool("create_context", {"name": name})
            await client.call_tool("remember", memory("A memory that moves on", context_id=name))
            merged = structured(await client.call_tool(
                "merge_contexts", {"source_context_id": name, "target_context_id": "default", "delete_source": True},
                progress_callback=heard))
            assert merged["merged"] == 1
            assert steps == [(0, 1), (1, 1)]

    asyncio.run(run())


@in_every_way
@pytest.mark.parametrize("action", ["accept", "decline"])
def test_the_user_is_asked_before_much_is_forgotten(server, transport, mode, action):
    questions = []

    async def ask(context, params):
        questions.append(params.message)
        return types.ElicitResult(action=action, content={"confirm": True} if action == "accept" else None)

    async def run():
        name = f"asked-{transport}-{mode}-{action}"
        async with connected(server, transport, mode, elicitation_callback=ask) as client:
            await client.call_tool("create_context", {"name": name})
            for number in range(12):
                await client.call_tool("remember", memory(f"The lamp number {number} is broken", context_id=name))
            arguments = {"context_id": name, "query": "broken lamp", "k": 50}
            result = await client.call_tool("forget", arguments)
            assert len(questions) == 1 and "Forget 12 memories" in questions[0]
            if action == "accept":
                assert structured(result)["deleted_count"] == 12
            else:
                assert result.is_error and structured(result)["error"] == "declined"

    asyncio.run(run())


def test_a_selected_context_is_meant_where_no_other_is_named(server):
    async def run():
        async with connected(server, "stdio", "auto") as client:
            await client.call_tool("create_context", {"name": "selected", "usage_guide": "Write in Latin."})
        for transport, more in [("http", {"query": "?context=selected"}), ("stdio", {"arguments": ["--context", "selected"]})]:
            for mode in MODES:
                async with connected(server, transport, mode, **more) as client:
                    summary = f"Written over {transport} in {mode}"
                    made = structured(await client.call_tool(
                        "remember", {"summary": summary, "content": summary, "type": "note"}))
                    assert made["context_name"] == "selected"
                    if mode != MODERN:
                        assert "Write in Latin." in client.instructions

    asyncio.run(run())


def test_two_servers_and_three_pipes_share_one_folder(new_server):
    """Nothing is lost, and nothing of one context is in another."""
    count = 8

    async def run():
        first = new_server("shared")
        second = new_server("shared")
        async with connected(first, "http", "auto") as client:
            for name in ("red", "blue"):
                await client.call_tool("create_context", {"name": name})

        async def write(server, transport, who):
            async with connected(server, transport, "auto") as client:
                for number in range(count):
                    for name in ("red", "blue"):
                        words = f"A {name} beacon, number {number} of {who}"
                        result = structured(await client.call_tool("remember", memory(words, context_id=name)))
                        assert result["status"] == "success"
                        found = structured(await client.call_tool("recall", {"query": words, "context_id": name, "k": 100}))
                        assert result["memory_id"] in [item["memory_id"] for item in found["results"]]

        await asyncio.gather(
            write(first, "http", "one"), write(second, "http", "two"), *(write(first, "stdio", f"pipe-{n}") for n in range(3)))
        for server in (first, second):
            async with connected(server, "http", "auto") as client:
                for name, other in (("red", "blue"), ("blue", "red")):
                    listed = structured(await client.call_tool("list_memories", {"context_id": name, "limit": 200}))
                    assert listed["total"] == 5 * count
                    assert not any(other in item["summary"] for item in listed["memories"])

    asyncio.run(run())
