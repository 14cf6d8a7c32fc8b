"""A report as text for a terminal: the verdict first, then who, when and why."""

from collections.abc import Iterator

from signing import texts
from signing.report import Check, Outcome, Report, SignatureReport, Stage
from signing.report_words import MARKS, line, moment, sentence, verdict, warning

WIDTH = 24


def as_text(report: Report, language: str = "az") -> str:
    return "\n".join(_lines(report, language))


def _lines(report: Report, language: str) -> Iterator[str]:
    yield sentence(report, language)
    for signature in report.signatures:
        yield ""
        yield from _signature(signature, language)
    yield ""
    yield from _check(report.container, language, "")
    if report.register:
        yield from _check(report.register, language, "")
    for warned in report.warnings:
        yield _labelled("warning", warning(warned, language), language, "")
    for file in report.files:
        yield _labelled("file", f"{file.name}, {file.size} {texts.LABELS['bytes'].say(language)}", language, "")
        if file.sha256:
            yield f"{'  SHA-256':{WIDTH}}{file.sha256}"
    yield _labelled("policy", report.policy, language, "")
    yield _labelled("form", texts.FORMS[report.form].say(language), language, "")
    yield f"{'SHA-256':{WIDTH}}{report.sha256}"


def _signature(signature: SignatureReport, language: str) -> Iterator[str]:
    level = f"{signature.format} {signature.level}, " if signature.level else ""
    word = verdict(signature.indication, signature.sub_indication, language)
    yield _labelled("signature", f"{signature.file}: {level}{word}", language, "")
    if signer := signature.signer:
        who = ", ".join(part for part in (signer.name, signer.identifier, signer.organisation) if part)
        yield _labelled("signer", who, language)
        if signer.role:
            yield _labelled("role", texts.ROLES[signer.role].say(language), language)
        yield _labelled("issuer", signer.issuer, language)
    if signature.trusted_time:
        yield _labelled("time", moment(signature.trusted_time, language), language)
    for time in signature.archive_times:
        yield _labelled("archived", moment(time, language), language)
    if signature.good_until:
        yield _labelled("good_until", moment(signature.good_until, language), language)
    for warned in signature.warnings:
        yield _labelled("warning", warning(warned, language), language)
    for number, stage in enumerate(Stage, 1):
        yield from _stage(number, stage, signature, language)


def _stage(number: int, stage: Stage, signature: SignatureReport, language: str) -> Iterator[str]:
    """One of the three stages that the law names, with its checks."""
    yield f"  {MARKS[signature.outcome_of(stage)]} {number}. {texts.STAGES[stage].say(language)}"
    for check in signature.checks:
        if check.stage is stage:
            yield from _check(check, language, "      ")


def _check(check: Check, language: str, indent: str) -> Iterator[str]:
    yield f"{indent}{MARKS[check.outcome]} {line(check, language)}"
    if check.outcome in {Outcome.FAILED, Outcome.UNDECIDED}:
        detail = f"{check.sub_indication}, {check.detail}"
        yield f"{indent}  {texts.LABELS['detail'].say(language)}: {detail}"


def _labelled(label: str, value: str, language: str, indent: str = "  ") -> str:
    return f"{indent}{texts.LABELS[label].say(language):{WIDTH - len(indent)}}{value}"
