"""From files to a finished container, and from a container to one that lasts longer: the whole way in one call.

Nothing here asks whether the result is trusted: whoever stores a container verifies its final bytes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from signing.certificates import load
from signing.clock import Clock, SystemClock
from signing.cms import certificates_in
from signing.container import Container, new_container
from signing.data_file import DataFile
from signing.errors import Untrusted
from signing.forms import OWN, Form
from signing.imprints import value_imprint
from signing.ocsp import load_response
from signing.revocation import ListSource, OcspSource
from signing.signers.signer import Signer
from signing.timestamp import TimestampSource
from signing.timestamp_token import TOKEN_LIMIT
from signing.xades_create import complete, prepare
from signing.xades_extend import Extension, extended, time_stamp, validation_data


@dataclass(frozen=True)
class Services:
    """Who vouches for a signature besides its maker: a time-stamp unit, a revocation responder, and whoever has the
    revocation lists of those above them."""

    tsa: TimestampSource
    ocsp: OcspSource
    clock: Clock = field(default_factory=SystemClock)
    lists: ListSource | None = None


def seal(files: Sequence[DataFile], signer: Signer, services: Services) -> Container:
    """A new container with one signature of level B-LT."""
    container = new_container(files)
    prepared = prepare(signer.certificate, files, services.clock.now(), signer.chain)
    value = signer.sign(prepared.digest, prepared.hash_name)
    basic, token = complete(prepared, value), services.tsa.token(value_imprint(value))
    known = witnesses(signer.certificate, signer.chain, token, services)
    return container.with_signature(extended(basic, time_stamp(token), *validation_data(*known)))


def lasting(xml: bytes, services: Services, form: Form = OWN, known: Sequence[x509.Certificate] = ()) -> bytes:
    """A signature (B-B or B-T) as B-LT: first the time, then the answer that at that time nothing had been revoked.

    Tools of others often leave out the certificate of the signer's authority; it is then one of those already known.
    """
    extension = Extension(xml, form)
    certificate, *others = *map(load, extension.signature.certificates), *known
    tokens = [one.token for one in extension.signature.unsigned if one.token]
    token = tokens[0] if tokens else extension.add_time_stamp(services.tsa)
    extension.add_validation_data(*witnesses(certificate, others, token, services))
    return extension.to_bytes()


def witnesses(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], token: bytes, services: Services
) -> tuple[Iterable[x509.Certificate], Sequence[bytes], Sequence[bytes]]:
    """What makes a stamped signature last: the certificates of all who vouch for it, answers, and revocation lists."""
    issuer = _issuer(certificate, others)
    answer = services.ocsp.response(certificate, issuer)
    known = [issuer, *load_response(answer)[0].certificates, *map(load, certificates_in(token, TOKEN_LIMIT))]
    return dict.fromkeys(known), [answer], services.lists.lists() if services.lists else ()


def completed(
    container: Container, services: Services, form: Form = OWN, known: Sequence[x509.Certificate] = ()
) -> Container:
    """A container that came back from a signer's own tool: its B-B and B-T signatures become B-LT, the others stay."""
    for index, signature in enumerate(container.signatures):
        if not form.signature(signature.xml).answers:
            container = container.with_replaced(index, lasting(signature.xml, services, form, known))
    return container


def renewed(container: Container, tsa: TimestampSource, lists: ListSource | None = None) -> Container:
    """With a further archive time-stamp on each signature, to be made before the newest one loses its worth.

    The lists are of those above the unit that gives it.
    """
    files = {file.name: file for file in container.files}
    for index, signature in enumerate(container.signatures):
        extension = Extension(signature.xml)
        if lists:
            extension.add_revocation_lists(lists.lists())
        extension.add_archive_time_stamp(files, tsa)
        container = container.with_replaced(index, extension.to_bytes())
    return container


def _issuer(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> x509.Certificate:
    for one in others:
        if one.subject == certificate.issuer:
            return one
    raise Untrusted("the signature does not carry the certificate of the signer's authority")
