"""What a page hands over to a card, and where the answer goes; what is typed for the hub, and shown of it."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from app.adapters.emulators.chips import Use
from app.core.errors import N_, Invalid, NotFound
from signing.algorithms import HASHES
from signing.signers.mobile import control_code

# One slash, and then nothing in which a browser could find another host.
OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*", re.ASCII)
LONGEST_TEXT, LONGEST_STATE = 300, 500
NOTHING = N_("Karta imzalamaq üçün heç nə göndərilməyib.")
BROKEN = N_("Karta göndərilən sorğu düzgün deyil.")


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a card is used, and the page of the portal that is told."""

    use: Use
    text: str
    return_to: str
    state: str


@dataclass(frozen=True, slots=True)
class Handover(Asked):
    digest: bytes
    hash_name: str

    @property
    def control_code(self) -> str:
        return control_code(self.digest)


def read_asked(sent: Mapping[str, str], base_url: str) -> Asked:
    """The answer goes to a page of this portal and nowhere else."""
    if "return_to" not in sent:
        raise NotFound("emulators.nothing_to_sign", NOTHING)
    key, text, state = (sent.get(name, "") for name in ("key", "text", "state"))
    return_to = sent.get("return_to", "").removeprefix(base_url)
    is_sound = (
        key in set(Use) and OWN_PATH.fullmatch(return_to) and len(text) <= LONGEST_TEXT and len(state) <= LONGEST_STATE
    )
    if not is_sound:
        raise _broken()
    return Asked(Use(key), text, return_to, state)


def read_handover(sent: Mapping[str, str], base_url: str) -> Handover:
    if "digest" not in sent:
        raise NotFound("emulators.nothing_to_sign", NOTHING)
    asked, hash_name, digest = read_asked(sent, base_url), sent.get("hash_name", ""), _bytes(sent["digest"])
    if hash_name not in HASHES or len(digest) != HASHES[hash_name].size:
        raise _broken()
    return Handover(asked.use, asked.text, asked.return_to, asked.state, digest, hash_name)


def _broken() -> Invalid:
    return Invalid("emulators.broken_handover", BROKEN)


def read_values(text: str) -> dict[str, str]:
    """One NAME=VALUE a line; empty lines are none."""
    values = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign:
            message = N_("Hər sətirdə AD=QİYMƏT yazılır: {line}")
            raise Invalid("emulators.line", message, field="values_of_call", line=line)
        values[name.strip()] = value.strip()
    return values


def readable(message: bytes) -> str:
    """A message as people read it; what is no XML as it is."""
    from lxml import etree

    try:
        return etree.tostring(etree.fromstring(message), encoding="unicode", pretty_print=True)
    except etree.XMLSyntaxError:
        return message.decode("utf-8", "replace")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
