"""Catalogues: what they hold, how they are read, and what breaks the start."""

from pathlib import Path

import pytest

from app.web.i18n import catalogues, ngettext, read_catalogue, translate

RUSSIAN = """msgid ""
msgstr "Language: ru\\n"

msgid "Mal"
msgstr "Товар"

msgid "Hələ yoxdur"
msgstr ""

msgid "{n} mal"
msgid_plural "{n} mal"
msgstr[0] "{n} товар"
msgstr[1] "{n} товара"
msgstr[2] "{n} товаров"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "goods.ru.po").write_text(RUSSIAN, "utf-8")
    return tmp_path


def test_a_message_is_translated(folder: Path) -> None:
    assert read_catalogue("ru", folder).gettext("Mal") == "Товар"


@pytest.mark.parametrize("message", ["Hələ yoxdur", "Tanınmayan"])
def test_a_message_without_a_translation_stays_azerbaijani(folder: Path, message: str) -> None:
    assert read_catalogue("ru", folder).gettext(message) == message


@pytest.mark.parametrize(("number", "text"), [(1, "1 товар"), (3, "3 товара"), (5, "5 товаров"), (21, "21 товар")])
def test_a_plural_follows_the_rule_of_its_language(folder: Path, number: int, text: str) -> None:
    assert read_catalogue("ru", folder).ngettext("{n} mal", "{n} mal", number) == text


def test_a_plural_of_another_catalogue_keeps_its_source_words(folder: Path) -> None:
    english = read_catalogue("en", folder)
    assert [english.ngettext("{n} box", "{n} boxes", number) for number in (1, 2)] == ["1 box", "2 boxes"]


def test_two_files_may_say_the_same(folder: Path) -> None:
    (folder / "other.ru.po").write_text('msgid "Mal"\nmsgstr "Товар"\n', "utf-8")
    assert read_catalogue("ru", folder).gettext("Mal") == "Товар"


def test_two_files_may_not_contradict_each_other(folder: Path) -> None:
    (folder / "other.ru.po").write_text('msgid "Mal"\nmsgstr "Груз"\n', "utf-8")
    with pytest.raises(ValueError, match="Mal"):
        read_catalogue("ru", folder)


def test_facts_are_values_and_never_patterns() -> None:
    text = translate("az", "«{value}» və {message}", value="{0.__class__}", message="{value}")
    assert text == "«{0.__class__}» və {value}"


def test_a_message_without_facts_is_not_filled_in() -> None:
    assert translate("az", "100 % {hazır}") == "100 % {hazır}"


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        translate("az", "{value} və {box}", value=1)


def test_azerbaijani_needs_no_catalogue() -> None:
    assert catalogues()["az"].messages == {}
    assert ngettext("az", "{n} mal", "{n} mal", 5) == "5 mal"


def test_catalogues_are_free_of_the_web() -> None:
    import subprocess
    import sys

    code = "import sys, app.web.i18n; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
