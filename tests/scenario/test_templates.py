"""What templates give, and how they are refused: in plain English, with what would be right."""

from copy import deepcopy
from typing import Any

import pytest

from mock_udesk.desk.play.rendering import TextError, Texts
from mock_udesk.scenario.templates import Templates, check_expression, check_template, views
from tests.scenario.templates_sample import ALONE, CUSTOMER, VARIABLES, VIEW, holds, refused, text, value


def test_templates_are_texts() -> None:
    """desk/play/rendering.py, Texts."""
    texts: Texts = Templates()

    assert texts.text("好", VIEW) == "好"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("好的 {{ customer.nick_name }},我帮您转接", "好的 小王,我帮您转接"),
        ("{{ customer.customer_token }} {{ customer.level }} {{ customer.cellphones[0] }}", "c-1 vip 13800138000"),
        ("{{ customer.tags }} {{ customer.custom_fields.TextField_1 }}", '["新客", "深圳"] 甲'),
        ("{{ customer.email }}|{{ customer.is_online }}", "|true"),
        ("{{ session.id }} {{ session.channel }} {{ session.session_key }}", "9 web k"),
        ("{{ agent.name }} {{ agent.im_nick }} {{ agent.groups }} {{ agent.im_status }}", "Tom Tom [11] busy"),
        ("{{ agent.im_max_join_num + 1 }}", "3"),
        ("{{ message.id }} {{ message.type }} {{ message.text }}", "m-1 message 我要退款"),
        ("{{ message.content }} {{ message.data.size }}", "我要退款 3"),
        ("{{ vars.name }} {{ vars['n'] }}", "order 2"),
    ],
)
def test_a_template_sees_the_conversation_by_the_names_of_the_control_api(template: str, expected: str) -> None:
    """interfaces.md section 4."""
    assert text(template) == expected
    assert check_template(template) is None


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ now }}", "2026-11-22T10:00:00.000+08:00"),
        ("{{ now|time }} {{ now|time('%-m月%-d日 %H:%M:%S') }}", "10:00 11月22日 10:00:00"),
        ("{{ now.strftime('%F %T %a %%') }}", "2026-11-22 10:00:00 Sun %"),
        ("{{ now.hour }} {{ now.year }} {{ now.isoweekday() }}", "10 2026 7"),
        ("{{ (now + 90)|time('%M:%S') }} {{ now - session.created_at }}", "01:30 0.0"),
        ("{{ '2026-11-22T02:00:00Z'|time }} {{ 1795312800|time('%F %R') }}", "10:00 2026-11-22 10:00"),
        ("{{ now|timestamp }}", "1795312800"),
    ],
)
def test_moments_are_beijing_time_and_written_as_one_likes(template: str, expected: str) -> None:
    """Like all that the service says."""
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ vars.no|default('无') }}{{ customer.email|default('无') }}{{ ''|default('无', true) }}", "无无无"),
        ("{{ ' Ab '|trim|upper }}{{ 'aB'|lower }}{{ '--a-'.strip('-') }}", "ABaba"),
        ("{{ '一二三四五'|truncate(3) }}{{ '一二'|truncate(3) }}", "一二…一二"),
        ("{{ vars.list|join('、') }} {{ vars.list|length }} {{ vars.list|sum }}", "1、2、3 3 6"),
        ("{{ 'aXb'|replace('X', '-') }} {{ 'a,b'|split(',') }}", 'a-b ["a", "b"]'),
        ("{{ 2.675|round(2) }} {{ 7.5|round }} {{ 7|round }}", "2.68 8 7"),
        ("{{ '12'|int + 1 }} {{ 'x'|int(0) }} {{ '1.5'|float }} {{ 3.9|int }}", "13 0 1.5 3"),
        ("{{ {'a': [1, none, true]}|tojson }}", '{"a": [1, null, true]}'),
        ("{{ vars.list|first }}{{ vars.list|last }}{{ vars.list|reverse|join }}{{ [2, 1]|sort|join }}", "1332112"),
        ("{{ ['b', 'a']|sort(true)|join }} {{ (-3)|abs }}", "ba 3"),
        ("{{ '退 款'|urlencode }}", "%E9%80%80%20%E6%AC%BE"),
        ("{{ customer.cellphones[0][:3] ~ '****' ~ customer.cellphones[0][-4:] }}", "138****8000"),
        ("{% for x in vars.list if x > 1 %}{{ loop.index }}{{ x }}{{ ',' if not loop.last }}{% endfor %}", "12,23"),
        ("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}", "a=1"),
        ("{% if vars.n == 2 %}二{% elif vars.n is odd %}单{% else %}多{% endif %}", "二"),
        ("{% set total = vars.n * 3 %}{{ total }}", "6"),
        ("{{ 'a' if vars.n > 5 }}|", "|"),
        ("{% raw %}{{ x }}{% endraw %}{# 注 #}!", "{{ x }}!"),
        ("一行\n{{ vars.n }}\n", "一行\n2\n"),
    ],
)
def test_filters_tags_and_operators_do_what_they_say(template: str, expected: str) -> None:
    """The allow-list, each seen once."""
    assert text(template) == expected
    assert check_template(template) is None


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ vars.n + 1 }}", 3),
        ("{{ vars.list }}", [1, 2, 3]),
        ("{{ vars.none }}", None),
        ("{{ vars.n > 1 }}", True),
        ("{{ now }}", "2026-11-22T10:00:00.000+08:00"),
        ("n={{ vars.n }}", "n=2"),
        (" {{ vars.n }}", " 2"),
        ("{{ vars.n }}{{ vars.n }}", "22"),
        ("{{ customer.custom_fields }}", {"TextField_1": "甲"}),
        ({"a": ["{{ vars.n }}", 7, None, {"b": "{{ vars.name }}"}]}, {"a": [2, 7, None, {"b": "order"}]}),
    ],
)
def test_a_value_that_is_one_expression_keeps_its_type(template: Any, expected: Any) -> None:
    """DESIGN, Templates."""
    found = value(template)

    assert found == expected
    assert type(found) is type(expected)


