"""`e-gomruk border import`: a file of a post, given once and again, right and wrong."""

from pathlib import Path

from app.core.clock import SystemClock
from tests.cli.installation import Installation
from tests.unit.border_goods.test_border_rules import HEADING, LINE

COUNT = "SELECT count(*) FROM border_record WHERE barcode LIKE 'AZ05010009%'"


def file_of(folder: Path, *lines: str) -> str:
    path = folder / "post.csv"
    path.write_text("\n".join([HEADING, *lines, ""]), "utf-8")
    return str(path)


def line(number: int) -> str:
    today = f"{SystemClock().now():%Y-%m-%dT00:00Z}"
    return LINE.replace("AZ05010000123456", f"AZ05010009{number:06d}").replace("2026-11-20T12:00", today)


def test_file_is_registered_once(installation: Installation, tmp_path: Path) -> None:
    path = file_of(tmp_path, *map(line, range(3)))
    first = installation.run("border", "import", path, "--office", "05010")
    assert (first.code, first.out) == (0, "3 registered, 0 unchanged, 0 refused\n"), first.err
    again = installation.run("border", "import", path, "--office", "05010")
    assert (again.code, again.out) == (0, "0 registered, 3 unchanged, 0 refused\n")
    assert installation.execute(COUNT) == [(3,)]


def test_wrong_lines_are_told_by_number_and_the_others_kept(installation: Installation, tmp_path: Path) -> None:
    wrong, unreadable = line(1).replace("8479820000", "8479"), line(2).replace("56839.00", "çox")
    told = installation.run(
        "border", "import", file_of(tmp_path, line(0), wrong, unreadable), "--office", "05010", EGOMRUK_TRACEBACK="1"
    )
    assert (told.code, told.out) == (1, "1 registered, 0 unchanged, 2 refused\n")
    assert "line 3: code: XİFMN kodu 10 rəqəmdən ibarətdir. (border_goods.code)" in told.err
    assert "line 4: amount: " in told.err
    assert installation.execute(COUNT) == [(1,)]


def test_file_or_office_that_is_none_ends_in_one_line(settled: Installation, tmp_path: Path) -> None:
    no_list = tmp_path / "list.csv"
    no_list.write_bytes(b"\xff\xfe\x00")
    assert settled.run("border", "import", str(no_list), "--office", "05010").is_one_plain_line
    unknown = settled.run("border", "import", file_of(tmp_path, line(0)), "--office", "99999")
    assert unknown.is_one_plain_line
    assert "border_goods.office" in unknown.err
