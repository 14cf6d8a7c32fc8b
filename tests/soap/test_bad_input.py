"""What a caller gets wrong: each with its stable code, the field, and words in the language that he asked for."""

import pytest

from soap.versions import NAMESPACE, Version
from tests.soap.callers import Caller, detail_of
from tests.soap.registered import PIN, Gateway, refused, request_header

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
LISTED = "<ListServices xmlns='{}'>{}</ListServices>"


def dated(at: str) -> str:
    return f"<Date xmlns='{NAMESPACE}'><at>{at}</at></Date>"


def asked(inner: str) -> str:
    return LISTED.format(NAMESPACE, inner)


WRONG = {
    "unknown operation": (f"<Nothing xmlns='{NAMESPACE}'/>", "Client.NotFound", "soap.operation", "Nothing"),
    "another version": ("<Ping xmlns='urn:e-gomruk:services:v2'/>", "Client.NotFound", "soap.contract", "Ping"),
    "no namespace": ("<Ping/>", "Client.NotFound", "soap.contract", "Ping"),
    "naive time": (dated("2026-01-01T10:00:00"), "Client.Validation", "schema.pattern_valid", "at"),
    "end of the day": (dated("2026-01-01T24:00:00Z"), "Client.Validation", "soap.value", "at"),
    "year 10000": (dated("10000-01-01T00:00:00Z"), "Client.Validation", "soap.value", "at"),
    "no such day": (dated("2026-02-30T00:00:00Z"), "Client.Validation", "schema.datatype_valid_1_2_1", "at"),
    "empty choice": (asked("<language/>"), "Client.Validation", "schema.enumeration_valid", "language"),
    "empty truth": (asked("<withoutLogin/>"), "Client.Validation", "schema.datatype_valid_1_2_1", "withoutLogin"),
    "nil in required": (
        f"<Date xmlns='{NAMESPACE}'><at {XSI} i:nil='true'/></Date>",
        "Client.Validation",
        "schema.elt_3_1",
        "at",
    ),
    "nil in optional": (asked(f"<query {XSI} i:nil='true'/>"), "Client.Validation", "schema.elt_3_1", "query"),
    "missing": (f"<Date xmlns='{NAMESPACE}'/>", "Client.Validation", "schema.element_content", "Date"),
    "twice": (asked("<query>a</query><query>b</query>"), "Client.Validation", "schema.element_content", "query"),
    "wrong order": (
        asked("<query>a</query><language>az</language>"),
        *("Client.Validation", "schema.element_content", "language"),
    ),
    "included file": (
        dated("<x:Include xmlns:x='http://www.w3.org/2004/08/xop/include' href='file:///etc/hostname'/>"),
        "Client.Validation",
        "schema.type_3_1_2",
        "at",
    ),
}
WORDS = {"az": ("Mesaj", "Xidmətdə"), "en": ("The ",), "ru": ("Сообщение", "Пространство", "В ")}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_named(caller: Caller, version: Version, name: str, language: str) -> None:
    body, code, rule, field = WRONG[name]
    header = f"<e:Header><RequestHeader xmlns='{NAMESPACE}'><language>{language}</language></RequestHeader></e:Header>"
    detail = detail_of(caller(body, version, header=header))
    assert (detail["code"], detail["rule"], detail["field"]) == ([code], [rule], [field])
    assert detail["message"][0].startswith(WORDS[language]), detail["message"]


def test_empty_text_is_a_text(caller: Caller, version: Version) -> None:
    for optional in ("<text/>", "<text></text>", ""):
        response = caller(f"<Ping xmlns='{NAMESPACE}'>{optional}</Ping>", version)
        assert response.status_code == 200
        assert ("<text>" in response.text) is bool(optional)


HEADERS = {
    "unknown language": ("<language>xx</language>", "schema.enumeration_valid", "language"),
    "person": ("<actingPerson>7ef9g4h</actingPerson>", "schema.pattern_valid", "actingPerson"),
    "principal": ("<principal>99</principal>", "schema.pattern_valid", "principal"),
    "long number": (f"<messageId>{'a' * 65}</messageId>", "schema.maxlength_valid", "messageId"),
    "number with a blank": ("<messageId>a b</messageId>", "schema.pattern_valid", "messageId"),
    "what nobody knows": ("<password>secret</password>", "schema.element_content", "password"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_header_is_held_against_the_schema(caller: Caller, version: Version, name: str) -> None:
    inner, rule, field = HEADERS[name]
    header = f"<e:Header><RequestHeader xmlns='{NAMESPACE}'>{inner}</RequestHeader></e:Header>"
    detail = detail_of(caller(f"<Ping xmlns='{NAMESPACE}'/>", version, header=header))
    assert (detail["code"], detail["rule"], detail["field"]) == (["Client.Validation"], [rule], [field])


def test_header_that_stands_twice_is_refused(caller: Caller, version: Version) -> None:
    twice = f"<RequestHeader xmlns='{NAMESPACE}'/>" * 2
    detail = detail_of(caller(f"<Ping xmlns='{NAMESPACE}'/>", version, header=f"<e:Header>{twice}</e:Header>"))
    assert (detail["rule"], detail["field"]) == (["soap.header_twice"], ["RequestHeader"])


def test_nothing_of_a_refused_message_is_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = "5GT0P2Q"
    for body in (asked(f"<language>{secret}</language>"), f"<{secret}/>", dated(f"{secret}"), f"<{secret}"):
        caller(body)
    assert secret not in caplog.text + str([vars(record) for record in caplog.records])


@pytest.mark.parametrize(("language", "word"), [("az", "Bu VÖEN"), ("en", "You"), ("ru", "У")])
def test_wrong_principal_is_named_in_the_language_of_the_caller(gateway: Gateway, language: str, word: str) -> None:
    header = request_header(PIN, "9900000301").replace(
        "</RequestHeader", f"<language>{language}</language></RequestHeader"
    )
    answer = gateway.call(gateway.signed(header=header))
    assert (refused(answer), detail_of(answer)["field"]) == ("access.principal", ["principal"])
    assert detail_of(answer)["message"][0].startswith(word)
