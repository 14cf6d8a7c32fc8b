"""Attacks on the files of a container: changed, swapped, taken away, added."""

from dataclasses import replace

from signing.container import new_container
from signing.data_file import data_file
from signing.sealing import seal
from tests.signing import forging
from tests.signing.attacks.corpus import FAILED, UNDECIDED, attack
from tests.signing.centre import Centre, files, sealed


@attack(FAILED, "HASH_FAILURE")
def content_changed(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "26AZ001", "26AZ002", "declaration.xml")


@attack(FAILED, "HASH_FAILURE")
def attachment_changed(centre: Centre) -> bytes:
    box = sealed(centre)
    changed = data_file("documents/invoice.pdf", b"%PDF-1.7 another")
    return replace(box, files=(box.files[0], changed)).to_bytes()


@attack(FAILED, "HASH_FAILURE")
def attachments_swapped(centre: Centre) -> bytes:
    a, b = data_file("a.pdf", b"%PDF a"), data_file("b.pdf", b"%PDF b")
    box = seal([a, b], centre.signer(), centre.services)
    return replace(box, files=(data_file("a.pdf", b"%PDF b"), data_file("b.pdf", b"%PDF a"))).to_bytes()


@attack(FAILED, "HASH_FAILURE")
def signature_of_another_declaration(centre: Centre) -> bytes:
    return forging.with_first(
        sealed(centre), sealed(centre, payload=files("26AZ00100999999")).signatures[0].xml
    ).to_bytes()


@attack(UNDECIDED, "SIGNED_DATA_NOT_FOUND")
def attachment_removed(centre: Centre) -> bytes:
    box = sealed(centre)
    return replace(box, files=box.files[:1]).to_bytes()


@attack(FAILED, "FORMAT_FAILURE")
def attachment_added(centre: Centre) -> bytes:
    box = sealed(centre)
    return replace(box, files=(*box.files, data_file("extra.txt", b"more"))).to_bytes()


@attack(FAILED, "FORMAT_FAILURE")
def unknown_entry_in_meta_inf(centre: Centre) -> bytes:
    return forging.packed({**forging.entries(sealed(centre).to_bytes()), "META-INF/notes.xml": b"<a></a>"})


@attack(FAILED, "FORMAT_FAILURE")
def another_media_type_in_the_manifest(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "application/pdf", "application/xml", "META-INF/manifest.xml")


@attack(FAILED, "NO_SIGNATURE")
def no_signature(centre: Centre) -> bytes:
    return new_container(files()).to_bytes()
