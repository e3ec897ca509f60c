"""What a robot answers to a text or a click, and why. Issue 3: exact, then similar phrasing, then keywords, then unknown, with
width, case and punctuation folded; the journal says which question matched and why.
"""

import dataclasses
import string
import unicodedata
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_udesk.desk.answering import Index, Match, fold
from mock_udesk.desk.knowledge import Flow, FlowItem, Knowledge, Question, SmallTalk
from mock_udesk.desk.knowledge_checks import check_knowledge
from mock_udesk.desk.talks import AnswerKind, RobotAnswer, RobotKind, Suggestion
from tests import NOW

FAST = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

RETURNS = Flow(
    id=81,
    title="退换货",
    items=(
        FlowItem(text="退货", question_id=2),
        FlowItem(text="其他", flow_id=82),
        FlowItem(text="请选择"),
    ),
)
OTHER = Flow(id=82, title="其他问题", items=(FlowItem(text="发票怎么开", question_id=3),))
SHOP = Knowledge(
    questions=(
        Question(
            id=2,
            title="怎么退货",
            answer="七天内可以退货",
            similar=("如何退货", "Return an item?"),
            keywords=("退货", "退"),
            guidance=("发票怎么开？", "退换货"),
            related=("耳机保修多久",),
            link="https://www.udesk.cn",
            flow_id=81,
        ),
        Question(id=3, title="发票怎么开", answer="在订单页申请", keywords=("发票",)),
        Question(id=5, title="耳机保修多久", answer="一年", keywords=("耳机", "保修", "ＡＢＣ")),
        Question(id=7, title="耳机怎么连接", answer="长按三秒", keywords=("耳机", "蓝牙")),
    ),
    small_talk=(
        SmallTalk(title="你好", answer="您好呀", similar=("hi",), keywords=("好", "耳机")),
        SmallTalk(title="谢谢", answer="不客气", keywords=("谢", "好")),
    ),
    flows=(RETURNS, OTHER),
    unknown="对不起，我不懂",
    sensitive_words=("炸 弹", "Ｄａｍｎ"),
    sensitive_answer="请文明用语",
)


def ask(
    text: str, *, knowledge: Knowledge = SHOP, kind: RobotKind = "urobot", sensitive_words: tuple[str, ...] = ()
) -> Match:
    """What a urobot, unless said otherwise, of the shop, unless said otherwise, answers."""
    return Index(knowledge).find(text, kind=kind, sensitive_words=sensitive_words)


def question(number: int) -> Suggestion:
    """A question of the shop as robots suggest it."""
    title = next(question.title for question in SHOP.questions if question.id == number)
    return Suggestion(kind="question", id=number, title=title)


# -- folding ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ", "abc"),
        ("Abc", "abc"),
        ("STRASSE Straße", "strassestrasse"),
        ("怎么,退货？", "怎么退货"),
        ("【怎么】——“退货”……！", "怎么退货"),
        (" 怎 么\t退\n货\u3000", "怎么退货"),
        ("怎\u200b么退\ufeff货", "怎么退货"),
        ("１２３", "123"),
        ("ｶﾞ", "ガ"),
        ("e\u200b\u0301", "é"),
        ("é\u2017", "é"),
        ("你好～", "你好"),
        ("你好~", "你好"),
        ("C++", "c++"),
        ("👍", "👍"),
        ("？！…", ""),
        ("", ""),
    ],
)
def test_neither_width_case_punctuation_nor_spaces_count(text: str, folded: str) -> None:
    """Issue 3: full-width and half-width, case and punctuation folded."""
    assert fold(text) == folded


def test_every_letter_folds_to_what_folds_to_itself() -> None:
    """Folding is idempotent, letter by letter; what is beyond these planes has neither case nor width."""
    letters = (chr(number) for number in range(0x20000))

    assert [hex(ord(letter)) for letter in letters if fold(fold(letter)) != fold(letter)] == []


# -- exact and similar --------------------------------------------------------------------------------------------------

RETURN_AN_ITEM = Match(
    kind=AnswerKind.ANSWER,
    title="怎么退货",
    content="七天内可以退货",
    reason="question 2 “怎么退货”: exact",
    question_id=2,
    guidance=(question(3), Suggestion(kind="flow", id=81, title="退换货")),
    related=(question(5),),
    link="https://www.udesk.cn",
    flow=RETURNS,
)


