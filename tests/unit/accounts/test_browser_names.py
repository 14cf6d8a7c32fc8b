"""How a browser is called in lists of sign-ins."""

import pytest

from app.accounts.rules import browser_name

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
NAMES = {
    f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}": "Chrome, Linux",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/12": "Edge, Windows",
    f"Mozilla/5.0 (Linux; Android 14) {CHROME}": "Chrome, Android",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.2 Safari/605.1.15": "Safari, macOS",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) {WEBKIT} CriOS/120.0 Mobile/15": "Chrome, iPhone",
    "Mozilla/5.0 (Android 14; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0": "Firefox, Android",
    "w3m/0.5.3+git20230121": "w3m/0.5.3+git20230121",
    "": "",
}


@pytest.mark.parametrize("agent", NAMES)
def test_browser_is_called_as_people_call_it(agent: str) -> None:
    assert browser_name(agent) == NAMES[agent]
