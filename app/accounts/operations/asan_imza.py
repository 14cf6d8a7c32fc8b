"""Asan imza: a code on the screen and the same one on the phone, PIN1, and whoever holds the phone is known."""

import hashlib
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Ceremony
from app.accounts.operations.barring import refuse_barred
from app.accounts.operations.ceremonies import Begun, begin, fail, find, note, take
from app.accounts.operations.certificates import holder_of
from app.accounts.operations.entering import Browser, Proof, admit
from app.accounts.operations.sessions import SignedIn, digest
from app.accounts.rules import Means, Purpose, Stage, open_prompt, prompt_limits, refused_prompt
from app.core.context import Context
from app.core.errors import N_, Conflict, Invalid, NotAllowed, RateLimited, Unavailable
from app.core.operation import operation
from app.core.ports import Phones

if TYPE_CHECKING:
    from cryptography import x509

    from signing.errors import SigningError
    from signing.signers.mobile import Complete, Running

    Answer = Running | Complete | SigningError

LIFE = timedelta(minutes=2)
HASH = "sha256"
NONCE_BYTES = 32
MEANS = Means.ASAN_IMZA

NOT_ANSWERED = N_(
    "Telefondan vaxtında cavab gəlmədi. Sorğu telefona çatmayıbsa, nömrəni və istifadəçi ID-sini yoxlayın: bəlkə bu "
    "nömrə üçün aktiv Asan imza yoxdur. Sonra yenidən cəhd edin."
)
NO_PROOF = N_("Cavab şəxsiyyətinizi təsdiq etmir: imza və ya sertifikat uyğun deyil. Başqa vasitə ilə daxil olun.")
OVER = N_("Bu cəhd artıq başa çatıb. Yenidən başlayın.")
CANCELLED = N_(
    "Əməliyyat telefonda ləğv edildi. Təhlükəsizlik üçün bu telefona 30 dəqiqə ərzində yeni sorğu göndərilmir; başqa "
    "vasitə ilə daxil ola bilərsiniz."
)
# How the service says that a phone gave no proof, and what we say to whoever waits.
ENDINGS = {
    "USER_CANCELLED": ("asan_imza.cancelled", CANCELLED),
    "PHONE_ABSENT": (
        "asan_imza.phone_absent",
        N_("Telefona qoşulmaq mümkün olmadı. Onun açıq və şəbəkədə olduğunu yoxlayıb yenidən cəhd edin."),
    ),
    "DELIVERY_ERROR": (
        "asan_imza.not_delivered",
        N_("Sorğu telefona çatdırılmadı. Bir azdan yenidən cəhd edin; təkrarlanarsa, operatorunuza müraciət edin."),
    ),
    "SIM_ERROR": (
        "asan_imza.sim",
        N_("SIM kart xətası. Telefonu söndürüb yandırın və ya operatorunuza müraciət edin."),
    ),
    "SIGNATURE_HASH_MISMATCH": (
        "asan_imza.mismatch",
        N_("SIM kartın imzası sertifikatına uyğun gəlmədi. Operatorunuza müraciət edin."),
    ),
}
# Of these a stranger could learn which numbers are subscribed: they look like a phone that stays silent to the end.
SILENT = {"TIMEOUT", "NOT_MID_CLIENT"}


@dataclass(frozen=True, slots=True)
class BeginAsanImza:
    """To sign in; or, with `proves`, to show anew who is signed in."""

    phone: str = field(repr=False)
    user_id: str = field(repr=False)
    browser: Browser
    target: str
    proves: bool = False


@dataclass(frozen=True, slots=True)
class BegunAsanImza:
    public_id: str


def _claim_phone(context: Context, command: BeginAsanImza) -> BeginAsanImza:
    """Counted by what was typed, whether there is such a phone or not: a refusal tells nothing about it."""
    phones_of(context)
    refuse_barred(context, MEANS, "")
    if command.proves and context.actor.person_id is None:
        raise NotAllowed("access.person", N_("Bu əməliyyatı yalnız portala daxil olmuş şəxs edə bilər."))
    limits, now, pair = context.ports.limits, context.clock.now(), (command.phone, command.user_id)
    try:
        limits.check([refused_prompt(*pair)], now)
    except RateLimited as error:
        raise RateLimited("asan_imza.refused", CANCELLED, retry_after=error.retry_after) from None
    try:
        limits.hit([open_prompt(*pair, LIFE)], now)
    except RateLimited as error:
        message = N_(
            "Bu telefona göndərilmiş sorğu hələ açıqdır. Ona telefonda cavab verin və ya {retry_after} saniyə gözləyin."
        )
        raise RateLimited("asan_imza.open", message, retry_after=error.retry_after) from None
    try:
        limits.hit(prompt_limits(*pair, context.address), now)
    except RateLimited:
        limits.forgive([open_prompt(*pair, LIFE)])
        raise
    return command


