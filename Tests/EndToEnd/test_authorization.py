"""Programs that come without a key: the official client's own OAuth over HTTP, with a user at the page."""
from __future__ import annotations

import asyncio
import html
import re
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from conftest import CommandLine, memory

MODES = {"auto": "2026-07-28", "2026-07-28": "2026-07-28", "legacy": "2025-11-25"}
REDIRECT = "http://127.0.0.1:33418/callback"


class User:
    """Somebody with a browser, who fills in the first form of the page."""

    def __init__(self, **fields: str):
        self.fields = fields
        self.pages: list[str] = []

    def visit(self, url: str) -> dict[str, str]:
        """Opens `url` and decides. Returns what the program is sent back with."""
        with httpx.Client(trust_env=False, timeout=60) as browser:
            page = browser.get(url)
            if page.status_code == 200:
                self.pages.append(page.text)
                form = page.text[page.text.index("<form"):page.text.index("</form>")]
                hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
                fields = {name: html.unescape(value) for name, value in hidden} | self.fields
                action = re.search(r'action="([^"]*)"', form)[1]
                page = browser.post(urljoin(url, action), data=fields)
            assert page.status_code == 303, page.text
            return {k: v[0] for k, v in parse_qs(urlsplit(page.headers["location"]).query).items()}


class Program:
    """What a program keeps between its runs, and how it signs in."""

    def __init__(self, server, user: User, path: str = "/mcp"):
        self.server, self.user, self.path = server, user, path
        self.tokens = self.info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.info

    async def set_client_info(self, info):
        self.info = info

    def provider(self) -> OAuthClientProvider:
        answer: dict[str, str] = {}

        async def open_browser(url: str):
            answer.clear()
            answer.update(await asyncio.to_thread(self.user.visit, url))

        async def wait_for_callback():
            return AuthorizationCodeResult(
                code=answer.get("code", ""), state=answer.get("state"), iss=answer.get("iss"))

        metadata = OAuthClientMetadata(
            client_name="Test program", redirect_uris=[REDIRECT], token_endpoint_auth_method="none")
        return OAuthClientProvider(
            server_url=self.server.url + self.path, storage=self, redirect_handler=open_browser,
            callback_handler=wait_for_callback, client_metadata=metadata)

    @asynccontextmanager
    async def connected(self, mode: str = "auto", age=None):
        provider = self.provider()
        async with create_mcp_http_client(auth=provider) as http:
            streams = streamable_http_client(self.server.url + self.path, http_client=http)
            async with Client(streams, mode=mode, cache=None) as client:
                if age is not None:
                    age(provider)
                yield client

    def post(self, path: str, **fields: str) -> httpx.Response:
        return httpx.post(self.server.url + path, data=fields | {"client_id": self.info.client_id}, trust_env=False)

    def works(self) -> bool:
        """Whether the token that it has opens anything."""
        headers = {"Authorization": f"Bearer {self.tokens.access_token}"}
        return httpx.get(
            self.server.url + "/api/v1/contexts", headers=headers, trust_env=False).status_code == 200


@pytest.mark.parametrize("mode", list(MODES))
def test_the_official_client_signs_in_calls_refreshes_and_signs_in_again(server, mode):
    user = User(key=server.key)
    program = Program(server, user)

    async def first():
        async with program.connected(mode) as client:
            assert client.protocol_version == MODES[mode]
            assert "recall" in [tool.name for tool in (await client.list_tools()).tools]
            said = f"The {mode} lighthouse was painted white"
            done = await client.call_tool("remember", memory(said))
            assert not done.is_error, done
            found = await client.call_tool("recall", {"query": "lighthouse", "context_id": "default"})
            assert said in str(found.structured_content)

    asyncio.run(first())
    assert len(user.pages) == 1 and "Test program" in user.pages[0]
    assert set(program.tokens.scope.split()) == {"memory:read", "memory:write"}
    before = program.tokens

    async def later():
        async with program.connected(mode, age=lambda p: setattr(p.context, "token_expiry_time", 1)) as client:
            await client.list_tools()
            await client.call_tool("list_contexts", {})

    # The next run finds what was kept; when its token is old, the client refreshes it without a user.
    asyncio.run(later())
    assert len(user.pages) == 1
    assert program.tokens.access_token != before.access_token
    assert program.tokens.refresh_token != before.refresh_token
    assert program.works()

    # A refresh token that comes twice takes the whole family with it.
    again = program.post("/token", grant_type="refresh_token", refresh_token=before.refresh_token)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not program.works()

    # The client notices, and asks its user once more.
    asyncio.run(first())
    assert len(user.pages) == 2
    assert program.post("/revoke", token=program.tokens.refresh_token).status_code == 200
    assert not program.works()


def test_a_program_that_needs_more_asks_for_more(server):
    user = User(key=server.key)
    program = Program(server, user)

    async def make_a_key():
        async with program.connected() as client:
            assert not (await client.call_tool("list_contexts", {})).is_error
            assert "administer" not in user.pages[0]
            return await client.call_tool("create_key", {"name": "made by a program"})

    made = asyncio.run(make_a_key())
    assert not made.is_error and made.structured_content["secret"].startswith("mn_live_")
    assert len(user.pages) == 2 and "administer" in user.pages[1]
    assert "admin" in program.tokens.scope.split()


