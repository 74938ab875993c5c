"""`mneme connect`, on the settings files of a home folder of its own."""
from __future__ import annotations

import json
import os
import subprocess
import tomllib

import pytest

from conftest import BINARY, clean_environment

FILES = {
    "claude-code": ".claude.json",
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".config/Code/User/mcp.json",
    "codex": ".codex/config.toml",
}
SERVERS = {"vscode": "servers", "codex": "mcp_servers"}


class Home:
    def __init__(self, path):
        self.path = path
        path.mkdir()

    def connect(self, *words: str, code: int = 0) -> str:
        environment = clean_environment(HOME=str(self.path))
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "CODEX_HOME"):
            environment.pop(name, None)
        done = subprocess.run([BINARY, "connect", *words], capture_output=True, env=environment, cwd=self.path)
        assert done.returncode == code, (done.stdout, done.stderr)
        return (done.stdout + done.stderr).decode()

    def file(self, program: str):
        return self.path / FILES[program]

    def entry(self, program: str, name: str = "mneme"):
        text = self.file(program).read_text()
        settings = tomllib.loads(text) if program == "codex" else json.loads(text)
        return settings[SERVERS.get(program, "mcpServers")][name]

    def write(self, program: str, text: str):
        self.file(program).parent.mkdir(parents=True, exist_ok=True)
        self.file(program).write_text(text)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.mark.parametrize("program", list(FILES))
def test_shown_first_written_when_asked_and_undone(home, program):
    shown = home.connect(program)
    assert FILES[program] in shown and '"mcp"' in shown
    assert not home.file(program).exists()
    home.connect(program, "--write")
    entry = home.entry(program)
    assert os.path.samefile(entry["command"], BINARY)
    assert entry["args"] == ["mcp", "--data", f"{home.path}/.local/share/mneme"]
    assert oct(home.file(program).stat().st_mode & 0o777) == "0o600"
    assert "has it already" in home.connect(program, "--write")
    home.connect(program, "--undo")
    assert list(home.file(program).parent.glob("*mneme*")) == []
    assert not home.file(program).exists()
    assert "nothing to undo" in home.connect(program, "--undo")


@pytest.mark.parametrize("program", ["claude-code", "cursor", "vscode", "codex"])
def test_a_server_elsewhere_with_and_without_a_key(home, program):
    home.connect(program, "--server", "https://memory.example.org/", "--write")
    entry = home.entry(program)
    assert entry["url"] == "https://memory.example.org/mcp"
    assert "headers" not in entry and "http_headers" not in entry
    home.connect(program, "--server", "https://memory.example.org/mcp/w/x?profile=full", "--api-key", "mn_live_x", "--write")
    entry = home.entry(program)
    assert entry["url"] == "https://memory.example.org/mcp/w/x?profile=full"
    assert (entry.get("headers") or entry["http_headers"]) == {"Authorization": "Bearer mn_live_x"}
    home.connect(program, "--undo")
    assert not home.file(program).exists()


def test_what_others_wrote_stays_to_the_byte(home):
    text = '{\n  // mine\n  "servers": {\n    "other": {"type": "http", "url": "https://o.example"}, // keep\n  },\n  "inputs": [],\n}\n'
    home.write("vscode", text)
    home.file("vscode").chmod(0o644)
    home.connect("vscode", "--write")
    changed = home.file("vscode").read_text()
    for line in text.splitlines():
        assert line in changed
    assert changed.index("other") < changed.index('"mneme"') < changed.index("inputs")
    assert (home.file("vscode").parent / "mcp.json.mneme-backup").read_text() == text
    assert oct(home.file("vscode").stat().st_mode & 0o777) == "0o644"
    home.connect("vscode", "--undo")
    assert home.file("vscode").read_text() == text


def test_what_was_changed_since_stays_when_it_is_undone(home):
    home.write("cursor", '{"mcpServers": {"mneme": {"command": "old"}, "a": {"command": "a"}}}\n')
    home.connect("cursor", "--write")
    settings = json.loads(home.file("cursor").read_text())
    settings["mcpServers"]["b"] = {"command": "b"}
    home.write("cursor", json.dumps(settings))
    home.connect("cursor", "--undo")
    assert json.loads(home.file("cursor").read_text()) == {
        "mcpServers": {"mneme": {"command": "old"}, "a": {"command": "a"}, "b": {"command": "b"}}}


