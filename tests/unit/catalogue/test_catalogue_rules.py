"""The catalogue: its texts are whole and true to the regulations, and its search finds them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from app.catalogue.rules import LANGUAGES, Login, Service, load_services, read_services, read_text, search

SERVICES = load_services()
BY_SLUG = {service.slug: service for service in SERVICES}
CONTENT = files("app.catalogue") / "content"
GENERAL_ACTS = {"429", "191"}

# What scripts and other systems hold on to: the services in order, where they stand and what they are over SOAP.
CONTRACT = {
    "declaration-info": "GetDeclarationInfo",
    "border-goods": "ListBorderGoods RegisterBorderGoods",
    "declarations": "CreateDeclaration UpdateDeclaration GetDeclaration ListDeclarations CheckDeclaration "
    "AttachDocument GetSigningPayload AddSignature ConfirmDeclaration SubmitDeclaration GetDeclarationStatus "
    "WithdrawDeclaration RequestAmendment GetSignedDeclaration GetDeclarationPdf",
    "passenger-declarations": "CreatePassengerDeclaration GetPassengerDeclaration",
    "payments": "ListPayments StartPayment ConfirmPayment GetReceipt",
    "gooen": "LookupPerson IssueGooen ReportPersonDataError CheckGooen",
    "goods-search": "SearchGoods",
    "tariff": "GetTariff CalculatePayments",
    "vehicle-duty": "CalculateVehicleDuty",
    "clearance-documents": "UploadDocument ListDocuments",
    "statistics": "GetStatistics",
}


def sentences(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from sentences(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from sentences(getattr(part, field.name))


def figures(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:[./]\d+)*", text))


def facts() -> list[dict[str, str]]:
    table = Path(__file__).with_name("regulation_facts.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(table.splitlines()))


def found(language: str, query: str, *, without_login: bool = False) -> list[str]:
    return [service.slug for service in search(SERVICES, language, query, without_login=without_login)]


# The table of services


def test_services_stand_where_the_contract_says() -> None:
    assert [service.number for service in SERVICES] == [f"X{number}" for number in range(1, 12)]
    assert [(service.slug, service.path) for service in SERVICES] == [(slug, f"/{slug}") for slug in CONTRACT]
    assert {service.slug: " ".join(service.soap_operations) for service in SERVICES} == CONTRACT


def test_services_ask_for_login_as_the_catalogue_says() -> None:
    logins = {login: {service.slug for service in SERVICES if service.needs_login is login} for login in Login}
    assert logins[Login.YES] == {"border-goods", "declarations", "clearance-documents", "statistics"}
    assert logins[Login.EITHER] == {"declaration-info", "passenger-declarations", "payments"}
    assert logins[Login.NO] == {"gooen", "goods-search", "tariff", "vehicle-duty"}


# The texts


def test_content_holds_exactly_one_file_per_service_and_language() -> None:
    wanted = {f"{slug}.{language}.toml" for slug in CONTRACT for language in LANGUAGES}
    assert {file.name for file in CONTENT.iterdir()} == wanted


@pytest.mark.parametrize("slug", CONTRACT)
def test_texts_say_the_same_in_every_language(slug: str) -> None:
    """Equal figures and equally many steps: a number lost or changed by a translator is found here."""
    texts = BY_SLUG[slug].texts
    for part in ("guide", "guide_notes", "regulation"):
        assert len({repr(sorted(figures(" ".join(sentences(getattr(text, part)))))) for text in texts.values()}) == 1
    for part in ("guide", "guide_notes"):
        assert len({len(getattr(text, part)) for text in texts.values()}) == 1
    for part in ("legal_basis", "contacts", "documents", "procedure", "disputes"):
        assert len({len(getattr(text.regulation, part)) for text in texts.values()}) == 1


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: f"{fact['slug']}-{fact['clause']}-{fact['paragraph']}")
def test_regulation_states_the_fact_in_every_language(fact: dict[str, str]) -> None:
    for language in LANGUAGES:
        paragraph = getattr(BY_SLUG[fact["slug"]].texts[language].regulation, fact["paragraph"])
        assert fact[language] in " ".join(sentences(paragraph))


@pytest.mark.parametrize("slug", sorted(CONTRACT.keys() - {"declarations", "statistics"}))
def test_services_without_published_regulation_cite_only_general_acts(slug: str) -> None:
    for text in BY_SLUG[slug].texts.values():
        *acts, own_description = text.regulation.legal_basis
        assert len(acts) == len(GENERAL_ACTS)
        assert all(figures(act).keys() & GENERAL_ACTS for act in acts)
        assert not figures(own_description)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.slug)
def test_texts_name_the_portal_s_own_page_and_no_currency_sign(service: Service) -> None:
    for text in service.texts.values():
        assert service.path in text.regulation.place
        assert "₼" not in " ".join(sentences(text))


# Strict reading


def test_reading_refuses_an_unknown_entry_and_names_the_file() -> None:
    content = (CONTENT / "gooen.az.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=r"gooen\.az\.toml: missing \[\], unknown \['colour'\]"):
        read_text('colour = "red"\n' + content, "gooen.az.toml")


def test_reading_refuses_a_missing_paragraph_and_names_it() -> None:
    content = (CONTENT / "gooen.az.toml").read_text(encoding="utf-8")
    without_fee = re.sub(r"(?m)^fee = .*$", "", content)
    with pytest.raises(ValueError, match=r"gooen\.az\.toml, regulation: missing \['fee'\]"):
        read_text(without_fee, "gooen.az.toml")


@pytest.mark.parametrize("entry", ['""', '" "', "[]", "7"])
def test_reading_refuses_an_entry_that_says_nothing(entry: str) -> None:
    content = (CONTENT / "gooen.az.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=r"gooen\.az\.toml, purpose"):
        read_text(re.sub(r"(?m)^purpose = .*$", f"purpose = {entry}", content), "gooen.az.toml")


def test_reading_refuses_what_is_not_toml_and_names_the_file() -> None:
    with pytest.raises(ValueError, match=r"gooen\.az\.toml: "):
        read_text("name = ", "gooen.az.toml")


@pytest.mark.parametrize(
    "row",
    ["X6,gooen,/gooen,maybe,procedure,IssueGooen,no", "X6,gooen,/gooen,no,other,IssueGooen,no", "X6,gooen,/gooen,no"],
)
def test_table_refuses_a_row_with_a_fault_and_names_the_file(row: str) -> None:
    header = "number,slug,path,needs_login,group,soap_operations,available"
    with pytest.raises(ValueError, match=r"services\.csv"):
        read_services(f"{header}\n{row}", "services.csv")


def test_table_refuses_other_columns_and_names_the_file() -> None:
    with pytest.raises(ValueError, match=r"services\.csv: missing .*'available'.*, unknown \['colour'\]"):
        read_services("number,slug,colour\nX6,gooen,red", "services.csv")


# Search


def test_search_without_words_gives_all_in_order() -> None:
    assert found("az", "") == found("ru", "  ") == list(CONTRACT)


def test_search_keeps_what_works_without_login() -> None:
    assert found("az", "", without_login=True) == [
        service.slug for service in SERVICES if service.needs_login is not Login.YES
    ]
    assert found("az", "statistika", without_login=True) == []


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("az", "gööen", "gooen"),
        ("az", "ödəyicinin nömrəsi", "gooen"),
        ("az", "sərhəd", "border-goods"),
        ("az", "maşın", "vehicle-duty"),
        ("az", "STATİSTİKA", "statistics"),
        ("az", "sənədlərin skanı", "clearance-documents"),
        ("az", "ödəniş kodu", "payments"),
        ("en", "car duty", "vehicle-duty"),
        ("en", "track declaration", "declaration-info"),
        ("en", "traveller", "passenger-declarations"),
        ("en", "commodity code", "goods-search"),
        ("ru", "пошлина на авто", "vehicle-duty"),
        ("ru", "оплатить", "payments"),
        ("ru", "отчет", "statistics"),
        ("ru", "ТАМОЖЕННЫЙ ТАРИФ", "tariff"),
    ],
)
def test_search_finds_the_service_a_reader_means(language: str, query: str, first: str) -> None:
    assert found(language, query)[:1] == [first]


@pytest.mark.parametrize(
    ("plain", "written"),
    [("gomruk", "gömrük"), ("beyanname", "bəyannamə"), ("serhed", "SƏRHƏD"), ("odenis", "ödəniş"), ("IDXAL", "idxal")],
)
def test_search_reads_words_typed_without_diacritics(plain: str, written: str) -> None:
    assert found("az", plain)
    assert found("az", plain) == found("az", written)


@pytest.mark.parametrize(
    ("language", "inflected", "plain"), [("az", "gömrüyün", "gömrük"), ("ru", "декларацию", "декларация")]
)
def test_search_reads_a_word_with_another_ending(language: str, inflected: str, plain: str) -> None:
    assert set(found(language, plain)) <= set(found(language, inflected))


@pytest.mark.parametrize(("language", "query"), [("az", "kəpənək"), ("en", "butterfly"), ("ru", "бабочка")])
def test_search_says_when_nothing_is_found(language: str, query: str) -> None:
    assert found(language, query) == []
    assert found(language, f"gömrük {query}") == []


def test_search_knows_keywords_of_every_language() -> None:
    assert found("ru", "maşın") == found("en", "машина") == found("az", "automobile") == ["vehicle-duty"]


def test_search_puts_names_before_purposes_before_keywords() -> None:
    texts = {service.slug: service.texts["az"] for service in SERVICES}
    order = found("az", "idxal")
    in_name = ["idxal" in f"{texts[slug].name} {texts[slug].short_name}".lower() for slug in order]
    assert in_name == sorted(in_name, reverse=True)
    assert order.index("statistics") < order.index("border-goods")


def test_search_stops_reading_an_endless_query() -> None:
    assert found("az", "gömrük " * 100_000) == found("az", "gömrük")
