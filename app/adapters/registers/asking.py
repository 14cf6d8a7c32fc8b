"""One register of the state as a SOAP client knows it: its description is shipped with us, its address is a setting."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from app.core.errors import N_, Unavailable

if TYPE_CHECKING:
    from requests import Response
    from zeep.proxy import ServiceProxy
    from zeep.transports import Transport

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
PATIENCE_SECONDS = 5.0
# After so many failures in a row nobody asks for a while: those who wait would only wait longer.
FAILURES, REST_SECONDS = 3, 20.0
LARGEST_ANSWER = 256 << 10
SOAP_1_2 = "application/soap+xml"


@dataclass
class Breaker:
    """Open after failures in a row; then one asker at a time finds out whether it is over."""

    ticks: Callable[[], float] = time.monotonic
    _failures: int = 0
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def admit(self) -> bool:
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self.ticks() < self._until:
                return False
            self._until = self.ticks() + REST_SECONDS
            return True

    def tell(self, *, is_well: bool) -> None:
        with self._lock:
            self._failures = 0 if is_well else self._failures + 1
            self._until = self.ticks() + REST_SECONDS


@dataclass
class Register:
    """Asks one service; whatever goes wrong with it is `Unavailable` to whoever asked."""

    name: str
    address: str
    breaker: Breaker = field(default_factory=Breaker)
    patience: float = PATIENCE_SECONDS

    def ask(self, operation: str, **values: str) -> Any:  # noqa: ANN401  (an object of zeep's, as the description has it)
        if not self.breaker.admit():
            raise _away()
        try:
            answer = getattr(self._service, operation)(**values)
        except Exception as error:  # noqa: BLE001 - whatever it is, the register did not answer
            self.breaker.tell(is_well=False)
            # Never the message: it may hold what was asked for.
            log.warning("register does not answer", extra={"register": self.name, "error": type(error).__name__})
            raise _away() from None
        self.breaker.tell(is_well=True)
        return answer

    @cached_property
    def _service(self) -> "ServiceProxy":
        from zeep import Client, Settings

        settings = Settings(strict=True, forbid_dtd=True, forbid_external=True)
        way = transport(self.address, self.patience)
        client = Client(str(HERE / f"{self.name}.wsdl"), transport=way, settings=settings)  # type: ignore[no-untyped-call]
        (binding,) = client.wsdl.bindings
        return client.create_service(binding, self.address)  # type: ignore[no-any-return, no-untyped-call]


def transport(address: str, patience: float) -> "Transport":
    """zeep's own waits for ever and reads without end; this one goes out as all requests of the portal do."""
    from dataclasses import replace

    from requests import Response
    from zeep.transports import Transport

    from signing.egress import Egress

    way = replace(Egress.to(address, timeout=patience), limit=LARGEST_ANSWER)

    class Bounded(Transport):
        def post(self, address: str, message: bytes, headers: dict[str, str]) -> "Response":
            answer = way.exchange("POST", address, message, headers["Content-Type"], SOAP_1_2)
            response = Response()
            response.status_code, response._content, response.encoding = answer.status, answer.body, "utf-8"
            response.headers["Content-Type"] = SOAP_1_2
            return response

    return Bounded()  # type: ignore[no-untyped-call]


def _away() -> Unavailable:
    message = N_(
        "Dövlət reyestri hazırda cavab vermir. Yazdıqlarınız səhifədə qalır: bir neçə dəqiqədən sonra yenidən göndərin."
    )
    return Unavailable("registers.away", message, retry_after=int(REST_SECONDS))
