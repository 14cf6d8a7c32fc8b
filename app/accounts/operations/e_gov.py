"""Signing in by the E-Gov identity: sent to its provider, and back with a code that is worth one look."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from app.accounts.models import EGovFarewell, EGovSession, SignInSession
from app.accounts.operations.ceremonies import Begun, begin, fail, find, take
from app.accounts.operations.entering import Browser, Proof, admit
from app.accounts.operations.sessions import SignedIn
from app.accounts.rules import Means, Purpose, e_gov_farewell_limits, e_gov_limits
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict, NotAllowed, NotFound
from app.core.limits import Limit
from app.core.operation import operation
from app.core.ports import Farewell, Identity, IdentityProvider, SignInSite
from app.core.public_ids import digest

LIFE = timedelta(minutes=10)
LONGEST_TARGET = 500
REFUSED = "access_denied"  # What a provider says when the person himself did not want to.


@dataclass(frozen=True, slots=True)
class BeginEGov:
    browser: Browser
    target: str
    prove: bool = False  # Whoever is signed in shows anew who he is.


@dataclass(frozen=True, slots=True)
class SentAway:
    address: str


@dataclass(frozen=True, slots=True)
class EGovAnswer:
    """What the browser brought back from the provider."""

    browser: Browser
    state: str
    code: str = ""
    issuer: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProvenEGov:
    ceremony: Begun
    identity: Identity
    browser: Browser


@dataclass(frozen=True, slots=True)
class EnteredByEGov:
    signed_in: SignedIn
    purpose: Purpose
    target: str


@dataclass(frozen=True, slots=True)
class EndEGovSessions:
    token: str


@dataclass(frozen=True, slots=True)
class EndedSessions:
    count: int


def _provider(context: Context) -> IdentityProvider:
    if context.ports.e_gov is None:
        raise NotFound("e_gov.not_set_up", N_("E-Gov identity ilə giriş bu portalda qurulmayıb."))
    return context.ports.e_gov


def _limits(context: Context, _command: object) -> Sequence[Limit]:
    return e_gov_limits(context.address)


def _find_site(context: Context, command: BeginEGov) -> tuple[BeginEGov, SignInSite]:
    return command, _provider(context).site()


@operation(limits=_limits, before=_find_site, repeatable=False)
def begin_e_gov(context: Context, found: tuple[BeginEGov, SignInSite]) -> SentAway:
    """The number of the ceremony goes along as `state`; only this browser can come back with it."""
    command, site = found
    proves = command.prove and context.actor.person_id is not None
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    state = begin(
        context,
        Means.E_GOV,
        command.browser.token,
        purpose=Purpose.PROVE if proves else Purpose.SIGN_IN,
        target=command.target if len(command.target) <= LONGEST_TARGET else "/",
        life=LIFE,
        nonce=nonce,
        verifier=verifier,
        begun_at=context.clock.now().timestamp(),
    )
    language = context.language
    return SentAway(site.sign_in_address(state=state, nonce=nonce, verifier=verifier, language=language, anew=proves))


def asked_for(context: Context, browser: str, state: str) -> tuple[Purpose, str]:
    """For what this browser was sent away, and where it wanted to be; whoever was not is led to the front page."""
    try:
        begun = find(context, Means.E_GOV, browser, state)
    except NotFound:
        return Purpose.SIGN_IN, "/"
    return begun.purpose, begun.target


def _examine(context: Context, answer: EGovAnswer) -> ProvenEGov:
    """Used up first: whatever the provider or its answer does now, the same answer is not looked at again."""
    provider = _provider(context)
    if answer.error or not answer.code:
        raise _not_given(context, answer)
    ceremony = take(context, Means.E_GOV, answer.browser.token, answer.state)
    facts, proves = ceremony.facts, ceremony.purpose is Purpose.PROVE
    identity = provider.identify(
        answer.code,
        issuer=answer.issuer,
        nonce=facts["nonce"],
        verifier=facts["verifier"],
        now=context.clock.now(),
        since=datetime.fromtimestamp(facts["begun_at"], UTC) if proves else None,
    )
    return ProvenEGov(ceremony, identity, answer.browser)


def _not_given(context: Context, answer: EGovAnswer) -> NotAllowed:
    found = find(context, Means.E_GOV, answer.browser.token, answer.state)
    context.about("ceremony", found.public_id, means=str(Means.E_GOV), purpose=str(found.purpose))
    if answer.error == REFUSED:
        message = N_(
            "E-Gov portalında girişi təsdiq etmədiniz, ona görə də portala daxil olmadınız. Yenidən başlayın və ya "
            "başqa vasitə seçin."
        )
        error = NotAllowed("e_gov.declined", message)
    else:
        message = N_("E-Gov portalı girişi təsdiq etmədi, ona görə də portala daxil olmadınız. Yenidən başlayın.")
        error = NotAllowed("e_gov.not_given", message)
    fail(context, found.public_id, error.code)
    return error


@operation(limits=_limits, before=_examine, repeatable=False)
def enter_by_e_gov(context: Context, proven: ProvenEGov) -> EnteredByEGov:
    identity, ceremony = proven.identity, proven.ceremony
    signed_in = admit(context, ceremony, Proof(Means.E_GOV, identity.pin, identity.name), proven.browser)
    if ceremony.purpose is Purpose.SIGN_IN:
        _remember(context, signed_in.token, identity)
    return EnteredByEGov(signed_in, ceremony.purpose, ceremony.target)


def _remember(context: Context, token: str, identity: Identity) -> None:
    """The provider may have known him for hours: the proof is as old as it says, and of no age if it does not say."""
    session = context.session
    mine = update(SignInSession).where(SignInSession.token_hash == digest(token))
    opened = mine.values(proven_at=identity.proven_at).returning(SignInSession.public_id)
    values = {
        "session_id": session.execute(opened).scalar_one(),
        "subject": identity.subject,
        "provider_session": identity.session,
        "id_token": identity.token,
    }
    session.execute(insert(session, EGovSession).values(**values))


def _farewell_limits(context: Context, _command: object) -> Sequence[Limit]:
    return e_gov_farewell_limits(context.address)


def _read_farewell(context: Context, command: EndEGovSessions) -> Farewell:
    return _provider(context).farewell(command.token, context.clock.now())


@operation(limits=_farewell_limits, before=_read_farewell, repeatable=False)
def end_e_gov_sessions(context: Context, farewell: Farewell) -> EndedSessions:
    """Whoever signs out at the provider is out here too: of one of its sessions, or of all that are his."""
    session, now = context.session, context.clock.now()
    id_hash = digest(farewell.id)
    context.about("e_gov_farewell", id_hash[:32])
    once = insert(session, EGovFarewell).values(id_hash=id_hash, expires_at=farewell.expires_at)
    if session.execute(once.on_conflict_do_nothing().returning(EGovFarewell.id_hash)).one_or_none() is None:
        raise Conflict("e_gov.farewell_used", N_("Bu çıxış bildirişi artıq qəbul edilib."))
    meant = select(EGovSession.session_id)
    if farewell.session:
        meant = meant.where(EGovSession.provider_session == farewell.session)
    if farewell.subject:
        meant = meant.where(EGovSession.subject == farewell.subject)
    still = update(SignInSession).where(SignInSession.public_id.in_(meant), SignInSession.ended_at.is_(None))
    ended = session.execute(still.values(ended_at=now).returning(SignInSession.public_id)).all()
    context.about("e_gov_farewell", id_hash[:32], sessions=len(ended))
    return EndedSessions(len(ended))
