"""What survives: restarts, signals, sudden death, and several processes at once."""
import random
import signal
import threading
import time

import httpx
from conftest import BINARY, CommandLine, clean_environment, memory


def test_a_restart_loses_nothing(new_server):
    server = new_server()
    with server.client() as api:
        identifier = api.post("/api/v1/memory/remember", json=memory("It outlives the process that wrote it")).json()["memory_id"]
    assert server.stop() == 0
    server.start()
    with server.client() as api:
        opened = api.get(f"/api/v1/memory/reference/{identifier}", params={"context_id": "default"})
        assert opened.json()["memory"]["summary"] == "It outlives the process that wrote it"


def test_every_acknowledged_write_survives_sudden_death(new_server):
    """Fifty rounds: several clients write, the process is killed at a moment of chance, all that was acknowledged is there."""
    server = new_server()
    chance = random.Random(20261121)
    acknowledged: list[str] = []
    lock = threading.Lock()

    def write(name: str):
        try:
            with server.client() as api:
                number = 0
                while True:
                    answer = api.post("/api/v1/memory/remember", json=memory(f"Writer {name} wrote number {number}"))
                    if answer.status_code == 201:
                        with lock:
                            acknowledged.append(answer.json()["memory_id"])
                    number += 1
        except (httpx.HTTPError, OSError):
            pass

    for round_number in range(50):
        before = len(acknowledged)
        writers = [threading.Thread(target=write, args=(f"{round_number}-{n}",)) for n in range(3)]
        for writer in writers:
            writer.start()
        wanted = before + chance.randrange(1, 12)
        while len(acknowledged) < wanted and any(w.is_alive() for w in writers):
            time.sleep(0.001)
        server.stop(signal.SIGKILL)
        for writer in writers:
            writer.join()
        assert len(acknowledged) > before
        server.start()
    with server.client() as api:
        present: set[str] = set()
        while True:
            page = api.get("/api/v1/memory/list", params={"context_id": "default", "limit": 200, "offset": len(present)}).json()
            present |= {m["id"] for m in page["memories"]}
            if not page["has_more"]:
                break
    assert set(acknowledged) <= present
    server.stop()
    assert CommandLine(server.data).run("doctor").returncode == 0


def test_a_stop_answers_what_is_under_way(new_server):
    server = new_server()
    answers: list[int] = []

    def write(n: int):
        with server.client() as api:
            for i in range(1000):
                try:
                    answers.append(api.post("/api/v1/memory/remember", json=memory(f"Writer {n}, number {i}, before the stop")).status_code)
                except httpx.ConnectError:
                    return
                except httpx.RemoteProtocolError:
                    # An idle connection was closed between two requests.
                    return
                except httpx.ReadError:
                    return

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    while len(answers) < 40:
        time.sleep(0.001)
    assert server.stop() == 0
    for writer in writers:
        writer.join()
    assert set(answers) == {201}
    assert CommandLine(server.data).json("list_memories")["total"] >= len(answers)


def test_a_server_and_the_command_line_share_a_data_folder(new_server):
    server = new_server()
    line = CommandLine(server.data)
    with server.client() as api:
        for n in range(5):
            api.post("/api/v1/memory/remember", json=memory(f"Written by the server, number {n}"))
            line.json("remember", f"Written by the command line, number {n}")
        assert api.get("/api/v1/memory/list", params={"context_id": "default"}).json()["total"] == 10
        found = api.post("/api/v1/memory/recall", json={"context_id": "default", "query": "command line", "k": 10}).json()
        assert len(found["results"]) >= 5
    assert line.json("list_memories")["total"] == 10


def test_a_taken_port_is_told_with_what_to_do(new_server):
    import subprocess

    server = new_server()
    port = server.url.rsplit(":", 1)[1]
    second = subprocess.run([BINARY, "serve", "--data", str(server.data), "--port", port], capture_output=True, env=clean_environment())
    assert second.returncode == 7 and port.encode() in second.stderr


def test_a_certificate_makes_it_https_and_a_signal_reads_it_again(new_server, tmp_path):
    import ssl
    import subprocess

    def certificate(name: str):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(tmp_path / "key.pem"),
             "-out", str(tmp_path / "cert.pem")], check=True, capture_output=True)

    def subject(url: str) -> str:
        host, port = url.removeprefix("https://").split(":")
        pem = ssl.get_server_certificate((host, int(port)))
        shown = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem.encode(), capture_output=True, check=True)
        return shown.stdout.decode()

    certificate("first")
    server = new_server("tls", "--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    assert server.url.startswith("https://")
    trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    assert httpx.get(server.url + "/health", verify=trust, trust_env=False).json()["status"] == "ok"
    assert "first" in subject(server.url)
    certificate("second")
    server.process.send_signal(signal.SIGHUP)
    while "second" not in subject(server.url):
        time.sleep(0.01)


def test_a_unix_socket_serves_as_well(new_server, tmp_path):
    path = tmp_path / "s"
    new_server("unix", "--socket", str(path))
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
        assert client.get("http://mneme/health").json()["status"] == "ok"
