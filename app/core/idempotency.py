"""A request that comes twice is carried out once: the first answer is kept and given again."""

import hashlib
from datetime import datetime

import msgspec
from sqlalchemy import String, Text, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Id, Model, Prepared
from app.core.errors import N_, MessageIdReused


class IdempotencyKey(Model):
    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scope: Mapped[str] = mapped_column(String(160))  # Who asked for what: `person:…/accounts.change_password`.
    key: Mapped[str] = mapped_column(String(128))
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(index=True)


_SAME = (IdempotencyKey.scope == bindparam("of_scope")) & (IdempotencyKey.key == bindparam("of_key"))
_CLAIM = Prepared(
    lambda insert: (
        insert(IdempotencyKey)
        .on_conflict_do_nothing(index_elements=["scope", "key"])
        .inline()
        .execution_options(preserve_rowcount=True)
    )
)
_KNOWN = Prepared(lambda _: select(IdempotencyKey.fingerprint, IdempotencyKey.answer).where(_SAME))
_KEEP = Prepared(lambda _: update(IdempotencyKey).where(_SAME).values(answer=bindparam("answer")))


def fingerprint(command: object) -> str:
    return hashlib.sha256(msgspec.json.encode(command, order="deterministic")).hexdigest()


def claim(session: Session, scope: str, key: str, content: str, at: datetime, *, answer: str = "") -> str | None:
    """Takes the key for this transaction; or gives the answer that the first one left.

    A second request that comes while the first is still under way waits for it here, at the row. An answer that is
    known beforehand, as that of an operation that gives nothing, is kept at once.
    """
    new = {"scope": scope, "key": key, "fingerprint": content, "answer": answer, "created_at": at}
    if _CLAIM(session, new).rowcount:
        return None
    first = _KNOWN(session, {"of_scope": scope, "of_key": key}).one()
    if first.fingerprint != content:
        raise MessageIdReused("request.repeated", N_("Bu nömrəli sorğu artıq başqa məzmunla göndərilib."))
    return str(first.answer)


def keep(session: Session, scope: str, key: str, answer: bytes) -> None:
    _KEEP(session, {"of_scope": scope, "of_key": key, "answer": answer.decode()})
