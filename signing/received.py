"""Download to sign: an unsigned container goes out, and back comes the same with a good signature, or it is refused.

The person signs with a tool of his own. Nothing that he sends is kept but his signatures: the files of the result are
those that were sent out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cryptography.x509.oid import NameOID

from signing.certificates import load
from signing.container import Container, new_container, open_container
from signing.data_file import DataFile
from signing.errors import SigningError
from signing.examination import Policy
from signing.forms import OWN
from signing.paths import Trust
from signing.report import Indication, Report
from signing.sealing import Services, completed
from signing.subjects import attribute
from signing.verify import verify
from signing.xades_parts import Signature


class NotTaken(SigningError):
    """What came back is not what was asked for."""


class OtherFiles(NotTaken):
    def __init__(self, message: str, file: str) -> None:
        super().__init__(message)
        self.file = file


class FileMissing(OtherFiles):
    """A file that was sent out did not come back."""


class FileAdded(OtherFiles):
    """A file came back that had not been sent out."""


class FileChanged(OtherFiles):
    """A file came back with other bytes, or as another kind of file."""


class NotSigned(NotTaken):
    """It came back without a signature."""


class OtherPerson(NotTaken):
    """It was signed by somebody else."""


class NotValid(NotTaken):
    """It was signed, but not validly; the report says why."""

    def __init__(self, report: Report) -> None:
        decisive = report.decisive
        super().__init__(f"the signature is not accepted: {decisive.detail if decisive else report.indication.value}")
        self.report = report


def unsigned(files: Sequence[DataFile]) -> bytes:
    """The container that is sent out: the files and the manifest that lists them."""
    return new_container(files).to_bytes()


def accept(
    sent: Container | bytes,
    returned: bytes,
    person: str,
    *,
    services: Services,
    trust: Trust,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> bytes:
    """The signed container with level B-LT, verified. `person` is the serialNumber that certificates have to bear.

    Raises Malformed for bytes that are no container, NotTaken for another answer than the right one, and Unreachable
    when a service of ours does not answer.
    """
    form = policy.form if policy else OWN
    mine, theirs = sent if isinstance(sent, Container) else open_container(sent), open_container(returned, form)
    _check_files(mine.files, theirs.files)
    if not theirs.signatures:
        is_as_sent = returned == mine.to_bytes()
        raise NotSigned("this is the container as it was sent out" if is_as_sent else "the container is not signed")
    for signature in theirs.signatures:
        _check_signer(form.signature(signature.xml), person)
    basic = replace(mine, signatures=theirs.signatures)
    # What is wrong already does not become right by a time-stamp.
    if (report := verify(basic.to_bytes(), trust, policy, at)).indication is Indication.FAILED:
        raise NotValid(report)
    done = completed(basic, services, form, trust.intermediates).to_bytes()
    if not (report := verify(done, trust, policy, at)).is_valid:
        raise NotValid(report)
    return done


def _check_files(sent: Sequence[DataFile], returned: Sequence[DataFile]) -> None:
    mine, theirs = ({file.name: file for file in files} for files in (sent, returned))
    for name in sorted(mine.keys() - theirs.keys()):
        raise FileMissing(f"{name} did not come back", name)
    for name in sorted(theirs.keys() - mine.keys()):
        raise FileAdded(f"{name} had not been sent out", name)
    for name, file in mine.items():
        if (file.media_type, file.digest()) != (theirs[name].media_type, theirs[name].digest()):
            raise FileChanged(f"{name} was changed", name)


def _check_signer(signature: Signature, person: str) -> None:
    """Early and without a path, which the verification demands later: nobody's time-stamp is spent on a stranger."""
    certificate = load(signature.certificates[0])
    if attribute(certificate.subject, NameOID.SERIAL_NUMBER) != person:
        raise OtherPerson("the container is signed by another person")
