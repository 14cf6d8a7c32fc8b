"""A trial operation of every kind of value that declarations will bring: nested lists, decimals, days, enumerations."""
# ruff: noqa: N802, N805, N815  (operations of a contract)

from decimal import Decimal as Exact
from typing import Any

from spyne import ComplexModel, Date, Decimal, Unicode

from soap.services import Service, offered
from soap.types import Code, Count, Instant, Line, optional, repeated, required, simple
from soap.versions import NAMESPACE

Procedure = simple("TrialProcedure", Unicode, values=["import", "export", "transit"])
Packing = simple("TrialPacking", Unicode, values=["box", "pallet"])
Weight = simple("TrialWeight", Decimal, total_digits=16, fraction_digits=3, ge=0)
GoodsCode = simple("TrialGoodsCode", Unicode, pattern="[0-9]{10}")


class TrialPackages(ComplexModel):
    __namespace__ = NAMESPACE
    packing = required(Packing)
    number = required(Count)


class TrialItem(ComplexModel):
    __namespace__ = NAMESPACE
    goodsCode = required(GoodsCode)
    netWeight = required(Weight)
    madeOn = optional(Date)
    packages = repeated(TrialPackages)


class TrialFreight(ComplexModel):
    __namespace__ = NAMESPACE
    procedure = required(Procedure)
    arrivesAt = required(Instant)
    note = optional(Line)
    item = repeated(TrialItem)


class TrialWeighed(ComplexModel):
    """The freight as it was understood, and what was counted of it."""

    __namespace__ = NAMESPACE
    state = required(Code)
    netWeight = required(Weight)
    packages = required(Count)
    oldest = optional(Date)
    freight = required(TrialFreight)


class Freight(Service):
    """Stands only in the tests' own gateway."""

    @offered("catalogue.read", "Sınaq", required(TrialFreight), returns=TrialWeighed)
    def Weigh(call: Any, freight: Any) -> TrialWeighed:
        """Weighs and counts, and gives the freight back."""
        items = freight.item or []
        days = [item.madeOn for item in items if item.madeOn]
        return TrialWeighed(
            state="weighed",
            netWeight=sum((item.netWeight for item in items), Exact()),
            packages=sum(packages.number for item in items for packages in item.packages or []),
            oldest=min(days, default=None),
            freight=freight,
        )
