"""The same pages in a browser that shows words alone: all of them, in the order in which one reads."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.catalogue.rules import load_services
from app.core.roles import Role
from app.web.i18n import LANGUAGES, translate
from tests.browser.site import Site
from tests.browser.steps import assert_in_order
from tests.browser.text_window import numbered_window, text_window

pytestmark = pytest.mark.browser


def read(site: Site, path: str, language: str) -> str:
    w3m = shutil.which("w3m")
    assert w3m, "w3m is missing; on Debian: apt-get install -y w3m"
    address = f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}"
    command = [w3m, "-dump", "-cols", "200", "-I", "UTF-8", "-O", "UTF-8", address]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.decode()
    return re.sub(r"\s+", " ", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_reads_from_search_to_the_last_service(site: Site, language: str) -> None:
    words = [
        "Əsas məzmuna keç",
        "Daxil ol",
        "Dövlət Gömrük Komitəsinin elektron xidmətləri",
        "Xidmət axtarışı",
        "Axtar",
    ]
    texts = [service.texts[language] for service in load_services()]
    services = [part for text in texts for part in (text.short_name, text.purpose, text.name)]
    assert_in_order(read(site, "/", language), [*(translate(language, word) for word in words), *services])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_page_reads_from_its_name_to_its_regulation(site: Site, language: str) -> None:
    text = next(service for service in load_services() if service.slug == "gooen").texts[language]
    words = [translate(language, word) for word in ("Ödəniş", "Nəticə", "İstifadə təlimatı", "Reqlament")]
    shown = read(site, "/services/gooen", language)
    facts = [text.short_name, text.purpose, text.name, words[0], text.regulation.fee, words[1], *words[2:]]
    assert_in_order(shown, facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_pages_read_in_order(site: Site, language: str) -> None:
    means = ["PORTALA GİRİŞ", "İstifadəçi adı və şifrə ilə daxil olmaq", "Davam et", "Asan imza ilə daxil olmaq"]
    assert_in_order(read(site, "/login", language), [translate(language, word) for word in means])
    form = ["İstifadəçi adı və şifrə ilə giriş", "İstifadəçi adı", "Şifrə", "Daxil ol", "Şifrəni unutmusunuz?"]
    assert_in_order(read(site, "/login/password", language), [translate(language, word) for word in form])


def test_signing_in_with_a_password_and_words_alone(site: Site, tmp_path: Path) -> None:
    person = site.person(Role.BROKER)
    with text_window(f"{site.url}/login/password?next=/sessions", tmp_path) as window:
        window.wait_for("İstifadəçi adı və şifrə ilə giriş")
        window.fill_in("İstifadəçi adı", person.username)
        window.type_secret(person.password)
        window.push("Daxil ol")
        assert person.name in window.wait_for("Girişlərim")


def test_getting_a_gooen_with_words_alone(site: Site, tmp_path: Path) -> None:
    """Source 1 from the form to the number; the code is the one that a demonstration spells."""
    with text_window(f"{site.url}/gooen", tmp_path) as window:
        page = window.wait_for("nümayiş üçün kod")
        found = re.search(r"nümayiş üçün kod: ([0-9]{6})", page)
        assert found
        window.fill_in("PİN kodu, yaxud sənədin seriyası və nömrəsi", "EF45GH6")
        window.fill_in("Kod yalnız bir dəfə yoxlanılır", found[1])
        window.push("Növbəti")
        window.wait_for("Siz şəxsi məlumatları təsdiq edirsinizmi?")
        window.push("Bəli")
        assert re.search(r"9[0-9]{8}7", window.wait_for("GÖÖEN-i"))


def test_getting_a_gooen_in_another_browser_of_words(site: Site, tmp_path: Path) -> None:
    """The same in lynx, to the print of the number and to where anybody checks it."""
    with numbered_window(f"{site.url}/gooen", tmp_path) as window:
        found = re.search(r"nümayiş üçün kod: ([0-9]{6})", window.wait_for("nümayiş üçün kod"))
        assert found
        window.fill_in("PİN kodu, yaxud sənədin seriyası və nömrəsi", "1LM3N7P")
        window.fill_in("Şəkildəki kodu daxil edin", found[1])
        window.push("Növbəti")
        assert "XXXXXXXXXX" in window.wait_for("Siz şəxsi məlumatları təsdiq edirsinizmi?")
        window.push("Bəli")
        number = re.search(r"9[0-9]{8}7", window.wait_for("Bu nömrə şəxsə bir dəfə verilir"))
        assert number
        window.push("Çap")
        assert number[0] in window.wait_for("Səhifəni brauzerin çap əmri ilə çap edin.")
