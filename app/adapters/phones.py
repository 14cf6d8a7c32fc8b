"""The mobile signature service that the settings name, and what phones have answered by now; nobody waits for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock, Thread
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from signing.errors import SigningError
    from signing.signers.mobile import Complete, MobileService, Running, Session

    Answer = Running | Complete | SigningError

POLL_MS = 2000
# Of the answers that are being waited for, and of those that are remembered, in one process.
MOST_AT_ONCE, MOST_KEPT = 32, 1000


def in_background(job: Callable[[], None]) -> None:
    """The process may end meanwhile: whoever wants the answer then asks another one for it."""
    Thread(target=job, daemon=True).start()


@dataclass(frozen=True)
class MobilePhones:
    url: str
    uuid: str
    name: str
    run: Callable[[Callable[[], None]], None] = in_background
    _lock: Lock = field(default_factory=Lock)
    _answers: "dict[Session, Answer]" = field(default_factory=dict)
    _awaited: "set[Session]" = field(default_factory=set)

    @cached_property
    def service(self) -> "MobileService":
        from signing.egress import Egress
        from signing.signers.mobile import MobileService

        return MobileService(self.url, self.uuid, self.name, Egress.to(self.url))

    def heard(self, session: "Session") -> "Answer":
        """What is known by now; if that is not the end of it, the service is asked again behind the asker's back."""
        from signing.signers.mobile import Running

        if self._is_to_be_asked(session):
            self.run(partial(self._listen, session))
        with self._lock:
            return self._answers.get(session, Running())

    def _is_to_be_asked(self, session: "Session") -> bool:
        from signing.signers.mobile import Complete, SessionGone

        with self._lock:
            is_known = isinstance(self._answers.get(session), Complete | SessionGone)
            if is_known or session in self._awaited or len(self._awaited) >= MOST_AT_ONCE:
                return False
            self._awaited.add(session)
            return True

    def _listen(self, session: "Session") -> None:
        from signing.errors import SigningError

        answer: Answer | None = None
        try:
            answer = self.service.poll(session, POLL_MS)
        except SigningError as error:
            answer = error.with_traceback(None)
        finally:
            with self._lock:
                self._awaited.discard(session)
                if answer is not None:
                    self._answers[session] = answer
                while len(self._answers) > MOST_KEPT:
                    del self._answers[next(iter(self._answers))]


def phones(settings: Settings) -> MobilePhones | None:
    if not settings.mobile_signature_url:
        return None
    return MobilePhones(settings.mobile_signature_url, settings.mobile_signature_uuid, settings.mobile_signature_name)
