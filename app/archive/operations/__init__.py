"""What changes the archive and the register."""

from app.archive.operations.anchoring import Anchor, Anchored, anchor
from app.archive.operations.cosigning import Cosign, cosign
from app.archive.operations.entering import Advance, Advanced, advance, advance_log, record
from app.archive.operations.keeping import Examined, KeepContainer, Kept, examine, keep, take
from app.archive.operations.recovering import Recover, Recovered, recover, recover_log
from app.archive.operations.upkeep import MaintainContainer, Maintained, maintain, maintain_due, reckon_anew

__all__ = [
    "Advance",
    "Advanced",
    "Anchor",
    "Anchored",
    "Cosign",
    "Examined",
    "KeepContainer",
    "Kept",
    "MaintainContainer",
    "Maintained",
    "Recover",
    "Recovered",
    "advance",
    "advance_log",
    "anchor",
    "cosign",
    "examine",
    "keep",
    "maintain",
    "maintain_due",
    "reckon_anew",
    "record",
    "recover",
    "recover_log",
    "take",
]
