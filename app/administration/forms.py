"""What the pages of administration take in."""

from datetime import date
from typing import cast

from flask import request
from wtforms import StringField

from app.accounts.rules import Barred
from app.administration.operations import (
    CloseAccess,
    ProposeHoliday,
    ProposeRemoval,
    ProposeReopening,
    ProposeRight,
    Reject,
)
from app.administration.queries import Search
from app.administration.rules import RIGHTS, ROLES, Change
from app.core.errors import N_, Invalid
from app.core.identifiers import check_pin
from app.core.text import fold_code
from app.reference.operations import CloseOffice, OpenOffice, RenameOffice
from app.reference.rules import HOLIDAY_KINDS
from app.web.forms import DateField, Form, choice, length, optional, required

REASON = [required(N_("Səbəbi yazın.")), length(most=500)]
NAME = length(most=200)


def search() -> Search:
    """From the address; what is no choice there is as not asked."""
    asked = request.args
    return Search(
        name=asked.get("q", "")[:120].strip(),
        pin=_pin(asked.get("pin", "")),
        username=asked.get("username", "")[:32].strip(),
        role=_one_of(asked.get("role", ""), {str(role) for role in ROLES}),
        office=asked.get("office", "")[:10],
        state=_one_of(asked.get("state", ""), {"active", "disabled"}),
        sort=_one_of(asked.get("sort", ""), {"newest"}),
        after=asked.get("after", "")[:32],
    )


def _pin(text: str) -> str:
    """A FİN that cannot be one finds nobody."""
    try:
        return check_pin(text) if text.strip() else ""
    except Invalid:
        return fold_code(text)[:20]


def _one_of(text: str, known: set[str]) -> str:
    return text if text in known else ""


class ReasonForm(Form):
    reason = StringField(validators=REASON)

    def reopening(self, bar: str) -> ProposeReopening:
        return ProposeReopening(bar, self.reason.data or "")

    def removal(self, on: date) -> ProposeRemoval:
        return ProposeRemoval(on, self.reason.data or "")


class RejectForm(Form):
    note = StringField(validators=[required(N_("Rəddin səbəbini yazın.")), length(most=500)])

    def command(self, public_id: str) -> Reject:
        return Reject(public_id, self.note.data or "")


class RightForm(Form):
    change = StringField(validators=[required(N_("Nəyin dəyişdiyini seçin.")), choice({str(one) for one in RIGHTS})])
    role = StringField(validators=[optional(), choice({str(role) for role in ROLES})])
    office = StringField(validators=[length(most=10)])
    reason = StringField(validators=REASON)

    def command(self, person: str) -> ProposeRight:
        change, role = Change(self.change.data or ""), self.role.data or ""
        if change is not Change.SET_OFFICE and not role:
            raise Invalid("field.required", N_("Rolu seçin."), field="role")
        is_given = change is not Change.TAKE_ROLE
        office = self.office.data or "" if is_given else ""
        return ProposeRight(
            person, change, role if change is not Change.SET_OFFICE else "", office, self.reason.data or ""
        )


class CloseForm(Form):
    kind = StringField(validators=[required(N_("Nəyin bağlandığını seçin.")), choice({str(kind) for kind in Barred})])
    subject = StringField(validators=[required(N_("Şəxsi, cihazı və ya vasitəni göstərin.")), length(most=200)])
    reason = StringField(validators=[required(N_("Səbəbi yazın.")), length(most=200)])

    def command(self) -> CloseAccess:
        return CloseAccess(Barred(self.kind.data or ""), (self.subject.data or "").strip(), self.reason.data or "")


class OfficeForm(Form):
    name_az = StringField(validators=[required(N_("Azərbaycanca adı yazın.")), NAME])
    name_en = StringField(validators=[required(N_("İngiliscə adı yazın.")), NAME])
    name_ru = StringField(validators=[required(N_("Rusca adı yazın.")), NAME])
    since = DateField(validators=[required(N_("Birinci günü yazın."))])

    def renaming(self, code: str) -> RenameOffice:
        return RenameOffice(code, *self._names(), since=cast("date", self.since.data))

    def _names(self) -> tuple[str, str, str]:
        return ((self.name_az.data or "").strip(), (self.name_en.data or "").strip(), (self.name_ru.data or "").strip())


class NewOfficeForm(OfficeForm):
    code = StringField(validators=[required(N_("Kodu yazın.")), length(most=10)])

    def command(self) -> OpenOffice:
        return OpenOffice(fold_code(self.code.data or ""), *self._names(), since=cast("date", self.since.data))


class ClosingForm(Form):
    last_day = DateField(validators=[required(N_("Sonuncu iş gününü yazın."))])

    def command(self, code: str) -> CloseOffice:
        return CloseOffice(code, cast("date", self.last_day.data))


class HolidayForm(Form):
    on = DateField(validators=[required(N_("Günü yazın."))])
    kind = StringField(validators=[required(N_("Günün növünü seçin.")), choice({str(kind) for kind in HOLIDAY_KINDS})])
    name_az = StringField(validators=[required(N_("Azərbaycanca adı yazın.")), length(most=120)])
    name_en = StringField(validators=[required(N_("İngiliscə adı yazın.")), length(most=120)])
    name_ru = StringField(validators=[required(N_("Rusca adı yazın.")), length(most=120)])
    source = StringField(validators=[required(N_("Mənbəni yazın: qərarın adı, nömrəsi və tarixi.")), length(most=200)])
    reason = StringField(validators=REASON)

    def command(self) -> ProposeHoliday:
        texts = (self.kind, self.name_az, self.name_en, self.name_ru, self.source, self.reason)
        return ProposeHoliday(cast("date", self.on.data), *((field.data or "").strip() for field in texts))
