"""How a person is reached: his language, and his address, which counts once a letter has arrived there."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts import queries
from app.accounts.models import EmailChange, Person
from app.accounts.rules import EMAIL_LIFE, check_email, email_limits, token_limits
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotFound
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import digest

LANGUAGES = ("az", "en", "ru")


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    language: str


@operation()
def choose_language(context: Context, command: ChooseLanguage) -> None:
    """Of his notices; pages have theirs in the browser."""
    if command.language not in LANGUAGES:
        raise Invalid("choice.unknown", N_("Siyahıdan seçin."), field="language")
    mine = update(Person).where(Person.id == queries.person_of(context))
    context.session.execute(mine.values(language=command.language))


@dataclass(frozen=True, slots=True)
class AskForEmail:
    email: str


def _ask_limits(context: Context, _command: AskForEmail) -> Sequence[Limit]:
    return email_limits(context.actor.reference)


@operation(limits=_ask_limits, repeatable=False)
def ask_for_email(context: Context, command: AskForEmail) -> None:
    """Nothing changes until the link in the letter to the new address is opened."""
    email = check_email(command.email)
    me, now, token = queries.person_of(context), context.clock.now(), secrets.token_urlsafe(32)
    contact = queries.contact_of(context.session, me)
    if email == contact.email:
        raise Invalid("accounts.email_same", N_("Bu ünvan artıq sizindir."), field="email")
    values = {
        "token_hash": digest(token),
        "person_id": me,
        "email": email,
        "created_at": now,
        "expires_at": now + EMAIL_LIFE,
    }
    context.session.execute(insert(context.session, EmailChange).values(**values))
    link = f"{context.ports.base_url}/notifications/settings/email/{token}"
    mail = {"to": email, "language": contact.language, "name": contact.name, "link": link}
    context.send("mail.email_link", mail)


@dataclass(frozen=True, slots=True)
class ConfirmEmail:
    token: str


def _confirm_limits(context: Context, _command: ConfirmEmail) -> Sequence[Limit]:
    return token_limits(context.address)


@operation(limits=_confirm_limits, repeatable=False)
def confirm_email(context: Context, command: ConfirmEmail) -> None:
    """Whoever has the letter has the address. The old one is told, so that its owner learns of a theft."""
    session, now = context.session, context.clock.now()
    standing = update(EmailChange).where(
        EmailChange.token_hash == digest(command.token), EmailChange.used_at.is_(None), EmailChange.expires_at > now
    )
    row = session.execute(
        standing.values(used_at=now).returning(EmailChange.person_id, EmailChange.email)
    ).one_or_none()
    if row is None:
        raise email_link_is_dead()
    contact = queries.contact_of(session, row.person_id)
    session.execute(update(Person).where(Person.id == row.person_id).values(email=row.email))
    public_id = session.scalars(select(Person.public_id).where(Person.id == row.person_id)).one()
    context.about("person", public_id)
    if contact.email:
        mail = {"to": contact.email, "language": contact.language, "name": contact.name}
        context.send("mail.email_changed", mail)


def email_link_is_dead() -> NotFound:
    return NotFound("accounts.link", N_("Bu keçid artıq işlədilib və ya vaxtı bitib. Yenisini istəyin."))
