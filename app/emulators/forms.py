"""What the pages of cards, phones and the E-Gov identity take in: a PIN, a PUK, a card, a password."""

from wtforms import PasswordField, StringField

from app.adapters.emulators.hub import Relay
from app.adapters.emulators.registers.moods import Mood, Register
from app.core.errors import N_
from app.emulators.rules import read_values
from app.web.forms import Form, choice, length, required

PIN = [required(N_("PIN kodu yazın.")), length(most=12)]


class PhonePinForm(Form):
    request = StringField()
    pin = PasswordField(validators=PIN)


class CardForm(Form):
    card = StringField(validators=[required(N_("Kartı seçin."))])


class CardPinForm(CardForm):
    pin = PasswordField(validators=PIN)


class PukForm(Form):
    puk = PasswordField(validators=[required(N_("PUK kodu yazın.")), length(most=12)])


class EGovSignInForm(Form):
    username = StringField(validators=[required(N_("İstifadəçi adını yazın.")), length(most=64)])
    password = PasswordField(validators=[required(N_("Şifrəni yazın.")), length(most=300)])


class MoodForm(Form):
    """How a register is to behave."""

    register = StringField(validators=[required(N_("Siyahıdan seçin.")), choice(list(Register))])
    mood = StringField(validators=[required(N_("Siyahıdan seçin.")), choice(list(Mood))])


class HubForm(Form):
    operation = StringField(validators=[required(N_("Əməliyyatı seçin."))])
    person = StringField(validators=[length(most=7)])
    principal = StringField(validators=[length(most=10)])
    message_id = StringField(validators=[length(most=64)])
    values_of_call = StringField(validators=[length(most=20_000)])

    def relay(self) -> Relay:
        values = read_values(self.values_of_call.data or "")
        person, principal, number = (
            (field.data or "").strip() for field in (self.person, self.principal, self.message_id)
        )
        return Relay(self.operation.data or "", values, person.upper(), principal, number)
