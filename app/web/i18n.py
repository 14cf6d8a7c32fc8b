"""The words of the portal in three languages: catalogues read once, then one dictionary look-up for a message.

A message is its Azerbaijani text, so that Azerbaijani needs no catalogue. Free of Flask: mails and the command
line translate here too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from babel import Locale
from babel.messages.pofile import read_po

LANGUAGES: Final = ("az", "en", "ru")
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
_PLURAL_FORMS: Final = ("zero", "one", "two", "few", "many", "other")

Text = TypeVar("Text", str, tuple[str, ...])
PluralIndex = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one language; a text that it does not hold is shown in Azerbaijani."""

    language: str
    messages: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    plural_index: PluralIndex

    # Positional only, so that a fact may have any name.
    def gettext(self, message: str, /, **facts: object) -> str:
        text = self.messages.get(message, message)
        return text.format_map(facts) if facts else text

    def ngettext(self, singular: str, plural: str, number: int, /, **facts: object) -> str:
        forms = self.plurals.get(singular, (singular, plural))
        text = forms[min(self.plural_index(number), len(forms) - 1)]
        return text.format_map({"n": number, **facts})


def translate(language: str, message: str, /, **facts: object) -> str:
    """The message in that language, its {placeholders} filled with the facts."""
    return catalogues()[language].gettext(message, **facts)


def ngettext(language: str, singular: str, plural: str, number: int, /, **facts: object) -> str:
    """The form of the message that goes with the number, which is the fact {n}."""
    return catalogues()[language].ngettext(singular, plural, number, **facts)


def listed(choices: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Codes with their messages as a list of choices in each language."""
    return {
        language: [(code, translate(language, message)) for code, message in choices.items()] for language in LANGUAGES
    }


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """The catalogues of the project by language; called at start, so that a broken file stops the start."""
    return {language: read_catalogue(language, TRANSLATIONS) for language in LANGUAGES}


def read_catalogue(language: str, folder: Path) -> Catalogue:
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message, translation in _entries(language, folder):
        if isinstance(message, str):
            _add(messages, message, str(translation), language)
        else:
            _add(plurals, message[0], tuple(translation), language)
    return Catalogue(language, messages, plurals, _plural_index(language))


def _entries(language: str, folder: Path) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Messages with their translations: one text each, or several where there are plurals."""
    for path in sorted(folder.glob(f"*.{language}.po")):
        with path.open("rb") as file:
            entries = read_po(file, locale=language, abort_invalid=True)
        for entry in entries:
            if entry.id and entry.string and all(entry.string):
                yield entry.id, entry.string


def _add(known: dict[str, Text], message: str, translation: Text, language: str) -> None:
    if known.setdefault(message, translation) != translation:
        raise ValueError(f"two different translations into «{language}» of: {message}")


def _plural_index(language: str) -> PluralIndex:
    rule = Locale.parse(language).plural_form
    order: list[str] = [form for form in _PLURAL_FORMS if form in rule.tags or form == "other"]
    return lambda number: order.index(rule(number))
