"""Words that a text must have for a pattern to be found in it: few patterns are asked, and never too few. DESIGN, Speed."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mock_udesk.desk.play.literals import digits_in, words
from mock_udesk.desk.play.rule_book import RuleBook
from mock_udesk.desk.play.script import Match, Script
from tests.desk.script_sample import ON, rule


@pytest.mark.parametrize(
    ("pattern", "asked_for"),
    [
        ("退款|refund", {"退款", "refund"}),
        ("我要.*退款", {"我要"}),
        ("退款?", {"退"}),
        ("退款+吗", {"退款"}),
        ("a{2}b", {"ab"}),
        ("a{0,2}bc", {"bc"}),
        ("a{b", {"a{b"}),
        ("(?:退|换)货", {"货"}),
        ("(?P<order>E\\d{8})", {8}),
        (r"\d{11}", {11}),
        (r"\d+元", {"元"}),
        (r"(?:a?\d){3}", {1}),
        ("[0-9]{4,}", {4}),
        ("[退换]货单", {"货单"}),
        ("[退换]", {"退", "换"}),
        ("^在吗$", {"在吗"}),
        (r"\brefund\b", {"refund"}),
        (r"www\.udesk\.cn", {"www.udesk.cn"}),
        ("(?i)Refund", {"refund"}),
        ("(?i)invoice", {"nvo"}),
        ("(?i)退款Now", {"退款now"}),
        ("REFUND", {"refund"}),
        ("(?=退款)好", {"好"}),
        ("(?!退款)好", {"好"}),
        ("(?>退款)吗", {"退款"}),
        ("(退款)?", None),
        ("(退款|)", None),
        ("退款|", None),
        ("", None),
        (".*", None),
        ("[^退]", None),
        ("[a-z]", None),
        (r"\w+", None),
        (r"\x41BC", None),
        (r"(?P<a>退)(?P=a)", None),
        (r"(退)\1", None),
        ("(?x) 退 款", None),
        ("(?i:ab)c", None),
        ("(?i)ΑΣ", None),
        ("ΑΣ", {"α"}),
        ("a" + "|b" * 100, {"a", "b"}),
        ("|".join(map(chr, range(0x4E00, 0x4E64))), None),
    ],
)
def test_words_of_a_pattern(pattern: str, asked_for: set[str | int] | None) -> None:
    """A small scanner over the regular expression, conservative: when in doubt no words."""
    re.compile(pattern)

    assert words(pattern) == asked_for


_LETTERS = "ab退款ΣσſSsKkIiıİ1٣ \n.E"
_ATOMS = st.one_of(
    st.sampled_from([*_LETTERS, "退款", "ref", "st"]).map(re.escape),
    st.sampled_from([".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\b", r"\B", "^", "$", r"\Z", r"\n", "[ab]", "[^a]", "[a-z]"]),
    st.sampled_from(["[退换]", "[0-9]", r"[\d]", r"[\da]", "[]a]", "[-a]", "[Ss]", "{", "}", "]", ",", r"\.", r"\x61", r"\u9000"]),
)  # fmt: skip
_QUANTIFIERS = st.sampled_from(
    ["", "", "", "?", "*", "+", "{2}", "{0,1}", "{1,}", "{,2}", "{0}", "??", "*?", "++", "{}"]
)


def _grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    opening = st.sampled_from(["(", "(?:", "(?=", "(?!", "(?<!", "(?>", "(?i:"])
    sequence = st.lists(st.tuples(inner, _QUANTIFIERS).map("".join), max_size=4).map("".join)
    branches = st.lists(sequence, min_size=1, max_size=3).map("|".join)
    return st.one_of(branches, st.tuples(opening, branches).map(lambda parts: f"{parts[0]}{parts[1]})"))


_PATTERNS = st.tuples(
    st.sampled_from(["", "", "(?i)", "(?im)", "(?s)", "(?a)", "(?ai)"]),
    st.recursive(_ATOMS, _grouped, max_leaves=8),
).map("".join)
_TEXTS = st.text(st.sampled_from(_LETTERS), max_size=12)


@settings(max_examples=300, deadline=None, derandomize=True)
@example("(?i)st", "ſt")
@example("(?i)k", "K")
@example("ΑΣ", "ΑΣ")
@example("İ", "İ")
@example(r"(?:1?\d){2}", "1a")
@given(_PATTERNS, _TEXTS)
def test_what_is_found_has_one_of_the_words(pattern: str, text: str) -> None:
    """pattern.search(t) ⇒ one of its words is in t, lower-cased."""
    try:
        compiled = re.compile(pattern)
    except (re.error, FutureWarning):
        assume(False)
        return
    asked_for = words(pattern)
    if asked_for is not None and compiled.search(text):
        low, digits = text.lower(), digits_in(text)
        assert any(word <= digits if isinstance(word, int) else word in low for word in asked_for)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_pattern_is_among_the_words_of_texts_made_from_it(data: st.DataObject) -> None:
    """The same, with texts that do match: they are made from the pattern."""
    pattern = data.draw(_PATTERNS)
    try:
        re.compile(pattern)
        text = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="utf-8")))
    except (re.error, FutureWarning, ValueError, NotImplementedError):
        assume(False)
        return
    except Exception as error:
        # Hypothesis has no strategy for every pattern, and says so in several ways.
        assume("hypothesis" not in type(error).__module__)
        assume(False)
        return
    asked_for = words(pattern)
    if asked_for is not None and re.search(pattern, text):
        low, digits = text.lower(), digits_in(text)
        assert any(word <= digits if isinstance(word, int) else word in low for word in asked_for)


_MATCHES = st.builds(
    Match,
    text=st.none() | st.sampled_from(["退款|refund", "退.*款", r"\d{3}", "(?i)refund", "款", ".", "[退换]货", "a|b"]),
    customer_token=st.sampled_from([None, None, "c-1", "c-2"]),
    turn=st.sampled_from([None, None, 1, 2]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(_MATCHES, max_size=12),
    st.text("退换款货reFUND12ab ", max_size=10),
    st.sampled_from([None, "c-1"]),
    st.integers(1, 3),
)
def test_rule_book_leaves_out_no_rule_that_fits_and_keeps_their_order(
    matches: list[Match], text: str, token: str | None, turn: int
) -> None:
    """Rules by trigger; of those, by customer_token; of those, by turn and by words: the candidates hold all that fit, in order."""
    rules = tuple(
        rule(ON.MESSAGE, **{name: getattr(match, name) for name in ("text", "customer_token", "turn")})
        for match in matches
    )
    book = RuleBook(Script(rules=(*rules, rule(ON.QUEUED))))

    found = list(book.candidates(ON.MESSAGE, token, turn, text))

    fitting = [
        number
        for number, match in enumerate(matches)
        if (match.text is None or re.search(match.text, text))
        and (match.customer_token is None or match.customer_token == token)
        and (match.turn is None or match.turn == turn)
    ]
    assert found == sorted(set(found))
    assert set(fitting) <= set(found)
    assert book.candidates(ON.SURVEY, token, turn, text) == ()


def test_message_about_nothing_meets_none_of_two_hundred_rules() -> None:
    """200 rules, a message that matches none: none of them is even tried."""
    topics = (
        "退款|退钱",
        "(?i)refund|money back",
        r"发票.{0,4}(?:抬头|税号)",
        r"^(?:转|找)人工",
        r"订单号?\s*(?P<n>E\d{8})",
    )
    texts = [f"{topic}|主题{number}" for number, topic in enumerate(topics * 40)]
    book = RuleBook(Script(rules=tuple(rule(ON.MESSAGE, text=text) for text in texts)))

    assert book.candidates(ON.MESSAGE, "c-1", 1, "您好,我想问一下什么时候发货?") == ()
    assert len(book.candidates(ON.MESSAGE, "c-1", 1, "我要退款")) == 40
