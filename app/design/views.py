"""The routes of the design page."""

import datetime as dt
from decimal import Decimal
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import N_
from app.design.forms import SampleForm
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import Values, render

blueprint = Blueprint("design", __name__, url_prefix="/design")

_AN_INSTANT: Final = dt.datetime(2026, 5, 9, 10, 3, tzinfo=dt.UTC)
_FILLED: Final = Values(
    filled_text="Xəzər Ticarət MMC",
    filled_decimal="12 400,50",
    filled_area="İki sətirlik\nmətn",
    filled_select="AZ",
    filled_radios="EX",
    filled_check="1",
    filled_checks=["invoice", "origin"],
)
_WRONG_VALUES: Final = Values(wrong_text="12", wrong_decimal="12,x", wrong_day="31.02.2026")
_WRONG: Final = {
    "wrong_text": N_("Alanın VÖEN-ini yazın."),
    "wrong_select": N_("Siyahıdan seçin."),
    "wrong_radios": N_("Bəyannamənin növünü seçin."),
    "wrong_checks": N_("Ən azı bir sənəd seçin."),
    "wrong_password": N_("Şifrəni yazın."),
    "wrong_decimal": N_("Netto çəkini yazın."),
    "wrong_day": N_("Tarixi gg.aa.iiii şəklində yazın."),
    "wrong_file": N_("Fayl seçin."),
    "wrong_area": N_("Məlumatı yazın."),
    "wrong_check": N_("Davam etmək üçün razılığınızı bildirin."),
}


@blueprint.get("")
@allow("design.read")
def page() -> str:
    return render("design/page.html", values=_FILLED, **page_values(g.language))


@blueprint.get("/errors")
@allow("design.read")
def errors() -> str:
    wrong = {name: translate(g.language, text) for name, text in _WRONG.items()}
    return render("design/errors.html", values=_WRONG_VALUES, errors=wrong)


@blueprint.get("/form")
@allow("design.read")
def form() -> str:
    saved = [translate(g.language, N_("Məlumatlar yadda saxlanıldı."))] if "saved" in request.args else []
    return render("design/form.html", notices=saved)


@blueprint.post("/form")
@allow("design.read")
def save_form() -> Response | tuple[str, int]:
    form = SampleForm()
    if not form.validate():
        wrong = form.errors_by_field(g.language)
        return render("design/form.html", values=form.values, errors=wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("design.form", saved=1), HTTPStatus.SEE_OTHER)


def page_values(language: str) -> dict[str, object]:
    """What a feature's queries would give: rows of plain values, their texts in the user's language."""

    def text(message: str) -> str:
        return translate(language, message)

    return {
        "moment": _AN_INSTANT,
        "weight": Decimal("12400.5"),
        "amount": Decimal("56839.30"),
        "entries": [
            SimpleNamespace(
                title=text(N_("Düzəliş üçün qaytarılıb")),
                at=_AN_INSTANT,
                who=text(N_("Bakı Baş Gömrük İdarəsi")),
                note=text(N_("33-cü qrafada malın kodunu dəqiqləşdirin.")),
                tone="warn",
            ),
            SimpleNamespace(title=text(N_("Qeydə alınıb")), at=_AN_INSTANT, who="", note="", tone="good"),
        ],
        "tasks": [
            SimpleNamespace(title=text(N_("Ümumi məlumat")), hint="", href="#", word=text(N_("Hazırdır")), tone=""),
            SimpleNamespace(
                title=text(N_("Mallar haqqında məlumat")),
                hint=text(N_("3 mal, biri yarımçıqdır")),
                href="#",
                word=text(N_("Yarımçıqdır")),
                tone="busy",
            ),
            SimpleNamespace(title=text(N_("Yekun")), hint="", href="", word=text(N_("Hələ başlamaq olmaz")), tone=""),
        ],
    }
