"""The two demands of which every check consists."""

from app.core.errors import Invalid, Problem


def require(holds: object, code: str, message: str, **facts: object) -> None:
    if not holds:
        raise Invalid.collect([Problem(code, message, facts=facts)])


def require_length(text: str, needed: int, code: str, message: str) -> None:
    require(len(text) == needed, code, message, given=len(text), needed=needed)
