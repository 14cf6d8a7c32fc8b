"""The applicant's pages: begun, come back to, filled in step by step, looked over, sent, withdrawn."""

from collections.abc import Mapping
from types import SimpleNamespace

from flask import Blueprint, current_app, g, redirect
from flask.typing import ResponseReturnValue

from app.contracts import operations, queries
from app.contracts.forms import AnswersForm, BeginForm, LinkForm
from app.contracts.machine import OPEN, WORDS, Event, can, moved_on
from app.contracts.queries import Case
from app.contracts.rules import KEY_LIFE, PAPERS, VARIANTS, Paper, Step, Variant, fields_of
from app.contracts.views.showing import COOKIE, key_of, shown, word
from app.core.db import db
from app.core.errors import N_
from app.web.context import clock, context
from app.web.forms import Form
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("contracts", __name__)

READY, MISSING, TO_CORRECT = N_("Hazırdır"), N_("Doldurulmayıb"), N_("Düzəliş lazımdır")
STEPS: Mapping[Variant, Mapping[Step, str]] = {
    Variant.FIRM: {
        Step.PAYER: N_("Hüquqi şəxs"),
        Step.PERSON: N_("Hüquqi şəxsi təmsil edən şəxs"),
        Step.CONTACT: N_("Əlaqə və bank hesabı"),
    },
    Variant.PERSON: {
        Step.PAYER: N_("VÖEN və ya GÖÖEN"),
        Step.PERSON: N_("Müraciət edən şəxs"),
        Step.CONTACT: N_("Əlaqə və bank hesabı"),
    },
}


@blueprint.get("/contracts")
@allow("contracts.read_own")
def home() -> ResponseReturnValue:
    here = context()
    mine = queries.my_contracts(here) if here.actor.person_id is not None else []
    lists = {
        word(title): [(word(rule.title), rule.when) for rule in PAPERS.values() if Variant(code) in rule.variants]
        for code, title in VARIANTS.items()
    }
    return render("contracts/home.html", contracts=mine, words=WORDS, lists=lists)


@blueprint.get("/contracts/new")
@allow("contracts.begin")
def new() -> ResponseReturnValue:
    return BeginForm().page("contracts/new.html")


@blueprint.post("/contracts/new")
@allow("contracts.begin")
def begin() -> ResponseReturnValue:
    form = BeginForm()
    if form.validate():
        with form.refusals():
            begun = operations.begin(context(), form.command())
            return redirect("/contracts/sent" if g.actor.is_anonymous else f"/contracts/{begun.public_id}", 303)
    return form.page("contracts/new.html")


@blueprint.get("/contracts/sent")
@allow("contracts.begin")
def link_sent() -> ResponseReturnValue:
    return render("contracts/sent.html")


@blueprint.get("/contracts/link")
@allow("contracts.ask_for_link")
def lost_link() -> ResponseReturnValue:
    return LinkForm().page("contracts/ask.html")


@blueprint.post("/contracts/link")
@allow("contracts.ask_for_link")
def ask_for_link() -> ResponseReturnValue:
    form = LinkForm()
    if form.validate():
        with form.refusals():
            operations.ask_for_link(context(), form.command())
            return redirect("/contracts/sent", 303)
    return form.page("contracts/ask.html")


@blueprint.get("/contracts/link/<token>")
@allow("contracts.enter")
def link(token: str) -> ResponseReturnValue:
    """Looking changes nothing: programs that look through mails open links too."""
    _, number = queries.find_link_case(db.session(), token, clock().now())
    return render("contracts/link.html", token=token, number=number)


