"""The peers at work: each serves the sample form, and is refused when it shows something else than we do."""

from contextlib import ExitStack
from pathlib import Path

from bench import peer_setup
from bench.describe import counts, visible
from bench.measuring import Contestant, page_of
from bench.servers import serving

BY_HAND, FORMS, EXPRESS = "Django by hand", "Django forms", "Express, EJS"
# Their markup may be a little longer or shorter than ours.
SIZE_TOLERANCE = 0.10


def start(stack: ExitStack, folder: Path, page: str) -> dict[str, Contestant]:
    peer_setup.write_pages(page, folder)
    made = {"BENCH_PEERS": str(folder), "EGOMRUK_INSTANCE": str(folder), "EGOMRUK_WORKERS": "1"}
    peers = _django(stack, made) if peer_setup.has_django() else []
    if peer_setup.has_express():
        command: list[str | Path] = ["node", peer_setup.EXPRESS / "server.js"]
        express = stack.enter_context(serving("Express", command, {**made, "NODE_ENV": "production"}))
        peers.append(page_of(express, "/", EXPRESS))
    for peer in peers:
        _compare_page(page, peer)
    return {peer.name: peer for peer in peers}


def _django(stack: ExitStack, made: dict[str, str]) -> list[Contestant]:
    """Two pages on two servers: ours, and the one that is usual."""
    python: str | Path = peer_setup.PYTHON
    options = ["-m", "gunicorn", "-w1", "-b127.0.0.1:{port}", "pages:application", "--chdir"]
    gunicorn = [python, *options, peer_setup.DJANGO]
    # Our server works on quick pages where its event loop is, and Django will not ask a database there.
    ours: list[str | Path] = [python, peer_setup.DJANGO / "served.py"]
    servers = {
        "our server": stack.enter_context(serving("Django", ours, {**made, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"})),
        "gunicorn": stack.enter_context(serving("Django, gunicorn", gunicorn, made)),
    }
    return [
        page_of(server, path, f"{how}, {name}")
        for how, path in ((BY_HAND, "/"), (FORMS, "/form"))
        for name, server in servers.items()
    ]


def _compare_page(ours: str, peer: Contestant) -> None:
    """Refuse to measure a peer that shows something else."""
    theirs = peer.answer().text
    if counts(theirs) != counts(ours) or visible(theirs) != visible(ours):
        raise RuntimeError(f"{peer.name} does not show our page: {counts(theirs)} and {counts(ours)}")
    if abs(len(theirs.encode()) / len(ours.encode()) - 1) > SIZE_TOLERANCE:
        raise RuntimeError(f"{peer.name}: {len(theirs.encode())} bytes, ours {len(ours.encode())}")
