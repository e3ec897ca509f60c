"""The demo and its app server: the whole conversation, told the same way each time, and stopped at the first wrong step."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from mock_udesk import demo
from mock_udesk.demo import play
from mock_udesk.demo.page import Page, section_of
from mock_udesk.demo.wire import Wire
from mock_udesk.options import Options
from mock_udesk.sample_app import Call, Chat, Received, SampleApp, Traffic

from .test_cli import Program, run

OPTIONS = Options(
    host="127.0.0.1",
    port=0,
    subdomain="demo",
    email="admin@demo.test",
    password="password",
    token="a token",
    secret="secret",
    receive_url=None,
    h5_push_url=None,
    seed=0,
    now=None,
    rate=1.0,
    auth="strict",
    limits="endpoint",
    control="loopback",
    control_token="for operators",
    drain_seconds=0.5,
    log_format="text",
)


async def played(*, is_verbose: bool = False, has_colour: bool = False) -> tuple[int, list[str]]:
    lines: list[str] = []
    code = await demo.run(
        OPTIONS, is_once=True, is_verbose=is_verbose, has_colour=has_colour, write=lambda line: lines.append(line)
    )
    return code, lines


def without_header(lines: list[str]) -> list[str]:
    return [line for line in lines if "http://127.0.0.1" not in line]


# -- the play ------------------------------------------------------------------------------------------------------------


async def test_every_step_of_the_flow_chart_is_seen() -> None:
    """Doc: §交互图; the robot, its flow, hand-over, queue, transfer with its new session id, read status, close, survey and records besides."""
    code, lines = await played()
    text = "\n".join(lines)

    assert code == 0
    assert sum("✓" in line for line in lines) == 15
    for happening in (
        "会话 23702, 默认机器人",
        "push: urobot, ansType 2, 3 suggestions",
        "POST /im/messages/hit  1000",
        "问题评价(仅限urobot使用)",
        "push: urobot, ansType 1, flow 84",
        "push: urobot, ansType 6",
        "POST /im/sessions/transfer_survey  1000, success",
        "会话 1001, Tom",
        "push: robot, question_id 210530",
        "2001, 当前客服正繁忙,您排在第1位。",
        "排队中 1",
        "push: read",
        "push: image",
        "push: transfer, 会话 1002",
        "会话转接成功,客服Jerry为您服务",
        "push: start_session, 会话 1003",
        "push: close (normal), with survey_options",
        "1000, 感谢您的评价",
        "GET /im/sessions/search  status 0, 3 of 3 rows",
        "✓ 2 sessions, 15 lines: word for word what was said, in its order",
    ):
        assert happening in text


async def test_the_story_is_the_same_each_time_and_ports_stand_in_the_header_alone() -> None:
    """Times come from the company's clock, which stands still while the demo plays."""
    (_, first), (_, second) = await played(is_verbose=True), await played(is_verbose=True)

    assert without_header(first) == without_header(second)
    assert len(first) - len(without_header(first)) == 3


async def test_the_wire_is_one_flag_away() -> None:
    """-v: method, path, body and answer of each call, and the body of each push."""
    _, lines = await played(is_verbose=True)
    bare = [line.strip() for line in lines]

    asked = bare.index('> {"customer_token":"li","assign_type":"agent","agent_id":3}')
    assert bare[asked - 1].startswith("> POST /open_api_v1/im/sessions?email=")
    assert json.loads(bare[asked + 1].removeprefix("< 200 "))["code"] == 2001
    read = bare.index("< POST /udesk/receive", bare.index("8  Tom reads, and answers with a picture"))
    assert json.loads(bare[read + 1].removeprefix("< ")) == {"session_id": 1001, "message_ids": ["wang-4"]}
    assert bare[read + 2] == "> 200"


