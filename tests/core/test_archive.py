"""The archive: only what is valid in every point is kept, each container once, and seen by whom it concerns."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.archive.models import LogLeaf
from app.archive.operations import (
    KeepContainer,
    advance_log,
    keep,
    maintain_due,
)
from app.archive.queries import list_containers, open_container
from app.archive.rules import MARGIN, Kind
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.roles import Role
from signing import profiles
from signing.container import new_container
from signing.data_file import data_file
from signing.signers.signer import signed
from tests.core.archives import (
    NUMBER,
    content,
    decision,
    decision_files,
    declaration,
    keep_decision,
    keep_declaration,
    rows,
    the_row,
)
from tests.core.register import MakeContext
from tests.signing.centre import FIRM, PERSON, START, Centre, sealed


def test_declaration_is_kept_with_what_is_known_of_it(archive: Context, centre: Centre) -> None:
    kept = keep_declaration(archive, centre)
    row = the_row(archive)
    assert (row.public_id, row.number, row.level, row.renewals) == (kept.public_id, NUMBER, "B-LT", 0)
    assert row.good_until == centre.tsa.certificate.not_valid_after_utc
    assert row.due_at == row.good_until - MARGIN
    assert row.entry_hash is None


def test_decision_waits_for_the_register_from_the_moment_it_is_kept(archive: Context, centre: Centre) -> None:
    keep_decision(archive, centre)
    row = the_row(archive)
    leaf = archive.session.scalars(select(LogLeaf)).one()
    number, code = leaf.entry.split("\n")[1:3]
    assert (leaf.index, leaf.hash, number, code) == (None, row.entry_hash, NUMBER, "released")


def refusals(centre: Centre) -> dict[str, tuple[bytes, Kind, str]]:
    """What must not be kept, and by which word it is refused."""
    good, officer, person = decision(centre), centre.signer(), centre.signer(profiles.PERSON_SIGNING, PERSON)
    firm = centre.signer(profiles.SEAL, FIRM)
    place = len(good) // 2
    basic = new_container(decision_files()).with_signature(signed(officer, decision_files(), START)).to_bytes()
    twice = '<Decision xmlns="urn:e-gomruk:decision:v1"><Number>1</Number><Number>2</Number></Decision>'
    foreign = sealed(Centre("Başqa"), None, decision_files()).to_bytes()
    return {
        "one byte changed": (good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], Kind.DECISION, "not_valid"),
        "nothing": (b"", Kind.DECISION, "no_container"),
        "a letter": (b"A letter, not a container. " * 50, Kind.DECLARATION, "no_container"),
        "without time-stamp": (basic, Kind.DECISION, "not_valid"),
        "under another root": (foreign, Kind.DECISION, "not_valid"),
        "decision of a person": (sealed(centre, person, decision_files()).to_bytes(), Kind.DECISION, "not_valid"),
        "decision of a firm": (sealed(centre, firm, decision_files()).to_bytes(), Kind.DECISION, "not_valid"),
        "declaration of an officer": (good, Kind.DECLARATION, "not_valid"),
        "decision that is not there": (
            sealed(centre, officer, [data_file("a.xml", b"<a/>")]).to_bytes(),
            Kind.DECISION,
            "no_decision",
        ),
        "decision of no shape": (
            sealed(centre, officer, [data_file("decision.xml", twice.encode())]).to_bytes(),
            Kind.DECISION,
            "no_decision",
        ),
        "decision on another declaration": (decision(centre, "26AZ00100999999"), Kind.DECISION, "other_decision"),
        "number with a space in the decision": (decision(centre, "26 AZ"), Kind.DECISION, "no_decision"),
    }


def test_what_is_not_good_in_every_point_is_not_kept(archive: Context, centre: Centre) -> None:
    found = {}
    cases = refusals(centre)
    for name, (data, kind, _) in cases.items():
        with pytest.raises(Invalid) as refused:
            keep(archive, KeepContainer(data, kind, NUMBER))
        found[name] = refused.value.code
    assert found == {name: f"archive.{word}" for name, (_, _, word) in cases.items()}
    assert rows(archive) == []
    assert archive.session.scalars(select(LogLeaf)).all() == []


@pytest.mark.parametrize("number", ["", "26AZ 1", "26AZ\n1", "ə", "x" * 65])
def test_number_that_the_register_cannot_hold_is_refused(archive: Context, centre: Centre, number: str) -> None:
    with pytest.raises(Invalid, match=r"archive\.number"):
        keep(archive, KeepContainer(declaration(centre), Kind.DECLARATION, number))


def test_refusal_says_why_in_the_language_of_whoever_asks(archive: Context, centre: Centre) -> None:
    with pytest.raises(Invalid) as refused:
        keep(replace(archive, language="en"), KeepContainer(decision(centre), Kind.DECLARATION, NUMBER))
    assert "Not accepted" in str(refused.value.facts["reason"])


def test_same_container_is_kept_once(archive: Context, centre: Centre) -> None:
    data = decision(centre)
    first = keep(archive, KeepContainer(data, Kind.DECISION, NUMBER))
    advance_log(archive)
    assert maintain_due(archive) == 1  # Its bytes are others now.
    again = keep(archive, KeepContainer(data, Kind.DECISION, NUMBER))
    assert (first.is_new, again.is_new, again.public_id) == (True, False, first.public_id)
    assert len(rows(archive)) == len(archive.session.scalars(select(LogLeaf)).all()) == 1


def test_same_container_is_kept_once_by_many_at_once(archive: Context, centre: Centre, engine: Engine) -> None:
    data = decision(centre)

    def keep_it(_: int) -> str:
        with Session(engine) as session:
            return keep(replace(archive, session=session), KeepContainer(data, Kind.DECISION, NUMBER)).public_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(keep_it, range(12)))) == 1
    assert the_row(archive).number == NUMBER


def test_kept_container_cannot_become_that_of_another_declaration(archive: Context, centre: Centre) -> None:
    data = declaration(centre)
    keep(archive, KeepContainer(data, Kind.DECLARATION, NUMBER))
    with pytest.raises(Conflict, match=r"archive\.kept_otherwise"):
        keep(archive, KeepContainer(data, Kind.DECLARATION, "26AZ00100999999"))


def within(archive: Context, other: Context) -> Context:
    return replace(other, clock=archive.clock, ports=archive.ports)


def test_officers_may_keep_and_others_may_not(archive: Context, centre: Centre, make_context: MakeContext) -> None:
    officer = within(archive, make_context("elçin", Role.OFFICER))
    assert keep_decision(officer, centre).is_new
    for role in (Role.PARTICIPANT, Role.BANK, Role.ADMIN):
        stranger = within(archive, make_context("aysel", role))
        with pytest.raises(NotAllowed):
            keep_decision(stranger, centre)


def test_container_is_seen_by_those_whom_it_concerns(
    archive: Context, centre: Centre, make_context: MakeContext
) -> None:
    kept = keep_declaration(archive, centre)

    def seen_by(role: Role) -> int:
        context = within(archive, make_context("aysel", role))
        return len(list(list_containers(context)))

    assert (seen_by(Role.OFFICER), seen_by(Role.PARTICIPANT), seen_by(Role.CITIZEN)) == (1, 0, 0)
    with pytest.raises(NotFound):
        open_container(within(archive, make_context()), kept.public_id)
    details, chunks = open_container(archive, kept.public_id)
    assert (details.number, b"".join(chunks)) == (NUMBER, content(archive))
