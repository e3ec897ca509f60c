"""Where templates run: they read plain values through a few doors, and what they cost is counted."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jinja2 import StrictUndefined, pass_context
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...desk.phrases import counted
from . import operations
from .fake import Fake
from .filters import FILTERS
from .methods import METHODS, called_method, of_type
from .operations import TESTS, given
from .refusal import Refused, nearest, reworded
from .values import as_text, called, cost, weight
from .views import MOMENT, Absent, Noun, Variables

# What one rendering may cost, in microseconds or so: steps of loops, members walked, characters made. All of it is half a second at worst.
MOST_WORK = 200_000
# To seed a generator, beside what is made up.
_COST_OF_FAKE = 50

# Jinja's parser needs some fifteen calls in each other for a bracket, and Python has a thousand in all.
_MOST_BRACKETS = 20

_OPENING = frozenset({"variable_begin", "block_begin"})

# Of `loop`, inside of {% for %}.
LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem")


class Rendering(Context):
    """One rendering, and what it may still cost."""

    left = MOST_WORK

    def spend(self, work: int) -> None:
        """Raises Refused when this is more than a template may do."""
        self.left -= work
        if self.left < 0:
            raise Refused("this is too much work for a template: loop over less, or make shorter texts")


class Missing(StrictUndefined):
    """What is not there: to be tested for, or to be given a default, and else an error that names what is."""

    __slots__ = ()

    # The name by which all of Undefined's refusals ask for their text.
    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name, obj = self._undefined_name, self._undefined_obj
        match obj:
            case Absent():
                return obj.reason
            case Noun():
                return f"{obj.name} has no {name}; {nearest(str(name), obj.fields)}"
            case LoopContext():
                return f"loop has no {name}; {nearest(str(name), LOOP)}"
            case Fake():
                return f"fake.{name} is asked for with brackets: fake.{name}()"
            case Variables():
                return f"vars has no {name}; {nearest(str(name), obj)}"
            case Mapping():
                return f"it has no {name}; {nearest(str(name), [key for key in obj if isinstance(key, str)])}"
            case str() | list() | tuple() if name is not None and name.lstrip("-").isdigit():
                length = len(obj)
                return f"there is no [{name}]: {called(obj)} has {counted(length, 'character' if isinstance(obj, str) else 'member')}"
            case datetime():
                return f"a moment has no {name}; {nearest(str(name), [*MOMENT, *(f'{known}()' for known in METHODS[datetime])])}"
        if name is not None and str(name) in METHODS.get(of_type(obj), ()):
            return f"{name} is called with brackets: .{name}()"
        if obj is None or isinstance(obj, (str, int, float, list, tuple)):
            return f"{called(obj)} has no {name}"
        return f"{name} has no value here: the {{% set %}} that gives it one was not come by"


class Marks(Extension):
    """Counts the marks `{{ … }}` and `{% … %}`: every node's line number is the number of its mark.

    So an error of a rendering tells which of several marks in one line it came from; the true line is looked up afterwards.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The same tokens, with the number of their mark in place of their line."""
        mark = depth = 0
        try:
            for token in stream:
                if token.type in _OPENING:
                    mark += 1
                elif token.type in {"lparen", "lbracket", "lbrace"}:
                    depth += 1
                    if depth > _MOST_BRACKETS:
                        raise Refused(f"brackets may stand at most {_MOST_BRACKETS} deep in each other", mark=mark)
                elif token.type in {"rparen", "rbracket", "rbrace"}:
                    depth -= 1
                yield Token(mark, token.type, token.value)
        except (TemplateSyntaxError, ValueError) as error:
            # The stream is one token ahead of what it gives.
            mark += stream.current.type in _OPENING
            if isinstance(error, ValueError):
                raise Refused("that is too big a number: at most 38 digits", mark=mark) from error
            message = error.message or ""
            raise Refused(reworded(message), mark=None if message.startswith("Missing end") else mark) from error


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without its doors: attributes, members, operators, filters and calls all go through code of ours."""

    intercepted_binops = frozenset(operations.OPERATORS)
    intercepted_unops = frozenset({"-", "+"})
    context_class = Rendering

    def __init__(self) -> None:
        super().__init__(
            undefined=Missing,
            finalize=_written,
            extensions=[Marks],
            keep_trailing_newline=True,
            # It would reckon while compiling, where nothing is counted.
            optimized=False,
            cache_size=0,
        )
        self.globals.clear()
        self.filters.clear()
        self.filters.update({name: _counted(function) for name, function in FILTERS.items()})
        self.filters["default"] = self.filters["d"] = pass_context(_default)
        self.filters.update(DOORS)
        self.tests.clear()
        self.tests.update(TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a noun, a member of an object, a part of a moment; never an attribute of a Python object."""
        if type(obj) is Noun or isinstance(obj, Mapping):
            try:
                return obj[attribute]
            except KeyError:
                return Missing(obj=obj, name=attribute)
        if isinstance(obj, datetime) and attribute in MOMENT:
            return MOMENT[attribute](obj)
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, StrictUndefined):
            given(obj)
        return Missing(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member of a list or an object, a character of a text, or what a dot would give."""
        given(argument)
        if isinstance(obj, (str, list, tuple)):
            if type(argument) is int:
                try:
                    return obj[argument]
                except IndexError:
                    return Missing(obj=obj, name=str(argument))
            raise Refused(f"[{called(argument)}] is not in {called(obj)}: its places are whole numbers, from 0")
        if isinstance(obj, Mapping) and not isinstance(argument, str):
            try:
                return obj[argument]
            except (KeyError, TypeError):
                return Missing(obj=obj, name=str(called(argument)))
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        given(obj)
        raise Refused(f"{called(obj)} has no members")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operator, on what it is made for, with a result that is not too big."""
        result = operations.reckoned(operator, given(left), given(right))
        _rendering(context).spend(cost(result))
        return result

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:  # noqa: ARG002 - Jinja's signature
        """A sign before a number."""
        return operations.signed(operator, given(arg))

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - Jinja's signature
        """Nothing is called by Jinja itself: see `(method)`."""
        return False


def _rendering(context: Context) -> Rendering:
    assert isinstance(context, Rendering)  # noqa: S101 - the sandbox makes no others
    return context


@pass_context
def _written(_: Rendering, value: Any) -> str:
    return as_text(given(value))


def _counted(function: Any) -> Any:
    @pass_context
    def filtered(context: Rendering, value: Any, *args: Any, **options: Any) -> Any:
        for one in (value, *args, *options.values()):
            context.spend(cost(given(one)))
        result = function(value, *args, **options)
        context.spend(cost(result))
        return result

    return filtered


def _default(_: Rendering, value: Any, default_value: Any = "", boolean: Any = False) -> Any:
    if value is None or isinstance(value, (StrictUndefined, Absent)) or (boolean and not value):
        return default_value
    return value


# -- the doors: what a template is rewritten to, by names that nobody can write ---------------------------------------------


@pass_context
def _method(context: Rendering, value: Any, name: str, *args: Any, **options: Any) -> Any:
    for one in (value, *args, *options.values()):
        context.spend(cost(given(one)))
    if isinstance(value, Fake):
        made = value.make(name, *args, **options)
        context.spend(_COST_OF_FAKE + weight(made))
        return made
    result = called_method(value, name, args, options)
    context.spend(cost(result))
    return result


@pass_context
def _range(context: Rendering, _: None, *args: Any) -> list[int]:
    numbers = operations.numbers(*(given(one) for one in args))
    context.spend(len(numbers))
    return list(numbers)


@pass_context
def _each(context: Rendering, value: Any, cost_of_a_step: int) -> list[Any]:
    members = operations.members(given(value))
    context.spend((1 + len(members)) * cost_of_a_step)
    return members


@pass_context
def _made(context: Rendering, value: Any) -> Any:
    for member in value.values() if isinstance(value, dict) else value:
        given(member)
    context.spend(weight(value))
    return value


@pass_context
def _concat(context: Rendering, _: None, *parts: Any) -> str:
    text = operations.concatenated([as_text(given(part)) for part in parts])
    context.spend(cost(text))
    return text


@pass_context
def _compare(context: Rendering, first: Any, *rest: Any) -> bool:
    left = given(first)
    context.spend(cost(left))
    for operator, right in zip(rest[::2], rest[1::2], strict=True):
        context.spend(cost(given(right)))
        if not operations.compared(operator, left, right):
            return False
        left = right
    return True


@pass_context
def _slice(context: Rendering, value: Any, *bounds: Any) -> Any:
    result = operations.sliced(given(value), *(given(bound) for bound in bounds))
    context.spend(cost(result))
    return result


DOORS = {
    "(method)": _method,
    "(range)": _range,
    "(each)": _each,
    "(made)": _made,
    "(concat)": _concat,
    "(compare)": _compare,
    "(slice)": _slice,
}