async def test_what_is_long_and_says_nothing_new_is_left_out_and_that_is_said_once() -> None:
    """-v: nulls of customers, and a survey that was shown before; the rest of a body stays as it is."""
    _, lines = await played(is_verbose=True)
    bare = [line.strip() for line in lines]

    surveys = [line for line in bare if line.startswith("<") and '"survey_options"' in line]
    whole = json.loads(surveys[0].removeprefix("< 200 "))["assign_info"]["survey_options"]
    customers = [
        json.loads(line.removeprefix("< 200 "))["customer"]
        for line in bare
        if line.startswith('< 200 {"code":1000,"customer"')
    ]
    notes = [line for line in bare if line.startswith("#")]
    assert [option["text"] for option in whole["options"]][:2] == ["非常满意", "满意"]
    assert ["会话关闭" in line for line in surveys] == [False, True, True]
    assert [line.endswith('"content":"会话关闭","survey_options":{…}}}]}') for line in surveys[1:]] == [True, True]
    assert [(row["id"], row["nick_name"], row["is_blocked"], None in row.values()) for row in customers] == [
        (1, "小王", False, False),
        (2, "小李", False, False),
    ]
    assert len(notes) == 3
    assert notes[0].startswith("# customer, here and below, without its fields that are null: ")
    assert notes[1] == "# survey_options, here and below: {…} stands for the same as shown whole above"
    assert notes[2].startswith("# row of item, here and below, without its fields that are null: ")
    # The greeting's frequent questions, the first survey, the rows of the search and of each log: nothing of them was shown before.
    heads = [
        next(name for name in ("topAsk", "survey_options", "item") if f'"{name}"' in line)
        for line in lines
        if len(line) > 800
    ]
    assert heads == ["topAsk", "survey_options", "item", "item", "item"]


def test_a_survey_that_is_another_is_shown_whole() -> None:
    """Only what was shown is left out."""
    wire = Wire()
    bodies = [{"survey_options": {"title": title}} for title in ("a", "a", "b", "b", "a")]

    shown = [wire.told(body)[0] for body in bodies]

    whole = ['{"survey_options":{"title":"a"}}', '{"survey_options":{"title":"b"}}']
    assert shown == [whole[0], '{"survey_options":{…}}', whole[1], '{"survey_options":{…}}', whole[0]]


async def test_the_lines_stand_in_the_order_of_what_happened() -> None:
    """Who acts is said before the call, a message goes over the wire before it is read, and each push follows what caused it."""
    _, lines = await played(is_verbose=True)
    bare = [" ".join(line.split()) for line in lines]

    def after(start: str, *heads: str) -> list[str]:
        step = bare[bare.index(start) + 1 :]
        step = step[: next(index for index, line in enumerate(step) if line.startswith("✓"))]
        return [head for line in step for head in heads if head in line]

    told = ("POST /im/messages 1000", "push: read", "push: message")
    assert after("11 小王 goes on with Jerry in the new session", *told) == list(told)
    assert after("12 Jerry closes, and 小王 rates", "push: close", "POST /im/sessions/survey 1000") == [
        "push: close",
        "POST /im/sessions/survey 1000",
    ]


async def test_colours_are_for_terminals() -> None:
    """The same words with and without."""
    (_, plain), (_, coloured) = await played(), await played(has_colour=True)

    assert "\x1b" not in "".join(plain)
    assert "\x1b[36m" in "".join(coloured)
    assert len(plain) == len(coloured)


async def test_a_step_that_went_wrong_is_named_with_what_was_expected_and_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here the app does not follow a transfer to the new session."""
    follow = SampleApp._follow

    def deaf(self: SampleApp, chat: Chat, message: dict[str, Any]) -> None:
        if message["type"] != "transfer":
            follow(self, chat, message)

    monkeypatch.setattr(SampleApp, "_follow", deaf)

    code, lines = await played()

    assert code == 1
    wrong = next(index for index, line in enumerate(lines) if "✗" in line)
    assert lines[wrong : wrong + 3] == [
        "    ✗ step 10 (Tom hands 小王 over to Jerry; 小李 moves up): whether the session is a new one",
        "      expected  True",
        "      seen      False",
    ]
    assert not [line for line in lines if line.startswith("11 ")]


async def test_a_step_that_breaks_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the demo asks for somebody whom the file does not have."""
    monkeypatch.setattr(play, "TOM", 99)

    code, lines = await played()

    assert code == 1
    assert "    ✗ step 1 (A scenario file plays the agents): the step itself" in lines
    assert any("Refused: GET /_mock/agents/99 answered 404" in line for line in lines)


