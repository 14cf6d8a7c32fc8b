"""Which system calls and for whom: from the certificate to the actor, under whose rights the operation then runs."""

from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from app.accounts.queries import actor_named
from app.core.clock import baku_date
from app.core.context import Actor, Context
from app.core.errors import N_, Invalid, NotAllowed
from app.core.operation import OPERATIONS
from app.core.roles import Assurance
from app.systems.operations import note_signature
from app.systems.queries import find_system
from app.systems.rules import System
from soap import xroad
from soap.gate import REQUEST_HEADER, Call
from soap.headers import Asked
from soap.security import Signed, read_signature
from soap.services import right_of


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the header of a message, read and checked; whether it is believed is another question."""

    asked: Asked
    hub: xroad.Headers

    @property
    def message_id(self) -> str:
        return self.hub.message_id or self.asked.message_id

    @property
    def person(self) -> str:
        return self.hub.person or self.asked.person


def identify(context: Context, call: Call, envelope: Envelope, method: Any, presented: str) -> Context:
    """The context of the call. `presented` is the SHA-256 of the certificate that a trusted proxy has verified."""
    _check_agreement(envelope)
    system = _system(context, call, presented)
    if system is None:
        _refuse_names(envelope)
        if method.udd["for_systems"]:
            message = N_("Bu əməliyyatı yalnız qeydiyyatdan keçmiş sistem çağıra bilər.")
            raise NotAllowed("systems.needed", message)
        return _numbered(context, envelope, right_of(method))
    if not system.may_call(method.name):
        message = N_("Bu sistemə «{operation}» əməliyyatı açılmayıb.")
        raise NotAllowed("systems.operation", message, operation=method.name)
    actor, through = _actor(context, system, envelope)
    return _numbered(replace(context, actor=actor, through=through), envelope, right_of(method))


def _check_agreement(envelope: Envelope) -> None:
    """Who acts may stand in either header; two different persons are none."""
    if envelope.hub.person and envelope.asked.person not in ("", envelope.hub.person):
        message = N_("userId və RequestHeader başlıqlarında müxtəlif şəxslər göstərilib.")
        raise Invalid("xroad.person", message, field="userId")


def _system(context: Context, call: Call, presented: str) -> System | None:
    now = context.clock.now()
    signed = read_signature(call.envelope, call.headers, now)
    if signed is None and not presented:
        return None
    if signed is not None and presented and signed.sha256 != presented:
        raise NotAllowed("security.two", N_("Mesajı imzalayan sertifikat bağlantının sertifikatı deyil."))
    system = find_system(context.session, signed.sha256 if signed else presented, baku_date(now))
    if signed is not None:
        if not presented:
            _check_covered(call, signed)
        _refuse_copy(context, signed)
    return system


def _check_covered(call: Call, signed: Signed) -> None:
    """Where the signature is the only proof, it must reach whatever says who acts and under which number."""
    for block in call.headers:
        says_something = block.tag == REQUEST_HEADER or xroad.is_of_protocol(block)
        if says_something and block not in signed.covered:
            name = etree.QName(block).localname
            message = N_("«{name}» başlığı imzalanmayıb: o da mesajın imzası ilə əhatə olunmalıdır.")
            raise NotAllowed("security.unsigned_header", message, field=name, name=name)


def _refuse_copy(context: Context, signed: Signed) -> None:
    if not note_signature(context, signed.digest, signed.until):
        raise NotAllowed(
            "security.replayed", N_("Bu imzalanmış mesaj artıq qəbul edilib. Yeni vaxt və imza ilə göndərin.")
        )


def _refuse_names(envelope: Envelope) -> None:
    """Whoever shows nothing speaks for nobody; to ignore the name would let him believe that he does."""
    if envelope.person or envelope.asked.principal:
        raise NotAllowed(
            "systems.anonymous", N_("Şəxsin adından yalnız qeydiyyatdan keçmiş sistem müraciət edə bilər.")
        )


def _actor(context: Context, system: System, envelope: Envelope) -> tuple[Actor, str]:
    reference = f"system:{system.code}"
    if not envelope.person:
        own = Actor(frozenset({system.role}), system.name, reference, office=system.office, assurance=Assurance.STRONG)
        return own, ""
    if not system.speaks_for_persons:
        raise NotAllowed(
            "systems.own_name", N_("Bu sistem yalnız öz adından müraciət edə bilər."), field="actingPerson"
        )
    actor = actor_named(context.session, envelope.person, envelope.asked.principal, context.clock.now())
    return actor, reference


def _numbered(context: Context, envelope: Envelope, right: str) -> Context:
    """What changes something needs the number by which a repetition is known."""
    if right in OPERATIONS and not envelope.message_id:
        raise Invalid("soap.message_id", N_("Bu əməliyyat üçün messageId tələb olunur."), field="messageId")
    return replace(context, idempotency_key=envelope.message_id or None)
