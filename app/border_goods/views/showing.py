"""How a list and a record are shown: the time left in words, offices by their names, the addresses of lists."""

from collections.abc import Mapping
from urllib.parse import urlencode

from app.border_goods.queries import Filter, Record, RecordPage, WholeRecord
from app.border_goods.rules import DEADLINES, EVENTS, LABELS, SORTS, STATES, Sort, State, TimeLeft
from app.core.context import Context
from app.core.errors import N_
from app.reference.queries import list_offices
from app.web.i18n import translate
from app.web.rendering import Values

DAYS, HOURS, MINUTES = N_("{days} gün {hours} saat"), N_("{hours} saat {minutes} dəqiqə"), N_("{minutes} dəqiqə")
LEFT, LATE, ARRIVED = N_("Qalıb: {time}"), N_("Gecikir: {time}"), N_("Çatıb")


def duration(left: TimeLeft, language: str) -> str:
    text = DAYS if left.days else HOURS if left.hours else MINUTES
    return translate(language, text, days=left.days, hours=left.hours, minutes=left.minutes)


def standing(record: Record, language: str) -> tuple[str, str]:
    """Where the goods stand, in words, and the tone of the words."""
    if record.state is not State.OPEN:
        return translate(language, STATES[record.state]), "good" if record.state is State.CLEARED else "neutral"
    if record.arrived_at is not None:
        return translate(language, ARRIVED), "good"
    time = duration(record.left, language)
    if record.left.is_late:
        return translate(language, LATE, time=time), "bad"
    return translate(language, LEFT, time=time), "warn" if record.left.is_soon else "busy"


def office_names(context: Context) -> Mapping[str, str]:
    return {office.code: office.name(context.language) for office in list_offices(context.session)}


def address(path: str, wanted: Filter, **more: str) -> str:
    """Of the same list; what is as it would be anyway is left out."""
    asked = _typed(wanted) | {"state": "" if wanted.state == "open" else wanted.state} | more
    query = urlencode({name: text for name, text in asked.items() if text})
    return f"{path}?{query}" if query else path


def _typed(wanted: Filter) -> dict[str, str]:
    return {
        "q": wanted.text,
        "destination": wanted.destination,
        "deadline": wanted.deadline,
        "sort": "" if wanted.sort == Sort.DUE else wanted.sort,
    }


def list_values(context: Context, path: str, wanted: Filter, found: RecordPage, **more: str) -> dict[str, object]:
    """What both lists show; `more` is what else the address of this one says."""
    offices, language = office_names(context), context.language
    return {
        "values": Values({name: text for name, text in _typed(wanted).items() if text}),
        "found": found,
        "is_open": wanted.state == "open",
        "offices": offices,
        "office_choices": [(code, f"{code} {name}") for code, name in offices.items()],
        "deadlines": [(code, translate(language, text)) for code, text in DEADLINES.items()],
        "sorts": [(code, translate(language, text)) for code, text in SORTS.items()],
        "standings": {one.public_id: standing(one, language) for one in found.records},
        "first": address(path, wanted, **more) if wanted.after else "",
        "following": address(path, wanted, after=found.following, **more) if found.following else "",
    }


def record_values(context: Context, found: WholeRecord) -> dict[str, object]:
    return {
        "found": found,
        "one": found.record,
        "standing": standing(found.record, context.language),
        "offices": office_names(context),
        "events": EVENTS,
        "labels": LABELS,
    }
