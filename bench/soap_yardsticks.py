"""Three servers of one contract in one process: our gateway, stock Spyne, and bare lxml with the contract's schema.

The bare application is what somebody would write by hand who trusts his callers: it parses, holds the message against
the schema, takes every value out, and builds the answer, without a gate, headers, faults, rights or a log.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from lxml import etree
from spyne import Application
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from app.cli.serve import serve_application
from app.factory import create_app
from app.settings import Settings
from bench.soap_service import AT, Declarations, Plain, declaration
from soap.calls import Calls
from soap.contract import SCHEMA, describe
from soap.gateway import PATH
from soap.versions import NAMESPACE, SOAP_1_1
from soap.wsgi import Doors

TNS = f"{{{NAMESPACE}}}"
Values = list[tuple[str, Any]]


def create_application(settings: Settings) -> WSGIApplication:
    ways: dict[str, WSGIApplication] = {
        PATH: Doors(create_app(settings), settings, (Declarations,)),
        "/stock": stock(),
        "/bare": Bare(),
    }

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        way = ways.get(environ["PATH_INFO"])
        if way is None:
            start_response("200 OK", [("Content-Length", "0")])
            return [b""]
        return way(environ, start_response)

    return application


def stock() -> WSGIApplication:
    protocols = {"in_protocol": Soap11(validator="lxml"), "out_protocol": Soap11()}
    application: WSGIApplication = WsgiApplication(Application((Declarations,), NAMESPACE, name="EGomruk", **protocols))
    return application


def wsdl() -> bytes:
    return describe(Calls((Declarations,), "http://127.0.0.1/").application, "http://127.0.0.1/", (SOAP_1_1,))


class Bare:
    def __init__(self) -> None:
        (schema,) = etree.fromstring(wsdl()).iterfind(f".//{SCHEMA}schema[@targetNamespace='{NAMESPACE}']")
        self._schema = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
        self._kept = declaration()
        self._operations: dict[str, Callable[[Values], Plain]] = {
            f"{TNS}Echo": lambda asked: {"EchoResult": {"text": asked[0][1], "at": AT.isoformat()}},
            f"{TNS}Submit": self._submit,
            f"{TNS}Get": lambda _: {"GetResult": self._kept},
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        (message,) = etree.fromstring(content, parser)[-1]
        self._schema.assertValid(message)
        result = self._operations[message.tag](values(message))
        envelope = etree.Element(SOAP_1_1.tag("Envelope"), nsmap={"soap": SOAP_1_1.namespace, "tns": NAMESPACE})
        body = etree.SubElement(envelope, SOAP_1_1.tag("Body"))
        build(etree.SubElement(body, f"{message.tag}Response"), result)
        answer = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
        start_response("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(answer)))])
        return [answer]

    def _submit(self, asked: Values) -> Plain:
        ((_, sent),) = asked
        items = [dict(held) for name, held in sent if name == f"{TNS}item"]
        total = sum(round(float(item[f"{TNS}value"]) * 100) for item in items)
        receipt = {"number": "26AZ0001", "items": str(len(items)), "total": f"{total / 100:.2f}"}
        return {"SubmitResult": receipt}


def values(element: etree._Element) -> Values:
    return [(child.tag, values(child) if len(child) else child.text) for child in element]


def build(parent: etree._Element, plain: Plain) -> None:
    for name, held in plain.items():
        for one in held if isinstance(held, list) else [held]:
            child = etree.SubElement(parent, TNS + name)
            if isinstance(one, dict):
                build(child, one)
            else:
                child.text = one


def main() -> int:
    return serve_application(Settings.from_environment(), create_application, {}, lambda: None)


if __name__ == "__main__":
    sys.exit(main())
