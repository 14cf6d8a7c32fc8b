"""Right messages of every operation: the fuzzer begins with one of them."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from lxml import etree

from soap.versions import NAMESPACE, SOAP_1_1, VERSIONS, Version
from tests.soap.registered import NUMBER, PIN, request_header
from tests.soap.signed import envelope
from tests.soap.test_xroad import ALL, blocks
from tests.unit.documents import corpus

# A PDF is looked at in a process of its own, which takes long for a fuzzer: one file in forty.
CONTENTS = ((".pdf", corpus.pdf()), *[(".png", corpus.picture("PNG"))] * 19, *[(".exe", b"MZ program")] * 20)
FILES = [f"<name>Şəhadətnamə{end}</name><content>{b64encode(one).decode()}</content>" for end, one in CONTENTS]


@dataclass
class Message:
    """A request as HTTP has it; what is wrong with it is up to the fuzzer."""

    version: Version
    tree: etree._Element
    content: bytes = b""
    method: str = "POST"
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, object] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        return etree.QName(self.tree[-1][0]).localname


def _ping(chance: Random) -> str:
    return f"<text>Gömrük {chance.randrange(1000)} &amp; &lt;ə&gt;</text>"


def _list_services(chance: Random) -> str:
    return (
        f"<language>{chance.choice(['az', 'en', 'ru'])}</language><query>gömrük</query><withoutLogin>1</withoutLogin>"
    )


def _list_documents(_: Random) -> str:
    return "<pageSize>2</pageSize>"


def _list_notifications(_: Random) -> str:
    return "<onlyUnread>true</onlyUnread><pageSize>2</pageSize>"


def _upload(chance: Random) -> str:
    return f"{chance.choice(FILES)}<mediaType></mediaType>"


def _weigh(chance: Random) -> str:
    packages = "<packages><packing>box</packing><number>3</number></packages>"
    item = (
        f"<item><goodsCode>0101210000</goodsCode><netWeight>{chance.randrange(10**6) / 1000}</netWeight>"
        f"<madeOn>2026-11-02</madeOn>{packages * chance.randrange(3)}</item>"
    )
    head = "<procedure>import</procedure><arrivesAt>2026-12-01T12:00:00+04:00</arrivesAt><note>Şəki</note>"
    return f"<freight>{head}{item * chance.randrange(4)}</freight>"


BODIES: dict[str, Callable[[Random], str]] = {
    "Ping": _ping,
    "ListServices": _list_services,
    "ListDocuments": _list_documents,
    "ListNotifications": _list_notifications,
    "UploadDocument": _upload,
    "Weigh": _weigh,
}
FOR_A_PERSON = frozenset({"ListDocuments", "ListNotifications", "UploadDocument"})


def right_message(chance: Random) -> Message:
    version = chance.choice(VERSIONS)
    operation = chance.choice(list(BODIES))
    number = f"m-{chance.randrange(10**9)}"
    person = (PIN, NUMBER) if operation in FOR_A_PERSON else ("", "")
    header = request_header(*person, number)
    if operation not in FOR_A_PERSON and chance.random() < 0.3:
        header = ""
    if version is SOAP_1_1 and chance.random() < 0.3:  # X-Road speaks no other.
        parts = [part.replace("8a5e-1", number) for part in ALL if "userId" not in part or person[0]]
        header += blocks(*parts, operation=operation)
    body = f'<{operation} xmlns="{NAMESPACE}">{BODIES[operation](chance)}</{operation}>'
    return Message(version, envelope(body, header, version), content_type=f"{version.media_type}; charset=utf-8")
