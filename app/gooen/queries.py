"""What is read of look-ups and of numbers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.context import Context
from app.core.errors import N_, NotFound
from app.core.identifiers import check_gooen
from app.core.ports import Paper
from app.core.public_ids import digest
from app.documents.rules import OPEN
from app.gooen.models import Correction, Enquiry, Gooen, GooenPdf
from app.gooen.rules import Card, Stage, Wrong, check_correction_code, is_fresh

PAGE = 50


@dataclass(frozen=True, slots=True)
class FoundEnquiry:
    public_id: str
    paper: Paper
    card: Card
    number: str | None
    is_pdf_awaited: bool
    pdf_sha256: str | None


def find_enquiry(context: Context, asker: str, public_id: str) -> FoundEnquiry:
    """Whoever did not ask is told that nobody did."""
    mine = Enquiry.public_id == public_id, Enquiry.asker_hash == digest(asker)
    found = (
        select(Enquiry, GooenPdf.sha256)
        .outerjoin(GooenPdf, GooenPdf.paper_sha256 == Enquiry.paper_sha256)
        .where(*mine, Enquiry.expires_at > context.clock.now())
    )
    row, pdf = context.session.execute(found).one_or_none() or (None, None)
    if row is None:
        raise NotFound("gooen.enquiry", N_("Bu sorğunun vaxtı bitib. Sənədin məlumatlarını yenidən daxil edin."))
    paper = Paper(row.citizenship, row.kind, row.document)
    is_awaited = pdf is None and row.paper_sha256 is not None and is_fresh(row.expires_at, context.clock.now())
    return FoundEnquiry(row.public_id, paper, Card(**row.card), row.number, is_awaited, pdf)


@dataclass(frozen=True, slots=True)
class CheckedNumber:
    number: str
    is_issued: bool


def check_number(context: Context, text: str) -> CheckedNumber:
    """Whether this is a GÖÖEN, and whether it was ever given to somebody; never to whom."""
    number = check_gooen(text)
    found = context.session.scalar(select(Gooen.number).where(Gooen.number == number))
    return CheckedNumber(number, found is not None)


@dataclass(frozen=True, slots=True)
class CorrectionDetails:
    """A request as its officer sees it; who asked sees of it what became of it."""

    code: str
    paper: Paper
    wrong: Wrong
    right: str
    email: str
    file_name: str
    file_sha256: str
    is_file_open: bool
    asked_at: datetime
    stage: Stage
    answer: str
    answered_at: datetime | None


def find_correction(context: Context, text: str) -> CorrectionDetails:
    code = check_correction_code(text)
    row = context.session.scalars(select(Correction).where(Correction.code == code)).one_or_none()
    if row is None:
        raise NotFound("gooen.correction", N_("Belə düzəliş sorğusu yoxdur."))
    return _details(row)


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    requests: list[CorrectionDetails]
    open: int
    has_more: bool


def list_corrections(context: Context, stage: str, page: int) -> CorrectionPage:
    """Those that wait the longest first; of the answered ones the newest."""
    statement = select(Correction)
    if stage in set(Stage):
        statement = statement.where(Correction.stage == Stage(stage))
    order = Correction.id if stage == Stage.OPEN else Correction.id.desc()
    rows = context.session.scalars(statement.order_by(order).limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    waiting = select(func.count()).select_from(Correction).where(Correction.stage == Stage.OPEN)
    open_now = context.session.scalars(waiting).one()
    return CorrectionPage([_details(row) for row in rows[:PAGE]], open_now, len(rows) > PAGE)


def _details(row: Correction) -> CorrectionDetails:
    return CorrectionDetails(
        code=row.code,
        paper=Paper(row.citizenship, row.kind, row.document),
        wrong=row.wrong,
        right=row.right,
        email=row.email,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        is_file_open=row.file_scan in OPEN,
        asked_at=row.asked_at,
        stage=row.stage,
        answer=row.answer,
        answered_at=row.answered_at,
    )
