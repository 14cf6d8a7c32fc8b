"""How each emulated register behaves, as whoever tries the portal orders it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.adapters.emulators.devices import FILE
from app.adapters.emulators.store import Store
from app.settings import Settings, SettingsError


class Register(StrEnum):
    POPULATION = "population"
    TAXPAYERS = "taxpayers"


class Mood(StrEnum):
    WELL = "well"
    SLOW = "slow"  # Answers later than anybody waits.
    DOWN = "down"
    BROKEN = "broken"  # Answers what is no answer.


@dataclass(frozen=True, slots=True)
class Moods:
    store: Store

    def all(self) -> Mapping[Register, Mood]:
        with self.store.reading() as connection:
            rows = connection.execute("SELECT register, mood FROM register_mood").fetchall()
        ordered = {row["register"]: row["mood"] for row in rows}
        return {register: Mood(ordered.get(register, Mood.WELL)) for register in Register}

    def order(self, register: Register, mood: Mood) -> None:
        with self.store.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO register_mood VALUES (?, ?)", (register, mood))


def moods(settings: Settings) -> Moods:
    """Raises SettingsError in production mode, which has no registers of its own."""
    if not settings.is_demo:
        raise SettingsError("production mode refuses emulated registers")
    return Moods(Store(settings.instance / FILE))