def test_a_title_is_answered_with_all_that_the_question_has() -> None:
    """The answer carries its question's guidance, related, link and flow. Doc: im-api-v2 §回复消息通知."""
    assert ask("怎么退货") == RETURN_AN_ITEM


@pytest.mark.parametrize("text", ["怎么退货？", "怎么，退货", "  怎么 退货!!", "【怎么退货】", "怎么退货～"])
def test_a_title_is_found_however_it_is_punctuated(text: str) -> None:
    """Issue 3: punctuation folded, in the middle too."""
    assert ask(text) == RETURN_AN_ITEM


@pytest.mark.parametrize("text", ["如何退货", "如何,退货?"])
def test_a_similar_phrasing_is_answered_as_its_question(text: str) -> None:
    """Issue 3: then similar phrasing. The reason has the phrasing as it is written, the title is the question's."""
    assert ask(text) == dataclasses.replace(RETURN_AN_ITEM, reason="question 2 “怎么退货”: similar phrasing “如何退货”")


@pytest.mark.parametrize("text", ["return an item", "RETURN AN ITEM", "ＲＥＴＵＲＮ ａｎ　ｉｔｅｍ！"])
def test_case_and_width_of_a_phrasing_do_not_count(text: str) -> None:
    """Issue 3: full-width and half-width, case folded."""
    assert ask(text).reason == "question 2 “怎么退货”: similar phrasing “Return an item?”"


def test_small_talk_has_no_question() -> None:
    """Doc: im-api-v2 §回复消息通知: question_id 0为寒暄库,非问答."""
    assert ask("你好！") == Match(
        kind=AnswerKind.SMALL_TALK, title="你好", content="您好呀", reason="small talk “你好”: exact"
    )
    assert ask("HI").reason == "small talk “你好”: similar phrasing “hi”"


def test_a_flow_is_found_by_its_title() -> None:
    """A flow of its own: no question, its title is the answer (flowTitle and flowContent come beside it)."""
    assert ask("退 换 货") == Match(
        kind=AnswerKind.ANSWER, title="退换货", content="退换货", reason="flow 81 “退换货”: exact", flow=RETURNS
    )


def test_a_title_comes_before_a_similar_phrasing() -> None:
    """Exact, then similar phrasing, even in a knowledge that no check would let pass."""
    knowledge = Knowledge(
        questions=(
            Question(id=1, title="一", answer="1", similar=("二",)),
            Question(id=2, title="二", answer="2"),
        )
    )

    assert ask("二", knowledge=knowledge).question_id == 2


def test_exact_comes_before_keywords() -> None:
    """你好 is small talk, though somebody's keywords are in it; 谢谢 likewise."""
    knowledge = Knowledge(
        questions=(Question(id=1, title="好不好", answer="好", keywords=("你", "好")),),
        small_talk=(SmallTalk(title="你好", answer="您好"),),
    )

    assert ask("你好", knowledge=knowledge).kind is AnswerKind.SMALL_TALK
    assert ask("你好吗", knowledge=knowledge).question_id == 1


# -- keywords -----------------------------------------------------------------------------------------------------------


def test_keywords_are_found_within_the_text() -> None:
    """Issue 3: then keywords."""
    assert ask("请问，发 票什么时候有？") == Match(
        kind=AnswerKind.ANSWER,
        title="发票怎么开",
        content="在订单页申请",
        reason="question 3 “发票怎么开”: keywords 发票",
        question_id=3,
    )


def test_keywords_are_folded_as_the_text_is() -> None:
    """Issue 3: full-width and half-width, case folded; the reason has the keyword as it is written."""
    assert ask("my a.b.c is broken").reason == "question 5 “耳机保修多久”: keywords ＡＢＣ"


def test_most_keywords_win() -> None:
    """Two of 5's against one of 7's."""
    assert ask("耳机坏了，在保修期吗").reason == "question 5 “耳机保修多久”: keywords 耳机, 保修"


def test_keywords_that_overlap_count_each() -> None:
    """退 is within 退货; both are in the text, so 2 has two and 3 has one. In the entry's order."""
    assert ask("我要退货和发票").reason == "question 2 “怎么退货”: keywords 退货, 退"


