"""Tells people that somebody tries to come in as they: a step of the worker, so that no guesser can time it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from app.accounts.models import Account, Ceremony, Person
from app.accounts.operations.ceremonies import CARD_LOCKED
from app.accounts.operations.phones import PHONE_LOCKED
from app.accounts.rules import Means, Stage
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.operation import operation
from app.notifications.models import Notification
from app.notifications.operations import notify

GUESSES = 5
WITHIN, TOLD_AGAIN_AFTER = timedelta(hours=1), timedelta(days=1)
WORTHLESS = ("certificate.revoked", "certificate.on_hold")


@dataclass(frozen=True, slots=True)
class WarnOfGuesses:
    pass


@dataclass(frozen=True, slots=True)
class Warned:
    number: int


@operation(repeatable=False)
def warn_of_guesses(context: Context, _command: WarnOfGuesses) -> Warned:
    """Of each kind at most once a day for each person, however many guesses there are."""
    since = context.clock.now() - WITHIN
    found = {kind: list(context.session.scalars(owners)) for kind, owners in _owners(since).items()}
    number = sum(_tell(context, kind, owners) for kind, owners in found.items())
    context.about("notification", "guesses", told=number)
    return Warned(number)


def _owners(since: datetime) -> Mapping[str, Select[int]]:
    """Whom to tell of what. The audit trail has every wrong attempt that was let in, ceremonies what became of each."""
    passwords = (
        select(AuditEntry.object_id)
        .where(
            AuditEntry.at > since,
            AuditEntry.operation == "accounts.sign_in",
            AuditEntry.code == "accounts.sign_in",
            AuditEntry.object_kind == "account",
        )
        .group_by(AuditEntry.object_id)
        .having(func.count() >= GUESSES)
    )
    certificates = select(AuditEntry.object_id).where(
        AuditEntry.at > since, AuditEntry.code.in_(WORTHLESS), AuditEntry.object_kind == "person"
    )
    by_phone = (Ceremony.means == Means.ASAN_IMZA) & (Ceremony.expires_at > since)
    phone, pin = Ceremony.facts["phone"].as_string(), Ceremony.facts["pin"].as_string()
    phones = (
        select(phone)
        .where(by_phone, Ceremony.stage != Stage.USED, Ceremony.outcome != "asan_imza.away")
        .group_by(phone)
        .having(func.count() >= GUESSES)
    )
    refused = select(pin).where(by_phone, Ceremony.outcome == "asan_imza.cancelled")
    locked = select(pin).where(Ceremony.expires_at > since, Ceremony.outcome.in_((PHONE_LOCKED, CARD_LOCKED)))
    return {
        "accounts.guessed": select(Account.person_id).where(Account.public_id.in_(passwords)).distinct(),
        "accounts.phone_guessed": select(Person.id).where(Person.phone.in_(phones)),
        "accounts.phone_refused": select(Person.id).where(Person.pin.in_(refused)),
        "accounts.pin_locked": select(Person.id).where(Person.pin.in_(locked)),
        "accounts.worthless_used": select(Person.id).where(Person.public_id.in_(certificates)),
    }


def _tell(context: Context, kind: str, owners: Iterable[int]) -> int:
    session, told_since = context.session, context.clock.now() - TOLD_AGAIN_AFTER
    told = select(Notification.id).where(Notification.kind == kind, Notification.created_at > told_since).limit(1)
    number = 0
    for person_id in sorted(owners):
        # Held, so that of two workers the second sees that the first has told him.
        session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        if session.scalar(told.where(Notification.person_id == person_id)) is None:
            notify(context, person_id, kind, link=LINKS.get(kind, "/sessions"))
            number += 1
    return number


LINKS = {"accounts.guessed": "/login/password/change"}
