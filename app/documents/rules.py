"""Which files are taken: their kinds, their limits, their names, and the words in which one is refused."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from app.core.errors import N_, Invalid
from app.core.text import display_name

MEGABYTE = 1024 * 1024
LONGEST_NAME = 200


class Kind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"


class State(StrEnum):
    """What the virus scanner has said."""

    CLEAN = "clean"
    # The scanner gave no answer yet: the owner sees the document in his list, nobody gets its content.
    QUARANTINED = "quarantined"
    # There is no scanner, which happens only in a demonstration.
    NOT_SCANNED = "not_scanned"
    # Found later, with newer signatures.
    INFECTED = "infected"


OPEN = frozenset({State.CLEAN, State.NOT_SCANNED})
STATE_OF_VERDICT = {
    "clean": State.CLEAN,
    "unknown": State.QUARANTINED,
    "not_scanned": State.NOT_SCANNED,
    "infected": State.INFECTED,
}


@dataclass(frozen=True)
class Format:
    """How a kind shows itself: by the first bytes of the content, by the extension, by the declared type."""

    kind: Kind
    magics: tuple[bytes, ...]
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]


FORMATS = {
    form.kind: form
    for form in (
        Format(Kind.PDF, (b"%PDF-",), (".pdf",), ("application/pdf", "application/x-pdf")),
        Format(Kind.PNG, (b"\x89PNG\r\n\x1a\n",), (".png",), ("image/png",)),
        Format(Kind.JPEG, (b"\xff\xd8\xff",), (".jpg", ".jpeg"), ("image/jpeg", "image/jpg", "image/pjpeg")),
        Format(Kind.TIFF, (b"II*\0", b"MM\0*"), (".tif", ".tiff"), ("image/tiff", "image/x-tiff")),
    )
}
# What a browser sends when the system knows no type for the extension.
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}


@dataclass(frozen=True)
class Limits:
    """How much one file, and one participant, may bring."""

    size: int = 10 * MEGABYTE
    size_per_day: int = 500 * MEGABYTE
    pages: int = 200
    pdf_objects: int = 20_000
    pdf_values: int = 1_000_000
    pdf_unpacked: int = 128 * MEGABYTE
    pixels: int = 40_000_000
    pixels_of_all_pages: int = 400_000_000


LIMITS = Limits()


class Refused(Exception):
    """The inspection says no, in one of the words of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


