"""The code that a picture shows."""

from app.core.context import Context
from app.core.errors import N_, NotFound
from app.picture_codes.rules import code_of, good_until


def find_code(context: Context, browser: str, picture: str) -> str:
    """For the picture and the sound of it; another browser sees another code, which it cannot use."""
    until = good_until(context.ports.secret, picture)
    if until is None or context.clock.now() >= until:
        raise NotFound("picture_codes.unknown", N_("Bu şəkil artıq etibarsızdır. Səhifəni yeniləyin."))
    return code_of(context.ports.secret, picture, browser)
