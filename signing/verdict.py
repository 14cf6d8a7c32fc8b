"""From checks to a verdict: TOTAL-PASSED only when every check of every signature has run and passed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from signing.algorithm_policy import VERSION
from signing.errors import FAILED, Malformed, SigningError
from signing.examination import Case, Policy
from signing.people import person
from signing.report import Check, CheckedFile, Indication, Outcome, Report, SignatureReport, Stage, worst

Examined = TypeVar("Examined", bound=Case)


class Unsigned(Malformed):
    """A file without any signature: nothing vouches for it."""

    sub_indication = "NO_SIGNATURE"


@dataclass(frozen=True, slots=True)
class Step(Generic[Examined]):
    """One check: its name, the stage that it belongs to, and what it does."""

    name: str
    stage: Stage
    run: Callable[[Examined], dict[str, str]]

    def passed(self, facts: dict[str, str]) -> Check:
        return Check(self.name, self.stage, Outcome.PASSED, facts=facts)

    def refused(self, error: SigningError) -> Check:
        outcome = Outcome.FAILED if error.indication == FAILED else Outcome.UNDECIDED
        return Check(self.name, self.stage, outcome, error.sub_indication, str(error))


def examined(case: Examined, steps: Sequence[Step[Examined]]) -> SignatureReport:
    checks = tuple(_checks(case, steps))
    decisive = worst(checks)
    return SignatureReport(
        file=case.name,
        format=case.format,
        level=case.level,
        indication=_indication(checks),
        sub_indication=decisive.sub_indication if decisive else "",
        checks=checks,
        warnings=tuple(case.warnings),
        signer=person(case.path) if case.path else None,
        trusted_time=case.times.earliest.time if case.times else None,
        claimed_time=case.claimed_time,
        revocation_time=case.good.this_update if case.good else None,
        archive_times=tuple(stamp.time for stamp in case.times.archive) if case.times else (),
        good_until=case.good_until,
        value_sha256=hashlib.sha256(case.value).hexdigest() if case.value else "",
    )


def _checks(case: Examined, steps: Sequence[Step[Examined]]) -> Iterator[Check]:
    """The steps in their order; after one that failed the others are only named."""
    is_over = False
    for step in steps:
        if is_over:
            yield Check(step.name, step.stage, Outcome.SKIPPED)
            continue
        try:
            yield step.passed(step.run(case))
        except SigningError as error:
            is_over = True
            yield step.refused(error)


def _indication(checks: Sequence[Check]) -> Indication:
    """Passed is what is left when everything has run and nothing spoke against it."""
    if any(check.outcome is Outcome.FAILED for check in checks):
        return Indication.FAILED
    if checks and all(check.outcome is Outcome.PASSED for check in checks):
        return Indication.PASSED
    return Indication.INDETERMINATE


def reported(
    data: bytes,
    opening: Check,
    *,
    signatures: tuple[SignatureReport, ...] = (),
    files: tuple[CheckedFile, ...] = (),
    register: Check | None = None,
    policy: Policy,
    now: datetime,
) -> Report:
    # A register that nobody asked about says nothing for or against.
    asked = (register,) if register and register.outcome is not Outcome.SKIPPED else ()
    every = (opening, *(check for signature in signatures for check in signature.checks), *asked)
    decisive = worst(every)
    return Report(
        indication=_indication(every),
        sub_indication=decisive.sub_indication if decisive else "",
        container=opening,
        signatures=signatures,
        files=files,
        policy=f"{policy.name}/{VERSION}",
        verified_at=now,
        data=data,
        form=policy.form.name,
        register=register,
    )
