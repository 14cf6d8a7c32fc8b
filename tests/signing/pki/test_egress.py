"""The only way out: where it leads, how long it waits, how much it takes."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from signing.egress import Answer, Egress
from signing.errors import Refused, Unreachable

KIND = "application/test"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/test\r\nContent-Length: 4\r\n\r\ngood"
Answering = Callable[[socket.socket, int], None]


@contextmanager
def listening(answer: Answering) -> Iterator[tuple[str, list[bytes]]]:
    """A server that does with each connection what it is told; gives its place and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(65536))
                    answer(connection, len(heard))

        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def saying(*answers: bytes) -> Answering:
    """The first answer to the first connection, and so on; the last one to all others."""

    def answer(connection: socket.socket, number: int) -> None:
        connection.sendall(answers[min(number, len(answers)) - 1])

    return answer


def egress(place: str, **limits: float) -> Egress:
    return Egress(frozenset({place}), **limits)  # type: ignore[arg-type]


def test_an_answer_comes_back() -> None:
    with listening(saying(GOOD)) as (place, heard):
        assert egress(place).post(f"http://{place}/tsa?a=b", b"asked", "application/ask", KIND) == b"good"
    assert heard[0].startswith(b"POST /tsa?a=b HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/ask\r\n" in heard[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:8000/",
        "http://127.0.0.1:8001/",
        "http://user@127.0.0.1:8000/",
        "ftp://127.0.0.1:8000/",
        "file:///etc/passwd",
        "http:///x",
        "http://127.0.0.1:80000/",
        "http://127.0.0.1:x/",
        "http://[127.0.0.1:8000/",
        "",
    ],
)
def test_only_listed_places_are_asked(url: str) -> None:
    with pytest.raises(Refused):
        egress("127.0.0.1:8000").get(url, KIND)


def test_a_way_leads_to_the_services_that_are_named() -> None:
    assert Egress.to("http://a.example/x", "https://b.example", "http://c.example:81").allowed == {
        "a.example:80",
        "b.example:443",
        "c.example:81",
    }
    for other in ("ftp://a.example", "http://a.example:0", "http://a.example:70000"):
        with pytest.raises(Refused):
            Egress.to(other)


def test_a_name_that_leads_inside_is_refused() -> None:
    with listening(saying(GOOD)) as (place, heard):
        port = place.rpartition(":")[2]
        with pytest.raises(Refused, match="inner network"):
            Egress(frozenset({f"localhost:{port}"})).get(f"http://localhost:{port}/", KIND)
        both = Egress(frozenset({f"localhost:{port}", f"127.0.0.1:{port}", f"::1:{port}"}), attempts=1)
        assert heard == []
        if socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)[0][0] is socket.AF_INET:
            assert both.get(f"http://localhost:{port}/", KIND) == b"good"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Type: application/test\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/test\r\nContent-Length: 0\r\n\r\n",
        GOOD.replace(b"application/test", b"text/html"),
        GOOD.replace(b"Content-Type", b"X-Kind"),
        GOOD.replace(b"Content-Length: 4", b"Content-Length: 5"),
        GOOD.replace(b"Content-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n"),
        b"good",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
    ],
    ids=["redirect", "404", "kind", "no kind", "cut off", "chunks", "no HTTP", "nothing", "headers", "long line"],
)
def test_anything_but_an_answer_is_none(answer: bytes) -> None:
    with listening(saying(answer)) as (place, _), pytest.raises(Unreachable) as caught:
        egress(place).get(f"http://{place}/", KIND)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("length", [b"Content-Length: 2000000\r\n", b""])
