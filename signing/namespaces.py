"""The vocabulary of a signature file: namespaces, prefixes and names of types."""

from functools import cache

ASIC = "http://uri.etsi.org/02918/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES141 = "http://uri.etsi.org/01903/v1.4.1#"

PREFIXES = {"asic": ASIC, "ds": DS, "xades": XADES, "xades141": XADES141}

SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"


@cache
def clark(name: str) -> str:
    """`ds:Object` as lxml spells it."""
    prefix, _, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"