def test_a_value_is_a_copy() -> None:
    """What a run keeps must not change with the customer."""
    found = value("{{ customer.tags }}")
    found.append("x")

    assert CUSTOMER.tags == ["新客", "深圳"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("customer.level == 'vip'", True),
        ("vars.n > 1 and '深圳' in customer.tags", True),
        ("9 <= now.hour < 10", False),
        ("session", True),
        ("not agent", False),
        ("message.text is string and vars.no is undefined", True),
        ("vars.none is none", True),
    ],
)
def test_an_expression_holds_or_does_not(expression: str, expected: bool) -> None:
    """`match.when`."""
    assert holds(expression) is expected
    assert check_expression(expression) is None


def test_what_a_conversation_lacks_is_told_of() -> None:
    """Before a session there is no agent either; it can be tested for."""
    assert refused("您好 {{ session.id }}", ALONE) == (
        "{{ session.id }}",
        "there is no session: nobody has taken the customer yet, or it is over",
    )
    assert refused("{{ agent.name }}", ALONE)[1] == "there is no agent: nobody has taken the customer yet"
    assert text("{% if session %}a{% else %}b{% endif %}{{ agent.name|default('c') }}", ALONE) == "bc"
    assert holds("session is defined or agent is defined", ALONE) is False


@pytest.mark.parametrize("expression", ["session", "session and session.queue_seconds > 10", "agent and customer"])
def test_what_a_conversation_lacks_is_false_in_a_condition(expression: str) -> None:
    """As in {% if session %}: a rule asks for what is there before it looks into it."""
    assert check_expression(expression) is None
    assert holds(expression, ALONE) is False


