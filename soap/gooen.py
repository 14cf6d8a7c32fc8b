"""GÖÖEN over SOAP: a person is looked up, the number is given after the yes, and any number can be checked."""

from dataclasses import asdict
from datetime import date
from typing import Any

from spyne import Boolean, ComplexModel, Date, Unicode

from app.core.context import Context
from app.core.errors import N_
from app.core.ports import PaperKind
from app.gooen import operations, queries
from app.gooen.rules import Wrong, check_paper
from soap.services import Service, context_of, offered
from soap.types import Code, Line, optional, required, simple
from soap.versions import NAMESPACE

COUNTRY = simple("Country", Unicode, pattern="[A-Z]{2}")
WRONG = simple("WrongPart", Unicode, values=[str(wrong) for wrong in Wrong])
PAPER = simple("PaperKind", Unicode, values=[str(kind) for kind in PaperKind])


class PersonCard(ComplexModel):
    """A person as the register has him: whole for himself, for anybody else what names nobody. Days are dd.mm.yyyy."""

    __namespace__ = NAMESPACE
    lookup = required(Code)
    surname = required(Line)
    givenName = required(Line)
    patronymic = optional(Line)
    born = required(Line)
    series = optional(Line)
    document = required(Line)
    pin = optional(Line)
    issuer = required(Line)
    issued = required(Line)
    expires = optional(Line)


class GooenIssued(ComplexModel):
    """The number of the person; `isNew` where it was given just now."""

    __namespace__ = NAMESPACE
    number = required(Code)
    isNew = required(Boolean)


class GooenCheck(ComplexModel):
    """A number that is right; `isIssued` where it was given to somebody."""

    __namespace__ = NAMESPACE
    number = required(Code)
    isIssued = required(Boolean)


class CorrectionRequest(ComplexModel):
    """The number under which the answer is found."""

    __namespace__ = NAMESPACE
    code = required(Code)


NAMES = {"given_name": "givenName"}


class GooenService(Service):
    @offered(
        "gooen.look_up",
        N_("Şəxsin reyestrdə axtarılması"),
        required(COUNTRY),
        required(PAPER),
        required(Code),
        optional(Date),
        returns=PersonCard,
        notes=N_(
            "Şəxsi sənədinə görə tapır. Öz məlumatını bütöv, başqasınınkını gizlədilmiş şəkildə göstərir. "
            "Cavab IssueGooen və ya ReportPersonDataError ilə davam etdirilir. "
            "Doğum tarixi verilibsə, reyestrdəki ilə tutuşdurulur; operator onu məcburi edə bilər."
        ),
        example={"citizenship": "AZ", "paper": "pin", "number": "7EF9G4H"},
        for_systems=True,
    )
    def LookupPerson(call: Any, citizenship: str, paper: str, number: str, born: date | None) -> PersonCard:
        """Looks a person up by a document of his; the answer is confirmed by IssueGooen."""
        context = context_of(call)
        asked = operations.LookUp(check_paper(citizenship, paper, number), _asker(context), born=born)
        found = operations.look_up(context, asked)
        shown = {NAMES.get(name, name): text for name, text in asdict(found.card).items() if text}
        return PersonCard(lookup=found.public_id, **shown)

    @offered(
        "gooen.confirm",
        N_("GÖÖEN-in verilməsi"),
        required(Code),
        returns=GooenIssued,
        notes=N_(
            "LookupPerson-in göstərdiyini təsdiq edir və şəxsin GÖÖEN-ini verir: neçə dəfə soruşulsa da, nömrə birdir."
        ),
        example={"lookup": "4k7t9qwe2mzx4k7t9qwe2mzx4k"},
        for_systems=True,
    )
    def IssueGooen(call: Any, lookup: str) -> GooenIssued:
        """Says yes to what LookupPerson has shown: the number of the person, the same however often it is asked."""
        context = context_of(call)
        issued = operations.confirm(context, operations.Confirm(lookup, _asker(context)))
        return GooenIssued(number=issued.number, isNew=issued.is_new)

    @offered(
        "gooen.report_error",
        N_("Şəxsi məlumatdakı səhvin bildirilməsi"),
        required(Code),
        required(WRONG),
        required(Line),
        optional(Line),
        returns=CorrectionRequest,
        notes=N_("LookupPerson-in göstərdiyində səhv olduğunu bildirir. Sorğuya gömrük əməkdaşı cavab verir."),
        example={"lookup": "4k7t9qwe2mzx4k7t9qwe2mzx4k", "wrong": "surname", "right": "Əhmədova"},
        for_systems=True,
    )
    def ReportPersonDataError(call: Any, lookup: str, wrong: str, right: str, email: str | None) -> CorrectionRequest:
        """Says no to what LookupPerson has shown: what is wrong, what is right, and where the answer goes."""
        context = context_of(call)
        command = operations.ReportError(lookup, _asker(context), Wrong(wrong), right, email or "")
        return CorrectionRequest(code=operations.report_error(context, command).code)

    @offered(
        "gooen.check_number",
        N_("GÖÖEN-in yoxlanılması"),
        required(Code),
        returns=GooenCheck,
        notes=N_("Nömrənin GÖÖEN olub-olmadığını və kiməsə verilib-verilmədiyini deyir, kimə verildiyini demir."),
        example={"number": "9000000197"},
    )
    def CheckGooen(call: Any, number: str) -> GooenCheck:
        """Tells whether a number is a GÖÖEN and was given to somebody, never to whom."""
        checked = queries.check_number(context_of(call), number)
        return GooenCheck(number=checked.number, isIssued=checked.is_issued)


def _asker(context: Context) -> str:
    """Who may confirm: the same system, for the same person."""
    return f"{context.through}/{context.actor.reference}"
