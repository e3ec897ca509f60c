"""Nasty templates: each is refused, or does no harm; all are quick, and none takes much memory."""

import sys
import tracemalloc
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_udesk.desk.play.rendering import TextError, View
from mock_udesk.scenario.templates import Templates, check_expression, check_template
from mock_udesk.scenario.templates.methods import METHODS
from mock_udesk.scenario.templates.sandbox import DOORS, Sandbox
from tests.scenario.templates_sample import ALONE, VIEW, refused, text

# Far more than any of these takes, and far less than a bomb would.
_BYTES = 64 * 2**20
# Longer ones are not watched.
_SHORT = 300

_BIG = "{% set a = vars.big %}"
_DOUBLED = "{% set a0 = [1, 2] %}" + "".join(f"{{% set a{n + 1} = [a{n}, a{n}] %}}" for n in range(40))

# Each raises TextError.
REFUSED = [
    # into Python
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ customer.__init__ }}",
    "{{ customer.__class__.__init__.__globals__ }}",
    "{{ customer['__class__'] }}",
    "{{ customer._of }}",
    "{{ customer['_of'] }}",
    "{{ vars.__class__ }}",
    "{{ vars['_values'] }}",
    "{{ now.__class__.now() }}",
    "{{ now.tzinfo }}",
    "{{ fake._seed }}",
    "{{ fake['make'] }}",
    "{{ fake.make('name') }}",
    "{{ fake.seed_instance(1) }}",
    "{% set f = fake %}{{ f.make('name') }}",
    "{% set f = fake %}{{ f._seed }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in [1] %}{{ loop(1) }}{% endfor %}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner() }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace(a=1) }}",
    "{{ dict(a=1) }}",
    "{{ range.__class__ }}",
    "{{ range }}",
    "{{ vars.list.append(4) }}",
    "{{ vars.list.pop() }}",
    "{{ customer.tags.clear() }}",
    "{{ vars.update({'a': 1}) }}",
    "{{ vars.name.encode() }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{a}'.format_map(vars) }}",
    "{{ '%s' % 1 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ 'a'|format(1) }}",
    "{{ vars.list|map('upper') }}",
    "{{ vars.list|map(attribute='__class__') }}",
    "{{ vars.list|join('', '__class__') }}",
    "{{ vars.list|sort(attribute='__class__') }}",
    "{{ vars.list|select('odd') }}",
    "{{ vars.list|groupby('__class__') }}",
    "{{ ''|xmlattr }}",
    "{{ (1).__class__ }}",
    "{{ none.__class__ }}",
    "{{ [].__class__.__base__ }}",
    "{{ customer.nick_name.join.__self__ }}",
    "{{ f(*vars.list) }}",
    "{{ range(*vars.list) }}",
    "{{ vars.name.upper(**vars) }}",
    "{{ 'x'|replace(*vars.list) }}",
    # what Jinja has and scenarios have not
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% from 'a' import b %}",
    "{% extends 'a' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% call a() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% set a %}b{% endset %}",
    "{% with a = 1 %}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% for x in [1] recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x in [1] %}{% for y in [1] %}{% endfor %}{% endfor %}",
    "{% for x in [1] %}{% if x %}{% for y in [1] %}{% endfor %}{% endif %}{% endfor %}",
    "{% for x in [1] %}{% break %}{% endfor %}",
    "{% do vars.list.append(1) %}",
    "{% debug %}",
    "{% trans %}a{% endtrans %}",
    "{% set vars.a = 1 %}",
    "{% set loop = 1 %}",
    "{% for loop in [1] %}{% endfor %}",
    "{% set self = 1 %}",
    # too big
    "{{ 'a' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 9**9**9 }}",
    "{{ 170141183460469231731687303715884105728 * 170141183460469231731687303715884105728 }}",
    "{{ 1 // 0 }}",
    "{{ 1 % 0 }}",
    "{{ 1e999 }}",
    "{{ 1e308 * 10 - 1e308 * 10 }}",
    "{{ 0x" + "f" * 60_000 + " }}",
    "{{ " + "9" * 60_000 + " }}",
    "{{ " + "9" * 4_000 + " }}",
    "{{ '" + "9" * 5_000 + "'|int }}",
    "{{ range(1000000000) }}",
    "{{ range(10000000000000000000000000000000000000000) }}",
    "{{ range(0, -1000000000, -1)|list }}",
    "{{ range(1, 2, 0) }}",
    "{{ 1|round(-1000000000) }}",
    "{{ 1.5|round(1000000000) }}",
    "{{ 'a'.zfill(1000000000) }}",
    "{{ 'a'|truncate(1000000000, vars.list) }}",
    "{{ now + 1000000000000000000000000000000 }}",
    "{{ now + 1e308 }}",
    "{{ 1000000000000000000000000000000|time }}",
    "{{ (1000000000000000000000000000000)|time }}",
    "{{ now|time('%999999999d') }}",
    "{{ now|time('%') }}",
    "{{ now|time('" + "%s" * 200 + "') }}",
    "{{ vars.big|replace('x', vars.big) }}",
    "{{ vars.big|replace('', vars.big) }}",
    "{{ vars.big[:9000].split('x')|join(vars.big) }}",
    "{{ [vars.big, vars.big]|join }}",
    "{{ vars.big ~ vars.big }}",
    "{{ vars.big + vars.big }}",
    "{{ '" + "一" * 30_000 + "'|urlencode }}",
    "{{ vars.big.strip(vars.big) }}",
    "{{ vars.big|trim(vars.big) }}",
    _BIG + "{% set a = a ~ a %}" * 60,
    _DOUBLED + "{{ a40 }}",
    _DOUBLED + "{{ a40 == a39 }}",
    _DOUBLED + "{{ a40|tojson|length }}",
    "{% set a = vars.big.split('x') %}{{ a + a }}",
    "{% for x in range(10000) %}{{ x }}{{ 'yyyyyyyyyy' }}{% endfor %}",
    "{% for x in range(10000) %}{% set a = vars.big|upper %}{% endfor %}",
    "{% for x in range(10000) %}{% if vars.big == vars.big %}{% endif %}{% endfor %}",
    "{% for x in range(10000) %}{% if 'y' in vars.big %}{% endif %}{% endfor %}",
    "{% for x in range(10000) %}{{ fake.name() }}{% endfor %}",
    "{% for x in range(1900) %}{% set y = fake.text(5000) %}{% endfor %}",
    "{% for x in range(10000) %}{% set y = fake.lexify('" + "?" * 200 + "') %}{% endfor %}",
    "{% for x in range(10000) %}" + "{% if x %}{% endif %}" * 500 + "{% endfor %}",
    "{% for x in range(10000) %}{% endfor %}" * 100,
    "{% for x in vars.big %}{{ x }}{% endfor %}",
    "{{ fake.sentence(1000000000) }}",
    "{{ fake.text(1000000000) }}",
    "{{ fake.words(1000000000) }}",
    "{{ fake.random_int(0, 10000000000000000000000000000000000000000) }}",
    "{{ fake.random_element(vars.big) }}",
    "{{ fake.numerify(vars.big) }}",
    "{{ fake.date(vars.big) }}",
    "{{ '\\ud800' }}",
    "{{ '\\ud83d' ~ '\\ude00' }}",
    # too deep
    "{{ " + "(" * 1_000 + "1" + ")" * 1_000 + " }}",
    "{{ " + "[" * 1_000 + "]" * 1_000 + " }}",
    "{{ " + "[" * 100 + "]" * 100 + " }}",
    "{{ " + "- " * 3_000 + "1 }}",
    "{{ " + "not " * 3_000 + "1 }}",
    "{{ 1" + " + 1" * 2_000 + " }}",
    "{{ 1" + " ** 1" * 2_000 + " }}",
    "{{ vars" + ".a" * 3_000 + " }}",
    "{{ vars" + "['a']" * 2_000 + " }}",
    "{{ 'a'" + "|upper" * 2_000 + " }}",
    "{{ 1" + " if 1 else 1" * 1_000 + " }}",
    "{% if 1 %}" * 1_000 + "{% endif %}" * 1_000,
    "{% set a = [] %}" + "{% set a = [a] %}" * 100 + "{{ a }}",
    "{{ 1 }}" * 5_000,
    # not to be read
    "{{",
    "{{" * 30_000,
    "{" * 65_000,
    "{{ 1 }}" * 1_000 + "{{",
    "{{ 1 }}" * 1_000 + "{{ '",
    "50{#",
    "50{#-",
    "50{% raw %}",
    "50{%- raw -%}",
    "{%" * 30_000,
    "{#" * 30_000,
    "{{ '" * 10_000,
    "{% raw %}" * 7_000,
    "{{ " + "\"" * 60_001,
    "{{ " + "{" * 60_000,
    "{{ }}",
    "{{ \x00 }}",
    "{{ ａ. }}",
]  # fmt: skip

