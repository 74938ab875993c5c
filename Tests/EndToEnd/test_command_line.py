"""What a person at a terminal sees."""
import json
import os
import stat
import subprocess

from conftest import BINARY, CommandLine, clean_environment


def test_remember_and_recall_work_at_once(command_line, tmp_path):
    written = command_line.json("remember", "The deploy failed because the JWT had expired", "--tags", "deploy")
    found = command_line.json("recall", "why did the deploy fail")
    assert found["results"][0]["memory_id"] == written["memory_id"]
    key = tmp_path / "data" / "owner.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().startswith("mn_live_")


def test_people_read_words_and_programs_read_json(command_line):
    command_line.run("remember", "Alice drinks tea without sugar")
    assert "Alice drinks tea" in command_line.text("recall", "tea", "--text")
    assert json.loads(command_line.text("recall", "tea"))["status"] == "success"


def test_a_long_text_is_kept_whole(command_line):
    text = "The retrospective found many things. " * 40
    identifier = command_line.json("remember", text)["memory_id"]
    opened = command_line.json("reference", identifier)["memory"]
    assert opened["content"] == text and len(opened["summary"]) <= 500


def test_exit_codes_tell_what_went_wrong(command_line):
    assert command_line.run("recall").returncode == 2
    assert command_line.run("recall", "x", "--k", "0").returncode == 2
    assert command_line.run("recall", "x", "--in", "nowhere").returncode == 4
    assert command_line.run("reference", "nothing").returncode == 4
    assert command_line.run("recall", "x", "--api-key", "mn_live_" + "0" * 32).returncode == 3
    assert command_line.run("create_context", "Not A Slug").returncode == 2
    command_line.json("create_context", "twice")
    assert command_line.run("create_context", "twice").returncode == 5
    unknown = command_line.run("rememebr", "x")
    assert unknown.returncode == 2 and "remember" in unknown.stderr.decode()


def test_every_command_explains_itself(command_line):
    overview = command_line.text("help")
    names = [line.split()[0] for line in overview.splitlines() if line.startswith("  ") and not line.startswith("  mneme")]
    assert {"serve", "remember", "recall", "doctor", "backup"} <= set(names)
    for name in names:
        page = command_line.text(name, "--help")
        assert "mneme " + name in page or name in ("help", "version"), name


def test_the_examples_of_the_help_run(command_line):
    """Each example is a line that works as it stands, but for identifiers, which must at least be understood."""
    import re
    import shlex

    command_line.json("create_context", "my-project-old")
    for context in ["old-project", "draft"]:
        command_line.json("create_context", context)
    names = re.findall(r"^  ([a-z_]+) ", command_line.text("help").split("Operations")[1].split("Commands")[0], re.M)
    for name in names:
        example = re.search(r"^Example: mneme (.*)$", command_line.text(name, "--help"), re.M)
        # What a shell fills in from files is tried in test_plugins.py, with files.
        if example and "$(" not in example.group(1):
            done = command_line.run(*shlex.split(example.group(1)))
            assert done.returncode in (0, 4), (name, done.stdout, done.stderr)
            # No plugin is installed; its name stands for one as an identifier does.
            names_nothing = "01976c1e" in example.group(1) or "plugin " in example.group(1) or "plugin_logs " in example.group(1)
            if not names_nothing:
                assert done.returncode == 0, (name, done.stdout, done.stderr)
        if name == "update_context":
            command_line.run("update_context", "default", "--is-locked", "false")


def test_completion_scripts_are_understood_by_the_shell(command_line):
    for shell in ["bash", "zsh", "fish"]:
        script = command_line.text("completion", shell)
        assert "remember" in script
        if shell == "bash":
            subprocess.run(["bash", "-n"], input=script.encode(), check=True)


def test_a_server_elsewhere_is_asked_with_two_variables(server, tmp_path):
    remote = CommandLine(tmp_path / "unused", MNEME_URL=server.url, MNEME_API_KEY=server.key)
    identifier = remote.json("remember", "Written over the wire by the command line", "--tags", "a", "--tags", "b")["memory_id"]
    assert remote.json("recall", "over the wire")["results"][0]["memory_id"] == identifier
    assert remote.json("reference", identifier)["memory"]["tags"] == ["a", "b"]
    assert remote.json("list_tags", "default", "--prefix", "a")["tags"][0]["tag"] == "a"
    assert remote.run("reference", "nothing").returncode == 4
    assert not (tmp_path / "unused").exists()


def test_two_racing_first_starts_make_one_owner(tmp_path):
    environment = clean_environment(MNEME_DATA=str(tmp_path / "race"))
    racers = [
        subprocess.Popen([BINARY, "remember", f"Racer number {n} was here"], env=environment,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(6)]
    for racer in racers:
        out, err = racer.communicate()
        assert racer.returncode == 0, (out, err)
    line = CommandLine(tmp_path / "race")
    assert line.json("get_usage")["members"]["used"] == 1
    assert line.json("list_memories")["total"] == 6
    assert len([f for f in os.listdir(tmp_path / "race") if f.startswith("owner.key")]) == 1


def test_the_configuration_is_checked_and_shown(command_line, tmp_path):
    file = tmp_path / "mneme.conf.lua"
    file.write_text('return { port = 7000, host = "127.0.0.1", data = env("HOME") .. "/memory", log_level = "debug" }')
    shown = command_line.json("config", "show", "--json", "--config", str(file), "--port", "7001")
    assert shown["port"] == shown["port"] | {"value": 7001, "from": "flag --port"}
    assert shown["log_level"]["from"] == str(file)
    assert shown["data"]["from"] == "environment MNEME_DATA"
    assert shown["durability"]["from"] == "default"
    assert command_line.run("config", "check", "--config", str(file)).returncode == 0
    file.write_text("return { port = 'many', prot = 1 }")
    refused = command_line.run("config", "check", "--config", str(file))
    assert refused.returncode == 2 and b"port" in refused.stderr and b"prot" in refused.stderr
    for broken in ["return {", "error('no')", "while true do end", "return 1", "os.exit()"]:
        file.write_text(broken)
        refused = command_line.run("config", "check", "--config", str(file))
        assert refused.returncode == 2 and str(file).encode() in refused.stderr, broken


def test_backup_and_restore(command_line, tmp_path):
    command_line.json("remember", "Kept in the backup for later")
    copy = str(tmp_path / "copy.db")
    command_line.text("backup", copy)
    assert command_line.run("backup", copy).returncode != 0
    command_line.json("remember", "Written after the backup was made")
    command_line.text("restore", copy)
    assert [m["summary"] for m in command_line.json("list_memories")["memories"]] == ["Kept in the backup for later"]
    (tmp_path / "broken.db").write_bytes(open(copy, "rb").read()[:5000])
    refused = command_line.run("restore", str(tmp_path / "broken.db"))
    assert refused.returncode != 0
    assert command_line.json("list_memories")["total"] == 1


def test_doctor_is_content_with_a_good_store_and_tells_of_a_bad_one(command_line, tmp_path):
    command_line.json("remember", "A memory to look after")
    assert command_line.run("doctor").returncode == 0
    os.chmod(tmp_path / "data" / "owner.key", 0o644)
    told = command_line.run("doctor")
    assert told.returncode == 1 and b"chmod" in told.stdout
    os.remove(tmp_path / "data" / "owner.key")
    assert b"owner-key --renew" in command_line.run("doctor").stdout
    command_line.text("owner-key", "--renew")
    assert command_line.run("doctor").returncode == 0
    repaired = command_line.run("doctor", "--repair")
    assert repaired.returncode == 0 and b"removed 0 links" in repaired.stdout
