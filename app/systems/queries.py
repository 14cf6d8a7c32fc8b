"""Which system a certificate stands for; the list of systems, and one of them whole."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.db import Prepared
from app.core.errors import N_, NotAllowed, NotFound
from app.systems.models import CallingSystem, SystemCertificate
from app.systems.rules import System, check_in_force, listed

_BY_CERTIFICATE = Prepared(
    lambda _: (
        select(
            CallingSystem.code,
            CallingSystem.name,
            CallingSystem.kind,
            CallingSystem.operations,
            CallingSystem.valid_until,
            CallingSystem.office,
            SystemCertificate.revoked_at,
            CallingSystem.closed_at,
        )
        .join(CallingSystem, CallingSystem.id == SystemCertificate.system_id)
        .where(SystemCertificate.sha256 == bindparam("sha256"))
    )
)


def find_system(session: Session, sha256: str, today: date) -> System:
    """The system of the certificate; refused, with the reason, unless both are in force."""
    row = _BY_CERTIFICATE(session, {"sha256": sha256}).one_or_none()
    if row is None:
        raise NotAllowed("systems.unknown", N_("Sertifikat qeydiyyatdan keçmiş heç bir sistemin deyil."))
    system = System(row.code, row.name, row.kind, listed(row.operations), row.valid_until, row.office)
    check_in_force(system, today, is_revoked=row.revoked_at is not None, is_closed=row.closed_at is not None)
    return system


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
