"""From a document to a number: the look-up, and the yes to what it found."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from prometheus_client import Counter
from sqlalchemy import select, update

from app.accounts.models import Person
from app.accounts.operations.opening import participant, person_known_as, represent
from app.accounts.rules import Kind
from app.core.clock import baku_date
from app.core.context import Channel, Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotAllowed, RateLimited, Unavailable
from app.core.identifiers import gooen_from_serial
from app.core.limits import Limit
from app.core.operation import operation
from app.core.ports import Paper, RegisteredPerson
from app.core.public_ids import digest, new_public_id
from app.disclosures.operations import note_look
from app.disclosures.rules import Reason
from app.gooen.models import Enquiry, Gooen, GooenSerial
from app.gooen.operations.sealing import order_pdf
from app.gooen.queries import FoundEnquiry, find_enquiry
from app.gooen.rules import LIFE, Card, card, look_up_limits, person_limit, refusal, service_limit, wrong_proof
from app.picture_codes.operations import use_up

log = logging.getLogger(__name__)
OVERRUN = Counter("egomruk_gooen_overrun", "Look-ups refused because the GÖÖEN service was at its hourly limit.")


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """What somebody typed from which picture."""

    picture: str
    typed: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """`asker` is who may say yes or no to the answer: a browser, or a system for a person."""

    paper: Paper
    asker: str
    answer: PictureAnswer | None = None
    born: date | None = None  # The person's, where the operator asks for it; checked whenever it is given.


@dataclass(frozen=True, slots=True)
class LookedUp:
    public_id: str
    card: Card


@dataclass(frozen=True, slots=True)
class Found:
    command: LookUp
    person: RegisteredPerson


def _limits(context: Context, command: LookUp) -> Sequence[Limit]:
    # A hub has one address for all the people it speaks for.
    is_page = context.channel is Channel.WEB
    return look_up_limits(context.address, command.paper) if is_page else [person_limit(command.paper)]


def _find(context: Context, command: LookUp) -> Found:
    if command.answer is not None:
        use_up(context, command.asker, command.answer.picture, command.answer.typed)
    elif context.actor.is_anonymous:
        raise NotAllowed(
            "gooen.picture", N_("Şəkildəki kod olmadan yalnız qeydiyyatdan keçmiş sistemlər soruşa bilər.")
        )
    _stay_in_bounds(context)
    person = _registered(context, command.paper)
    if error := wrong_proof(person, command.born, is_asked=context.ports.asks_birth_date):
        raise error
    return Found(command, person)


def _stay_in_bounds(context: Context) -> None:
    """Behind the picture: a flood without its codes closes the service to nobody."""
    try:
        context.ports.limits.hit([service_limit(context.ports.gooen_hourly)], context.clock.now())
    except RateLimited:
        OVERRUN.inc()
        log.error("the GÖÖEN service is at its hourly limit", extra={"operation": "gooen.look_up"})
        raise


def _registered(context: Context, paper: Paper) -> RegisteredPerson:
    if context.ports.population is None:
        raise Unavailable("gooen.closed", N_("GÖÖEN xidməti hazırda bağlıdır."))
    person = context.ports.population.find(paper)
    if person is None:
        message = N_("Reyestrdə belə sənəd tapılmadı. Vətəndaşlığı, sənədin növünü və yazdığınızı yoxlayın.")
        raise Invalid("gooen.unknown", message, field="number")
    return person


@operation(service="gooen", limits=_limits, before=_find, repeatable=False)
def look_up(context: Context, found: Found) -> LookedUp:
    """Shows the person's card to himself; to anybody else what names nobody."""
    asked, public_id = found.command, new_public_id()
    is_own = _is_actor(context, found.person)
    shown = card(found.person, is_own=False)
    row = {
        "public_id": public_id,
        "asker_hash": digest(asked.asker),
        "citizenship": asked.paper.citizenship,
        "kind": asked.paper.kind,
        "document": asked.paper.number,
        "card": asdict(shown),
        "expires_at": context.clock.now() + LIFE,
    }
    context.session.execute(insert(context.session, Enquiry).values(row))
    note_look(context, found.person.pin, Reason.LOOK_UP)
    context.about("gooen_enquiry", public_id, paper=str(asked.paper.kind), citizenship=asked.paper.citizenship)
    return LookedUp(public_id, card(found.person, is_own=True) if is_own else shown)


def _is_actor(context: Context, person: RegisteredPerson) -> bool:
    if context.actor.person_id is None or not person.pin:
        return False
    return context.session.scalar(select(Person.pin).where(Person.id == context.actor.person_id)) == person.pin


@dataclass(frozen=True, slots=True)
class Confirm:
    """Yes, these are the person's data."""

    public_id: str
    asker: str


@dataclass(frozen=True, slots=True)
class Issued:
    number: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Entitled:
    enquiry: FoundEnquiry
    person: RegisteredPerson


def _entitled(context: Context, command: Confirm) -> Entitled:
    """Asked again, for nothing of the first answer was kept."""
    enquiry = find_enquiry(context, command.asker, command.public_id)
    person = _registered(context, enquiry.paper)
    if context.ports.taxpayers is None:
        raise Unavailable("gooen.closed", N_("GÖÖEN xidməti hazırda bağlıdır."))
    taxpayer = context.ports.taxpayers.of_person(person.pin) if person.pin else None
    if error := refusal(person, taxpayer, baku_date(context.clock.now())):
        raise error
    return Entitled(enquiry, person)


def _sameness(entitled: Entitled) -> str:
    return entitled.enquiry.public_id


@operation(service="gooen", before=_entitled, sameness=_sameness)
def confirm(context: Context, entitled: Entitled) -> Issued:
    """The person's number: the one that he has, or a new one."""
    person = entitled.person
    number, is_new = _number_of(context, person), False
    if number is None:
        number, is_new = issue_number(context, person)
    here = update(Enquiry).where(Enquiry.public_id == entitled.enquiry.public_id)
    # A system prints for its people by itself.
    pdf = order_pdf(context, number, entitled.enquiry.card) if context.channel is Channel.WEB else None
    context.session.execute(here.values(number=number, paper_sha256=pdf))
    note_look(context, person.pin, Reason.ISSUE)
    context.about("gooen", number, is_new=is_new)
    return Issued(number, is_new)


def _number_of(context: Context, person: RegisteredPerson) -> str | None:
    found: str | None = context.session.scalar(select(Gooen.number).where(Gooen.person_number == person.number))
    return found


def issue_number(context: Context, person: RegisteredPerson) -> tuple[str, bool]:
    session = context.session
    first = {"id": 1, "following": 1}
    session.execute(insert(session, GooenSerial).values(first).on_conflict_do_nothing())
    serial = session.scalars(select(GooenSerial.following).with_for_update()).one()
    # Another request for the same person may have come before: it held the serial that is held now.
    if (number := _number_of(context, person)) is not None:
        return number, False
    while (number := gooen_from_serial(serial)) is None:
        serial += 1
    session.execute(update(GooenSerial).values(following=serial + 1))
    payer = participant(context, number, person.name, person.address)
    if person.pin:
        represent(context, person_known_as(context, person.pin, person.name), payer, Kind.OWN)
    values = {
        "participant_id": payer,
        "number": number,
        "person_number": person.number,
        "issued_at": context.clock.now(),
    }
    session.execute(insert(session, Gooen).values(values))
    return number, True
