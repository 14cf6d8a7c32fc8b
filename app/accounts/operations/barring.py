"""Bars: a means, a device or a person that is kept out until the bar is lifted."""

from sqlalchemy import ColumnElement, select, update

from app.accounts.models import Bar, Person, SignInSession
from app.accounts.rules import STRONG_MEANS, Barred, Means
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotAllowed, NotFound
from app.core.public_ids import new_public_id


def refuse_barred(context: Context, means: Means, device: str) -> None:
    """A means that is barred for everybody, or this very card or phone."""
    barred = (Bar.kind == Barred.MEANS) & (Bar.subject == str(means))
    if device:
        barred |= (Bar.kind == Barred.DEVICE) & (Bar.subject == device)
    if context.session.scalar(select(Bar.id).where(barred, Bar.lifted_at.is_(None)).limit(1)) is not None:
        raise NotAllowed("accounts.barred", N_("Bu giriş vasitəsi müvəqqəti bağlanıb. Başqa vasitə ilə daxil olun."))


def set_bar(context: Context, kind: Barred, subject: str, reason: str) -> str:
    """Part of an operation: from now on; whoever was in by what is barred is out with his next request."""
    public_id = new_public_id()
    values = {
        "public_id": public_id,
        "kind": kind,
        "subject": subject,
        "reason": reason,
        "set_by": context.actor.person_id,
        "set_at": context.clock.now(),
    }
    made = insert(context.session, Bar).values(**values).on_conflict_do_nothing().returning(Bar.id)
    if context.session.execute(made).one_or_none() is None:
        raise Invalid("accounts.barred_already", N_("Giriş artıq bağlanıb."), field="subject")
    if kind is Barred.PERSON:
        context.session.execute(
            update(Person).where(Person.public_id == subject).values(disabled_at=context.clock.now())
        )
    # Ended for good: lifting the bar brings nobody back in.
    ended = update(SignInSession).where(_sessions_of(kind, subject), SignInSession.ended_at.is_(None))
    context.session.execute(ended.values(ended_at=context.clock.now()))
    return public_id


def lift_bar(context: Context, public_id: str) -> None:
    """Part of an operation."""
    standing = update(Bar).where(Bar.public_id == public_id, Bar.lifted_at.is_(None))
    lifted = standing.values(lifted_at=context.clock.now()).returning(Bar.kind, Bar.subject)
    row = context.session.execute(lifted).one_or_none()
    if row is None:
        raise NotFound("accounts.no_bar", N_("Belə bağlanma yoxdur və ya giriş artıq açılıb."))
    if row.kind is Barred.PERSON:
        context.session.execute(update(Person).where(Person.public_id == row.subject).values(disabled_at=None))


def refuse_last_strong(context: Context, means: Means) -> None:
    """Somebody must still be able to come in and open again what was closed."""
    barred = select(Bar.subject).where(Bar.kind == Barred.MEANS, Bar.lifted_at.is_(None))
    closed = {str(means), *context.session.scalars(barred)}
    if not {str(one) for one in STRONG_MEANS} - closed:
        message = N_("Bu, sonuncu güclü giriş vasitəsidir. O bağlansa, onu açmağa heç kim daxil ola bilməz.")
        raise Invalid("accounts.last_strong", message, field="subject")


def holders_of(context: Context, device: str) -> list[int]:
    """Who has signed in with this card or phone."""
    statement = select(SignInSession.person_id).where(SignInSession.device == device).distinct()
    return list(context.session.scalars(statement.order_by(SignInSession.person_id)))


def _sessions_of(kind: Barred, subject: str) -> ColumnElement[bool]:
    if kind is Barred.MEANS:
        return SignInSession.means == Means(subject)
    if kind is Barred.DEVICE:
        return SignInSession.device == subject
    return SignInSession.person_id.in_(select(Person.id).where(Person.public_id == subject))
