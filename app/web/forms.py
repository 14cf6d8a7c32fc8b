"""The base of all forms: they read and check what was typed, and never draw.

A view of a POST makes the form and asks `form.validate()`. Wrong: it answers 422 with the page again, given
`values=form.values` and `errors=form.errors_by_field(language)`. Right: `form.command()`, which every form with
something to do defines, gives the frozen dataclass of its operation. A view of a GET needs no form, only `Values`.

Every error is a `Problem` with a text of ours: WTForms has no Azerbaijani, and nobody should see its English.
"""

import datetime as dt
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, NoReturn

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from app.core.errors import N_, DomainError, Invalid, Problem, RateLimited, Unavailable
from app.core.numbers import parse_decimal
from app.web.i18n import translate
from app.web.rendering import Values, render

_DATE: Final = re.compile(r"\s*([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ]([0-9]{4})\s*", re.ASCII)
_EXPIRED: Final = Problem(
    "form.expired", N_("Səhifənin müddəti bitib. Yazdıqlarınız qalıb: yoxlayın və yenidən göndərin.")
)


class Form(FlaskForm):
    """A form whose fields are shown by `{% field %}` tags of the same names."""

    @property
    def values(self) -> Values:
        """What was typed, letter by letter, so that the page can show it again."""
        return Values({field.name: _typed(field) for field in self if field.name != "csrf_token"})

    refusal: DomainError | None = None

    def errors_by_field(self, language: str) -> dict[str, str]:
        """The first error of each field in the order of the fields; those of no field stand under ""."""
        found = _texts(language, (_problem(field) for field in self if field.errors))
        return found | (errors_of(self.refusal, language) if self.refusal else {})

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """What the operation refuses is said on the page that sent it, where everything typed still stands."""
        try:
            yield
        except (Invalid, RateLimited, Unavailable) as error:
            self.refusal = error

    def page(self, template: str, /, **more: object) -> ResponseReturnValue:
        """The page of this form: empty when asked for, with its errors and what was typed when it was sent."""
        if request.method == "GET":
            return render(template, **({"values": Values({}), "errors": {}} | more))
        page = render(template, values=self.values, errors=self.errors_by_field(g.language), **more)
        if isinstance(self.refusal, RateLimited | Unavailable):
            is_too_often = isinstance(self.refusal, RateLimited)
            status = HTTPStatus.TOO_MANY_REQUESTS if is_too_often else HTTPStatus.SERVICE_UNAVAILABLE
            return page, status, {"Retry-After": str(self.refusal.retry_after)}
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


MOST_PAGES = 9999


def page_number(sent: Mapping[str, str]) -> int:
    """Of a long list; whatever else an address says is the first page."""
    text = sent.get("page", "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_PAGES))
    return max(int(text), 1) if is_number else 1


def errors_of(error: DomainError, language: str) -> dict[str, str]:
    """What an operation refused, in the shape in which pages show errors."""
    return _texts(language, error.problems)


class DecimalField(StringField):
    """A number as people type it; `data` is the Decimal, or None where nothing was typed."""

    data: Decimal | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            try:
                self.data = parse_decimal(text)
            except Invalid as error:
                raise ValueError(error.problems[0]) from None


class DateField(StringField):
    """A day typed as dd.mm.yyyy; `data` is the date, or None where nothing was typed."""

    data: dt.date | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = parse_date(text) if text else None


class ChoicesField(Field):
    """Any number of choices; `data` is the list of their codes."""

    data: list[str]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(valuelist)


def parse_date(text: str) -> dt.date:
    """Read a day; one that no calendar has, such as 31.02, is refused like any other text."""
    if found := _DATE.fullmatch(text):
        day, month, year = map(int, found.groups())
        with suppress(ValueError):
            return dt.date(year, month, day)
    message = N_("«{value}» tarix deyil. Tarixi gg.aa.iiii şəklində yazın, məsələn 09.05.2026.")
    raise ValueError(Problem("date.format", message, facts={"value": text[:40]}))


class required:  # noqa: N801 - read as a word in the list of validators
    """Something must be typed; the text says what, for it is read in the summary too."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        if field.process_errors:
            raise StopValidation  # What was typed could not be read, and the field says so already.
        if not any(text.strip() if isinstance(text, str) else text for text in field.raw_data or []):
            _refuse("field.required", self.message)


class optional:  # noqa: N801
    """Nothing needs to be typed; what is typed goes through the validators that follow."""

    def __call__(self, _form: object, field: Field) -> None:
        if field.process_errors or not any(field.raw_data or []):
            raise StopValidation


class length:  # noqa: N801
    """As many signs as the thing may have."""

    def __init__(self, *, most: int, least: int = 0) -> None:
        self.most, self.least = most, least

    def __call__(self, _form: object, field: Field) -> None:
        typed = len(field.data or "")
        if typed > self.most:
            _refuse(
                "text.too_long",
                N_("Mətn {most} işarədən uzun ola bilməz, sizdə {typed} işarədir."),
                most=self.most,
                typed=typed,
            )
        if typed < self.least:
            _refuse(
                "text.too_short",
                N_("Ən azı {least} işarə yazın, sizdə {typed} işarədir."),
                least=self.least,
                typed=typed,
            )


class identifier:  # noqa: N801
    """A number that others give out; `data` becomes its canonical form."""

    def __init__(self, check: Callable[[str], str]) -> None:
        self.check = check

    def __call__(self, _form: object, field: Field) -> None:
        try:
            field.data = self.check(field.data or "")
        except Invalid as error:
            raise StopValidation(error.problems[0]) from None  # type: ignore[arg-type]


class choice:  # noqa: N801
    """Only codes that the page offers; another can only come from a changed page."""

    def __init__(self, codes: Container[str]) -> None:
        self.codes = codes

    def __call__(self, _form: object, field: Field) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data]
        if any(code not in self.codes for code in chosen):
            _refuse("choice.unknown", N_("Siyahıdan seçin."))


class between:  # noqa: N801
    """A number within bounds, both of which it may reach."""

    def __init__(self, least: Decimal | int, most: Decimal | int) -> None:
        self.least, self.most = least, most

    def __call__(self, _form: object, field: Field) -> None:
        if not self.least <= field.data <= self.most:
            _refuse("number.range", N_("{least} ilə {most} arasında ədəd yazın."), least=self.least, most=self.most)


def _refuse(code: str, message: str, **facts: object) -> NoReturn:
    raise StopValidation(Problem(code, message, facts=facts))  # type: ignore[arg-type]


def _problem(field: Field) -> Problem:
    if field.name == "csrf_token":
        return _EXPIRED
    found: Problem = field.errors[0]  # type: ignore[assignment]
    return Problem(found.code, found.message, field.name, found.box, found.facts)


def _texts(language: str, problems: Iterable[Problem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for problem in problems:
        texts.setdefault(problem.field or "", translate(language, problem.message, **problem.facts))
    return texts


def _typed(field: Field) -> str | list[str]:
    texts = [text for text in field.raw_data or [] if isinstance(text, str)]
    return texts if isinstance(field.data, list) else "".join(texts[:1])
