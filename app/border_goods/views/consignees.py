"""«Sərhəd Gömrük məntəqələrində qeydə alınan malların siyahısı»: the list, one record, the list as a file."""

from collections.abc import Iterator

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.accounts.queries import person_of, principals_of
from app.border_goods import queries
from app.border_goods.forms import list_filter
from app.border_goods.queries import Filter
from app.border_goods.rules import LABELS
from app.border_goods.views.showing import address, list_values, office_names, record_values, standing
from app.core.clock import baku_time
from app.core.context import Context
from app.core.errors import N_
from app.web.context import context
from app.web.exports import Row, csv_file, xlsx_file
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("border_goods", __name__)
ROOT = "/border-goods"
# The columns of the file, in the order of source 2.
COLUMNS = (
    *(LABELS[name] for name in ("barcode", "code", "description", "amount", "currency", "weight", "packages")),
    *(LABELS[name] for name in ("exporter", "carnet", "waybill", "container", "vehicle")),
    N_("Qeydə alan GO"),
    LABELS["destination"],
    LABELS["registered_at"],
    LABELS["hours"],
    N_("Çatma tarixi"),
    N_("Çatıb"),
    N_("Vəziyyət"),
)


@blueprint.get(ROOT)
@allow("border_goods.list_own")
def listed() -> ResponseReturnValue:
    here, wanted = context(), list_filter(request.args)
    if here.actor.participant_id is None:
        mine = principals_of(here.session, person_of(here), here.clock.now())
        return render("border_goods/choose.html", principals=mine)
    return render(
        "border_goods/list.html",
        history=address(ROOT, Filter(state="ended")),
        csv=address(f"{ROOT}.csv", wanted),
        xlsx=address(f"{ROOT}.xlsx", wanted),
        **list_values(here, ROOT, wanted, queries.list_own(here, wanted)),
    )


@blueprint.get(f"{ROOT}/<public_id>")
@allow("border_goods.get_own")
def one(public_id: str) -> ResponseReturnValue:
    here = context()
    return render("border_goods/record.html", **record_values(here, queries.get_own(here, public_id)))


@blueprint.get(f"{ROOT}.csv")
@allow("border_goods.list_own")
def as_csv() -> ResponseReturnValue:
    return csv_file("border-goods", _rows(context()))


@blueprint.get(f"{ROOT}.xlsx")
@allow("border_goods.list_own")
def as_xlsx() -> ResponseReturnValue:
    return xlsx_file("border-goods", _rows(context()))


def _rows(here: Context) -> Iterator[Row]:
    """The heading first; then everything that the list would show, whatever page of it is open."""
    offices = office_names(here)
    yield [translate(here.language, text) for text in COLUMNS]
    for record in queries.every_own(here, list_filter(request.args.to_dict() | {"after": ""})):
        yield [
            record.barcode,
            record.code,
            record.description,
            record.amount,
            record.currency,
            record.weight,
            record.packages,
            record.exporter,
            record.carnet,
            record.waybill,
            record.container,
            record.vehicle,
            offices.get(record.office, record.office),
            offices.get(record.destination, record.destination),
            baku_time(record.registered_at),
            record.hours,
            baku_time(record.due_at),
            baku_time(record.arrived_at) if record.arrived_at else "",
            standing(record, here.language)[0],
        ]
