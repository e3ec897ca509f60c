"""Robots and urobots over a real socket: interfaces §3 and §4, rulings 6 and 17."""

from typing import Any
from urllib.parse import quote

import pytest

from ..integrator import Udesk

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": 12,
        "question": "怎么退货",
        "answer": "七天内可以退货",
        "similar": ["如何退货"],
        "keywords": ["退货"],
        "guidance": ["怎么换货"],
        "related": ["退换货", "怎么换货"],
        "link": "https://example.com/r",
        "flow": "退换货",
    },
    {"question": "怎么换货", "answer": "十五天内可以换货", "keywords": ["换货"]},
]
CHAT = [{"question": "你好", "answer": "您好", "similar": ["在吗"]}]
FLOWS = [
    {"id": 81, "title": "退换货", "items": [{"text": "退货", "question": 12}, {"text": "换货", "flow": "换货步骤"}]},
    {"title": "换货步骤", "items": [{"text": "请等一等"}]},
]
KNOWLEDGE: dict[str, Any] = {
    "questions": QUESTIONS,
    "chat": CHAT,
    "flows": FLOWS,
    "unknown": "不知道",
    "sensitive_words": ["赌博"],
    "sensitive_answer": "请换个问题",
}
# The same as it is shown: nothing is left out, ids stand where titles stood.
KNOWLEDGE_SHOWN: dict[str, Any] = {
    **KNOWLEDGE,
    "questions": [
        {**QUESTIONS[0], "flow": 81},
        {
            "id": 13,
            "question": "怎么换货",
            "answer": "十五天内可以换货",
            "similar": [],
            "keywords": ["换货"],
            "guidance": [],
            "related": [],
            "link": "",
            "flow": None,
        },
    ],
    "chat": [{"question": "你好", "answer": "您好", "similar": ["在吗"], "keywords": []}],
    "flows": [
        {"id": 81, "title": "退换货", "items": [{"text": "退货", "question": 12}, {"text": "换货", "flow": 82}]},
        {"id": 82, "title": "换货步骤", "items": [{"text": "请等一等"}]},
    ],
}
FLOW_81_SHOWN = KNOWLEDGE_SHOWN["flows"][0]
# The least that each of the two is added with, beside a name.
LEAST: dict[str, dict[str, Any]] = {"/robots": {}, "/urobots": {"scenes": [{"id": 1, "name": "官网"}]}}
# Ruling 17: robots don't look at sensitive words.
OF_ROBOTS: dict[str, Any] = {"sensitive_words": []}


@pytest.fixture
async def robot(udesk: Udesk) -> dict[str, Any]:
    """A robot 50 with all of the knowledge but sensitive words."""
    made = await udesk.operator(
        "POST", "/robots", {"id": 50, "name": "小云", "welcome": "您好!", **KNOWLEDGE, **OF_ROBOTS}
    )
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


@pytest.fixture
async def urobot(udesk: Udesk) -> dict[str, Any]:
    """A urobot 54 with the same knowledge and a scene."""
    asked = {
        "id": 54,
        "name": "优优",
        "logo": "https://example.com/l.png",
        "scenes": [{"id": 114, "name": "官网"}],
        "leading": "请问",
        "hello": "您好,我是优优",
        "top_ask": [{"name": "售后", "questions": ["怎么换货", 12]}],
        **KNOWLEDGE,
    }
    made = await udesk.operator("POST", "/urobots", asked)
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


async def test_the_first_robots_are_there(udesk: Udesk) -> None:
    """Ruling 6: robot 1, urobots 2 (scenes 114, 116) and 3 (scene 120)."""
    robots = (await udesk.operator("GET", "/robots")).body
    urobots = (await udesk.operator("GET", "/urobots")).body

    assert ([row["id"] for row in robots["robots"]], robots["total"]) == ([1], 1)
    scenes = [(row["id"], [scene["id"] for scene in row["scenes"]]) for row in urobots["urobots"]]
    assert (scenes, urobots["total"]) == ([(2, [114, 116]), (3, [120])], 2)


