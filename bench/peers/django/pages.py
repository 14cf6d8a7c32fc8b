"""The sample form as Django shows it, twice: from a template written by hand, and from `forms.Form`."""

import json
import os
import secrets
from pathlib import Path

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.shortcuts import render
from django.template import Library
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import mark_safe

MADE = Path(os.environ["BENCH_PEERS"])
PAGE = json.loads((MADE / "page.json").read_text("utf-8"))
DICTIONARY = {text: text for text in PAGE["texts"]}

settings.configure(
    SECRET_KEY="a key of the bench that is long enough for Django",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_I18N=False,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": MADE / "peers.sqlite",
            "CONN_MAX_AGE": None,
        }
    },
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [MADE],
            "OPTIONS": {"builtins": [f"{__name__}"], "context_processors": []},
        }
    ],
    LOGGING_CONFIG=None,
)

register = Library()


@register.filter
def t(text):
    return DICTIONARY.get(text, text)


def viewer(request):
    if "person" not in request.session:
        request.session["person"] = 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM person WHERE id = %s", [request.session["person"]])
        return cursor.fetchone()[0]


def frame(request):
    return {"path": "/design/form", "form_id": secrets.token_urlsafe(12), "viewer": viewer(request)}


def by_hand(request):
    return render(request, "django.html", {**frame(request), "groups": GROUPS})


GROUPS = [{**group, "fields": [{**field, "value": ""} for field in group["fields"]]} for group in PAGE["groups"]]


def by_form(request):
    form = SampleForm()
    grouped = [
        (group["title"], group["hint"], [form[field["name"]] for field in group["fields"]]) for group in PAGE["groups"]
    ]
    return render(request, "django_rendered.html", {**frame(request), "grouped": grouped})


def _label(field):
    optional = "" if field["required"] else format_html(' <span class="optional">({})</span>', t("vacib deyil"))
    box = format_html(' <span class="box">{} {}</span>', t("Qrafa"), field["box"]) if field["box"] else ""
    return format_html("<span>{}{}</span>{}", t(field["label"]), mark_safe(optional), mark_safe(box))


def _field(field):
    given = {"required": field["required"], "label": _label(field), "help_text": t(field["hint"]), "label_suffix": ""}
    attributes = {name: field[name] for name in ("inputmode", "autocomplete") if field[name]}
    if field["number"]:
        attributes["class"] = "number"
    choices = [(code, label if field["listed"] else t(label)) for code, label in field["choices"]]
    match field["kind"]:
        case "checkbox":
            return forms.BooleanField(**{**given, "label": t(field["label"])})
        case "radios":
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **given)
        case "checkboxes":
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **given)
        case "select":
            return forms.ChoiceField(choices=choices, **given)
        case "textarea":
            return forms.CharField(widget=forms.Textarea({"rows": field["rows"], "cols": None}), **given)
    return forms.CharField(
        max_length=int(field["maxlength"]) if field["maxlength"] else None, widget=forms.TextInput(attributes), **given
    )


def _with_suffix(field):
    made = _field(field)
    made.suffix = field["suffix"]
    return made


FIELDS = {field["name"]: _with_suffix(field) for group in PAGE["groups"] for field in group["fields"]}
SampleForm = type("SampleForm", (forms.Form,), {**FIELDS, "use_required_attribute": False})

urlpatterns = [path("", by_hand), path("form", by_form)]
django.setup()
application = get_wsgi_application()
