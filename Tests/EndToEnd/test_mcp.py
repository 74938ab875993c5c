"""MCP as its clients meet it: the official SDK in each of its modes, an SDK that keeps sessions, and raw messages."""
from __future__ import annotations

import asyncio
import json
import subprocess

import httpx
import pytest
from jsonschema import Draft202012Validator
from kagura_memory import KaguraClient
from mcp import MCPError

from conftest import BINARY, clean_environment, memory
from official import MODERN, MODES, TRANSPORTS, connected, in_every_way, structured


@in_every_way
def test_the_official_client_lists_tools(server, transport, mode):
    async def run():
        async with connected(server, transport, mode) as client:
            tools = (await client.list_tools()).tools
            assert tools[0].name == "list_contexts"
            assert len(tools) <= 12
            listed = json.dumps([tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools])
            assert len(listed) <= 12_000
            for tool in tools:
                Draft202012Validator.check_schema(tool.input_schema)
                assert tool.title and tool.description
                hints = tool.annotations
                assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint)
                assert hints.open_world_hint is False
            assert [tool.name for tool in (await client.list_tools()).tools] == [tool.name for tool in tools]

    asyncio.run(run())


@in_every_way
def test_what_is_remembered_is_recalled(server, transport, mode):
    summary = f"The lighthouse of {transport} in {mode} was painted red on 2026-11-20"

    async def run():
        async with connected(server, transport, mode) as client:
            remembered = structured(await client.call_tool("remember", memory(summary)))
            assert remembered["status"] == "success"
            found = structured(await client.call_tool("recall", {"query": summary, "context_id": "default"}))
            assert found["results"][0]["memory_id"] == remembered["memory_id"]

    asyncio.run(run())


@in_every_way
def test_errors_are_where_a_model_can_read_them(server, transport, mode):
    async def run():
        async with connected(server, transport, mode) as client:
            broken = await client.call_tool("remember", {"summary": "short", "colour": "red"})
            assert broken.is_error
            error = structured(broken)
            assert (error["status"], error["error"]) == ("error", "validation_error")
            assert {"summary", "content", "type", "context_id", "colour"} <= {f["path"] for f in error["faults"]}
            nowhere = await client.call_tool("recall", {"query": "x", "context_id": "nowhere"})
            assert nowhere.is_error and structured(nowhere)["error"] == "context_not_found"
            with pytest.raises(MCPError) as unknown:
                await client.call_tool("dream", {})
            assert unknown.value.code == -32602

    asyncio.run(run())


@pytest.mark.parametrize("mode", list(MODES))
def test_structured_results_fit_the_schemas_of_the_full_list(server, mode):
    calls = {
        "list_contexts": {}, "get_context_info": {"context_id": "default"}, "get_usage": {},
        "list_memories": {"context_id": "default"}, "list_tags": {"context_id": "default"},
        "load_pinned": {"context_id": "default"}, "recall": {"query": "lighthouse", "context_id": "default"},
    }

    async def run():
        async with connected(server, "http", mode, "?profile=full") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            for name, arguments in calls.items():
                # The client checks the result against the schema that was listed, and raises.
                assert structured(await client.call_tool(name, arguments))["status"] == "success"
                assert tools[name].output_schema["type"] == "object"

    asyncio.run(run())


def test_a_client_of_sessions_opens_another_when_the_server_forgot_its_own(server):
    async def run():
        async with KaguraClient(api_key=server.key, mcp_url=f"{server.url}/mcp") as client:
            remembered = await client.remember(
                context_id="default", summary="The ferry leaves at 07:40 from pier 3", content="All of it.", type="note")
            found = await client.recall(context_id="default", query="ferry")
            assert found["results"][0]["memory_id"] == remembered["memory_id"]
            # As if the server had restarted since.
            client._session_id = "0" * 32
            assert await client.recall(context_id="default", query="ferry")
            assert client._session_id != "0" * 32

    asyncio.run(run())


# --- The raw wire ----------------------------------------------------------------------------------------------------


