"""The ways in which the domain says no; each door (web, SOAP, command line) maps them once.

DomainError
 ├─ NotFound             there is no such thing, or the asker may not know of it
 ├─ NotAllowed           the asker may not do this
 ├─ Conflict             the thing is no longer in the state that this needs
 │   └─ MessageIdReused  a message number came again with other content
 ├─ Invalid              what was given breaks a rule; may name a field and a box
 ├─ RateLimited          too many requests; says when to come back
 └─ Unavailable          something that we depend on is away; says when to come back
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark an Azerbaijani text for translation; the doors translate it."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable code, a text with {placeholders}, and the facts that fill them."""

    code: str
    message: str
    field: str | None = None
    box: str | None = None
    # Facts can be personal data, so that no log may show them by accident.
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False, repr=False)


class DomainError(Exception):
    """One or several problems of one kind. As a string it is its codes alone, never a fact."""

    kind: ClassVar[str] = "error"
    problems: tuple[Problem, ...]

    # Positional only, so that a fact may be called `code` or `message`.
    def __init__(
        self, code: str, message: str, /, *, field: str | None = None, box: str | None = None, **facts: object
    ) -> None:
        super().__init__(code)
        self.problems = (Problem(code, message, field, box, facts),)

    @classmethod
    def collect(cls, problems: Iterable[Problem]) -> Self:
        """Build one error of several problems, in their order."""
        found = tuple(problems)
        if not found:
            raise ValueError("an error needs at least one problem")
        error = cls(found[0].code, found[0].message)
        error.args = tuple(problem.code for problem in found)
        error.problems = found
        return error

    def __str__(self) -> str:
        return ", ".join(problem.code for problem in self.problems)

    @property
    def code(self) -> str:
        return self.problems[0].code

    @property
    def message(self) -> str:
        return self.problems[0].message

    @property
    def facts(self) -> Mapping[str, object]:
        return self.problems[0].facts


class NotFound(DomainError):
    kind = "not_found"


class NotAllowed(DomainError):
    kind = "not_allowed"


class Conflict(DomainError):
    kind = "conflict"


class MessageIdReused(Conflict):
    kind = "message_id_reused"


class Invalid(DomainError):
    kind = "invalid"


class _ComeBackLater(DomainError):
    """Carries the seconds to wait, for the header Retry-After and as the fact {retry_after}."""

    def __init__(
        self,
        code: str,
        message: str,
        /,
        *,
        retry_after: int = 60,
        field: str | None = None,
        box: str | None = None,
        **facts: object,
    ) -> None:
        super().__init__(code, message, field=field, box=box, retry_after=retry_after, **facts)
        self.retry_after = retry_after


class RateLimited(_ComeBackLater):
    kind = "rate_limited"


class Unavailable(_ComeBackLater):
    kind = "unavailable"
