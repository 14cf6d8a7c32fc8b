"""Somebody of each role who acts for a principal: his own, or one that gave him a power of attorney."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import insert, select, update
from webtest import TestApp

from app.accounts.models import Representation, SignInSession
from app.accounts.operations.opening import participant
from app.accounts.rules import ROLES_BY_KIND, Kind, closed_by
from app.core.clock import FixedClock, baku_date
from app.core.context import ANONYMOUS, Actor
from app.core.db import write_transaction
from app.core.public_ids import digest, new_public_id
from app.core.roles import Assurance, Role
from tests.web.walk import Cast, Visitor

NUMBER, NAME = "9900000141", "Xəzər İdxal MMC"


@dataclass(frozen=True)
class Bond:
    """By what right he acts for the principal, and whether that right has ended."""

    kind: Kind
    scope: str = ""
    is_over: bool = False


BONDS: Mapping[str, Bond] = {
    "own firm": Bond(Kind.FIRM),
    "full power": Bond(Kind.POWER),
    "power without documents": Bond(Kind.POWER, "statistics"),
    "expired power": Bond(Kind.POWER, is_over=True),
}


@dataclass(frozen=True)
class Agent:
    """A visitor whose session has chosen its principal."""

    visitor: Visitor
    bond: Bond

    @property
    def browser(self) -> TestApp:
        return self.visitor.browser

    @property
    def actor(self) -> Actor:
        """What he may do, worked out from the rules and not from what the portal makes of his session."""
        plain = self.visitor.actor
        if self.bond.is_over or plain is ANONYMOUS:
            return plain
        added = {Role.NEWCOMER} if self.visitor.role is Role.NEWCOMER else {ROLES_BY_KIND[self.bond.kind]}
        return replace(plain, roles=plain.roles | added, closed=closed_by(self.bond.scope))


def enter(cast: Cast, role: Role, bond: Bond, assurance: Assurance = Assurance.FRESH) -> Agent:
    """With the principal chosen before the right ended, as it is when that happens overnight."""
    clock, session = cast.system.clock, cast.system.session
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(milliseconds=1))  # The portal ends the oldest sessions, and knows them by this.
    visitor, now = cast.enter(role, assurance), clock.now()
    today, mine = baku_date(now), SignInSession.token_hash == digest(visitor.browser.cookies["sid"].strip('"'))
    with write_transaction(session):
        person_id = session.scalars(select(SignInSession.person_id).where(mine)).one()
        earlier = update(Representation).where(Representation.person_id == person_id)
        session.execute(earlier.values(revoked_at=now))
        right = {
            "public_id": new_public_id(),
            "person_id": person_id,
            "participant_id": participant(cast.system, NUMBER, NAME, "Bakı"),
            "kind": bond.kind,
            "scope": bond.scope,
            "valid_from": today - timedelta(days=30),
            "valid_until": today - timedelta(days=1) if bond.is_over else today if bond.kind is Kind.POWER else None,
            "granted_at": now,
        }
        made = session.execute(insert(Representation).values(**right).returning(Representation.id)).scalar_one()
        session.execute(update(SignInSession).where(mine).values(representation_id=made))
    return Agent(visitor, bond)
