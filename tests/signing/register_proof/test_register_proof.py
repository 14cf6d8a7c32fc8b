"""The proof of the register in a container: told, missing, of something else, in another form."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing import profiles
from signing.container import Container
from signing.errors import Indeterminate, Malformed
from signing.report import Indication, Outcome
from signing.report_json import as_json
from signing.report_text import as_text
from signing.transparency.entries import EntryKind, decision_entry, parse_entry
from signing.transparency.keys import Kind, new_key
from signing.transparency.trust import LogTrust
from signing.verify import verify
from tests.signing import forging
from tests.signing.centre import PERSON, START, Centre, sealed
from tests.signing.logbook import entries
from tests.signing.register_proof.registered import CODE, DECISION, NUMBER, Registered, entry_of, registered


def test_decision_in_the_register_is_told(good: Registered) -> None:
    report = good.report(good.container)
    assert report.is_valid
    assert report.register is not None
    assert report.register.outcome is Outcome.PASSED
    line = "Qərar qərarlar reyestrində var: gomruk.example/log, sıra nömrəsi 300, təsdiq edən şahidlər: 1."
    assert f"✓ {line}" in as_text(report).splitlines()
    said = as_json(report)["register"]
    assert (said["state"], said["index"], said["size"], said["origin"]) == ("included", 300, 301, "gomruk.example/log")
    assert (said["witnesses"], said["number"], said["code"]) == (["bank.example/w1"], NUMBER, CODE)
    assert json.loads(json.dumps(said)) == said


def test_entry_says_what_the_report_says(good: Registered) -> None:
    entry = parse_entry(good.proof.extra or b"")
    (signature,) = good.report(good.container).signatures
    assert (entry.kind, entry.number, entry.code) == (EntryKind.DECISION, NUMBER, CODE)
    assert (entry.signature_sha256, entry.time) == (signature.value_sha256, signature.trusted_time)


def test_nothing_of_the_person_is_in_the_register(good: Registered) -> None:
    for name in ("7XYZ2QW", "Elçin", "Quliyev"):
        assert name.encode() not in good.proof.to_bytes()


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_decision_without_proof_is_valid_with_a_warning(good: Registered, language: str) -> None:
    bare = replace(good.container, proof=None)
    for report in (good.report(bare), verify(bare.to_bytes(), good.centre.trust, at=START)):
        assert report.is_valid
        assert (report.register, [one.name for one in report.warnings]) == (None, ["no_register_proof"])
        assert as_json(report)["register"] == {"state": "absent"}
        assert as_json(report, language)["warnings"][0]["text"] in as_text(report, language)


def test_declaration_without_proof_is_valid_without_a_warning(centre: Centre) -> None:
    report = verify(sealed(centre, centre.signer(profiles.PERSON_SIGNING, PERSON)).to_bytes(), centre.trust, at=START)
    assert report.is_valid
    assert (report.register, report.warnings) == (None, ())


def test_proof_without_a_key_is_not_checked_and_that_is_said(good: Registered) -> None:
    report = verify(good.container.to_bytes(), good.centre.trust, at=START)
    assert report.is_valid
    assert [one.name for one in report.warnings] == ["register_not_checked"]
    assert as_json(report)["register"]["state"] == "unchecked"
    assert "· Yoxlanmadı: qərarlar reyestrindəki qeyd." in as_text(report).splitlines()


def _other_entry(good: Registered) -> Container:
    return good.container.with_proof(good.book.proof(5, good.book.publish([good.bank]), entries(6)[5]).to_bytes())


def _other_number(good: Registered) -> Container:
    return good.with_entry(entry_of(good.container, good.centre, number="26AZ00100999999"))


def _other_code(good: Registered) -> Container:
    return good.with_entry(entry_of(good.container, good.centre, code="99"))


def _other_time(good: Registered) -> Container:
    entry = parse_entry(good.proof.extra or b"")
    return good.with_entry(replace(entry, time=entry.time + timedelta(seconds=1)).to_bytes())


def _not_logged(good: Registered) -> Container:
    entry = parse_entry(good.proof.extra or b"")
    return good.container.with_proof(replace(good.proof, extra=replace(entry, number="1").to_bytes()).to_bytes())


def _other_index(good: Registered) -> Container:
    return good.container.with_proof(replace(good.proof, index=299).to_bytes())


@pytest.mark.parametrize("forge", [_other_entry, _other_number, _other_code, _other_time, _not_logged, _other_index])
def test_proof_of_something_else_is_a_failure(good: Registered, forge: Callable[[Registered], Container]) -> None:
    report = good.report(forge(good))
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "HASH_FAILURE")
    assert report.signatures[0].is_valid
    assert as_json(report)["register"]["state"] == "wrong"
    assert as_text(report).startswith("Etibarsızdır: qərarlar reyestrinin sübutu bu qərara aid deyil")


def test_entry_without_the_decision_in_the_payload_needs_the_log(centre: Centre, tmp_path: Path) -> None:
    """Number and code cannot be compared then, but only the entry that was logged holds."""
    good = registered(centre, tmp_path)
    assert good.report(good.container).is_valid
    assert good.report(_not_logged(good)).sub_indication == "HASH_FAILURE"


def _seal(good: Registered) -> Container:
    entry = parse_entry(good.proof.extra or b"")
    return good.with_entry(replace(entry, kind=EntryKind.SEAL).to_bytes())


def _no_entry(good: Registered) -> Container:
    return good.container.with_proof(replace(good.proof, extra=None).to_bytes())


def _no_proof_at_all(good: Registered) -> Container:
    return good.container.with_proof(b"yes")


def _empty(good: Registered) -> Container:
    return good.container.with_proof(b"")


@pytest.mark.parametrize("forge", [_seal, _no_entry, _no_proof_at_all, _empty])
def test_proof_of_another_form_is_a_failure(good: Registered, forge: Callable[[Registered], Container]) -> None:
    report = good.report(forge(good))
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "FORMAT_FAILURE")


def test_proof_of_an_unknown_log_is_a_failure(good: Registered) -> None:
    report = good.report(good.container, LogTrust((new_key(good.book.key.name, Kind.NOTE).verifier,)))
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "SIG_CRYPTO_FAILURE")


def test_too_few_witnesses_leave_it_undecided(good: Registered) -> None:
    hub = new_key("hub.example", Kind.ML_DSA_COSIGNATURE)
    for quorum, indication in ((None, Indication.INDETERMINATE), (1, Indication.PASSED)):
        trust = LogTrust((good.book.key.verifier,), (good.bank.verifier, hub.verifier), quorum)
        report = good.report(good.container, trust)
        assert report.indication is indication
    report = good.report(good.container, LogTrust((good.book.key.verifier,), (hub.verifier,)))
    assert (report.sub_indication, as_json(report)["register"]["state"]) == ("TRY_LATER", "unconfirmed")


def test_right_proof_does_not_heal_a_wrong_signature(good: Registered) -> None:
    data = forging.rewritten(good.container.to_bytes(), NUMBER, "26AZ00100123457", "declaration.xml")
    report = good.report(data)
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "HASH_FAILURE")
    assert report.signatures[0].indication is Indication.FAILED


@pytest.mark.parametrize(
    "xml",
    [
        DECISION.format(NUMBER, CODE).replace("decision:v1", "decision:v2"),
        DECISION.format(NUMBER, CODE).replace("<Code>01</Code>", ""),
        DECISION.format(NUMBER, CODE).replace("</Code>", "</Code><Code>99</Code>"),
        DECISION.format(NUMBER, CODE).replace("<Code>01</Code>", "<More><Code>01</Code></More>"),
        DECISION.format(NUMBER, "01<b/>"),
        DECISION.format("", CODE),
        "<!DOCTYPE a>" + DECISION.format(NUMBER, CODE),
        "Number: 26AZ00100123456",
    ],
)
def test_decision_that_cannot_be_read_strictly_is_no_match(centre: Centre, tmp_path: Path, xml: str) -> None:
    report = (good := registered(centre, tmp_path, xml)).report(good.container)
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "FORMAT_FAILURE")
    assert report.signatures[0].is_valid


def test_only_valid_signatures_come_into_the_register(centre: Centre) -> None:
    container = sealed(centre)
    broken = forging.rewritten(container.to_bytes(), NUMBER, "26AZ00100123457", "declaration.xml")
    (signature,) = verify(broken, centre.trust, at=START).signatures
    with pytest.raises(Indeterminate):
        decision_entry(signature, NUMBER, CODE)
    (signature,) = verify(container.to_bytes(), centre.trust, at=START).signatures
    with pytest.raises(Malformed):
        decision_entry(signature, "a number with spaces", CODE)
