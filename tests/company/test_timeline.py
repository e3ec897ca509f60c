"""The story of a company: who did what when, in words, aligned for people; no network."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.pushes.deliveries import Result
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.company.story.line import Line
from mock_udesk.company.story.timeline import as_json, as_text, story
from mock_udesk.desk.commands import (
    AgentSays,
    AskForAgent,
    CloseSession,
    Command,
    RateSession,
    SendMessage,
    SendStruct,
    TransferSession,
)
from mock_udesk.desk.knowledge import Flow, FlowItem, Knowledge, Question, SmallTalk
from mock_udesk.desk.records import AgentStatus, CloseType
from mock_udesk.desk.robot_commands import (
    AddRobot,
    AskRobot,
    AskUrobot,
    ChangeRobot,
    ChangeUrobot,
    ClickQuestion,
    RateAnswer,
    RateTalk,
    RemoveUrobot,
    ReportTransfer,
    TalkToRobot,
    TalkToUrobot,
    WalkFlow,
)
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.settings import Settings

from .. import NOW

URL = "http://127.0.0.1:1/receive"


def _company(**settings: Any) -> Company:
    founding = Founding(
        subdomain="demo",
        credentials=Credentials(email="a@b.test", password="p", token="t", secret="s"),
        now=NOW,
        rate=0,
    )
    return Company(founding, Settings(**{"receive_url": URL, **settings}), epoch=1, ring=lambda: None)


def _call(company: Company, path: str, command: Command[Any], *, code: int = 1000, token: str | None = None) -> Any:
    """A call of the app that has the desk do something."""
    entry = _entry(company, "POST", path)
    entry.customer_token = token
    reply = company.submit(command, entry.id)
    _close(company, entry, {"code": code, "message": "请求成功"})
    return reply


def _operator(company: Company, path: str, command: Command[Any]) -> Any:
    """An operator's call that has the desk do something."""
    entry = company.journal.open_call("operator", "POST", f"/_mock{path}", (), company.clock.now())
    reply = company.submit(command, entry.id)
    company.journal.close_call(entry, status=200, code=None, answer=b"{}")
    return reply


def _entry(company: Company, method: str, path: str) -> CallEntry:
    return company.journal.open_call("call", method, f"/open_api_v1{path}", (), company.clock.now())


def _close(company: Company, entry: CallEntry, answer: dict[str, Any], status: int = 200) -> None:
    code: int = answer["code"]
    company.journal.close_call(entry, status=status, code=code, answer=to_json(answer))


def _answer(company: Company, status: int | None = 200) -> None:
    """The receiver answers all that is due now."""
    for order in company.take_due():
        reason = "" if status is not None else "connection refused"
        result = Result(status=status, reason=reason, answer="", seconds=0.1, is_answered=status is not None)
        company.report(order.delivery_id, order.attempt_number, result)


def _pass(company: Company, seconds: float) -> None:
    company.clock.jump(to=company.clock.now() + timedelta(seconds=seconds))
    company.wake()


def _ask(company: Company, token: str = "c-1", agent_id: int = 3) -> Any:
    return _call(company, "/im/sessions", AskForAgent(customer_token=token, agent_id=agent_id), token=token)


def _told(lines: list[Line]) -> list[tuple[str, str, str]]:
    return [(line.who, line.what, line.text) for line in lines]


def test_nothing_has_happened_at_first() -> None:
    """A new company has no story."""
    lines = story(_company())

    assert lines == []
    assert as_text(lines) == "nothing has happened yet\n"