def test_tables_of_others_stay_to_the_byte(home):
    text = (
        'model = "o4"\n\n[mcp_servers.other] # keep\ncommand = "x"\nargs = [\n  ["a"],\n  "[mcp_servers.mneme]",\n]\n\n'
        '[profiles.x]\nnote = """\n[mcp_servers.mneme]\n"""\n')
    home.write("codex", text)
    home.connect("codex", "--server", "https://m.example", "--write")
    changed = home.file("codex").read_text()
    assert changed.startswith(text)
    assert home.entry("codex") == {"url": "https://m.example/mcp"}
    assert home.entry("codex", "other")["args"] == [["a"], "[mcp_servers.mneme]"]
    home.connect("codex", "--server", "https://n.example", "--write")
    assert home.file("codex").read_text().count("[mcp_servers.mneme]\nurl") == 1
    home.connect("codex", "--undo")
    assert home.file("codex").read_text() == text


@pytest.mark.parametrize("program, text", [
    ("cursor", "{ nonsense"), ("cursor", "[]"), ("cursor", '{"mcpServers": []}'), ("vscode", '{"servers": 7}'),
    ("codex", 'mcp_servers = { mneme = { command = "x" } }\n'), ("codex", '[mcp_servers]\nmneme.command = "x"\n'),
    ("codex", "[mcp servers]\n"),
])
def test_what_cannot_be_read_is_left_alone(home, program, text):
    home.write(program, text)
    assert "was left as it is" in home.connect(program, "--write", code=1)
    assert home.file(program).read_text() == text
    assert [p.name for p in home.file(program).parent.iterdir()] == [home.file(program).name]


def test_a_link_stays_a_link(home):
    (home.path / "dotfiles").mkdir()
    (home.path / "dotfiles/mcp.json").write_text("{}")
    (home.path / ".cursor").mkdir()
    home.file("cursor").symlink_to(home.path / "dotfiles/mcp.json")
    home.connect("cursor", "--write")
    assert home.file("cursor").is_symlink()
    assert "mneme" in json.loads((home.path / "dotfiles/mcp.json").read_text())["mcpServers"]


def test_for_one_folder_only(home):
    folder = home.path / "work"
    folder.mkdir()
    for program, file in (("claude-code", ".mcp.json"), ("cursor", ".cursor/mcp.json"), ("vscode", ".vscode/mcp.json")):
        home.connect(program, "--project", "work", "--write", "--name", "team-memory")
        settings = json.loads((folder / file).read_text())
        assert "team-memory" in settings[SERVERS.get(program, "mcpServers")]
        assert not home.file(program).exists()
    assert "no settings for a folder" in home.connect("codex", "--project", "work", code=2)


def test_programs_that_are_set_up_elsewhere_are_explained(home):
    assert "https://m.example/mcp" in home.connect("chatgpt", "--server", "https://m.example")
    assert "Add custom connector" in home.connect("claude-desktop", "--server", "https://m.example")
    assert "no file" in home.connect("chatgpt", "--write", code=2)
    assert "Say which program" in home.connect("emacs", code=2)
    assert "--server is an address" in home.connect("cursor", "--server", "m.example", code=2)


def test_the_line_for_claude_code_is_quoted_for_a_shell(home):
    shown = home.connect("claude-code", "--server", "https://m.example", "--api-key", "mn_live_x")
    assert "--header 'Authorization: Bearer mn_live_x'" in shown


def test_what_is_written_starts_the_server_it_names(home):
    home.connect("cursor", "--write")
    entry = home.entry("cursor")
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
    ]
    done = subprocess.run(
        [entry["command"], *entry["args"]], input="".join(json.dumps(line) + "\n" for line in lines).encode(),
        capture_output=True, env=clean_environment(HOME=str(home.path)))
    assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]["name"] == "mneme"
