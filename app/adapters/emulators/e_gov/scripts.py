"""Accounts whose sign-ins go wrong, each in its own way: for trying out all that can happen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from app.core.errors import N_

PASSWORD = "sinaq"  # noqa: S105  (of accounts that nobody has)
NAME = "Sınaq Hesabı"


class Key(StrEnum):
    """With what a token is signed."""

    OWN = "own"
    UNPUBLISHED = "unpublished"
    ANOTHER = "another"  # Another key under the name of our own.
    NONE = "none"
    PUBLIC = "public"  # The public key, as if it were a secret that both sides know.


@dataclass(frozen=True, slots=True)
class Script:
    """How one account goes wrong."""

    username: str
    fin: str
    note: str
    claims: Mapping[str, object] = field(default_factory=dict)  # In the place of the right ones; None leaves one out.
    shift: timedelta = timedelta(0)  # Of all its moments.
    key: Key = Key.OWN
    status: int = 200
    body: str = ""
    delay: timedelta = timedelta(0)


LONG = timedelta(hours=1)
SCRIPTS: Mapping[str, Script] = {
    script.username: script
    for script in (
        Script("sinaq.nonce", "TEST101", N_("Başqa nonce"), {"nonce": "another"}),
        Script("sinaq.aud", "TEST102", N_("Başqa portal üçün"), {"aud": "another-portal"}),
        Script("sinaq.azp", "TEST103", N_("Başqa portala verilib"), {"azp": "another-portal"}),
        Script("sinaq.iss", "TEST104", N_("Başqa provayderin adından"), {"iss": "https://another.example"}),
        Script("sinaq.expired", "TEST105", N_("Müddəti bitib"), shift=-LONG),
        Script("sinaq.future", "TEST106", N_("Gələcəkdə verilib"), shift=LONG),
        Script("sinaq.nbf", "TEST107", N_("Hələ qüvvəyə minməyib"), {"nbf": 32503680000}),
        Script("sinaq.none", "TEST108", N_("İmzasız"), key=Key.NONE),
        Script("sinaq.hs256", "TEST109", N_("Açıq açarla HS256"), key=Key.PUBLIC),
        Script("sinaq.kid", "TEST111", N_("Dərc olunmamış açarla"), key=Key.UNPUBLISHED),
        Script("sinaq.forged", "TEST112", N_("Yad açarla, tanış adla"), key=Key.ANOTHER),
        Script("sinaq.sub", "TEST113", N_("Sahibi yazılmayıb"), {"sub": None}),
        Script("sinaq.fin", "TEST114", N_("FİN yazılmayıb"), {"fin": None}),
        Script("sinaq.500", "TEST115", N_("Xidmət 500 cavabı verir"), status=500),
        Script("sinaq.slow", "TEST116", N_("Gec cavab verir"), delay=timedelta(seconds=8)),
        Script("sinaq.garbage", "TEST117", N_("Anlaşılmaz cavab verir"), body="<html>"),
    )
}
USUAL = Script("", "", "")
