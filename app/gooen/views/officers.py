"""Officers' pages: requests for correction, and whose a number is."""

from urllib.parse import urlencode

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from app.core.errors import N_, NotFound
from app.gooen import operations, queries
from app.gooen.forms import AnswerForm, NumberForm
from app.gooen.operations import Holder
from app.gooen.rules import PAPERS, STAGES, WRONGS, Stage
from app.web.attachments import attached
from app.web.context import context
from app.web.forms import page_number
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import Values, render

blueprint = Blueprint("gooen_officers", __name__, url_prefix="/officer/gooen")
ROOT = "/officer/gooen"


@blueprint.get("")
@allow("gooen.read_corrections")
def corrections() -> ResponseReturnValue:
    stage, page = request.args.get("stage", Stage.OPEN), page_number(request.args)
    found = queries.list_corrections(context(), stage, page)

    def address(number: int) -> str:
        return f"{ROOT}?{urlencode({'stage': stage, 'page': number})}"

    return render(
        "gooen/corrections.html",
        values=Values(stage=stage),
        found=found,
        stages=[
            *((code, translate(g.language, text)) for code, text in STAGES.items()),
            ("all", translate(g.language, ALL)),
        ],
        words=STAGES,
        wrongs=WRONGS,
        previous=address(page - 1) if page > 1 else "",
        following=address(page + 1) if found.has_more else "",
    )


ALL = N_("Hamısı")


@blueprint.get("/holder")
@allow("gooen.find_holder")
def ask_holder() -> ResponseReturnValue:
    return NumberForm().page("gooen/holder.html", holder=None)


@blueprint.post("/holder")
@allow("gooen.find_holder")
def holder() -> ResponseReturnValue:
    form, found = NumberForm(), None
    if form.validate():
        with form.refusals():
            found = operations.find_holder(context(), form.command())
            return _shown(form, found)
    return form.page("gooen/holder.html", holder=None)


def _shown(form: NumberForm, found: Holder) -> str:
    return render("gooen/holder.html", values=form.values, errors={}, holder=found)


@blueprint.get("/<code>")
@allow("gooen.open_correction")
def correction(code: str) -> ResponseReturnValue:
    return AnswerForm().page("gooen/answer.html", **_about(code))


@blueprint.post("/<code>")
@allow("gooen.answer_correction")
def answer(code: str) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate():
        with form.refusals():
            operations.answer_correction(context(), form.command(code))
            return redirect(f"{ROOT}/{code}", 303)
    return form.page("gooen/answer.html", **_about(code))


@blueprint.get("/<code>/file")
@allow("gooen.open_correction")
def file(code: str) -> ResponseReturnValue:
    here = context()
    found = operations.open_correction(here, operations.OpenCorrection(code))
    if not found.file_sha256 or not found.is_file_open:
        raise NotFound("gooen.no_file", N_("Bu sorğuya açıla bilən fayl əlavə olunmayıb."))
    return attached(
        here.ports.blobs.open(found.file_sha256), "application/octet-stream", "document", name=found.file_name
    )


def _about(code: str) -> dict[str, object]:
    found = operations.open_correction(context(), operations.OpenCorrection(code))
    return {"found": found, "stages": STAGES, "wrongs": WRONGS, "papers": PAPERS}