# Each gives a text.
HARMLESS = [
    "}" * 65_000,
    "{ " * 32_000,
    "{{ '" + "a" * 65_000 + "' }}",
    "{# " + "-" * 60_000 + " #}",
    "{% raw %}{{ ''.__class__ }}{% endraw %}",
    "{{ '{{ 1 }}' }}",
    "{{ \"{% include 'a' %}\" }}",
    "{{ '__class__' }}",
    "{{ {'__class__': 1} }}",
    "{{ vars.items() }}",
    "{{ '\\x00\\u202e' }}",
    "{{ '<script>' }}",
    "{{ 1.7976931348623157e308 }}",
    "{{ (170141183460469231731687303715884105728)|string|length }}",
    "{{ range(10000)|length }}",
    "{% for x in range(10000) %}{{ x }}{% endfor %}",
    "{% for x in range(1000) %}{{ fake.name() }}{% endfor %}",
    "{{ vars.big|upper|lower|reverse|length }}",
    "{{ " + "(" * 20 + "1" + ")" * 20 + " }}",
    "{{ " + "[" * 19 + "]" * 19 + " }}",
    "{{ 1" + " + 1" * 36 + " }}",
    "{{ 1" + " + [1]|length" * 35 + " }}",
    "{{ 'a'" + "|upper" * 36 + " }}",
    "{{ 'a'" + ".upper()" * 18 + " }}",
    "{% if 1 %}" * 36 + "a" + "{% endif %}" * 36,
    "{{ 'a'" + " ~ 'a'" * 1000 + " }}",
    "{{ 1" + " < 2" * 100 + " }}",
    "{{ 1" + " and 1" * 36 + " }}",
]  # fmt: skip


