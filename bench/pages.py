"""Pages over HTTP beside the bare page, the floor page and the peers."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import peer_pages
from bench.client import Browser
from bench.load import Request
from bench.measuring import Contestant, Effort, cpu_ratio, page_of, rate_ratio, take_turns
from bench.servers import Installation, Server
from bench.table import Row, Target, shown

SAMPLE_FORM = "/design/form"
SERVICE = "/services/declarations"
SIGN_IN = "/login/password"


def measure(installation: Installation, folder: Path, effort: Effort, *, with_peers: bool) -> Iterator[Row]:
    with ExitStack() as stack:
        portal = stack.enter_context(installation.portal())
        yardsticks = stack.enter_context(installation.yardsticks())
        ours = our_pages(portal)
        sizes = {name: len(one.answer().body) for name, one in ours.items()}
        floors = {name: page_of(yardsticks, f"/floor/{sizes[name]}", "floor") for name in ours}
        bare = {name: page_of(yardsticks, f"/bare/{sizes[name]}", "bare") for name in ("front", "service")}
        peers = peer_pages.start(stack, folder, ours["form"].answer().text) if with_peers else {}
        take_turns([*ours.values(), *floors.values(), *bare.values(), *peers.values()], effort)
    yield from _public_rows(ours, bare, floors)
    yield from _form_rows(ours, floors)
    yield from _peer_rows(ours["form"], peers)


def our_pages(portal: Server) -> dict[str, Contestant]:
    guest, member = Browser(portal.port), signed_in(portal)
    visitor = Browser(portal.port)
    guest.get(SIGN_IN)
    visitor.get(SERVICE)
    form = {**member.cookie_header, "Content-Type": "application/x-www-form-urlencoded"}
    requests = {
        "front": Request("/"),
        "service": Request(SERVICE, headers=visitor.cookie_header),
        "sign-in": Request(SIGN_IN, headers=guest.cookie_header),
        "form": Request(SAMPLE_FORM, headers=member.cookie_header),
        "partial": Request(SAMPLE_FORM, headers={**member.cookie_header, "HX-Request": "true"}),
        "refused": Request(
            SAMPLE_FORM, "POST", form, f"csrf_token={member.token(SAMPLE_FORM)}&procedure=4&gross=x", 422
        ),
    }
    return {name: Contestant(name, portal, request) for name, request in requests.items()}


def signed_in(portal: Server, role: str = "participant") -> Browser:
    """A person of the demonstration: a page of a form is asked for by somebody who has a session."""
    from app.demo.people import cast

    browser, person = Browser(portal.port), next(person for person in cast() if person.role == role)
    token = browser.token(SIGN_IN)
    values = {"csrf_token": token, "username": person.username, "password": person.password}
    if browser.post(SIGN_IN, values).status != 303:
        raise RuntimeError(f"{person.username} was not signed in")
    browser.get(SAMPLE_FORM)
    return browser


def _public_rows(
    ours: dict[str, Contestant], bare: dict[str, Contestant], floors: dict[str, Contestant]
) -> Iterator[Row]:
    for name in ("front", "service"):
        one, other = ours[name], bare[name]
        figures = shown(one.per_second, "/s"), "bare page", shown(other.per_second, "/s")
        yield Row(f"{name} page, requests/s", *figures, rate_ratio(one, other), Target(0.4, at_least=True))
        yield _by_cpu(f"{name} page, CPU", one, "bare page", other, Target(2.5))
        yield _by_cpu(f"{name} page, CPU", one, "floor page", floors[name])


def _form_rows(ours: dict[str, Contestant], floors: dict[str, Contestant]) -> Iterator[Row]:
    yield _by_cpu("sign-in page", ours["sign-in"], "floor page", floors["sign-in"], Target(1.5))
    yield _by_cpu("form page, 40 fields", ours["form"], "floor page", floors["form"], Target(2))
    yield _by_cpu("the same for htmx", ours["partial"], "floor page", floors["partial"], Target(2))
    yield _by_cpu("form sent back with errors (422)", ours["refused"], "floor page", floors["refused"])


def _peer_rows(form: Contestant, peers: dict[str, Contestant]) -> Iterator[Row]:
    job = "form page, 40 fields"
    for kind, limit in ((peer_pages.BY_HAND, 1 / 4), (peer_pages.FORMS, 1 / 15), (peer_pages.EXPRESS, 1.5)):
        # Of the servers of a peer the one that serves it better.
        ways = [peer for name, peer in peers.items() if name.startswith(kind)]
        if ways:
            best = min(ways, key=lambda peer: peer.cpu_ms)
            yield _by_cpu(job, form, best.name, best, Target(round(limit, 3)))
        else:
            yield Row(job, shown(form.cpu_ms, "ms"), kind, "not measured")


def _by_cpu(job: str, one: Contestant, beside: str, other: Contestant, target: Target | None = None) -> Row:
    return Row(job, shown(one.cpu_ms, "ms"), beside, shown(other.cpu_ms, "ms"), cpu_ratio(one, other), target)
