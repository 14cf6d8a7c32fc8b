"""pyHanko, a PDF signer that shares no code with ours: it judges our seals and makes signatures of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signing.centre import START, Centre
from tests.signing.pdf_forging import customs

Result = TypeVar("Result")


def _apart(work: Callable[[], Result]) -> Result:
    """A thread has one event loop at most, and where browsers are tested theirs is the main thread's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def pyhanko_judges(pdf: bytes, root: x509.Certificate, revocation: str) -> tuple[bool, bool, str, str]:
    """Its verdict, whether the certification allows what followed, what the seal covers, and what followed."""
    return _apart(lambda: _judged(pdf, root, revocation))


def pyhanko_signs(centre: Centre, pdf: bytes) -> bytes:
    """A good PAdES signature of another program, under our own centre."""
    return _apart(lambda: _signed(centre, pdf))


def _judged(pdf: bytes, root: x509.Certificate, revocation: str) -> tuple[bool, bool, str, str]:
    from asn1crypto import x509 as asn1  # type: ignore[import-untyped]
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature

    reader = PdfFileReader(BytesIO(pdf))
    trust = [asn1.Certificate.load(root.public_bytes(Encoding.DER))]
    store = DocumentSecurityStore.read_dss(reader)
    context = store.as_validation_context(
        {"trust_roots": trust, "allow_fetching": False, "moment": START, "revocation_mode": revocation}
    )
    said = asyncio.run(async_validate_pdf_signature(reader.embedded_signatures[0], context, context))
    assert said.coverage
    assert said.modification_level
    return said.bottom_line, bool(said.docmdp_ok), said.coverage.name, said.modification_level.name


def _signed(centre: Centre, pdf: bytes) -> bytes:
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    known = [customs(centre, key).certificate, centre.issuing]
    certificates = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in known]
    store = SimpleCertificateStore.from_certs(certificates)  # type: ignore[no-untyped-call]
    private = keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    signer = SimpleSigner(signing_cert=certificates[0], signing_key=private, cert_registry=store)
    settings = PdfSignatureMetadata(field_name="theirs", subfilter=SigSeedSubFilter.PADES)
    done = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), settings, signer=signer)
    assert isinstance(done, BytesIO)
    return done.getvalue()
