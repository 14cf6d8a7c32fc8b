"""The pictures whose codes were used; a code itself is nowhere."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class UsedPicture(Model):
    """Whatever was typed from it, right or wrong."""

    __tablename__ = "used_picture"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