REFUSALS = {
    "empty": N_("Fayl boşdur. Faylı yenidən saxlayın və ya skan edin."),
    "size": N_("Faylın həcmi {megabytes} MB-dan çoxdur. Onu kiçildin və ya bir neçə fayla bölün."),
    "type": N_("Bu növ fayl qəbul edilmir. Sənədi PDF, PNG, JPEG və ya TIFF formatında göndərin."),
    "archive": N_("Arxiv faylı qəbul edilmir. Sənədləri arxivdən çıxarıb bir-bir göndərin."),
    "office": N_("Word və Excel faylları qəbul edilmir. Sənədi PDF formatında saxlayıb göndərin."),
    "markup": N_("Veb-səhifə və SVG faylları qəbul edilmir. Sənədi PDF formatında saxlayıb göndərin."),
    "program": N_("Bu fayl proqramdır, sənəd deyil. Sənədi PDF, PNG, JPEG və ya TIFF formatında göndərin."),
    "extension": N_(
        "Faylın məzmunu {kind} formatındadır, adının sonluğu isə buna uyğun deyil. Sonluğu {extension} edin."
    ),
    "declared_type": N_(
        "Faylın məzmunu {kind} formatındadır, lakin o, başqa növ kimi göndərilib. Faylı yenidən seçin."
    ),
    "name": N_("Faylın adı yoxdur. Fayla ad verib yenidən göndərin."),
    "damaged": N_("Fayl zədələnib və ya yarımçıqdır. Onu açıb yenidən saxlayın, yaxud sənədi yenidən skan edin."),
    "mixed": N_("Faylın içində başqa bir fayl gizlədilib. Sənədi yenidən PDF kimi saxlayın və ya skan edin."),
    "trailing": N_("Sənədin sonundan sonra əlavə məlumat var. Faylı açıb yenidən saxlayın və ya skan edin."),
    "too_complex": N_("Fayl yoxlama üçün həddən artıq mürəkkəbdir. Sənədi skan edib yenidən göndərin."),
    "pages": N_("Sənəddə {pages} səhifədən çoxdur. Onu bir neçə fayla bölün."),
    "pixels": N_(
        "Şəklin ölçüsü {megapixels} meqapikseldən çoxdur. Daha aşağı keyfiyyətlə (məsələn, 300 dpi) skan edin."
    ),
    "bomb": N_("Fayl açılanda həddən artıq böyüyür. Sənədi skan edib yenidən göndərin."),
    "animated": N_("Hərəkətli və ya çoxkadrlı şəkil qəbul edilmir. Adi şəkil və ya PDF göndərin."),
    "pdf.encrypted": N_("PDF parolla və ya məhdudiyyətlə qorunur. Qorumanı götürüb yenidən saxlayın."),
    "pdf.objects": N_("PDF-də həddən artıq obyekt var. Sənədi skan edib yenidən göndərin."),
    "pdf.script": N_("PDF-də proqram kodu (JavaScript) var. Sənədi «PDF kimi çap et» əmri ilə yenidən saxlayın."),
    "pdf.action": N_("PDF açılanda özü əməl icra edir. Sənədi «PDF kimi çap et» əmri ilə yenidən saxlayın."),
    "pdf.launch": N_("PDF başqa proqramı və ya faylı açır. Sənədi «PDF kimi çap et» əmri ilə yenidən saxlayın."),
    "pdf.form": N_(
        "PDF-dəki forma məlumat göndərir və ya idxal edir. Onu «PDF kimi çap et» əmri ilə yenidən saxlayın."
    ),
    "pdf.xfa": N_("PDF dinamik (XFA) formadır. Onu «PDF kimi çap et» əmri ilə yenidən saxlayın."),
    "pdf.attachment": N_("PDF-ə başqa fayl əlavə olunub. Əlavəni çıxarın və ayrıca sənəd kimi göndərin."),
    "pdf.media": N_("PDF-də video, səs və ya üçölçülü model var. Sənədi «PDF kimi çap et» əmri ilə yenidən saxlayın."),
    "pdf.external": N_(
        "PDF məzmununun bir hissəsini başqa fayldan götürür. Onu «PDF kimi çap et» əmri ilə yenidən saxlayın."
    ),
    "infected": N_("Faylda zərərli proqram tapıldı ({signature}). Kompüterinizi yoxlayın; bu fayl saxlanılmadı."),
    "daily_size": N_("Bu gün göndərilən faylların həcmi {megabytes} MB-a çatıb. Qalanını sabah göndərin."),
}


def refusal(code: str, **facts: str | int) -> Invalid:
    """The answer to the user for one of the words of REFUSALS."""
    known: dict[str, Any] = {
        "megabytes": LIMITS.size // MEGABYTE,
        "pages": LIMITS.pages,
        "megapixels": LIMITS.pixels // 1_000_000,
    }
    return Invalid(f"documents.{code}", REFUSALS[code], field="file", **(known | facts))


def clean_name(name: str) -> str:
    """The name as it is shown and kept: its last part, every letter of it, and nothing that could disguise it."""
    last = display_name(name.replace("\\", "/").rpartition("/")[2], longest=10 * LONGEST_NAME).strip(". ")
    if not last:
        raise refusal("name")
    extension = PurePosixPath(last).suffix
    return last[: LONGEST_NAME - len(extension)].rstrip() + extension if len(last) > LONGEST_NAME else last


def check_agreement(kind: Kind, name: str, declared_type: str) -> None:
    """Content, extension and declared type must tell the same story."""
    form = FORMATS[kind]
    if PurePosixPath(name).suffix.lower() not in form.extensions:
        raise refusal("extension", kind=kind.value.upper(), extension=form.extensions[0])
    declared = declared_type.partition(";")[0].strip().lower()
    if declared not in UNDECLARED and declared not in form.media_types:
        raise refusal("declared_type", kind=kind.value.upper())
