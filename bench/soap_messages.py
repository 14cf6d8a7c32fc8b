"""SOAP over HTTP: a small call and fifty items in and out, beside stock Spyne, bare lxml, node-soap and PHP."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from lxml import etree

from bench import peer_setup
from bench.load import Request
from bench.measuring import Contestant, Effort, cpu_ratio, take_turns
from bench.servers import Installation, Server, serving
from bench.soap_service import ITEMS, declaration, written
from bench.soap_yardsticks import wsdl
from bench.table import Row, Target, shown
from soap.gateway import PATH
from soap.versions import NAMESPACE, SOAP_1_1

OURS, BARE, STOCK, NODE, PHP = "ours", "bare lxml + XSD", "stock Spyne", "node-soap", "PHP SoapServer"
JOBS = {"Echo": "SOAP, small call", "Submit": f"SOAP, {ITEMS} items in", "Get": f"SOAP, {ITEMS} items out"}


def measure(installation: Installation, folder: Path, effort: Effort, *, with_peers: bool) -> Iterator[Row]:
    made = folder / "soap"
    made.mkdir()
    (made / "service.wsdl").write_bytes(wsdl())
    (made / "declaration.json").write_text(json.dumps(declaration(), ensure_ascii=False), "utf-8")
    with ExitStack() as stack:
        ways = servers(stack, installation, made, with_peers=with_peers)
        calls = {
            (name, operation): Contestant(f"{name}: {operation}", server, message(operation, path))
            for name, (server, path) in ways.items()
            for operation in JOBS
        }
        for (_, operation), call in calls.items():
            check(call, operation)
        take_turns([calls[name, operation] for operation in JOBS for name in ways], effort)
    for operation, job in JOBS.items():
        yield from _rows(job, operation, calls)


def servers(
    stack: ExitStack, installation: Installation, made: Path, *, with_peers: bool
) -> dict[str, tuple[Server, str]]:
    command: list[str | Path] = [sys.executable, "-m", "bench.soap_yardsticks"]
    both = stack.enter_context(serving("SOAP", command, installation.environment, web=1))
    found = {OURS: (both, PATH), BARE: (both, "/bare"), STOCK: (both, "/stock")}
    environment = {"BENCH_PEERS": str(made), "NODE_ENV": "production"}
    if with_peers and peer_setup.has_node_soap():
        node: list[str | Path] = ["node", peer_setup.SOAP / "server.js"]
        found[NODE] = (stack.enter_context(serving(NODE, node, environment)), "/soap")
    if with_peers and peer_setup.has_php():
        php: list[str | Path] = ["php", "-S", "127.0.0.1:{port}", peer_setup.SOAP / "server.php"]
        found[PHP] = (stack.enter_context(serving(PHP, php, environment)), "/soap")
    return found


def message(operation: str, path: str) -> Request:
    inner = {
        "Echo": "<text>salam</text>",
        "Submit": f"<declaration>{''.join(written(declaration()))}</declaration>",
        "Get": "<reference>LRN-2026-000001</reference>",
    }
    call = f'<{operation} xmlns="{NAMESPACE}">{inner[operation]}</{operation}>'
    body = f'<s:Envelope xmlns:s="{SOAP_1_1.namespace}"><s:Body>{call}</s:Body></s:Envelope>'
    return Request(path, "POST", {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}, body)


def check(call: Contestant, operation: str) -> None:
    """Refuse to measure somebody who answers something else."""
    answer = etree.fromstring(call.answer().body)
    told = {
        "Echo": answer.xpath("string(//*[local-name()='text'])") == "salam",
        "Submit": answer.xpath("number(//*[local-name()='total'])") == ITEMS * 4500.75,
        "Get": answer.xpath("count(//*[local-name()='paper']/*)") == ITEMS * 2 * 3,
    }
    if not told[operation]:
        raise RuntimeError(f"{call.name} answers otherwise: {etree.tostring(answer)[:500]!r}")


def _rows(job: str, operation: str, calls: dict[tuple[str, str], Contestant]) -> Iterator[Row]:
    ours, is_small = calls[OURS, operation], operation == "Echo"
    targets = {BARE: Target(2.5 if is_small else 1.5), NODE: None if is_small else Target(1)}
    if not is_small:
        yield Row(job, shown(ours.cpu_ms, "ms"), target=Target(2, unit="ms"), judged=ours.cpu_ms)
    for name in (BARE, STOCK, NODE, PHP):
        if (name, operation) not in calls:
            yield Row(job, shown(ours.cpu_ms, "ms"), name, "not measured")
            continue
        other = calls[name, operation]
        figures = shown(ours.cpu_ms, "ms"), name, shown(other.cpu_ms, "ms")
        yield Row(job, *figures, cpu_ratio(ours, other), targets.get(name))