def _most_memory(template: str, do: Callable[[], object]) -> int:
    """How much memory it takes at most, where little text may make much of it: what is long takes as much as it is long, a step of a loop is soon over, and to watch either is slow."""
    if len(template) > _SHORT or "{% for" in template:
        do()
        return 0
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("template", REFUSED, ids=lambda template: template[:60])
def test_a_nasty_template_is_refused(template: str) -> None:
    """With little memory, and with a reason that can be read."""
    reasons: list[str] = []
    most = _most_memory(template, lambda: reasons.append(" ".join(refused(template))))

    assert most < _BYTES
    assert [0 < len(reason) < 2000 for reason in reasons] == [True]


@pytest.mark.parametrize("template", HARMLESS, ids=lambda template: template[:60])
def test_a_strange_template_does_no_harm(template: str) -> None:
    """What looks nasty and is not, up to the very bounds."""
    texts: list[str] = []
    most = _most_memory(template, lambda: texts.append(text(template)))

    assert check_template(template) is None
    assert most < _BYTES
    assert texts == [text(template)]


def test_no_door_can_be_named() -> None:
    """The filters that templates are rewritten to have names that are none."""
    for door in DOORS:
        assert not door.isidentifier()
        assert check_template(f"{{{{ 1|{door} }}}}") is not None


def test_jinja_itself_gives_nothing_away() -> None:
    """No globals, no filters of its own, and nothing that it may call."""
    sandbox = Sandbox()

    assert sandbox.globals == {}
    assert not sandbox.is_safe_callable(len)
    assert "attr" not in sandbox.filters
    assert "sameas" not in sandbox.tests


def test_a_template_is_refused_alike_however_deep_the_caller_stands() -> None:
    """What passes `check` must not fail for want of stack: the deepest that pass leave room for half of Python's thousand calls."""
    deepest = ["{{ " + "(" * 20 + "1" + ")" * 20 + " }}", "{% if 1 %}" * 36 + "{% endif %}" * 36]

    def below(levels: int, template: str) -> str:
        return text(template) if not levels else below(levels - 1, template)

    for template in deepest:
        assert sys.getrecursionlimit() >= 1000
        assert below(400, template + "!").endswith("!")


# -- properties ---------------------------------------------------------------------------------------------------------------