def test_a_whole_conversation_reads_like_a_story() -> None:
    """Calls with verdicts, happenings with reasons, pushes with attempts: one line a step, columns aligned."""
    company = _company()
    _operator(company, "/agents/3", ChangeAgent(3, {"capacity": 1, "welcome": ""}))
    _pass(company, 1)
    session = _ask(company).session
    _answer(company)
    _pass(company, 2)
    _call(company, "/im/sessions", AskForAgent(customer_token="c-2", agent_id=3), code=2001, token="c-2")
    _pass(company, 3)
    said = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="m", type="message", data={"content": "我要退款"}
    )
    _call(company, "/im/messages", said)
    _operator(
        company,
        "/sessions/1001/messages",
        AgentSays(session_id=session.id, type="image", data={"content": "https://x.test/a.png"}),
    )
    _answer(company)
    _pass(company, 4)
    transferred = _operator(company, "/sessions/1001/transfer", TransferSession(session_id=session.id, agent_id=4))
    _answer(company)
    _pass(company, 5)
    _operator(company, "/sessions/1002/close", CloseSession(transferred.id, CloseType.NORMAL))
    _call(company, "/im/sessions/survey", RateSession(session_id=transferred.id, option_id=36, remark="好"))
    _answer(company)

    text = as_text(story(company))
    assert text == (
        "2026-11-22\n"
        "10:00:00  operator     POST /_mock/agents/3                Tom was changed: im_max_join_num, welcome\n"
        "10:00:01  app → udesk  POST /im/sessions                   1000 session 1001: c-1 talks to Tom\n"
        "10:00:01  udesk        customer created                    customer 1 made: c-1\n"
        "10:00:01  app ← udesk  start_session                       to c-1: “对话开始” → 200\n"
        "10:00:03  app → udesk  POST /im/sessions                   2001 c-2 queued for Tom, place 1 (Tom is full: 1 of 1)\n"
        "10:00:03  udesk        customer created                    customer 2 made: c-2\n"
        "10:00:06  app → udesk  POST /im/messages                   1000 c-1: “我要退款”\n"
        "10:00:06  operator     POST /_mock/sessions/1001/messages  Tom: [image https://x.test/a.png]\n"
        "10:00:06  app ← udesk  image                               to c-1: [image https://x.test/a.png] → 200\n"
        "10:00:10  operator     POST /_mock/sessions/1001/transfer  session 1001 → session 1002: c-1 talks to Jerry\n"
        "10:00:10  app ← udesk  transfer + message                  to c-1: “会话转接成功,客服Jerry为您服务” → 200\n"
        "10:00:10  udesk        session started                     session 1003: c-2 talks to Tom after waiting 7 s\n"
        "10:00:10  app ← udesk  start_session                       to c-2: “对话开始” → 200\n"
        "10:00:15  operator     POST /_mock/sessions/1002/close     session 1002 of c-1 with Jerry closed: normal by agent\n"
        "10:00:15  app ← udesk  close                               to c-1: “会话关闭” → 200\n"
        "10:00:15  app → udesk  POST /im/sessions/survey            1000 c-1 rated session 1002: option 36, “好”\n"
    )


def test_a_refused_call_says_why() -> None:
    """The verdict: code, message, and the journal's reason in brackets; warnings after a dot."""
    company = _company()
    entry = _entry(company, "POST", "/im/messages")
    entry.detail = "session 99 is unknown"
    entry.warnings.append("SHA-1 over three parts")
    _close(company, entry, {"code": 9200, "message": "会话不存在/会话已关闭"})

    assert [line.text for line in story(company)] == [
        "9200 会话不存在/会话已关闭 (session 99 is unknown) · SHA-1 over three parts"
    ]


def test_nobody_online_says_who_is_offline() -> None:
    """Who was made by asking is not what the call came to."""
    company = _company()
    company.submit(ChangeAgent(4, {"status": AgentStatus.OFFLINE}), None)
    entry = _entry(company, "POST", "/im/sessions")
    company.submit(AskForAgent(customer_token="c-1", agent_id=4), entry.id)
    entry.detail = "Jerry is offline"
    _close(company, entry, {"code": 2002, "message": "当前没有客服在线"})

    assert _told(story(company))[1:] == [
        ("app → udesk", "POST /im/sessions", "2002 当前没有客服在线 (Jerry is offline)"),
        ("udesk", "customer created", "customer 1 made: c-1"),
    ]