async def test_a_robot_is_shown_as_it_was_typed(udesk: Udesk, robot: dict[str, Any]) -> None:
    """Ids that were left out are given, titles of flows and questions become ids; found by id and by name."""
    assert robot == {"id": 50, "name": "小云", "avatar": "", "welcome": "您好!", **KNOWLEDGE_SHOWN, **OF_ROBOTS}
    assert list(robot)[:2] == ["id", "name"]
    assert (await udesk.operator("GET", "/robots/50")).body == robot
    assert (await udesk.operator("GET", f"/robots/{quote('小云')}")).body == robot


async def test_a_urobot_is_shown_as_it_was_typed(udesk: Udesk, urobot: dict[str, Any]) -> None:
    """Its frequent questions by id or title; `created_at` is now."""
    assert urobot == {
        "id": 54,
        "name": "优优",
        "logo": "https://example.com/l.png",
        "scenes": [{"id": 114, "name": "官网"}],
        "leading": "请问",
        "hello": "您好,我是优优",
        "top_ask": [{"id": 1, "name": "售后", "questions": [13, 12]}],
        "created_at": "2026-11-22T10:00:00.000+08:00",
        **KNOWLEDGE_SHOWN,
    }
    assert (await udesk.operator("GET", f"/urobots/{quote('优优')}")).body == urobot


@pytest.mark.parametrize("path", ["/robots/1", "/robots/50", "/urobots/2", "/urobots/3", "/urobots/54"])
async def test_what_is_shown_of_a_robot_may_be_typed_again(
    udesk: Udesk, robot: dict[str, Any], urobot: dict[str, Any], path: str
) -> None:
    """GET, then PATCH with the same: nothing changes, of the first robots neither."""
    shown = await udesk.operator("GET", path)
    again = await udesk.operator("PATCH", path, shown.body)

    assert (again.status, again.body) == (200, shown.body)
    assert (await udesk.operator("GET", "/timeline")).body["lines"][-1]["text"] == "nothing changed"


async def test_each_field_that_is_given_is_replaced_whole(udesk: Udesk, urobot: dict[str, Any]) -> None:
    """What is left out stays as it is, also within the knowledge."""
    new = [{"id": 12, "question": "退货", "answer": "好"}, {"id": 13, "question": "怎么换货", "answer": "好"}]
    scenes = [{"id": 7, "name": "小程序"}]
    changed = await udesk.operator("PATCH", "/urobots/54", {"questions": new, "hello": "嗨", "scenes": scenes})

    bare: dict[str, Any] = {"similar": [], "keywords": [], "guidance": [], "related": [], "link": "", "flow": None}
    assert changed.status == 200, changed.body
    assert changed.body == {**urobot, "questions": [{**row, **bare} for row in new], "hello": "嗨", "scenes": scenes}


async def test_who_has_no_id_is_known_by_the_title(udesk: Udesk, urobot: dict[str, Any]) -> None:
    """In any order, however it is written: what leads to a question or a flow still leads there. New ones are above all ids ever given."""
    questions = [
        {"question": "怎么付款", "answer": "支付宝"},
        {"question": "怎么换货?", "answer": "好"},
        {"question": "怎么 退货", "answer": "好", "flow": "退换货"},
        {"question": "怎么开发票", "answer": "邮件", "id": 90},
    ]
    flows = [
        {"title": "新流程", "items": [{"text": "无"}]},
        {"title": "换货步骤", "items": [{"text": "a", "question": "怎么付款"}]},
        {"title": "退换货", "items": [{"text": "b", "flow": 82}]},
    ]
    asked = await udesk.operator("PATCH", "/urobots/54", {"questions": questions})
    flowed = await udesk.operator("PATCH", "/urobots/54", {"flows": flows})
    top_ask = [{"name": "发票", "questions": [90]}, {"name": "售 后", "questions": [12]}]
    headed = await udesk.operator("PATCH", "/urobots/54", {"top_ask": top_ask})

    assert (asked.status, flowed.status, headed.status) == (200, 200, 200), (asked.body, flowed.body, headed.body)
    assert [row["id"] for row in asked.body["questions"]] == [91, 13, 12, 90]
    assert asked.body["questions"][2]["flow"] == 81
    assert (asked.body["flows"], asked.body["top_ask"]) == (urobot["flows"], urobot["top_ask"])
    assert [(row["id"], row["items"]) for row in flowed.body["flows"]] == [
        (83, [{"text": "无"}]),
        (82, [{"text": "a", "question": 91}]),
        (81, [{"text": "b", "flow": 82}]),
    ]
    assert [(row["id"], row["questions"]) for row in headed.body["top_ask"]] == [(2, [90]), (1, [12])]


