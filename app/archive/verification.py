"""Reads a container and verifies it under the rule of its kind: nothing else may be kept, nor take its place."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.archive.rules import Kind, policy_of, renewal_due
from app.core.context import Context
from app.core.errors import N_, Invalid

if TYPE_CHECKING:
    from signing.container import Container
    from signing.report import Report
    from signing.transparency.trust import LogTrust


@dataclass(frozen=True, slots=True)
class Standing:
    """How long a container proves what it proves, and when it must be renewed."""

    level: str
    good_until: datetime
    renew_at: datetime
    algorithms: str  # The table of algorithms by which this was reckoned.


def content_of(context: Context, sha256: str) -> bytes:
    return b"".join(context.ports.blobs.open(sha256))


def verified(context: Context, data: bytes, kind: Kind, register: "LogTrust | None" = None) -> "Report":
    """The report on a container that is good in every point, its proof included where a register is named."""
    from signing.report_words import sentence
    from signing.verify import verify
    from signing.zip_read import NotAContainer

    try:
        report = verify(data, context.ports.trust.roots, policy_of(kind, register), at=context.clock.now())
    except NotAContainer:
        raise Invalid("archive.no_container", N_("Fayl ASiC-E konteyneri deyil."), field="file") from None
    if not report.is_valid:
        message = N_("İmzalanmış konteyner qəbul edilmədi. {reason}")
        raise Invalid("archive.not_valid", message, field="file", reason=sentence(report, context.language))
    return report


def standing(report: "Report") -> Standing:
    """Of the signature that lasts shortest: it decides for the whole container."""
    from signing.algorithm_policy import VERSION

    found = []
    for one in report.signatures:
        if one.trusted_time is None or one.good_until is None:  # A valid signature has both.
            raise ValueError(f"{one.file} is without a proven time")
        stamped = max(one.archive_times, default=one.trusted_time)
        found.append((one.good_until, renewal_due(stamped, one.good_until), one.level))
    good_until, _, level = min(found)
    return Standing(level, good_until, min(due for _, due, _ in found), VERSION)


def entry_of(container: "Container", report: "Report", number: str) -> str:
    """What the register will say of a decision: the number and the code that the decision itself names."""
    from signing.errors import Malformed
    from signing.transparency.entries import decision_entry
    from signing.transparency.registration import DECISION, decided

    try:
        (decision,) = (file for file in container.files if file.name == DECISION)
        said, code = decided(decision.content)
        entry = decision_entry(report.signatures[0], said, code)
    except (ValueError, Malformed):
        message = N_("Konteynerdə qərarın özü (decision.xml) yoxdur və ya düzgün yazılmayıb.")
        raise Invalid("archive.no_decision", message, field="file") from None
    if said != number:
        message = N_("Konteynerdəki qərar başqa bəyannaməyə aiddir: {said}.")
        raise Invalid("archive.other_decision", message, field="number", said=said)
    return entry.decode("ascii")