def test_a_reason_is_told_once() -> None:
    """The detail is neither repeated as a warning nor after a warning or happening that has it."""
    company = _company()
    for detail, warning in (("robots are not", "robots are not"), ("sign is wrong", "would be refused: sign is wrong")):
        entry = _entry(company, "POST", "/im/sessions")
        entry.detail = detail
        entry.warnings.append(warning)
        _close(company, entry, {"code": 2065, "message": "没有"})

    assert [line.text for line in story(company)] == [
        "2065 没有 (robots are not)",
        "2065 没有 · would be refused: sign is wrong",
    ]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"code": 1000, "status": "排队中", "count": 2}, "1000 排队中 2"),
        ({"code": 1000, "status": "未排队", "count": 0}, "1000 未排队"),
        ({"code": 1000, "status_code": 1, "status": "会话中"}, "1000 会话中"),
        (
            {
                "code": 1000,
                "agents": [
                    {"name": name, "im_status": "online", "im_session_num": 1, "im_max_join_num": 5} for name in "ABCD"
                ],
            },
            "1000 A online 1/5, B online 1/5, C online 1/5 and 1 more",
        ),
    ],
)
def test_a_question_shows_what_was_learned(answer: dict[str, Any], text: str) -> None:
    """In a few words."""
    company = _company()
    _close(company, _entry(company, "GET", "/im/status"), answer)

    assert [line.text for line in story(company)] == [text]


@pytest.mark.parametrize(
    ("method", "path", "body", "answer", "text"),
    [
        ("PATCH", "/company", {"receive_url": None}, {"subdomain": "demo"}, "settings changed: receive_url null"),
        ("PATCH", "/agents/3", {"im_status": "online"}, {"id": 3}, "nothing changed"),
        ("POST", "/sessions/1/read", {}, {"message_ids": []}, "nothing was unread"),
        ("POST", "/leave-messages/1/solve", {}, {"id": 1, "status": "solved"}, "was solved already"),
        ("POST", "/sessions", {}, {"id": 1001, "state": "open"}, "session 1001 is open already"),
        ("DELETE", "/companies/acme", {}, {"done": True}, "done"),
    ],
)
def test_an_operators_call_that_did_little_says_so(
    method: str, path: str, body: dict[str, Any], answer: dict[str, Any], text: str
) -> None:
    """Never a bare 200."""
    company = _company()
    entry = company.journal.open_call("operator", method, f"/_mock{path}", (), NOW)
    entry.body = to_json(body)
    company.journal.close_call(entry, status=200, code=None, answer=to_json(answer))

    assert [line.text for line in story(company)] == [text]


def test_a_change_tells_the_new_values() -> None:
    """As they were typed."""
    company = _company()
    entry = company.journal.open_call("operator", "PATCH", "/_mock/agents/3", (), NOW)
    entry.body = to_json({"im_max_join_num": 1, "welcome": "您好"})
    company.submit(ChangeAgent(3, {"capacity": 1, "welcome": "您好"}), entry.id)
    company.journal.close_call(entry, status=200, code=None, answer=b"{}")

    assert [line.text for line in story(company)] == ['Tom was changed: im_max_join_num 1, welcome "您好"']


def test_an_unknown_path_and_a_limit_say_their_http_status() -> None:
    """404 once, not twice; 429 too."""
    company = _company()
    _close(company, _entry(company, "GET", "/nothing"), {"code": 404, "message": "接口不存在"}, status=404)
    _close(company, _entry(company, "GET", "/im/agents"), {"code": 429, "message": "请求频率超限"}, status=429)

    assert [line.text for line in story(company)] == ["404 接口不存在", "429 请求频率超限"]


def test_a_call_in_progress_is_shown() -> None:
    """It has no verdict yet."""
    company = _company()
    _entry(company, "GET", "/im/customer_status?email=a&sign=b")

    assert _told(story(company)) == [("app → udesk", "GET /im/customer_status", "not answered yet")]


