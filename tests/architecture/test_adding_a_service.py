"""The guide to a new service names what there is, and its examples can be typed as they stand."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "adding-a-service.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
# What is made while one follows it.
IMAGINARY = re.compile(r"office_hours|closing|NNNN")


def named_paths() -> list[str]:
    found = re.findall(r"`((?:app|tests|soap|templates|docs)/[\w/.-]+)`", GUIDE)
    return sorted({path for path in found if not IMAGINARY.search(path)})


def test_every_path_that_it_names_is_there() -> None:
    assert len(named_paths()) > 15
    assert [path for path in named_paths() if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_is_python(example: str) -> None:
    ast.parse(example)


def test_names_that_its_examples_use_are_those_of_the_code() -> None:
    """Whatever the examples neither define nor bring along stands somewhere in the portal."""
    used = {node.id for example in EXAMPLES for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Name)}
    own = {word for example in EXAMPLES for word in re.findall(r"(?:def|class) (\w+)", example)}
    bound = {word for example in EXAMPLES for word in re.findall(r"^\s*(\w+) = ", example, re.MULTILINE)}
    arguments = {node.arg for example in EXAMPLES for node in ast.walk(ast.parse(example)) if isinstance(node, ast.arg)}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    words = set(re.findall(r"\w+", code))
    assert used - own - bound - arguments - words - {"ClosingRow"} == set()
