"""What changes: a number is given, data are reported wrong, an officer answers."""

from app.gooen.operations.correcting import (
    Answer,
    Answered,
    Copy,
    Reported,
    ReportError,
    answer_correction,
    report_error,
)
from app.gooen.operations.issuing import Confirm, Issued, LookedUp, LookUp, PictureAnswer, confirm, look_up
from app.gooen.operations.looking import FindHolder, Holder, OpenCorrection, find_holder, open_correction
from app.gooen.operations.sealing import PDF, Made, MakePdf, make_pdf

__all__ = [
    "PDF",
    "Answer",
    "Answered",
    "Confirm",
    "Copy",
    "FindHolder",
    "Holder",
    "Issued",
    "LookUp",
    "LookedUp",
    "Made",
    "MakePdf",
    "OpenCorrection",
    "PictureAnswer",
    "ReportError",
    "Reported",
    "answer_correction",
    "confirm",
    "find_holder",
    "look_up",
    "make_pdf",
    "open_correction",
    "report_error",
]