_NAMES = ("customer", "session", "agent", "message", "now", "vars", "fake", "loop", "x", "self", "range")
_ATOMS = st.one_of(
    st.sampled_from(_NAMES),
    st.sampled_from(
        ["'a'", '"b"', "''", "1", "0", "2.5", "1000000000", "none", "true", "[1, 'a']", "{'a': 1}", "vars.big"]
    ),
    st.integers(-(10**20), 10**20).map(str),
)
_FIELDS = st.sampled_from(
    [
        "id",
        "nick_name",
        "n",
        "list",
        "big",
        "name",
        "tags",
        "custom_fields",
        "hour",
        "__class__",
        "data",
        "_of",
        "index",
    ]
)
_METHODS = st.sampled_from([*{name for methods in METHODS.values() for name in methods}, "random_int", "pop", "format"])
_FILTERS = st.sampled_from([*(name for name in Sandbox().filters if name not in DOORS), "attr"])
_SIGNS = st.sampled_from(
    [
        *(
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "**",
            "~",
            "==",
            "!=",
            "<",
            ">=",
            "in",
            "not in",
            "and",
            "or",
            "is",
            "if",
            "|",
            "=",
        )
    ]
)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, _SIGNS, inner),
        st.builds("{}.{}".format, inner, _FIELDS),
        st.builds("{}.{}({})".format, inner, _METHODS, inner),
        st.builds("{}.{}()".format, inner, _METHODS),
        st.builds("{}|{}".format, inner, _FILTERS),
        st.builds("{}|{}({})".format, inner, _FILTERS, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("{{'a': {}}}".format, inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("range({})".format, inner),
        st.builds("not {}".format, inner),
        st.builds("-{}".format, inner),
    )


_EXPRESSIONS = st.one_of(_ATOMS, _deeper(_ATOMS), _deeper(_deeper(_ATOMS)))
_PARTS = st.one_of(
    st.text(max_size=10),
    st.builds("{{{{ {} }}}}".format, _EXPRESSIONS),
    st.builds("{{{{- {} -}}}}".format, _EXPRESSIONS),
    st.builds("{{% set x = {} %}}".format, _EXPRESSIONS),
    st.builds("{{% if {} %}}{}{{% endif %}}".format, _EXPRESSIONS, st.text(max_size=5)),
    st.builds("{{% for x in {} %}}{{{{ {} }}}}{{% endfor %}}".format, _EXPRESSIONS, _EXPRESSIONS),
    st.sampled_from(
        ["{{", "}}", "{%", "%}", "{#", "#}", "{% raw %}", "{% endraw %}", "{% else %}", "\n", "'", "{% x %}"]
    ),
)
_TEMPLATES = st.lists(_PARTS, max_size=5).map("".join)

# What only a template that can't be read has in its reason.
_UNREADABLE = ("unexpected", "not closed", "is missing", "too deeply nested", "too many parts", "half a character")


def _all_ways(template: str, view: View) -> list[str]:
    texts = Templates()
    reasons: list[str] = []
    for way in (texts.text, texts.value, texts.holds):
        try:
            found = way(template, view)
        except TextError as error:
            reasons.append(error.reason)
        else:
            assert way != texts.text or isinstance(found, str)
            assert not isinstance(found, datetime)
    return reasons


def _reason(do: Callable[[], object]) -> str | None:
    try:
        do()
    except TextError as error:
        return error.reason
    return None


def _is_unreadable(reason: str | None) -> bool:
    return reason is not None and any(word in reason for word in _UNREADABLE)


@settings(deadline=None, max_examples=100)
@given(_TEMPLATES, st.sampled_from([VIEW, ALONE]))
def test_any_template_gives_a_text_or_a_text_error(template: str, view: View) -> None:
    """And nothing else. What was found good when the file was loaded has no error of syntax when it is rendered."""
    reasons = _all_ways(template, view)

    assert all(reasons)
    if check_template(template) is None:
        assert not _is_unreadable(_reason(lambda: Templates().text(template, VIEW)))


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_gives_a_text_or_a_text_error(template: str) -> None:
    """Noise too; what has no marks comes out as it went in."""
    _all_ways(template, VIEW)

    if not any(mark in template for mark in ("{{", "{%", "{#")):
        assert text(template) == template


@settings(deadline=None, max_examples=200)
@given(_EXPRESSIONS)
def test_an_expression_that_is_found_good_can_be_read(expression: str) -> None:
    """`match.when`."""
    wrong = check_expression(expression)
    reason = _reason(lambda: Templates().holds(expression, VIEW))

    assert wrong.endswith(f": {reason}") if wrong is not None else not _is_unreadable(reason)
