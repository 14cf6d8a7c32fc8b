"""What people do on pages a system does by messages; what it cannot is listed with the reason, and nothing else."""

import csv
import importlib
import pkgutil
from pathlib import Path

import pytest

import app
from app.core.operation import OPERATIONS
from app.core.policy import policy
from app.core.roles import Role
from app.factory import create_app
from app.settings import Settings
from app.web.guards import action_of
from soap.calls import Calls
from soap.services import right_of
from soap.wsgi import SERVICES

LIST = Path(__file__).with_name("without_soap_twin.csv")


@pytest.fixture(scope="module")
def of_people(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Actions of routes and operations; what the system alone may do is done by the worker and by commands."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if ".operations" in module.name:
            importlib.import_module(module.name)
    instance = str(tmp_path_factory.mktemp("instance"))
    portal = create_app(Settings.from_environment({"EGOMRUK_INSTANCE": instance, "EGOMRUK_SECRET_KEY": "test " * 10}))
    with portal.app_context():
        actions = {action_of(rule.endpoint) for rule in portal.url_map.iter_rules()} | OPERATIONS.keys()
    return {name for name, rule in policy().items() if name in actions and rule.roles != {Role.SYSTEM}}


@pytest.fixture(scope="module")
def of_systems() -> set[str]:
    methods = Calls(SERVICES, "http://localhost/soap").application.interface.service_method_map.values()
    return {right_of(method) for found in methods for method in found}


@pytest.fixture(scope="module")
def exempt() -> dict[str, str]:
    with LIST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["action"] for row in rows}) == len(rows)
    return {row["action"]: row["reason"].strip() for row in rows}


def test_what_pages_offer_is_offered_to_systems_or_exempt(
    of_people: set[str], of_systems: set[str], exempt: dict[str, str]
) -> None:
    assert sorted(of_people - of_systems - exempt.keys()) == []


def test_exemption_has_a_reason_and_is_needed(
    of_people: set[str], of_systems: set[str], exempt: dict[str, str]
) -> None:
    assert [action for action, reason in exempt.items() if not reason] == []
    assert sorted(exempt.keys() - of_people) == []
    assert sorted(exempt.keys() & of_systems) == []


def test_list_is_in_the_order_of_the_policy_table(exempt: dict[str, str]) -> None:
    order = list(policy())
    assert list(exempt) == sorted(exempt, key=order.index)
