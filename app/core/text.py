"""Azerbaijani text: letter case, searching, sorting, codes, and names that are safe to show."""

import unicodedata

# İ/i and I/ı are two letters in Azerbaijani, which Python's own case rules do not know.
_LOWER = str.maketrans("Iİ", "ıi")
_UPPER = str.maketrans("ıi", "Iİ")
_FOLD = str.maketrans("ıəğşçöü", "iegscou")
_CODE = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzıİ", "ABCDEFGHIJKLMNOPQRSTUVWXYZII", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
)

_ALPHABET = "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz"
# Ranks stand between the other Latin letters and Cyrillic, so that Russian names follow Azerbaijani ones.
# Й is a letter of its own although Unicode takes it apart; Ё is not.
_RANK = {letter: chr(0x2B0 + place) for place, letter in enumerate(_ALPHABET)} | {"й": "й"}

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def lower(text: str) -> str:
    """İ becomes i and I becomes ı."""
    return unicodedata.normalize("NFC", text).translate(_LOWER).lower()


def upper(text: str) -> str:
    """i becomes İ and ı becomes I."""
    return unicodedata.normalize("NFC", text).translate(_UPPER).upper()


def fold(text: str) -> str:
    """The form in which texts are searched, so that "gomruk" finds "GÖMRÜK"."""
    letters = (letter for letter in lower(text).translate(_FOLD) if unicodedata.category(letter) != "Mn")
    return _one_line("".join(letters))


def fold_code(text: str) -> str:
    """The form of a code made of ASCII letters and digits: capitals, no spaces, a Turkic i read as I."""
    return text.strip().translate(_CODE)


def sort_key(text: str) -> str:
    """A key whose order by code point is the alphabet's; accents and then capitals decide between equals.

    For letters it is ICU's order, but that w stands after v, where readers look for it, and not after z.
    """
    ranks = [_rank(letter) for letter in _one_line(unicodedata.normalize("NFC", text))]
    # A tab is smaller than every character of a line, so that a name stands before its continuations.
    return "\t".join("".join(level) for level in zip(*ranks, strict=True))


def display_name(text: str, longest: int = 200) -> str:
    """A name of a file or a person without what could disguise it: control, zero-width and bidi characters."""
    shown = "".join(letter for letter in _one_line(text) if unicodedata.category(letter) not in _HIDDEN)
    return _one_line(unicodedata.normalize("NFC", shown))[:longest].rstrip()


def _rank(letter: str) -> tuple[str, str, str]:
    small = lower(letter)
    base, *accents = (small,) if small in _RANK else tuple(unicodedata.normalize("NFD", small))
    return _RANK.get(base, base), "".join(accents) or " ", "0" if small == letter else "1"


def _one_line(text: str) -> str:
    return " ".join(text.split())
