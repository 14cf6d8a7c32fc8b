"""The one form of the GÖÖEN: by what a person is named, and the code in the picture."""

from wtforms import StringField

from app.core.errors import N_
from app.gooen.operations import LookUp, PictureAnswer
from app.gooen.rules import PAPERS, check_paper
from app.reference.rules import load_countries
from app.web.forms import Form, choice, length, required

COUNTRIES = frozenset(load_countries())


class LookUpForm(Form):
    """Source 1: citizenship, type of the document, its number, the code."""

    citizenship = StringField(validators=[required(N_("Vətəndaşlığı seçin.")), choice(COUNTRIES)])
    kind = StringField(validators=[required(N_("Sənədin növünü seçin.")), choice(PAPERS)])
    number = StringField(validators=[required(N_("PİN kodu və ya sənədin nömrəsini yazın.")), length(most=40)])
    code = StringField(validators=[required(N_("Şəkildəki kodu yazın.")), length(most=40)])
    picture = StringField(validators=[length(most=40)])

    def command(self, asker: str) -> LookUp:
        paper = check_paper(self.citizenship.data or "", self.kind.data or "", self.number.data or "")
        return LookUp(paper, asker, PictureAnswer(self.picture.data or "", self.code.data or ""))
