"""What the pages of systems take in."""

from flask import current_app, g
from flask_wtf.file import FileField
from wtforms import StringField

from app.core.errors import N_
from app.systems.operations import AddCertificate, ChangeSystem, RegisterSystem
from app.systems.rules import KINDS, Kind, check_code
from app.web.forms import ChoicesField, DateField, Form, choice, identifier, length, required
from app.web.i18n import translate

LARGEST_FILE = 64 * 1024


def offered() -> list[tuple[str, str]]:
    """The operations of the contract, as choices: by what each is for, with its name, the same in every language."""
    known = current_app.extensions["soap_operations"]
    return [(one.name, f"{translate(g.language, one.title)} ({one.name})") for one in known]


class SystemForm(Form):
    operations = ChoicesField(validators=[required(N_("Ən azı bir əməliyyat seçin."))])
    valid_until = DateField()

    def change(self, code: str) -> ChangeSystem:
        return ChangeSystem(code, self.chosen(), self.valid_until.data)

    def chosen(self) -> tuple[str, ...]:
        return tuple(self.operations.data)

    def validate_operations(self, field: ChoicesField) -> None:
        choice(dict(offered()))(self, field)


class NewSystemForm(SystemForm):
    code = StringField(validators=[required(N_("Sistemin kodunu yazın.")), identifier(check_code)])
    name = StringField(validators=[required(N_("Sistemin adını yazın.")), length(most=200)])
    kind = StringField(validators=[required(N_("Sistemin növünü seçin.")), choice({str(kind) for kind in KINDS})])
    office = StringField(validators=[length(most=10)])

    def command(self) -> RegisterSystem:
        name = (self.name.data or "").strip()
        return RegisterSystem(
            self.code.data or "",
            name,
            Kind(self.kind.data or ""),
            self.chosen(),
            self.valid_until.data,
            self.office.data or "",
        )


class CertificateForm(Form):
    certificate = FileField(validators=[required(N_("Sertifikat faylını seçin."))])

    def command(self, code: str) -> AddCertificate:
        """What is longer than any certificate is none, and is read no further."""
        return AddCertificate(code, self.certificate.data.stream.read(LARGEST_FILE))
