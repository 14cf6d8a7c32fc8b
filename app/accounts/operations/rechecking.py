"""Asks again what became of the certificates with which people are signed in right now."""

from sqlalchemy import select

from app.accounts.models import Representation, SignInCertificate, SignInSession
from app.accounts.operations.certificates import holder_of
from app.accounts.operations.devices import EndDeviceSessions, end_device_sessions
from app.accounts.rules import PARTICIPANT_TERMS
from app.core.context import Context
from app.core.errors import Invalid, Unavailable


def recheck_devices(context: Context) -> int:
    """Gives how many are good no longer. Where nobody answers about one, the others are asked all the same."""
    ended, away = 0, None
    for sha256, content in _in_use(context):
        try:
            holder_of(context, content)
        except Invalid as error:
            end_device_sessions(context, EndDeviceSessions(sha256, error.code))
            ended += 1
        except Unavailable as error:
            away = error
    if away is not None:
        raise away
    return ended


def _in_use(context: Context) -> list[tuple[str, bytes]]:
    """Of sessions that may still be alive, and of firms for which people act in them, by whatever means they came."""
    since = context.clock.now() - PARTICIPANT_TERMS.idle
    chosen = (
        select(SignInCertificate.sha256, SignInCertificate.content)
        .outerjoin(Representation, Representation.device == SignInCertificate.sha256)
        .join(
            SignInSession,
            (SignInSession.device == SignInCertificate.sha256) | (SignInSession.person_id == Representation.person_id),
        )
        .where(SignInSession.ended_at.is_(None), SignInSession.last_seen_at >= since)
        .where(SignInCertificate.void_at.is_(None))
        .distinct()
    )
    found = [(row.sha256, row.content) for row in context.session.execute(chosen)]
    context.session.rollback()  # Others may take long to answer, and nothing may wait for them.
    return found
