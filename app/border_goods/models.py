"""Records of border posts, and what happened to each."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.border_goods.rules import AMOUNT_DIGITS, WEIGHT_DIGITS, Outcome, State
from app.core.db import Exact, Id, Model

# An open list is read by its deadline, an ended one by its end; of each side only its own rows are touched.
LISTS = {"open": ("due_at", "ended_at IS NULL"), "ended": ("ended_at", "ended_at IS NOT NULL")}


def _index(side: str, kind: str) -> Index:
    moment, rows = LISTS[kind]
    only = text(rows)
    return Index(f"ix_border_record_{kind}_{side}", side, moment, "id", sqlite_where=only, postgresql_where=only)


class BorderRecord(Model):
    """Goods of one consignee that crossed under one barcode."""

    __tablename__ = "border_record"
    __table_args__ = tuple(_index(side, kind) for side in ("participant_id", "office", "destination") for kind in LISTS)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    barcode: Mapped[str] = mapped_column(String(20), unique=True)
    consignee: Mapped[str] = mapped_column(String(10))
    consignee_name: Mapped[str] = mapped_column(String(200))
    consignee_address: Mapped[str] = mapped_column(String(300))
    code: Mapped[str] = mapped_column(String(10))
    description: Mapped[str] = mapped_column(String(300))
    amount: Mapped[Decimal] = mapped_column(Exact(AMOUNT_DIGITS))
    currency: Mapped[str] = mapped_column(String(3))
    weight: Mapped[Decimal] = mapped_column(Exact(WEIGHT_DIGITS))
    packages: Mapped[int]
    exporter: Mapped[str] = mapped_column(String(140))
    carnet: Mapped[str] = mapped_column(String(10))
    waybill: Mapped[str] = mapped_column(String(35))  # Empty: without a number.
    container: Mapped[str] = mapped_column(String(20))
    vehicle: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(10))  # That registered it.
    destination: Mapped[str] = mapped_column(String(10))
    registered_at: Mapped[datetime]
    hours: Mapped[int]
    due_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    state: Mapped[State]
    ended_at: Mapped[datetime | None]  # Cleared or cancelled.
    declaration: Mapped[str] = mapped_column(String(30))  # That cleared it.
    folded: Mapped[str] = mapped_column(String(700))


class BorderEvent(Model):
    """What happened to a record, and which office or system said so."""

    __tablename__ = "border_event"
    __table_args__ = (Index("ix_border_event_record_id", "record_id", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("border_record.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    at: Mapped[datetime]
    outcome: Mapped[Outcome]
    office: Mapped[str] = mapped_column(String(10))
    told_by: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