# what is wrong → the reason, known when the file is loaded
KNOWN_AT_LOAD = [
    ("{{ customer.nik_name }}", "customer has no nik_name; did you mean nick_name?"),
    ("{{ customer['lvl'] }}", "customer has no lvl; did you mean level?"),
    ("{{ session.state.x }}", "session has no state; there are channel, created_at, id, queue_seconds, session_key"),
    ("{{ agnt.name }}", "there is no agnt; did you mean agent? (a variable of the run is vars.agnt)"),
    ("{{ now.hours }}", "now has no hours; did you mean hour?"),
    ("{{ now.strftime }}", "now.strftime is asked for with brackets: now.strftime()"),
    ("{{ customer.nick_name() }}", "customer.nick_name stands without brackets"),
    ("{{ customer.upper() }}", "customer has no upper(): its fields may, such as customer.customer_token.upper()"),
    ("{{ customer }}", "customer as a whole is no text: name a part of it, such as customer.customer_token"),
    ("{{ vars.name.uper() }}", "there is no method uper(); did you mean upper?"),
    ("{{ vars.name.upper(1) }}", "upper() is what there is"),
    ("{{ vars.name|uper }}", "there is no filter uper; did you mean upper?"),
    ("{{ vars.name|truncate(1, 2, 3) }}", "|truncate(length=…, end=…) is what there is"),
    ("{{ vars.name|upper(1) }}", "|upper takes nothing in brackets"),
    ("{{ vars.n is ood }}", "there is no test ood; did you mean odd?"),
    ("{{ fake.nmae() }}", "fake has no nmae; did you mean name?"),
    ("{{ fake.name }}", "fake.name is asked for with brackets: fake.name()"),
    ("{{ fake.sentence(1, 2) }}", "fake.sentence(nb_words: int = 6) is what there is"),
    ("{{ loop.index }}", "loop is there inside of {% for %} only"),
    ("{{ lipsum() }}", "only methods, such as customer.nick_name.upper(), fake.name() and range(3), are asked for with brackets"),
    ("{% set now = 1 %}", "now has a meaning already: take another name"),
    ("{% include 'a' %}", "templates of scenarios have no {% include %} (they have {{ … }}, if, for and set)"),
    ("{{ 'a'.format() }}", "there is no format(); texts are put together with ~, and moments written with |time('%H:%M')"),
    ("{{ {1: 2} }}", "the keys of an object are texts in quotes"),
    ("{{ a b }}", "unexpected b, expected }} or an operator before it"),
    ("{{ }}", "there is nothing in it: an expression is missing"),
    ("{{ 1 + }}", "an expression is missing before it closes"),
    ("{{ 'abc }}", "a text in quotes is not closed: ' is missing"),
    ("{{ (1 }}", "unexpected }, expected ) first"),
    ("{{ $x }}", "unexpected $"),
    ("{{ vars.n", "it is not closed: }} or %} is missing (for the two characters {{ themselves, write {{ '{{' }})"),
    ("{% if vars.n %}", "{% endif %} is missing"),
    ("{% endif %}", "there is nothing that endif belongs to"),
    ("{% fro x in vars.list %}", "there is no {% fro %}: there are if, for and set"),
    ("{# 注", "a comment is not closed: #} is missing"),
    ("50{#", "a comment is not closed: #} is missing"),
    ("50{% raw %}", "{% endraw %} is missing"),
    ("{% raw %}x", "{% endraw %} is missing"),
    ("{{ 1" + "0" * 40 + " }}", "that is too big a number: at most 38 digits"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "reason"), KNOWN_AT_LOAD)
def test_what_can_be_known_is_said_when_the_file_is_loaded(template: str, reason: str) -> None:
    """And the same when it is rendered all the same."""
    assert str(check_template(template)).endswith(f": {reason}")
    assert refused(template) == (template.strip(), reason)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ vars.nam }}", "vars has no nam; did you mean name?"),
        ("{{ message.data.contnt }}", "it has no contnt; did you mean content?"),
        ("{{ customer.cellphones[3] }}", "there is no [3]: a list has 1 member"),
        ("{{ customer.email.upper() }}", "null has no upper(); it has no methods"),
        ("{{ vars.n.upper() }}", "the number 2 has no upper(); it has no methods"),
        ("{{ vars.name.upper }}", "upper is called with brackets: .upper()"),
        ("{{ 1 + 'a' }}", "the number 1 + the text “a”: texts are joined with ~, numbers added with +; a text is made a number by |int"),
        ("{{ 3 < '4' }}", "the number 3 < the text “4” can't be told: they are of different kinds; a text is made a number by |int"),
        ("{{ 1 / 0 }}", "the number 1 can't be divided by 0"),
        ("{{ 'x'|int }}", "the text “x” is not a whole number; give a default in brackets where it may not be"),
        ("{{ 'x'|time }}", "the text “x” is not a moment: now is one, and texts like 2026-11-22T10:00:00 and seconds since 1970 are"),
        ("{{ 'a' * 3 }}", "the text “a” * the number 3 can't be reckoned: * is for numbers"),
        ("{{ [1, 'a']|sort }}", "only texts, numbers or moments have an order, and not a mixture of them"),
        ("{% for x in vars.n %}{% endfor %}", "the number 2 can't be gone through: a list or an object can"),
        ("{{ fake.random_int(6, 1) }}", "fake.random_int: expected a whole number from 6 to 1,000,000,000,000,000,000, not 1"),
        ("{{ 'a' in vars.n }}", "the number 2 holds nothing: `in` looks into a text, a list or an object"),
        ("{% if vars.none %}{% set a = 1 %}{% endif %}{{ a }}", "a has no value here: the {% set %} that gives it one was not come by"),
    ],
)  # fmt: skip
def test_what_goes_wrong_while_rendering_says_what_would_be_right(template: str, reason: str) -> None:
    """style.md: a message has the value that was wrong and the values that would be right."""
    assert check_template(template) is None
    assert refused(template)[1] == reason


