"""Proposals as administrators read them: the open ones, one of them, and all that concerned one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Bar, Person
from app.accounts.rules import Barred
from app.administration.models import Proposal
from app.administration.rules import Change, State
from app.core.errors import N_, NotFound

LATEST = 50
PROPOSER, DECIDER, CONCERNED = aliased(Person), aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class ProposalDetails:
    public_id: str
    change: Change
    facts: Mapping[str, Any]
    reason: str
    note: str
    kept_as: State
    proposed_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    proposed_by: int
    person_id: int | None
    proposer: str
    decider: str | None
    person: str | None
    person_number: str | None

    def state(self, now: datetime) -> State:
        """One that nobody decided in time is over, whether that was written down or not."""
        return State.EXPIRED if self.kept_as is State.OPEN and now >= self.expires_at else self.kept_as


def _proposals() -> Select[Any]:
    return (
        select(
            Proposal.public_id,
            Proposal.change,
            Proposal.facts,
            Proposal.reason,
            Proposal.note,
            Proposal.state,
            Proposal.proposed_at,
            Proposal.expires_at,
            Proposal.decided_at,
            Proposal.proposed_by,
            Proposal.person_id,
            PROPOSER.name,
            DECIDER.name,
            CONCERNED.name,
            CONCERNED.public_id,
        )
        .join(PROPOSER, PROPOSER.id == Proposal.proposed_by)
        .outerjoin(DECIDER, DECIDER.id == Proposal.decided_by)
        .outerjoin(CONCERNED, CONCERNED.id == Proposal.person_id)
        .order_by(Proposal.id.desc())
        .limit(LATEST)
    )


def list_proposals(session: Session, now: datetime, *, are_open: bool) -> list[ProposalDetails]:
    waits = (Proposal.state == State.OPEN) & (Proposal.expires_at > now)
    return [ProposalDetails(*row) for row in session.execute(_proposals().where(waits if are_open else ~waits))]


def proposals_about(session: Session, person_id: int) -> list[ProposalDetails]:
    return [ProposalDetails(*row) for row in session.execute(_proposals().where(Proposal.person_id == person_id))]


def find_proposal(session: Session, public_id: str) -> ProposalDetails:
    row = session.execute(_proposals().where(Proposal.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("administration.proposal", N_("Belə təklif yoxdur."))
    return ProposalDetails(*row)


@dataclass(frozen=True, slots=True)
class BarDetails:
    public_id: str
    kind: Barred
    subject: str
    reason: str
    set_at: datetime
    lifted_at: datetime | None
    set_by: str | None
    person: str | None


def _bars() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Bar.public_id,
            Bar.kind,
            Bar.subject,
            Bar.reason,
            Bar.set_at,
            Bar.lifted_at,
            PROPOSER.name,
            CONCERNED.name,
        )
        .outerjoin(PROPOSER, PROPOSER.id == Bar.set_by)
        .outerjoin(CONCERNED, (CONCERNED.public_id == Bar.subject) & (Bar.kind == Barred.PERSON))
        .order_by(Bar.id.desc())
        .limit(LATEST)
    )


def standing_bars(session: Session) -> list[BarDetails]:
    return [BarDetails(*row) for row in session.execute(_bars().where(Bar.lifted_at.is_(None)))]


def bars_of(session: Session, public_id: str) -> list[BarDetails]:
    mine = (Bar.kind == Barred.PERSON) & (Bar.subject == public_id)
    return [BarDetails(*row) for row in session.execute(_bars().where(mine))]


def find_bar(session: Session, public_id: str) -> BarDetails:
    row = session.execute(_bars().where(Bar.public_id == public_id, Bar.lifted_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound("accounts.no_bar", N_("Belə bağlanma yoxdur və ya giriş artıq açılıb."))
    return BarDetails(*row)