def test_each_attempt_has_its_line_and_the_next_is_still_to_come() -> None:
    """Ruling 19: 10 s after the first, 30 after the second; what is due stands last."""
    company = _company()
    _ask(company)
    _answer(company, 500)
    _pass(company, 10)
    _answer(company, None)

    lines = [line for line in story(company) if line.who == "app ← udesk"]
    assert [(line.at - NOW, line.kind, line.id) for line in lines] == [
        (timedelta(0), "push", 1),
        (timedelta(seconds=10), "push", 1),
        (timedelta(seconds=40), "due", 1),
    ]
    assert [line.text.rpartition(" → ")[2] for line in lines[:2]] == [
        "HTTP 500",
        "attempt 2: connection refused, again at 10:00:40",
    ]
    assert lines[2].text == "push 1 to c-1, attempt 3"
    assert "still to come\n10:00:40  app ← udesk" in as_text(story(company))


def test_a_resend_stands_before_the_attempt_that_it_causes() -> None:
    """The operator's call, then the new round; the attempts before stay where they were."""
    company = _company()
    _ask(company)
    _answer(company)
    entry = company.journal.open_call("operator", "POST", "/_mock/deliveries/1/resend", (), company.clock.now())
    company.resend(1, entry.id)
    company.journal.close_call(entry, status=200, code=None, answer=b"{}")
    waits = [line.text.rpartition("→ ")[2] for line in story(company)[2:]]
    _answer(company)

    assert waits == ["200", "200", "waits for its turn"]
    assert [(line.who, line.text.rpartition("→ ")[2]) for line in story(company)[2:]] == [
        ("app ← udesk", "200"),
        ("operator", "200"),
        ("app ← udesk", "attempt 2: 200"),
    ]


def test_a_push_that_found_no_url_and_is_sent_again_is_told_twice() -> None:
    """Each round has its line."""
    company = _company(receive_url=None)
    _ask(company)
    company.change_settings({"receive_url": URL}, None)
    company.resend(1, 9)
    _answer(company)

    assert [line.text.rpartition("→ ")[2] for line in story(company) if line.kind == "push"] == ["not sent", "200"]


def test_a_push_that_was_given_up_says_so() -> None:
    """The last attempt's line ends with it."""
    company = _company(push_retry_seconds=())
    _ask(company)
    _answer(company, 503)

    assert story(company)[-1].text.endswith("HTTP 503, given up")


def test_a_push_without_a_url_is_told_too() -> None:
    """Never dropped in silence."""
    company = _company(receive_url=None)
    _ask(company)

    assert story(company)[-1].text.endswith("→ not sent: receive_url is not set")


def test_a_push_behind_another_waits_for_its_turn() -> None:
    """Order per customer is kept."""
    company = _company()
    session = _ask(company).session
    _answer(company, 500)
    company.submit(AgentSays(session_id=session.id, type="message", data={"content": "还在吗"}), None)

    waiting = [line for line in story(company) if line.id == 2 and line.kind == "push"]
    assert [line.text for line in waiting] == ["to c-1: “还在吗” → waits for its turn"]


def test_timers_are_still_to_come() -> None:
    """Idle close and queue time-out with their customers."""
    company = _company(customer_idle_close_seconds=60, queue_timeout_seconds=30)
    _ask(company, "c-1")
    company.submit(ChangeAgent(4, {"status": AgentStatus.BUSY}), None)
    _ask(company, "c-2", agent_id=4)
    _answer(company)

    due = [line for line in story(company) if line.kind == "due"]
    assert [(line.at - NOW, line.what, line.text, line.session_id) for line in due] == [
        (timedelta(seconds=30), "queue timeout", "c-2", None),
        (timedelta(seconds=60), "idle close", "c-1", 1001),
    ]


def test_a_customers_story_has_only_their_part() -> None:
    """Calls, happenings, pushes and timers of one customer; refused calls with their token too."""
    company = _company(customer_idle_close_seconds=60)
    _ask(company, "c-1")
    _ask(company, "c-2")
    refused = _entry(company, "POST", "/im/messages")
    refused.customer_token = "c-2"
    _close(company, refused, {"code": 9200, "message": "x"})

    lines = story(company, customer_token="c-2")
    assert [line.kind for line in lines] == ["call", "happening", "push", "call", "due"]
    assert {line.customer_id for line in lines} == {2, None}
    assert story(company, customer_token="nobody") == []


