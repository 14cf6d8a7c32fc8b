"""Fuzzed envelopes: each gets a right answer or a fault, soon, and nothing else happens."""

import logging
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import quote

import pytest
from lxml import etree
from werkzeug.test import Client, TestResponse

from app.systems.operations import ChangeSystem, change_system
from soap.faults import CODES
from soap.gateway import PATH
from soap.versions import NAMESPACE, VERSIONS, Version
from soap.wsgi import SERVICES, Doors
from tests.conftest import BACKENDS
from tests.soap.freight import Freight
from tests.soap.fuzz.messages import FOR_A_PERSON, Message, right_message
from tests.soap.fuzz.mutations import IN_BYTES, IN_TREE, KINDS
from tests.soap.registered import OPEN, PROXY, Gateway
from tests.thoroughness import tried

EVERY, ONE_IN, SEED = 100_000, 67, "e-gomruk"
LONGEST = 1.0  # Seconds.
ENOUGH = 20  # Wrong answers to know that something is wrong.
# Nobody but the sender is to blame for a fuzzed message.
OF_SENDERS = {code for code in CODES.values() if not code.startswith("Server")}
RULE = re.compile("<tns:rule>([^<]+)</tns:rule>")
# What some operations give back as they got it.
COME_BACK = {"Ping": ("{*}text",), "Weigh": ("{*}freight/{*}note", "{*}freight/{*}procedure", ".//{*}goodsCode")}
HTTP_WORDS = {400, 405, 411, 413, 415, 500}


@dataclass
class Outcome:
    """What became of all messages."""

    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)  # That were broken.
    slowest: tuple[float, int] = (0.0, -1)  # Seconds of the processor, and the number of the message.

    @property
    def right(self) -> int:
        return sum(count for told, count in self.answers.items() if told.endswith("Response"))


MOST_SIGNED = 300  # Elements; to sign many within one another takes time by their square.


@dataclass
class Door:
    """The gateway with the trial operation, and a listener that nobody may come to."""

    gateway: Gateway
    http: Client
    listener: int

    def message(self, number: int) -> tuple[Message, list[str], str]:
        """The same for the same number, wherever and whenever it is made; only signatures differ."""
        chance = Random(f"{SEED}/{number}")
        message = right_message(chance)
        message.environ["listener"] = self.listener
        kinds = chance.sample(KINDS, chance.choice([0, 1, 1, 1, 1, 2, 3, 4]))
        identity = chance.choice(["none", "connection", "connection", "before", "after"])
        if identity == "before":
            self._sign(message)
        for kind in kinds:
            if kind in IN_TREE:
                chance.choice(IN_TREE[kind])(chance, message)
        if identity == "after":
            self._sign(message)
        message.content = etree.tostring(message.tree)
        for kind in kinds:
            if kind in IN_BYTES and message.content:
                chance.choice(IN_BYTES[kind])(chance, message)
        if identity == "connection":
            message.headers.setdefault("X-Client-Certificate", quote(self.gateway.hub.certificate.decode()))
        del message.environ["listener"]
        return message, kinds, identity

    def _sign(self, message: Message) -> None:
        """Whatever still is an envelope with a body; what is refused for its size is not worth hours of signing."""
        version = message.version
        if sum(1 for _ in message.tree.iter()) > MOST_SIGNED:
            return
        if message.tree.tag == version.tag("Envelope") and message.tree.find(version.tag("Body")) is not None:
            self.gateway.hub.sign(message.tree, self.gateway.clock.now())

    def send(self, message: Message) -> tuple[TestResponse, float]:
        proxy = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": "192.0.2.10"}
        if "CONTENT_LENGTH" in message.environ:
            proxy["wsgi.input_terminated"] = ""
        before = time.thread_time()
        answer = self.http.open(
            PATH,
            method=message.method,
            data=message.content,
            content_type=message.content_type,
            headers=message.headers,
            environ_overrides=proxy | message.environ,
        )
        return answer, time.thread_time() - before