def test_a_keyword_counts_once_however_often_it_is_said_or_written() -> None:
    """Most distinct keywords win."""
    knowledge = Knowledge(
        questions=(
            Question(id=1, title="甲", answer="1", keywords=("耳机", "耳 机", "耳机！")),
            Question(id=2, title="乙", answer="2", keywords=("保修", "多久")),
        )
    )

    assert ask("耳机耳机耳机保修多久", knowledge=knowledge).reason == "question 2 “乙”: keywords 保修, 多久"


def test_the_reason_has_the_keywords_in_the_entrys_own_order() -> None:
    """Whatever others have them in another order."""
    knowledge = Knowledge(
        questions=(
            Question(id=1, title="甲", answer="1", keywords=("耳机",)),
            Question(id=2, title="乙", answer="2", keywords=("退货", "耳机")),
        )
    )

    assert ask("耳机能退货吗", knowledge=knowledge).reason == "question 2 “乙”: keywords 退货, 耳机"


def test_a_urobot_suggests_questions_that_fit_alike() -> None:
    """ansType 3表示建议列表: the list alone, in the knowledge's order. Doc: im-api-v2 §回复消息通知."""
    assert ask("蓝牙和保修") == Match(
        kind=AnswerKind.SUGGESTIONS,
        title="蓝牙和保修",
        content="",
        reason="questions 5 (保修), 7 (蓝牙) have equally many keywords",
        guidance=(question(5), question(7)),
    )


def test_suggestions_stand_in_the_knowledges_order() -> None:
    """Whichever keyword of whom comes first."""
    knowledge = Knowledge(
        questions=(
            Question(id=3, title="甲", answer="1", keywords=("退货", "退款")),
            Question(id=2, title="乙", answer="2", keywords=("保修",)),
            Question(id=1, title="丙", answer="3", keywords=("退货",)),
        )
    )

    match = ask("保修期内退货", knowledge=knowledge)

    assert [suggestion.id for suggestion in match.guidance] == [3, 2, 1]
    assert match.reason == "questions 3 (退货), 2 (保修), 1 (退货) have equally many keywords"


def test_a_robot_says_that_it_does_not_know_and_guides_to_questions_that_fit_alike() -> None:
    """A robot has no answer of suggestions alone: 未知回答语, with gus_list. Doc: im-api-v2 §回复消息通知."""
    assert ask("我的耳机", kind="robot") == Match(
        kind=AnswerKind.SUGGESTIONS,
        title="我的耳机",
        content="对不起，我不懂",
        reason="questions 5, 7 share the keywords 耳机",
        guidance=(question(5), question(7)),
    )


def test_at_most_ten_questions_are_suggested() -> None:
    """Assumed: the first ten in the knowledge's order."""
    questions = tuple(
        Question(id=40 - number, title=f"问题{number}", answer="答", keywords=("问",)) for number in range(13)
    )

    match = ask("我要问", knowledge=Knowledge(questions=questions))

    assert [suggestion.id for suggestion in match.guidance] == [40, 39, 38, 37, 36, 35, 34, 33, 32, 31]
    assert match.reason == "questions 40, 39, 38, 37, 36, 35, 34, 33, 32, 31 share the keywords 问; 3 more have as many"


def test_a_question_wins_a_tie_against_small_talk() -> None:
    """发票 is of question 3 alone, 好 of two small talks."""
    assert ask("发票开好了").question_id == 3


def test_small_talk_with_more_keywords_wins_against_a_question() -> None:
    """Most distinct keywords win, whoever has them."""
    assert ask("耳机真好").reason == "small talk “你好”: keywords 好, 耳机"


def test_of_small_talks_that_fit_alike_the_first_answers() -> None:
    """Assumed: there is nothing to choose between for the customer."""
    assert ask("真好").reason == "small talk “你好”: keywords 好"


# -- unknown and sensitive ----------------------------------------------------------------------------------------------


def test_anything_else_is_unknown() -> None:
    """ansType 6表示未知说辞; the title is what was asked. Doc: im-api-v2 §回复消息通知."""
    assert ask("今天天气") == Match(
        kind=AnswerKind.UNKNOWN, title="今天天气", content="对不起，我不懂", reason="nothing matched “今天天气”"
    )