@pytest.mark.parametrize(
    ("changes", "path", "lost"),
    [
        # Question 12 is no more; the flow's item and the frequent questions led there, and 13 is none in its place.
        ({"questions": [QUESTIONS[1]]}, "flows[0].items[0].question", "question 12"),
        ({"questions": [QUESTIONS[1]], "flows": []}, "top_ask[0].questions[1]", "question 12"),
        ({"flows": [{"title": "退货流程", "items": [{"text": "无"}]}], "questions": [{**QUESTIONS[0], "flow": 81, "related": []}]}, "questions[0].flow", "flow 81"),
        ({"questions": [{"id": 12, "question": "怎么付款", "answer": "a"}, QUESTIONS[0]]}, "questions[1].id", "question 12"),
    ],
)  # fmt: skip
async def test_what_would_lead_nowhere_is_named(
    udesk: Udesk, urobot: dict[str, Any], changes: dict[str, Any], path: str, lost: str
) -> None:
    """422 rather than an id that is another question's now; nothing has changed."""
    answer = await udesk.operator("PATCH", "/urobots/54", changes)

    message = answer.body["error"]["message"]
    assert (answer.status, message.partition(":")[0], lost in message) == (422, path, True), answer.body
    assert (await udesk.operator("GET", "/urobots/54")).body == urobot


@pytest.mark.parametrize("path", ["/robots", "/urobots"])
async def test_a_new_robot_can_say_that_it_does_not_know(udesk: Udesk, path: str) -> None:
    """Doc: im-api-v2 §机器人返回, unknow_message. Nothing is said only by who was given nothing to say."""
    bare = (await udesk.operator("POST", path, {"name": "甲", **LEAST[path]})).body
    nothing = {"name": "乙", "unknown": "", "sensitive_answer": "", **LEAST[path]}
    silent = (await udesk.operator("POST", path, nothing)).body
    changed = (await udesk.operator("PATCH", f"{path}/{bare['id']}", {"name": "丙"})).body

    assert bare["unknown"] == (
        "<p>对不起,我目前只能回答常见的业务相关问题!此问题暂不在我知识范围内,我会继续努力学习的!"
        "您也可以换个简单的问法向我提问,或许我就可以回答您了...</p>"
    )
    assert bare["sensitive_answer"] == (await udesk.operator("GET", "/urobots/2")).body["sensitive_answer"] != ""
    assert (silent["unknown"], silent["sensitive_answer"]) == ("", "")
    assert changed == {**bare, "name": "丙"}


