"""Says a report in words: the verdict in one sentence, and one line for each check."""

from datetime import datetime, timedelta, timezone

from signing import texts
from signing.report import Check, Indication, Outcome, Report, Warned

BAKU = timezone(timedelta(hours=4))
MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNDECIDED: "?", Outcome.SKIPPED: "·"}


def verdict(indication: Indication, sub_indication: str, language: str) -> str:
    """One word or two; a signature that is weak or of the wrong role is not merely unknown."""
    refused = indication is Indication.INDETERMINATE and sub_indication in texts.NOT_ACCEPTED
    return texts.VERDICTS["NOT-ACCEPTED" if refused else indication].say(language)


def sentence(report: Report, language: str) -> str:
    """The verdict with its reason and what to do."""
    word = verdict(report.indication, report.sub_indication, language)
    decisive = report.decisive
    return f"{word}: {reason(decisive, language)}." if decisive else f"{word}."


def reason(check: Check, language: str) -> str:
    known = texts.REASONS
    text = known.get(f"{check.name}.{check.sub_indication}") or known.get(check.sub_indication) or known["GENERIC"]
    return text.say(language)


def line(check: Check, language: str) -> str:
    """What one check found."""
    if check.outcome is Outcome.SKIPPED:
        return texts.SKIPPED.say(language, title=texts.TITLES[check.name].say(language))
    if check.outcome is Outcome.PASSED:
        return texts.PASSED[check.name].say(language, **_facts(check, language))
    return f"{capitalised(reason(check, language), language)}."


def capitalised(text: str, language: str) -> str:
    """In Azerbaijani the capital of i is İ, which `str.upper` does not know."""
    first = "İ" if language == "az" and text.startswith("i") else text[0].upper()
    return first + text[1:]


def _facts(check: Check, language: str) -> dict[str, str]:
    facts = dict(check.facts)
    if "role" in facts:
        facts["role"] = texts.ROLES[facts["role"]].say(language)
    return facts


def warning(warned: Warned, language: str) -> str:
    return texts.WARNINGS[warned.name].say(language, **warned.facts)


def moment(at: datetime, language: str) -> str:
    local = at.astimezone(BAKU)
    return f"{local:%d.%m.%Y %H:%M:%S} ({texts.LABELS['baku'].say(language)}), {at:%Y-%m-%d %H:%M:%S} UTC"