@pytest.mark.parametrize("text", ["", "  ", "？！", "~", "\u200b"])
def test_a_text_without_anything_in_it_is_unknown(text: str) -> None:
    """Nothing is left after folding, so nothing can match: not even a keyword of punctuation that no check would let pass."""
    knowledge = dataclasses.replace(
        SHOP,
        questions=(Question(id=1, title="！", answer="1", similar=("？",), keywords=("。",)),),
        sensitive_words=("!",),
    )

    match = ask(text, knowledge=knowledge, sensitive_words=("?",))

    assert (match.kind, match.title, match.reason) == (AnswerKind.UNKNOWN, text, f"nothing matched “{text}”")


def test_the_reason_repeats_a_long_text_in_part() -> None:
    """The journal has the whole message beside it."""
    assert ask("天" * 1000).reason == f"nothing matched “{'天' * 60}…”"


@pytest.mark.parametrize("text", ["炸弹", "怎么做炸,弹", "ＤＡＭＮ it", "d a m n"])
def test_a_urobots_own_sensitive_words_are_folded_too(text: str) -> None:
    """ansType 8表示敏感词. Ruling 17; Doc: im-api-v2 §回复消息通知."""
    word = "炸 弹" if "炸" in text else "Ｄａｍｎ"

    assert ask(text) == Match(
        kind=AnswerKind.SENSITIVE, title=text, content="请文明用语", reason=f"sensitive word “{word}”"
    )


def test_the_companys_sensitive_words_count_beside_the_robots() -> None:
    """Ruling 17. The robot's own are named first."""
    company = ("退货", "保修")

    assert ask("怎么退货", sensitive_words=company).reason == "sensitive word “退货”"
    assert ask("退货炸弹", sensitive_words=company).reason == "sensitive word “炸 弹”"
    assert ask("发票怎么开", sensitive_words=company).question_id == 3


def test_other_sensitive_words_of_the_company_count_at_once() -> None:
    """The company may change them between two questions."""
    index = Index(SHOP)

    reasons = [
        index.find("怎么退货", kind="urobot", sensitive_words=words).reason for words in (("退",), (), ("怎么",))
    ]

    assert reasons == ["sensitive word “退”", "question 2 “怎么退货”: exact", "sensitive word “怎么”"]


def test_robots_have_no_sensitive_words() -> None:
    """Ruling 17: the urobot answers them, they are not enforced elsewhere."""
    assert ask("炸弹", kind="robot", sensitive_words=("炸弹",)).kind is AnswerKind.UNKNOWN


# -- clicks -------------------------------------------------------------------------------------------------------------


def test_a_clicked_question_is_answered() -> None:
    """Doc: im-api-v2 §用户点击行为接口."""
    assert Index(SHOP).of_question(2) == dataclasses.replace(RETURN_AN_ITEM, reason="clicked")
    assert Index(SHOP).of_question(4) is None


def test_a_clicked_flow_is_shown() -> None:
    """Doc: im-api-v2 §流程问题接口."""
    assert Index(SHOP).of_flow(82) == Match(
        kind=AnswerKind.ANSWER, title="其他问题", content="其他问题", reason="clicked", flow=OTHER
    )
    assert Index(SHOP).of_flow(2) is None


def test_a_clicked_title_is_a_questions_or_a_flows() -> None:
    """Doc: im-api-v2 §用户点击行为接口: question 问题内容. Small talk is never suggested."""
    index = Index(SHOP)

    assert index.of_title("怎么退货") == index.of_question(2)
    assert index.of_title("其他问题？") == index.of_flow(82)
    assert [index.of_title(title) for title in ("你好", "如何退货", "天气", "")] == [None] * 4


def test_of_entries_that_contradict_each_other_the_first_counts() -> None:
    """Questions before small talk before flows; no check lets such a knowledge pass."""
    questions = (Question(id=1, title="甲", answer="1"), Question(id=1, title="甲！", answer="2"))
    flows = (Flow(id=1, title="乙"), Flow(id=1, title="甲"), Flow(id=2, title="丙"))
    small_talk = (SmallTalk(title="甲", answer="3"), SmallTalk(title="丙", answer="4"))
    index = Index(Knowledge(questions=questions, small_talk=small_talk, flows=flows))
    clicked = (index.of_question(1), index.of_flow(1))

    assert [index.find(text, kind="urobot", sensitive_words=()).content for text in "甲乙丙"] == ["1", "乙", "4"]
    assert [match and match.title for match in clicked] == ["甲", "乙"]


