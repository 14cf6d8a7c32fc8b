"""The proof in a container: what the report says of the register, and that no proof of anything else is believed."""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing import profiles
from signing.container import MAX_PROOF_BYTES, PROOF_NAME, Container, open_container
from signing.data_file import data_file
from signing.errors import Indeterminate, Malformed
from signing.examination import Policy
from signing.report import Indication, Outcome, Report
from signing.report_json import as_json
from signing.report_text import as_text
from signing.sealing import renewed
from signing.transparency.entries import EntryKind, decision_entry, parse_entry
from signing.transparency.keys import Kind, SignerKey, new_key
from signing.transparency.proof import Proof, parse_proof
from signing.transparency.trust import LogTrust
from signing.verify import verify
from tests import commands
from tests.signing import forging
from tests.signing.centre import PERSON, START, Centre, files, sealed
from tests.signing.logbook import Logbook, entries
from tests.thoroughness import are_enough, tried

NUMBER, CODE = "26AZ00100123456", "01"
DECISION = '<Decision xmlns="urn:e-gomruk:decision:v1"><Number>{}</Number><Code>{}</Code></Decision>'
# Of so many changed bytes one is tried in the short run.
FLIPS = 19
AT = "2026-11-20T08:00:00Z"


def decision(number: str = NUMBER, code: str = CODE) -> str:
    return DECISION.format(number, code)


@dataclass(frozen=True)
class Registered:
    """A decision with its proof, and everything that belongs to it."""

    centre: Centre
    book: Logbook
    bank: SignerKey
    container: Container
    proof: Proof

    @property
    def trust(self) -> LogTrust:
        return LogTrust((self.book.key.verifier,), (self.bank.verifier,))

    def report(self, container: Container | bytes, trust: LogTrust | None = None) -> Report:
        data = container if isinstance(container, bytes) else container.to_bytes()
        return verify(data, self.centre.trust, Policy(register=trust or self.trust), START)

    def with_entry(self, entry: bytes) -> Container:
        """The container with an honest proof of this entry."""
        self.book.append([entry])
        note = self.book.publish([self.bank])
        return self.container.with_proof(self.book.proof(self.book.size - 1, note, entry).to_bytes())


def registered(centre: Centre, folder: Path, xml: str | None = None) -> Registered:
    payload = files() if xml is None else [*files(), data_file("decision.xml", xml.encode())]
    container = sealed(centre, payload=payload)
    book, bank = Logbook(folder), new_key("bank.example/w1", Kind.COSIGNATURE)
    book.append(entries(300))
    entry = entry_of(container, centre)
    note = book.append([entry], [bank])
    proof = book.proof(300, note, entry)
    return Registered(centre, book, bank, container.with_proof(proof.to_bytes()), proof)


def entry_of(container: Container, centre: Centre, number: str = NUMBER, code: str = CODE) -> bytes:
    (signature,) = verify(container.to_bytes(), centre.trust, at=START).signatures
    return decision_entry(signature, number, code)


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Registered:
    return registered(centre, tmp_path_factory.mktemp("log"), decision())


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


def test_container_with_proof_is_read_as_it_was_written(good: Registered) -> None:
    data = good.container.to_bytes()
    assert list(forging.entries(data))[-1] == PROOF_NAME
    read = open_container(data)
    assert (read.proof, read.to_bytes()) == (good.container.proof, data)
    assert parse_proof(read.proof or b"") == good.proof


def test_renewal_and_further_signatures_keep_the_proof(good: Registered) -> None:
    longer = renewed(good.container, good.centre.tsa)
    assert longer.proof == good.container.proof
    assert good.report(longer).is_valid
    twice = open_container(longer.with_signature(longer.signatures[0].xml).to_bytes())
    assert (twice.proof, len(twice.signatures)) == (good.container.proof, 2)


def test_newer_proof_takes_the_place_of_the_old_one(good: Registered) -> None:
    good.book.append(entries(10, 1000))
    newer = good.book.proof(300, good.book.publish([good.bank]), good.proof.extra)
    replaced = good.container.with_proof(newer.to_bytes())
    assert list(forging.entries(replaced.to_bytes())).count(PROOF_NAME) == 1
    assert good.report(replaced).is_valid


@pytest.mark.parametrize(
    "name",
    [
        "META-INF/Transparency.tlog-proof",
        "META-INF/transparency2.tlog-proof",
        "META-INF/transparency.tlog-proof.xml",
        "META-INF/sub/transparency.tlog-proof",
        "meta-inf/transparency.tlog-proof",
        "META-INF/notes.xml",
    ],
)
def test_any_other_name_is_refused(good: Registered, name: str) -> None:
    content = forging.entries(good.container.to_bytes())
    report = good.report(forging.packed({**content, name: content.pop(PROOF_NAME)}))
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "FORMAT_FAILURE")


def test_proof_elsewhere_or_twice_is_refused(good: Registered) -> None:
    content = forging.entries(good.container.to_bytes())
    proof = content.pop(PROOF_NAME)
    pairs = list(content.items())
    for wrong in (
        [*pairs[:-1], (PROOF_NAME, proof), pairs[-1]],
        [*pairs, (PROOF_NAME, proof), (PROOF_NAME, proof)],
        [*pairs, (PROOF_NAME, proof), ("META-INF/notes.xml", b"<a/>")],
    ):
        assert good.report(forging.packed(wrong)).sub_indication == "FORMAT_FAILURE"


