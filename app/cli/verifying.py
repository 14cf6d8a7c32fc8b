"""The library's own command, which believes the root of this installation unless told another."""

from collections.abc import Sequence

from app.adapters.emulators.certification_centre import folder
from app.settings import instance_folder
from signing import command


def run(words: Sequence[str]) -> int:
    instance = instance_folder()
    own = (folder(instance) / "root.crt", instance / "log" / "vkey")
    return command.run(words, "e-gomruk verify", *(path if path.exists() else None for path in own))