def test_of_several_expressions_the_wrong_one_is_named() -> None:
    """In one line too, and whether it is known at load or not."""
    template = "{{ vars.n }} {{ vars.no }} {{ vars.n }}"

    assert refused(template)[0] == "{{ vars.no }}"
    assert check_template("{{ vars.n }} {{ agnt }}") == (
        "{{ agnt }}: there is no agnt; did you mean agent? (a variable of the run is vars.agnt)"
    )


def test_of_several_lines_the_wrong_one_is_told() -> None:
    """A reply may be a block of text; conditions and loops have lines too."""
    template = "您好\n\n{% for x in vars.list %}{{ x }}\n{{ x.y }}{% endfor %}\n{{ vars.no }}"

    assert refused(template) == ("{{ x.y }}", "the number 1 has no y (line 4 of the text)")
    assert refused("a\n{% if vars.no %}{% endif %}\n")[0] == "{% if vars.no %}"
    assert check_template("a\nb {{ 'x }}\n") == (
        "{{ 'x }}: a text in quotes is not closed: ' is missing (line 2 of the text)"
    )


def test_what_is_wrong_is_said_in_one_line() -> None:
    """It stands behind the place in a file: the mark as it is, anything else in quotes."""
    assert (
        check_template("{{ agent\n  .nmae }}")
        == "{{ agent .nmae }}: agent has no nmae; did you mean name? (line 1 of the text)"
    )
    assert check_template("您好{#") == '"您好{#": a comment is not closed: #} is missing'
    assert check_expression("agent.nmae") == '"agent.nmae": agent has no nmae; did you mean name?'


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("{{ vars.n }}", "an expression stands without {{ }}"),
        ("vars.n }} {{ vars.n", "expected one expression, without {{ and }}"),
        ("vars.n }}{% set a = 1 %}{{ 2", "expected one expression, without {{ and }}"),
        ("customer.lvl == 1", "customer has no lvl; did you mean level?"),
        ("", "there is nothing in it: an expression is missing"),
        ("1)+(2", "unexpected )"),
        ("vars.n = 2", "unexpected =, expected }} or an operator before it"),
    ],
)
def test_an_expression_is_one_expression(expression: str, reason: str) -> None:
    """It can't break out of the mark that it is put into."""
    with pytest.raises(TextError) as caught:
        holds(expression)

    assert str(check_expression(expression)).endswith(f": {reason}")
    assert (caught.value.expression, caught.value.reason) == (expression, reason)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ message }}", "message as a whole is no text: name a part of it, such as message.type"),
        ("{{ [message] }}", "message as a whole has no value: name a field of it, such as message.id"),
        ("{{ [fake] }}", "fake as a whole has no value: ask it for something, such as fake.name()"),
        ("{{ [session] }}", "there is no session: nobody has taken the customer yet, or it is over"),
        ("{{ vars.no }}", "vars has no no; there are none"),
        ("{{ 1e308 * 10 }}", "that is not a number that can be written"),
    ],
)
def test_a_value_is_plain_json(template: str, reason: str) -> None:
    """Nouns are none."""
    with pytest.raises(TextError) as caught:
        value(template, ALONE)

    assert caught.value.reason == reason


def test_a_text_without_marks_is_passed_through() -> None:
    """Braces alone are none."""
    for plain in ("您好", '{"a": {"b": 1}}', "}}", "{ {", ""):
        assert text(plain) is plain
        assert value(plain) is plain
        assert check_template(plain) is None


def test_no_text_is_longer_than_65535_characters() -> None:
    """Neither what goes in nor what comes out."""
    assert text("x" * 65_535) == "x" * 65_535
    assert len(text("{{ vars.big }}" + "y" * 5535)) == 65_535
    assert "65,535" in refused("x" * 65_536)[1]
    assert "65,535" in refused("{{ vars.big }}{{ vars.big[:5536] }}")[1]
    assert "65,535" in str(check_template("x" * 65_536))


def test_rendering_changes_nothing() -> None:
    """Templates read."""
    before = deepcopy(VIEW)

    text("{{ vars.list + [4] }}{{ customer.tags|sort }}{% set a = vars.list %}{{ fake.name() }}")

    assert before == VIEW


def test_every_noun_has_the_fields_of_the_design() -> None:
    """interfaces.md section 4; what a checker knows is what there is."""
    assert views.NAMES == ("customer", "session", "agent", "message", "now", "vars", "fake")
    for noun, fields in views.FIELDS.items():
        for field in fields:
            value(f"{{{{ {noun}.{field} }}}}")
    assert VARIABLES["n"] == 2