# -- as a program --------------------------------------------------------------------------------------------------------


def test_once_ends_with_0_and_without_colours_in_a_pipe() -> None:
    """What `make demo` runs."""
    result = run("demo", "--once", "--port", "0", MOCK_UDESK_RECEIVE_URL="http://127.0.0.1:9/")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "\x1b" not in result.stdout
    assert result.stdout.rstrip().endswith("all answered, all delivered, no problem, no rule unused")
    assert result.stderr == ("mock-udesk demo: http://127.0.0.1:9/ is passed over: pushes go to the demo's own app\n")


def test_without_once_it_stays_up_and_shows_what_comes() -> None:
    """How to go on is printed, and works; a signal ends it with 0."""
    with Program("demo", "--port", "0") as program:
        hint = program.until(lambda line: line.startswith("    mock-udesk call POST /im/sessions"))
        base = hint.rpartition("--base ")[2]
        asked = run(
            "call", "POST", "/im/sessions", "-d", '{"customer_token":"zhang","assign_type":"agent"}', "--base", base
        )
        shown = program.until(lambda line: "push: start_session" in line)
        question = '{"customer_token":"zhang","im_sub_session_id":0,"message_id":"z-1","data":{"content":"怎么退货"}}'
        run("call", "POST", "/im/messages", "-d", question, "--base", base)
        program.until(lambda line: "push: robot, question_id" in line)
        code, _, stderr, _ = program.end(signal.SIGINT)

    assert json.loads(asked.stdout)["code"] == 1000
    assert f"会话 {json.loads(asked.stdout)['assign_info']['im_sub_session_id']}" in shown
    assert (code, stderr) == (0, "")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("0", "The mock stays up, and its clock stands still (rate 0). "),
        ("1", "The mock stays up, and time runs. "),
        ("60", "The mock stays up, and time runs 60 times as fast as real time. "),
    ],
)
def test_it_says_how_time_goes_on(rate: str, said: str) -> None:
    """--rate is for the time after the play; a signal then ends the demo with one line."""
    with Program("demo", "--port", "0", "--rate", rate) as program:
        line = program.until(lambda line: line.startswith("The mock stays up"))
        program.until(lambda line: "timeline" in line)
        code, left, stderr, _ = program.end(signal.SIGINT)

    assert line.startswith(said)
    assert any("/_mock/clock/advance" in line for line in left) == (rate == "0")
    assert (code, left[-1], stderr) == (0, "stopped", "")


@pytest.mark.parametrize(("is_once", "expected"), [(True, 1), (False, 0)])
async def test_ctrl_c_in_the_play_ends_with_one_line(
    monkeypatch: pytest.MonkeyPatch, is_once: bool, expected: int
) -> None:
    """Here in the midst of step 6, which never ends by itself."""

    async def forever(self: play.Play) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(play.Play, "_wang_gets_tom", forever)
    lines: list[str] = []

    async with asyncio.timeout(20):
        code = await demo.run(OPTIONS, is_once=is_once, is_verbose=False, has_colour=False, write=lines.append)

    assert code == expected
    assert lines[-2:] == [" 6  小王 wants a person, and gets Tom", "stopped before the play was over"]


# -- the app server ------------------------------------------------------------------------------------------------------


class App:
    """A sample app without Udesk, and a way to push to it."""

    def __init__(self) -> None:
        self.traffic: list[Traffic] = []
        self.app = SampleApp(udesk_url="http://127.0.0.1:9", email="e", token="t", notice=self.traffic.append)

    async def gets(self, body: object) -> tuple[int, bytes]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with ClientSession() as client, client.post(self.app.url, data=raw) as response:
            return response.status, await response.read()


@pytest.fixture
async def app() -> AsyncIterator[App]:
    app = App()
    await app.app.start()
    yield app
    await app.app.stop()