def test_a_conversations_story_spans_its_transfers_and_no_more() -> None:
    """One stay with all its sessions; the customer's next stay is another story."""
    company = _company()
    first = _ask(company).session
    second = _operator(company, "/sessions/1001/transfer", TransferSession(session_id=first.id, agent_id=4))
    company.submit(CloseSession(second.id, CloseType.NORMAL), None)
    third = _ask(company).session

    one = story(company, session_id=first.id)
    assert one == story(company, session_id=second.id)
    assert {line.session_id for line in one} - {None} == {first.id, second.id}
    assert {line.session_id for line in story(company, session_id=third.id)} == {third.id}
    assert story(company, session_id=99) == []
    assert story(company, customer_token="c-1", session_id=third.id) == story(company, session_id=third.id)


@pytest.mark.parametrize("where", ["path", "body", "query"])
@pytest.mark.parametrize("token", ["c-1", None])
def test_a_refused_call_that_names_the_session_is_part_of_its_story(where: str, token: str | None) -> None:
    """Even after its last entry, as a message to a session that was closed (9200); somebody else's calls and other sessions' are not."""
    company = _company()
    session = _ask(company).session
    company.submit(CloseSession(session.id, CloseType.NORMAL), None)
    _ask(company, "c-2")
    before = story(company, session_id=session.id)

    def refused(number: object, who: str | None) -> None:
        path = {"path": f"/im/sessions/{number}", "query": f"/im/queue_status?im_sub_session_id={number}"}
        entry = _entry(company, "POST", path.get(where, "/im/messages"))
        entry.body = to_json({"im_sub_session_id": number}) if where == "body" else b""
        entry.customer_token = who
        _close(company, entry, {"code": 9200, "message": "对话已结束"})

    refused(session.id, token)
    refused(session.id, "c-2")
    refused(session.id + 1, token)
    refused("x", token)
    told = story(company, session_id=session.id)

    assert told[:-1] == before
    assert told[-1].text == "9200 对话已结束"


def test_a_text_has_no_power_over_the_terminal() -> None:
    """Controls and overrides of the direction are written out; as JSON they stay what they are."""
    company = _company()
    session = _ask(company).session
    data = {"content": "\x1b[31m红\u202e\x07"}
    company.submit(AgentSays(session_id=session.id, type="message", data=data), None)
    company.journal.fault(NOW, None, "two\nlines", "trace")

    lines = story(company)
    text = as_text(lines)
    assert "“\\x1b[31m红\\u202e\\x07”" in text
    assert text.splitlines()[-1].endswith("fault                    two\\nlines")
    assert any("“\x1b[31m红\u202e\x07”" in row["text"] for row in as_json(lines))


def test_an_operators_look_is_no_step() -> None:
    """Settling, signing and waiting tell nothing; advancing the clock does."""
    company = _company()
    for path in ("/_mock/settle", "/_mock/sign", "/c/acme/_mock/await"):
        entry = company.journal.open_call("operator", "POST", path, (), NOW)
        company.journal.close_call(entry, status=200, code=None, answer=b"{}")
    entry = company.journal.open_call("operator", "POST", "/c/acme/_mock/clock/advance", (), NOW)
    answer = to_json({"now": "2026-11-22T10:00:30.000+08:00", "rate": 0, "upcoming": []})
    company.journal.close_call(entry, status=200, code=None, answer=answer)

    assert _told(story(company)) == [("operator", "POST /_mock/clock/advance", "it is 10:00:30")]


def test_an_operators_mistake_is_told() -> None:
    """With the words of the error."""
    company = _company()
    entry = company.journal.open_call("operator", "POST", "/_mock/sessions", (), NOW)
    answer = to_json({"error": {"code": "conflict", "message": "Tom is offline", "hint": ""}})
    company.journal.close_call(entry, status=409, code=None, answer=answer)

    assert [line.text for line in story(company)] == ["409 Tom is offline"]


