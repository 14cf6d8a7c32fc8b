"""From the body of a message to the method and back. Spyne holds the contract and reads and writes its types."""

import logging
from typing import Any

from lxml import etree
from spyne import Application, Fault, MethodContext, ServiceBase
from spyne.protocol.soap import Soap11
from spyne.server import ServerBase

from app.core.context import Context
from app.core.errors import N_, Invalid, NotFound
from app.core.policy import authorise
from soap.contract import NAME, Schema, describe
from soap.services import right_of
from soap.versions import NAMESPACE

# Spyne would write whole messages, and with them personal data, to the log.
logging.getLogger("spyne").setLevel(logging.CRITICAL)


class Transport(ServerBase):
    transport = "http://schemas.xmlsoap.org/soap/http"


class BrokenAnswer(Exception):
    """A method returned what the contract does not allow."""


class Calls:
    def __init__(self, services: tuple[type[ServiceBase], ...], address: str) -> None:
        protocols = {"in_protocol": Soap11(parse_xsi_type=False), "out_protocol": Soap11()}
        self.application = Application(services, NAMESPACE, name=NAME, **protocols)
        self._transport = Transport(self.application)
        self.schema = Schema(describe(self.application, address))

    def method(self, message: etree._Element) -> Any:
        """The operation that the message asks for, as Spyne describes it."""
        found = self.application.interface.service_method_map.get(message.tag)
        if not found:
            raise NotFound("soap.operation", N_("Xidmətdə belə bir əməliyyat yoxdur."))
        return found[0]

    def answer(self, context: Context, method: Any, message: etree._Element) -> etree._Element:
        """Raises what the method raises; the guard around all calls makes a fault of it."""
        authorise(context.actor, right_of(method))
        call = MethodContext(self._transport, MethodContext.SERVER)
        call.descriptor, call.udc = method, context
        self.schema.check(message)
        call.in_object = self._read(call, message)
        return self._write(call, self.application.call_wrapper(call))

    def _read(self, call: MethodContext, message: etree._Element) -> Any:
        try:
            return self.application.in_protocol.from_element(call, call.descriptor.in_message, message)
        except (ValueError, ArithmeticError, Fault):
            # The schema allows a few values that Python's types do not hold, such as the time 24:00:00.
            raise Invalid("soap.value", N_("Mesajda oxunmayan qiymət var.")) from None

    def _write(self, call: MethodContext, result: Any) -> etree._Element:
        """The answer as XML. Spyne does not check what it sends, so that the schema does."""
        kind = call.descriptor.out_message
        (name,) = kind.get_flat_type_info(kind)
        parent = etree.Element("answer", nsmap={"tns": NAMESPACE})
        self.application.out_protocol.to_parent(call, kind, kind(**{name: result}), parent, kind.get_namespace())
        (answer,) = parent
        try:
            self.schema.check(answer)
        except Invalid as error:
            raise BrokenAnswer(f"{call.descriptor.name}: {error.problems[0].field}: {error}") from None
        return answer
