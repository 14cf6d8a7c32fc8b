"""Every message of the project has an English and a Russian text; no text is left without its message."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2.ext import extract_from_ast

from app.web.i18n import TRANSLATIONS, catalogues
from app.web.rendering import TEMPLATES, template_environment

PROJECT = TEMPLATES.parent
LANGUAGES = ("en", "ru")
# Where the message stands: after the language, unless it is only marked.
CODE_MARKS = {"N_": 1, "_": 1, "translate": 2, "ngettext": 2}
TEMPLATE_MARKS = ("_", "ngettext")
PLACEHOLDER = re.compile(r"{[a-z_]*}")


def messages_of_code() -> Iterator[str]:
    for path in [*(PROJECT / "app").rglob("*.py"), *(PROJECT / "soap").rglob("*.py")]:
        with path.open("rb") as file:
            for _, function, found, _ in extract_python(file, dict.fromkeys(CODE_MARKS), [], {"encoding": "utf-8"}):
                yield from _first(_arguments(found), CODE_MARKS[str(function)])


def messages_of_templates() -> Iterator[str]:
    environment = template_environment(TEMPLATES, catalogues()["az"], {"static_url": str}, fold=False)
    for path in TEMPLATES.rglob("*.html"):
        for _, _, found in extract_from_ast(environment.parse(path.read_text("utf-8")), TEMPLATE_MARKS):
            yield from _first(_arguments(found), 1)


def _arguments(found: str | Sequence[str | None] | None) -> Sequence[str | None]:
    return (found,) if isinstance(found, str) or found is None else found


def _first(arguments: Sequence[str | None], place: int) -> list[str]:
    """The message, if it is written where it is used; one that comes from elsewhere is marked there."""
    message = arguments[place - 1] if len(arguments) >= place else None
    return [message] if message else []


@pytest.fixture(scope="module")
def used() -> set[str]:
    return {*messages_of_code(), *messages_of_templates()}


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> list[Message]:
    paths = sorted(TRANSLATIONS.glob(f"*.{language}.po"))
    return [message for path in paths for message in read(path, language) if message.id]


def source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> Sequence[str]:
    return (message.string,) if isinstance(message.string, str) else message.string or ()


def test_messages_are_found_at_all(used: set[str]) -> None:
    assert {"Daxil ol", "Səhifə tapılmadı", "İstifadəçi adını yazın."} <= used


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(used: set[str], language: str) -> None:
    translated = {source(message) for message in entries(language) if all(texts(message))}
    assert sorted(used - translated) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_used_and_written_once_in_a_file(used: set[str], language: str) -> None:
    assert sorted({source(message) for message in entries(language)} - used) == []
    for path in TRANSLATIONS.glob(f"*.{language}.po"):
        written = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        assert [message for message, times in Counter(written).items() if times > 1] == [], path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_doubtful_or_a_left_over(language: str) -> None:
    assert [source(message) for message in entries(language) if message.fuzzy] == []
    obsolete = [path.name for path in TRANSLATIONS.glob("*.po") if "\n#~" in path.read_text("utf-8")]
    assert obsolete == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_and_edges_of_its_message(language: str) -> None:
    def shape(text: str) -> tuple[set[str], bool, int]:
        return set(PLACEHOLDER.findall(text)), text == text.strip(), text.count("\n")

    wrong = [source(one) for one in entries(language) if any(shape(text) != shape(source(one)) for text in texts(one))]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_every_form_of_its_language(language: str) -> None:
    forms = {"en": 2, "ru": 3}[language]
    assert [source(one) for one in entries(language) if one.pluralizable and len(texts(one)) != forms] == []


def test_both_languages_have_the_same_files_in_the_same_order() -> None:
    for path in TRANSLATIONS.glob("*.en.po"):
        english, russian = (
            [source(message) for message in read(TRANSLATIONS / f"{path.name.split('.')[0]}.{language}.po", language)]
            for language in LANGUAGES
        )
        assert english == russian, path.name


def test_a_russian_text_is_written_in_russian() -> None:
    names = re.compile(r"^[^А-я]*$")
    assert [text for one in entries("ru") for text in texts(one) if names.match(text) and len(text.split()) > 2] == []