def test_a_fault_of_ours_is_told() -> None:
    """Never hidden."""
    company = _company()
    company.journal.fault(NOW, None, "ZeroDivisionError: division by zero", "trace")

    assert _told(story(company)) == [("mock-udesk", "fault", "ZeroDivisionError: division by zero")]


def test_a_new_day_stands_on_a_line_of_its_own() -> None:
    """Beijing days."""
    company = _company()
    _ask(company)
    _pass(company, 86_400)
    company.submit(CloseSession(1001, CloseType.FORCE), None)

    days = [line for line in as_text(story(company)).splitlines() if len(line) == 10]
    assert days == ["2026-11-22", "2026-11-23"]


def test_columns_are_aligned_where_chinese_takes_two() -> None:
    """A Chinese character is as wide as two Latin ones."""
    lines = [
        Line(at=NOW, who="小明", what="a", text="one", kind="happening", id=1),
        Line(at=NOW, who="Tom", what="b", text="two", kind="happening", id=2),
    ]

    assert as_text(lines) == "2026-11-22\n10:00:00  小明  a  one\n10:00:00  Tom   b  two\n"


def test_a_long_text_is_cut() -> None:
    """A message's words stay on one line."""
    company = _company()
    session = _ask(company).session
    data = {"content": "好\n" * 500}
    company.submit(AgentSays(session_id=session.id, type="message", data=data), None)

    line = story(company)[-1]
    assert "\n" not in line.text
    assert line.text.startswith("to c-1: “好 好")
    assert len(line.text) < 100


def test_json_has_the_same_steps() -> None:
    """Plain values, moments in ISO 8601."""
    company = _company()
    _ask(company)
    rows = from_json(to_json(as_json(story(company))))

    assert [(row["who"], row["what"], row["text"]) for row in rows] == _told(story(company))
    assert rows[0]["at"] == "2026-11-22T10:00:00.000+08:00"
    assert set(rows[0]) == {"at", "who", "what", "text", "kind", "id", "entry_id", "customer_id", "session_id"}


# -- robots -------------------------------------------------------------------------------------------------------------

UROBOT: dict[str, Any] = {"customer_token": "c-1", "robot_id": 2, "scene_id": 114}
# A short knowledge, so that the story is easy to read.
KNOWLEDGE = Knowledge(
    questions=(
        Question(id=1, title="怎么退货", answer="<p>七天内</p>", keywords=("退",)),
        Question(id=2, title="退款多久", answer="三天", keywords=("退",)),
    ),
    small_talk=(SmallTalk(title="你好", answer="您好"),),
    flows=(Flow(id=81, title="退换货", items=(FlowItem(text="退", question_id=1),)),),
    unknown="<p>不知道</p>",
)


def _with_robots() -> Company:
    company = _company()
    # Past the journal: that they are changed is no part of the story.
    company.desk.handle(ChangeRobot(1, {"name": "小二", "knowledge": KNOWLEDGE}), NOW)
    company.desk.handle(ChangeUrobot(2, {"top_asks": (), "knowledge": KNOWLEDGE}), NOW)
    return company


def _ask_robot(company: Company, message_id: str, text: str, token: str = "c-1") -> None:
    asked = AskRobot(customer_token=token, message_id=message_id, data={"content": text})
    _call(company, "/im/messages", asked, token=token)


def test_a_talk_with_a_robot_reads_like_a_conversation() -> None:
    """One line a call: what was asked, what the robot answered, and why; HTML is left out."""
    company = _with_robots()
    _call(company, "/im/sessions", TalkToRobot(customer_token="c-1"), token="c-1")
    _ask_robot(company, "m-1", "怎么退货？")
    _answer(company)
    _pass(company, 1)
    _ask_robot(company, "m-2", "退")
    _answer(company)

    assert as_text(story(company)) == (
        "2026-11-22\n"
        "10:00:00  app → udesk  POST /im/sessions  1000 talk 23702: c-1 talks to robot 小二\n"
        "10:00:00  udesk        customer created   customer 1 made: c-1\n"
        "10:00:00  app → udesk  POST /im/messages  1000 c-1: “怎么退货？”; 小二: “七天内” (question 1 “怎么退货”: exact)\n"
        "10:00:00  app ← udesk  robot answer       to c-1: “七天内” → 200\n"
        "10:00:01  app → udesk  POST /im/messages  1000 c-1: “退”; 小二: “不知道” (questions 1, 2 share the keywords 退)\n"
        "10:00:01  app ← udesk  robot answer       to c-1: “不知道” → 200\n"
    )


