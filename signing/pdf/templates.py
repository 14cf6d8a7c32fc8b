"""Templates of paper. A template that was released stays as it is for ever; a better one is a new folder.

What a template looks like depends on its own files, on the frame that it shares with others and on the fonts: its
identity is one digest over all of them, the same that `sha256sum` over those files, and over its output, would give.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from signing.errors import Malformed

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
FRAMES = {"record-v1": "frame-v1", "decision-v1": "frame-v1", "gooen-v1": "frame-v1"}


@dataclass(frozen=True)
class Template:
    """A template with all files that it is made of; `version` is its name with its number."""

    version: str
    sha256: str
    files: dict[str, bytes] = field(repr=False, compare=False)


@cache
def template(version: str) -> Template:
    """A released template, read once."""
    frame = FRAMES.get(version)
    if frame is None:
        raise Malformed(f"there is no template {version!r:.80}")
    paths = sorted([*(TEMPLATES / frame).iterdir(), *(TEMPLATES / version).iterdir()])
    files = {path.relative_to(TEMPLATES).as_posix(): path.read_bytes() for path in paths}
    fonts = {f"fonts/{path.name}": path.read_bytes() for path in sorted(FONTS.glob("*.ttf"))}
    return Template(version, _digest(fonts | files), files)


def _digest(files: dict[str, bytes]) -> str:
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
