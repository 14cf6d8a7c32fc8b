"""People: the list, one of them, a change of his rights, the end of his sessions."""

from dataclasses import asdict
from urllib.parse import urlencode

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from app.accounts.rules import MEANS_NAMES
from app.administration import operations
from app.administration.forms import RightForm, search
from app.administration.rules import ROLES, STATES
from app.administration.views import words
from app.core.clock import baku_date
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("people", __name__)


@blueprint.get("/admin/people")
@allow("administration.search_people")
def people() -> ResponseReturnValue:
    asked = search()
    page = operations.search_people(context(), asked)
    typed = {"q" if name == "name" else name: value for name, value in asdict(asked).items() if value}
    more = "/admin/people?" + urlencode(typed | {"after": page.after}) if page.after else ""
    return render(
        "administration/people.html",
        found=page.people,
        more=more,
        is_first=not asked.after,
        roles=ROLES,
        offices=words.offices(),
        values={"q": "", "pin": "", "username": "", "role": "", "office": "", "state": "", "sort": ""} | typed,
    )


@blueprint.get("/admin/people/<public_id>")
@allow("administration.read_person")
def person(public_id: str) -> ResponseReturnValue:
    file = operations.read_person(context(), operations.ReadPerson(public_id))
    now = context().clock.now()
    history = [(words.change_of(one), words.subject_of(one), STATES[one.state(now)], one) for one in file.proposals]
    return render(
        "administration/person.html",
        person=file.person,
        bars=file.bars,
        history=history,
        roles=ROLES,
        means=MEANS_NAMES,
        is_self=file.person.id == context().actor.person_id,
    )


@blueprint.get("/admin/people/<public_id>/rights")
@allow("administration.read_person")
def rights(public_id: str) -> ResponseReturnValue:
    return _rights(RightForm(), public_id)


@blueprint.post("/admin/people/<public_id>/rights")
@allow("administration.propose_right")
def propose(public_id: str) -> ResponseReturnValue:
    form = RightForm()
    if form.validate():
        with form.refusals():
            proposed = operations.propose_right(context(), form.command(public_id))
            return redirect(f"/admin/proposals/{proposed.public_id}", 303)
    return _rights(form, public_id)


def _rights(form: RightForm, public_id: str) -> ResponseReturnValue:
    here = context()
    file = operations.read_person(here, operations.ReadPerson(public_id))
    open_now = words.offices(baku_date(here.clock.now()))
    return form.page("administration/rights.html", person=file.person, roles=ROLES, offices=open_now)


@blueprint.get("/admin/people/<public_id>/sessions")
@allow("administration.read_person")
def ask_to_end_sessions(public_id: str) -> ResponseReturnValue:
    file = operations.read_person(context(), operations.ReadPerson(public_id))
    return render("administration/end_sessions.html", person=file.person)


@blueprint.post("/admin/people/<public_id>/sessions")
@allow("administration.end_sessions_of")
def end_sessions(public_id: str) -> ResponseReturnValue:
    operations.end_sessions_of(context(), operations.EndSessionsOf(public_id))
    return redirect(f"/admin/people/{public_id}", 303)
