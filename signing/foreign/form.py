"""The form of other people's tools, as a whole."""

import re

from signing.foreign import archive, listing, signature
from signing.forms import Form

FOREIGN = Form(
    "foreign",
    archive.read,
    listing.media_types,
    re.compile(r"META-INF/[A-Za-z0-9_.-]*signatures[A-Za-z0-9_.-]*\.xml", re.ASCII),
    signature.read_signature,
    allows_more=True,
)
