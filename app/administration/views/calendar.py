"""The calendar by which terms run: its days by year, and proposals to change it."""

from datetime import date

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.administration import operations
from app.administration.forms import HolidayForm, ReasonForm
from app.core.clock import baku_date
from app.core.db import db
from app.core.errors import N_, NotFound
from app.reference import queries
from app.reference.rules import HOLIDAY_KINDS, known_years
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("calendar", __name__)
FIRST_YEAR, LAST_YEAR = 1992, 2100


@blueprint.get("/admin/holidays")
@allow("administration.look")
def year() -> ResponseReturnValue:
    typed, this_year = request.args.get("year", ""), baku_date(context().clock.now()).year
    chosen = (
        int(typed) if typed.isascii() and typed.isdecimal() and FIRST_YEAR <= int(typed) <= LAST_YEAR else this_year
    )
    days = queries.list_holidays(db.session(), chosen)
    years = [(f"/admin/holidays?year={one}", str(one)) for one in range(chosen - 1, chosen + 2)]
    return render(
        "administration/holidays.html",
        days=days,
        year=chosen,
        years=years,
        kinds=HOLIDAY_KINDS,
        is_known=chosen in known_years(days),
    )


@blueprint.get("/admin/holidays/new")
@allow("administration.look")
def ask_new() -> ResponseReturnValue:
    return HolidayForm().page("administration/holiday_new.html")


@blueprint.post("/admin/holidays/new")
@allow("administration.propose_holiday")
def new() -> ResponseReturnValue:
    form = HolidayForm()
    if form.validate():
        with form.refusals():
            proposed = operations.propose_holiday(context(), form.command())
            return redirect(f"/admin/proposals/{proposed.public_id}", 303)
    return form.page("administration/holiday_new.html")


@blueprint.get("/admin/holidays/<day>/remove")
@allow("administration.look")
def ask_removal(day: str) -> ResponseReturnValue:
    return _removal(ReasonForm(), day)


@blueprint.post("/admin/holidays/<day>/remove")
@allow("administration.propose_removal")
def remove(day: str) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        with form.refusals():
            proposed = operations.propose_removal(context(), form.removal(_day(day)))
            return redirect(f"/admin/proposals/{proposed.public_id}", 303)
    return _removal(form, day)


def _removal(form: ReasonForm, day: str) -> ResponseReturnValue:
    holiday = queries.find_holiday(db.session(), _day(day))
    if holiday is None:
        raise _unknown()
    return form.page("administration/holiday_remove.html", holiday=holiday)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unknown() from None


def _unknown() -> NotFound:
    return NotFound("reference.holiday_unknown", N_("Bu gün təqvimdə yoxdur."))