@operation(before=_claim_phone, repeatable=False)
def begin_asan_imza(context: Context, command: BeginAsanImza) -> BegunAsanImza:
    """The ceremony is there before the phone rings: whatever happens then, it ends by itself."""
    purpose = Purpose.PROVE if command.proves else Purpose.SIGN_IN
    public_id = begin(
        context,
        MEANS,
        command.browser.token,
        purpose=purpose,
        target=command.target,
        life=LIFE,
        nonce=b64encode(secrets.token_bytes(NONCE_BYTES)).decode(),
        phone=command.phone,
        user_id=command.user_id,
    )
    return BegunAsanImza(public_id)


@dataclass(frozen=True, slots=True)
class RingPhone:
    """The text is what the phone shows: of which site, and for what."""

    public_id: str
    browser: Browser
    text: str


@dataclass(frozen=True, slots=True)
class Rung:
    """What the service knows the question by, and whose phone it says that it is."""

    public_id: str
    session: str
    pin: str


def _ring(context: Context, command: RingPhone) -> Rung:
    from signing.errors import SigningError
    from signing.signers.mobile import Kind

    begun = find(context, MEANS, command.browser.token, command.public_id)
    context.about("ceremony", begun.public_id, means=str(MEANS))
    if begun.stage is not Stage.OPEN or "session" in begun.facts:
        raise Conflict("ceremony.used", N_("Bu təsdiqə artıq cavab verilib. Yenidən başlayın."))
    service, whose = phones_of(context).service, (begun.facts["phone"], begun.facts["user_id"])
    try:
        pin = _subscriber(context, *whose)
        # The service is asked also where it knows nobody, so that it takes as long.
        session = service.begin(
            Kind.AUTHENTICATION, *whose, challenge(context, begun), HASH, language=context.language, text=command.text
        )
    except SigningError as error:
        context.about("ceremony", begun.public_id, means=str(MEANS), why=type(error).__name__)
        fail(context, begun.public_id, "asan_imza.away")
        context.ports.limits.forgive([open_prompt(*whose, LIFE)])
        raise _away() from error
    return Rung(begun.public_id, session.id, pin)


@operation(before=_ring, repeatable=False)
def ring_phone(context: Context, rung: Rung) -> None:
    note(context, rung.public_id, session=rung.session, pin=rung.pin)


def _subscriber(context: Context, phone: str, user_id: str) -> str:
    """The FİN behind a user ID, by the certificate with which this phone signs; empty where there is none."""
    from signing.signers.mobile import NotSigned
    from signing.subjects import fin_of

    try:
        return fin_of(phones_of(context).service.holder(phone, user_id))
    except NotSigned:
        return ""


def challenge(context: Context, begun: Begun) -> bytes:
    """Random, and of this site and purpose: a signature of it is one of nothing else, and of no document."""
    purpose = f"e-gomruk\nasan-imza\n{begun.purpose}\n{context.ports.base_url}\n{begun.public_id}\n"
    return hashlib.sha256(purpose.encode() + b64decode(begun.facts["nonce"])).digest()


@dataclass(frozen=True, slots=True)
class Watched:
    """A ceremony as its page shows it."""

    public_id: str
    code: str
    phone: str
    user_id: str
    purpose: Purpose
    target: str
    is_waiting: bool
    is_away: bool
    ending: str  # Why it is over, in words; empty as long as it can be gone on with.

    @property
    def proves(self) -> bool:
        return self.purpose is Purpose.PROVE


def watch(context: Context, browser: Browser, public_id: str) -> Watched:
    """Reads only; that the phone is silent and that there is none look alike."""
    from signing.errors import Unreachable
    from signing.signers.mobile import control_code

    begun = find(context, MEANS, browser.token, public_id)
    is_open = begun.stage is Stage.OPEN and context.clock.now() < begun.expires_at
    answer = _answer(context, begun) if is_open else None
    return Watched(
        public_id,
        control_code(challenge(context, begun)),
        begun.facts["phone"],
        begun.facts["user_id"],
        begun.purpose,
        begun.target,
        is_waiting=is_open and not _is_final(answer),
        is_away=isinstance(answer, Unreachable),
        ending="" if is_open else _ending(begun),
    )


def _ending(begun: Begun) -> str:
    told = dict(ENDINGS.values()) | {"asan_imza.not_answered": NOT_ANSWERED}
    outcome = "asan_imza.not_answered" if begun.stage is Stage.OPEN else begun.outcome
    return told.get(outcome, OVER)


def standing(context: Context, command: BeginAsanImza) -> str | None:
    """The ceremony that this browser began with the same phone and that still waits: a form may be sent twice."""
    mine = (Ceremony.browser_hash == digest(command.browser.token)) & (Ceremony.means == MEANS)
    waits = (Ceremony.stage == Stage.OPEN) & (Ceremony.expires_at > context.clock.now())
    newest = select(Ceremony.public_id, Ceremony.facts).where(mine, waits).order_by(Ceremony.id.desc()).limit(1)
    row = context.session.execute(newest).one_or_none()
    if row is None or (row.facts["phone"], row.facts["user_id"]) != (command.phone, command.user_id):
        return None
    return str(row.public_id)


