"""Messages that come again, one after another and at the same moment: each is carried out once, whatever its form."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
from lxml import etree
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.audit import AuditEntry
from app.core.idempotency import IdempotencyKey
from app.documents.models import Document
from soap.versions import NAMESPACE
from tests.soap.callers import detail_of
from tests.soap.registered import NUMBER, PIN, Gateway, request_header
from tests.thoroughness import IS_WHOLE

pytestmark = pytest.mark.trust
REPLAYS = 1_000 if IS_WHOLE else 30
AT_ONCE = 5
REPLAYED = "security.replayed"


def message(gateway: Gateway, number: int) -> bytes:
    """Newly signed, of the same number and content."""
    file = BytesIO()
    Image.new("RGB", (8, 8), (number // 256, number % 256, 0)).save(file, "PNG")
    name, content = f"<name>{number}.png</name>", f"<content>{b64encode(file.getvalue()).decode()}</content>"
    body = f'<UploadDocument xmlns="{NAMESPACE}">{name}{content}</UploadDocument>'
    return gateway.signed(body, request_header(PIN, NUMBER, f"r-{number}"))


def told(answer: TestResponse) -> str:
    """Whether it was carried out or replayed, with the result of either; or the rule of the fault."""
    root = etree.fromstring(answer.data)
    if answer.status_code != 200:
        return detail_of(answer)["rule"][0]
    (result,) = root.iter(f"{{{NAMESPACE}}}UploadDocumentResult")
    replayed = root.findtext(f".//{{{NAMESPACE}}}replayed")
    return f"{replayed} {etree.tostring(result, method='c14n').decode()}"


def at_once(gateway: Gateway, messages: list[bytes]) -> list[str]:
    barrier = Barrier(len(messages))

    def send(content: bytes) -> str:
        barrier.wait()
        return told(gateway.call(content))

    with ThreadPoolExecutor(len(messages)) as threads:
        return list(threads.map(send, messages))


def one_after_another(gateway: Gateway, number: int) -> list[str]:
    first = message(gateway, number)
    again = [message(gateway, number) for _ in range(AT_ONCE)]
    answers = [told(gateway.call(content)) for content in (first, *again, first, *again)]
    assert answers[AT_ONCE + 1 :] == [REPLAYED] * (AT_ONCE + 1)
    return answers[: AT_ONCE + 1]


def newly_signed_at_once(gateway: Gateway, number: int) -> list[str]:
    return at_once(gateway, [message(gateway, number) for _ in range(AT_ONCE)])


def the_same_at_once(gateway: Gateway, number: int) -> list[str]:
    answers = at_once(gateway, [message(gateway, number)] * AT_ONCE)
    assert answers.count(REPLAYED) == AT_ONCE - 1
    return [answer for answer in answers if answer != REPLAYED]


WAYS: tuple[tuple[Callable[[Gateway, int], list[str]], int], ...] = (
    (one_after_another, 2 * AT_ONCE + 1),
    (newly_signed_at_once, AT_ONCE - 1),
    (the_same_at_once, AT_ONCE - 1),
)


def test_message_that_comes_again_has_no_second_effect(gateway: Gateway) -> None:
    replays, number, ways = 0, 0, Counter[str]()
    while replays < REPLAYS:
        way, more = WAYS[number % len(WAYS)]
        answers = way(gateway, number)
        results = {answer.partition(" ")[2] for answer in answers}
        assert ([answer.split()[0] for answer in answers].count("false"), len(results)) == (1, 1), answers
        gateway.clock.advance(timedelta(minutes=2))
        replays, number = replays + more, number + 1
        ways[way.__name__] += more
    session = gateway.context.session
    uploaded = select(AuditEntry.object_id).where(AuditEntry.operation == "documents.upload_document")
    audited = session.scalars(uploaded.where(AuditEntry.outcome == "completed")).all()
    stored = session.scalars(select(Document.public_id)).all()
    assert sorted(audited) == sorted(stored)
    assert len(stored) == number
    keys = select(func.count()).select_from(IdempotencyKey).where(IdempotencyKey.key.like("r-%"))
    assert session.scalar(keys) == number
    backend = session.get_bind().dialect.name
    print(f"\n{backend}: {number} messages, {replays} replays {dict(ways)}, {len(stored)} effects")
