"""What the pages that wait for a phone have in common, whatever is signed with it."""

from collections.abc import Callable
from http import HTTPStatus

from app.accounts.operations import Watched
from app.core.errors import DomainError, RateLimited, Unavailable
from app.web.htmx import by_script
from app.web.rendering import Values


def begun(begin: Callable[[], str], standing: Callable[[], str | None]) -> tuple[str, bool]:
    """The number of the ceremony, and whether it is new: a form that was sent twice leads to the one that it began."""
    try:
        return begin(), True
    except RateLimited as error:
        number = standing() if error.code == "asan_imza.open" else None
        if number is None:
            raise
        return number, False


def typed(watched: Watched) -> Values:
    return Values({"phone": national(watched.phone), "user_id": watched.user_id})


def national(phone: str) -> str:
    """As it stands behind the prefix of the country."""
    return phone.removeprefix("+994")


def status_of(error: DomainError) -> HTTPStatus:
    """422, which a script puts in place, unless all is away."""
    away = isinstance(error, Unavailable) and not by_script()
    return HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.UNPROCESSABLE_ENTITY
