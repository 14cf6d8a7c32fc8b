"""The public operations: whether the gateway answers, and which services there are."""

from typing import Any

from spyne import Boolean, ComplexModel, Unicode

from app.catalogue import rules
from app.core.errors import N_
from soap.services import Service, context_of, offered
from soap.types import Code, Count, Instant, Language, Line, Text, optional, repeated, required, simple
from soap.versions import NAMESPACE

CONTRACT_VERSION = "1.2"  # Its second number grows with every addition; the first one is that of the namespace.

PING = N_("Göndərilən mətni qaytarır. Xidmətin və bağlantının işlədiyini yoxlamaq üçündür, kimlik tələb etmir.")
LIST_SERVICES = N_("Portalın xidmətlərini və ya axtarış mətninin bütün sözlərinə uyğun gələnləri qaytarır.")

Login = simple("Login", Unicode, values=[str(login) for login in rules.Login])


class Pong(ComplexModel):
    """What was said, when it was heard, and the version of the contract."""

    __namespace__ = NAMESPACE
    text = optional(Line)
    at = required(Instant)
    version = required(Code)


class ServiceEntry(ComplexModel):
    """One service of the portal; the path is that of its page."""

    __namespace__ = NAMESPACE
    number = required(Code)
    slug = required(Code)
    name = required(Line)
    purpose = required(Text)
    needsLogin = required(Login)
    available = required(Boolean)
    path = required(Line)


class ServiceList(ComplexModel):
    """Services in the order of the catalogue or, when something was searched for, the best match first.

    The number tells an empty list from an answer that got lost.
    """

    __namespace__ = NAMESPACE
    total = required(Count)
    service = repeated(ServiceEntry)


class Catalogue(Service):
    @offered(
        "catalogue.read",
        N_("Xidmətin işlədiyini yoxlamaq"),
        optional(Line),
        returns=Pong,
        notes=PING,
        example={"text": "salam"},
    )
    def Ping(call: Any, text: str | None) -> Pong:
        """Says the text back."""
        return Pong(text=text, at=context_of(call).clock.now(), version=CONTRACT_VERSION)

    @offered(
        "catalogue.read",
        N_("Elektron xidmətlərin siyahısı"),
        optional(Language),
        optional(Line),
        optional(Boolean),
        returns=ServiceList,
        notes=LIST_SERVICES,
        example={"language": "az", "query": "gömrük bəyannaməsi"},
    )
    def ListServices(call: Any, language: str | None, query: str | None, withoutLogin: bool | None) -> ServiceList:
        """Lists the services of the portal, or those of which every word of the query speaks."""
        spoken = language or context_of(call).language
        found = rules.search(rules.load_services(), spoken, query or "", without_login=bool(withoutLogin))
        return ServiceList(total=len(found), service=[_entry(service, spoken) for service in found])


def _entry(service: rules.Service, language: str) -> ServiceEntry:
    text = service.texts[language]
    return ServiceEntry(
        number=service.number,
        slug=service.slug,
        name=text.name,
        purpose=text.purpose,
        needsLogin=str(service.needs_login),
        available=service.available,
        path=service.path,
    )
