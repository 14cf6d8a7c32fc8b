"""A browser that shows words alone, driven as a person drives it: keys in, a screen of text out."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS, COLUMNS = 100, 160
PATIENCE_SECONDS = 20
REDRAW, NEXT, ENTER, TOP = "\f", "\t", "\r", "\x01"
NUMBERED = r"\[([0-9]+)\]"
CONTROL = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])|[\x00-\x08\x0e-\x1f]")


class Window:
    """What all such browsers have in common."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def wait_for(self, text: str) -> str:
        """The screen once it shows the text; drawn anew until then."""
        until, seen = time.monotonic() + PATIENCE_SECONDS, ""
        while time.monotonic() < until:
            self.press(REDRAW)
            seen = self._drawn()
            if text in seen:
                return seen
        raise AssertionError(f"{text!r} is not on the screen:\n{seen}")

    def _drawn(self) -> str:
        """What comes until nothing comes for a moment."""
        pieces = []
        while select.select([self._terminal], [], [], 0.3)[0]:
            pieces.append(os.read(self._terminal, 65536))
        return re.sub(r"\s+", " ", CONTROL.sub(" ", b"".join(pieces).decode("utf-8", "replace")))


class TextWindow(Window):
    """w3m: the cursor is led to words."""

    def go_to(self, text: str) -> None:
        """Puts the cursor on the first such words below the top of the page."""
        self.press(f"g/{text}{ENTER}")

    def fill_in(self, label: str, text: str) -> None:
        self.go_to(label)
        self.press(f"{NEXT}{ENTER}")
        self.wait_for("TEXT:")
        self.press(f"{text}{ENTER}")
        self.wait_for(text)

    def type_secret(self, text: str) -> None:
        """Into the next field, which shows nothing of it and would take a wish to redraw for a letter."""
        self.press(f"{NEXT}{ENTER}{text}{ENTER}")

    def push(self, button: str) -> None:
        """The last such words of the page: those of its form, not of its frame."""
        self.press(f"G?{button}{ENTER}{ENTER}")

    def push_until(self, button: str, text: str) -> str:
        """Again and again, as one does who was told to wait."""
        until, seen = time.monotonic() + PATIENCE_SECONDS, ""
        while text not in seen and time.monotonic() < until:
            self.push(button)
            self._drawn()
            self.press(REDRAW)
            seen = self._drawn()
        assert text in seen, seen
        return seen


class NumberedWindow(Window):
    """lynx: every link and field of the page has a number; the cursor goes from one to the next."""

    def fill_in(self, label: str, text: str) -> None:
        """The first field behind the words. It takes keys only after it was entered, and is left by the tabulator."""
        self._go_to(label + r".*?" + NUMBERED + "_")
        self.press(f"{ENTER}{text}{NEXT}")
        self.wait_for(text)

    def push(self, button: str) -> None:
        self._go_to(NUMBERED + r"(?:BUTTON\) )?" + button)
        self.press(ENTER)

    def _go_to(self, found: str) -> None:
        self.press(REDRAW)
        seen = self._drawn()
        place = re.search(found, seen)
        assert place, f"{found!r} is not on the screen:\n{seen}"
        self.press(TOP + NEXT * (int(place[1]) - 1))


@contextmanager
def text_window(address: str, home: Path) -> Iterator[TextWindow]:
    w3m = shutil.which("w3m")
    assert w3m, "w3m is missing; on Debian: apt-get install -y w3m"
    command = [w3m, "-cookie", "-I", "UTF-8", "-O", "UTF-8", "-o", "confirm_qq=0", address]
    with _opened(command, home) as terminal:
        yield TextWindow(terminal)


@contextmanager
def numbered_window(address: str, home: Path) -> Iterator[NumberedWindow]:
    lynx = shutil.which("lynx")
    assert lynx, "lynx is missing; on Debian: apt-get install -y lynx"
    numbered = ["-number_fields", "-tna", "-accept_all_cookies", "-display_charset=utf-8"]
    with _opened([lynx, "-cfg=/dev/null", *numbered, address], home) as terminal:
        yield NumberedWindow(terminal)


@contextmanager
def _opened(command: list[str], home: Path) -> Iterator[int]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {"HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True, cwd=home
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)
