"""The server under one client at a time: what reaches the application, what is refused, how answers travel."""

import json
import os
import signal
from collections.abc import Iterator
from http.client import IncompleteRead
from pathlib import Path

import pytest

from tests.processes import free_port, living
from tests.reliability.server import Running, failed_start, read_answer, running, wait_until

MAX_BODY = 600_000
IN_MEMORY = 256 * 1024
GET = b"GET /echo HTTP/1.1\r\nHost: t\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: t\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n" % MAX_BODY + b"b" * MAX_BODY + b"\r\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A group for the tests that leave it as it was."""
    with running(tmp_path_factory.mktemp("shared"), workers=1, threads=2, max_body=MAX_BODY) as group:
        yield group


def post(body: bytes, *headers: str, length: int | None = None) -> bytes:
    head = ["POST /echo HTTP/1.1", "Host: t", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def environ_of(shared: Running, target: str, *headers: str) -> dict[str, str]:
    request = "\r\n".join([f"GET {target} HTTP/1.1", "Host: portal.example", *headers, "", ""])
    found: dict[str, str] = json.loads(shared.send(request.encode("latin-1")).body)
    return found


def test_environ_path_is_decoded_bytes_as_latin_1(shared: Running) -> None:
    environ = environ_of(shared, "/describe/%C3%9C/a%2Fb%FF?q=%C3%9C&x=1")
    assert environ["PATH_INFO"].encode("latin-1") == "/describe/Ü/a/b".encode() + b"\xff"
    assert environ["SCRIPT_NAME"] == ""
    assert environ["QUERY_STRING"] == "q=%C3%9C&x=1"


def test_environ_names_both_ends_and_the_protocol(shared: Running) -> None:
    environ = environ_of(shared, "/describe")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", str(shared.port))
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert (environ["SERVER_PROTOCOL"], environ["wsgi.url_scheme"]) == ("HTTP/1.1", "http")
    assert environ["HTTP_HOST"] == "portal.example"


def test_environ_joins_repeated_headers(shared: Running) -> None:
    environ = environ_of(shared, "/describe", "Accept: a", "Accept: b", "Cookie: c=1", "Cookie: d=2")
    assert environ["HTTP_ACCEPT"] == "a,b"
    assert environ["HTTP_COOKIE"] == "c=1; d=2"


def test_environ_leaves_out_headers_that_pretend(shared: Running) -> None:
    environ = environ_of(
        shared, "/describe", "X_Forwarded_For: 10.0.0.1", "Proxy: http://evil", "X-Request-ID: mine", "X-Kept: yes"
    )
    assert environ["HTTP_X_KEPT"] == "yes"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_PROXY", "HTTP_X_REQUEST_ID"} & environ.keys()


def test_connection_is_kept_for_the_next_request(shared: Running) -> None:
    with shared.connect() as connection:
        for _ in range(3):
            connection.sendall(b"GET /process HTTP/1.1\r\nHost: t\r\n\r\n")
            assert read_answer(connection).status == 200


@pytest.mark.parametrize("size", [0, 1, IN_MEMORY, IN_MEMORY + 1, MAX_BODY])
def test_body_arrives_whole_in_memory_and_on_disk(shared: Running, size: int) -> None:
    assert shared.send(post(b"b" * size)).body == f"{size} {size}".encode()


def test_chunked_body_gets_its_length(shared: Running) -> None:
    assert shared.send(CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").body == b"5 5"


def test_body_one_byte_too_large_is_refused_after_it_was_sent(shared: Running) -> None:
    answer = shared.send(post(b"b" * (MAX_BODY + 1)))
    assert answer.status == 413
    assert "Göndərilən məlumat çox böyükdür" in answer.body.decode()


def test_body_far_too_large_is_refused_unread(shared: Running) -> None:
    assert shared.send(post(b"", length=100 * MAX_BODY)).status == 413


def test_chunked_body_too_large_is_refused(shared: Running) -> None:
    assert shared.send(CHUNKED + 2 * CHUNK + b"0\r\n\r\n").status == 413


def test_chunked_body_without_end_is_cut_off(shared: Running) -> None:
    assert shared.send(CHUNKED + 4 * CHUNK + b"1\r\nb\r\n").status == 413


MALFORMED = {
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
    "list of lengths": POST + b"Content-Length: 2, 2\r\n\r\nab",
    "negative length": POST + b"Content-Length: -1\r\n\r\nab",
    "signed length": POST + b"Content-Length: +2\r\n\r\nab",
    "unknown coding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "coding not last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "space before colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunked in 1.0": b"POST /echo HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk size not a number": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "chunk longer than said": CHUNKED + b"1\r\nabc\r\n0\r\n\r\n",
    "no host": b"GET /echo HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "NUL in header": GET + b"X-A: a\0b\r\n\r\n",
    "bare CR in header": GET + b"X-A: a\rb\r\n\r\n",
    "space in header name": GET + b"X A: a\r\n\r\n",
    "no resource": b"OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n",
    "tunnel": b"CONNECT t:1 HTTP/1.1\r\nHost: t\r\n\r\n",
    "header too long": GET + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n",
    "request line too long": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: t\r\n\r\n",
    "too many headers": GET + b"" + b"X-A: a\r\n" * 200 + b"\r\n",
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_request_is_refused_and_what_follows_is_never_read(shared: Running, request_bytes: bytes) -> None:
    with shared.connect() as connection:
        connection.sendall(request_bytes + b"GET /describe/smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    status = int(received.split()[1])
    # Length and chunks together may be read by the chunks alone, if the connection ends with it (RFC 9112, 6.3).
    assert 400 <= status < 500 or request_bytes == MALFORMED["length and chunks"]
    assert b"smuggled" not in received


def test_application_error_is_a_plain_page(shared: Running) -> None:
    answer = shared.get("/fail")
    assert answer.status == 500
    assert "Xəta baş verdi" in answer.body.decode()
    assert b"no answer at all" not in answer.body


def test_answer_that_breaks_off_does_not_look_complete(shared: Running) -> None:
    with pytest.raises((IncompleteRead, ConnectionResetError)):
        shared.get("/break_off")


def test_answer_of_a_reader_who_leaves_is_closed(shared: Running) -> None:
    with shared.connect() as connection:
        connection.sendall(b"GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
        assert connection.recv(1)
    wait_until((shared.folder / "closed").exists)


def test_answer_is_passed_on_while_it_is_made(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as group, group.connect() as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: t\r\n\r\n")
        received = b""
        while b"first" not in received:
            received += connection.recv(65_536)
        assert b"second" not in received
        group.open_gate()
        while b"second" not in received:
            received += connection.recv(65_536)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_the_running_request_and_leaves_no_process(tmp_path: Path, number: int) -> None:
    with running(tmp_path, workers=2) as group, group.connect() as connection:
        connection.sendall(b"GET /wait?a HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until((tmp_path / "begun-a").exists)
        # As a terminal does it: Ctrl-C reaches every process of the group at once.
        os.killpg(group.process.pid, number) if number == signal.SIGINT else group.process.send_signal(number)
        wait_until(lambda: refuses(group))
        group.open_gate()
        assert read_answer(connection).body == b"waited"
        assert group.process.wait() == 0
        assert living(group.process.pid) == []


def test_group_ends_with_its_parent(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as group:
        group.process.kill()
        wait_until(lambda: living(group.process.pid) == [])


@pytest.mark.parametrize("position", [0, 1], ids=["web", "worker"])
def test_killed_process_is_replaced(tmp_path: Path, position: int) -> None:
    with running(tmp_path, workers=1) as group:
        before = group.children()
        os.kill(before[position], signal.SIGKILL)
        wait_until(lambda: len(group.children()) == 2 and before[position] not in group.children())
        assert before[1 - position] in group.children()
        wait_until(lambda: not refuses(group))
        assert group.get("/process").status == 200


def test_processes_have_an_application_each(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as group:
        seen: set[int] = set()

        def all_seen() -> bool:
            seen.add(int(group.get("/process").body))
            return seen == set(group.children()[:2])

        wait_until(all_seen)


def test_second_group_on_the_same_port_is_told_so(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as group:
        message = failed_start(tmp_path, group.port)
        assert message.startswith(f"e-gomruk: cannot listen on 127.0.0.1:{group.port}")
        assert message.count("\n") == 1


def test_group_that_cannot_start_ends(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    assert "this application cannot be made" in failed_start(tmp_path, free_port())


def refuses(group: Running) -> bool:
    try:
        group.connect().close()
    except ConnectionRefusedError:
        return True
    return False
