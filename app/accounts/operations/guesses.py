"""Tells the owner of an account that somebody guesses at it: a step of the worker, so that no guesser can time it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.accounts.models import Account, Person
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.operation import operation
from app.notifications.models import Notification
from app.notifications.operations import notify

KIND = "accounts.guessed"
GUESSES = 5
WITHIN, TOLD_AGAIN_AFTER = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WarnOfGuesses:
    pass


@dataclass(frozen=True, slots=True)
class Warned:
    number: int


@operation(repeatable=False)
def warn_of_guesses(context: Context, _command: WarnOfGuesses) -> Warned:
    """By the audit trail, which has every wrong attempt that was let in; at most once a day for each person."""
    session, now = context.session, context.clock.now()
    wrong = (
        select(AuditEntry.object_id)
        .where(
            AuditEntry.at > now - WITHIN,
            AuditEntry.operation == "accounts.sign_in",
            AuditEntry.code == "accounts.sign_in",
            AuditEntry.object_kind == "account",
        )
        .group_by(AuditEntry.object_id)
        .having(func.count() >= GUESSES)
    )
    owners = select(Account.person_id).where(Account.public_id.in_(wrong)).distinct().order_by(Account.person_id)
    told = select(Notification.person_id).where(
        Notification.kind == KIND, Notification.created_at > now - TOLD_AGAIN_AFTER
    )
    number = 0
    for person_id in list(session.scalars(owners)):
        # Held, so that of two workers the second sees that the first has told him.
        session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        if session.scalar(told.where(Notification.person_id == person_id).limit(1)) is None:
            notify(context, person_id, KIND, link="/login/password/change")
            number += 1
    context.about("notification", "guesses", told=number)
    return Warned(number)
