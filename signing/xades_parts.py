"""The parts of a signature as they were read: plain values and the elements that digests are made over."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from signing.canonical import EXCLUSIVE
from signing.xades_unsigned import Unsigned

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Digest(NamedTuple):
    """A digest with the URI of its algorithm."""

    algorithm: str
    value: bytes


class FileReference(NamedTuple):
    """What the signature says of one payload file."""

    id: str
    name: str
    digest: Digest


class SignedInfo(NamedTuple):
    method: str
    files: tuple[FileReference, ...]
    properties: str
    properties_digest: Digest
    # The canonical forms of the signed information itself and of the signed properties.
    form: str = EXCLUSIVE
    properties_form: str = EXCLUSIVE


class SignedProperties(NamedTuple):
    id: str
    claimed_time: datetime
    certificate_digest: Digest
    media_types: tuple[tuple[str, str], ...]
    # Some makers also write the number of the certificate down.
    certificate_serial: int | None = None


class Signature(NamedTuple):
    """The parts of a signature. Nothing of it has been checked but its shape."""

    root: "Element"
    info_element: "Element"
    value_element: "Element"
    key_info_element: "Element"
    qualifying_element: "Element"
    properties_element: "Element"
    info: SignedInfo
    value: bytes
    certificates: tuple[bytes, ...]
    properties: SignedProperties
    unsigned: tuple[Unsigned, ...]

    @property
    def added_certificates(self) -> tuple[bytes, ...]:
        return tuple(value for one in self.unsigned for value in one.certificates)

    @property
    def answers(self) -> tuple[bytes, ...]:
        return tuple(value for one in self.unsigned for value in one.answers)

    @property
    def lists(self) -> tuple[bytes, ...]:
        return tuple(value for one in self.unsigned for value in one.lists)

    @property
    def media_types(self) -> dict[str, str]:
        """The media type of each file by its name, as the signer saw it."""
        by_id = dict(self.properties.media_types)
        return {file.name: by_id[f"#{file.id}"] for file in self.info.files}