def test_an_answer_that_is_too_large_is_not_taken(length: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/test\r\n" + length + b"\r\n"
    with listening(flooding(head)) as (place, _), pytest.raises(Unreachable, match="larger than"):
        egress(place, limit=1000).get(f"http://{place}/", KIND)


def flooding(head: bytes) -> Answering:
    def answer(connection: socket.socket, _: int) -> None:
        try:
            connection.sendall(head + bytes(2_000_000))
        except ConnectionError:
            return  # The other side had enough, as it should.

    return answer


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"])
def test_a_failure_is_tried_once_more(first: bytes) -> None:
    with listening(saying(first, GOOD)) as (place, heard):
        assert egress(place).get(f"http://{place}/", KIND) == b"good"
    assert len(heard) == 2


def test_a_failure_is_not_tried_for_ever() -> None:
    with listening(saying(b"")) as (place, heard), pytest.raises(Unreachable):
        egress(place).get(f"http://{place}/", KIND)
    assert len(heard) == 2


def test_a_refusal_is_not_tried_again() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/test\r\nContent-Length: 0\r\n\r\n"
    with listening(saying(refusal)) as (place, heard), pytest.raises(Unreachable, match="403"):
        egress(place).get(f"http://{place}/", KIND)
    assert len(heard) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", GOOD.replace(b"th: 4", b"th: 9999")])
def test_trickling_bytes_buy_no_time(head: bytes) -> None:
    """A byte now and then keeps every single read alive, yet the whole may take only so long."""
    stop = Event()

    def trickle(connection: socket.socket, _: int) -> None:
        connection.sendall(head)
        while not stop.wait(0.02):
            try:
                connection.sendall(b"y")
            except ConnectionError:
                return

    with listening(trickle) as (place, _):
        begin = time.monotonic()
        with pytest.raises(Unreachable):
            egress(place, timeout=0.3).get(f"http://{place}/", KIND)
        took = time.monotonic() - begin
        stop.set()
    assert took < 5


def test_an_exchange_gives_refusals_with_their_status() -> None:
    refusal = b'HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"tries": 2}\n'
    with listening(saying(refusal)) as (place, heard):
        answer = egress(place).exchange("POST", f"http://{place}/sign", b"{}")
    assert answer == Answer(403, b'{"tries": 2}\n')
    assert b"\r\nContent-Type: application/json\r\n" in heard[0]


@pytest.mark.parametrize(("method", "body", "times"), [("GET", None, 2), ("POST", b"{}", 1)])
@pytest.mark.parametrize("failure", [b"", b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"])
def test_an_exchange_repeats_only_what_changes_nothing(
    method: str, body: bytes | None, times: int, failure: bytes
) -> None:
    with listening(saying(failure)) as (place, heard), pytest.raises(Unreachable):
        egress(place).exchange(method, f"http://{place}/", body)
    assert len(heard) == times


def test_an_exchange_takes_only_the_kind_it_asked_for() -> None:
    with listening(saying(GOOD)) as (place, _), pytest.raises(Unreachable, match="application/test"):
        egress(place).exchange("GET", f"http://{place}/")


def test_an_answer_is_read_as_an_object() -> None:
    assert Answer(200, b'{"tries": 2}').fields() == {"tries": 2}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"null"])
def test_an_answer_that_is_no_object_is_none(body: bytes) -> None:
    with pytest.raises(Unreachable):
        Answer(200, body).fields()


def test_nobody_there_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(Unreachable) as caught:
        egress(place).get(f"http://{place}/", KIND)
    assert "\n" not in str(caught.value)


def test_a_name_without_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(Unreachable, match="no address"):
        egress("tsa.example:80").get("http://tsa.example/", KIND)


def test_silence_about_an_address_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Event()
    late = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and late)
    with pytest.raises(Unreachable, match="in time"):
        egress("silent.example:80", timeout=0.05).get("http://silent.example/", KIND)
    assert not answered.is_set()
    answered.set()


def test_a_host_that_is_no_name_is_told() -> None:
    host = "a" * 64 + ".example"
    with pytest.raises(Unreachable, match="no address"):
        egress(f"{host}:80").get(f"http://{host}/", KIND)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(saying(GOOD)) as (place, _), listening(saying(b"")) as (proxy, heard):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy}")
        assert egress(place).get(f"http://{place}/", KIND) == b"good"
    assert heard == []


def test_tls_needs_a_certificate_that_browsers_would_believe() -> None:
    with listening(saying(GOOD)) as (place, _), pytest.raises(Unreachable):
        egress(place, attempts=1).get(f"https://{place}/", KIND)
