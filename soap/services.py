"""How an operation is offered: under the right that it needs, with the detail of faults that all have."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from spyne import ServiceBase, rpc

from app.core.context import ANONYMOUS, Context
from app.core.errors import N_, NotFound
from app.core.policy import may
from app.web.i18n import translate
from soap.headers import RequestHeader, ResponseHeader
from soap.types import ServiceFault, required

GOING = N_("Bu əməliyyatın sonuncu günü: {day}. Əvəzində yenisini çağırın.")
GONE = N_("Bu əməliyyat artıq işləmir, sonuncu günü {day} idi. Əvəzində yenisini çağırın.")

Method = Callable[..., Any]


class Service(ServiceBase):
    """Operations of one subject. Their first argument is Spyne's record of the call, which carries the `Context`."""


def offered(
    right: str,
    title: str,
    *arguments: Any,
    returns: type[Any],
    notes: str = "",
    example: Mapping[str, Any] = MappingProxyType({}),
    takes_files: bool = False,
    until: date | None = None,
    for_systems: bool = False,
    in_own_name: bool = False,
) -> Callable[[Method], Any]:
    """Makes a method an operation of the contract that only those may call whom the policy table gives the right.

    Title and notes are what people read of it, here and in the catalogue of the hub; the example is a request that
    anybody may try who may call it. `takes_files` lets its messages be long. An operation that goes has a last day:
    the WSDL and every answer speak of it, a year before, and afterwards a fault does. `for_systems` keeps out who is
    let in on a page alone, where a picture code stands guard. `in_own_name`: the system speaks for no person there.
    """
    # Spyne keeps these with the operation, as data of ours.
    told = {
        "right": right,
        "title": title,
        "notes": notes,
        "example": example,
        "takes_files": takes_files,
        "until": until,
        "for_systems": for_systems,
        "in_own_name": in_own_name,
    }
    headers = {"_in_header": (RequestHeader,), "_out_header": (ResponseHeader,)}
    return rpc(*arguments, _returns=required(returns), _throws=[ServiceFault], _udd=told, **headers)  # type: ignore[no-any-return]


def context_of(call: Any) -> Context:
    context: Context = call.udc
    return context


def right_of(method: Any) -> str:
    """An operation that was offered without a right has none that anybody could hold."""
    return str(method.udd["right"])


def is_public(method: Any) -> bool:
    """Whether anybody may call it, without being known."""
    return may(ANONYMOUS, right_of(method)) and not method.udd["for_systems"]


def takes_files(method: Any) -> bool:
    return bool(method.udd["takes_files"])


def notice_of(method: Any, today: date, language: str) -> str:
    """What the caller is told of the end of the operation; empty where none is in sight."""
    until: date | None = method.udd["until"]
    if until is None:
        return ""
    if today > until:
        raise NotFound("soap.retired", GONE, day=until.isoformat())
    return translate(language, GOING, day=until.isoformat())
