"""Pictures and sounds of codes, each for the browser that a page gave it to."""

from flask import Blueprint, Response, current_app, g
from flask.typing import ResponseReturnValue

from app.accounts.views.browsers import this_browser
from app.picture_codes.drawing import picture, sound
from app.picture_codes.operations import new_picture
from app.picture_codes.queries import find_code
from app.picture_codes.rules import sound_limit
from app.web.context import context
from app.web.guards import allow

blueprint = Blueprint("picture_codes", __name__)


@blueprint.get("/picture-codes/<public_id>.png")
@allow("picture_codes.read")
def image(public_id: str) -> ResponseReturnValue:
    return _unkept(picture(find_code(context(), this_browser().token, public_id)), "image/png")


@blueprint.get("/picture-codes/<public_id>.wav")
@allow("picture_codes.read")
def voice(public_id: str) -> ResponseReturnValue:
    here = context()
    code = find_code(here, this_browser().token, public_id)
    here.ports.limits.hit([sound_limit(here.address)], here.clock.now())
    return _unkept(sound(code, g.language), "audio/wav")


def shown(browser: str) -> dict[str, str]:
    """A new picture for a page; in a demonstration its code stands beside it, for browsers that show text alone."""
    here = context()
    public_id = new_picture(here, browser)
    is_demo = current_app.extensions["settings"].is_demo
    return {"picture": public_id, "spelled": find_code(here, browser, public_id) if is_demo else ""}


def _unkept(content: bytes, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.cache_control.no_store = True
    return answer
