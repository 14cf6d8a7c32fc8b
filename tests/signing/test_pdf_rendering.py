"""Paper is made of nothing but the document, in files that archives accept, readable by machines and bounded."""

import io
import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import pikepdf
import pytest

from signing.errors import Malformed
from signing.pdf.rendering import MAX_LETTERS, MAX_ROWS, render
from signing.pdf.templates import FONTS, FRAMES, TEMPLATES, template
from signing.pdf.verification_code import fingerprint, verification_link
from signing.plain_xml import MAX_VALUE
from signing.texts import LANGUAGES
from tests.signing.papers import (
    COMMITTEE,
    MADE_AT,
    SAMPLE,
    closed_up,
    codes,
    decision,
    goods,
    leaf,
    on_decision,
    on_record,
    pages,
    part,
    record,
    run,
)

PROJECT = Path(__file__).parents[2]
# A template that was released is never changed: who wants another look makes another folder.
RELEASED = {
    "record-v1": "2db9cdac9f8ea672ece94f25dd9dd0f0b41582fa554e008efd29745b4bd86b12",
    "decision-v1": "59d6b30950e167f3f620c5069ec8ae3eae03d26d03d0abb35f41d0781524ca8f",
    "gooen-v1": "b3f969ca24cc5cd8fa687a218aa887c887a81399051195f14cdbe3d1afbf4dc0",
}
BASE = "https://e-gomruk.example/"


# ---- What a template is ----


@pytest.mark.parametrize("version", FRAMES)
def test_template_that_was_released_is_unchanged(version: str) -> None:
    assert (template(version).version, template(version).sha256) == (version, RELEASED[version])


def test_template_has_the_digest_that_sha256sum_gives(tmp_path: Path) -> None:
    for folder in (FONTS, TEMPLATES / "frame-v1", TEMPLATES / "record-v1"):
        (tmp_path / folder.name).symlink_to(folder)
    script = 'cd "$0" && LC_ALL=C && export LC_ALL && sha256sum fonts/*.ttf frame-v1/* record-v1/* | sha256sum'
    assert run("sh", "-c", script, tmp_path).split()[0].decode() == template("record-v1").sha256


def test_template_that_was_never_released_is_refused() -> None:
    with pytest.raises(Malformed, match=r"there is no template '\.\./fonts'"):
        template("../fonts")


def test_templates_ask_neither_clock_nor_network() -> None:
    for content in chain.from_iterable(template(version).files.values() for version in FRAMES):
        assert re.search(r"today|@preview|@local|read\(|plugin", content.decode()) is None


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*/words.json")), ids=lambda path: path.parent.name)
def test_words_stand_in_every_language_and_tell_everything_apart(path: Path) -> None:
    words = json.loads(path.read_text("utf-8"))
    assert tuple(words) == LANGUAGES
    for spoken in words.values():
        assert list(walked(spoken)) == list(walked(words["az"]))
        for group in filter(lambda value: isinstance(value, dict), spoken.values()):
            assert len(set(group.values())) == len(group)


def walked(words: dict[str, object], under: str = "") -> Iterator[str]:
    for key, value in words.items():
        yield under + key
        if isinstance(value, dict):
            yield from walked(value, f"{under}{key}.")
        else:
            assert isinstance(value, str)
            assert value.strip()


# ---- (c) nothing but the document has a say ----

