"""Operations that go: announced in the WSDL and in every answer, and refused with a reason after their last day."""

import pytest
from lxml import etree

from soap.gateway import PATH
from soap.versions import NAMESPACE, Version
from tests.soap.callers import Caller, detail_of

HEADER = "<e:Header><RequestHeader xmlns='{}'><language>{}</language></RequestHeader></e:Header>"


@pytest.mark.parametrize(("language", "words"), [("az", "sonuncu günü"), ("en", "The last day"), ("ru", "Последний")])
def test_end_is_announced_with_every_answer(caller: Caller, version: Version, language: str, words: str) -> None:
    answer = caller(f"<Going xmlns='{NAMESPACE}'/>", version, header=HEADER.format(NAMESPACE, language))
    notice = etree.fromstring(answer.data).findtext(f".//{{{NAMESPACE}}}notice") or ""
    assert words in notice
    assert "2027-11-20" in notice


def test_end_stands_in_the_wsdl(caller: Caller) -> None:
    root = etree.fromstring(caller.http.get(f"{PATH}?wsdl").data)
    (operation,) = root.iterfind("{*}portType/{*}operation[@name='Going']")
    assert ["2027-11-20" in (notes.text or "") for notes in operation[0].iterchildren("{*}notes")] == [True, True]


def test_operation_is_refused_after_its_last_day(caller: Caller, version: Version) -> None:
    detail = detail_of(caller(f"<Gone xmlns='{NAMESPACE}'/>", version))
    assert (detail["code"], detail["rule"]) == (["Client.NotFound"], ["soap.retired"])
    assert "2026-11-19" in detail["message"][0]


def test_others_have_no_notice(caller: Caller, version: Version) -> None:
    answer = caller(f"<Ping xmlns='{NAMESPACE}'/>", version)
    assert etree.fromstring(answer.data).findtext(f".//{{{NAMESPACE}}}notice") is None