def push(*messages: tuple[str, str, int, str]) -> dict[str, Any]:
    rows = [
        {"message_id": number, "type": kind, "im_sub_session_id": session, "data": {"content": content}}
        for number, kind, session, content in messages
    ]
    return {"customer_token": "c-1", "assign_type": "agent", "messages": rows}


async def test_a_push_is_answered_with_an_empty_200(app: App) -> None:
    """Doc: §回复消息通知."""
    assert await app.gets(push(("m-1", "message", 7, "您好"))) == (200, b"")


async def test_a_push_that_comes_twice_is_shown_once(app: App) -> None:
    """Pushes come at least once (contract §5.1): message_id tells."""
    body = push(("m-1", "start_session", 7, "对话开始"), ("m-2", "message", 7, "您好"))

    answers = [await app.gets(body), await app.gets(body)]

    chat = app.app.chats["c-1"]
    assert answers == [(200, b""), (200, b"")]
    assert [message["message_id"] for message in chat.screen] == ["m-2"]
    assert [len(item.fresh) for item in app.traffic if isinstance(item, Received)] == [2, 0]


@pytest.mark.parametrize("is_list", [False, True])
async def test_a_urobots_answer_comes_as_an_object_or_as_a_list_of_one(app: App, is_list: bool) -> None:
    """Doc: §回复消息通知: the example has an object, the table a list. logId tells a push that comes twice."""
    answer = {"sessionId": 1, "logId": 7, "ansType": 6, "ansContent": "?", "suggestQuestionList": []}
    body = {"customer_token": "c-1", "assign_type": "urobot", "messages": [answer] if is_list else answer}

    answers = [await app.gets(body), await app.gets(body)]

    assert answers == [(200, b""), (200, b"")]
    assert app.app.chats["c-1"].robot_says == answer
    assert [len(item.fresh) for item in app.traffic if isinstance(item, Received)] == [1, 0]


async def test_what_goes_wrong_with_a_reaction_is_raised_however_early(app: App) -> None:
    """A rating that can't be handed in must not vanish; here the survey has no such option."""
    app.app.ratings["c-1"] = ("unheard of", "")
    close = push(("m-1", "close", 7, "会话关闭"))
    close["messages"][0]["data"]["survey_options"] = {"options": []}
    await app.gets(close)
    while app.app._reactions:
        await asyncio.wait(app.app._reactions)

    with pytest.raises(KeyError, match="unheard of"):
        await app.app.idle()


async def test_a_transfer_is_followed_to_the_new_session(app: App) -> None:
    """Doc: §消息内容格式, transfer: 客户需要修改im_sub_session_id 为新的."""
    await app.gets(push(("m-1", "start_session", 7, "对话开始")))
    await app.gets(push(("m-2", "transfer", 8, "会话转接")))

    assert app.app.chats["c-1"].session_id == 8


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"customer_token": 1}', {"session_id": 5, "message_ids": ["x"]}])
async def test_what_is_no_push_is_refused(app: App, body: object) -> None:
    """Whoever sends it sees so at once."""
    assert (await app.gets(body))[0] == 400


# -- the page ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "section"),
    [
        ("POST", "/im/messages", "发送消息"),
        ("DELETE", "/im/sessions/1001", "关闭会话"),
        ("GET", "/im/sessions/search", "会话记录"),
        ("GET", "/im/sessions/log", "会话记录"),
        ("GET", "/nowhere", ""),
    ],
)
def test_a_call_is_shown_with_what_it_is_about(method: str, path: str, section: str) -> None:
    """The document's section; the records, which it has not, by what they are."""
    assert section_of(method, path) == section


def test_an_answer_that_is_not_json_is_shown_by_its_status() -> None:
    """A proxy in between may answer anything."""
    lines: list[str] = []
    page = Page(lines.append, names={}, has_colour=False, is_verbose=False)
    call = Call(
        customer="c", method="POST", path="/nowhere", body=None, status=502, answer={"text": "…"}, is_reaction=False
    )

    page.traffic("10:00:00", call)

    assert lines == [f"    10:00:00    app → Udesk  {' ' * 38}  POST /nowhere  HTTP 502"]
