"""The life of a contract as one table: in which state what may happen, by whom, and what the applicant is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import N_, Conflict


class State(StrEnum):
    DRAFT = "draft"
    APPLIED = "applied"
    RETURNED = "returned"
    PAPERS_CHECKED = "papers_checked"
    APPROVED = "approved"
    CONTRACT_SIGNED = "contract_signed"
    CREDENTIALS_ISSUED = "credentials_issued"
    ACTIVATED = "activated"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    ENDED = "ended"


class Event(StrEnum):
    SEND = "send"
    RETURN = "return"
    CHECK = "check"
    APPROVE = "approve"
    REFUSE = "refuse"
    SIGN = "sign"
    RECORD = "record"
    ISSUE = "issue"
    REISSUE = "reissue"
    ACTIVATE = "activate"
    RENEW = "renew"
    LEAVE = "leave"
    END = "end"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    EXPIRE = "expire"


class By(StrEnum):
    APPLICANT = "applicant"
    OFFICER = "officer"
    SECOND = "second"  # An officer who has not had this contract in hand before.
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Move:
    by: By
    after: State
    tells: str = ""  # The kind of notice to the applicant; nothing where he does it himself and sees it.


MOVES: Mapping[tuple[State, Event], Move] = {
    (State.DRAFT, Event.SEND): Move(By.APPLICANT, State.APPLIED, "contracts.applied"),
    (State.DRAFT, Event.WITHDRAW): Move(By.APPLICANT, State.WITHDRAWN),
    (State.DRAFT, Event.LAPSE): Move(By.PORTAL, State.LAPSED, "contracts.lapsed"),
    (State.APPLIED, Event.RETURN): Move(By.OFFICER, State.RETURNED, "contracts.returned"),
    (State.APPLIED, Event.CHECK): Move(By.OFFICER, State.PAPERS_CHECKED),
    (State.APPLIED, Event.REFUSE): Move(By.OFFICER, State.REFUSED, "contracts.refused"),
    (State.APPLIED, Event.WITHDRAW): Move(By.APPLICANT, State.WITHDRAWN),
    (State.RETURNED, Event.SEND): Move(By.APPLICANT, State.APPLIED, "contracts.applied"),
    (State.RETURNED, Event.WITHDRAW): Move(By.APPLICANT, State.WITHDRAWN),
    (State.RETURNED, Event.LAPSE): Move(By.PORTAL, State.LAPSED, "contracts.lapsed"),
    (State.PAPERS_CHECKED, Event.RETURN): Move(By.OFFICER, State.RETURNED, "contracts.returned"),
    (State.PAPERS_CHECKED, Event.APPROVE): Move(By.OFFICER, State.APPROVED, "contracts.approved"),
    (State.PAPERS_CHECKED, Event.REFUSE): Move(By.OFFICER, State.REFUSED, "contracts.refused"),
    (State.PAPERS_CHECKED, Event.WITHDRAW): Move(By.APPLICANT, State.WITHDRAWN),
    (State.APPROVED, Event.SIGN): Move(By.APPLICANT, State.CONTRACT_SIGNED, "contracts.signed"),
    (State.APPROVED, Event.RECORD): Move(By.OFFICER, State.CONTRACT_SIGNED, "contracts.signed"),
    (State.APPROVED, Event.WITHDRAW): Move(By.APPLICANT, State.WITHDRAWN),
    (State.APPROVED, Event.LAPSE): Move(By.PORTAL, State.LAPSED, "contracts.lapsed"),
    (State.CONTRACT_SIGNED, Event.ISSUE): Move(By.SECOND, State.CREDENTIALS_ISSUED),
    (State.CONTRACT_SIGNED, Event.REFUSE): Move(By.SECOND, State.REFUSED, "contracts.refused"),
    (State.CREDENTIALS_ISSUED, Event.REISSUE): Move(By.OFFICER, State.CREDENTIALS_ISSUED),
    (State.CREDENTIALS_ISSUED, Event.ACTIVATE): Move(By.APPLICANT, State.ACTIVATED, "contracts.activated"),
    (State.CREDENTIALS_ISSUED, Event.END): Move(By.OFFICER, State.ENDED, "contracts.ended"),
    (State.CREDENTIALS_ISSUED, Event.EXPIRE): Move(By.PORTAL, State.EXPIRED, "contracts.expired"),
    (State.ACTIVATED, Event.RENEW): Move(By.APPLICANT, State.ACTIVATED, "contracts.renewed"),
    (State.ACTIVATED, Event.LEAVE): Move(By.APPLICANT, State.ENDED, "contracts.ended"),
    (State.ACTIVATED, Event.END): Move(By.OFFICER, State.ENDED, "contracts.ended"),
    (State.ACTIVATED, Event.EXPIRE): Move(By.PORTAL, State.EXPIRED, "contracts.expired"),
}

WORDS: Mapping[State, str] = {
    State.DRAFT: N_("Qaralama"),
    State.APPLIED: N_("Yoxlanılır"),
    State.RETURNED: N_("Düzəliş üçün qaytarılıb"),
    State.PAPERS_CHECKED: N_("Sənədlər yoxlanılıb"),
    State.APPROVED: N_("Müqavilənin imzası gözlənilir"),
    State.CONTRACT_SIGNED: N_("Müqavilə imzalanıb"),
    State.CREDENTIALS_ISSUED: N_("Giriş məlumatları göndərilib"),
    State.ACTIVATED: N_("Qüvvədədir"),
    State.REFUSED: N_("İmtina edilib"),
    State.WITHDRAWN: N_("Geri götürülüb"),
    State.LAPSED: N_("Vaxtında tamamlanmayıb"),
    State.EXPIRED: N_("Müddəti bitib"),
    State.ENDED: N_("Xitam verilib"),
}
TONES: Mapping[State, str] = {
    State.DRAFT: "neutral",
    State.RETURNED: "warn",
    State.APPROVED: "warn",
    State.ACTIVATED: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "neutral",
    State.LAPSED: "neutral",
    State.EXPIRED: "neutral",
    State.ENDED: "neutral",
}
EVENT_WORDS: Mapping[Event, str] = {
    Event.SEND: N_("Müraciət göndərildi"),
    Event.RETURN: N_("Düzəliş üçün qaytarıldı"),
    Event.CHECK: N_("Sənədlər yoxlanıldı"),
    Event.APPROVE: N_("Müqavilənin bağlanması təsdiq edildi"),
    Event.REFUSE: N_("İmtina edildi"),
    Event.SIGN: N_("Müqavilə elektron imza ilə imzalandı"),
    Event.RECORD: N_("Müqavilə kağız üzərində imzalandı"),
    Event.ISSUE: N_("Aktivləşdirmə keçidi göndərildi"),
    Event.REISSUE: N_("Yeni aktivləşdirmə keçidi göndərildi"),
    Event.ACTIVATE: N_("Şifrə təyin edildi"),
    Event.RENEW: N_("Müqavilənin müddəti uzadıldı"),
    Event.LEAVE: N_("Müqaviləyə iştirakçı xitam verdi"),
    Event.END: N_("Müqaviləyə Komitə xitam verdi"),
    Event.WITHDRAW: N_("Müraciət geri götürüldü"),
    Event.LAPSE: N_("Müraciət vaxtında tamamlanmadı"),
    Event.EXPIRE: N_("Müqavilənin müddəti bitdi"),
}

# In these the applicant may still change what he has written and attached.
OPEN = frozenset({State.DRAFT, State.RETURNED})
# In these the committee has to act, within one month by the calendar.
WAITING = (State.APPLIED, State.PAPERS_CHECKED, State.CONTRACT_SIGNED)
# In these somebody has, or may soon have, a user name by this contract.
IN_FORCE = (State.CREDENTIALS_ISSUED, State.ACTIVATED)
FINAL = frozenset(State) - {before for before, _ in MOVES}
# What an officer has had in hand by one of these, he may not finish.
IN_HAND = tuple({event for (_, event), move in MOVES.items() if move.by is By.OFFICER} - {Event.REISSUE, Event.END})


def move_of(state: State, event: Event) -> Move:
    move = MOVES.get((state, event))
    if move is None:
        raise moved_on()
    return move


def moved_on() -> Conflict:
    message = N_("Müraciət bu arada başqa mərhələyə keçib. Səhifəni yeniləyib yenidən baxın.")
    return Conflict("contracts.moved_on", message)


def can(state: State, *events: Event) -> frozenset[Event]:
    return frozenset(event for event in events or Event if (state, event) in MOVES)


def drawing() -> str:
    """The table as a state diagram in the notation of Mermaid."""
    lines = [f"    {before} --> {move.after}: {event} ({move.by})" for (before, event), move in MOVES.items()]
    ends = [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.DRAFT}", *lines, *ends])
