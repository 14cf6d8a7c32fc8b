"""The cards and phones of one demonstration, as its pages and its services find them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.adapters.emulators import certification_centre
from app.adapters.emulators.chips import Chips, Medium
from app.adapters.emulators.phones import Phones
from app.adapters.emulators.store import Store
from app.core.clock import Clock, SystemClock
from app.settings import Settings

FILE = "emulators.sqlite"


@dataclass(frozen=True, slots=True)
class Devices:
    cards: Chips
    phones: Phones


def devices(settings: Settings, clock: Clock | None = None, pause: Callable[[float], None] = time.sleep) -> Devices:
    """Nothing is opened before it is needed. Raises SettingsError in production mode."""
    certification_centre.refuse_in_production(settings)
    store, centre = Store(settings.instance / FILE), partial(certification_centre.found, settings)
    passphrase = certification_centre.passphrase(settings)
    cards, sims = (Chips(store, medium, centre, passphrase) for medium in (Medium.CARD, Medium.PHONE))
    return Devices(cards, Phones(store, sims, clock or SystemClock(), pause))
