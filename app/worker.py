"""The worker: delivers what operations left in the outbox, and takes the steps that come round by themselves."""

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts import operations as accounts
from app.accounts.mails import MAILS
from app.accounts.queries import contact_of
from app.archive.operations import Anchor, advance_log, anchor, maintain_due, reckon_anew
from app.contracts import mails as contract_mails
from app.contracts import operations as contracts
from app.core import outbox
from app.core.context import Context
from app.core.outbox import Delivery
from app.documents.operations import RESCAN, RescanDocument, rescan
from app.gooen import operations as gooen
from app.notifications.operations import NOTICE
from app.notifications.queries import find_notice, refused_kinds
from app.notifications.rules import MAIL
from app.operate.measures import measure
from app.operate.operations import TidyUp, tidy_up
from app.web.i18n import translate

log = logging.getLogger(__name__)

PAUSE = 1.0
Handler = Callable[[Context, Delivery], None]


@dataclass(frozen=True, slots=True)
class Step:
    """Work that nobody asks for and that comes round again, at the earliest after this time."""

    run: Callable[[Context], object]
    every: timedelta = timedelta(0)


STEPS = (
    Step(advance_log),
    Step(maintain_due),
    Step(measure, timedelta(minutes=1)),
    Step(accounts.recheck_devices, timedelta(minutes=1)),
    Step(accounts.end_all_unheard, timedelta(minutes=1)),
    Step(contracts.take_due_steps, timedelta(minutes=1)),
    Step(lambda context: accounts.warn_of_guesses(context, accounts.WarnOfGuesses()), timedelta(minutes=5)),
    Step(lambda context: tidy_up(context, TidyUp()), timedelta(hours=1)),
    Step(lambda context: anchor(context, Anchor()), timedelta(hours=6)),
    Step(reckon_anew, timedelta(days=1)),
)


def send_mail(context: Context, delivery: Delivery) -> None:
    payload, wording = delivery.payload, MAILS[delivery.topic]
    language = payload["language"]
    facts = {name: value for name, value in payload.items() if name not in {"to", "language"}}
    subject, text = translate(language, wording.subject), translate(language, wording.text, **facts)
    context.ports.mail.send(delivery.key, payload["to"], subject, text)


def send_password_link(context: Context, delivery: Delivery) -> None:
    accounts.send_password_link(context, accounts.SendPasswordLink(delivery.payload["username"], delivery.key))


def send_contract_link(context: Context, delivery: Delivery) -> None:
    contracts.send_link(context, contracts.AskForLink(delivery.payload["number"], delivery.payload["email"]))


def send_contract_mail(context: Context, delivery: Delivery) -> None:
    payload, kind = delivery.payload, contract_mails.MAILS[delivery.payload["kind"]]
    language = payload["language"]
    facts = {name: value for name, value in payload.items() if name not in {"to", "language", "kind", "link"}}
    subject = translate(language, contract_mails.SUBJECT, subject=translate(language, kind.subject))
    told = translate(language, kind.text, **facts)
    text = translate(language, contract_mails.FRAME, text=told, link=payload["link"])
    context.ports.mail.send(delivery.key, payload["to"], subject, text)


def scan_again(context: Context, delivery: Delivery) -> None:
    """A scanner that gives no answer is an error, and the message comes again."""
    rescan(context, RescanDocument(delivery.payload["document"]))


def scan_paper_again(context: Context, delivery: Delivery) -> None:
    contracts.rescan_paper(context, contracts.RescanPaper(delivery.payload["paper"]))


def send_notice(context: Context, delivery: Delivery) -> None:
    """To whom, in which language and whether at all is asked now, not when it was written."""
    notice = find_notice(context.session, delivery.payload["notification"])
    if notice is None:
        return
    contact, words = contact_of(context.session, notice.person_id), notice.words
    is_wanted = words.protects or notice.kind not in refused_kinds(context.session, notice.person_id)
    context.session.rollback()  # Ends the read: a mail server may be slow.
    if not contact.email or not is_wanted:
        return
    language, link = contact.language, f"{context.ports.base_url}/notifications"
    text = translate(language, MAIL, text=translate(language, words.text, **notice.facts), link=link)
    context.ports.mail.send(delivery.key, contact.email, f"e-Gömrük: {translate(language, words.subject)}", text)


def make_gooen_pdf(context: Context, delivery: Delivery) -> None:
    gooen.make_pdf(context, gooen.MakePdf(delivery.payload["number"], delivery.payload["paper"].encode()))


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(MAILS, send_mail),
    NOTICE: send_notice,
    accounts.LINK_ASKED: send_password_link,
    contracts.LINK_ASKED: send_contract_link,
    RESCAN: scan_again,
    contracts.MAIL: send_contract_mail,
    contracts.RESCAN: scan_paper_again,
    gooen.PDF: make_gooen_pdf,
}


def work_once(context: Context, worker: str) -> int:
    """Delivers what is due now; gives how many messages were tried."""
    tried, began = 0, context.clock.now()
    while batch := outbox.lease(context.session, worker, began):
        for delivery in batch:
            # Where the outside world is slow, the rest is left to whoever takes it when the lease ends, and sent once.
            if context.clock.now() - began > outbox.LEASE / 2:
                break
            deliver(context, delivery, worker)
            tried += 1
        began = context.clock.now()
    return tried


def deliver(context: Context, delivery: Delivery, worker: str) -> None:
    try:
        HANDLERS[delivery.topic](context, delivery)
    except Exception as error:  # noqa: BLE001  (whatever the outside world does, the message must not be lost)
        dead = outbox.mark_failed(context.session, delivery, worker, type(error).__name__, context.clock.now())
        log.warning(
            "gave up a message" if dead else "a message will be tried again",
            extra={"topic": delivery.topic, "number": delivery.id},
        )
    else:
        outbox.mark_sent(context.session, delivery, worker, context.clock.now())


class Rounds:
    """When each step is due. One that fails keeps no other from its turn, and comes round later each time."""

    def __init__(self, steps: tuple[Step, ...] = STEPS) -> None:
        self._due: dict[Step, datetime] = {}
        self._failures: Counter[Step] = Counter()
        self._steps = steps

    def take(self, context: Context) -> int:
        """Gives how many steps failed."""
        failed, now = 0, context.clock.now()
        for step in self._steps:
            if self._due.get(step, now) > now:
                continue
            try:
                step.run(context)
                self._failures[step], pause = 0, step.every
            except Exception as error:
                log.exception("a step of the worker failed", exc_info=error)
                context.session.rollback()
                self._failures[step] += 1
                failed, pause = failed + 1, outbox.pause_after(self._failures[step])
            self._due[step] = now + pause
        return failed


def work(context: Context, stop: threading.Event) -> None:
    """Until told to stop. A worker that is killed leaves its messages to the next when its lease ends."""
    worker, rounds = secrets.token_hex(8), Rounds()
    while not stop.is_set():
        try:
            work_once(context, worker)
        except Exception as error:
            log.exception("the worker pauses", exc_info=error)
            context.session.rollback()
        rounds.take(context)
        stop.wait(PAUSE)
