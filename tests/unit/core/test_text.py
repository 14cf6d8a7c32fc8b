"""Azerbaijani letters: case, search form, order, codes and names."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text import display_name, fold, fold_code, lower, sort_key, upper

ALPHABET = "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz"
azerbaijani = st.text(ALPHABET + " -")
azerbaijani_or_russian = st.text(ALPHABET + "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ" + "абвёйщЪЫЁЙ" + " \t0129")

# Checked letter by letter against the alphabet, and against ICU 78 with the locale az.
NAMES_IN_ORDER = """
    Abbasova Ağayev Bağırov Camalova Cəfərov Çobanzadə Dadaşov Eldarova Eyvazov Əhmədli Əliyev Fərəcov
    Gülməmmədov Hacıyev Hüseynov Xanlarova Xəlilov Ilıca Isgəndərli İbrahimov İsmayılova Jalə Kazımova Kərimov
    Qarayev Qasımov Lətifov Məmmədov Nağıyev Orucov Özbəkli Səfərov Şahbazov Ulduz Ümidli Zeynalov
""".split()  # noqa: SIM905
LINES_IN_ORDER = [
    *("1 nömrəli", "10 nömrəli", "2 nömrəli", "Cafe", "Café", "Cəfər", "çay", "Çay", "Çay evi", "Çay-2", "Çaykənd"),
    *("Çaylı", "ələt", "Ələt", "zəfər", "Zəfər", "Анна", "Елкин", "Ёлкин", "Иванов", "Йод"),
]


@pytest.mark.parametrize(
    ("small", "capital"), [("ipək", "İPƏK"), ("ışıq", "IŞIQ"), ("gömrük", "GÖMRÜK"), ("çəmən", "ÇƏMƏN"), ("ёж", "ЁЖ")]
)
def test_case_follows_the_azerbaijani_alphabet(small: str, capital: str) -> None:
    assert (lower(capital), upper(small)) == (small, capital)


def test_case_joins_letters_typed_in_two_parts() -> None:
    assert lower(unicodedata.normalize("NFD", "İĞDIR")) == "iğdır"


@given(azerbaijani)
@settings(deadline=None)
def test_case_round_trips(text: str) -> None:
    assert lower(upper(text)) == text
    assert upper(lower(upper(text))) == upper(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("GÖMRÜK", "gomruk"),
        ("Işıq  İPƏK", "isiq ipek"),
        (" Şəkər\tçöp ", "seker cop"),
        ("Ağdam", "agdam"),
        ("İ".lower() + "pək", "ipek"),
        ("Ёлка Йод", "ёлка йод"),
        ("8471 30", "8471 30"),
    ],
)
def test_fold_finds_what_is_typed_without_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(azerbaijani_or_russian)
@settings(deadline=None)
def test_fold_is_final_and_blind_to_case(text: str) -> None:
    assert fold(fold(text)) == fold(text) == fold(upper(text)) == fold(lower(text))


def test_sort_key_orders_the_names_of_a_list() -> None:
    shuffled = random.Random(7).sample(NAMES_IN_ORDER, len(NAMES_IN_ORDER))
    assert sorted(shuffled, key=sort_key) == NAMES_IN_ORDER
    assert len(NAMES_IN_ORDER) == 36


def test_sort_key_orders_case_accents_digits_and_russian() -> None:
    shuffled = random.Random(7).sample(LINES_IN_ORDER, len(LINES_IN_ORDER))
    assert sorted(shuffled, key=sort_key) == LINES_IN_ORDER


def test_sort_key_holds_the_alphabet() -> None:
    assert "".join(sorted(ALPHABET, key=sort_key)) == ALPHABET


@given(st.text(), st.text())
@settings(deadline=None)
def test_sort_key_puts_a_word_before_its_continuation(word: str, more: str) -> None:
    assert sort_key(word) <= sort_key(f"{word} {more}")


@pytest.mark.parametrize(
    ("typed", "code"),
    [(" az27 azfi 0000 ", "AZ27AZFI0000"), ("AZFİaz22", "AZFIAZ22"), ("ı\N{NO-BREAK SPACE}i", "II"), ("əß-", "əß-")],
)
def test_fold_code_knows_ascii_and_the_turkic_i_only(typed: str, code: str) -> None:
    assert fold_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("faktura\u202efdp.exe", "fakturafdp.exe"),
        ("Leyla\x00\x07 \n Əliyeva\u200b", "Leyla Əliyeva"),
        ("\u2067ad\u2069", "ad"),
        ("C\u0327ay", "Çay"),
        ("C\u200b\u0327ay", "Çay"),
        ("\ud800", ""),
    ],
)
def test_display_name_shows_only_what_is_visible(typed: str, shown: str) -> None:
    assert display_name(typed) == shown


def test_display_name_is_cut_without_a_trailing_space() -> None:
    assert display_name("Leyla Əliyeva", 6) == "Leyla"
    assert len(display_name("a" * 300)) == 200


@given(st.text(), st.integers(1, 50))
@settings(deadline=None)
def test_display_name_is_short_and_final(typed: str, longest: int) -> None:
    shown = display_name(typed, longest)
    assert len(shown) <= longest
    assert display_name(shown, longest) == shown
