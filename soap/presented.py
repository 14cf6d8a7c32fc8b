"""The certificate of the connection: a trusted proxy has seen that the caller holds its key, and passes it on."""

import hashlib
from datetime import datetime
from urllib.parse import unquote_to_bytes

from werkzeug import Request

from app.core.errors import N_, NotAllowed
from signing.certificates import load_file, to_der
from signing.errors import SigningError

HEADER = "X-Client-Certificate"


def presented(request: Request, now: datetime) -> str:
    """Its SHA-256; empty where none was shown. `TrustedProxies` has taken away what anybody else wrote there."""
    text = request.headers.get(HEADER, "")
    if not text:
        return ""
    try:
        (certificate,) = load_file(unquote_to_bytes(text))
    except (SigningError, ValueError):
        raise NotAllowed("security.certificate", N_("Bağlantının sertifikatı oxunmur.")) from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotAllowed("security.expired", N_("Bağlantının sertifikatı hazırda qüvvədə deyil."))
    return hashlib.sha256(to_der(certificate)).hexdigest()
