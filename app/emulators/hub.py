"""The page of the emulated e-government hub: a citizen's call goes out, and both messages are shown."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.adapters.emulators.hub import EXTENSION, Hub, Relayed, Unanswered, Unsendable
from app.core.errors import N_, Invalid, Unavailable
from app.emulators.forms import HubForm
from app.emulators.rules import readable
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("emulated_hub", __name__, url_prefix="/emulators/hub")
AWAY = N_("Xidmət müvəqqəti cavab vermir. Bir azdan yenidən cəhd edin.")


@blueprint.get("")
@allow("emulators.use")
def home() -> ResponseReturnValue:
    return _page(HubForm())


@blueprint.post("")
@allow("emulators.use")
def send() -> ResponseReturnValue:
    form = HubForm()
    if form.validate():
        with form.refusals():
            return _page(form, _relayed(form))
    return _page(form)


def _relayed(form: HubForm) -> Relayed:
    hub: Hub | None = current_app.extensions.get(EXTENSION)
    try:
        if hub is None:
            raise Unanswered
        hub.enrol(context().session, context().ports)
        return hub.relay(form.relay())
    except Unanswered:
        raise Unavailable("emulators.no_gateway", AWAY, retry_after=10) from None
    except Unsendable as error:
        message = N_("Bu qiymətlər əməliyyata uyğun deyil: {reason}")
        raise Invalid("emulators.values", message, field="values_of_call", reason=str(error)) from None


def _page(form: HubForm, relayed: Relayed | None = None) -> ResponseReturnValue:
    template, operations = (
        "emulators/hub.html",
        [(one.name, one.name) for one in current_app.extensions["soap_operations"]],
    )
    if relayed is None:
        return form.page(template, operations=operations, answer="")
    shown = {name: readable(message) for name, message in (("request", relayed.request), ("answer", relayed.answer))}
    return render(template, values=form.values, errors={}, operations=operations, status=relayed.status, **shown)
