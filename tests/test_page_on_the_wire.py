"""The page behind a real socket: what uvicorn adds or leaves out, and how `senim form` begins and ends."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.webserver import CONNECTIONS, make_server
from tests.page import BOUNDARY, Desk, form_of, multipart

CONFIG = """\
school: {{name: {{kk: "№ 12 мектеп"}}}}
mailbox:
  address: box@school.example
  imap: {{host: 127.0.0.1, port: 1, username: box, password_file: secret}}
submission: {{host: 127.0.0.1, port: 1, username: box, password_file: secret}}
journal: {{url: "sqlite:///journal.db", key_file: journal.key}}
staff: [{{name: "Айгүл Сейітқызы", address: psy@school.example, role: psychologist}}]
form: {{listen: "127.0.0.1:{port}"}}
"""


@contextmanager
def served(desk: Desk) -> Iterator[int]:
    """The page on a port of its own."""
    assert desk.settings
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = make_server(desk.settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_the_server_says_neither_its_name_nor_the_time(capfd: pytest.CaptureFixture[str]) -> None:
    with served(Desk().with_()) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/?lang=ru", headers={"X-Forwarded-For": "203.0.113.7", "Cookie": "a=b"})
        answer = connection.getresponse()
        page = answer.read().decode()
        named = {name.lower() for name, _ in answer.getheaders()}
        assert "Ящик доверия" in page and not {"server", "date", "set-cookie"} & named
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
        connection.close()
    said = capfd.readouterr()
    assert "127.0.0.1" not in said.out + said.err and "GET" not in said.out + said.err


def test_a_letter_in_chunks_without_a_length_arrives_once() -> None:
    desk = Desk().with_()
    with served(desk) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        body = multipart({"text": "Асханада орын жетпейді.", "language": "kk"})
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        pieces = (body[at : at + 7] for at in range(0, len(body), 7))
        connection.request("POST", "/", pieces, kind, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 303 and answer.getheader("Location") == "sent?lang=kk"
        connection.close()
    assert [form_of(letter).text for letter in desk.letters] == ["Асханада орын жетпейді."]


@pytest.mark.parametrize("begun", [b"", b"POST / HTTP/1.1\r\nHost: school.example\r\nX-Slow: "])
def test_a_connection_on_which_no_request_comes_is_closed(
    begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.webserver.HEAD_PATIENCE", 0.05)
    with served(Desk().with_()) as port, socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(begun)
        assert line.recv(1000) == b""


def test_a_family_that_writes_for_long_after_opening_the_page_is_not_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intake.webserver.HEAD_PATIENCE", 0.05)
    desk = Desk().with_()
    with served(desk) as port, socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        body = b"text=x"
        head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        threading.Event().wait(0.3)  # far longer than a head may take: the body has its own patience
        line.sendall(body)
        assert line.recv(1000).startswith(b"HTTP/1.1 303")


def test_there_is_an_end_to_how_many_may_wait_at_once() -> None:
    desk = Desk().with_()
    assert desk.settings
    config = make_server(desk.settings).config
    assert config.limit_concurrency == CONNECTIONS
    assert not config.proxy_headers and not config.access_log


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_senim_form_serves_until_it_is_told_to_end(tmp_path: Path, ending: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = write_config(tmp_path, port)
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (
            second.returncode == 1
            and "form.listen" in second.stderr
            and "choose another port" in second.stderr
        )
        assert "Traceback" not in second.stderr
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "Сенім жәшігі" in first_answer(port, running)
        running.send_signal(ending)
        out, errors = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0 and errors == ""
    assert "GET" not in out


def write_config(folder: Path, port: int) -> list[str]:
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(port=port))
    secret = folder / "secret"
    secret.write_text("password\n")
    secret.chmod(0o600)
    return [sys.executable, "-m", "intake", "--config", str(config), "form"]


def first_answer(port: int, running: subprocess.Popen[str]) -> str:
    """The page, as soon as the command serves it."""
    while running.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/")
            return connection.getresponse().read().decode()
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
    raise AssertionError(f"senim form ended: {running.communicate()}")
