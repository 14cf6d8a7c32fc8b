"""The contract signed with a card in a reader: its certificate is read, the text prepared, PIN2 signs it."""

from dataclasses import dataclass

from app.accounts.operations.ceremonies import Started, limits_of_beginning, note
from app.contracts.operations.signing import SignedContract, conclude, found_good, to_be_signed
from app.contracts.queries import Key
from app.contracts.rules import SERVICE
from app.core.context import Context
from app.core.operation import operation
from app.signatures import operations as signatures
from app.signatures.operations import CardHandover


@dataclass(frozen=True, slots=True)
class BeginCard:
    key: Key
    browser: str


@operation(limits=limits_of_beginning, repeatable=False)
def begin_card(context: Context, command: BeginCard) -> Started:
    _, wanted = to_be_signed(context, command.key)
    return Started(signatures.begin_card(context, command.browser, wanted.about))


@dataclass(frozen=True, slots=True)
class ReadCard:
    """What the reader read, or that its holder took the card away."""

    key: Key
    browser: str
    state: str
    certificate: str
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PreparedCard:
    state: str
    xml: str


def _prepare(context: Context, command: ReadCard) -> PreparedCard:
    _, wanted = to_be_signed(context, command.key)
    if command.is_cancelled:
        signatures.cancel_card(context, command.browser, command.state, wanted)
    return PreparedCard(
        command.state,
        signatures.prepare_card(context, command.browser, command.state, wanted, command.certificate),
    )


@operation(before=_prepare, repeatable=False)
def read_card(context: Context, prepared: PreparedCard) -> None:
    note(context, prepared.state, xml=prepared.xml)


def handover(context: Context, key: Key, browser: str, state: str) -> CardHandover:
    """What goes to the reader to be signed with PIN2."""
    _, wanted = to_be_signed(context, key)
    return signatures.card_handover(context, browser, state, wanted)


@dataclass(frozen=True, slots=True)
class AnswerCard:
    key: Key
    browser: str
    state: str
    signature: str
    is_cancelled: bool = False
    is_locked: bool = False


def _examine(context: Context, command: AnswerCard) -> SignedContract:
    case, wanted = to_be_signed(context, command.key)
    if command.is_cancelled:
        signatures.cancel_card(context, command.browser, command.state, wanted)
    if command.is_locked:
        signatures.lock_card(context, command.browser, command.state, wanted)
    returned = signatures.take_card(context, command.browser, command.state, wanted, command.signature)
    return found_good(context, command.key, case, wanted, returned)


@operation(service=SERVICE, before=_examine, repeatable=False)
def sign_by_card(context: Context, signed: SignedContract) -> None:
    conclude(context, signed)
