"""The paper of a number as a sealed PDF: ordered with the number, made by the worker."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select, update

from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Unavailable
from app.core.operation import operation
from app.gooen.models import Gooen, GooenPdf
from app.gooen.paper import TEMPLATE, paper
from app.gooen.rules import Card, check_address

PDF = "gooen.pdf"


def order_pdf(context: Context, number: str, card: Card) -> str | None:
    """Under which name it will be found; the same paper is made once. None where there is no seal to put on it."""
    if context.ports.seal is None or not context.ports.seal.is_there:
        return None
    session = context.session
    given_at = session.scalars(select(Gooen.issued_at).where(Gooen.number == number)).one()
    content = paper(number, card, given_at)
    name = hashlib.sha256(content).hexdigest()
    values = {"paper_sha256": name, "number": number}
    made = insert(session, GooenPdf).values(values).on_conflict_do_nothing().returning(GooenPdf.paper_sha256)
    if session.execute(made).one_or_none() is not None:
        context.send(PDF, {"number": number, "paper": content.decode()}, key=f"{PDF}/{name}")
    return name


@dataclass(frozen=True, slots=True)
class MakePdf:
    number: str
    paper: bytes


@dataclass(frozen=True, slots=True)
class Made:
    number: str
    paper_sha256: str
    sha256: str
    is_new: bool


def _make(context: Context, command: MakePdf) -> Made:
    """Rendered, sealed, verified, stored: whatever is made twice is not stored twice."""
    name = hashlib.sha256(command.paper).hexdigest()
    known = context.session.scalar(select(GooenPdf.sha256).where(GooenPdf.paper_sha256 == name))
    context.session.rollback()  # Ends the read: others are asked for time and revocation.
    if known:
        return Made(command.number, name, known, is_new=False)
    return Made(command.number, name, context.ports.blobs.put(_sealed(context, command)).sha256, is_new=True)


def _sealed(context: Context, command: MakePdf) -> bytes:
    from signing.examination import Policy
    from signing.pdf.rendering import render
    from signing.pdf.sealing import seal
    from signing.pdf.templates import template
    from signing.profiles import Role
    from signing.verify import verify

    if context.ports.seal is None:
        raise Unavailable("gooen.seal", N_("Gömrük möhürü quraşdırılmayıb."))
    services = context.ports.trust.services
    link = check_address(context.ports.base_url, command.number)
    pdf = seal(render(command.paper, template(TEMPLATE), link=link), context.ports.seal.signer, services)
    policy = Policy(roles=frozenset({Role.ORGANISATION}))
    if not verify(pdf, context.ports.trust.roots, policy, at=services.clock.now()).is_valid:
        raise Unavailable("gooen.seal", N_("Gömrük möhürü etibarlı deyil."))
    return pdf


@operation(before=_make, repeatable=False)
def make_pdf(context: Context, made: Made) -> Made:
    """Of two that were made at once the first stays."""
    if made.is_new:
        row = update(GooenPdf).where(GooenPdf.paper_sha256 == made.paper_sha256, GooenPdf.sha256.is_(None))
        context.session.execute(row.values(sha256=made.sha256, made_at=context.clock.now()))
    context.about("gooen", made.number)
    return made