@pytest.mark.parametrize("path", ["/robots", "/urobots"])
async def test_a_robot_is_added_with_the_next_free_id_and_removed(udesk: Udesk, path: str) -> None:
    """A name is enough, and a scene of a urobot; `id` null is as none."""
    first = await udesk.operator("POST", path, {"name": "甲", **LEAST[path]})
    second = await udesk.operator("POST", path, {"name": "乙", "id": None, **LEAST[path]})
    removed = await udesk.operator("DELETE", f"{path}/{quote('甲')}")

    assert (first.status, second.body["id"]) == (201, first.body["id"] + 1)
    assert (removed.status, removed.body) == (200, {"done": True})
    assert (await udesk.operator("GET", f"{path}/{first.body['id']}")).status == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"questions": [{**QUESTIONS[1], "keyword": ["a"]}]}, "questions[0].keyword: unknown, did you mean keywords?"),
        ({"questions": [{"title": "a", "answer": "b"}]}, "questions[0].title: unknown, did you mean question?"),
        ({"flows": [{"title": "a", "items": [{"txt": "b"}]}]}, "flows[0].items[0].txt: unknown, did you mean text?"),
        ({"chat": [{"question": "a"}]}, "chat[0].answer: missing"),
        ({"questions": {"question": "a"}}, "questions: expected a list"),
        ({"questions": [{"id": 0, "question": "a", "answer": "b"}]}, "questions[0].id: expected at least 1, found 0"),
        ({"question": []}, "question: unknown, did you mean questions?"),
        ({"questions": [QUESTIONS[1], QUESTIONS[1]]}, "questions[1].question: "),
        ({"questions": [{"id": 7, "question": x, "answer": "b"} for x in "ab"]}, "questions[1].id: question 7"),
        ({"questions": [{"question": "?!", "answer": "b"}]}, "questions[0].question: "),
        ({"questions": [{"question": "a", "answer": "b", "guidance": ["c"]}]}, "questions[0].guidance[0]: "),
        ({"questions": [{"question": "a", "answer": "b", "flow": 9}]}, "questions[0].flow: there is no flow 9"),
        ({"chat": [{"question": "怎么退货", "answer": "b"}]}, "chat[0].question: "),
        ({"chat": [{"question": " ", "answer": "b"}]}, "chat[0].question: "),
        (
            {"flows": [{"id": 81, "title": "退换货", "items": [{"text": "a", "question": "怎么退获"}]}]},
            "flows[0].items[0].question: there is no question 怎么退获, did you mean 怎么退货?",
        ),
        (
            {"flows": [{"id": 81, "title": "退换货", "items": [{"text": "a", "question": 12, "flow": 81}]}]},
            "flows[0].items[0]: ",
        ),
        (
            {"sensitive_words": ["赌博"]},
            "sensitive_words: robots don't look at sensitive words: give them to a urobot, or",
        ),
        ({"name": " \t"}, 'name: expected more than blanks, found " \\t"'),
    ],
)
async def test_a_mistake_in_the_knowledge_is_named_with_its_path(
    udesk: Udesk, robot: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    """422 with the path in the names that were typed; nothing has changed."""
    answer = await udesk.operator("PATCH", "/robots/50", changes)

    assert (answer.status, answer.body["error"]["message"].startswith(words)) == (422, True), answer.body
    assert (await udesk.operator("GET", "/robots/50")).body == robot


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scenes": [{"name": "a"}]}, "scenes[0].id: missing"),
        ({"scenes": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}, "scenes[1].id: scene 1"),
        ({"top_ask": [{"name": "a", "questions": [99]}]}, "top_ask[0].questions[0]: there is no question 99"),
        ({"top_ask": [{"nam": "a"}]}, "top_ask[0].nam: unknown, did you mean name?"),
        ({"top_asks": []}, "top_asks: unknown, did you mean top_ask?"),
        (
            {"created_at": "2026-11-22T10:00:01+08:00"},
            "created_at: urobot 54 was added at 2026-11-22T10:00:00.000+08:00",
        ),
        ({"created_at": "2026-11-22T10:00:00"}, "created_at: urobot 54 was added at 2026-11-22T10:00:00.000+08:00"),
        ({"created_at": None}, "created_at: urobot 54 was added at 2026-11-22T10:00:00.000+08:00"),
        ({"sensitive_words": ["赌博", "!"]}, "sensitive_words[1]: "),
        ({"scenes": [{"id": 1, "name": "  "}]}, "scenes[0].name: expected more than blanks"),
        ({"name": ""}, "name: expected 1 or more characters"),
        ({"id": 9}, "id 9 is another than 54 in the path"),
    ],
)
async def test_a_mistake_in_a_urobot_is_named_with_its_path(
    udesk: Udesk, urobot: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    """422, and nothing has changed."""
    answer = await udesk.operator("PATCH", "/urobots/54", changes)

    assert (answer.status, answer.body["error"]["message"].startswith(words)) == (422, True), answer.body
    assert (await udesk.operator("GET", "/urobots/54")).body == urobot


async def test_a_list_that_was_not_given_but_breaks_is_named(udesk: Udesk, robot: dict[str, Any]) -> None:
    """A flow is taken away that a question begins: the path is the question's, the hint says that it stays."""
    answer = await udesk.operator("PATCH", "/robots/50", {"flows": []})

    error = answer.body["error"]
    assert (answer.status, error["message"].partition(":")[0]) == (422, "questions[0].related[0]")
    assert error["hint"].endswith("questions stays as it is, unless it is given too")


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "words"),
    [
        ("GET", "/robots/99", None, 404, "there is no robot 99"),
        ("PATCH", "/urobots/nobody", {"name": "a"}, 404, "there is no urobot nobody"),
        ("DELETE", "/urobots/99", None, 404, "there is no urobot 99"),
        ("POST", "/robots", {"name": "a", "id": 50}, 409, "there is robot 50 already"),
        ("POST", "/robots", {}, 422, "name: missing"),
        ("POST", "/robots", {"name": " "}, 422, 'name: expected more than blanks, found " "'),
        (
            "POST",
            "/urobots",
            {"name": "a", "created_at": "2026-11-22T10:00:00+08:00"},
            422,
            "created_at: is when it was",
        ),
        ("POST", "/robots/50/try", {}, 422, "text: missing"),
        ("POST", "/robots/50/try", {"content": "a"}, 422, "content: unknown, did you mean text?"),
        ("POST", "/urobots/54/try", {"xyz": "a"}, 422, "xyz: unknown; known are text"),
        ("POST", "/robots/99/try", {"text": "a"}, 404, "there is no robot 99"),
        ("POST", "/urobots/99/try", {"text": "a"}, 404, "there is no urobot 99"),
    ],
)
async def test_a_mistake_is_named(
    udesk: Udesk,
    robot: dict[str, Any],
    method: str,
    path: str,
    asked: dict[str, object] | None,
    status: int,
    words: str,
) -> None:
    """4xx with what was wrong."""
    answer = await udesk.operator(method, path, asked)

    assert (answer.status, words in answer.body["error"]["message"]) == (status, True), answer.body


