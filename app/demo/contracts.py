"""One application that waits in the officers' queue, made as its applicant would make it."""

from dataclasses import replace
from io import BytesIO

from sqlalchemy import select

from app.contracts import operations
from app.contracts.models import Contract
from app.contracts.queries import Key
from app.contracts.rules import Paper, Step
from app.core.context import ANONYMOUS, Context
from app.core.outbox import OutboxRow

EMAIL = "kamal@demo.invalid"
ANSWERS = {
    Step.PAYER: {"payer": "9900000421", "firm": "«Araz İxrac» MMC", "address": "Gəncə şəhəri, Nizami küçəsi 1"},
    Step.PERSON: {"pin": "4AB5C6D", "name": "Kamal Əliyev", "position": "direktor"},
    Step.CONTACT: {"phone": "+994502000020", "iban": "AZ21NABZ00000000137010001944"},
}
PAPERS = {
    Paper.LETTER: ("Müraciət məktubu.pdf", "Numune: resmi muraciet mektubu"),
    Paper.REGISTRATION: ("Şəhadətnamə.pdf", "Numune: dovlet qeydiyyati haqqinda sehadetname"),
    Paper.FOUNDERS: ("Təsisçinin vəsiqəsi.pdf", "Numune: sexsiyyet vesiqesi"),
}


def load_application(context: Context) -> int:
    """Gives how many applications were added."""
    if context.session.scalar(select(Contract.id).where(Contract.email == EMAIL).limit(1)) is not None:
        return 0
    stranger = replace(context, actor=ANONYMOUS)
    begun = operations.begin(stranger, operations.Begin("firm", EMAIL))
    key = Key(begun.public_id, _mailed_token(context, begun.number))
    operations.enter(stranger, operations.Enter(key.token))
    for step, answers in ANSWERS.items():
        operations.fill_in(stranger, operations.FillIn(key, step, answers))
    for paper, (name, text) in PAPERS.items():
        command = operations.AddPaper(key, paper, BytesIO(_page(text)), name, "application/pdf")
        operations.add_paper(stranger, command)
    operations.send(stranger, operations.Own(key))
    return 1


def _mailed_token(context: Context, number: str) -> str:
    """The applicant reads it in his mail; nobody reads the mail of a demonstration."""
    waiting = select(OutboxRow.payload).where(OutboxRow.topic == operations.MAIL).order_by(OutboxRow.id.desc())
    link = next(sent["link"] for sent in context.session.scalars(waiting) if sent.get("number") == number)
    context.session.rollback()
    return str(link).rpartition("/")[2]


def _page(text: str) -> bytes:
    from pikepdf import Dictionary, Name, Pdf, Stream

    saved = BytesIO()
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842)).obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = Stream(document, f"BT /F1 18 Tf 72 740 Td ({text}) Tj ET".encode("ascii"))
        document.save(saved, static_id=True)
    return saved.getvalue()
