"""What the pages of cards, phones and the E-Gov identity take in: a PIN, a PUK, a card, a password."""

from wtforms import PasswordField, StringField

from app.core.errors import N_
from app.web.forms import Form, length, required

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
