"""Whether this installation can do its work: each part looked at, cheaply and truly."""

import re
import shutil
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.archive.auditing import compare, compare_trail
from app.archive.queries import archive_state
from app.core import outbox
from app.core.context import Context
from app.core.db import write_transaction
from app.migrations.state import current_revision, newest_revision
from app.settings import Settings

LEAST_FREE = 0.05
LONGEST_LATENESS = 3600
SEAL_ALARM = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    good: bool
    detail: str


def readiness(context: Context, instance: Path) -> list[Finding]:
    """The parts without which requests cannot be answered, then those that only make the operator's day."""
    findings = [_database(context), _disk(instance)]
    if findings[0].good:
        findings += [_migrations(context), _outbox(context)]
    return findings


def evidence(context: Context) -> list[Finding]:
    """What only time or a stranger can break: roots, seal, kept containers, register. Reads all of the register."""
    return [_roots(context), _seal(context), _archive(context), _register(context)]


def _roots(context: Context) -> Finding:
    from signing.errors import SigningError

    try:
        roots = context.ports.trust.roots.roots
    except (OSError, SigningError) as error:
        return Finding("roots", False, str(error))
    ends = min((root.not_valid_after_utc for root in roots), default=None)
    return Finding("roots", bool(roots), f"{len(roots)} pinned, the first ends {ends:%Y-%m-%d}" if ends else "none")


def _seal(context: Context) -> Finding:
    """Opened where it is looked at, so that a wrong passphrase shows before the worker fails by it."""
    from signing.errors import SigningError

    if context.ports.seal is None:
        return Finding("seal", True, "none: papers are printed, not sealed")
    try:
        ends = context.ports.seal.signer.certificate.not_valid_after_utc
    except (OSError, SigningError) as error:
        return Finding("seal", False, str(error))
    return Finding("seal", ends - context.clock.now() > SEAL_ALARM, f"its certificate ends {ends:%Y-%m-%d}")


def _archive(context: Context) -> Finding:
    state = archive_state(context.session, context.clock.now())
    context.session.rollback()
    near = f"{state.kept} kept, {state.endangered} near the end of their time-stamps, {state.lost} too late"
    return Finding("archive", state.is_well, near)


def _register(context: Context) -> Finding:
    found = compare(context)
    faults = found.faults or tuple(compare_trail(context))
    first = f", {faults[0]}" if faults else ""
    return Finding("register", not faults, f"{found.size} entries, {len(faults)} faults{first}")


def _database(context: Context) -> Finding:
    """A write that changes no row: a database that can only be read is not ready."""
    try:
        with write_transaction(context.session, durable=False):
            context.session.execute(text("UPDATE audit_head SET seq = seq WHERE chain = -1"))
    except (SQLAlchemyError, OSError) as error:
        context.session.rollback()
        return Finding("database", False, type(error).__name__)
    return Finding("database", True, context.session.get_bind().dialect.name)


def _disk(instance: Path) -> Finding:
    usage = shutil.disk_usage(instance)
    share = usage.free / usage.total
    return Finding("disk", share > LEAST_FREE, f"{share:.0%} free")


def _migrations(context: Context) -> Finding:
    found, wanted = current_revision(context.session), newest_revision()
    context.session.rollback()
    return Finding("migrations", found == wanted, f"at {found}, newest {wanted}")


def _outbox(context: Context) -> Finding:
    waiting, dead, late = outbox.state(context.session, context.clock.now())
    context.session.rollback()
    return Finding("outbox", late < LONGEST_LATENESS, f"{waiting} waiting, {dead} given up, oldest {late:.0f} s late")


@dataclass(frozen=True, slots=True)
class Described:
    name: str
    shown: str
    explanation: str


def described(settings: Settings) -> list[Described]:
    """Every setting with its value, secrets excepted."""
    return [
        Described(
            entry.metadata["name"],
            ("set" if getattr(settings, entry.name) else "not set")
            if entry.metadata["secret"]
            else _shown(getattr(settings, entry.name)),
            entry.metadata["explanation"],
        )
        for entry in fields(settings)
    ]


def _shown(value: object) -> str:
    """A database address may hold a password."""
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    return re.sub(r"(://[^:/@]*:).+@", r"\1…@", str(value)) or "-"
