"""What stands on the paper of a number: a document that the template `gooen-v1` shows, with what is masked masked."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from app.gooen.rules import Card
from signing.xml_text import document, element, text

TEMPLATE = "gooen-v1"
NAMES: Mapping[str, str] = {
    "surname": "Surname",
    "given_name": "GivenName",
    "patronymic": "Patronymic",
    "born": "Born",
    "series": "Series",
    "document": "Document",
    "pin": "Pin",
    "issuer": "Issuer",
    "issued": "Issued",
    "expires": "Expires",
}


def paper(number: str, card: Card, given_at: datetime) -> bytes:
    """The same for the same number and card, whoever asks; what is not known is left out."""
    shown = {name: _plain(getattr(card, field)) for field, name in NAMES.items()}
    shown = {"Number": number, **shown, "GivenAt": f"{given_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    parts = (element(f"g:{name}", text(value)) for name, value in shown.items() if value)
    return document("g:Gooen", {"g": "urn:e-gomruk:gooen:v1"}, *parts)


def _plain(value: str) -> str:
    """As signed documents write it: letters in one piece, single spaces."""
    return " ".join(unicodedata.normalize("NFC", value).split())
