"""What each change needs to be possible, and what it brings about; asked when it is proposed and when confirmed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Bar, Person
from app.accounts.operations.barring import holders_of, lift_bar
from app.accounts.operations.rights import Held, give_role, hold_person, set_office, take_role
from app.accounts.rules import Barred
from app.administration.rules import WITH_OFFICE, Change, check_giving, check_office_change, check_taking
from app.core.clock import baku_date
from app.core.context import Context
from app.core.errors import N_, Invalid, NotFound
from app.core.roles import Role
from app.notifications.operations import notify
from app.reference.operations import add_holiday, check_known_holiday, check_new_holiday, remove_holiday
from app.reference.queries import list_offices
from app.reference.rules import Holiday, HolidayKind

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """`check` says whether it could be done now, `apply` does it, `concerns` names the person who has no say."""

    check: Callable[[Context, Facts], None]
    apply: Callable[[Context, Facts], None]
    concerns: Callable[[Context, Facts], int | None]


def _check_right(context: Context, facts: Facts) -> None:
    _checked(context, facts)


def _checked(context: Context, facts: Facts) -> Held:
    person = hold_person(context, facts["person"])
    office = facts.get("office") or None
    if office and office not in {one.code for one in list_offices(context.session, baku_date(context.clock.now()))}:
        raise Invalid("administration.office_closed", N_("Bu gömrük orqanı fəaliyyət göstərmir."), field="office")
    match Change(facts["change"]):
        case Change.GIVE_ROLE:
            check_giving(person.roles, Role(facts["role"]), office or person.office)
        case Change.TAKE_ROLE:
            check_taking(person.roles, Role(facts["role"]))
        case _:
            check_office_change(person.roles, person.office, office)
    return person


def _change_right(context: Context, facts: Facts) -> None:
    person, office = _checked(context, facts), facts.get("office") or None
    match Change(facts["change"]):
        case Change.GIVE_ROLE:
            give_role(context, person, Role(facts["role"]))
            if office and office != person.office:
                set_office(context, person, office)
        case Change.TAKE_ROLE:
            take_role(context, person, Role(facts["role"]))
            if person.office and not (person.roles - {Role(facts["role"])}) & WITH_OFFICE:
                set_office(context, person, None)
        case _:
            set_office(context, person, office)
    notify(context, person.id, "accounts.rights_changed", link="/sessions")


def _person_of_right(context: Context, facts: Facts) -> int | None:
    return context.session.scalar(select(Person.id).where(Person.public_id == facts["person"]))


def _check_bar(context: Context, facts: Facts) -> None:
    _bar(context, facts)


def _bar(context: Context, facts: Facts) -> tuple[Barred, str]:
    standing = select(Bar.kind, Bar.subject).where(Bar.public_id == facts["bar"], Bar.lifted_at.is_(None))
    row = context.session.execute(standing).one_or_none()
    if row is None:
        raise NotFound("accounts.no_bar", N_("Belə bağlanma yoxdur və ya giriş artıq açılıb."))
    return row.kind, row.subject


def _reopen(context: Context, facts: Facts) -> None:
    lift_bar(context, facts["bar"])
    if (concerned := _person_of_bar_row(context, facts)) is not None:
        notify(context, concerned, "accounts.reopened")


def _person_of_bar(context: Context, facts: Facts) -> int | None:
    _bar(context, facts)
    return _person_of_bar_row(context, facts)


def _person_of_bar_row(context: Context, facts: Facts) -> int | None:
    kind, subject = context.session.execute(select(Bar.kind, Bar.subject).where(Bar.public_id == facts["bar"])).one()
    if kind is Barred.PERSON:
        return context.session.scalar(select(Person.id).where(Person.public_id == subject))
    # A card or a phone is one person's, if anybody's.
    return next(iter(holders_of(context, subject)), None) if kind is Barred.DEVICE else None


def _holiday(facts: Facts) -> Holiday:
    names = {name: facts[name] for name in ("name_az", "name_en", "name_ru", "source")}
    return Holiday(on=date.fromisoformat(facts["on"]), kind=HolidayKind(facts["kind"]), **names)


def _nobody(_context: Context, _facts: Facts) -> None:
    return None


RIGHT = Effect(_check_right, _change_right, _person_of_right)
EFFECTS: Mapping[Change, Effect] = {
    Change.GIVE_ROLE: RIGHT,
    Change.TAKE_ROLE: RIGHT,
    Change.SET_OFFICE: RIGHT,
    Change.ADD_HOLIDAY: Effect(
        lambda context, facts: check_new_holiday(context, date.fromisoformat(facts["on"])),
        lambda context, facts: add_holiday(context, _holiday(facts)),
        _nobody,
    ),
    Change.REMOVE_HOLIDAY: Effect(
        lambda context, facts: check_known_holiday(context, date.fromisoformat(facts["on"])),
        lambda context, facts: remove_holiday(context, date.fromisoformat(facts["on"])),
        _nobody,
    ),
    Change.REOPEN: Effect(_check_bar, _reopen, _person_of_bar),
}
