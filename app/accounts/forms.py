"""What the pages of accounts take in."""

from datetime import date
from typing import cast

from wtforms import PasswordField, StringField

from app.accounts.operations import (
    AskForEmail,
    AskForPasswordLink,
    BeginAsanImza,
    Browser,
    ChangePassword,
    GivePower,
    SetPassword,
    SignIn,
)
from app.accounts.rules import SCOPES, check_user_id
from app.core.errors import N_
from app.core.identifiers import check_phone, check_pin
from app.web.forms import ChoicesField, DateField, Form, choice, identifier, length, required

NAME = [required(N_("İstifadəçi adını yazın.")), length(most=64)]
PASSWORD = [required(N_("Şifrəni yazın.")), length(most=300)]
NEW_PASSWORD = [required(N_("Yeni şifrəni yazın.")), length(most=300)]


class SignInForm(Form):
    username = StringField(validators=NAME)
    password = PasswordField(validators=PASSWORD)

    def command(self, agent: str) -> SignIn:
        return SignIn((self.username.data or "").strip(), self.password.data or "", agent)


class AskForPasswordLinkForm(Form):
    username = StringField(validators=NAME)

    def command(self) -> AskForPasswordLink:
        return AskForPasswordLink((self.username.data or "").strip())


class SetPasswordForm(Form):
    new_password = PasswordField(validators=NEW_PASSWORD)

    def command(self, token: str) -> SetPassword:
        return SetPassword(token, self.new_password.data or "")


class ChangePasswordForm(Form):
    password = PasswordField(validators=PASSWORD)
    new_password = PasswordField(validators=NEW_PASSWORD)

    def command(self, agent: str) -> ChangePassword:
        return ChangePassword(self.password.data or "", self.new_password.data or "", agent)


class PowerForm(Form):
    holder = StringField(validators=[required(N_("Etibarnamə alan şəxsin FİN-ini yazın.")), identifier(check_pin)])
    valid_from = DateField(validators=[required(N_("Etibarnamənin birinci gününü yazın."))])
    valid_until = DateField(validators=[required(N_("Etibarnamənin son gününü yazın."))])
    scope = ChoicesField(validators=[choice(SCOPES)])

    def command(self) -> GivePower:
        first, last = cast("date", self.valid_from.data), cast("date", self.valid_until.data)  # Both are required.
        return GivePower(self.holder.data or "", first, last, tuple(self.scope.data))


class AsanImzaForm(Form):
    phone = StringField(validators=[required(N_("Telefon nömrəsini yazın.")), identifier(check_phone)])
    user_id = StringField(validators=[required(N_("İstifadəçi ID-sini yazın.")), identifier(check_user_id)])

    def command(self, browser: Browser, target: str, *, proves: bool) -> BeginAsanImza:
        return BeginAsanImza(self.phone.data or "", self.user_id.data or "", browser, target, proves)


class EmailForm(Form):
    email = StringField(validators=[required(N_("Yeni ünvanı yazın.")), length(most=254)])

    def command(self) -> AskForEmail:
        return AskForEmail((self.email.data or "").strip())
