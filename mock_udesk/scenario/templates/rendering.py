"""Makes templates ready and renders them; tells which `{{ … }}` of a text is to blame for what goes wrong."""

import re
from collections.abc import Callable
from threading import Lock
from typing import Any, Literal, NamedTuple, TypeVar

from jinja2 import Template as Compiled
from jinja2 import TemplateError, TemplateSyntaxError, nodes

from ...desk.play.rendering import TextError, View
from ...endpoint.wrong import short as in_quotes
from .checks import Gate, measure, refuse_whole_nouns
from .operations import given
from .refusal import Refused, reworded, short
from .sandbox import Sandbox
from .values import fits, plain
from .views import shown

_SANDBOX = Sandbox()
# What can go wrong in a sandbox; everything of it is the template's fault.
_WRONG = (
    *(Refused, TextError, TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(RecursionError, MemoryError, SyntaxError, AssertionError),
)
_RESULT = "result"
# With nothing behind it, Jinja overlooks that it is not closed.
_OPEN = re.compile(r"(?:\{#|\{%[-+]?\s*raw\s*-?%\})[-+]?\Z")

R = TypeVar("R")
Mode = Literal["text", "value", "expression"]


class Ready(NamedTuple):
    """A template ready to be rendered: compiled, the names of the view that it reads, and whether it is one expression as a whole."""

    compiled: Compiled
    names: tuple[str, ...]
    is_value: bool


def text(template: str, view: View) -> str:
    """The template as a text. Raises TextError."""
    return str(_told("text", template, lambda: _rendered("text", template, view)))


def value(template: str, view: View) -> Any:
    """The value of a template that is a single `{{ … }}`, as plain JSON; of any other the text. Raises TextError."""
    return _told("value", template, lambda: _rendered("value", template, view))


def holds(expression: str, view: View) -> bool:
    """Whether an expression is true. Raises TextError."""
    return bool(_told("expression", expression, lambda: _evaluated(_ready("expression", expression), view)))


def trouble(mode: Mode, source: str) -> str | None:
    """What is wrong, as far as it can be told before it is rendered, in one line; None: nothing."""
    try:
        _told(mode, source, lambda: _gated(mode, source))
    except TextError as error:
        expression = " ".join(error.expression.split())
        is_plain = expression.startswith(("{{", "{%")) and expression.isprintable() and len(expression) <= 80
        return f"{expression if is_plain else in_quotes(expression)}: {error.reason}"
    return None


# -- rendering ----------------------------------------------------------------------------------------------------------------


def _rendered(mode: Mode, template: str, view: View) -> Any:
    if not any(mark in template for mark in ("{{", "{%", "{#")):
        fits(len(template))
        return template
    ready = _ready(mode, template)
    return plain(_evaluated(ready, view)) if ready.is_value else _written(ready, view)


def _written(ready: Ready, view: View) -> str:
    context = ready.compiled.new_context(shown(view, ready.names), shared=True)
    length = 0
    pieces: list[str] = []
    for piece in ready.compiled.root_render_func(context):
        length += len(piece)
        fits(length)
        pieces.append(piece)
    return "".join(pieces)


def _evaluated(ready: Ready, view: View) -> Any:
    context = ready.compiled.new_context(shown(view, ready.names), shared=True)
    for _ in ready.compiled.root_render_func(context):
        pass
    return given(context.vars[_RESULT])


# -- making ready ---------------------------------------------------------------------------------------------------------------


def _gated(mode: Mode, text: str) -> tuple[nodes.Template, frozenset[str], bool]:
    """A template's tree as it may be compiled, the names that it reads, and whether it gives a value. Raises what _WRONG has."""
    fits(len(text))
    try:
        text.encode()
    except UnicodeError:
        raise Refused("it has half a character in it: \\ud800 to \\udfff can't stand alone") from None
    if mode == "expression" and text.lstrip().startswith(("{{", "{%", "{#")):
        raise Refused("an expression stands without {{ }}")
    if open_at_its_end := _OPEN.search(text):
        raise Refused(reworded(f"Missing end of {'comment tag' if '#' in open_at_its_end[0] else 'raw directive'}"))
    tree = _SANDBOX.parse(_source(mode, text))
    measure(tree)
    if mode == "expression" and _only_expression(tree) is None:
        raise Refused("expected one expression, without {{ and }}")
    if mode != "expression":
        refuse_whole_nouns(tree)
    gate = Gate(tree)
    gate.visit(tree)
    expression = _only_expression(tree)
    whole = mode == "expression" or (mode == "value" and text.startswith("{{") and text.endswith("}}"))
    if expression is None or not whole:
        return tree, frozenset(gate.used), False
    if mode == "expression":
        # Only whether it is true: so a noun that is absent is false, as in {% if session %}.
        expression = nodes.Not(nodes.Not(expression, lineno=expression.lineno), lineno=expression.lineno)
    result = nodes.Assign(nodes.Name(_RESULT, "store", lineno=1), expression, lineno=expression.lineno)
    return nodes.Template([result], lineno=1), frozenset(gate.used), True


def _source(mode: Mode, text: str) -> str:
    return f"{{{{ {text} }}}}" if mode == "expression" else text


def _only_expression(tree: nodes.Template) -> nodes.Expr | None:
    match tree.body:
        case [nodes.Output(nodes=[expression])] if not isinstance(expression, nodes.TemplateData):
            return expression
    return None


class _Shelf:
    """Templates made ready, by their source: the latest, up to so many characters. They are the same for all companies."""

    most_characters = 2**20

    def __init__(self) -> None:
        self._lock = Lock()
        self._characters = 0
        self.ready: dict[tuple[Mode, str], Ready] = {}

    def put(self, mode: Mode, text: str, ready: Ready) -> None:
        """Puts one there; those that have stood longest make room."""
        with self._lock:
            if (mode, text) in self.ready:
                return
            self.ready[mode, text] = ready
            # A compiled template is some thousand bytes, however short its source is.
            self._characters += len(text) + 100
            while self._characters > self.most_characters:
                oldest = next(iter(self.ready))
                del self.ready[oldest]
                self._characters -= len(oldest[1]) + 100


_SHELF = _Shelf()


def _ready(mode: Mode, text: str) -> Ready:
    ready = _SHELF.ready.get((mode, text))
    if ready is None:
        tree, names, is_value = _gated(mode, text)
        ready = Ready(_SANDBOX.from_string(tree), tuple(sorted(names)), is_value)
        _SHELF.put(mode, text, ready)
    return ready


# -- what went wrong ------------------------------------------------------------------------------------------------------------


def _told(mode: Mode, text: str, do: Callable[[], R]) -> R:
    """What it gives. Raises TextError for all that can go wrong in a template."""
    try:
        return do()
    except _WRONG as error:
        expression, line = _where(mode, text, error)
        reason = _reason(error)
        raise TextError(expression, f"{reason} (line {line} of the text)" if line else reason) from error


def _reason(error: BaseException) -> str:
    match error:
        case Refused() | TextError():
            return error.reason
        case TemplateSyntaxError():
            return reworded(error.message or "")
        case TemplateError():
            return error.message or "it can't be rendered"
        case RecursionError() | SyntaxError():
            return "it is too deeply nested"
        case MemoryError():
            return "it is too big"
        case _:
            return f"it can't be reckoned: {short(str(error), 200)}"


def _where(mode: Mode, text: str, error: BaseException) -> tuple[str, int]:
    """The mark that is to blame, or the whole text where it can't be told, and its line in a text that has several (else 0)."""
    if mode == "expression":
        return short(text.strip(), 200), 0
    mark = _mark(error)
    found = marks(text)
    if not mark or mark > len(found):
        return short(text.strip(), 200), 0
    line, expression = found[mark - 1]
    return short(expression, 200), line if "\n" in text.strip() else 0


def _mark(error: BaseException) -> int | None:
    if isinstance(error, Refused) and error.mark is not None:
        return error.mark
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    mark = None
    trace = error.__traceback__
    while trace is not None:
        # Every line of a compiled template knows the line of its source, and that is the number of the mark: see `Marks`.
        compiled = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(compiled, Compiled) and trace.tb_frame.f_code.co_filename == compiled.filename:
            mark = compiled.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return mark


def marks(text: str) -> list[tuple[int, str]]:
    """Every `{{ … }}` and `{% … %}` of a text, with its line, up to where it can be read."""
    found: list[tuple[int, str]] = []
    line, parts = 0, list[str]()
    try:
        for at, kind, value in _SANDBOX.lex(text):
            if kind in {"variable_begin", "block_begin"}:
                line, parts = at, []
            if line:
                parts.append(value)
            if kind in {"variable_end", "block_end"}:
                found.append((line, "".join(parts).strip()))
                line = 0
    except TemplateSyntaxError:
        pass
    # What stands open when the text ends, or can't be read further, is a mark too.
    return [*found, (line, _to_its_end(text, "".join(parts).strip()))] if line else found


def _to_its_end(text: str, beginning: str) -> str:
    """A mark that can't be read, up to where it seems to close."""
    start = text.rfind(beginning)
    if start < 0:
        return beginning
    ends = [end for end in (text.find(close, start + len(beginning)) for close in ("}}", "%}")) if end >= 0]
    return text[start : min(ends) + 2] if ends else text[start:].strip()
