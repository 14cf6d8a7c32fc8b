"""The tools of a forger: containers taken apart and put together again, signatures over what nobody should sign."""

import io
import zipfile
from collections.abc import Callable, Iterable

from lxml import etree

from signing import zip_read
from signing.base64_text import decoded, encoded
from signing.canonical import serialised
from signing.container import Container, new_container
from signing.signers.pkcs12 import KeyFile
from signing.xades_create import complete, prepare, prepared_from
from signing.zip_frame import STORED
from signing.zip_write import deflated, stored, write
from tests.signing.centre import START, files

Entries = dict[str, bytes]
SIGNATURE = "META-INF/signatures0.xml"


def entries(data: bytes) -> Entries:
    """Name and content of every member."""
    return {member.name: zip_read.content(member) for member in zip_read.read(data)}


def packed(content: Entries | Iterable[tuple[str, bytes]]) -> bytes:
    """A container in our frame, whatever it holds."""
    pairs = content.items() if isinstance(content, dict) else content
    return write((stored if name == "mimetype" else deflated)(name, data) for name, data in pairs)


def rewritten(data: bytes, old: str, new: str, name: str = SIGNATURE, count: int = 1) -> bytes:
    """The container with a text replaced in one of its files; the text must be there."""
    content = entries(data)
    text = content[name].decode()
    assert old in text
    return packed({**content, name: text.replace(old, new, count).encode()})


def reshaped(data: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """The container with its signature's tree changed and written in canonical form again."""
    content = entries(data)
    root = etree.fromstring(content[SIGNATURE])
    change(root)
    return packed({**content, SIGNATURE: serialised(root, exclusive=False)})


def misled(signer: KeyFile, change: Callable[[str], str]) -> bytes:
    """A container with a signature that its signer really made, but over references that were changed before."""
    draft = prepare(signer.certificate, files(), START, signer.chain).xml.decode()
    end = draft.index("</ds:SignedInfo>")
    prepared = prepared_from((change(draft[:end]) + draft[end:]).encode())
    xml = complete(prepared, signer.sign(prepared.digest, prepared.hash_name))
    return new_container(files()).with_signature(xml).to_bytes()


def with_old_zip(content: Entries, change: Callable[[zipfile.ZipFile], None] | None = None) -> bytes:
    """The container as an ordinary zip library writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
        if change:
            change(archive)
    return buffer.getvalue()


def with_flag(data: bytes, flag: int) -> bytes:
    """A flag bit set in every header, as encryption does."""
    changed = bytearray(data)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = changed.find(mark)
        while start >= 0:
            changed[start + place] |= flag
            start = changed.find(mark, start + 4)
    return bytes(changed)


def is_stored(data: bytes, name: str) -> bool:
    """Whether a member is stored."""
    return next(member.method == STORED for member in zip_read.read(data) if member.name == name)


def with_first(container: Container, xml: bytes) -> Container:
    """The container with its first signature exchanged."""
    return container.with_replaced(0, xml)


def value_element(name: str, value: bytes) -> str:
    return f"<{name}>{encoded(value)}</{name}>"


def value_of(xml: bytes, name: str) -> bytes:
    """What the first element of this name holds."""
    return decoded(xml.decode().split(f"<{name}>")[1].split("<", maxsplit=1)[0])
