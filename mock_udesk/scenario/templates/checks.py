"""What a template may be made of: all that can be told before it is rendered, and what it is rewritten to so that it runs counted."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from .fake import METHODS as MADE_UP
from .fake import misused
from .filters import SIGNED
from .methods import METHOD_NAMES, METHODS, takes, wanted
from .operations import TESTS
from .refusal import Refused, nearest
from .sandbox import LOOP
from .values import finite, whole
from .views import FIELDS, NAMES

_MOST_NODES = 5_000
_DEEPEST = 40

_EXPRESSIONS = (
    *(nodes.Name, nodes.Const, nodes.TemplateData, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword),
    *(nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr, nodes.Slice, nodes.Concat),
    *(nodes.Compare, nodes.Operand, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Add, nodes.Sub, nodes.Mod),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
)
_ALLOWED = frozenset({nodes.Template, nodes.Output, nodes.If, nodes.For, nodes.Assign, *_EXPRESSIONS})
# What Jinja calls what it does not let through → what authors call it.
_FORBIDDEN = {
    nodes.AssignBlock: "{% set name %}…{% endset %}; write {% set name = … %}",
    nodes.FilterBlock: "{% filter %}; a filter stands in {{ value|filter }}",
    nodes.CallBlock: "{% call %}",
    nodes.Macro: "{% macro %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Include: "{% include %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.With: "{% with %}; write {% set name = … %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
    nodes.NSRef: "namespaces",
    nodes.Pow: "**",
}
# Jinja has a meaning for them.
_RESERVED = frozenset(
    {*NAMES, "range", "loop", "self", "super", "caller", "varargs", "kwargs", "true", "false", "none"}
)


# The methods of nouns.
_OF_NOUNS: Mapping[str, Collection[str]] = {"fake": MADE_UP, "now": METHODS[datetime]}


def measure(tree: nodes.Template) -> None:
    """Raises Refused when a template is too big or too deep to be walked at ease."""
    rest: list[tuple[nodes.Node, int]] = [(tree, 0)]
    seen = 0
    while rest:
        node, depth = rest.pop()
        seen += 1
        if depth > _DEEPEST:
            raise Refused(
                f"it is too deeply nested: at most {_DEEPEST} levels; {{% set %}} can take a part of it",
                mark=node.lineno,
            )
        if seen > _MOST_NODES:
            raise Refused(f"it has too many parts: at most {_MOST_NODES:,}", mark=node.lineno)
        rest.extend((child, depth + 1) for child in node.iter_child_nodes())


def refuse_whole_nouns(tree: nodes.Template) -> None:
    """Raises Refused where a noun as a whole is to be written."""
    nouns = {*FIELDS, "fake"} - {"now"}
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.Name) and part.name in nouns:
                example = "name()" if part.name == "fake" else [*FIELDS[part.name]][1]
                _refuse(part, f"{part.name} as a whole is no text: name a part of it, such as {part.name}.{example}")


class Gate(NodeTransformer):
    """Lets through what a template may be made of, rewritten to the doors of the sandbox. Raises Refused, with the mark.

    `used`: the names of the view that it reads.
    """

    def __init__(self, tree: nodes.Template) -> None:
        self.used: set[str] = set()
        self._loops = 0
        self._set: set[str] = set()
        for name in tree.find_all(nodes.Name):
            if name.ctx == "store":
                if name.name in _RESERVED:
                    _refuse(name, f"{name.name} has a meaning already: take another name")
                self._set.add(name.name)

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """The node, rewritten."""
        if type(node) not in _ALLOWED:
            what = _FORBIDDEN.get(type(node), f"“{type(node).__name__}”")
            _refuse(node, f"templates of scenarios have no {what} (they have {{{{ … }}}}, if, for and set)")
        return super().visit(node, *args, **kwargs)

    # -- names and what belongs to them ------------------------------------------------------------------------------------

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        """A noun, or a name that this template sets."""
        name = node.name
        if node.ctx != "load" or name in self._set or (name == "loop" and self._loops):
            return node
        if name == "loop":
            _refuse(node, "loop is there inside of {% for %} only")
        if name == "range":
            _refuse(node, "range is asked for with brackets: range(3)")
        if name not in NAMES:
            _refuse(
                node,
                f"there is no {name}; {nearest(name, [*NAMES, *self._set])} (a variable of the run is vars.{name})",
            )
        self.used.add(name)
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        """A field."""
        if isinstance(node.node, nodes.Name):
            self._field(node, node.node.name, node.attr)
        if node.attr.startswith("__"):
            _refuse(node, f"nothing here has a {node.attr}")
        return self.generic_visit(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        """A member, or a part."""
        if isinstance(node.arg, nodes.Slice):
            bounds = [node.arg.start, node.arg.stop, node.arg.step]
            none = nodes.Const(None, lineno=node.lineno)
            return self._door(node, "(slice)", node.node, [none if bound is None else bound for bound in bounds])
        if isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
            self._field(node, node.node.name, str(node.arg.value))
        return self.generic_visit(node)

    def _field(self, node: nodes.Node, noun: str, field: str) -> None:
        if noun in self._set:
            return
        if noun == "fake":
            wrong = misused(field, (), {}) if field not in MADE_UP else None
            _refuse(node, wrong or f"fake.{field} is asked for with brackets: fake.{field}()")
        known: Iterable[str] = LOOP if noun == "loop" else FIELDS.get(noun, (field,))
        if field not in known:
            if field in _OF_NOUNS.get(noun, ()):
                _refuse(node, f"{noun}.{field} is asked for with brackets: {noun}.{field}()")
            _refuse(
                node,
                f"{noun} has no {field}; {nearest(field, [*known, *(f'{name}()' for name in _OF_NOUNS.get(noun, ()))])}",
            )

    # -- what is done with values -------------------------------------------------------------------------------------------

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A method, or `range`."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            _refuse(node, "values stand in brackets one by one: there is no * and no **")
        match node.node:
            case nodes.Name(name="range"):
                if node.kwargs:
                    _refuse(node, "range takes one to three whole numbers: range(3)")
                return self._door(node, "(range)", nodes.Const(None, lineno=node.lineno), node.args)
            case nodes.Getattr(node=value, attr=name):
                args = [nodes.Const(name, lineno=node.lineno), *node.args]
                door = self._door(node, "(method)", value, args, node.kwargs)
                self._method(node, value, name)
                return door
        return _refuse(
            node,
            "only methods, such as customer.nick_name.upper(), fake.name() and range(3), are asked for with brackets",
        )

    def _method(self, call: nodes.Call, value: nodes.Expr, name: str) -> None:
        noun = value.name if isinstance(value, nodes.Name) and value.name not in self._set else ""
        if noun == "fake":
            wrong = misused(name, call.args, {str(option.key): None for option in call.kwargs})
        elif noun in FIELDS and name not in _OF_NOUNS.get(noun, ()):
            wrong = self._no_method(noun, name)
        elif name.startswith("format"):
            wrong = "there is no format(); texts are put together with ~, and moments written with |time('%H:%M')"
        elif name not in METHOD_NAMES:
            wrong = f"there is no method {name}(); {nearest(name, METHOD_NAMES)}"
        else:
            takers = [methods[name] for methods in METHODS.values() if name in methods]
            fitting = [taker for taker in takers if takes(taker, call)]
            wrong = None if fitting else f"{name}({wanted(takers[0])}) is what there is"
        if wrong:
            _refuse(call, wrong)

    @staticmethod
    def _no_method(noun: str, name: str) -> str:
        if name in FIELDS[noun]:
            return f"{noun}.{name} stands without brackets"
        if methods := _OF_NOUNS.get(noun, ()):
            return f"{noun} has no {name}(); {nearest(name, methods)}"
        return f"{noun} has no {name}(): its fields may, such as {noun}.{[*FIELDS[noun]][1]}.upper()"

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        """A filter that there is, with what it takes."""
        if node.name not in SIGNED:
            _refuse(node, f"there is no filter {node.name}; {nearest(node.name, SIGNED)}")
        self._arguments(node, f"|{node.name}", SIGNED[node.name])
        return self.generic_visit(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        """A test that there is, with what it takes."""
        if node.name not in TESTS:
            _refuse(node, f"there is no test {node.name}; {nearest(node.name, TESTS)}")
        self._arguments(node, f"is {node.name}", TESTS[node.name])
        return self.generic_visit(node)

    def _arguments(self, node: nodes.Filter | nodes.Test, name: str, function: Callable[..., Any]) -> None:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            _refuse(node, "values stand in brackets one by one: there is no * and no **")
        if not takes(function, node):
            options = wanted(function)
            _refuse(node, f"{name}({options}) is what there is" if options else f"{name} takes nothing in brackets")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        """A comparison, whose cost depends on what is compared."""
        args: list[nodes.Expr] = []
        for operand in node.ops:
            args += [nodes.Const(operand.op, lineno=node.lineno), operand.expr]
        return self._door(node, "(compare)", node.expr, args)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Texts joined."""
        return self._door(node, "(concat)", nodes.Const(None, lineno=node.lineno), node.nodes)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        """A choice; without an `else` it gives nothing."""
        if node.expr2 is None:
            node.expr2 = nodes.Const(None, lineno=node.lineno)
        return self.generic_visit(node)

    def visit_List(self, node: nodes.List) -> nodes.Node:
        """A list that is weighed when it is made."""
        return self._made(node, node.items)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        """A list too, or the names that one is taken apart to."""
        return self._made(node, node.items) if node.ctx == "load" else self.generic_visit(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        """An object that is weighed when it is made."""
        for pair in node.items:
            if not isinstance(pair.key, nodes.Const) or not isinstance(pair.key.value, str):
                _refuse(pair, "the keys of an object are texts in quotes")
        return self._made(node, [pair.value for pair in node.items])

    def _made(self, node: nodes.Expr, members: Sequence[nodes.Expr]) -> nodes.Node:
        made: Any = self.generic_visit(node)
        if all(isinstance(member, nodes.Const) for member in members):
            return node
        return _filter(node, "(made)", made, [])

    def visit_Const(self, node: nodes.Const) -> nodes.Node:
        """A number or a text as it is written."""
        try:
            if isinstance(node.value, int):
                whole(node.value)
            elif isinstance(node.value, float):
                # 1e999 is none, and Jinja would have it compiled as a name.
                finite(node.value)
            elif isinstance(node.value, str):
                node.value.encode()
        except Refused as error:
            _refuse(node, error.reason)
        except UnicodeError:
            _refuse(node, "a text in quotes has half a character in it: \\ud800 to \\udfff can't stand alone")
        return node

    # -- tags ---------------------------------------------------------------------------------------------------------------

    def visit_For(self, node: nodes.For) -> nodes.Node:
        """A loop that pays for its steps before the first."""
        if self._loops:
            _refuse(node, "a {% for %} can't stand in another")
        if node.recursive:
            _refuse(node, "a {% for %} can't be recursive")
        parts = [*node.body, *([] if node.test is None else [node.test])]
        step = nodes.Const(1 + sum(1 + sum(1 for _ in part.find_all(nodes.Node)) for part in parts), lineno=node.lineno)
        before = self.visit(node.iter)
        node.else_ = [self.visit(part) for part in node.else_]
        self._loops += 1
        node.target = self.visit(node.target)
        if node.test is not None:
            node.test = self.visit(node.test)
        node.body = [self.visit(part) for part in node.body]
        self._loops -= 1
        node.iter = _filter(node, "(each)", before, [step])
        return node

    def _door(
        self,
        node: nodes.Expr,
        door: str,
        value: nodes.Expr,
        args: Sequence[nodes.Expr],
        options: Sequence[nodes.Keyword] = (),
    ) -> nodes.Node:
        visited = [self.visit(part) for part in (value, *args)]
        return _filter(node, door, visited[0], visited[1:], [self.visit(option) for option in options])


def _filter(
    node: nodes.Node, name: str, value: nodes.Expr, args: list[Any], options: list[Any] | None = None
) -> nodes.Filter:
    return nodes.Filter(value, name, args, options or [], None, None, lineno=node.lineno)


def _refuse(node: nodes.Node, reason: str) -> NoReturn:
    raise Refused(reason, mark=node.lineno)
