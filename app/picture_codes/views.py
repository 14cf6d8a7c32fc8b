"""Pictures and sounds of codes, each for the browser that a page gave it to."""

from collections.abc import Callable

from flask import Blueprint, Response, current_app, g
from flask.typing import ResponseReturnValue

from app.accounts.views.browsers import this_browser
from app.core.limits import Limit
from app.picture_codes.drawing import picture, sound
from app.picture_codes.queries import find_code
from app.picture_codes.rules import new_picture, picture_limit, sound_limit
from app.web.context import context
from app.web.guards import allow

blueprint = Blueprint("picture_codes", __name__)


@blueprint.get("/picture-codes/<public_id>.png")
@allow("picture_codes.read")
def image(public_id: str) -> ResponseReturnValue:
    return _unkept(picture(_code(public_id, picture_limit)), "image/png")


@blueprint.get("/picture-codes/<public_id>.wav")
@allow("picture_codes.read")
def voice(public_id: str) -> ResponseReturnValue:
    return _unkept(sound(_code(public_id, sound_limit), g.language), "audio/wav")


def shown(browser: str) -> dict[str, str]:
    """A new picture for a page; in a demonstration its code stands beside it, for browsers that show text alone."""
    here = context()
    public_id = new_picture(here.ports.secret, here.clock.now())
    is_demo = current_app.extensions["settings"].is_demo
    return {"picture": public_id, "spelled": find_code(here, browser, public_id) if is_demo else ""}


def _code(public_id: str, limit: Callable[[str], Limit]) -> str:
    here = context()
    code = find_code(here, this_browser().token, public_id)
    here.ports.limits.hit([limit(here.address)], here.clock.now())
    return code


def _unkept(content: bytes, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.cache_control.no_store = True
    return answer
