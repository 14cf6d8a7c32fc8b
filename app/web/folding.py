"""Component tags, and the folding of all that is known when a page is compiled.

A component is a macro in a file of its own name: `templates/components/field.html` holds `macro field(…)`. Every
page can use it as a tag, `{% field "voen", _("VÖEN"), required=true %}`; a component that calls `caller()` has a
body: `{% card _("Mallar") %} … {% endcard %}`. Beside its parameters a component sees the names of the page, of
which only `values` and `errors` are meant to be used.

Folding puts the arguments of the tag into the body of the macro and computes what does not depend on the request:
messages, conditions, loops over constant lists. Text stays, and the few places where values go. Without folding
the same tag is an ordinary call of the macro; both give the same bytes.
"""
# ruff: noqa: N802 - Jinja finds the methods of a visitor by the names of its nodes

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.visitor import NodeVisitor

COMPONENTS: Final = "components"
AnyNode = TypeVar("AnyNode", bound=nodes.Node)
_NAMING: Final = (nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport, nodes.Macro)


class FoldingEnvironment(Environment):
    """Folds templates after parsing. Its constants are values and pure functions that every template may use."""

    def __init__(self, folder: Path, constants: Mapping[str, object], *, fold: bool) -> None:
        tags = {path.stem for path in (folder / COMPONENTS).glob("*.html")}
        super().__init__(
            loader=FileSystemLoader(folder),
            extensions=[type("ComponentTags", (ComponentTag,), {"tags": tags})],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.constants, self.fold = constants, fold
        self.components: dict[str, Component] = {}
        self.globals.update(constants)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        return Fold(self).visit(template) if self.fold else template

    def component(self, name: str) -> "Component":
        """A component as its file has it, parsed once."""
        if name not in self.components:
            file = f"{COMPONENTS}/{name}.html"
            source, filename, _ = self.loader.get_source(self, file)  # type: ignore[union-attr]
            found = super()._parse(source, file, filename).find_all(nodes.Macro)
            self.components[name] = Component.of({macro.name: macro for macro in found}[name])
        return self.components[name]


@dataclass(frozen=True, slots=True)
class Component:
    """The macro of a component, the names that it gives to things of its own, and whether its tag has a body."""

    macro: nodes.Macro
    own_names: frozenset[str]
    has_body: bool

    @classmethod
    def of(cls, macro: nodes.Macro) -> "Component":
        names = list(macro.find_all(nodes.Name))
        own_names = frozenset(name.name for name in names if name.ctx == "store")
        return cls(macro, own_names, any(name.name == "caller" for name in names))

    def bind(self, call: nodes.Call) -> dict[str, nodes.Expr]:
        """The value of each parameter, as a call of the macro gives it."""
        names = [parameter.name for parameter in self.macro.args]
        defaults = dict(zip(reversed(names), reversed(self.macro.defaults), strict=False))
        return defaults | dict(zip(names, call.args, strict=False)) | {arg.key: arg.value for arg in call.kwargs}

    def mistake_in(self, call: nodes.Call) -> str:
        names = [parameter.name for parameter in self.macro.args]
        given = [*names[: len(call.args)], *(arg.key for arg in call.kwargs)]
        if len(call.args) > len(names) or len(set(given)) < len(given) or set(self.bind(call)) != set(names):
            return f"the component «{self.macro.name}» takes: {', '.join(names)}"
        if any(name.name == "loop" for name in call.find_all(nodes.Name)):
            return "give what you need of «loop» a name with «set» before the component"
        return ""


class ComponentTag(Extension):
    """Reads the tag of a component as an import and a call of its macro; a subclass names the tags."""

    environment: FoldingEnvironment

    def parse(self, parser: Parser) -> nodes.Node:
        token = next(parser.stream)
        component = self.environment.component(token.value)
        call = _call(parser, token.value, token.lineno)
        if mistake := component.mistake_in(call):
            parser.fail(mistake, token.lineno)
        use: nodes.Stmt = nodes.Output([call], lineno=token.lineno)
        if component.has_body:
            body = parser.parse_statements((f"name:end{token.value}",), drop_needle=True)
            use = nodes.CallBlock(call, [], [], body, lineno=token.lineno)
        file = nodes.Const(f"{COMPONENTS}/{token.value}.html")
        load = nodes.FromImport(file, [(token.value, f"component_{token.value}")], True, lineno=token.lineno)
        return nodes.Scope([load, use], lineno=token.lineno)


class Fold(NodeVisitor):
    """Builds a new tree in which names are bound, constants computed, and neighbouring output is one."""

    def __init__(
        self,
        environment: FoldingEnvironment,
        bound: Mapping[str, nodes.Expr | str] | None = None,
        body: list[nodes.Node] | None = None,
        lineno: int | None = None,
    ) -> None:
        self.environment = environment
        self.context = nodes.EvalContext(environment)
        self.bound = bound or {}
        self.body = body
        # Errors are reported where the tag stands, for the lines of the component's file are those of another file.
        self.lineno = lineno

    def each(self, statements: Iterable[Any]) -> list[Any]:
        """The folded statements of a body; one may become several, or none."""
        folded: list[Any] = []
        for statement in statements:
            result = self.visit(statement) if isinstance(statement, nodes.Node) else statement
            for node in result if isinstance(result, list) else [result]:
                if isinstance(node, nodes.Output) and folded and isinstance(folded[-1], nodes.Output):
                    folded[-1] = nodes.Output(folded[-1].nodes + node.nodes, lineno=self._line(node))
                else:
                    folded.append(node)
        return folded

    def generic_visit(self, node: nodes.Node) -> nodes.Node:
        folded = self._with_folded_parts(node)
        if not isinstance(folded, nodes.Expr) or isinstance(folded, nodes.Const | nodes.TemplateData):
            return folded
        try:
            return nodes.Const.from_untrusted(folded.as_const(self.context), lineno=self._line(node))
        except nodes.Impossible:
            return folded

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:
        bound = self.bound.get(node.name)
        if isinstance(bound, str):
            return nodes.Name(bound, node.ctx, lineno=self._line(node))
        if bound is not None and node.ctx == "load":
            return bound
        constant = self.environment.constants.get(node.name)
        if constant is None or callable(constant):
            return node
        if node.ctx != "load":
            _fail(f"«{node.name}» is a constant of the portal; choose another name", node)
        return nodes.Const.from_untrusted(constant, lineno=self._line(node))

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        call = self._with_folded_parts(node)
        function = self.environment.constants.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        if not callable(function) or call.dyn_args or call.dyn_kwargs:
            return call
        try:
            args = [arg.as_const(self.context) for arg in call.args]
            kwargs = dict(arg.as_const(self.context) for arg in call.kwargs)
            return nodes.Const.from_untrusted(function(*args, **kwargs), lineno=self._line(node))
        except nodes.Impossible:
            return call

    def visit_And(self, node: nodes.And) -> nodes.Expr:
        left = self.visit(node.left)
        if isinstance(left, nodes.Const) and not left.value:
            return left
        right: nodes.Expr = self.visit(node.right)
        return right if isinstance(left, nodes.Const) else nodes.And(left, right, lineno=self._line(node))

    def visit_Or(self, node: nodes.Or) -> nodes.Expr:
        left = self.visit(node.left)
        if isinstance(left, nodes.Const) and left.value:
            return left
        right: nodes.Expr = self.visit(node.right)
        return right if isinstance(left, nodes.Const) else nodes.Or(left, right, lineno=self._line(node))

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        test = self.visit(node.test)
        if not isinstance(test, nodes.Const) or node.expr2 is None:
            return self.generic_visit(node)
        chosen: nodes.Node = self.visit(node.expr1 if test.value else node.expr2)
        return chosen

    def visit_If(self, node: nodes.If) -> nodes.Node | list[nodes.Node]:
        otherwise = node.else_
        if node.elif_:
            first, *rest = node.elif_
            otherwise = [nodes.If(first.test, first.body, rest, node.else_, lineno=self._line(first))]
        test = self.visit(node.test)
        if isinstance(test, nodes.Const):
            return self.each(node.body if test.value else otherwise)
        return nodes.If(test, self.each(node.body), [], self.each(otherwise), lineno=self._line(node))

    def visit_For(self, node: nodes.For) -> nodes.Node | list[nodes.Node]:
        items = self.visit(node.iter)
        if not isinstance(items, nodes.Const) or not _is_plain(node):
            return self.generic_visit(node)
        rounds = (
            Fold(self.environment, self._bound_to(node.target, item), self.body, self.lineno) for item in items.value
        )
        return [statement for each_round in rounds for statement in each_round.each(node.body)]

    def visit_Scope(self, node: nodes.Scope) -> nodes.Node | list[nodes.Node]:
        """Where the scope is the tag of a component, its body takes the place of the call."""
        match node.body:
            case [
                nodes.FromImport(template=nodes.Const(value=str(file)), names=[(name, _)]),
                nodes.Output(nodes=[nodes.Call() as call]) | nodes.CallBlock(call=nodes.Call() as call) as use,
            ] if file == f"{COMPONENTS}/{name}.html":
                body = self.each(use.body) if isinstance(use, nodes.CallBlock) else None
                return self._unfolded(self.environment.component(name), call, body)
        return self.generic_visit(node)

    def visit_Output(self, node: nodes.Output) -> nodes.Node | list[nodes.Node]:
        placed: list[nodes.Node] = []
        for child in node.nodes:
            if self.body is not None and _is_caller(child):
                placed += _scoped(self.body)
            else:
                placed.append(nodes.Output([self.visit(child)], lineno=self._line(node)))
        return placed

    def _unfolded(self, component: Component, call: nodes.Call, body: list[nodes.Node] | None) -> list[nodes.Node]:
        # A loop inside the component must not catch a name of the page, so its own names are made its own.
        own = {name: f"{component.macro.name}_{name}" for name in component.own_names}
        given = {name: self.visit(value) for name, value in component.bind(call).items()}
        inside = Fold(self.environment, {**own, **given}, body, self._line(call))
        return _scoped(inside.each(component.macro.body))

    def _bound_to(self, target: nodes.Node, item: object) -> dict[str, nodes.Expr | str]:
        names = [target] if isinstance(target, nodes.Name) else target.items  # type: ignore[attr-defined]
        values = [item] if isinstance(target, nodes.Name) else item
        constants = {name.name: nodes.Const(value) for name, value in zip(names, values, strict=True)}  # type: ignore[call-overload]
        return {**self.bound, **constants}

    def _line(self, node: nodes.Node) -> int:
        return self.lineno or node.lineno

    def _with_folded_parts(self, node: AnyNode) -> AnyNode:
        twin = copy(node)
        twin.lineno = self._line(node)
        for field, value in node.iter_fields():
            if isinstance(value, list):
                setattr(twin, field, self.each(value))
            elif isinstance(value, nodes.Node):
                setattr(twin, field, self.visit(value))
        return twin


def _call(parser: Parser, name: str, lineno: int) -> nodes.Call:
    """Parse `"a", b, c=d` up to the end of the tag as the arguments of a call."""
    args: list[nodes.Expr] = []
    kwargs: list[nodes.Keyword] = []
    while parser.stream.current.type != "block_end":
        if args or kwargs:
            parser.stream.expect("comma")
        if parser.stream.current.type == "name" and parser.stream.look().type == "assign":
            key = next(parser.stream).value
            next(parser.stream)
            kwargs.append(nodes.Keyword(key, parser.parse_expression(), lineno=lineno))
        else:
            args.append(parser.parse_expression())
    return nodes.Call(nodes.Name(f"component_{name}", "load"), args, kwargs, None, None, lineno=lineno)


def _scoped(body: list[nodes.Node]) -> list[nodes.Node]:
    """The statements as they are, or in a scope of their own where one of them gives something a name."""
    return [nodes.Scope(body)] if any(map(_names_something, body)) else body


def _is_plain(loop: nodes.For) -> bool:
    """Whether the loop can be written out: nothing in it depends on its being a loop."""
    names = {name.name for part in loop.body for name in part.find_all(nodes.Name)}
    return not (loop.recursive or loop.test or loop.else_ or "loop" in names or any(map(_names_something, loop.body)))


def _names_something(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Scope | nodes.For | nodes.Expr):
        return False
    return isinstance(node, _NAMING) or any(map(_names_something, node.iter_child_nodes()))


def _is_caller(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "caller"


def _fail(message: str, node: nodes.Node) -> NoReturn:
    raise TemplateSyntaxError(message, node.lineno)
