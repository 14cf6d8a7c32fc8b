"""The papers of an application: brought, taken out again, scanned once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import delete, select, update

from app.contracts.models import Contract, ContractPaper
from app.contracts.operations.applying import changeable
from app.contracts.queries import Key, get_own, papers_needed
from app.contracts.queries.cases import unknown
from app.contracts.rules import Paper, paper_limits, upload_limits
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid, Unavailable
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.documents.intake import Accepted, spooled, take_in
from app.documents.rules import STATE_OF_VERDICT
from app.documents.rules import State as Scan

RESCAN = "contracts.rescan"


@dataclass(frozen=True, slots=True)
class AddPaper:
    key: Key
    paper: Paper
    content: BinaryIO
    name: str
    declared_type: str = ""


@dataclass(frozen=True, slots=True)
class TakenPaper:
    key: Key
    paper: Paper
    accepted: Accepted


@dataclass(frozen=True, slots=True)
class Added:
    public_id: str
    is_new: bool


def _upload_limits(context: Context, _command: AddPaper) -> Sequence[Limit]:
    return upload_limits(context.address)


def _take_in(context: Context, command: AddPaper) -> TakenPaper:
    """Only what may be added is looked through at all: a stranger's upload costs us a look into the database."""
    get_own(context, command.key)
    context.session.rollback()
    return TakenPaper(
        command.key, command.paper, take_in(context.ports, command.content, command.name, command.declared_type)
    )


@operation(limits=_upload_limits, before=_take_in, repeatable=False)
def add_paper(context: Context, taken: TakenPaper) -> Added:
    """The same file under the same heading is there once, however often it is sent."""
    row, file = changeable(context, taken.key), taken.accepted
    if taken.paper not in papers_needed(row):
        raise Invalid("contracts.paper_unasked", N_("Bu müraciət üçün belə sənəd tələb olunmur."), field="file")
    there = list(
        context.session.execute(
            select(ContractPaper.paper, ContractPaper.size, ContractPaper.sha256, ContractPaper.public_id).where(
                ContractPaper.contract_id == row.id
            )
        )
    )
    same = next((one for one in there if (one.paper, one.sha256) == (taken.paper, file.sha256)), None)
    if same is not None:
        return Added(same.public_id, is_new=False)
    beyond = list(paper_limits([(one.paper, one.size) for one in there], taken.paper, file.size))
    if beyond:
        raise Invalid.collect(beyond)
    row.version += 1
    return Added(put(context, row, taken.paper, file), is_new=True)


def put(context: Context, row: Contract, paper: Paper, file: Accepted) -> str:
    """Part of an operation that has the contract in hand."""
    public_id = new_public_id()
    values = {
        "public_id": public_id,
        "contract_id": row.id,
        "paper": paper,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "pages": file.pages,
        "sha256": file.sha256,
        "scan": file.state,
        "uploaded_at": context.clock.now(),
    }
    context.session.execute(insert(context.session, ContractPaper).values(**values))
    if file.state is Scan.QUARANTINED:
        context.send(RESCAN, {"paper": public_id}, key=f"{RESCAN}/{public_id}")
    context.about("contract", row.public_id, paper=str(paper), size=file.size)
    return public_id


@dataclass(frozen=True, slots=True)
class RemovePaper:
    key: Key
    paper: str


@operation(repeatable=False)
def remove_paper(context: Context, command: RemovePaper) -> None:
    row = changeable(context, command.key)
    gone = delete(ContractPaper).where(ContractPaper.contract_id == row.id, ContractPaper.public_id == command.paper)
    if context.session.execute(gone.returning(ContractPaper.id)).one_or_none() is None:
        raise unknown()
    row.version += 1


@dataclass(frozen=True, slots=True)
class RescanPaper:
    public_id: str


@dataclass(frozen=True, slots=True)
class RescannedPaper:
    public_id: str
    scan: Scan


def _scan_again(context: Context, command: RescanPaper) -> RescannedPaper:
    chosen = select(ContractPaper.sha256).where(ContractPaper.public_id == command.public_id)
    sha256 = context.session.scalar(chosen)
    if sha256 is None:
        raise unknown()
    with spooled(context.ports.blobs.open(sha256)) as path:
        found = context.ports.scanner.scan(path)
    scan = STATE_OF_VERDICT[found.verdict]
    if scan is Scan.QUARANTINED:
        raise Unavailable("documents.scanner", N_("Virus yoxlaması hazırda cavab vermir."))
    return RescannedPaper(command.public_id, scan)


@operation(before=_scan_again, repeatable=False)
def rescan_paper(context: Context, rescanned: RescannedPaper) -> RescannedPaper:
    mine = update(ContractPaper).where(ContractPaper.public_id == rescanned.public_id)
    context.session.execute(mine.values(scan=rescanned.scan))
    context.about("contract_paper", rescanned.public_id, state=str(rescanned.scan))
    return rescanned