@dataclass(frozen=True, slots=True)
class FinishAsanImza:
    public_id: str
    browser: Browser


@dataclass(frozen=True, slots=True)
class Shown:
    ceremony: Begun
    proof: Proof
    browser: Browser


def _examine(context: Context, command: FinishAsanImza) -> Shown:
    from signing.certificates import to_der
    from signing.errors import SigningError
    from signing.signers.mobile import Complete, authenticated

    begun = find(context, MEANS, command.browser.token, command.public_id)
    context.about("ceremony", begun.public_id, means=str(MEANS), purpose=str(begun.purpose))
    answer = _answer(context, begun) if begun.stage is Stage.OPEN else None
    if begun.stage is Stage.OPEN:
        _refuse_what_ended(context, begun, answer)
    taken = take(context, MEANS, command.browser.token, command.public_id)
    if not isinstance(answer, Complete):
        raise _away()
    _stop_ringing(context, taken)
    try:
        certificate = authenticated(answer, challenge(context, taken), HASH, taken.facts["pin"])
        _check_asked_for(certificate, taken.facts["user_id"])
    except SigningError as error:
        context.about("ceremony", taken.public_id, means=str(MEANS), why=type(error).__name__)
        raise Invalid("asan_imza.no_proof", NO_PROOF) from error
    return Shown(taken, holder_of(context, to_der(certificate)).proof(MEANS), command.browser)


@operation(before=_examine, repeatable=False)
def finish_asan_imza(context: Context, shown: Shown) -> SignedIn:
    return admit(context, shown.ceremony, shown.proof, shown.browser)


def forgive_prompts(context: Context, watched: Watched) -> None:
    """Whoever has answered his phone is not bothered by it."""
    pair = watched.phone, watched.user_id
    context.ports.limits.forgive(prompt_limits(*pair, context.address)[:-1])


def phones_of(context: Context) -> Phones:
    if context.ports.phones is None:
        raise Unavailable("asan_imza.none", N_("Asan imza ilə giriş bu portalda qoşulmayıb. Başqa vasitə seçin."))
    return context.ports.phones


def _answer(context: Context, begun: Begun) -> "Answer | None":
    """None as long as the phone was not rung."""
    from signing.signers.mobile import Kind, Session

    session = begun.facts.get("session")
    return phones_of(context).heard(Session(Kind.AUTHENTICATION, session)) if session else None


def _is_final(answer: "Answer | None") -> bool:
    from signing.signers.mobile import Complete, SessionGone

    return isinstance(answer, SessionGone) or (isinstance(answer, Complete) and answer.result not in SILENT)


def _refuse_what_ended(context: Context, begun: Begun, answer: "Answer | None") -> None:
    """Whatever has come to an end without a signature; of two who find out at once one draws the consequences."""
    from signing.signers.mobile import Complete, Result, SessionGone

    result = str(answer.result) if isinstance(answer, Complete) else type(answer).__name__
    context.about("ceremony", begun.public_id, means=str(MEANS), result=result)
    if context.clock.now() >= begun.expires_at:
        fail(context, begun.public_id, "asan_imza.not_answered")
        raise Invalid("asan_imza.not_answered", NOT_ANSWERED)
    if isinstance(answer, SessionGone):
        fail(context, begun.public_id, "asan_imza.gone")
        raise Invalid("asan_imza.gone", N_("Asan imza xidməti bu sorğunu artıq tanımır. Yenidən cəhd edin."))
    if isinstance(answer, Complete) and answer.result is not Result.OK:
        code, message = ENDINGS.get(answer.result, ("asan_imza.not_answered", NOT_ANSWERED))
        if fail(context, begun.public_id, code) and answer.result not in SILENT:
            _stop_ringing(context, begun)
            _spare_who_refused(context, begun, answer.result)
        raise Invalid(code, message)


def _spare_who_refused(context: Context, begun: Begun, result: str) -> None:
    """Whoever has said no on his phone is not asked again for a while; the audit trail has the alarm."""
    if result != "USER_CANCELLED":
        return
    context.ports.limits.hit([refused_prompt(begun.facts["phone"], begun.facts["user_id"])], context.clock.now())


def _stop_ringing(context: Context, begun: Begun) -> None:
    context.ports.limits.forgive([open_prompt(begun.facts["phone"], begun.facts["user_id"], LIFE)])


def _check_asked_for(certificate: "x509.Certificate", user_id: str) -> None:
    """Where a FİN was typed for the user ID, it must be the holder's; a number of the service means nothing to us."""
    from signing.errors import WrongCertificate
    from signing.subjects import fin_of

    is_pin = len(user_id) == PIN_LENGTH and not user_id.isdecimal()
    if is_pin and fin_of(certificate) != user_id:
        raise WrongCertificate("the certificate is another person's")


PIN_LENGTH = 7


def _away() -> Unavailable:
    return Unavailable(
        "asan_imza.away",
        N_("Asan imza xidməti hazırda cavab vermir. Bir azdan yenidən cəhd edin və ya başqa vasitə ilə daxil olun."),
    )
