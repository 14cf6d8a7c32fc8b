"""Phones that a mobile signature service rings: how often they may be, what they answered, and how it may end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Ceremony
from app.accounts.operations.barring import refuse_barred
from app.accounts.operations.ceremonies import Begun, fail
from app.accounts.rules import Means, Purpose, Stage, open_prompt, prompt_limits, refused_prompt
from app.core.context import Context
from app.core.errors import N_, Invalid, RateLimited, Unavailable
from app.core.ports import Phones
from app.core.public_ids import digest

if TYPE_CHECKING:
    from signing.errors import SigningError
    from signing.signers.mobile import Complete, Running, Session

    Answer = Running | Complete | SigningError

LIFE = timedelta(minutes=2)
MEANS = Means.ASAN_IMZA

NOT_ANSWERED = N_(
    "Telefondan vaxtında cavab gəlmədi. Sorğu telefona çatmayıbsa, nömrəni və istifadəçi ID-sini yoxlayın: bəlkə bu "
    "nömrə üçün aktiv Asan imza yoxdur. Sonra yenidən cəhd edin."
)
OVER = N_("Bu cəhd artıq başa çatıb. Yenidən başlayın.")
CANCELLED = N_(
    "Əməliyyat telefonda ləğv edildi. Təhlükəsizlik üçün bu telefona 30 dəqiqə ərzində yeni sorğu göndərilmir; başqa "
    "vasitədən istifadə edə bilərsiniz."
)
PHONE_LOCKED = "asan_imza.pin_locked"
PIN_LOCKED = N_(
    "PIN kodu üç dəfə yanlış yazılıb və bloklanıb. Onu PUK kodu ilə açıb yenidən cəhd edin və ya başqa vasitə seçin."
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
    "PIN_LOCKED": (PHONE_LOCKED, PIN_LOCKED),
    "SIGNATURE_HASH_MISMATCH": (
        "asan_imza.mismatch",
        N_("SIM kartın imzası sertifikatına uyğun gəlmədi. Operatorunuza müraciət edin."),
    ),
}
# Of these a stranger could learn which numbers are subscribed: they look like a phone that stays silent to the end.
SILENT = {"TIMEOUT", "NOT_MID_CLIENT"}


def claim(context: Context, phone: str, user_id: str) -> None:
    """Counted by what was typed, whether there is such a phone or not: a refusal tells nothing about it."""
    phones_of(context)
    refuse_barred(context, MEANS, "")
    limits, now, pair = context.ports.limits, context.clock.now(), (phone, user_id)
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


def standing(context: Context, browser: str, purposes: Collection[Purpose], **facts: str) -> str | None:
    """The ceremony that this browser began with the same phone and that still waits: a form may be sent twice."""
    mine = (Ceremony.browser_hash == digest(browser)) & (Ceremony.means == MEANS) & Ceremony.purpose.in_(purposes)
    waits = (Ceremony.stage == Stage.OPEN) & (Ceremony.expires_at > context.clock.now())
    newest = select(Ceremony.public_id, Ceremony.facts).where(mine, waits).order_by(Ceremony.id.desc()).limit(1)
    row = context.session.execute(newest).one_or_none()
    return str(row.public_id) if row is not None and facts.items() <= row.facts.items() else None


def stop_ringing(context: Context, begun: Begun) -> None:
    context.ports.limits.forgive([open_prompt(begun.facts["phone"], begun.facts["user_id"], LIFE)])


def phones_of(context: Context) -> Phones:
    if context.ports.phones is None:
        raise Unavailable("asan_imza.none", N_("Asan imza bu portalda qoşulmayıb. Başqa vasitə seçin."))
    return context.ports.phones


def not_reached(context: Context, begun: Begun, error: "SigningError") -> Unavailable:
    """The service is away, so that the phone did not ring: he may try again at once."""
    context.about("ceremony", begun.public_id, means=str(MEANS), why=type(error).__name__)
    fail(context, begun.public_id, "asan_imza.away")
    stop_ringing(context, begun)
    return away()


def away() -> Unavailable:
    return Unavailable(
        "asan_imza.away",
        N_("Asan imza xidməti hazırda cavab vermir. Bir azdan yenidən cəhd edin və ya başqa vasitədən istifadə edin."),
    )


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


def forgive_prompts(context: Context, watched: Watched) -> None:
    """Whoever has answered his phone is not bothered by it."""
    context.ports.limits.forgive(prompt_limits(watched.phone, watched.user_id, context.address)[:-1])


def watched(context: Context, begun: Begun, digest: bytes) -> Watched:
    """Reads only; that the phone is silent and that there is none look alike."""
    from signing.errors import Unreachable
    from signing.signers.mobile import control_code

    is_open = begun.stage is Stage.OPEN and context.clock.now() < begun.expires_at
    answer = answer_of(context, begun) if is_open else None
    return Watched(
        begun.public_id,
        control_code(digest),
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


def answer_of(context: Context, begun: Begun) -> "Answer | None":
    """None as long as the phone was not rung."""
    return phones_of(context).heard(_session(begun)) if begun.facts.get("session") else None


def asked_again(context: Context, begun: Begun) -> "Answer":
    """For whoever may wait for the service, and for a phone that was rung."""
    from signing.signers.mobile import SHORTEST_POLL_MS, SessionGone

    try:
        return phones_of(context).service.poll(_session(begun), SHORTEST_POLL_MS)
    except SessionGone as error:
        return error


def _session(begun: Begun) -> "Session":
    from signing.signers.mobile import Kind, Session

    return Session(Kind.SIGNATURE if begun.purpose is Purpose.SIGN else Kind.AUTHENTICATION, begun.facts["session"])


def _is_final(answer: "Answer | None") -> bool:
    from signing.signers.mobile import Complete, SessionGone

    return isinstance(answer, SessionGone) or (isinstance(answer, Complete) and answer.result not in SILENT)


def refuse_what_ended(context: Context, begun: Begun, answer: "Answer | None") -> None:
    """Whatever has come to an end without a signature."""
    from signing.signers.mobile import Complete

    result = str(answer.result) if isinstance(answer, Complete) else type(answer).__name__
    context.about("ceremony", begun.public_id, means=str(MEANS), result=result)
    if error := ended(context, begun, answer):
        raise error


def ended(context: Context, begun: Begun, answer: "Answer | None") -> Invalid | None:
    """Why it came to nothing, or None; of two who find out at once one draws the consequences."""
    from signing.signers.mobile import Complete, Result, SessionGone

    result = answer.result if isinstance(answer, Complete) else Result.OK
    if result is not Result.OK and result not in SILENT:
        code, message = ENDINGS[result]
        if fail(context, begun.public_id, code):
            stop_ringing(context, begun)
            _spare_who_refused(context, begun, result)
        return Invalid(code, message)
    if isinstance(answer, SessionGone) and context.clock.now() < begun.expires_at:
        fail(context, begun.public_id, "asan_imza.gone")
        return Invalid("asan_imza.gone", N_("Asan imza xidməti bu sorğunu artıq tanımır. Yenidən cəhd edin."))
    if context.clock.now() >= begun.expires_at or result is not Result.OK:
        fail(context, begun.public_id, "asan_imza.not_answered")
        return Invalid("asan_imza.not_answered", NOT_ANSWERED)
    return None


def _spare_who_refused(context: Context, begun: Begun, result: str) -> None:
    """Whoever has said no on his phone is not asked again for a while; the audit trail has the alarm."""
    if result != "USER_CANCELLED":
        return
    context.ports.limits.hit([refused_prompt(begun.facts["phone"], begun.facts["user_id"])], context.clock.now())
