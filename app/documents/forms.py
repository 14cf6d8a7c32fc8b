"""What the page of documents takes in."""

from flask_wtf.file import FileField

from app.core.errors import N_
from app.documents.operations import UploadDocument
from app.web.forms import Form, required


class UploadForm(Form):
    file = FileField(validators=[required(N_("Göndəriləcək faylı seçin."))])

    def command(self) -> UploadDocument:
        sent = self.file.data
        return UploadDocument(sent.stream, sent.filename, sent.mimetype)
