"""How a contract is shown, whoever looks at it: its answers, its papers, its life as a timeline."""

from types import SimpleNamespace
from typing import Any

from flask import Response, current_app, g, request

from app.contracts.machine import EVENT_WORDS, TONES, WORDS, Event, can
from app.contracts.queries import Case, Key, PaperDetails
from app.contracts.rules import PAPERS, Paper, fields_of
from app.core.errors import N_
from app.web.attachments import attached
from app.web.i18n import translate

COOKIE = "APPLICATION_COOKIE_NAME"
BY_COMMITTEE, BY_APPLICANT, BY_PORTAL = N_("Komitə"), N_("Müraciət edən"), N_("Portal")
BAD = frozenset({Event.REFUSE, Event.END})
GOOD = frozenset({Event.APPROVE, Event.SIGN, Event.RECORD, Event.ISSUE, Event.ACTIVATE, Event.RENEW})
OWN_PORTAL = frozenset({Event.LAPSE, Event.EXPIRE})


def word(text: str) -> str:
    return translate(g.language, text)


def key_of(public_id: str) -> Key:
    """What this browser can show for it."""
    return Key(public_id, request.cookies.get(current_app.config[COOKIE], ""))


def shown(case: Case) -> dict[str, Any]:
    """What every page of one contract is given."""
    return {
        "case": case,
        "state": word(WORDS[case.state]),
        "tone": TONES.get(case.state, "busy"),
        "rows": answer_rows(case),
        "papers": paper_rows(case),
        "entries": timeline(case),
        "can": can(case.state),
    }


def answer_rows(case: Case) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            name=field.name,
            step=str(field.step),
            label=word(field.label),
            value=case.answers[field.name],
            fault=case.faults.get(field.name, ""),
        )
        for field in fields_of(case.variant)
    ]


def paper_rows(case: Case) -> list[SimpleNamespace]:
    """Those that are needed, then what is there besides, such as the signed contract."""
    brought = dict.fromkeys([*case.needed, *(one.paper for one in case.papers)])
    return [
        SimpleNamespace(
            paper=str(paper),
            title=word(PAPERS[paper].title),
            files=case.brought(paper),
            is_full=len(case.brought(paper)) >= PAPERS[paper].number,
            is_needed=paper in case.needed,
            fault=case.faults.get(paper, ""),
        )
        for paper in brought
    ]


def timeline(case: Case) -> list[SimpleNamespace]:
    subjects = {field.name: field.label for field in fields_of(case.variant)}
    subjects |= {str(paper): PAPERS[paper].title for paper in Paper}
    entries = []
    for one in reversed(case.happened):
        faults = "; ".join(f"{word(subjects[name])}: {text}" for name, text in one.faults.items())
        by = BY_PORTAL if one.event in OWN_PORTAL else BY_COMMITTEE if one.officer_id else BY_APPLICANT
        tone = "bad" if one.event in BAD else "good" if one.event in GOOD else ""
        tone = "warn" if one.event is Event.RETURN else tone
        note = one.reason or faults
        entries.append(
            SimpleNamespace(title=word(EVENT_WORDS[one.event]), at=one.at, who=word(by), note=note, tone=tone)
        )
    return entries


def as_file(paper: PaperDetails, chunks: Any) -> Response:  # noqa: ANN401  (whatever a response takes)
    answer = attached(chunks, paper.media_type, f"document.{paper.kind}", name=paper.name)
    answer.content_length = paper.size
    return answer


def as_container(content: bytes, number: str) -> Response:
    return attached(content, "application/vnd.etsi.asic-e+zip", f"{number}.asice")
