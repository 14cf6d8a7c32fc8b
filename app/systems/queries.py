"""Which system a certificate stands for; the list of systems, and one of them whole."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.db import Prepared
from app.core.errors import N_, NotFound
from app.systems.models import CallingSystem, SystemCertificate
from app.systems.rules import System, listed

_BY_CERTIFICATE = Prepared(
    lambda _: (
        select(
            CallingSystem.code,
            CallingSystem.name,
            CallingSystem.kind,
            CallingSystem.operations,
            CallingSystem.valid_until,
            SystemCertificate.expires_at,
        )
        .join(CallingSystem, CallingSystem.id == SystemCertificate.system_id)
        .where(
            SystemCertificate.sha256 == bindparam("sha256"),
            SystemCertificate.revoked_at.is_(None),
            CallingSystem.closed_at.is_(None),
        )
    )
)


def find_system(session: Session, sha256: str) -> System | None:
    """A system whose certificate was revoked, or which was closed, is none."""
    row = _BY_CERTIFICATE(session, {"sha256": sha256}).one_or_none()
    return None if row is None else System(row.code, row.name, row.kind, listed(row.operations), row.valid_until)


def list_systems(session: Session) -> Sequence[CallingSystem]:
    """Those in use first."""
    order = (CallingSystem.closed_at.is_not(None), CallingSystem.name, CallingSystem.id)
    return session.scalars(select(CallingSystem).order_by(*order)).all()


def registered(session: Session, code: str) -> tuple[CallingSystem, Sequence[SystemCertificate]]:
    """The system with all certificates that it ever had, the newest first."""
    system = session.scalars(select(CallingSystem).where(CallingSystem.code == code)).one_or_none()
    if system is None:
        raise NotFound("systems.unknown", N_("Belə sistem yoxdur və ya o, artıq bağlanıb."))
    of_system = select(SystemCertificate).where(SystemCertificate.system_id == system.id)
    newest = of_system.order_by(SystemCertificate.added_at.desc(), SystemCertificate.sha256)
    return system, session.scalars(newest).all()
