"""Changes and closings in the words of the reader."""

from datetime import date

from flask import g

from app.accounts.rules import MEANS_NAMES, Barred, Means
from app.administration.queries import BarDetails, ProposalDetails
from app.administration.rules import CHANGES, ROLES, Change
from app.core.db import db
from app.core.errors import N_
from app.core.roles import Role
from app.reference.queries import list_offices
from app.reference.rules import HOLIDAY_KINDS, HolidayKind
from app.web import formats
from app.web.i18n import translate

KINDS = {
    Barred.PERSON: N_("Şəxs"),
    Barred.DEVICE: N_("Cihaz"),
    Barred.MEANS: N_("Giriş vasitəsi"),
}
NO_OFFICE = N_("gömrük orqanı olmadan")


def offices(on: date | None = None) -> list[tuple[str, str]]:
    """As choices: the code with the name."""
    return [(one.code, f"{one.code} {getattr(one, f'name_{g.language}')}") for one in list_offices(db.session(), on)]


def change_of(proposal: ProposalDetails) -> str:
    return translate(g.language, CHANGES[proposal.change])


def subject_of(proposal: ProposalDetails) -> str:
    """What exactly would change."""
    facts = proposal.facts
    match proposal.change:
        case Change.GIVE_ROLE | Change.TAKE_ROLE:
            role = translate(g.language, ROLES[Role(facts["role"])])
            return f"{role}, {facts['office']}" if facts["office"] else role
        case Change.SET_OFFICE:
            return facts["office"] or translate(g.language, NO_OFFICE)
        case Change.ADD_HOLIDAY:
            kind = translate(g.language, HOLIDAY_KINDS[HolidayKind(facts["kind"])])
            return f"{_day(facts['on'])}, {facts[f'name_{g.language}']} ({kind}). {facts['source']}"
        case Change.REMOVE_HOLIDAY:
            return _day(facts["on"])
        case _:
            return translate(g.language, KINDS[Barred.PERSON]) if proposal.person else ""


def barred_subject(bar: BarDetails) -> str:
    """The person's name, the means, or the hash of the certificate."""
    if bar.kind is Barred.MEANS:
        return translate(g.language, MEANS_NAMES[Means(bar.subject)])
    return bar.person or bar.subject


def _day(text: str) -> str:
    return formats.date(date.fromisoformat(text))