def test_a_robot_leads_into_no_flow() -> None:
    """Doc: im-api-v2 §流程问题接口: 仅限urobot使用; a robot's push has no place for a flow."""
    by_question, by_title = ask("怎么退货", kind="robot"), ask("退换货", kind="robot")

    assert (by_question.guidance, by_question.flow) == ((question(3),), None)
    assert (by_title.question_id, by_title.flow, by_title.reason) == (2, None, "question 2 “怎么退货”: keywords 退")


def test_titles_that_lead_nowhere_are_not_suggested() -> None:
    """Small talk isn't either; no check lets such a knowledge pass."""
    knowledge = dataclasses.replace(
        SHOP,
        questions=(Question(id=1, title="甲", answer="1", guidance=("没有", "你好", "退换货"), flow_id=99),),
    )

    match = ask("甲", knowledge=knowledge)

    assert (match.guidance, match.flow) == ((Suggestion(kind="flow", id=81, title="退换货"),), None)


# -- the answer ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_made_of_all_that_was_found() -> None:
    """A `RobotAnswer` is a `Match` with an id and a moment."""
    fields: dict[str, Any] = {field.name: getattr(RETURN_AN_ITEM, field.name) for field in dataclasses.fields(Match)}

    assert RETURN_AN_ITEM.answer("55393", NOW) == RobotAnswer(id="55393", at=NOW, **fields)


# -- what holds for any knowledge and any text --------------------------------------------------------------------------

# Few letters, so that texts meet; some are the same after folding, some come apart, some go together.
letters = st.sampled_from([*"退货换耳机aAａßéｶﾞ①?？ 。~", "e\u0301", "\u200b"])
texts = st.lists(letters, max_size=6).map("".join)
phrases = texts.filter(lambda text: bool(fold(text)))
kinds: st.SearchStrategy[RobotKind] = st.sampled_from(("robot", "urobot"))
NOISE = [*" \t\n，。！？、…—·()（）【】《》“”'\"-_/\\~～‗‾", "\u200b", "\u3000", "\ufeff"]
WIDE = {ord(letter): chr(ord(letter) + 0xFEE0) for letter in string.printable if "!" <= letter <= "~"}


@st.composite
def knowledges(draw: st.DrawFn) -> Knowledge:
    """A knowledge that passes the checks: titles and phrasings differ, what is named is there, and is something else."""
    said = draw(st.lists(phrases, unique_by=fold, min_size=1, max_size=9))
    nouns = [draw(st.sampled_from(("question", "question", "small_talk", "flow"))) for _ in said]
    titles = [text for text, noun in zip(said, nouns, strict=True) if noun != "small_talk"]
    taken = {fold(text) for text in said}
    keywords = st.lists(phrases.map(lambda text: text[:2]).filter(lambda text: bool(fold(text))), max_size=3).map(tuple)
    flow_ids = [number for number, noun in enumerate(nouns, 1) if noun == "flow"]

    def similar() -> tuple[str, ...]:
        fresh = [text for text in draw(st.lists(phrases, unique_by=fold, max_size=2)) if fold(text) not in taken]
        taken.update(map(fold, fresh))
        return tuple(fresh)

    questions, small_talk, flows = [], [], []
    for number, (title, noun) in enumerate(zip(said, nouns, strict=True), 1):
        match noun:
            case "question":
                flow_id = draw(st.sampled_from((None, *flow_ids)))
                others = [other for other in titles if other != title]
                named = st.lists(st.sampled_from(others), max_size=3, unique=True) if others else st.just([])
                questions.append(
                    Question(
                        id=number,
                        title=title,
                        answer=f"answer {number}",
                        similar=similar(),
                        keywords=draw(keywords),
                        guidance=tuple(draw(named)),
                        related=tuple(draw(named)),
                        flow_id=flow_id,
                    )
                )
            case "small_talk":
                small_talk.append(SmallTalk(title=title, answer="hi", similar=similar(), keywords=draw(keywords)))
            case _:
                flows.append(Flow(id=number, title=title, items=(FlowItem(text="?"),)))
    knowledge = Knowledge(
        questions=tuple(questions),
        small_talk=tuple(small_talk),
        flows=tuple(flows),
        unknown="?",
        sensitive_words=tuple(draw(st.lists(phrases, max_size=1))),
        sensitive_answer="!",
    )
    check_knowledge(knowledge)
    return knowledge


