"""A report for programs, with the field names that validation services of the ASiC world use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from signing.report import Check, CheckedFile, Indication, Outcome, Report, SignatureReport, Stage, Warned
from signing.report_words import line, sentence, verdict, warning


def as_json(report: Report, language: str = "az") -> dict[str, Any]:
    """Plain values only; times are in UTC and ISO 8601."""
    valid = [one for one in report.signatures if one.indication is Indication.PASSED]
    return {
        "indication": report.indication.value,
        "subIndication": report.sub_indication or None,
        "verdict": verdict(report.indication, report.sub_indication, language),
        "conclusion": sentence(report, language),
        "language": language,
        "policy": {"policyName": report.policy, "containerForm": report.form},
        "validationTime": _time(report.verified_at),
        "containerSha256": report.sha256,
        "container": _check(report.container, language),
        "files": [_file(one) for one in report.files],
        "signaturesCount": len(report.signatures),
        "validSignaturesCount": len(valid),
        "signatures": [_signature(one, language) for one in report.signatures],
        "register": _register(report.register, language),
        "warnings": _warnings(report.warnings, language),
    }


def _file(file: CheckedFile) -> dict[str, Any]:
    said = {"name": file.name, "mediaType": file.media_type, "size": file.size}
    return {**said, "sha256": file.sha256} if file.sha256 else said


def _signature(signature: SignatureReport, language: str) -> dict[str, Any]:
    signer = signature.signer
    return {
        "id": signature.file,
        "signatureFormat": signature.level.replace("B-", f"{signature.format}_BASELINE_") or None,
        "indication": signature.indication.value,
        "subIndication": signature.sub_indication or None,
        "signedBy": signer.name if signer else None,
        "signer": {
            "identifier": signer.identifier,
            "organisation": signer.organisation or None,
            "role": signer.role.value if signer.role else None,
            "issuer": signer.issuer,
            "certificateSha256": signer.certificate_sha256,
        }
        if signer
        else None,
        "claimedSigningTime": _time(signature.claimed_time),
        "info": {
            "bestSignatureTime": _time(signature.trusted_time),
            "ocspResponseCreationTime": _time(signature.revocation_time),
            "goodUntil": _time(signature.good_until),
            "archiveTimestamps": [_time(time) for time in signature.archive_times],
            "signatureValueSha256": signature.value_sha256 or None,
        },
        "stages": {stage.value: signature.outcome_of(stage).value for stage in Stage},
        "checks": [_check(check, language) for check in signature.checks],
        "warnings": _warnings(signature.warnings, language),
    }


REGISTER_STATES = {
    Outcome.PASSED: "included",
    Outcome.FAILED: "wrong",
    Outcome.UNDECIDED: "unconfirmed",
    Outcome.SKIPPED: "unchecked",
}


def _register(check: Check | None, language: str) -> dict[str, Any]:
    """The register of decisions; place and witnesses are told only once the proof has been found right."""
    if check is None:
        return {"state": "absent"}
    said: dict[str, Any] = {"state": REGISTER_STATES[check.outcome], **_check(check, language)}
    if check.outcome is Outcome.PASSED:
        facts = check.facts
        said |= {name: facts[name] for name in ("origin", "number", "code")}
        said |= {"index": int(facts["index"]), "size": int(facts["size"]), "witnesses": facts["witnesses"].split()}
    return said


def _warnings(warnings: Sequence[Warned], language: str) -> list[dict[str, str]]:
    return [{"code": one.name, "text": warning(one, language)} for one in warnings]


def _check(check: Check, language: str) -> dict[str, Any]:
    return {
        "name": check.name,
        "stage": check.stage.value,
        "outcome": check.outcome.value,
        "subIndication": check.sub_indication or None,
        "text": line(check, language),
        "detail": check.detail or None,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
