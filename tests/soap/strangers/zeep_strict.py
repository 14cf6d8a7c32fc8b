"""A stranger in Python: zeep, which takes every word of the WSDL strictly."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from requests import Session
from zeep import Client, Settings
from zeep.exceptions import Fault
from zeep.transports import Transport

from soap.versions import NAMESPACE
from tests.soap.registered import NUMBER, PIN
from tests.soap.strangers.conftest import Site

BAKU = timezone(timedelta(hours=4))
FREIGHT = {
    "procedure": "import",
    "arrivesAt": datetime(2026, 12, 1, 12, tzinfo=BAKU),
    "note": "Şəki «halvası» & çay",
    "item": [
        {
            "goodsCode": "0101210000",
            "netWeight": Decimal("20.125"),
            "madeOn": date(2026, 11, 2),
            "packages": [{"packing": "box", "number": 3}, {"packing": "pallet", "number": 1}],
        },
        {"goodsCode": "0207141000", "netWeight": Decimal("13.100"), "packages": [{"packing": "box", "number": 2}]},
    ],
}


def called(site: Site, version: str) -> str:
    """What it prints, as the strangers in other languages do."""
    with Session() as session:
        session.trust_env = False  # Certificates that the machine names would go before the one that is named here.
        session.cert, session.verify = str(site.folder / "system.pem"), str(site.certificate)
        client = Client(site.wsdl(), transport=Transport(session=session), settings=Settings(strict=True))  # type: ignore[no-untyped-call]
        binding = f"{{{NAMESPACE}}}EGomrukSoap{version.replace('.', '')}"
        service = client.create_service(binding, site.endpoint)  # type: ignore[no-untyped-call]
        return "\n".join("\t".join(line) for line in _lines(site, client, service, version))


def _lines(site: Site, client: Any, service: Any, version: str) -> list[list[str]]:
    def call(operation: str, header: Mapping[str, str], **values: object) -> tuple[Any, Any]:
        answer = service[operation](**values, _soapheaders={"RequestHeader": header})
        return answer.body[f"{operation}Result"], answer.header.ResponseHeader

    services, _ = call("ListServices", {"language": "en"}, withoutLogin=True)
    first = services.service[0]
    lines = [["services", str(services.total), first.needsLogin, str(first.available).lower(), first.name]]
    weighed, told = call("Weigh", {"messageId": "zeep-weigh"}, freight=FREIGHT)
    freight = weighed.freight
    lines.append(
        ["weighed", f"{weighed.netWeight:f}", str(weighed.packages), weighed.oldest.isoformat(), told.messageId]
    )
    arrives = freight.arrivesAt.astimezone(UTC)
    lines.append(["freight", freight.procedure, f"{arrives:%Y-%m-%dT%H:%M:%SZ}", freight.note])
    for item in freight.item:
        packages = [f"{one.packing}:{one.number}" for one in item.packages]
        day = item.madeOn.isoformat() if item.madeOn else "-"
        lines.append(["item", item.goodsCode, f"{item.netWeight:f}", day, *packages])
    header = {"actingPerson": PIN, "principal": NUMBER, "language": "en"}
    for _ in "12":
        numbered = header | {"messageId": f"zeep-{version}"}
        document, told = call("UploadDocument", numbered, name="Şəhadətnamə.pdf", content=site.paper)
        replayed = str(told.replayed).lower()
        lines.append(["document", document.name, document.kind, str(document.pages), document.sha256, replayed])
    try:
        call("UploadDocument", header | {"messageId": f"zeep-{version}-2"}, name="a.exe", content=b"MZ")
    except Fault as fault:
        (element,) = fault.detail
        detail = client.get_element(f"{{{NAMESPACE}}}ServiceFault").parse(element, client.wsdl.types)
        lines.append(["fault", detail.code, detail.problem[0].rule, detail.problem[0].message])
    return lines
