"""A code belongs to one picture, one browser and one installation, and is good for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from app.picture_codes.rules import LENGTH, LIFE, code_of, good_until, is_right, new_picture

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECRET = "a secret of some length"


def test_code_is_of_this_picture_browser_and_installation() -> None:
    picture = new_picture(SECRET, NOW)
    code = code_of(SECRET, picture, "mine")
    assert code == code_of(SECRET, picture, "mine")
    assert (len(code), code.isdecimal()) == (LENGTH, True)
    others = {code_of(SECRET, new_picture(SECRET, NOW), "mine") for _ in range(50)}
    others |= {code_of(SECRET, picture, f"other {number}") for number in range(50)}
    assert len(others) > 90
    assert code_of("another secret", picture, "mine") != code or code_of("a third one", picture, "mine") != code


@pytest.mark.parametrize("name", ["", "-", "--", "zz-1-2", "6a1-0-0", "ffffffffffffffffff-0-0"])
def test_name_that_we_did_not_make_is_none(name: str) -> None:
    assert good_until(SECRET, name) is None


def test_name_cannot_be_made_to_last_longer() -> None:
    picture = new_picture(SECRET, NOW)
    assert good_until(SECRET, picture) == NOW + LIFE
    until, *rest = picture.split("-")
    longer = "-".join([f"{int(until, 16) + 3600:x}", *rest])
    assert good_until(SECRET, longer) is None
    assert good_until("another secret", picture) is None
    assert timedelta(hours=1) > LIFE


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("123456", True),
        (" 12 34 56 ", True),
        ("１２３４５６", True),
        ("123457", False),
        ("", False),
        ("123456 7", False),
    ],
)
def test_what_was_heard_may_have_spaces(typed: str, right: bool) -> None:
    assert is_right(typed, "123456") is right
