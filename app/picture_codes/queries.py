"""The code that a picture shows."""

from sqlalchemy import select

from app.accounts.operations.sessions import digest
from app.core.context import Context
from app.core.errors import N_, NotFound
from app.picture_codes.models import PictureCode


def find_code(context: Context, browser: str, public_id: str) -> str:
    """For the picture and the sound of it; another browser is told that there is none."""
    mine = PictureCode.public_id == public_id, PictureCode.browser_hash == digest(browser)
    still = PictureCode.expires_at > context.clock.now()
    code = context.session.scalar(select(PictureCode.code).where(*mine, still))
    if code is None:
        raise NotFound("picture_codes.unknown", N_("Bu şəkil artıq etibarsızdır. Səhifəni yeniləyin."))
    return code
