"""One portal and one Chromium for all browser tests; each test has windows of its own, and no window may complain."""

import shutil
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from itertools import count

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.site import Site, served

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium itself notes that an address answered with an error; the tests know which should.
EXPECTED = "Failed to load resource: the server responded with a status of 4"
PATIENCE_MS = 10_000
Open = Callable[..., Page]
# Each window is another visitor's: what one address may do in five minutes is less than all tests do together.
VISITORS = map(str, map(ip_address, count(int(ip_address("198.18.0.1")))))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "Chromium is missing; on Debian: apt-get install -y chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(site: Site, chromium: Browser) -> Iterator[Open]:
    """Opens windows: `script`, `scheme` ("light", "dark"), `width`, `language`."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    def opened(script: bool = True, scheme: str = "light", width: int = 1200, language: str = "az") -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=script,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": 900},
            extra_http_headers={"X-Forwarded-For": next(VISITORS)},
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "lang", "value": language, "url": site.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
