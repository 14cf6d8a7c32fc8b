"""The officers' queue, and one application beside its papers."""

from types import SimpleNamespace
from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.contracts import queries
from app.contracts.forms import queue_filter
from app.contracts.machine import TONES, WORDS, State
from app.contracts.operations.signing import signed_container
from app.contracts.queries import PAGE, SORTS, Queue, QueueFilter
from app.contracts.rules import VARIANTS
from app.contracts.views.showing import as_container, as_file, shown, word
from app.core.errors import N_
from app.core.policy import may
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("contract_officers", __name__, url_prefix="/officer/contracts")
SORT_WORDS = {"due": N_("Son tarixə görə"), "newest": N_("Yenilər əvvəl"), "number": N_("Nömrəyə görə")}
EVERYTHING = N_("Hamısı")


@blueprint.get("")
@allow("contracts.read_queue")
def queue() -> ResponseReturnValue:
    wanted = queue_filter(request.args, SORTS)
    found = queries.queue(context(), wanted)
    return render(
        "contracts/queue.html",
        values=Values(q=wanted.text, state=wanted.state, sort=wanted.sort),
        found=found,
        states=[*((str(state), f"{word(text)} ({found.counts.get(state, 0)})") for state, text in _states()), _all()],
        sorts=[(code, word(text)) for code, text in SORT_WORDS.items()],
        words=WORDS,
        tones=TONES,
        variants=VARIANTS,
        **_neighbours(wanted, found),
    )


def _states() -> list[tuple[State, str]]:
    return [(state, text) for state, text in WORDS.items() if state is not State.DRAFT]


def _all() -> tuple[str, str]:
    return "all", word(EVERYTHING)


def _neighbours(wanted: QueueFilter, found: Queue) -> dict[str, object]:
    first, last = (wanted.page - 1) * PAGE + 1, (wanted.page - 1) * PAGE + len(found.lines)

    def address(page: int) -> str:
        kept = {"q": wanted.text, "state": wanted.state, "sort": wanted.sort, "page": page}
        return f"/officer/contracts?{urlencode(kept)}"

    return {
        "previous": address(wanted.page - 1) if wanted.page > 1 else "",
        "following": address(wanted.page + 1) if last < found.total else "",
        "place": SimpleNamespace(first=first, last=last),
    }


@blueprint.get("/<public_id>")
@allow("contracts.read_queue")
def case(public_id: str) -> ResponseReturnValue:
    here = context()
    found = queries.get_case(here, public_id)
    rights = {name: may(here.actor, f"contracts.{name}") for name in ("issue", "end")}
    return render("contracts/case.html", rights=rights, **shown(found))


@blueprint.get("/<public_id>/files/<file>")
@allow("contracts.read_queue")
def download(public_id: str, file: str) -> ResponseReturnValue:
    return as_file(*queries.open_paper(context(), public_id, file))


@blueprint.get("/<public_id>/text")
@allow("contracts.read_queue")
def text(public_id: str) -> ResponseReturnValue:
    here = context()
    found = queries.get_case(here, public_id)
    return render("contracts/text.html", case=found, text=queries.open_contract_text(here, found).decode())


@blueprint.get("/<public_id>/contract.asice")
@allow("contracts.read_queue")
def container(public_id: str) -> ResponseReturnValue:
    here = context()
    found = queries.get_case(here, public_id)
    return as_container(signed_container(here, found), found.number)
