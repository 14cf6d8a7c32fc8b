"""From the body of a message to the method and back. Spyne holds the contract."""

import logging
from dataclasses import dataclass
from typing import Any, Self

from lxml import etree
from spyne import Application, ServiceBase
from spyne.protocol.soap import Soap11

from app.core.context import Context
from app.core.errors import N_, Invalid, NotFound
from app.core.policy import authorise
from soap.compiled import Read, Types, Unreadable, Write, fields
from soap.contract import NAME, Schema, describe, methods
from soap.services import right_of
from soap.versions import NAMESPACE

# Spyne would write whole messages, and with them personal data, to the log.
logging.getLogger("spyne").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Call:
    """What a method finds of Spyne's record of a call: its own data, which are the context."""

    udc: Context


class BrokenAnswer(Exception):
    """A method returned what the contract does not allow."""


@dataclass(frozen=True, slots=True)
class Codec:
    """The body of a call to one operation, and that of its answer."""

    arguments: tuple[str, ...]
    read: Read
    opening: str
    closing: str
    write: Write

    @classmethod
    def of(cls, method: Any, types: Types) -> Self:
        (result,) = fields(method.out_message).values()
        name, element = method.out_message.get_type_name(), f"{method.name}Result"
        opening = f'<{name} xmlns="{NAMESPACE}"><{element}>'
        arguments = tuple(fields(method.in_message))
        return cls(arguments, types.reader(method.in_message), opening, f"</{element}></{name}>", types.writer(result))


class Calls:
    def __init__(self, services: tuple[type[ServiceBase], ...], address: str) -> None:
        # Spyne demands protocols; what they would do is done by the compiled types.
        self.application = Application(services, NAMESPACE, name=NAME, in_protocol=Soap11(), out_protocol=Soap11())
        self.application.transport = "http://schemas.xmlsoap.org/soap/http"
        self.schema = Schema(describe(self.application, address))
        types = Types()
        self._codecs = {method.name: Codec.of(method, types) for method in methods(self.application)}

    def method(self, message: etree._Element) -> Any:
        """The operation that the message asks for, as Spyne describes it."""
        found = self.application.interface.service_method_map.get(message.tag)
        if found:
            return found[0]
        name = etree.QName(message)
        if name.namespace != NAMESPACE:
            text = N_("Mesajın ad fəzası bu müqavilənin deyil; düzgün ad fəzası: «{namespace}».")
            raise NotFound("soap.contract", text, field=name.localname, namespace=NAMESPACE)
        raise NotFound("soap.operation", N_("Xidmətdə belə bir əməliyyat yoxdur."), field=name.localname)

    def answer(self, context: Context, method: Any, message: etree._Element) -> bytes:
        """Raises what the method raises; the guard around all calls makes a fault of it."""
        authorise(context.actor, right_of(method))
        codec = self._codecs[method.name]
        self.schema.check(message)
        return self._write(codec, method.function(Call(context), *_read(codec, message)))

    def _write(self, codec: Codec, result: Any) -> bytes:
        """The answer as XML, never sent unless the schema has looked at it."""
        answer = f"{codec.opening}{codec.write(result)}{codec.closing}".encode()
        read_back = etree.fromstring(answer)
        try:
            self.schema.check(read_back)
        except Invalid as error:
            raise BrokenAnswer(f"{read_back.tag}: {error.problems[0].field}: {error}") from None
        return answer


def _read(codec: Codec, message: etree._Element) -> list[Any]:
    try:
        asked = codec.read(message)
    except Unreadable as error:
        text = N_("Mesajda oxunmayan qiymət var.")
        raise Invalid("soap.value", text, field=error.element) from None
    return [getattr(asked, name) for name in codec.arguments]
