"""One contract with its papers and what happened to it, as its applicant or an officer sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.contracts.machine import Event, State
from app.contracts.models import Contract, ContractEvent, ContractKey, ContractPaper
from app.contracts.queries.access import Key, mine, officer_sees, theirs_or_mine
from app.contracts.rules import FIELDS, Paper, Variant, papers_of
from app.core.context import Context
from app.core.errors import N_, Conflict, NotFound
from app.core.public_ids import digest
from app.documents.rules import FORMATS, OPEN, Kind
from app.documents.rules import State as Scan


@dataclass(frozen=True, slots=True)
class PaperDetails:
    public_id: str
    paper: Paper
    name: str
    kind: Kind
    size: int
    pages: int
    sha256: str
    scan: Scan
    uploaded_at: datetime

    @property
    def media_type(self) -> str:
        return FORMATS[self.kind].media_types[0]

    @property
    def is_open(self) -> bool:
        return self.scan in OPEN


@dataclass(frozen=True, slots=True)
class Happened:
    event: Event
    at: datetime
    officer_id: int | None
    reason: str
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    public_id: str
    number: str
    variant: Variant
    state: State
    version: int
    since: datetime
    language: str
    email: str
    is_confirmed: bool
    is_non_commercial: bool
    answers: Mapping[str, str]
    papers: tuple[PaperDetails, ...]
    happened: tuple[Happened, ...]
    text_version: str
    text_sha256: str
    container: str
    applied_at: datetime | None
    approved_on: date | None
    signed_on: date | None
    due_on: date | None
    alarm_on: date | None
    valid_until: date | None
    act_at: datetime | None

    @property
    def faults(self) -> Mapping[str, str]:
        """What still has to be put right."""
        returned = [one for one in self.happened if one.event is Event.RETURN]
        return returned[-1].faults if returned and self.state is State.RETURNED else {}

    @property
    def needed(self) -> list[Paper]:
        return papers_of(self.variant, self.answers["payer"], is_non_commercial=self.is_non_commercial)

    def brought(self, paper: Paper) -> list[PaperDetails]:
        return [one for one in self.papers if one.paper is paper]


ANSWERS = tuple(dict.fromkeys(field.name for field in FIELDS))


def answers_of(row: Contract) -> dict[str, str]:
    return {name: getattr(row, name) for name in ANSWERS}


def papers_needed(row: Contract) -> list[Paper]:
    return papers_of(row.variant, row.payer, is_non_commercial=row.is_non_commercial)


def unknown() -> NotFound:
    return NotFound("contracts.unknown", N_("Belə müraciət tapılmadı. Onu məktubdakı keçidlə açın."))


def get_own(context: Context, key: Key) -> Case:
    return _case(context.session, theirs_or_mine(context.actor, key, context.clock.now()))


def get_case(context: Context, public_id: str) -> Case:
    return _case(context.session, (Contract.public_id == public_id) & officer_sees(context.actor))


def find_link_case(session: Session, token: str, now: datetime) -> tuple[str, str]:
    """Public number and number of what a mailed link opens."""
    chosen = (
        select(Contract.public_id, Contract.number)
        .join(ContractKey, ContractKey.contract_id == Contract.id)
        .where(ContractKey.token_hash == digest(token), ContractKey.expires_at > now)
    )
    row = session.execute(chosen).one_or_none()
    if row is None:
        message = N_("Bu keçidin müddəti bitib. Müraciətin nömrəsini və e-poçtu yazıb yenisini istəyin.")
        raise NotFound("contracts.link", message)
    return row.public_id, row.number


def _case(session: Session, which: ColumnElement[bool]) -> Case:
    row = session.scalars(select(Contract).where(which)).one_or_none()
    if row is None:
        raise unknown()
    return Case(
        row.public_id,
        row.number,
        row.variant,
        row.state,
        row.version,
        row.since,
        row.language,
        row.email,
        row.email_confirmed_at is not None,
        row.is_non_commercial,
        answers_of(row),
        tuple(_papers(session, row.id)),
        tuple(_happened(session, row.id)),
        row.text_version,
        row.text_sha256,
        row.container,
        row.applied_at,
        row.approved_on,
        row.signed_on,
        row.due_on,
        row.alarm_on,
        row.valid_until,
        row.act_at,
    )


PAPER = select(
    ContractPaper.public_id,
    ContractPaper.paper,
    ContractPaper.name,
    ContractPaper.kind,
    ContractPaper.size,
    ContractPaper.pages,
    ContractPaper.sha256,
    ContractPaper.scan,
    ContractPaper.uploaded_at,
).order_by(ContractPaper.id)


def _papers(session: Session, contract_id: int) -> Iterator[PaperDetails]:
    chosen = PAPER.where(ContractPaper.contract_id == contract_id)
    return (PaperDetails(*row) for row in session.execute(chosen))


def _happened(session: Session, contract_id: int) -> Iterator[Happened]:
    columns = ContractEvent.event, ContractEvent.at, ContractEvent.officer_id, ContractEvent.reason
    chosen = select(*columns, ContractEvent.faults).where(ContractEvent.contract_id == contract_id)
    return (Happened(*row) for row in session.execute(chosen.order_by(ContractEvent.id)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A line in the list of one's own."""

    public_id: str
    number: str
    variant: Variant
    state: State
    name: str
    since: datetime
    valid_until: date | None


def my_contracts(context: Context) -> list[Listed]:
    """The newest first; of those who are signed in."""
    columns = Contract.public_id, Contract.number, Contract.variant, Contract.state
    chosen = select(*columns, Contract.firm, Contract.name, Contract.since, Contract.valid_until)
    rows = context.session.execute(chosen.where(mine(context.actor)).order_by(Contract.id.desc()).limit(50))
    return [Listed(*row[:4], row.firm or row.name, row.since, row.valid_until) for row in rows]


def open_own_paper(context: Context, key: Key, paper: str) -> tuple[PaperDetails, Iterator[bytes]]:
    return _open(context, theirs_or_mine(context.actor, key, context.clock.now()), paper)


def open_paper(context: Context, public_id: str, paper: str) -> tuple[PaperDetails, Iterator[bytes]]:
    return _open(context, (Contract.public_id == public_id) & officer_sees(context.actor), paper)


def _open(context: Context, which: ColumnElement[bool], paper: str) -> tuple[PaperDetails, Iterator[bytes]]:
    chosen = PAPER.join(Contract, Contract.id == ContractPaper.contract_id).where(
        which, ContractPaper.public_id == paper
    )
    row = context.session.execute(chosen).one_or_none()
    if row is None:
        raise unknown()
    found = PaperDetails(*row)
    if not found.is_open:
        raise Conflict("contracts.not_scanned", N_("Sənəd viruslara görə hələ yoxlanılmayıb və ya bloklanıb."))
    return found, context.ports.blobs.open(found.sha256)


def open_contract_text(context: Context, case: Case) -> bytes:
    """The text that was approved, byte for byte."""
    if not case.text_sha256:
        raise NotFound("contracts.no_text", N_("Müqavilənin mətni müraciət təsdiq ediləndən sonra hazır olur."))
    return b"".join(context.ports.blobs.open(case.text_sha256))
