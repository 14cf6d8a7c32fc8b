"""Goods as posts register them, for tests of every door."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from app.border_goods.operations import RegisterGoods, register
from app.border_goods.rules import Goods
from app.core.context import Actor, Context
from app.core.roles import Assurance, Role

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
POST, DESTINATION, ELSEWHERE = "05010", "01000", "06010"
GOODS = Goods(
    barcode="AZ05010000123456",
    consignee="9900000141",
    consignee_name="Xəzər İdxal MMC",
    consignee_address="Bakı",
    code="8479820000",
    description="AVADANLIQ VƏ S.",
    amount=Decimal("56839.00"),
    currency="EUR",
    weight=Decimal("528.100"),
    packages=0,
    exporter="Muster Maschinen GmbH",
    vehicle="34ABC123",
    destination=DESTINATION,
    hours=36,
    registered_at=NOW,
    carnet="JX77976216",
    waybill="0278",
    container="CSQU3054383",
)


def goods(number: int = 0, **changed: object) -> Goods:
    return replace(GOODS, **({"barcode": f"AZ0501000{number:07d}"} | changed))  # type: ignore[arg-type]


def post_at(context: Context, office: str = POST) -> Context:
    """As the registered system of this office."""
    actor = Actor(frozenset({Role.AGENCY}), "post", f"system:post-{office}", office=office, assurance=Assurance.STRONG)
    return replace(context, actor=actor)


def registered(context: Context, *rows: Goods, office: str = POST) -> None:
    batch = register(post_at(context, office), RegisterGoods(rows))
    assert batch.refused == 0, batch
