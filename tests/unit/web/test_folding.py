"""Component tags give the same bytes folded and plain, and refuse what would go wrong in silence."""

from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError

from app.web.folding import FoldingEnvironment
from app.web.i18n import Catalogue
from app.web.rendering import OptionList, Rendering

AZERBAIJANI = Catalogue("az", {}, {}, lambda _number: 0)
SHOUT = {"shout": str.upper, "place": "Bakı", "_": AZERBAIJANI.gettext}
COMPONENTS = {
    "hello": "{% macro hello(name, loud=false) %}"
    '{% if loud %}{{ shout("ey") }}{% else %}Salam{% endif %}, {{ name }}!{% endmacro %}',
    "box": "{% macro box(title) %}<b>{{ title }}</b>\n{{ caller() }}\n<hr>{% endmacro %}",
    "rows": "{% macro rows(items) %}{% for item in items %}<i>{{ item }}{{ end }}</i>{% endfor %}{% endmacro %}",
    "outer": "{% macro outer(text) %}{% box text %}{% hello text %}{% endbox %}{% endmacro %}",
    "input": "{% macro input(name) %}"
    '<input value="{{ values[name] }}"{% if name in errors %} bad{% endif %}>{% endmacro %}',
}
PAGES = {
    "constant": '{% hello "Əli" %}{% hello name="<Əli>", loud=true %}',
    "dynamic argument": "{% hello who %}{% hello who ~ '?', loud=other %}",
    "in a loop": "{% for name in names %}{% hello name %}{{ loop.index }}{% endfor %}",
    "body": '{% box "A" %}x{% hello "y" %}{{ who }}{% endbox %}',
    "nested bodies": '{% box "A" %}{% box "B" %}{{ who }}{% endbox %}{% box place %}z{% endbox %}{% endbox %}',
    "component in a component": "{% outer who %}{% outer 'a' %}",
    "constant list": '{% rows ["a", "<b>"] %}',
    "dynamic list": "{% rows names %}",
    "own names stay apart": "{% for item in names %}{% rows [item, item ~ '1'] %}{% endfor %}",
    "names set in a body stay there": "{% box 'A' %}{% set end = 'inside' %}{{ end }}{% endbox %}{{ end }}",
    "values and errors": '{% input "a" %}{% input "b" %}{% input names[0] %}',
    "conditions": "{% if place and who %}1{% elif false %}2{% else %}3{% endif %}",
    "conditional values": "{{ 'a' if not place else who or 'b' }}{{ who and place }}{{ place or nowhere }}",
    "constant condition": "{% if not place %}{{ nowhere }}{% elif place == 'Bakı' %}1{% else %}{{ no }}{% endif %}",
    "loop with its else": "{% for x in [] %}{{ x }}{% else %}none{% endfor %}",
    "loop that knows its place": "{% for x in [1, 2] %}{{ loop.last }}{% endfor %}",
    "pairs": '{% for code, text in [("a", _("A<")), ("b", who)] %}{{ code }}={{ text }};{% endfor %}',
    "facts": '{{ _("Qrafa {box}", box=8) }}{{ _("{who} gəldi", who=who) }}{{ _("{who}!", **more) }}',
}
VALUES = {
    "who": "<Nə & Kim>",
    "other": True,
    "end": "son",
    "names": ["a", "İ"],
    "values": {"a": "1", "b": '"'},
    "errors": {"b": "x"},
    "more": {"who": "Kim"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "components").mkdir()
    for name, source in COMPONENTS.items():
        (tmp_path / "components" / f"{name}.html").write_text(source, "utf-8")
    return tmp_path


@pytest.mark.parametrize("source", PAGES.values(), ids=PAGES)
def test_folded_page_is_the_plain_page(folder: Path, source: str) -> None:
    folded, plain = (FoldingEnvironment(folder, SHOUT, fold=fold).from_string(source) for fold in (True, False))
    assert folded.render(VALUES) == plain.render(VALUES)


def test_what_is_constant_becomes_one_text(folder: Path) -> None:
    environment = FoldingEnvironment(folder, SHOUT, fold=True)
    code = str(environment.compile('a{% hello "Əli", loud=true %}{{ _("b") }}', raw=True))
    assert "yield 'aEY, Əli!b'" in code


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{% hello %}", "«hello» takes: name, loud"),
        ('{% hello "a", naem="b" %}', "takes"),
        ('{% hello "a", true, 1 %}', "takes"),
        ('{% hello "a", name="b" %}', "takes"),
        ("{% for x in names %}{% hello loop.index %}{% endfor %}", "loop"),
    ],
)
@pytest.mark.parametrize("fold", [True, False])
def test_a_wrong_tag_is_refused_when_the_page_is_compiled(folder: Path, source: str, told: str, fold: bool) -> None:
    with pytest.raises(TemplateSyntaxError, match=told):
        FoldingEnvironment(folder, SHOUT, fold=fold).from_string(source)


def test_a_constant_keeps_its_value(folder: Path) -> None:
    with pytest.raises(TemplateSyntaxError, match="place"):
        FoldingEnvironment(folder, SHOUT, fold=True).from_string("{% set place = 1 %}")


def test_an_unknown_name_is_an_error_and_names_the_line_of_the_tag(folder: Path) -> None:
    page = FoldingEnvironment(folder, SHOUT, fold=True).from_string("\n\n{% hello nobody %}")
    with pytest.raises(UndefinedError, match="nobody") as caught:
        page.render()
    assert 3 in [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == "<template>"]


def test_options_mark_only_the_chosen_one() -> None:
    options = OptionList.write([("a", "A & B"), ('"', "C")])
    assert options.with_chosen("nothing") == '<option value="a">A &amp; B</option>\n<option value="&#34;">C</option>\n'
    assert '<option value="&#34;" selected>C' in options.with_chosen('"')
    assert options.with_chosen('"').count("selected") == 1


def test_a_list_of_options_is_in_the_language_of_the_page(folder: Path) -> None:
    (folder / "page.html").write_text('{{ options("cities", chosen) }}{{ choices_of("cities") }}', "utf-8")
    lists = {"cities": {"az": [("1", "Bakı")]}}
    page = Rendering(folder, {"az": AZERBAIJANI}, {"options": lists}).page("page.html", "az", chosen="1")
    assert page == '<option value="1" selected>Bakı</option>\n[(&#39;1&#39;, &#39;Bakı&#39;)]'