@pytest.mark.parametrize("shape", ["object", "list"])
def test_a_talk_with_a_urobot_reads_like_one_too(shape: str) -> None:
    """Suggestions without a text, a flow, a click, and the ratings; the same in both shapes of the push."""
    company = _with_robots()
    company.change_settings({"urobot_messages": shape}, None)
    talk = _call(company, "/im/sessions", TalkToUrobot(**UROBOT)).talk
    _call(company, "/im/messages", AskUrobot(**UROBOT, data={"content": "退"}))
    _answer(company)
    _call(company, "/im/messages/flow", WalkFlow(**UROBOT, talk_id=talk.id, flow_id=81))
    _answer(company)
    answer = _call(company, "/im/messages/hit", ClickQuestion(**UROBOT, talk_id=talk.id, question_id=2))
    _answer(company)
    for is_useful in (True, False):
        rating = RateAnswer(**UROBOT, answer_id=answer.id, is_useful=is_useful, talk_id=talk.id)
        _call(company, "/im/messages/answer_survey", rating)
    _call(company, "/im/sessions/robot_survey", RateTalk(**UROBOT, talk_id=talk.id, option_id=2, remark="好"))
    _call(company, "/im/sessions/transfer_survey", ReportTransfer(session_id=talk.id, robot_id=2, scene_id=114))

    assert [(line.what, line.text) for line in story(company) if line.what != "customer created"] == [
        ("POST /im/sessions", "1000 talk 23702: c-1 talks to urobot 默认机器人"),
        (
            "POST /im/messages",
            "1000 c-1: “退”; 默认机器人 suggests questions (questions 1, 2 share the keywords 退)",
        ),
        ("urobot answer", "to c-1: suggests “怎么退货”, “退款多久” → 200"),
        ("POST /im/messages/flow", "1000 c-1 clicks “退换货”; 默认机器人: “退换货” (clicked)"),
        ("urobot answer", "to c-1: “退换货”, flow 81 → 200"),
        ("POST /im/messages/hit", "1000 c-1 clicks “退款多久”; 默认机器人: “三天” (clicked)"),
        ("urobot answer", "to c-1: “三天” → 200"),
        ("POST /im/messages/answer_survey", f"1000 c-1 found answer {answer.id} of 默认机器人 useful"),
        ("POST /im/messages/answer_survey", f"1000 c-1 found answer {answer.id} of 默认机器人 not useful"),
        ("POST /im/sessions/robot_survey", "1000 c-1 rated 默认机器人: option 2, “好”"),
        ("POST /im/sessions/transfer_survey", "1000 the app reported that c-1 asked 默认机器人 for a person"),
    ]


def test_a_question_without_its_call_has_lines_of_its_own() -> None:
    """As when a scenario's step or a dropped entry is its cause."""
    company = _with_robots()
    company.submit(AskRobot(customer_token="c-1", message_id="m-1", data={"content": "你好"}), None)
    company.submit(RemoveUrobot(3), None)

    assert [(line.what, line.text) for line in story(company) if line.kind == "happening"] == [
        ("customer created", "customer 1 made: c-1"),
        ("robot talk", "talk 23702: c-1 talks to robot 小二"),
        ("robot question", "c-1: “你好”"),
        ("robot answer", "小二: “您好” (small talk “你好”: exact)"),
        ("robots changed", "urobot 3 测试 was removed"),
    ]


def test_a_robot_that_is_gone_is_told_by_the_name_it_had() -> None:
    """Its talks stay in the history."""
    company = _with_robots()
    company.submit(AskUrobot(**UROBOT, data={"content": "你好"}), None)
    company.submit(RemoveUrobot(2), None)

    assert [line.text for line in story(company) if line.what == "robot answer"] == [
        "默认机器人: “您好” (small talk “你好”: exact)"
    ]


