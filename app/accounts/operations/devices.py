"""What somebody came in with: its certificate is kept, and what came of it ends when it is good no longer."""

from dataclasses import dataclass

from sqlalchemy import update

from app.accounts.models import SignInCertificate, SignInSession
from app.core.context import Context
from app.core.db import insert
from app.core.operation import operation


def keep_certificate(context: Context, sha256: str, content: bytes) -> None:
    """Part of the operation that lets its holder in."""
    from signing.certificates import load

    seen = {"seen_at": context.clock.now(), "good_until": load(content).not_valid_after_utc, "void_at": None}
    made = insert(context.session, SignInCertificate).values(sha256=sha256, content=content, **seen)
    context.session.execute(made.on_conflict_do_update(index_elements=["sha256"], set_=seen))


@dataclass(frozen=True, slots=True)
class EndDeviceSessions:
    device: str
    reason: str  # The code of what is wrong with the certificate.


@operation()
def end_device_sessions(context: Context, command: EndDeviceSessions) -> None:
    """Nobody is signed in with it any more, and nobody acts for the firm of which only it speaks."""
    open_ones = update(SignInSession).where(SignInSession.device == command.device, SignInSession.ended_at.is_(None))
    context.session.execute(open_ones.values(ended_at=context.clock.now()))
    known = update(SignInCertificate).where(
        SignInCertificate.sha256 == command.device, SignInCertificate.void_at.is_(None)
    )
    context.session.execute(known.values(void_at=context.clock.now()))
    context.about("device", command.device, reason=command.reason)
