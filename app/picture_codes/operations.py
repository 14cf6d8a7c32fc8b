"""Parts of other operations: a new picture for a browser, and the one look at what was typed from it."""

from sqlalchemy import delete

from app.accounts.operations.sessions import digest
from app.core.context import Context
from app.core.db import insert, write_transaction
from app.core.errors import N_, Invalid
from app.core.public_ids import new_public_id
from app.picture_codes.models import PictureCode
from app.picture_codes.rules import LIFE, is_right, new_code, picture_limit


def new_picture(context: Context, browser: str) -> str:
    """Gives its public number. A picture lost in a crash is made again by the next look at the page."""
    now, public_id = context.clock.now(), new_public_id()
    context.ports.limits.hit([picture_limit(context.address)], now)
    row = {"public_id": public_id, "browser_hash": digest(browser), "code": new_code(), "expires_at": now + LIFE}
    with write_transaction(context.session, durable=False):
        context.session.execute(insert(context.session, PictureCode).values(row))
    return public_id


def use_up(context: Context, browser: str, public_id: str, typed: str) -> None:
    """Whatever was typed, this picture is used; raises unless it was right, in time and this browser's own."""
    mine = PictureCode.public_id == public_id, PictureCode.browser_hash == digest(browser)
    taken = delete(PictureCode).where(*mine).returning(PictureCode.code, PictureCode.expires_at)
    with write_transaction(context.session, durable=False):
        found = context.session.execute(taken).one_or_none()
    if found is None or context.clock.now() >= found.expires_at:
        message = N_("Əvvəlki şəklin vaxtı bitib və ya kodu istifadə olunub. Yeni şəkildəki kodu yazın.")
        raise Invalid("picture_codes.used", message, field="code")
    if not is_right(typed, found.code):
        raise Invalid(
            "picture_codes.wrong", N_("Kod şəkildəki ilə eyni deyil. Yeni şəkildəki kodu yazın."), field="code"
        )
