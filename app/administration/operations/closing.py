"""Emergency: one administrator closes the access of a person, a device or a means at once, or ends sessions."""

from dataclasses import dataclass

from sqlalchemy import update

from app.accounts.models import SignInSession
from app.accounts.operations.barring import holders_of, refuse_last_strong, set_bar
from app.accounts.operations.rights import hold_person
from app.accounts.operations.sessions import end_sessions
from app.accounts.rules import Barred, Means
from app.administration.rules import check_device, check_reason
from app.core.context import Context
from app.core.errors import N_, Invalid, NotAllowed
from app.core.operation import operation
from app.notifications.operations import notify


@dataclass(frozen=True, slots=True)
class CloseAccess:
    kind: Barred
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClosedAccess:
    public_id: str


@operation()
def close_access(context: Context, command: CloseAccess) -> ClosedAccess:
    reason = check_reason(command.reason)
    subject, concerned = _subject(context, command)
    public_id = set_bar(context, command.kind, subject, reason)
    for person_id in concerned:
        kind = "accounts.disabled" if command.kind is Barred.PERSON else "accounts.device_closed"
        notify(context, person_id, kind)
    context.about("bar", public_id, barred=str(command.kind))
    return ClosedAccess(public_id)


def _subject(context: Context, command: CloseAccess) -> tuple[str, list[int]]:
    """What is barred, in its one spelling, and whom that concerns."""
    match command.kind:
        case Barred.PERSON:
            person = hold_person(context, command.subject)
            if person.id == context.actor.person_id:
                raise NotAllowed("administration.own_access", N_("Öz girişinizi bağlaya bilməzsiniz."))
            return person.public_id, [person.id]
        case Barred.DEVICE:
            device = check_device(command.subject)
            return device, holders_of(context, device)
        case _:
            if command.subject not in tuple(Means):
                raise Invalid("choice.unknown", N_("Siyahıdan seçin."), field="subject")
            refuse_last_strong(context, Means(command.subject))
            return command.subject, []


@dataclass(frozen=True, slots=True)
class EndSessionsOf:
    person: str


@operation()
def end_sessions_of(context: Context, command: EndSessionsOf) -> None:
    """He may sign in again."""
    person = hold_person(context, command.person)
    context.about("person", person.public_id)
    end_sessions(context, person.id)


@dataclass(frozen=True, slots=True)
class EndAllSessions:
    pass


@operation()
def end_all_sessions(context: Context, _command: EndAllSessions) -> None:
    """Everybody's, this administrator's too."""
    context.about("session", "all")
    standing = update(SignInSession).where(SignInSession.ended_at.is_(None))
    context.session.execute(standing.values(ended_at=context.clock.now()))