def test_proof_that_is_too_large_is_refused(good: Registered) -> None:
    with pytest.raises(Malformed):
        good.container.with_proof(b"a" * (MAX_PROOF_BYTES + 1))
    content = forging.entries(good.container.to_bytes())
    noise = random.Random(1).randbytes(MAX_PROOF_BYTES + 1)
    assert good.report(forging.packed({**content, PROOF_NAME: noise})).sub_indication == "FORMAT_FAILURE"


@pytest.mark.trust
def test_flips_of_the_whole_container_are_refused(good: Registered) -> None:
    """The proof is covered by no signature of the container, yet not one bit of it may be another."""
    data, chosen = good.container.to_bytes(), random.Random(2)
    start = data.index(b"c2sp.org")
    places = [*range(start, start + len(good.proof.to_bytes())), *chosen.sample(range(len(data)), 1500)]
    for place in tried(places, FLIPS):
        changed = data[:place] + bytes([data[place] ^ 1 << chosen.randrange(8)]) + data[place + 1 :]
        report = good.report(changed)
        assert not report.is_valid or forging.entries(changed) == forging.entries(data), place


@pytest.mark.trust
def test_changed_bytes_of_the_proof_are_refused(good: Registered) -> None:
    """Each bit of it and more, under right checksums."""
    proof = good.proof.to_bytes()
    changes = tried(_changes(proof), FLIPS)
    for place, value in changes:
        changed = proof[:place] + bytes([value]) + proof[place + 1 :]
        assert not good.report(good.container.with_proof(changed)).is_valid, (place, value)
    print(f"\n{len(changes)} changed proofs, none accepted")
    assert are_enough(len(changes), 8_000, FLIPS)


def _changes(proof: bytes) -> Iterator[tuple[int, int]]:
    for place, byte in enumerate(proof):
        for value in sorted({*(byte ^ 1 << bit for bit in range(8)), 0, ord("\n"), ord(" "), ord("A")} - {byte}):
            yield place, value


@dataclass(frozen=True)
class Clerk:
    """A bank's clerk with the decision, the root certificate and the keys of the register."""

    folder: Path

    def verify(self, *words: str) -> tuple[int, str, str]:
        command = ("verify", "decision.asice", "--root", "root.pem", "--at", AT, *words)
        environment = {**os.environ, "EGOMRUK_INSTANCE": str(self.folder / "instance")}
        return commands.begin(command, self.folder, environment).finished()

    def state(self, *words: str) -> tuple[int, str]:
        code, out, _ = self.verify(*words, "--json")
        return code, json.loads(out)["register"]["state"]


@pytest.fixture
def clerk(good: Registered, tmp_path: Path) -> Clerk:
    (tmp_path / "decision.asice").write_bytes(good.container.to_bytes())
    (tmp_path / "root.pem").write_bytes(good.centre.root.public_bytes(Encoding.PEM))
    (tmp_path / "log.vkey").write_text(f"{good.book.key.verifier}\n")
    return Clerk(tmp_path)


def test_clerk_names_the_keys(good: Registered, clerk: Clerk) -> None:
    log, bank = str(good.book.key.verifier), str(good.bank.verifier)
    other = str(new_key("other.example", Kind.COSIGNATURE).verifier)
    assert clerk.state() == (0, "unchecked")
    assert clerk.state("--log-key", log) == (0, "included")
    assert clerk.state("--log-key", "log.vkey", "--witness", bank) == (0, "included")
    assert clerk.state("--log-key", log, "--witness", bank, "--witness", other) == (2, "unconfirmed")
    assert clerk.state("--log-key", log, "--witness", bank, "--witness", other, "--quorum", "1") == (0, "included")
    assert clerk.state("--log-key", str(new_key(good.book.key.name, Kind.NOTE).verifier)) == (1, "wrong")


def test_key_of_the_installation_is_the_default(good: Registered, clerk: Clerk) -> None:
    (clerk.folder / "instance" / "log").mkdir(parents=True)
    (clerk.folder / "instance" / "log" / "vkey").write_text(f"{good.book.key.verifier}\n")
    assert clerk.state() == (0, "included")
    code, out, _ = clerk.verify("--language", "ru")
    assert code == 0
    assert "✓ Решение есть в реестре решений: gomruk.example/log, запись 300, подтвердили свидетели: 0." in out


@pytest.mark.parametrize(
    "words",
    [
        ("--log-key", "a+b+c"),
        ("--log-key", "missing.vkey"),
        ("--log-key", "root.pem"),
        ("--witness", "w.example+00000000+BA=="),
        ("--quorum", "1"),
        ("--log-key", "log.vkey", "--quorum", "1"),
        ("--log-key", "log.vkey", "--quorum", "many"),
    ],
)
def test_keys_that_cannot_be_used_decide_nothing(clerk: Clerk, words: tuple[str, ...]) -> None:
    code, out, err = clerk.verify(*words)
    assert (code, out) == (2, "")
    assert err.startswith("e-gomruk: ")
    assert len(err.splitlines()) == 1
