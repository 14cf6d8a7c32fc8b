"""The screens of phones and of card readers, for whoever shows or tries the portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from flask import Blueprint, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from app.adapters.emulators.chips import Chip, Locked, NoChip, WrongSecret
from app.adapters.emulators.devices import Devices, devices
from app.adapters.emulators.phones import NotWaiting
from app.adapters.emulators.scripted_phones import SCRIPTS
from app.core.errors import N_, Invalid, NotFound
from app.emulators.forms import CardForm, CardPinForm, PhonePinForm, PukForm
from app.emulators.rules import Asked, Handover, read_asked, read_handover
from app.web.context import clock
from app.web.forms import Form
from app.web.guards import allow
from app.web.htmx import by_script, nothing_new
from app.web.i18n import translate
from app.web.rendering import Values, render
from signing.base64_text import encoded
from signing.certificates import to_der

blueprint = Blueprint("emulators", __name__, url_prefix="/emulators")

UNKNOWN = N_("Belə kart və ya telefon yoxdur.")
WRONG = N_("{secret} yanlışdır. Qalan cəhdlərin sayı: {tries}.")
LOCKED = N_("{secret} bloklanıb.")
TOO_LATE = N_("Sorğu artıq gözləmir: ona cavab verilib və ya vaxtı bitib.")
READY, BLOCKED = N_("İşləyir"), N_("Bloklanıb")
DONE = {
    "confirmed": N_("Təsdiq edildi."),
    "cancelled": N_("Ləğv edildi."),
    "unblocked": N_("PIN blokdan çıxarıldı."),
}


@blueprint.get("/phone")
@allow("emulators.use")
def phones() -> ResponseReturnValue:
    held = [chip for chip in _devices().phones.chips.listed() if chip.number not in SCRIPTS]
    tasks = [_entry(chip, "phone") for chip in held]
    return render("emulators/phones.html", phones=tasks, scripts=list(SCRIPTS.values()))


@blueprint.get("/phone/<number>")
@allow("emulators.use")
def phone(number: str) -> ResponseReturnValue:
    if by_script() and _devices().phones.ringing(number) is None:
        return nothing_new()
    return _phone_page(PhonePinForm(), number)


@blueprint.post("/phone/<number>")
@allow("emulators.use")
def answer_phone(number: str) -> ResponseReturnValue:
    form, phones = PhonePinForm(), _devices().phones
    session, is_cancelled = form.request.data or "", request.form.get("answer") == "cancel"
    if is_cancelled or form.validate():
        with form.refusals(), _refusals("pin"):
            if is_cancelled:
                phones.cancel(number, session)
            else:
                phones.confirm(number, session, form.pin.data or "")
            return redirect(f"/emulators/phone/{number}?done={'cancelled' if is_cancelled else 'confirmed'}", 303)
    return _phone_page(form, number)


@blueprint.get("/card")
@allow("emulators.use")
def cards() -> ResponseReturnValue:
    return render("emulators/cards.html", cards=[_entry(chip, "card") for chip in _devices().cards.listed()])


@blueprint.get("/card/<number>")
@allow("emulators.use")
def card(number: str) -> ResponseReturnValue:
    return _card_page(PukForm(), number)


@blueprint.post("/<any(phone, card):medium>/<number>/unblock")
@allow("emulators.use")
def unblock(medium: str, number: str) -> ResponseReturnValue:
    form, devices = PukForm(), _devices()
    chips = devices.cards if medium == "card" else devices.phones.chips
    if form.validate():
        with form.refusals(), _refusals("puk"):
            chips.unblock(number, form.puk.data or "")
            return redirect(f"/emulators/{medium}/{number}?done=unblocked", 303)
    return _card_page(form, number) if medium == "card" else _phone_page(form, number)


@blueprint.get("/card/read")
@allow("emulators.use")
def read_card() -> ResponseReturnValue:
    return _read_page(CardForm())


@blueprint.post("/card/read")
@allow("emulators.use")
def give_certificate() -> ResponseReturnValue:
    """Whoever prepares a signature needs its certificate first; no PIN guards what is public."""
    form, asked, cards = CardForm(), _reading(), _devices().cards
    if form.validate():
        with form.refusals(), _refusals(""):
            number = form.card.data or ""
            certificate = encoded(to_der(cards.certificate(number, asked.use)))
            made = {"card": number, "certificate": certificate, "state": asked.state}
            return render("emulators/used.html", asked=asked, made=list(made.items()), is_read=True)
    return _read_page(form)


@blueprint.get("/card/use")
@allow("emulators.use")
def use_card() -> ResponseReturnValue:
    return _use_page(CardPinForm(), _handover())


@blueprint.post("/card/use")
@allow("emulators.use")
def sign_with_card() -> ResponseReturnValue:
    """Answers with a page that sends the signature on: a browser takes nothing along on a redirection."""
    form, asked, cards = CardPinForm(), _handover(), _devices().cards
    if form.validate():
        number = form.card.data or ""
        with form.refusals(), _refusals("pin"):
            value = cards.sign(number, asked.use, form.pin.data or "", asked.digest, asked.hash_name)
            certificate = encoded(to_der(cards.certificate(number, asked.use)))
            made = {"card": number, "certificate": certificate, "signature": encoded(value), "state": asked.state}
            return render("emulators/used.html", asked=asked, made=list(made.items()), is_read=False)
    return _use_page(form, asked)


def _devices() -> Devices:
    return devices(current_app.extensions["settings"], clock())


@contextmanager
def _refusals(field: str) -> Iterator[None]:
    """What a chip refuses, in words; a field that is shown no longer is not named."""
    try:
        yield
    except NoChip:
        raise NotFound("emulators.unknown", UNKNOWN) from None
    except WrongSecret as error:
        if error.tries:
            raise Invalid("emulators.wrong_secret", WRONG, field=field, secret=error.name, tries=error.tries) from None
        raise Invalid("emulators.locked", LOCKED, secret=error.name) from None
    except Locked as error:
        raise Invalid("emulators.locked", LOCKED, secret=error.name) from None
    except NotWaiting:
        raise Invalid("emulators.too_late", TOO_LATE) from None


def _phone_page(form: Form, number: str) -> ResponseReturnValue:
    phones = _devices().phones
    with _refusals(""):
        chip = phones.chips.find(number)
    return form.page("emulators/phone.html", phone=chip, ringing=phones.ringing(number), notices=_notices())


def _card_page(form: Form, number: str) -> ResponseReturnValue:
    with _refusals(""):
        chip = _devices().cards.find(number)
    return form.page("emulators/card.html", card=chip, notices=_notices())


def _use_page(form: CardPinForm, asked: Handover) -> ResponseReturnValue:
    """With the card chosen that was read before."""
    read = request.args.get("card", "")
    chosen = {"values": Values({"card": read})} if request.method == "GET" else {}
    locked = _locked(form.card.data or read, asked)
    return form.page("emulators/use.html", asked=asked, cards=_choices(), locked=locked, **chosen)


def _locked(number: str, asked: Handover) -> str:
    """The certificate of a card that takes no PIN any more: the portal sees no PIN and knows what the reader tells."""
    cards = _devices().cards
    found = [chip for chip in cards.listed() if chip.number == number and chip.is_locked(asked.use)]
    return encoded(to_der(cards.certificate(number, asked.use))) if found else ""


def _read_page(form: Form) -> ResponseReturnValue:
    return form.page("emulators/read.html", asked=_reading(), cards=_choices())


def _choices() -> list[tuple[str, str]]:
    return [(chip.number, f"{chip.holder}, {chip.number}") for chip in _devices().cards.listed()]


def _handover() -> Handover:
    return read_handover(request.args, current_app.extensions["settings"].base_url)


def _reading() -> Asked:
    return read_asked(request.args, current_app.extensions["settings"].base_url)


def _notices() -> list[str]:
    done = DONE.get(request.args.get("done", ""))
    return [translate(g.language, done)] if done and request.method == "GET" else []


def _entry(chip: Chip, medium: str) -> SimpleNamespace:
    """A line of a list, as the component of lists takes it."""
    state, tone = (BLOCKED, "bad") if chip.locked_pins else (READY, "")
    word = translate(g.language, state)
    return SimpleNamespace(
        title=chip.holder, hint=chip.number, href=f"/emulators/{medium}/{chip.number}", word=word, tone=tone
    )
