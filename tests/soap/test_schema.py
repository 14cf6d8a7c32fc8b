"""Messages are held against the contract's schema, and what is said of one never tells of another."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from soap.versions import NAMESPACE, Version
from tests.soap.callers import Caller, detail_of
from tests.soap.trials import SECRET

ROUNDS = 150
THREADS = 4


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        (
            f"<ListServices xmlns='{NAMESPACE}'><language>{SECRET}</language></ListServices>",
            "language",
            "schema.enumeration_valid",
        ),
        (
            f"<ListServices xmlns='{NAMESPACE}'><withoutLogin>{SECRET}</withoutLogin></ListServices>",
            "withoutLogin",
            "schema.datatype_valid_1_2_1",
        ),
        (
            f"<ListServices xmlns='{NAMESPACE}'><other>{SECRET}</other></ListServices>",
            "other",
            "schema.element_content",
        ),
        (f"<ListServices xmlns='{NAMESPACE}' a='{SECRET}'/>", "ListServices", "schema.complex_type_3_2_1"),
        (f"<Ping xmlns='{NAMESPACE}'><text>{SECRET * 100}</text></Ping>", "text", "schema.maxlength_valid"),
    ],
)
def test_schema_names_place_and_rule_without_value(
    caller: Caller, version: Version, body: str, field: str, rule: str
) -> None:
    response = caller(body, version)
    detail = detail_of(response)
    assert (detail["code"], detail["field"], detail["rule"]) == (["Client.Validation"], [field], [rule])
    assert SECRET not in response.text


def test_schema_refuses_another_type(caller: Caller, version: Version) -> None:
    body = f"<Ping xmlns='{NAMESPACE}' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='ListServices'/>"
    assert detail_of(caller(body, version))["code"] == ["Client.Validation"]


def test_schema_of_threads_never_tells_of_another(caller: Caller) -> None:
    together = Barrier(THREADS)

    def complain(thread: int) -> set[str]:
        """Sends what only this thread sends, and collects what the faults speak of."""
        body = f"<Ping xmlns='{NAMESPACE}'><mine{thread}>{SECRET}</mine{thread}></Ping>"
        together.wait()
        return {detail_of(caller(body))["field"][0] for _ in range(ROUNDS)}

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(complain, range(THREADS))) == [{f"mine{thread}"} for thread in range(THREADS)]
