"""Verifies a sealed PDF. Only what the portal's own seal makes of a PDF can pass; other PDFs are not judged.

The whole file is first taken apart and written anew (`sealed`): a later change, whatever it changes, ends there.
"""

from dataclasses import replace
from datetime import UTC, datetime

from signing import certificate_checks
from signing.errors import SigningError
from signing.examination import Policy
from signing.paths import Trust
from signing.pdf import seal_checks
from signing.pdf.attachments import attachments
from signing.pdf.seal_checks import SealCase
from signing.pdf.sealed import SEAL, read_sealed
from signing.profiles import Role
from signing.report import Check, Report, Stage
from signing.verdict import Step, Unsigned, examined, reported

STEPS: tuple[Step[SealCase], ...] = (
    Step("seal", Stage.SIGNATURE, seal_checks.structure),
    Step("algorithms", Stage.SIGNATURE, seal_checks.algorithms),
    Step("content", Stage.SIGNATURE, seal_checks.content),
    Step("binding", Stage.KEY, seal_checks.binding),
    Step("value", Stage.SIGNATURE, seal_checks.value),
    Step("time", Stage.CERTIFICATE, certificate_checks.time),
    Step("path", Stage.CERTIFICATE, certificate_checks.path),
    Step("role", Stage.KEY, certificate_checks.role),
    Step("revocation", Stage.CERTIFICATE, certificate_checks.revocation),
    Step("authorities", Stage.CERTIFICATE, certificate_checks.authorities),
    Step("extras", Stage.SIGNATURE, certificate_checks.extras),
)
OPENING: Step[SealCase] = Step("pdf", Stage.SIGNATURE, lambda _: {})
ORIGIN: Step[SealCase] = Step("origin", Stage.SIGNATURE, lambda _: {})
OF_ANY_SIGNATURE = b"/ByteRange"


class Foreign(SigningError):
    """A PDF that somebody else signed, in whatever way: nothing is said about it."""

    sub_indication = "FORMAT_FAILURE"


def verify_pdf(data: bytes, trust: Trust, policy: Policy | None = None, at: datetime | None = None) -> Report:
    """The verdict on a PDF as of `at`, by default now. Whoever seals is an organisation, never a person."""
    now = at or datetime.now(UTC)
    policy = policy or Policy()
    try:
        sealed = read_sealed(data)
        files = attachments(sealed.document)
    except SigningError as error:
        return reported(data, _refused(data, error), policy=policy, now=now)
    seals = replace(policy, roles=policy.roles & {Role.ORGANISATION})
    signature = examined(SealCase(sealed=sealed, trust=trust, policy=seals, now=now), STEPS)
    return reported(data, OPENING.passed({}), signatures=(signature,), files=files, policy=policy, now=now)


def _refused(data: bytes, error: SigningError) -> Check:
    """No verdict rests on the search; it only tells what was found wanting: our seal, that of others, or any."""
    if SEAL in data:
        return OPENING.refused(error)
    if OF_ANY_SIGNATURE in data:
        return ORIGIN.refused(Foreign("the PDF is signed, but not by the portal"))
    return OPENING.refused(Unsigned("the PDF has no seal"))
