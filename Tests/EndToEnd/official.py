"""The official MCP client, in each of its modes, with a witness who holds every message of the server against the
specification's schema of the revision, and against the SDK's own types of it."""
from __future__ import annotations

import json
from contextlib import asynccontextmanager

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import methods as wire
from mcp_types.jsonrpc import JSONRPCError, JSONRPCRequest, JSONRPCResponse

from conftest import BINARY, clean_environment
from wire_schema import WireSchema

MODERN = "2026-07-28"
MODES = {"auto": MODERN, MODERN: MODERN, "legacy": "2025-11-25"}
TRANSPORTS = ["http", "stdio"]


class Witness:
    """Stands between client and transport, and remembers what passes."""

    def __init__(self):
        self.methods: dict[object, str] = {}
        self.seen: list[tuple[str | None, object]] = []

    def sent(self, message):
        if isinstance(message, JSONRPCRequest):
            self.methods[message.id] = message.method

    def received(self, message):
        is_answer = isinstance(message, (JSONRPCResponse, JSONRPCError))
        self.seen.append((self.methods.pop(message.id, None) if is_answer else None, message))

    def check(self, revision: str):
        assert self.seen
        schema = WireSchema.of(revision)
        for request, message in self.seen:
            raw = message.model_dump(mode="json", by_alias=True, exclude_unset=True)
            assert schema.faults(raw, request) == [], (request, raw)
            if isinstance(message, JSONRPCResponse):
                if (request, revision) in wire.SERVER_RESULTS:
                    wire.validate_server_result(request, revision, message.result)
                assert ("resultType" in message.result) == (revision == MODERN), request
            elif isinstance(message, JSONRPCRequest):
                assert revision != MODERN, f"a modern server sends no requests: {raw}"

    def heard(self, method: str) -> list[dict]:
        """The parameters of the notifications of that method."""
        return [message.params for _, message in self.seen if getattr(message, "method", None) == method]


class Ear:
    """A stream whose messages are shown to a witness."""

    def __init__(self, stream, show):
        self.stream, self.show = stream, show

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def heard(self, item):
        assert not isinstance(item, Exception), item
        self.show(item.message)
        return item

    async def send(self, item):
        await self.stream.send(self.heard(item))

    async def receive(self):
        return self.heard(await self.stream.receive())

    def __aiter__(self):
        return self

    async def __anext__(self):
        return self.heard(await self.stream.__anext__())

    async def __aenter__(self):
        await self.stream.__aenter__()
        return self

    async def __aexit__(self, *end):
        return await self.stream.__aexit__(*end)


@asynccontextmanager
async def witnessed(transport, witness: Witness):
    async with transport as (reading, writing):
        yield Ear(reading, witness.received), Ear(writing, witness.sent)


@asynccontextmanager
async def connected(server, transport: str, mode: str, query: str = "", *, arguments: list[str] | None = None, **more):
    """The official client; what it heard was checked when the block ends."""
    witness = Witness()
    if transport == "http":
        async with create_mcp_http_client(headers={"Authorization": f"Bearer {server.key}"}) as http:
            streams = streamable_http_client(f"{server.url}/mcp{query}", http_client=http)
            async with Client(witnessed(streams, witness), mode=mode, cache=None, **more) as client:
                client.witness = witness
                yield client
                revision = client.protocol_version
    else:
        words = ["mcp", "--data", str(server.data), *(arguments or [])]
        parameters = StdioServerParameters(command=BINARY, args=words, env=clean_environment())
        async with Client(witnessed(stdio_client(parameters), witness), mode=mode, cache=None, **more) as client:
            client.witness = witness
            yield client
            revision = client.protocol_version
    assert revision == MODES[mode]
    witness.check(revision)


def structured(result) -> dict:
    """What a call returned, which is the same as text and as structured content."""
    assert len(result.content) == 1
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def in_every_way(test):
    test = pytest.mark.parametrize("transport", TRANSPORTS)(test)
    return pytest.mark.parametrize("mode", list(MODES))(test)
