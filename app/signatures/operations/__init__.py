"""Parts of the operations of features in which something is signed; who may do that, each feature decides."""

from app.signatures.operations.cards import (
    CardHandover,
    begin_card,
    cancel_card,
    card_handover,
    lock_card,
    prepare_card,
    take_card,
)
from app.signatures.operations.phones import (
    Rung,
    begin_phone,
    note_rung,
    ring_phone,
    standing_phone,
    take_phone,
    watch_phone,
)

__all__ = [
    "CardHandover",
    "Rung",
    "begin_card",
    "begin_phone",
    "cancel_card",
    "card_handover",
    "lock_card",
    "note_rung",
    "prepare_card",
    "ring_phone",
    "standing_phone",
    "take_card",
    "take_phone",
    "watch_phone",
]
