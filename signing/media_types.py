"""Kinds of files in a container: what they are called, and which of them gain nothing from compression."""

OCTETS = "application/octet-stream"
ASICE = "application/vnd.etsi.asic-e+zip"

BY_SUFFIX = {
    "asice": ASICE,
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "xml": "application/xml",
}
COMPACT = frozenset({ASICE, "application/pdf", "image/jpeg", "image/png"})


def media_type_of(name: str) -> str:
    return BY_SUFFIX.get(name.rpartition(".")[2].lower(), OCTETS)
