"""Goods at the border over SOAP: what posts register, and the list of whoever they are for."""

from dataclasses import fields
from typing import Any

from spyne import Boolean, ComplexModel, Decimal, Integer, Unicode

from app.border_goods import operations, queries
from app.border_goods.operations import Arrival, Batch
from app.border_goods.queries import Filter, Record
from app.border_goods.rules import AMOUNT_DIGITS, MOST_ROWS, WEIGHT_DIGITS, Goods, Outcome, State
from app.core.context import Context
from app.core.errors import N_
from app.core.errors import Problem as Wrong
from app.web.i18n import translate
from soap.paging import PAGE, USUAL
from soap.services import Service, context_of, offered
from soap.types import Code, Count, Instant, Line, Problem, field, optional, repeated, required, simple
from soap.versions import NAMESPACE

AMOUNT = simple("BorderAmount", Decimal, total_digits=17, fraction_digits=AMOUNT_DIGITS)
WEIGHT = simple("BorderWeight", Decimal, total_digits=14, fraction_digits=WEIGHT_DIGITS)
HOURS = simple("BorderHours", Integer, ge=0, le=100_000)
OUTCOME = simple("BorderOutcome", Unicode, values=[str(outcome) for outcome in Outcome])
STATE = simple("BorderState", Unicode, values=[str(state) for state in State])
LIST = simple("BorderList", Unicode, values=["open", "ended"])
MANY = {"min_occurs": 1, "max_occurs": MOST_ROWS, "nillable": False}


class BorderGoods(ComplexModel):
    """Goods of one consignee under one barcode, as a post registers them; which post, its certificate says."""

    __namespace__ = NAMESPACE
    barcode = required(Code)
    consignee = required(Code)
    consigneeName = required(Line)
    consigneeAddress = required(Line)
    code = required(Code)
    description = required(Line)
    amount = required(AMOUNT)
    currency = required(Code)
    weight = required(WEIGHT)
    packages = required(Count)
    exporter = required(Line)
    carnet = optional(Line)
    waybill = optional(Line)
    container = optional(Line)
    vehicle = required(Line)
    destination = required(Code)
    hours = required(HOURS)
    registeredAt = required(Instant)


class BorderArrival(ComplexModel):
    """When the goods of this barcode arrived."""

    __namespace__ = NAMESPACE
    barcode = required(Code)
    arrivedAt = required(Instant)


class BorderResult(ComplexModel):
    """What became of one row: its problems where it was refused, and what the post may want to look at again."""

    __namespace__ = NAMESPACE
    barcode = required(Line)
    outcome = required(OUTCOME)
    problem = repeated(Problem)
    doubt = repeated(Problem)


class BorderResults(ComplexModel):
    """The answer to a batch, row by row in its order."""

    __namespace__ = NAMESPACE
    refused = required(Count)
    result = repeated(BorderResult)


class BorderRecord(ComplexModel):
    """A record as its consignee sees it; overdue where the deadline has passed and no arrival was reported."""

    __namespace__ = NAMESPACE
    id = required(Code)
    barcode = required(Code)
    code = required(Code)
    description = required(Line)
    amount = required(AMOUNT)
    currency = required(Code)
    weight = required(WEIGHT)
    packages = required(Count)
    exporter = required(Line)
    carnet = optional(Line)
    waybill = optional(Line)
    container = optional(Line)
    vehicle = required(Line)
    office = required(Code)
    destination = required(Code)
    registeredAt = required(Instant)
    hours = required(HOURS)
    dueAt = required(Instant)
    arrivedAt = optional(Instant)
    state = required(STATE)
    endedAt = optional(Instant)
    declaration = optional(Line)
    isOverdue = required(Boolean)


class BorderRecordList(ComplexModel):
    """One page of the goods of the principal."""

    __namespace__ = NAMESPACE
    hasMore = required(Boolean)
    nextPageToken = optional(Code)
    record = repeated(BorderRecord)


ROWS, ARRIVALS, BARCODES = field(BorderGoods, MANY), field(BorderArrival, MANY), field(Code, MANY)
NAMES = {"consignee_name": "consigneeName", "consignee_address": "consigneeAddress", "registered_at": "registeredAt"}
EXAMPLE = {
    "goods": {
        "barcode": "AZ05010000123456",
        "consignee": "9900000141",
        "consigneeName": "Xəzər İdxal MMC",
        "consigneeAddress": "Bakı şəhəri",
        "code": "8479820000",
        "description": "AVADANLIQ VƏ S.",
        "amount": "56839.00",
        "currency": "EUR",
        "weight": "528.100",
        "packages": "12",
        "exporter": "Muster Maschinen GmbH",
        "carnet": "JX77976216",
        "waybill": "0278",
        "container": "CSQU3054383",
        "vehicle": "34ABC123",
        "destination": "01000",
        "hours": "36",
        "registeredAt": "2026-11-20T06:00:00+04:00",
    }
}


