"""Sessions of the E-Gov identity, for whoever has just signed out of one of them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import EGovSession, SignInSession

SHOWN_FOR = timedelta(minutes=5)


def find_left_session(session: Session, farewell_hash: str, now: datetime) -> str | None:
    """By what the provider knows the session that ended here a moment ago."""
    just_left = (EGovSession.farewell_hash == farewell_hash) & (SignInSession.ended_at > now - SHOWN_FOR)
    joined = SignInSession.public_id == EGovSession.session_id
    return session.scalar(select(EGovSession.id_token).join(SignInSession, joined).where(just_left))
