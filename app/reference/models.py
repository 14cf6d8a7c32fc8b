"""Code lists that an administrator may change: holidays and customs offices. Nothing in them is ever deleted."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class HolidayRow(Model):
    """A day that is not as the week would have it: off, or worked at a weekend."""

    __tablename__ = "holiday"
    on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name_az: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_ru: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(200))
    removed_at: Mapped[datetime | None]  # Taken back; the row stays, lest the product's files bring the day back.


class OfficeRow(Model):
    """An office as it is called from one day to another; a new name is a new row."""

    __tablename__ = "office"
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]  # The last day.
    name_az: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    name_ru: Mapped[str] = mapped_column(String(200))
