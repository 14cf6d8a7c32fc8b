"""How one is reached: what comes by mail, in which language, to which address."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.forms import EmailForm
from app.core.db import db
from app.core.policy import may
from app.core.public_ids import digest
from app.notifications import operations as notices
from app.notifications.queries import refused_kinds
from app.notifications.rules import refusable
from app.web.context import clock, context
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("contact", __name__)
SETTINGS = "/notifications/settings"


@blueprint.get("/notifications/settings")
@allow("notifications.read")
def settings() -> ResponseReturnValue:
    return _page(EmailForm())


@blueprint.post("/notifications/settings")
@allow("notifications.choose_mail")
def choose_mail() -> ResponseReturnValue:
    notices.choose_mail(context(), notices.ChooseMail(tuple(request.form.getlist("kinds"))))
    return redirect(f"{SETTINGS}?saved=1", 303)


@blueprint.post("/notifications/settings/language")
@allow("accounts.choose_language")
def choose_language() -> ResponseReturnValue:
    operations.choose_language(context(), operations.ChooseLanguage(request.form.get("notice_language", "")))
    return redirect(f"{SETTINGS}?saved=1", 303)


@blueprint.post("/notifications/settings/email")
@allow("accounts.ask_for_email")
def ask_for_email() -> ResponseReturnValue:
    form = EmailForm()
    if form.validate():
        with form.refusals():
            operations.ask_for_email(context(), form.command())
            return redirect(f"{SETTINGS}?sent=1", 303)
    return _page(form)


def _page(form: EmailForm) -> ResponseReturnValue:
    here = context()
    contact = queries.contact_of(here.session, queries.person_of(here))
    chosen = sorted(refusable().keys() - refused_kinds(here.session, here.actor.person_id))
    page: ResponseReturnValue = form.page(
        "accounts/settings.html",
        contact=contact,
        chosen=Values({"kinds": chosen, "notice_language": contact.language}),
        may_change=may(here.actor, "accounts.ask_for_email"),
        is_sent="sent" in request.args,
        is_saved="saved" in request.args,
    )
    return page


@blueprint.get("/notifications/settings/email/<token>")
@allow("accounts.confirm_email")
def ask_to_confirm(token: str) -> ResponseReturnValue:
    """A page that asks: mail programs open links by themselves."""
    email = queries.find_email_change(db.session(), digest(token), clock().now())
    if email is None:
        raise operations.email_link_is_dead()
    return render("accounts/confirm_email.html", email=email, token=token)


@blueprint.post("/notifications/settings/email/<token>")
@allow("accounts.confirm_email")
def confirm_email(token: str) -> ResponseReturnValue:
    operations.confirm_email(context(), operations.ConfirmEmail(token))
    return redirect("/notifications/settings?saved=1", 303)
