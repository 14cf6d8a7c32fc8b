"""What the pages of the GÖÖEN take in: by what a person is named, what is wrong in his data, an officer's answer."""

from flask_wtf.file import FileField
from wtforms import StringField

from app.core.errors import N_
from app.gooen.operations import Answer, Copy, FindHolder, LookUp, PictureAnswer, ReportError
from app.gooen.rules import PAPERS, WRONGS, Wrong, check_paper
from app.reference.rules import load_countries
from app.web.forms import DateField, Form, choice, length, required

COUNTRIES = frozenset(load_countries())


class LookUpForm(Form):
    """Source 1: citizenship, type of the document, its number, the code."""

    citizenship = StringField(validators=[required(N_("Vətəndaşlığı seçin.")), choice(COUNTRIES)])
    kind = StringField(validators=[required(N_("Sənədin növünü seçin.")), choice(PAPERS)])
    number = StringField(validators=[required(N_("PİN kodu və ya sənədin nömrəsini yazın.")), length(most=40)])
    born = DateField()  # On the page where the operator asks for it.
    code = StringField(validators=[required(N_("Şəkildəki kodu yazın.")), length(most=40)])
    picture = StringField(validators=[length(most=64)])

    def command(self, asker: str) -> LookUp:
        paper = check_paper(self.citizenship.data or "", self.kind.data or "", self.number.data or "")
        answer = PictureAnswer(self.picture.data or "", self.code.data or "")
        return LookUp(paper, asker, answer, self.born.data)


class CorrectionForm(Form):
    """What is wrong, what is right, how to be reached; a copy of the document if he likes."""

    wrong = StringField(validators=[required(N_("Nəyin səhv olduğunu seçin.")), choice(WRONGS)])
    right = StringField(validators=[required(N_("Düzgün məlumatı yazın.")), length(most=300)])
    email = StringField(validators=[length(most=254)])
    file = FileField()

    def command(self, public_id: str, asker: str) -> ReportError:
        sent = self.file.data
        copy = Copy(sent.stream, sent.filename or "", sent.mimetype or "") if sent else None
        return ReportError(
            public_id, asker, Wrong(self.wrong.data or ""), self.right.data or "", self.email.data or "", copy
        )


class NumberForm(Form):
    number = StringField(validators=[required(N_("GÖÖEN-i yazın.")), length(most=40)])

    def command(self) -> FindHolder:
        return FindHolder(self.number.data or "")


class FollowForm(Form):
    code = StringField(validators=[required(N_("Sorğunun nömrəsini yazın.")), length(most=40)])


class AnswerForm(Form):
    text = StringField(validators=[required(N_("Cavabı yazın.")), length(most=1000)])

    def command(self, code: str) -> Answer:
        return Answer(code, self.text.data or "")
