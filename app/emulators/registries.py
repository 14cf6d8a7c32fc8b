"""The page of the emulated registers: who is in them, and how they behave."""

from flask import Blueprint, current_app, redirect
from flask.typing import ResponseReturnValue

from app.adapters.emulators.registers.moods import Mood, Moods, Register, moods
from app.adapters.emulators.registers.records import people, taxpayers
from app.core.errors import N_
from app.emulators.forms import MoodForm
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("registries", __name__)
PATH = "/emulators/registries"
REGISTERS = {Register.POPULATION: N_("Əhali reyestri"), Register.TAXPAYERS: N_("Vergi ödəyiciləri reyestri")}
MOODS = {
    Mood.WELL: N_("İşləyir"),
    Mood.SLOW: N_("Gec cavab verir"),
    Mood.DOWN: N_("Cavab vermir"),
    Mood.BROKEN: N_("Oxunmayan cavab verir"),
}


@blueprint.get(PATH)
@allow("emulators.use")
def shown() -> ResponseReturnValue:
    voens = {row["pin"]: row["voen"] for row in taxpayers()}
    now = {register: MOODS[mood] for register, mood in _moods().all().items()}
    return render("emulators/registries.html", people=people(), voens=voens, registers=REGISTERS, moods=MOODS, now=now)


@blueprint.post(PATH)
@allow("emulators.use")
def order() -> ResponseReturnValue:
    form = MoodForm()
    if form.validate():
        _moods().order(Register(form.register.data or ""), Mood(form.mood.data or ""))
    return redirect(PATH, 303)


def _moods() -> Moods:
    return moods(current_app.extensions["settings"])
