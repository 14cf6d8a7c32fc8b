"""From a proof to a session: the one place where whoever has shown who he is gets in, or proves it anew."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts import queries
from app.accounts.models import Person
from app.accounts.operations.barring import refuse_barred
from app.accounts.operations.ceremonies import Begun
from app.accounts.operations.devices import keep_certificate
from app.accounts.operations.opening import add_role, participant, person_known_as, represent
from app.accounts.operations.sessions import Entry, SignedIn, open_session, renumber
from app.accounts.rules import Kind, Means, Purpose
from app.core.context import Context
from app.core.errors import N_, NotAllowed
from app.core.roles import Assurance, Role


@dataclass(frozen=True, slots=True)
class Firm:
    """For whom the certificate says that its holder acts."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody has shown to be, by what; `device` is the SHA-256 of the certificate, if there is one."""

    means: Means
    pin: str
    name: str
    device: str = ""
    firm: Firm | None = None
    certificate: bytes = b""  # Kept while somebody is signed in with it, to be asked for again.


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody proves who he is; with the number of his session, if he has one."""

    token: str
    agent: str = ""
    session: str = ""


def admit(context: Context, ceremony: Begun, proof: Proof, browser: Browser) -> SignedIn:
    """Part of an operation that has taken the ceremony and found its answer to be this proof."""
    if ceremony.purpose is Purpose.PROVE:
        return prove_anew(context, proof, browser.session)
    return enter(context, proof, browser.agent)


def enter(context: Context, proof: Proof, agent: str) -> SignedIn:
    """The same FİN is the same person, whichever means he comes by."""
    person_id = _admitted(context, proof)
    entry = Entry(person_id, proof.means, agent, device=proof.device, assurance=Assurance.STRONG)
    return SignedIn(open_session(context, entry), must_change=False)


def prove_anew(context: Context, proof: Proof, token: str) -> SignedIn:
    """The session of this browser counts as fresh, if the proof is of whoever is signed in."""
    if _admitted(context, proof) != context.actor.person_id:
        raise NotAllowed(
            "accounts.other_person", N_("Təsdiq başqa şəxsindir. Portala daxil olan şəxs özü təsdiq etməlidir.")
        )
    changes: dict[str, object] = {"assurance": int(Assurance.STRONG), "proven_at": context.clock.now()}
    if proof.device:  # A proof without one leaves the session tied to the card that it came in with.
        changes["device"] = proof.device
    return SignedIn(renumber(context, token, **changes), must_change=False)


def _admitted(context: Context, proof: Proof) -> int:
    session = context.session
    refuse_barred(context, proof.means, proof.device)
    person_id = person_known_as(context, proof.pin, proof.name)
    row = session.execute(select(Person.public_id, Person.disabled_at).where(Person.id == person_id)).one()
    context.about("person", row.public_id, means=str(proof.means))
    if row.disabled_at is not None:
        raise NotAllowed(
            "accounts.disabled", N_("Portala girişiniz dayandırılıb. 195(6) Çağrı Mərkəzinə müraciət edin.")
        )
    # Whoever the state vouches for is a citizen to us, whatever else he is.
    if not queries.roles_of(session, person_id):
        add_role(context, person_id, Role.CITIZEN)
    if proof.certificate:
        keep_certificate(context, proof.device, proof.certificate)
    if proof.firm is not None:
        firm = participant(context, proof.firm.number, proof.firm.name, "")
        represent(context, person_id, firm, Kind.FIRM, proof.device)
    return person_id