class BorderGoodsService(Service):
    @offered(
        "border_goods.register",
        N_("Sərhəddə malların qeydə alınması"),
        ROWS,
        returns=BorderResults,
        notes=N_(
            "Sərhəd məntəqəsi bir müraciətdə 500-dək yük qeydə alır. Hər sətrə ayrıca cavab verilir; olduğu kimi "
            "təkrar göndərilən sətir yenidən qeydə alınmır."
        ),
        example=EXAMPLE,
        in_own_name=True,
    )
    def RegisterBorderGoods(call: Any, goods: list[Any]) -> BorderResults:
        """Registers goods that crossed, each row with its own outcome; a batch may be sent again whole."""
        context = context_of(call)
        return _results(context, operations.register(context, operations.RegisterGoods(_goods(goods))))

    @offered(
        "border_goods.correct",
        N_("Sərhəd qeydlərinin düzəldilməsi"),
        ROWS,
        returns=BorderResults,
        notes=N_("Qeydi aparan məntəqə onu bütöv yeni məlumatla əvəz edir. Yalnız rəsmiləşdirilməmiş qeyd düzəldilir."),
        example=EXAMPLE,
        in_own_name=True,
    )
    def CorrectBorderGoods(call: Any, goods: list[Any]) -> BorderResults:
        """Puts whole rows in the place of those that the same post registered and that have not ended."""
        context = context_of(call)
        return _results(context, operations.correct(context, operations.CorrectGoods(_goods(goods))))

    @offered(
        "border_goods.cancel",
        N_("Sərhəd qeydlərinin ləğvi"),
        BARCODES,
        required(Line),
        returns=BorderResults,
        notes=N_("Səhvən aparılmış qeydi səbəbini göstərərək ləğv edir. Qeyd tarixçədə qalır."),
        example={"barcode": "AZ05010000123456", "reason": "İki dəfə qeydə alınıb"},
        in_own_name=True,
    )
    def CancelBorderGoods(call: Any, barcode: list[str], reason: str) -> BorderResults:
        """Ends records that were made by mistake; they stay in the history."""
        context = context_of(call)
        return _results(context, operations.cancel(context, operations.CancelGoods(tuple(barcode), reason)))

    @offered(
        "border_goods.report_arrivals",
        N_("Malların çatmasının bildirilməsi"),
        ARRIVALS,
        returns=BorderResults,
        notes=N_("Qeydə alan və ya təyinat gömrük orqanının sistemi malın çatma vaxtını bildirir."),
        example={"arrival": {"barcode": "AZ05010000123456", "arrivedAt": "2026-11-20T11:30:00+04:00"}},
        in_own_name=True,
    )
    def ReportBorderArrivals(call: Any, arrival: list[Any]) -> BorderResults:
        """Says when goods arrived at the office of their destination."""
        context = context_of(call)
        told = tuple(Arrival(one.barcode, one.arrivedAt) for one in arrival)
        return _results(context, operations.report_arrivals(context, operations.ReportArrivals(told)))

    @offered(
        "border_goods.clear",
        N_("Malların rəsmiləşdirilməsinin bildirilməsi"),
        BARCODES,
        required(Line),
        returns=BorderResults,
        notes=N_("Təyinat gömrük orqanının sistemi bəyannamə üzrə buraxılmış malları bildirir: onlar siyahıdan çıxır."),
        example={"barcode": "AZ05010000123456", "declaration": "26AZ01000000001"},
        in_own_name=True,
    )
    def ClearBorderGoods(call: Any, barcode: list[str], declaration: str) -> BorderResults:
        """Says that goods were released by this declaration, which takes them off the list."""
        context = context_of(call)
        return _results(context, operations.clear(context, operations.ClearGoods(tuple(barcode), declaration)))

    @offered(
        "border_goods.list_own",
        N_("Sərhəddə qeydə alınan mallar"),
        optional(LIST),
        optional(Code),
        *PAGE,
        returns=BorderRecordList,
        notes=N_("Göstərilən VÖEN/GÖÖEN üzrə sərhəddə qeydə alınan malları səhifələrlə qaytarır."),
        example={"list": "open", "pageSize": "20"},
    )
    def ListBorderGoods(
        call: Any, list: str | None, destination: str | None, pageSize: int | None, pageToken: str | None
    ) -> BorderRecordList:
        """Lists the goods of the principal that crossed: those not cleared yet by their deadline, or the history."""
        wanted = Filter(state=list or "open", destination=destination or "", after=pageToken or "")
        page = queries.list_own(context_of(call), wanted, int(pageSize or USUAL))
        found = [_record(one) for one in page.records]
        return BorderRecordList(hasMore=page.following is not None, nextPageToken=page.following, record=found)


def _goods(rows: list[Any]) -> tuple[Goods, ...]:
    return tuple(
        Goods(**{one.name: _value(getattr(row, NAMES.get(one.name, one.name))) for one in fields(Goods)})
        for row in rows
    )


def _value(value: Any) -> Any:
    return "" if value is None else value


def _results(context: Context, batch: Batch) -> BorderResults:
    def problem(one: Wrong) -> Problem:
        name = NAMES.get(one.field or "", one.field)
        return Problem(rule=one.code, field=name, message=translate(context.language, one.message, **one.facts))

    return BorderResults(
        refused=batch.refused,
        result=[
            BorderResult(
                barcode=one.barcode,
                outcome=str(one.outcome),
                problem=[problem(wrong) for wrong in one.problems],
                doubt=[problem(doubt) for doubt in one.doubts],
            )
            for one in batch.results
        ],
    )


def _record(found: Record) -> BorderRecord:
    return BorderRecord(
        id=found.public_id,
        barcode=found.barcode,
        code=found.code,
        description=found.description,
        amount=found.amount,
        currency=found.currency,
        weight=found.weight,
        packages=found.packages,
        exporter=found.exporter,
        carnet=found.carnet or None,
        waybill=found.waybill or None,
        container=found.container or None,
        vehicle=found.vehicle,
        office=found.office,
        destination=found.destination,
        registeredAt=found.registered_at,
        hours=found.hours,
        dueAt=found.due_at,
        arrivedAt=found.arrived_at,
        state=str(found.state),
        endedAt=found.ended_at,
        declaration=found.declaration or None,
        isOverdue=found.is_overdue,
    )
