"""Signing in with user name and password, and a new password."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.forms import AskForPasswordLinkForm, ChangePasswordForm, SetPasswordForm, SignInForm
from app.accounts.views.entering import agent, enter, renumbered
from app.core.db import db
from app.core.errors import N_
from app.core.public_ids import digest
from app.web.context import clock, context
from app.web.guards import allow, local_path
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("passwords", __name__)
PASSWORD_CHANGED = N_("Şifrəniz dəyişdirildi. Yeni şifrə ilə daxil olun.")


@blueprint.get("/login/password")
@allow("accounts.sign_in")
def ask_password() -> ResponseReturnValue:
    notices = [translate(g.language, PASSWORD_CHANGED)] if "changed" in request.args else []
    return SignInForm().page("accounts/password.html", next=local_path(request.args.get("next")), notices=notices)


@blueprint.post("/login/password")
@allow("accounts.sign_in")
def sign_in() -> ResponseReturnValue:
    form, target = SignInForm(), local_path(request.args.get("next"))
    if form.validate():
        with form.refusals():
            command = form.command(agent())
            signed_in = operations.sign_in(context(), command)
            operations.forgive_attempts(context(), command.username)
            return enter(signed_in, target)
    return form.page("accounts/password.html", next=target)


@blueprint.get("/login/password/forgot")
@allow("accounts.ask_for_password_link")
def forgot_password() -> ResponseReturnValue:
    return AskForPasswordLinkForm().page("accounts/forgot.html")


@blueprint.post("/login/password/forgot")
@allow("accounts.ask_for_password_link")
def ask_for_password_link() -> ResponseReturnValue:
    form = AskForPasswordLinkForm()
    if form.validate():
        with form.refusals():
            operations.ask_for_password_link(context(), form.command())
            return redirect("/login/password/sent", 303)
    return form.page("accounts/forgot.html")


@blueprint.get("/login/password/sent")
@allow("accounts.ask_for_password_link")
def link_sent() -> ResponseReturnValue:
    return render("accounts/sent.html")


@blueprint.get("/login/password/reset/<token>")
@allow("accounts.set_password")
def new_password(token: str) -> ResponseReturnValue:
    if queries.find_link_owner(db.session(), digest(token), clock().now()) is None:
        raise operations.link_is_dead()
    return SetPasswordForm().page("accounts/reset.html", token=token)


@blueprint.post("/login/password/reset/<token>")
@allow("accounts.set_password")
def set_password(token: str) -> ResponseReturnValue:
    form = SetPasswordForm()
    if form.validate():
        with form.refusals():
            operations.set_password(context(), form.command(token))
            return redirect("/login/password?changed=1", 303)
    return form.page("accounts/reset.html", token=token)


@blueprint.get("/login/password/change")
@allow("accounts.change_password")
def another_password() -> ResponseReturnValue:
    return ChangePasswordForm().page("accounts/change.html")


@blueprint.post("/login/password/change")
@allow("accounts.change_password")
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate():
        with form.refusals():
            return renumbered(operations.change_password(context(), form.command(agent())).token, "/")
    return form.page("accounts/change.html")