def test_a_changed_robot_is_told_like_changed_staff() -> None:
    """With the new values where the call is known, cut where they are long."""
    company = _with_robots()
    _operator(company, "/robots", AddRobot({"name": "小三"}))
    entry = company.journal.open_call("operator", "PATCH", "/_mock/robots/1", (), NOW)
    entry.body = to_json({"name": "小四"})
    company.submit(ChangeRobot(1, {"name": "小四"}), entry.id)
    company.journal.close_call(entry, status=200, code=None, answer=b"{}")
    _operator(company, "/robots/1", ChangeRobot(1, {"welcome": "你好"}))

    assert [line.text for line in story(company)] == [
        "robot 2 小三 was added",
        'robot 1 小四 was changed: name "小四"',
        "robot 1 小四 was changed: welcome",
    ]


def test_a_sessions_story_begins_with_the_robot() -> None:
    """The robot part of its stay belongs to it, the pushes too though they have no session; the next stay with the same talk does not."""
    company = _with_robots()
    talk = _call(company, "/im/sessions", TalkToUrobot(**UROBOT), token="c-1").talk
    _call(company, "/im/messages", AskUrobot(**UROBOT, data={"content": "怎么退货"}), token="c-1")
    _ask_robot(company, "x-1", "你好", token="c-2")
    session = _ask(company).session
    company.submit(CloseSession(session.id, CloseType.NORMAL), None)
    again = AskUrobot(**UROBOT, data={"content": "你好"}, talk_id=talk.id)
    _call(company, "/im/messages", again, token="c-1")
    later = _ask(company).session

    one, two = story(company, session_id=session.id), story(company, session_id=later.id)
    assert [(line.what, line.session_id) for line in one] == [
        ("POST /im/sessions", None),
        ("POST /im/messages", None),
        ("urobot answer", None),
        ("POST /im/sessions", session.id),
        ("start_session + message", session.id),
        ("session closed", session.id),
        ("close", session.id),
    ]
    assert [(line.what, line.text.partition("”")[0]) for line in two[:2]] == [
        ("POST /im/messages", "1000 c-1: “你好"),
        ("urobot answer", "to c-1: “您好"),
    ]
    assert {line.customer_id for line in one} == {1}


def test_a_talk_rated_after_its_stay_is_part_of_the_story() -> None:
    """Then there is no stay to carry: the talk tells whose it is."""
    company = _with_robots()
    talk = _call(company, "/im/sessions", TalkToUrobot(**UROBOT), token="c-1").talk
    session = _ask(company).session
    company.submit(CloseSession(session.id, CloseType.NORMAL), None)
    _call(company, "/im/sessions/robot_survey", RateTalk(**UROBOT, talk_id=talk.id, option_id=2))
    other = _ask(company, "c-2").session

    assert story(company, session_id=session.id)[-1].text == "1000 c-1 rated 默认机器人: option 2"
    assert "rated" not in as_text(story(company, session_id=other.id))


def test_what_is_still_to_come_of_a_robot_is_in_the_sessions_story() -> None:
    """A retry of its answer."""
    company = _with_robots()
    _ask_robot(company, "m-1", "怎么退货")
    _answer(company, 500)
    session = _ask(company).session

    assert [(line.kind, line.text) for line in story(company, session_id=session.id)][-1] == (
        "due",
        "push 1 to c-1, attempt 2",
    )


def test_a_structured_message_is_told_by_its_title() -> None:
    """It has no content."""
    company = _company(struct_to_api_customers=True)
    session = _ask(company).session
    sent = SendStruct(
        session_id=session.id, customer_id=session.customer_id, agent_id=3, data={"title": "优惠券", "buttons": []}
    )
    _call(company, "/im/sessions/struct_messages", sent)

    assert [line.text for line in story(company)[-2:]] == [
        "1000 Tom: [struct 优惠券]",
        "to c-1: [struct 优惠券] → waits for its turn",
    ]
