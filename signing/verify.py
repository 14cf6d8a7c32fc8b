"""Verifies a container: the one way to a verdict. It believes nothing but the given roots, and asks no network.

`verify` raises NotAContainer for bytes that are no container at all; everything else ends in a report. A verdict is
TOTAL-PASSED only when every check of every signature has run and passed. A PDF is judged by `signing.pdf.verifying`.
"""

from datetime import UTC, datetime

from signing import certificate_checks, signature_checks
from signing.container import Container, open_container
from signing.errors import SigningError
from signing.examination import Examination, Policy
from signing.paths import Trust
from signing.report import Check, CheckedFile, Outcome, Report, SignatureReport, Stage
from signing.verdict import Step, Unsigned, examined, reported
from signing.zip_read import NotAContainer

STEPS: tuple[Step[Examination], ...] = (
    Step("structure", Stage.SIGNATURE, signature_checks.structure),
    Step("algorithms", Stage.SIGNATURE, signature_checks.algorithms),
    Step("files", Stage.SIGNATURE, signature_checks.files),
    Step("binding", Stage.KEY, signature_checks.binding),
    Step("value", Stage.SIGNATURE, signature_checks.value),
    Step("time", Stage.CERTIFICATE, certificate_checks.time),
    Step("path", Stage.CERTIFICATE, certificate_checks.path),
    Step("role", Stage.KEY, certificate_checks.role),
    Step("revocation", Stage.CERTIFICATE, certificate_checks.revocation),
    Step("authorities", Stage.CERTIFICATE, certificate_checks.authorities),
    Step("extras", Stage.SIGNATURE, certificate_checks.extras),
)
OPENING: Step[Examination] = Step("container", Stage.SIGNATURE, lambda _: {})
REGISTER: Step[Examination] = Step("register", Stage.SIGNATURE, lambda _: {})
PDF = b"%PDF-"


def verify(data: bytes, trust: Trust, policy: Policy | None = None, at: datetime | None = None) -> Report:
    """The verdict on a container or a PDF as of `at`, by default now."""
    if data.startswith(PDF):
        from signing.pdf.verifying import verify_pdf

        return verify_pdf(data, trust, policy, at)
    now = at or datetime.now(UTC)
    policy = policy or Policy()
    try:
        container = open_container(data, policy.form)
        if not container.signatures:
            raise Unsigned("the container holds no signature")
    except NotAContainer:
        raise
    except SigningError as error:
        return reported(data, OPENING.refused(error), policy=policy, now=now)
    cases = [
        Examination(container=container, file=file, trust=trust, policy=policy, now=now)
        for file in container.signatures
    ]
    signatures = tuple(examined(case, STEPS) for case in cases)
    return reported(
        data,
        OPENING.passed({}),
        signatures=signatures,
        files=tuple(CheckedFile(file.name, file.media_type, file.size) for file in container.files),
        register=_register(container, signatures, policy),
        policy=policy,
        now=now,
    )


def _register(container: Container, signatures: tuple[SignatureReport, ...], policy: Policy) -> Check | None:
    """Whether the decision stands in the register, if the container brings a proof and the policy names a register."""
    if container.proof is None:
        return None
    if policy.register is None:
        return Check(REGISTER.name, REGISTER.stage, Outcome.SKIPPED)

    from signing.transparency.registration import registration

    try:
        return REGISTER.passed(registration(container, signatures, policy.register))
    except SigningError as error:
        return REGISTER.refused(error)