def request(method: str, id: object = 1, **params) -> dict:
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": {"_meta": meta} | params}


def headers(method: str, **more) -> dict:
    return {"MCP-Protocol-Version": MODERN, "Mcp-Method": method} | more


def test_nobody_comes_in_without_a_key(server):
    answer = httpx.post(f"{server.url}/mcp", json=request("server/discover"), headers=headers("server/discover"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("body", "sent", "status", "code"),
    [
        (request("no/such"), headers("no/such"), 404, -32601),
        (request("tools/list"), headers("TOOLS/LIST"), 400, -32020),
        (request("tools/call", name="recall"), headers("tools/call", **{"Mcp-Name": "forget"}), 400, -32020),
        (request("tools/list"), headers("tools/list") | {"MCP-Protocol-Version": "2099-01-01"}, 400, -32020),
        ([request("tools/list")], headers("tools/list"), 400, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers("tools/list"), 400, -32602),
    ],
)
def test_a_modern_request_that_is_out_of_order_hears_why(api, body, sent, status, code):
    answer = api.post("/mcp", json=body, headers=sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_pages_of_strangers_are_kept_out(api):
    assert api.post("/mcp", json=request("ping"), headers={"Origin": "https://evil.example"}).status_code == 403
    assert api.post("/mcp", json=request("ping"), headers={"Host": "evil.example"}).status_code == 421


def test_a_message_that_is_too_long_is_refused(api):
    body = request("tools/call", name="remember", arguments={"content": "x" * (5 << 20)})
    assert api.post("/mcp", json=body, headers=headers("tools/call")).status_code == 413


def test_a_stream_ends_with_its_session(server, api):
    opening = {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"},
    }
    opened = api.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening})
    session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"], "Accept": "text/event-stream"}
    with server.client() as listener, listener.stream("GET", "/mcp", headers=session) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        events = stream.iter_raw()
        assert next(events).startswith(b":")
        assert api.get("/mcp", headers=session).status_code == 409
        assert api.delete("/mcp", headers=session).status_code == 204
        assert list(events) == []
    assert api.delete("/mcp", headers=session).status_code == 404


def test_a_stream_whose_reader_left_makes_room_for_the_next(server, api):
    opening = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    opened = api.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening})
    session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"], "Accept": "text/event-stream"}
    for _ in range(3):
        with server.client() as listener:
            status = 409
            while status == 409:  # until the server has noticed that the reader before left
                with listener.stream("GET", "/mcp", headers=session) as stream:
                    status = stream.status_code
            assert status == 200


def test_pipes_carry_nothing_but_messages_and_end_with_their_input(server):
    lines = [
        "{", "", json.dumps(request("tools/call", id=7, name="list_contexts")),
        json.dumps(request("server/discover", id="é")) + "\r",
    ]
    done = subprocess.run(
        [BINARY, "mcp", "--data", str(server.data)], input="\n".join(lines).encode() + b"\n", capture_output=True,
        env=clean_environment())
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert {json.dumps(answer.get("id")) for answer in answers} == {"null", "7", '"\\u00e9"'}
    assert [a["error"]["code"] for a in answers if "error" in a] == [-32700]


def test_server_and_pipes_share_one_folder(server):
    """Three clients of pipes and one of HTTP write at the same time; each then finds what the others wrote."""
    count = 10

    async def write(name: str, transport: str):
        async with connected(server, transport, "auto") as client:
            for number in range(count):
                await client.call_tool("remember", memory(f"Beacon {name} number {number} is lit", tags=["beacon"]))

    async def run():
        await asyncio.gather(*(write(f"pipe-{n}", "stdio") for n in range(3)), write("web", "http"))
        for transport in TRANSPORTS:
            async with connected(server, transport, "auto") as client:
                arguments = {"context_id": "default", "filters": {"tags": ["beacon"]}, "limit": 200}
                listed = structured(await client.call_tool("list_memories", arguments))
                assert listed["total"] == 4 * count
                assert len({item["summary"] for item in listed["memories"]}) == 4 * count

    asyncio.run(run())