def without_what_was_asked(match: Match) -> Match:
    """A match as it is for any way to write the same: who has no entry repeats the text."""
    if match.kind in (AnswerKind.ANSWER, AnswerKind.SMALL_TALK):
        return match
    return dataclasses.replace(match, title="", reason="" if match.kind is AnswerKind.UNKNOWN else match.reason)


@FAST
@given(st.text() | texts)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """Folding is idempotent, and nothing that is left is punctuation, a space or a control."""
    folded = fold(text)

    assert fold(folded) == folded
    assert not [letter for letter in folded if unicodedata.category(letter)[0] in "PZC"]


@FAST
@given(knowledges(), texts | st.text(), kinds, st.lists(phrases, max_size=1).map(tuple), st.lists(texts, max_size=3))
def test_the_same_text_always_has_the_same_match(
    knowledge: Knowledge, text: str, kind: RobotKind, words: tuple[str, ...], others: list[str]
) -> None:
    """Matching is deterministic: it depends neither on the index's life nor on what was asked before."""
    index = Index(knowledge)
    first = index.find(text, kind=kind, sensitive_words=words)
    for other in others:
        index.find(other, kind="urobot", sensitive_words=(other,))

    assert index.find(text, kind=kind, sensitive_words=words) == first
    assert Index(knowledge).find(text, kind=kind, sensitive_words=words) == first


@FAST
@given(knowledges(), kinds)
def test_every_title_is_found_exactly_as_itself_unless_it_is_sensitive(knowledge: Knowledge, kind: RobotKind) -> None:
    """Exact comes first but for sensitive words; similar phrasings lead to their entry."""
    index = Index(knowledge)
    talk: list[Question | SmallTalk] = [*knowledge.questions, *knowledge.small_talk]
    for entry in (*talk, *(knowledge.flows if kind == "urobot" else ())):
        match = index.find(entry.title, kind=kind, sensitive_words=())
        if kind == "urobot" and any(fold(word) in fold(entry.title) for word in knowledge.sensitive_words):
            assert match.kind is AnswerKind.SENSITIVE
        else:
            assert match.title == entry.title
            assert match.reason.endswith(f"“{entry.title}”: exact")
            assert match.question_id == (entry.id if isinstance(entry, Question) else 0)
    for known in talk:
        for phrasing in known.similar:
            match = index.find(phrasing, kind="robot", sensitive_words=())
            assert (match.title, match.content) == (known.title, known.answer)
            assert match.reason.endswith(f": similar phrasing “{phrasing}”")


@FAST
@given(
    knowledges(),
    texts,
    kinds,
    st.lists(phrases, max_size=1).map(tuple),
    st.lists(st.sampled_from(NOISE), min_size=1),
    st.data(),
)
def test_spaces_punctuation_and_width_never_change_the_match(
    knowledge: Knowledge, text: str, kind: RobotKind, words: tuple[str, ...], noise: list[str], data: st.DataObject
) -> None:
    """Issue 3: full-width and half-width, case and punctuation folded."""
    index = Index(knowledge)
    noisy = list(text.translate(WIDE))
    for mark in noise:
        noisy.insert(data.draw(st.integers(0, len(noisy))), mark)

    expected = without_what_was_asked(index.find(text, kind=kind, sensitive_words=words))
    assert without_what_was_asked(index.find("".join(noisy), kind=kind, sensitive_words=words)) == expected


@FAST
@given(knowledges(), texts)
def test_whatever_is_suggested_can_be_clicked(knowledge: Knowledge, text: str) -> None:
    """A suggestion is a question or a flow of the knowledge, by id and by title alike."""
    index = Index(knowledge)
    clicks = [index.of_question(question.id) for question in knowledge.questions]
    matches = [index.find(text, kind="robot", sensitive_words=()), *filter(None, clicks)]

    assert len(matches) == 1 + len(knowledge.questions)
    for suggestion in chain.from_iterable(match.guidance + match.related for match in matches):
        clicked = (index.of_question if suggestion.kind == "question" else index.of_flow)(suggestion.id)
        assert clicked is not None
        assert clicked == index.of_title(suggestion.title)
        assert clicked.title == suggestion.title
