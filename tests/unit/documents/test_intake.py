"""What stands between the portal and a hostile file: a child process of little means, and names made harmless."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid, Unavailable
from app.documents import intake
from app.documents.rules import LONGEST_NAME, Kind, check_agreement, clean_name
from tests.unit.documents import corpus


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(corpus.pdf())
    return path


def child(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], cwd=intake.ROOT, capture_output=True, text=True, check=False)


def refusal_of(path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        intake.look_through(path)
    return refused.value.code


# The child process


def program(folder: Path, *lines: str) -> str:
    path = folder / "python"
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o700)
    return str(path)


def test_a_child_that_is_killed_is_a_refusal(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", program(tmp_path, "kill -XCPU $$"))
    assert refusal_of(file) == "documents.too_complex"


def test_a_child_that_hangs_is_a_refusal(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", program(tmp_path, "exec tail -f /dev/null"))
    monkeypatch.setattr(intake, "LONGEST_INSPECTION", 0.2)
    assert refusal_of(file) == "documents.too_complex"


def test_a_child_that_cannot_be_started_is_no_refusal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(FileNotFoundError):
        intake.look_through(file)


def test_the_child_knows_nothing_of_the_environment(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EGOMRUK_SECRET_KEY", "secret")
    told = tmp_path / "told"
    monkeypatch.setattr(sys, "executable", program(tmp_path, f"/usr/bin/env > {told}", "exit 1"))
    assert refusal_of(file) == "documents.damaged"
    assert "EGOMRUK" not in told.read_text()


def test_the_child_has_little_memory() -> None:
    ended = child("from app.documents import inspection as i; i._take_little(); bytearray(600 * 1024 * 1024)")
    assert "MemoryError" in ended.stderr


def test_the_child_has_little_time() -> None:
    ended = child("from app.documents import inspection as i; i.CPU_SECONDS = 1; i._take_little()\nwhile True: pass")
    assert ended.returncode < 0


def test_the_child_writes_no_files(tmp_path: Path) -> None:
    target = tmp_path / "written"
    write = f"from pathlib import Path; Path({str(target)!r}).write_text('x')"
    ended = child(f"from app.documents import inspection as i; i._take_little(); {write}")
    assert "File too large" in ended.stderr
    assert target.stat().st_size == 0


def test_the_child_starts_with_few_imports() -> None:
    ended = child("import sys, app.documents.inspection; print(*sys.modules)")
    assert not {"flask", "sqlalchemy", "jinja2", "obstore", "PIL", "pikepdf"} & set(ended.stdout.split())


# Streams


def test_no_more_of_a_stream_is_read_than_is_allowed() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1 << 20
            yield bytes(1 << 20)

    with pytest.raises(Invalid), intake.spooled(endless()):
        pytest.fail("an endless stream was taken")
    assert read <= 12 << 20


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(9 << 20))
    with path.open("rb") as stream:
        tracemalloc.start()
        with intake.spooled(iter(lambda: stream.read(intake.CHUNK), b"")) as copy:
            size = copy.stat().st_size
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert size == 9 << 20
    assert peak < 1 << 20


def test_without_space_for_the_copy_the_user_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(intake, "NamedTemporaryFile", full)
    with pytest.raises(Unavailable):
        intake.take_in(None, BytesIO(b"x"), "sənəd.pdf", "")  # type: ignore[arg-type]


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Əlavə №1.pdf", "Əlavə №1.pdf"),
        ("  Şərt   və qayda.pdf ", "Şərt və qayda.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\Aysel\Masaüstü\müqavilə.pdf", "müqavilə.pdf"),
        ("e\u0301tat.pdf", "état.pdf"),
        ("sənəd\u202efdp.exe", "sənədfdp.exe"),
        ("\u2066a\u2069\u200b.pdf", "a.pdf"),
        ("a.exe\0.pdf", "a.exe.pdf"),
        (".pdf", "pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_disguise(name: str, shown: str) -> None:
    assert clean_name(name) == shown


def test_a_long_name_is_cut_before_its_extension() -> None:
    shown = clean_name("ə" * 300 + ".pdf")
    assert len(shown) == LONGEST_NAME
    assert shown.endswith("əəə.pdf")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_name_is_harmless_or_refused(name: str) -> None:
    try:
        shown = clean_name(name)
    except Invalid as refused:
        assert refused.code == "documents.name"  # noqa: PT017 - either outcome is right
        return
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & {"/", "\\", "\0", "\n", "\r", "\u202e", "\u2066"}
    assert clean_name(shown) == shown


@pytest.mark.parametrize("declared", ["", "application/octet-stream", "APPLICATION/PDF", "application/pdf; charset=x"])
def test_what_is_declared_may_be_nothing_or_right(declared: str) -> None:
    check_agreement(Kind.PDF, "sənəd.PDF", declared)
