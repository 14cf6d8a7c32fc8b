"""Officers' pages: the records of their own office, from either side."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.border_goods import operations, queries
from app.border_goods.forms import list_filter
from app.border_goods.operations import OpenRecord
from app.border_goods.queries import Filter
from app.border_goods.views.showing import address, list_values, record_values
from app.core.errors import N_
from app.web.context import context
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("border_goods_officers", __name__)
ROOT = "/officer/border-goods"
LISTS = {
    ("", "open"): N_("Burada qeydə alınanlar"),
    ("", "ended"): N_("Burada qeydə alınanların tarixçəsi"),
    ("destination", "open"): N_("Bura gələnlər"),
    ("destination", "ended"): N_("Bura gələnlərin tarixçəsi"),
}


@blueprint.get(ROOT)
@allow("border_goods.list_of_office")
def listed() -> ResponseReturnValue:
    here, wanted = context(), list_filter(request.args)
    side = "destination" if request.args.get("side") == "destination" else ""
    return render(
        "border_goods/office.html",
        lists=[
            (address(ROOT, Filter(state=state), side=one), translate(here.language, text))
            for (one, state), text in LISTS.items()
        ],
        current=address(ROOT, Filter(state=wanted.state), side=side),
        title=translate(here.language, LISTS[side, wanted.state]),
        side=side,
        own_office=here.actor.office or "",
        **list_values(here, ROOT, wanted, queries.list_of_office(here, side, wanted), side=side),
    )


@blueprint.get(f"{ROOT}/<public_id>")
@allow("border_goods.open_record")
def one(public_id: str) -> ResponseReturnValue:
    here = context()
    found = operations.open_record(here, OpenRecord(public_id))
    return render("border_goods/office_record.html", **record_values(here, found))
