"""Signatures that a bank can verify on any machine: a library of its own, without the portal.

It holds a public key infrastructure that stands in for the national one, time-stamps (RFC 3161), revocation
(RFC 5280, RFC 6960), signatures (XAdES in ASiC-E, PAdES in PDF), their verification, and a public register (RFC 6962).
To verify it needs `cryptography` and `lxml` only; `signing.pdf` draws with typst and segno, tokens need python-pkcs11.
Nothing is imported here: whoever needs `signing.timestamp` names it and pays for no other module.
"""
