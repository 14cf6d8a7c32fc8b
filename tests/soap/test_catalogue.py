"""The two public operations as a strict client sees them, in both versions of SOAP."""

from datetime import datetime
from typing import Any

import pytest

from app.catalogue.rules import load_services

AZERBAIJANI = "Gömrük bəyannaməsi: İ ı ə ğ ş ç ö ü «5 > 3 & 2»"


def test_ping_says_text_back(zeep: Any, now: datetime) -> None:
    answer = zeep.Ping(text=AZERBAIJANI)
    assert (answer.text, answer.at, answer.version) == (AZERBAIJANI, now, "1.2")
    assert answer.at.utcoffset() is not None


def test_ping_without_text(zeep: Any) -> None:
    assert zeep.Ping().text is None


def test_list_services_all_in_order(zeep: Any) -> None:
    services = zeep.ListServices().service
    assert zeep.ListServices().total == len(services)
    assert [service.number for service in services] == [f"X{number}" for number in range(1, 12)]


def test_list_services_entry_is_whole(zeep: Any) -> None:
    (service,) = [one for one in zeep.ListServices(language="az").service if one.slug == "gooen"]
    (known,) = [one for one in load_services() if one.slug == "gooen"]
    assert (service.number, service.path, service.needsLogin) == (known.number, known.path, "no")
    assert (service.name, service.purpose) == (known.texts["az"].name, known.texts["az"].purpose)
    assert service.available is known.available


@pytest.mark.parametrize(("language", "letters"), [("az", "ə"), ("en", "the"), ("ru", "ж")])
def test_list_services_in_language(zeep: Any, language: str, letters: str) -> None:
    assert any(letters in service.purpose for service in zeep.ListServices(language=language).service)


def test_list_services_query_finds_by_letters_of_another_keyboard(zeep: Any) -> None:
    assert zeep.ListServices(query="GÖÖEN").service[0].slug == "gooen"
    assert zeep.ListServices(query="gooen").service[0].slug == "gooen"


def test_list_services_without_login(zeep: Any) -> None:
    needs = {service.needsLogin for service in zeep.ListServices(withoutLogin=True).service}
    assert needs == {"no", "either"}


def test_list_services_nothing_found(zeep: Any) -> None:
    answer = zeep.ListServices(query="qqqqqqqq")
    assert (answer.total, answer.service) == (0, [])
