"""The applicant's papers: one page for each that is needed, and taking one out again."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from app.contracts import operations, queries
from app.contracts.forms import PaperForm
from app.contracts.machine import OPEN, moved_on
from app.contracts.queries import Case, PaperDetails
from app.contracts.queries.cases import unknown
from app.contracts.rules import Paper
from app.contracts.views.showing import as_file, key_of, shown
from app.documents.views import ACCEPT
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("contract_papers", __name__)
PAPER_PATH = "/contracts/<public_id>/papers/<any(letter, registration, extract, founders, gooen, identity):paper>"


@blueprint.get(PAPER_PATH)
@allow("contracts.add_paper")
def paper(public_id: str, paper: str) -> ResponseReturnValue:
    return PaperForm().page("contracts/paper.html", **_about(public_id, Paper(paper)))


@blueprint.post(PAPER_PATH)
@allow("contracts.add_paper")
def add(public_id: str, paper: str) -> ResponseReturnValue:
    about, form = _about(public_id, Paper(paper)), PaperForm()
    if form.validate():
        with form.refusals():
            operations.add_paper(context(), form.command(key_of(public_id), Paper(paper)))
            return redirect(f"/contracts/{public_id}/papers/{paper}", 303)
    return form.page("contracts/paper.html", **about)


def _about(public_id: str, paper: Paper) -> dict[str, object]:
    case = queries.get_own(context(), key_of(public_id))
    if case.state not in OPEN or not case.is_confirmed:
        raise moved_on()
    row = next((row for row in shown(case)["papers"] if row.paper == paper), None)
    if row is None:
        raise unknown()
    return {"case": case, "row": row, "accept": ACCEPT}


@blueprint.get("/contracts/<public_id>/files/<file>")
@allow("contracts.read_own")
def download(public_id: str, file: str) -> ResponseReturnValue:
    return as_file(*queries.open_own_paper(context(), key_of(public_id), file))


@blueprint.get("/contracts/<public_id>/files/<file>/remove")
@allow("contracts.remove_paper")
def ask_removal(public_id: str, file: str) -> ResponseReturnValue:
    case = queries.get_own(context(), key_of(public_id))
    return render("contracts/remove.html", case=case, file=_of(case, file))


@blueprint.post("/contracts/<public_id>/files/<file>/remove")
@allow("contracts.remove_paper")
def remove(public_id: str, file: str) -> ResponseReturnValue:
    key = key_of(public_id)
    found = _of(queries.get_own(context(), key), file)
    operations.remove_paper(context(), operations.RemovePaper(key, file))
    return redirect(f"/contracts/{public_id}/papers/{found.paper}", 303)


def _of(case: Case, file: str) -> PaperDetails:
    found = next((one for one in case.papers if one.public_id == file), None)
    if found is None:
        raise unknown()
    return found