@blueprint.post("/contracts/link/<token>")
@allow("contracts.enter")
def enter(token: str) -> ResponseReturnValue:
    begun = operations.enter(context(), operations.Enter(token))
    answer = redirect(f"/contracts/{begun.public_id}", 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    name = current_app.config[COOKIE]
    answer.set_cookie(name, token, max_age=KEY_LIFE, secure=secure, httponly=True, samesite="Lax", path="/")
    return answer


@blueprint.get("/contracts/<public_id>")
@allow("contracts.read_own")
def application(public_id: str) -> ResponseReturnValue:
    case = queries.get_own(context(), key_of(public_id))
    return render("contracts/application.html", tasks=_tasks(case) if case.state in OPEN else [], **shown(case))


def _tasks(case: Case) -> list[SimpleNamespace]:
    root = f"/contracts/{case.public_id}" if case.is_confirmed else ""
    return [
        *(_answers_task(case, root, step, title) for step, title in STEPS[case.variant].items()),
        *(_paper_task(case, root, paper) for paper in case.needed),
    ]


def _answers_task(case: Case, root: str, step: Step, title: str) -> SimpleNamespace:
    fields = fields_of(case.variant, step)
    lacks = any(field.missing and not case.answers[field.name] for field in fields)
    fault = any(field.name in case.faults for field in fields)
    return _task(title, f"{root}/{step}" if root else "", lacks=lacks, fault=fault)


def _paper_task(case: Case, root: str, paper: Paper) -> SimpleNamespace:
    lacks, fault = not case.brought(paper), paper in case.faults
    return _task(PAPERS[paper].title, f"{root}/papers/{paper}" if root else "", lacks=lacks, fault=fault)


def _task(title: str, href: str, *, lacks: bool, fault: bool) -> SimpleNamespace:
    text, tone = (TO_CORRECT, "warn") if fault else (MISSING, "busy") if lacks else (READY, "")
    return SimpleNamespace(title=word(title), hint="", href=href, word=word(text), tone=tone)


@blueprint.get("/contracts/<public_id>/<any(payer, person, contact):step>")
@allow("contracts.fill_in")
def questions(public_id: str, step: str) -> ResponseReturnValue:
    case = _changeable(public_id)
    values = Values(case.answers) | {"is_non_commercial": "1" if case.is_non_commercial else ""}
    return render("contracts/step.html", values=Values(values), errors={}, **_asked(case, Step(step)))


@blueprint.post("/contracts/<public_id>/<any(payer, person, contact):step>")
@allow("contracts.fill_in")
def fill_in(public_id: str, step: str) -> ResponseReturnValue:
    case, form = _changeable(public_id), AnswersForm()
    if form.validate():
        with form.refusals():
            operations.fill_in(context(), form.command(key_of(public_id), Step(step)))
            return redirect(f"/contracts/{public_id}{_next_of(Step(step))}", 303)
    return form.page("contracts/step.html", **_asked(case, Step(step)))


def _next_of(step: Step) -> str:
    """One question after the other; after the last of them the list, where the papers are."""
    following = dict(zip(Step, [*list(Step)[1:], None], strict=True))[step]
    return f"/{following}" if following else ""


def _asked(case: Case, step: Step) -> dict[str, object]:
    rows = [row for row in shown(case)["rows"] if row.step == step]
    return {"case": case, "step": str(step), "title": STEPS[case.variant][step], "rows": rows}


def _changeable(public_id: str) -> Case:
    case = queries.get_own(context(), key_of(public_id))
    if case.state not in OPEN or not case.is_confirmed:
        raise moved_on()
    return case


@blueprint.get("/contracts/<public_id>/check")
@allow("contracts.send")
def look_over(public_id: str) -> ResponseReturnValue:
    return Form().page("contracts/check.html", **shown(_changeable(public_id)))


@blueprint.post("/contracts/<public_id>/check")
@allow("contracts.send")
def send(public_id: str) -> ResponseReturnValue:
    form, key = Form(), key_of(public_id)
    if form.validate():
        with form.refusals():
            operations.send(context(), operations.Own(key))
            return redirect(f"/contracts/{public_id}?sent=1", 303)
    return form.page("contracts/check.html", **shown(queries.get_own(context(), key)))


@blueprint.get("/contracts/<public_id>/withdraw")
@allow("contracts.withdraw")
def ask_withdrawal(public_id: str) -> ResponseReturnValue:
    case = queries.get_own(context(), key_of(public_id))
    if not can(case.state, Event.WITHDRAW):
        raise moved_on()
    return render("contracts/withdraw.html", case=case)


@blueprint.post("/contracts/<public_id>/withdraw")
@allow("contracts.withdraw")
def withdraw(public_id: str) -> ResponseReturnValue:
    operations.withdraw(context(), operations.Own(key_of(public_id)))
    return redirect(f"/contracts/{public_id}", 303)