class Loud(logging.Handler):
    """Whatever is worse than a remark."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def loud() -> Iterator[Loud]:
    handler = Loud()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@contextmanager
def nobody_goes_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Python's sockets do not connect; what a C library would ask for finds a listener that notes whoever comes."""

    def refuse(*_: object) -> None:
        raise AssertionError("something was asked for outside")

    with socket.create_server(("127.0.0.1", 0)) as listener, monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield listener.getsockname()[1]
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.fixture
def door(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    change_system(gateway.context, ChangeSystem("e-gov", (*OPEN, "ListServices", "Weigh")))
    doors = Doors(gateway.portal, gateway.portal.extensions["settings"], (*SERVICES, Freight))
    with nobody_goes_out(monkeypatch) as listener:
        yield Door(gateway, Client(doors), listener)


@pytest.fixture
def contract(door: Door) -> etree.XMLSchema:
    wsdl = etree.fromstring(door.http.get(f"{PATH}?wsdl").data)
    (schema,) = (one for one in wsdl.iter("{*}schema") if one.get("targetNamespace") == NAMESPACE)
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


def answered_right(answer: TestResponse, message: Message, contract: etree.XMLSchema) -> str:
    """An answer of the contract to the operation that was asked for; gives its name."""
    body = _body(answer, spoken(answer))
    contract.assertValid(body)
    asked = etree.fromstring(message.content, etree.XMLParser(remove_comments=True))[-1][0]
    assert body.tag == f"{asked.tag}Response"
    for path in COME_BACK.get(etree.QName(asked).localname, ()):
        assert [one.text for one in body[0].iterfind(path)] == [one.text for one in asked.iterfind(path)]
    return etree.QName(body).localname


def refused_right(answer: TestResponse, _: Message, contract: etree.XMLSchema) -> str:
    """A fault of the version that was spoken with a known code, which stands in its detail; gives the code."""
    version = spoken(answer)
    fault = _body(answer, version)
    assert fault.tag == version.tag("Fault"), fault.tag
    (detail,) = fault.iter(f"{{{NAMESPACE}}}ServiceFault")
    contract.assertValid(detail)
    code = detail.findtext(f"{{{NAMESPACE}}}code", "")
    assert code in OF_SENDERS, (code, answer.text)
    assert answer.status_code in HTTP_WORDS, answer.status
    return code


def _body(answer: TestResponse, version: Version) -> etree._Element:
    assert answer.mimetype == version.media_type, answer.headers
    envelope = etree.fromstring(answer.data)
    assert envelope.tag == version.tag("Envelope")
    assert etree.QName(envelope[-1]).localname == "Body"
    (body,) = envelope[-1]
    return body


def spoken(answer: TestResponse) -> Version:
    return next(version for version in VERSIONS if version.media_type == answer.mimetype)


def expected(operation: str, identity: str) -> set[str]:
    """What a message gets to which nothing was done."""
    if operation in FOR_A_PERSON and identity == "none":
        return {"Client.NotAllowed"}
    # Half of what is sent there are programs.
    return {f"{operation}Response", *(["Client.Validation"] if operation == "UploadDocument" else [])}


def judged(door: Door, number: int, outcome: Outcome, contract: etree.XMLSchema) -> str:
    """Sends the message of that number; gives what was wrong with what became of it."""
    message, kinds, identity = door.message(number)
    outcome.kinds.update(kinds or ["nothing"])
    try:
        answer, took = door.send(message)
    except Exception as error:  # noqa: BLE001  (it went through everything and would have been no SOAP at all)
        return f"message {number} ({kinds}): {error!r}"
    outcome.rules.update(RULE.findall(answer.text))
    outcome.slowest = max(outcome.slowest, (took, number))
    try:
        if message.method == "HEAD":
            assert not answer.data
            told = "nothing"
        else:
            judge: Callable[..., str] = answered_right if answer.status_code == 200 else refused_right
            told = judge(answer, message, contract)
        assert kinds or told in expected(message.operation, identity)
    except Exception as error:  # noqa: BLE001  (whatever it is, the message is named and the next one sent)
        return f"message {number} ({kinds}): {error}: {answer.status} {answer.text[:2000]}"
    outcome.answers[told] += 1
    return ""


@pytest.mark.trust
def test_fuzzed_envelope_gets_an_answer_or_a_fault(door: Door, loud: Loud, contract: etree.XMLSchema) -> None:
    share = EVERY // len(BACKENDS)
    first = share * BACKENDS.index(door.gateway.context.session.get_bind().dialect.name)
    outcome, wrong = Outcome(), list[str]()
    for number in tried(range(first, first + share), ONE_IN):
        door.gateway.clock.advance(timedelta(seconds=5))
        if problem := judged(door, number, outcome, contract):
            wrong.append(problem)
        assert len(wrong) < ENOUGH, "\n\n".join(wrong)
    took, number = outcome.slowest
    told, right = outcome.answers.total(), outcome.right
    print(
        f"\n{told} fuzzed envelopes, {right} answered, the others refused; slowest {took * 1000:.0f} ms ({number})",
        *(dict(counter.most_common()) for counter in (outcome.kinds, outcome.answers, outcome.rules)),
        sep="\n",
    )
    assert wrong == []
    assert [(record.getMessage(), record.exc_info) for record in loud.records] == []
    assert took < LONGEST, number
    # A fuzzer whose messages were all turned away at the gate would show little.
    assert right > told / 10
