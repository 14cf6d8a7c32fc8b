"""The contract signed with Asan imza: the phone shows the code of the screen, and PIN2 signs the text."""

from dataclasses import dataclass, field

from app.accounts.operations.ceremonies import Started
from app.accounts.operations.phones import Watched, claim
from app.contracts.operations.signing import SignedContract, conclude, found_good, to_be_signed
from app.contracts.queries import Key, get_own
from app.contracts.rules import SERVICE
from app.core.context import Context
from app.core.operation import operation
from app.signatures import operations as signatures
from app.signatures.operations import Rung


@dataclass(frozen=True, slots=True)
class BeginPhone:
    key: Key
    browser: str
    phone: str = field(repr=False)
    user_id: str = field(repr=False)


def _claim(context: Context, command: BeginPhone) -> BeginPhone:
    to_be_signed(context, command.key)
    claim(context, command.phone, command.user_id)
    return command


@operation(before=_claim, repeatable=False)
def begin_phone(context: Context, command: BeginPhone) -> Started:
    """The ceremony is there before the phone rings: whatever happens then, it ends by itself."""
    _, wanted = to_be_signed(context, command.key)
    return Started(signatures.begin_phone(context, command.browser, wanted.about, command.phone, command.user_id))


def standing(context: Context, command: BeginPhone) -> str | None:
    """Of a form that was sent twice."""
    _, wanted = to_be_signed(context, command.key)
    return signatures.standing_phone(context, command.browser, wanted.about, command.phone, command.user_id)


@dataclass(frozen=True, slots=True)
class RingPhone:
    """The text is what the phone shows."""

    key: Key
    browser: str
    state: str
    text: str


def _ring(context: Context, command: RingPhone) -> Rung:
    _, wanted = to_be_signed(context, command.key)
    return signatures.ring_phone(context, command.browser, command.state, wanted, command.text)


@operation(before=_ring, repeatable=False)
def ring_phone(context: Context, rung: Rung) -> None:
    signatures.note_rung(context, rung)


def watch(context: Context, key: Key, browser: str, state: str) -> Watched:
    """Reads only."""
    return signatures.watch_phone(context, browser, state, f"contract {get_own(context, key).public_id}")


@dataclass(frozen=True, slots=True)
class SignByPhone:
    key: Key
    browser: str
    state: str


def _examine(context: Context, command: SignByPhone) -> SignedContract:
    case, wanted = to_be_signed(context, command.key)
    returned = signatures.take_phone(context, command.browser, command.state, wanted)
    return found_good(context, command.key, case, wanted, returned)


@operation(service=SERVICE, before=_examine, repeatable=False)
def sign_by_phone(context: Context, signed: SignedContract) -> None:
    conclude(context, signed)
