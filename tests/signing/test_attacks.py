"""The attack corpus: every known way to pass off a wrong container as a right one, each with its right answer."""

import pytest

from signing import profiles
from signing.container import Container
from signing.examination import Policy
from signing.profiles import Role
from signing.report import Indication
from signing.sealing import lasting
from signing.signers.pkcs12 import KeyFile
from signing.signers.signer import signed
from signing.verify import verify
from tests.signing.attacks import on_files, on_signers, on_structure, on_times, on_values
from tests.signing.attacks.corpus import ATTACKS, UNDECIDED
from tests.signing.centre import PERSON, START, Centre, sealed

CORPUS = (on_files, on_structure, on_values, on_signers, on_times)
OFFICER_ONLY = Policy(roles=frozenset({Role.OFFICER}))


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


def test_good_container_passes(centre: Centre) -> None:
    report = verify(sealed(centre).to_bytes(), centre.trust, OFFICER_ONLY, centre.clock.now())
    assert (report.indication, report.sub_indication) == (Indication.PASSED, "")


def test_corpus_is_whole() -> None:
    assert {case.forge.__module__ for case in ATTACKS.values()} == {module.__name__ for module in CORPUS}
    assert len(ATTACKS) >= 50


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_gets_its_right_answer(centre: Centre, name: str) -> None:
    case = ATTACKS[name]
    report = verify(case.forge(centre), centre.trust, OFFICER_ONLY, centre.clock.now())
    assert (report.indication, report.sub_indication) == (case.indication, case.sub_indication), report.decisive
    assert not report.is_valid


def test_two_signatures_pass_together(centre: Centre) -> None:
    box = _with_second(sealed(centre), centre, centre.signer())
    report = verify(box.to_bytes(), centre.trust, OFFICER_ONLY, centre.clock.now())
    assert report.is_valid
    assert len(report.signatures) == 2


def test_one_bad_signature_spoils_the_container(centre: Centre) -> None:
    box = _with_second(sealed(centre), centre, centre.signer(profiles.PERSON_SIGNING, PERSON))
    report = verify(box.to_bytes(), centre.trust, OFFICER_ONLY, centre.clock.now())
    assert [one.indication for one in report.signatures] == [Indication.PASSED, Indication.INDETERMINATE]
    assert (report.indication, report.sub_indication) == (UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")


def _with_second(box: Container, centre: Centre, signer: KeyFile) -> Container:
    return box.with_signature(lasting(signed(signer, box.files, START), centre.services))


def test_signer_is_unnamed_before_his_path_is_trusted(centre: Centre) -> None:
    report = verify(on_signers.look_alike_centre(centre), centre.trust, at=centre.clock.now())
    assert report.signatures[0].signer is None
