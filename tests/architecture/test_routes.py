"""Routes, operations and SOAP calls stand on one policy table, and nothing stands in it that none of them needs."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from flask import Flask

import app
from app.core.operation import OPERATIONS
from app.core.policy import policy
from app.factory import create_app
from app.settings import Settings
from app.web.guards import action_of
from soap.calls import Calls
from soap.services import right_of
from soap.wsgi import SERVICES


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal without a database, which nothing here asks."""
    instance = str(tmp_path_factory.mktemp("instance"))
    return create_app(Settings.from_environment({"EGOMRUK_INSTANCE": instance, "EGOMRUK_SECRET_KEY": "test " * 10}))


@pytest.fixture(scope="module")
def actions_of_routes(portal: Flask) -> dict[str, str | None]:
    with portal.app_context():
        return {rule.endpoint: action_of(rule.endpoint) for rule in portal.url_map.iter_rules()}


@pytest.fixture(scope="module")
def operations() -> set[str]:
    """The names of all operations, whether a door of the portal uses them yet or not."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if ".operations" in module.name:
            importlib.import_module(module.name)
    return set(OPERATIONS)


@pytest.fixture(scope="module")
def rights_of_soap() -> set[str]:
    calls = Calls(SERVICES, "http://localhost/soap")
    methods = calls.application.interface.service_method_map.values()
    return {right_of(method) for found in methods for method in found}


def test_every_route_names_an_action_of_the_policy_table(actions_of_routes: dict[str, str | None]) -> None:
    assert {name: action for name, action in actions_of_routes.items() if action not in policy()} == {}


def test_every_operation_stands_in_the_policy_table(operations: set[str]) -> None:
    assert operations
    assert operations - policy().keys() == set()


def test_every_soap_call_needs_a_right_of_the_policy_table(rights_of_soap: set[str]) -> None:
    assert rights_of_soap
    assert rights_of_soap - policy().keys() == set()


def test_the_policy_table_has_no_row_that_nothing_needs(
    actions_of_routes: dict[str, str | None], operations: set[str], rights_of_soap: set[str]
) -> None:
    assert policy().keys() - {*actions_of_routes.values(), *operations, *rights_of_soap} == set()


def test_the_policy_table_is_in_the_order_of_the_parts_it_speaks_of() -> None:
    """One part after the other, so that a reader finds all that is allowed in a part at one place."""
    parts = [action.partition(".")[0] for action in policy()]
    assert len([part for part, before in zip(parts, ["", *parts], strict=False) if part != before]) == len(set(parts))


def test_a_route_that_changes_something_calls_by_post_alone(portal: Flask) -> None:
    methods = {method for rule in portal.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


def test_the_policy_table_is_a_file_that_people_can_read() -> None:
    text = Path(app.__path__[0], "policy.csv").read_text("utf-8")
    assert len(text.splitlines()) == len(policy()) + 1
