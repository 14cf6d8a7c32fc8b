"""Part of other operations: the one look at what was typed from a picture."""

from app.core.context import Context
from app.core.db import insert, write_transaction
from app.core.errors import N_, Invalid
from app.picture_codes.models import UsedPicture
from app.picture_codes.rules import code_of, good_until, is_right


def use_up(context: Context, browser: str, picture: str, typed: str) -> None:
    """Whatever was typed, this picture is used; raises unless it was right, in time and from this browser's picture."""
    secret, now = context.ports.secret, context.clock.now()
    until = good_until(secret, picture)
    if until is None or now >= until or not _take(context, picture, until):
        message = N_("Əvvəlki şəklin vaxtı bitib və ya kodu istifadə olunub. Yeni şəkildəki kodu yazın.")
        raise Invalid("picture_codes.used", message, field="code")
    if not is_right(typed, code_of(secret, picture, browser)):
        raise Invalid(
            "picture_codes.wrong", N_("Kod şəkildəki ilə eyni deyil. Yeni şəkildəki kodu yazın."), field="code"
        )


def _take(context: Context, picture: str, until: object) -> bool:
    row = {"name": picture, "expires_at": until}
    made = insert(context.session, UsedPicture).values(row).on_conflict_do_nothing().returning(UsedPicture.name)
    with write_transaction(context.session):
        return context.session.execute(made).one_or_none() is not None
