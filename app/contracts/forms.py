"""What the pages of contracts take in. The answers themselves are read by the rules, the same for every door."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from flask_wtf.file import FileField
from wtforms import BooleanField, PasswordField, StringField

from app.accounts.rules import check_user_id
from app.contracts.operations import (
    Activate,
    AddPaper,
    AskForLink,
    Begin,
    BeginPhone,
    Decide,
    End,
    FillIn,
    RecordSignature,
    Refuse,
    ReturnApplication,
    SignContract,
)
from app.contracts.queries import Key, QueueFilter
from app.contracts.rules import FIELDS, VARIANTS, Paper, Step
from app.core.errors import N_
from app.core.identifiers import check_phone
from app.web.forms import DateField, Form, choice, identifier, length, page_number, required

LONGEST_ANSWER = 400
FILE = [required(N_("Göndəriləcək faylı seçin."))]
NEW_PASSWORD = [required(N_("Yeni şifrəni yazın.")), length(most=300)]


class BeginForm(Form):
    variant = StringField(validators=[required(N_("Kimin adından müraciət etdiyinizi seçin.")), choice(VARIANTS)])
    email = StringField(validators=[required(N_("Elektron poçt ünvanını yazın.")), length(most=254)])

    def command(self) -> Begin:
        return Begin(self.variant.data or "", self.email.data or "")


class LinkForm(Form):
    number = StringField(validators=[required(N_("Müraciətin nömrəsini yazın.")), length(most=20)])
    email = StringField(validators=[required(N_("Elektron poçt ünvanını yazın.")), length(most=254)])

    def command(self) -> AskForLink:
        return AskForLink(self.number.data or "", self.email.data or "")


class AnswersForm(Form):
    """One page of questions, whichever of them it shows."""

    payer = StringField(validators=[length(most=LONGEST_ANSWER)])
    firm = StringField(validators=[length(most=LONGEST_ANSWER)])
    address = StringField(validators=[length(most=LONGEST_ANSWER)])
    pin = StringField(validators=[length(most=LONGEST_ANSWER)])
    name = StringField(validators=[length(most=LONGEST_ANSWER)])
    position = StringField(validators=[length(most=LONGEST_ANSWER)])
    phone = StringField(validators=[length(most=LONGEST_ANSWER)])
    iban = StringField(validators=[length(most=LONGEST_ANSWER)])
    is_non_commercial = BooleanField()

    def command(self, key: Key, step: Step) -> FillIn:
        answers = {field.name: self[field.name].data or "" for field in FIELDS}
        return FillIn(key, step, answers, is_non_commercial=bool(self.is_non_commercial.data))


class PaperForm(Form):
    file = FileField(validators=FILE)

    def command(self, key: Key, paper: Paper) -> AddPaper:
        sent = self.file.data
        return AddPaper(key, paper, sent.stream, sent.filename, sent.mimetype)


class SignedForm(Form):
    file = FileField(validators=FILE)

    def command(self, key: Key, most: int) -> SignContract:
        return SignContract(key, self.file.data.stream.read(most + 1))


class PhoneForm(Form):
    phone = StringField(validators=[required(N_("Telefon nömrəsini yazın.")), identifier(check_phone)])
    user_id = StringField(validators=[required(N_("İstifadəçi ID-sini yazın.")), identifier(check_user_id)])

    def command(self, key: Key, browser: str) -> BeginPhone:
        return BeginPhone(key, browser, self.phone.data or "", self.user_id.data or "")


class ActivateForm(Form):
    new_password = PasswordField(validators=NEW_PASSWORD)

    def command(self, token: str) -> Activate:
        return Activate(token, self.new_password.data or "")


class DecisionForm(Form):
    """The version that the officer had before his eyes."""

    version = StringField()

    def seen(self) -> int:
        """What is no number is no version that anybody can have seen."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 0

    def command(self, public_id: str) -> Decide:
        return Decide(public_id, self.seen())


class ReturnForm(DecisionForm):
    def returned(self, public_id: str, faults: Mapping[str, str]) -> ReturnApplication:
        return ReturnApplication(public_id, self.seen(), faults)


class ReasonForm(DecisionForm):
    reason = StringField(validators=[required(N_("Əsası yazın: müraciət edən onu oxuyacaq.")), length(most=4000)])

    def refusal_of(self, public_id: str) -> Refuse:
        return Refuse(public_id, self.seen(), self.reason.data or "")

    def end_of(self, public_id: str) -> End:
        return End(public_id, self.seen(), self.reason.data or "")


class SignatureForm(DecisionForm):
    signed_on = DateField(validators=[required(N_("Müqavilənin imzalandığı günü yazın."))])
    file = FileField(validators=FILE)

    def record_of(self, public_id: str) -> RecordSignature:
        sent, day = self.file.data, cast("date", self.signed_on.data)
        return RecordSignature(public_id, self.seen(), day, sent.stream, sent.filename, sent.mimetype)


def queue_filter(sent: Mapping[str, str], sorts: Mapping[str, object]) -> QueueFilter:
    """Whatever an address says; what makes no sense is as if it were not there."""
    sort, text = sent.get("sort", ""), sent.get("q", "")[:LONGEST_ANSWER]
    return QueueFilter(sent.get("state", ""), text, sort if sort in sorts else "due", page_number(sent))