def test_what_a_token_is_not_for_is_told_in_http(server):
    program = Program(server, User(key=server.key))

    async def sign_in():
        async with program.connected() as client:
            await client.list_tools()

    asyncio.run(sign_in())
    narrow = program.post(
        "/token", grant_type="refresh_token", refresh_token=program.tokens.refresh_token, scope="memory:read").json()
    with server.client(narrow["access_token"]) as client:
        assert client.get("/api/v1/contexts").status_code == 200
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "remember", "arguments": {}}}
        mcp = client.post("/mcp", json=body)
        rest = client.post("/api/v1/memory/remember", json=memory("Nothing of this is kept"))
        for answer in (mcp, rest):
            assert answer.status_code == 403
            challenge = answer.headers["WWW-Authenticate"]
            assert 'error="insufficient_scope"' in challenge
            assert 'scope="memory:read memory:write"' in challenge
            assert f'resource_metadata="{server.url}/.well-known/oauth-protected-resource/mcp"' in challenge


def test_from_an_address_alone_a_client_finds_its_way(server):
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        refused = client.post("/mcp", json={})
        assert refused.status_code == 401
        place = re.search(r'resource_metadata="([^"]*)"', refused.headers["WWW-Authenticate"])[1]
        assert 'scope="memory:read memory:write"' in refused.headers["WWW-Authenticate"]
        assert "error=" not in refused.headers["WWW-Authenticate"]
        resource = client.get(place).json()
        assert resource["resource"] == f"{server.url}/mcp"
        issuer = resource["authorization_servers"][0]
        assert issuer == server.url
        for name in ("oauth-authorization-server", "openid-configuration"):
            document = client.get(f"{issuer}/.well-known/{name}").json()
            assert document["issuer"] == issuer
        wrong = client.post("/mcp", json={}, headers={"Authorization": "Bearer mn_at_" + "0" * 43})
        assert wrong.status_code == 401 and 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
        preflight = client.options(
            "/mcp", headers={"Origin": "http://localhost:6274", "Access-Control-Request-Method": "POST"})
        assert preflight.headers["Access-Control-Allow-Origin"] == "http://localhost:6274"
        assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
        for headers, status in (({"Origin": "https://evil.example"}, 403), ({"Host": "evil.example"}, 421)):
            for method, path in (("POST", "/mcp"), ("GET", "/api/v1/contexts")):
                assert client.request(method, path, headers=headers).status_code == status
        assert client.get("/authorize", headers={"Host": "evil.example"}).status_code == 421


def test_a_token_of_one_workspace_never_sees_anothers(new_server, tmp_path):
    command_line = CommandLine(tmp_path / "data")
    lines = command_line.text("workspace", "create", "other").splitlines()
    workspace, key = [line.split()[1] for line in lines]
    server = new_server("data")
    mine = Program(server, User(key=server.key))
    theirs = Program(server, User(key=key), path=f"/mcp/w/{workspace}")

    async def tell(program, said):
        async with program.connected() as client:
            done = await client.call_tool("remember", memory(said))
            assert not done.is_error, done
            return str((await client.call_tool("list_memories", {"context_id": "default"})).structured_content)

    assert "The harbour belongs to us" in asyncio.run(tell(mine, "The harbour belongs to us"))
    seen = asyncio.run(tell(theirs, "The harbour belongs to them"))
    assert "to them" in seen and "to us" not in seen
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for program, path in ((mine, f"/mcp/w/{workspace}"), (theirs, "/mcp")):
        headers = {"Authorization": f"Bearer {program.tokens.access_token}"}
        answer = httpx.post(server.url + path, json=body, headers=headers, trust_env=False)
        assert answer.status_code == 401


def test_a_user_signs_in_with_a_password(new_server, tmp_path):
    command_line = CommandLine(tmp_path / "data")
    done = command_line.run("user", "password", "owner", "--sign-in", "ada", stdin=b"correct horse\n")
    assert done.returncode == 0, done.stderr
    assert command_line.run("user", "password", "owner", stdin=b"short\n").returncode == 2
    assert "owner of personal" in command_line.text("user", "list")
    server = new_server("data")
    program = Program(server, User(name="ada", password="correct horse"))

    async def sign_in():
        async with program.connected() as client:
            return await client.call_tool("list_contexts", {})

    assert not asyncio.run(sign_in()).is_error


def test_tokens_outlive_a_restart_and_are_not_in_the_file(new_server):
    server = new_server("data", "--port", "0")
    program = Program(server, User(key=server.key))

    async def sign_in():
        async with program.connected() as client:
            await client.list_tools()

    asyncio.run(sign_in())
    port = server.url.rsplit(":", 1)[1]
    server.stop()
    secrets = [program.tokens.access_token.encode(), program.tokens.refresh_token.encode()]
    for path in server.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret in content for secret in secrets), path
    log = (server.data.parent / "data.log").read_bytes()
    assert not any(secret in log for secret in secrets) and server.key.encode() not in log
    server.flags = ["--port", port]
    server.start()
    assert program.works()