async def test_a_text_is_tried_without_asking(udesk: Udesk, urobot: dict[str, Any]) -> None:
    """Which answer it would get and why; guidance, then related, each once; nothing changes."""
    tried = await udesk.operator("POST", "/urobots/54/try", {"text": "如何 退货?"})

    assert (tried.status, tried.body) == (
        200,
        {
            "kind": "answer",
            "question_id": 12,
            "title": "怎么退货",
            "content": "七天内可以退货",
            "suggestions": [
                {"kind": "question", "id": 13, "title": "怎么换货"},
                {"kind": "flow", "id": 81, "title": "退换货"},
            ],
            "link": "https://example.com/r",
            "flow": FLOW_81_SHOWN,
            "reason": "question 12 “怎么退货”: similar phrasing “如何退货”",
        },
    )
    assert (await udesk.operator("GET", "/robot-talks")).body == {"robot_talks": [], "total": 0}
    assert (await udesk.operator("GET", "/customers")).body["total"] == 0
    assert (await udesk.operator("GET", "/deliveries")).body["total"] == 0


@pytest.mark.parametrize(
    ("text", "kind", "content"),
    [
        ("在吗", "small_talk", "您好"),
        ("天气", "unknown", "不知道"),
        ("退货和换货", "suggestions", ""),
        ("赌博", "sensitive", "请换个问题"),
        ("", "unknown", "不知道"),
    ],
)
async def test_every_kind_of_answer_is_tried(
    udesk: Udesk, urobot: dict[str, Any], text: str, kind: str, content: str
) -> None:
    """Exact, similar phrasing, keywords, sensitive words, unknown."""
    tried = await udesk.operator("POST", "/urobots/54/try", {"text": text})

    found = tried.body
    assert (tried.status, found["kind"], found["content"], found["question_id"]) == (200, kind, content, 0)
    assert found["reason"]


async def test_the_companys_sensitive_words_count_for_urobots_alone(
    udesk: Udesk, robot: dict[str, Any], urobot: dict[str, Any]
) -> None:
    """Ruling 17: by setting, when they are switched on; robots have none."""
    await udesk.operator("PATCH", "/company", {"sensitive_words": ["退货"], "sensitive_words_open": True})
    of_urobot = await udesk.operator("POST", "/urobots/54/try", {"text": "怎么退货"})
    of_robot = await udesk.operator("POST", "/robots/50/try", {"text": "怎么退货"})

    assert (of_urobot.body["kind"], of_robot.body["kind"]) == ("sensitive", "answer")
