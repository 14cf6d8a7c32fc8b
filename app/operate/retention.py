"""How long what only serves the running is kept. Documents, accounts and the audit trail are not of that kind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func

from app.accounts.models import Ceremony, EGovFarewell, EmailChange, PasswordLink, SignInCertificate, SignInSession
from app.contracts.models import ContractKey
from app.core.db import Model
from app.core.idempotency import IdempotencyKey
from app.core.limits import RateTally
from app.core.outbox import OutboxRow
from app.gooen.models import Enquiry
from app.picture_codes.models import UsedPicture
from app.systems.models import SeenSignature


@dataclass(frozen=True, slots=True)
class Retention:
    table: type[Model]
    since: ColumnElement[Any]
    kept: timedelta


MONTH = timedelta(days=30)
RETENTIONS = (
    Retention(RateTally, RateTally.last.expression, timedelta(days=2)),
    Retention(IdempotencyKey, IdempotencyKey.created_at.expression, MONTH),
    Retention(OutboxRow, OutboxRow.sent_at.expression, MONTH),  # Unsent ones have no such moment and stay.
    Retention(SignInSession, SignInSession.last_seen_at.expression, MONTH),
    # Firms are known from them for as long as they are good.
    Retention(SignInCertificate, func.coalesce(SignInCertificate.good_until, SignInCertificate.seen_at), MONTH),
    Retention(Ceremony, Ceremony.expires_at.expression, timedelta(days=2)),
    Retention(SeenSignature, SeenSignature.until.expression, timedelta(0)),
    Retention(UsedPicture, UsedPicture.expires_at.expression, timedelta(0)),
    Retention(Enquiry, Enquiry.expires_at.expression, timedelta(0)),  # It holds a number of somebody's document.
    Retention(EGovFarewell, EGovFarewell.expires_at.expression, timedelta(days=2)),
    Retention(EmailChange, EmailChange.expires_at.expression, MONTH),
    Retention(PasswordLink, PasswordLink.expires_at.expression, MONTH),
    Retention(ContractKey, ContractKey.expires_at.expression, timedelta(days=2)),
)
