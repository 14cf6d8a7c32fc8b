"""Telephone numbers that answer by themselves, each in its own way: for trying out all that can happen."""

from dataclasses import dataclass
from datetime import timedelta

from app.adapters.emulators.chips import Medium, NewChip, Use
from app.core.errors import N_
from signing.signers.mobile import Result

NAME = ("Sınaq", "Nömrəsi")
# Nobody types them: the numbers answer by themselves.
PINS = {Use.AUTHENTICATION: "0000", Use.SIGNING: "00000"}
PUK = "00000000"
SLOW = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Script:
    """How one number answers."""

    number: str
    fin: str
    result: Result = Result.OK
    # What is wrong with it although it says OK.
    note: str = ""
    delay: timedelta = timedelta(0)
    spoils_value: bool = False
    is_out_of_order: bool = False
    is_expired: bool = False
    # The number whose chip signs in its place, and whether it is that one's from the first or only when it answers.
    other: str = ""
    is_swapped: bool = False

    @property
    def signer(self) -> str:
        return self.other or self.number

    @property
    def chip(self) -> NewChip:
        secrets = PINS[Use.AUTHENTICATION], PINS[Use.SIGNING], PUK
        return NewChip(
            self.number, Medium.PHONE, self.fin, *NAME, *secrets, user_id=self.fin, is_expired=self.is_expired
        )


SCRIPTS = {
    script.number: script
    for script in (
        Script("+994509990001", "TEST001"),
        Script("+994509990002", "TEST002", Result.TIMEOUT),
        Script("+994509990003", "TEST003", Result.NOT_MID_CLIENT),
        Script("+994509990004", "TEST004", Result.USER_CANCELLED),
        Script("+994509990005", "TEST005", Result.SIGNATURE_HASH_MISMATCH),
        Script("+994509990006", "TEST006", Result.PHONE_ABSENT),
        Script("+994509990007", "TEST007", Result.DELIVERY_ERROR),
        Script("+994509990008", "TEST008", Result.SIM_ERROR),
        Script("+994509990009", "TEST009", Result.PIN_LOCKED),
        Script("+994509990011", "TEST011", note=N_("Gec cavab verir"), delay=SLOW),
        Script("+994509990012", "TEST012", note=N_("İmza yanlışdır"), spoils_value=True),
        Script("+994509990013", "TEST013", note=N_("Sertifikat başqa şəxsindir"), other="+994509990001"),
        Script("+994509990014", "TEST014", note=N_("Sertifikatın müddəti bitib"), is_expired=True),
        Script("+994509990015", "TEST015", note=N_("Xidmət işləmir"), is_out_of_order=True),
        Script("+994509990016", "TEST016", note=N_("Cavab başqa şəxsindir"), other="+994509990001", is_swapped=True),
    )
}
