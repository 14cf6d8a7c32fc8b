"""Reports: complete in three languages, the verdict first, nothing personal that need not be there."""

import json
import re
from string import Formatter

import pytest

from signing import texts
from signing.errors import SigningError
from signing.examination import Policy
from signing.pdf import verifying
from signing.profiles import Role
from signing.report import Indication, Report
from signing.report_json import as_json
from signing.report_text import as_text
from signing.report_words import sentence
from signing.texts import Text
from signing.verify import OPENING, REGISTER, STEPS, verify
from tests.signing import forging
from tests.signing.centre import START, Centre, sealed

TABLES = (
    texts.VERDICTS,
    texts.STAGES,
    texts.TITLES,
    texts.PASSED,
    texts.ROLES,
    texts.FORMS,
    texts.REASONS,
    texts.WARNINGS,
    texts.LABELS,
    {"skipped": texts.SKIPPED},
)
EVERY = [text for table in TABLES for text in table.values()]


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> Report:
    return verify(sealed(centre).to_bytes(), centre.trust, at=START)


@pytest.fixture(scope="module")
def bad(centre: Centre) -> Report:
    data = forging.rewritten(sealed(centre).to_bytes(), "26AZ001", "26AZ002", "declaration.xml")
    return verify(data, centre.trust, at=START)


@pytest.mark.parametrize("text", EVERY, ids=lambda text: text.en[:30])
def test_text_is_complete_in_every_language(text: Text) -> None:
    placeholders = {frozenset(name for _, name, _, _ in Formatter().parse(one) if name) for one in text}
    assert all(text)
    assert len(placeholders) == 1
    assert len({one[-1] == "." for one in text}) == 1


def test_every_check_and_every_error_has_its_words() -> None:
    names = {OPENING.name, REGISTER.name, *(step.name for step in STEPS)}
    names |= {verifying.OPENING.name, *(step.name for step in verifying.STEPS)}
    assert names == set(texts.PASSED) == set(texts.TITLES)
    assert {error.sub_indication for error in _errors(SigningError)} <= set(texts.REASONS)


def _errors(kind: type[SigningError]) -> set[type[SigningError]]:
    return {kind, *(found for child in kind.__subclasses__() for found in _errors(child))}


@pytest.mark.parametrize(("language", "word"), [("az", "Etibarlıdır."), ("en", "Valid."), ("ru", "Действительна.")])
def test_verdict_comes_first(good: Report, language: str, word: str) -> None:
    assert as_text(good, language).splitlines()[0] == word


def test_reason_stands_beside_the_verdict(bad: Report) -> None:
    assert sentence(bad, "az") == "Etibarsızdır: imzalandıqdan sonra məzmun dəyişdirilib."
    assert "declaration.xml was changed" in as_text(bad, "az")


def test_azerbaijani_capitals_are_right(bad: Report) -> None:
    assert "✗ İmzalandıqdan sonra məzmun dəyişdirilib." in as_text(bad, "az")


def test_refused_for_its_role_is_not_merely_unknown(centre: Centre) -> None:
    report = verify(sealed(centre).to_bytes(), centre.trust, Policy(roles=frozenset({Role.PERSON})), START)
    assert report.indication is Indication.INDETERMINATE
    assert sentence(report, "az").startswith("Qəbul edilmir: ")


def test_three_stages_of_the_law_are_told(good: Report) -> None:
    lines = as_text(good, "en").splitlines()
    assert [line.strip() for line in lines if re.match(r"  . \d\. ", line)] == [
        "✓ 1. Agreement of the verification data with the certificate",
        "✓ 2. Validity of the certificate at the moment of signing",
        "✓ 3. The procedure of verifying the signature",
    ]


def test_times_are_told_in_baku_time_and_utc(good: Report) -> None:
    assert "20.11.2026 12:00:00 (Bakı vaxtı), 2026-11-20 08:00:00 UTC" in as_text(good, "az")


def test_personal_number_is_masked(good: Report) -> None:
    for told in (as_text(good, "az"), json.dumps(as_json(good))):
        assert "7XYZ2QW" not in told
        assert "QW" in told


def test_json_has_the_fields_that_programs_know(good: Report, bad: Report) -> None:
    said, refused = as_json(good, "en"), as_json(bad, "en")
    assert (said["indication"], said["subIndication"], said["validSignaturesCount"]) == ("TOTAL-PASSED", None, 1)
    assert said["signatures"][0]["signatureFormat"] == "XAdES_BASELINE_LT"
    assert said["signatures"][0]["info"]["bestSignatureTime"] == "2026-11-20T08:00:00Z"
    assert said["signatures"][0]["signer"]["role"] == "officer"
    assert (refused["indication"], refused["subIndication"], refused["validSignaturesCount"]) == (
        "TOTAL-FAILED",
        "HASH_FAILURE",
        0,
    )
    assert json.loads(json.dumps(said)) == said


def test_checks_after_a_failure_are_named_as_not_done(bad: Report) -> None:
    outcomes = [check.outcome.value for check in bad.signatures[0].checks]
    assert outcomes[:3] == ["passed", "passed", "failed"]
    assert set(outcomes[3:]) == {"skipped"}
    assert "Yoxlanmadı: imzalayanın səlahiyyəti." in as_text(bad, "az")