ELSEWHERE = """
import sys
def refuse(event, arguments):
    if event.startswith("socket.") or event.startswith("sqlite3."):
        raise SystemExit(f"asked for {event}")
sys.addaudithook(refuse)
from signing.pdf.rendering import render
from signing.pdf.templates import template
document = sys.stdin.buffer.read()
sys.stdout.buffer.write(render(document, template("record-v1"), link=sys.argv[1]))
assert not {"app", "soap", "flask", "sqlalchemy", "sqlite3"} & set(sys.modules)
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {},
        {"TZ": "America/Caracas", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"SOURCE_DATE_EPOCH": "1", "TYPST_FONT_PATHS": "/usr/share/fonts", "XDG_DATA_HOME": "/nonexistent"},
    ],
)
def test_render_needs_nothing_around_it(surroundings: dict[str, str], tmp_path: Path) -> None:
    link = verification_link(BASE, "1", SAMPLE)
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, link],
        input=SAMPLE,
        capture_output=True,
        check=False,
        cwd=home,
        env={"PYTHONPATH": str(PROJECT), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", **surroundings},
        timeout=120,
    )
    assert done.stderr.decode() == ""
    assert done.stdout == on_record(SAMPLE, link=link)
    assert list(home.iterdir()) == []


def test_render_is_the_same_in_many_threads() -> None:
    documents = [record(goods(number), goods(number + 1)) for number in range(6)]
    alone = [on_record(document) for document in documents]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(on_record, documents * 3)) == alone * 3


# ---- The file that comes of it ----


@pytest.fixture(scope="module", params=["record-v1", "decision-v1"])
def made(request: pytest.FixtureRequest) -> tuple[bytes, bytes]:
    document = SAMPLE if request.param == "record-v1" else decision()
    return document, render(document, template(request.param), link=verification_link(BASE, "01000", document))


def test_render_embeds_the_document_byte_for_byte(made: tuple[bytes, bytes], tmp_path: Path) -> None:
    document, pdf = made
    (tmp_path / "made.pdf").write_bytes(pdf)
    name = re.findall(r"1: (.+)", run("pdfdetach", "-list", tmp_path / "made.pdf").decode())[0]
    run("pdfdetach", "-save", "1", "-o", tmp_path / "inside.xml", tmp_path / "made.pdf")
    assert (tmp_path / "inside.xml").read_bytes() == document
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == [name]
        [associated] = opened.Root.AF
        assert name in ("record.xml", "decision.xml")
        told = (associated.AFRelationship, associated.UF, associated.EF.F.Subtype)
        assert tuple(map(str, told)) == ("/Source", name, "/application/xml")
        assert str(associated.Desc) == "Bu vərəqin hazırlandığı imzalanmış sənəd"


def test_render_claims_an_archival_and_accessible_file(made: tuple[bytes, bytes]) -> None:
    with pikepdf.open(io.BytesIO(made[1])) as opened:
        root = opened.Root
        about = opened.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("3", "A", "1")
        assert about["dc:creator"] == [COMMITTEE]
        assert bool(root.MarkInfo.Marked)
        assert root.StructTreeRoot.K
        assert str(root.Lang) == "az"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(opened.docinfo.Title).endswith(("Record 01000260000012345", "qərarı 01000260000012345-Q1"))
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not {"/AcroForm", "/JavaScript", "/OpenAction", "/Encrypt"} & set(root.keys())


def test_render_dates_the_file_by_the_document() -> None:
    for document, render_it, expected in (
        (SAMPLE, on_record, "D:20261120081500Z"),
        (decision(), on_decision, "D:20261120211530Z"),
    ):
        with pikepdf.open(io.BytesIO(render_it(document))) as opened:
            assert {str(opened.docinfo[key]) for key in ("/CreationDate", "/ModDate")} == {expected}


def test_render_uses_its_own_letters_only(made: tuple[bytes, bytes]) -> None:
    fonts = run("pdffonts", "-", given=made[1]).decode().splitlines()[2:]
    assert {line.split()[0].partition("+")[2] for line in fonts} <= {
        "NotoSans-Regular",
        "NotoSans-Bold",
        "NotoSansMath-Regular",
    }
    # Embedded, in part, and with a way back to Unicode.
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_render_names_table_cells_and_headings_for_screen_readers(made: tuple[bytes, bytes]) -> None:
    with pikepdf.open(io.BytesIO(made[1])) as opened:
        kinds = {str(item.S) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item}
        alternatives = [
            str(item.Alt) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert {"/H1", "/Table", "/TR", "/TD", "/Figure"} <= kinds
    assert alternatives == [f"QR kod, yoxlama ünvanı: {verification_link(BASE, '01000', made[0])}"]


# ---- The way back from paper ----


def test_code_is_read_by_a_scanner(made: tuple[bytes, bytes], tmp_path: Path) -> None:
    document, pdf = made
    link = verification_link(BASE, "01000", document)
    assert codes(pdf, tmp_path) == [link]
    assert closed_up(link) in closed_up("".join(pages(pdf)))


def test_code_with_the_longest_address_is_read_by_a_scanner(tmp_path: Path) -> None:
    link = ("https://e-gomruk.example/v/" + "aZ9-" * 50)[:200]
    assert codes(on_record(SAMPLE, link=link), tmp_path) == [link]


def test_render_without_address_has_no_code(tmp_path: Path) -> None:
    pdf = on_record(SAMPLE)
    assert codes(pdf, tmp_path) == []
    assert "oxudun" not in "".join(pages(pdf))


def test_verification_link_holds_half_of_the_digest() -> None:
    # sha256("abc") begins with ba7816bf 8f01cfea 414140de 5dae2223.
    assert fingerprint(b"abc") == "XJ4BNP4PAHH6UQKBIDPF3LRCEM"
    link = "https://e-gomruk.example/v/01%2F%C9%99?h=XJ4BNP4PAHH6UQKBIDPF3LRCEM"
    assert verification_link("https://e-gomruk.example", "01/ə", b"abc") == link


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "https://", "https://a b", "https://ə.az", "https://" + "a" * 200]
)
def test_render_refuses_an_address_that_is_none(link: str) -> None:
    with pytest.raises(Malformed, match="not an address"):
        on_record(SAMPLE, link=link)


# ---- Languages and decisions ----


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("az", "QƏRAR № 01000260000012345-Q1 Malların buraxılışına icazə verilir"),
        ("en", "The goods are released"),
        ("ru", "Выпуск товаров разрешён"),
    ],
)
def test_decision_speaks_each_language(language: str, said: str) -> None:
    pdf = on_decision(decision(), language=language)
    assert closed_up(said) in closed_up("".join(pages(pdf)))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == language


def test_render_refuses_a_language_without_words() -> None:
    with pytest.raises(Malformed, match="no words in the language 'de'"):
        on_record(SAMPLE, language="de")


def test_decision_shows_the_time_of_baku_beside_that_of_the_file() -> None:
    shown = closed_up("".join(pages(on_decision(decision()))))
    assert closed_up("2026-11-20T21:15:30Z (21.11.2026 01:15:30 Bakı vaxtı ilə)") in shown


def test_decision_with_a_code_of_the_future_shows_the_code_alone() -> None:
    shown = "".join(pages(on_decision(decision(Kind="annulled_by_court"))))
    assert "annulled_by_court" in shown


NOT_DECISIONS = {
    "another document": (SAMPLE, "this is not a decision"),
    "another namespace": (decision(namespace="urn:e-gomruk:decision:v2"), "this is not a decision"),
    "another root": (decision(root="d:Order"), "this is not a decision"),
    "an unknown field": (decision(Comment="x"), "a decision has no Comment"),
    "an unknown part": (decision(Officer="<d:Shoe>1</d:Shoe>"), "Officer has no Shoe"),
    "two reasons": (decision(Reasons="1</d:Reasons><d:Reasons>2"), "Reasons is out of place"),
    "another order": (decision(Number="", Office="1</d:Office><d:Number>1</d:Number><d:Office>1"), "out of place"),
    "no number": (decision(Number=""), "the decision has no Number"),
    "no kind": (decision(Kind=""), "the decision has no Kind"),
    "no time": (decision(DecidedAt=""), "does not say when"),
    "a time of nobody": (decision(DecidedAt="2026-02-30T08:00:00Z"), "does not say when"),
}


@pytest.mark.parametrize(("document", "reason"), NOT_DECISIONS.values(), ids=NOT_DECISIONS)
def test_decision_refuses(document: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        on_decision(document)


# ---- Bounds ----


def rows(count: int) -> bytes:
    return record(*(leaf("A", f"dəyər {number}") for number in range(count)))


TOO_MUCH: dict[str, Callable[[], bytes]] = {
    "rows": lambda: rows(MAX_ROWS),
    "lines": lambda: record(leaf("A", "\n".join("a" * (MAX_VALUE // 2))), leaf("A", "1")),
    "attributes": lambda: record(*(leaf("A", "1", b="1", c="2") for _ in range(MAX_ROWS // 3))),
    "a hundred thousand elements": lambda: rows(99_000),
    "letters": lambda: record(*(leaf("A", "a" * MAX_VALUE) for _ in range(MAX_LETTERS // MAX_VALUE))),
    "four mebibytes": lambda: record(*(leaf("A", "a" * MAX_VALUE) for _ in range(200))),
}


@pytest.mark.parametrize("document", TOO_MUCH.values(), ids=TOO_MUCH)
def test_render_refuses_what_is_too_long_for_paper(document: Callable[[], bytes]) -> None:
    with pytest.raises(Malformed, match="too long for paper"):
        on_record(document())


def test_render_refuses_a_document_without_a_time() -> None:
    with pytest.raises(Malformed, match="does not say when it was made"):
        on_record(SAMPLE.replace(MADE_AT.encode(), b"2026-11-20"))


WORST: dict[str, Callable[[], bytes]] = {
    "rows": lambda: rows(MAX_ROWS - 2),
    "sections": lambda: record(*(part("AB"[n % 2], leaf("C", "x")) for n in range(MAX_ROWS // 2 - 1))),
    "a table": lambda: record(*map(goods, range(MAX_ROWS // 5 - 1))),
    "wide parts": lambda: record(*(part("G", *(leaf(f"C{n}", "xy") for n in range(2000))) for _ in range(4))),
    "broken words": lambda: record(*(leaf("A", " ".join("-" * (MAX_VALUE // 2))) for _ in range(14))),
    "one word": lambda: record(*(leaf("A", "a" * MAX_VALUE) for _ in range(14))),
}
# Ends what would not end by itself; how long it takes is for the benchmarks.
SECONDS = 60
BYTES = 1 << 30


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("document", WORST.values(), ids=WORST)
def test_render_of_the_longest_documents_stays_in_bounds(document: Callable[[], bytes]) -> None:
    def confined() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))

    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, verification_link(BASE, "1", b"")],
        input=document(),
        capture_output=True,
        check=False,
        cwd=PROJECT,
        preexec_fn=confined,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"%PDF-1.7")
