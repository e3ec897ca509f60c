"""`play`: a dry run of a scenario, told as a timeline."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.options.scenarios import load_scenario
from mock_udesk.server.app import Server, ServerOptions

from ..integrator import Udesk
from ..receiver import Receiver
from ..test_cli import run
from .here import run_here

REFUND = """
scenario: refund
company:
  agents: [{id: 3, name: Tom, welcome: "您好"}]
rules:
  - name: greeting
    on: session_started
    do:
      - wait: 1500ms
      - reply: "{{ customer.nick_name }},我是{{ agent.name }},{{ fake.name() }}让我来的"
  - name: refund
    on: message
    match: {text: 退款}
    do:
      - read
      - wait: 2s
      - reply: {type: image, content: "https://example.com/a.png"}
      - transfer: Jerry
      - wait_for: {on: message, within: 10m, else: [reply: 还在吗]}
      - reply: "{{ message.text }}收到"
      - push: {messages: [], customer_token: "{{ customer.customer_token }}"}
      - invite_survey
      - wait: 5s
      - close: normal
  - on: session_closed
    do:
      - wait_for: {on: survey, within: 2d}
"""


def written(folder: Path, text: str) -> str:
    path = folder / "refund.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def rows(timeline: str) -> list[str]:
    """Time and text of what agents said and customers called."""
    return [line for line in timeline.splitlines() if "agent message" in line or "app → udesk" in line]


async def test_the_timeline_is_that_of_a_real_run_byte_for_byte(
    tmp_path: Path,
    founding: Founding,
    start_server: Callable[[ServerOptions], "asyncio.Future[Server]"],
    receiver: Receiver,
    h5: Receiver,
) -> None:
    """The same calls on a real server whose clock stands still, made by hand, with a receiver of another kind: one text."""
    path = written(tmp_path, REFUND)
    words = ("play", path, "--name", "小王", "--say", "我要退款", "--say", "订单 1", "--say", "/rate 满意 谢谢")
    played = await asyncio.to_thread(run, *words)

    server = await start_server(ServerOptions(founding=replace(founding, scenario=load_scenario([path], None))))
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:

        async def says(number: int, text: str) -> None:
            open_now = (await udesk.operator("GET", "/sessions?status=open")).body["sessions"]
            message = {"customer_token": "c-1", "im_sub_session_id": open_now[0]["id"], "message_id": f"hand-{number}"}
            await udesk.call("POST", "/im/messages", json={**message, "type": "message", "data": {"content": text}})

        await udesk.call("POST", "/customers", json={"customer": {"nick_name": "小王", "open_api_token": "c-1"}})
        await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})
        await udesk.advance(1.5)
        await says(1, "我要退款")
        await udesk.advance(2)
        await says(2, "订单 1")
        await udesk.advance(5)
        sessions = (await udesk.operator("GET", "/sessions")).body["sessions"]
        rating = {"im_sub_session_id": max(row["id"] for row in sessions), "option_id": 37, "remark": "谢谢"}
        await udesk.call("POST", "/im/sessions/survey", json=rating)
        await udesk.advance(86_400)
        real = await udesk.operator("GET", "/timeline?as=text&customer_token=c-1")

    assert (played.returncode, played.stderr) == (0, "")
    assert played.stdout == real.raw.decode()
    assert "订单 1收到" in played.stdout
    assert "满意" in played.stdout or "option 37" in played.stdout


def test_the_text_is_the_same_in_every_process_and_has_no_trace_of_the_machine(tmp_path: Path) -> None:
    """Whatever the hash seed: no ports, no durations."""
    path = written(tmp_path, REFUND)
    words = ("play", path, "--customers", "3", "--agent", "Tom", "--say", "我要退款", "--say", "好")

    one, other = (run(*words, PYTHONHASHSEED=seed) for seed in ("1", "2"))

    assert one.returncode == other.returncode == 0
    assert one.stdout == other.stdout
    assert "127.0.0.1" not in one.stdout
    assert " ms" not in one.stdout


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    """--seed, as for serve; --now is where the clock begins."""
    path = written(tmp_path, REFUND)

    first, same, other = (
        run_here("play", path, "--seed", seed, "--now", "2030-01-01T00:00:00+08:00").stdout for seed in ("7", "7", "8")
    )

    assert first == same
    assert first != other
    assert first.startswith("2030-01-01\n00:00:00  ")


def test_a_line_waits_for_all_that_needs_no_customer_and_the_end_is_a_day_later(tmp_path: Path) -> None:
    """Each --say is sent when nothing more is due but runs that wait for the customer."""
    path = written(tmp_path, REFUND)

    lines = run_here("play", path, "--say", "我要退款").stdout.splitlines()

    said = [line.split()[0] for line in lines if "POST /im/messages" in line]
    assert said == ["10:00:01"]
    assert [line.split()[0] for line in lines if "还在吗" in line] == ["10:10:03", "10:10:03"]


def test_after_a_pause_the_next_line_comes_at_once_whatever_is_due(tmp_path: Path) -> None:
    """/wait: a customer who does not wait for an answer."""
    path = written(tmp_path, REFUND)

    told = run_here("play", path, "--say", "/wait 1s", "--say", "我要退款", "--say", "/wait 0s", "--say", "快点").stdout

    first, second = (line for line in told.splitlines() if "POST /im/messages" in line)
    assert (first[:8], second[:8]) == ("10:00:01", "10:00:01")
    assert told.index("快点") < told.index("我是Tom")


def test_who_speaks_after_the_end_begins_anew_and_who_finds_nobody_leaves_a_message(tmp_path: Path) -> None:
    """As an app would do it; /leave ends a session or gives up a queue."""
    path = written(tmp_path, "company: {agents: [{id: 4, name: Jerry, im_status: offline}]}")
    alone = written(tmp_path / "..", "company: {agents: [{id: 4, im_status: offline}, {id: 3, im_status: offline}]}")
    full = "company: {agents: [{id: 4, im_status: offline}, {id: 3, im_max_join_num: 0}]}"

    again = run_here("play", path, "--say", "/leave", "--say", "在吗").stdout
    nobody = run_here("play", alone, "--say", "在吗").stdout
    queued = run_here("play", written(tmp_path, full), "--say", "在吗", "--say", "/leave").stdout

    assert [line.split("→ udesk  ")[1][:24].rstrip() for line in rows(again)] == [
        "POST /im/sessions",
        "DELETE /im/sessions/1001",
        "POST /im/sessions",
        "POST /im/messages",
    ]
    assert "left a message" in nobody
    assert "DELETE /im/sessions/close_queue" in queued


@pytest.mark.parametrize(("option", "answered"), [("--robot", "robot answer"), ("--urobot=2", "urobot answer")])
def test_lines_go_to_the_robot_until_an_agent_is_asked_for(tmp_path: Path, option: str, answered: str) -> None:
    """/agent says when; without it that comes last."""
    path = written(tmp_path, "rules: [{on: message, do: [reply: 好的]}]")

    last = run_here("play", path, option, "--say", "怎么退货").stdout
    first = run_here("play", path, option, "--say", "怎么退货", "--say", "/agent", "--say", "真人吗").stdout

    assert last.index("怎么退货") < last.index(answered) < last.index("session 1001: c-1 talks to Tom")
    assert first.index(answered) < first.index("session 1001") < first.index("真人吗") < first.index("Tom: “好的”")


def test_the_customer_is_who_the_options_say(tmp_path: Path) -> None:
    """--token, --name, --level, --agent, --group; a customer of the file's is changed, not made again."""
    rules = "rules: [{on: session_started, do: [reply: '{{ customer.level }} {{ customer.nick_name }}']}]"
    path = written(tmp_path, f"company: {{customers: [{{customer_token: wang, nick_name: 王}}]}}\n{rules}")

    known = run_here("play", path, "--token", "wang", "--level", "vip", "--agent", "Jerry").stdout
    fresh = run_here("play", path, "--token", "li", "--name", "李", "--level", "vip", "--group", "售后").stdout

    assert "PUT /customers/update_customer" in known
    assert "Jerry: “vip 王”" in known
    assert "POST /customers" in fresh
    assert "Jerry: “vip 李”" in fresh


def test_many_customers_do_the_same_and_everybody_is_told_of(tmp_path: Path) -> None:
    """--customers"""
    path = written(tmp_path, REFUND)

    told = run_here("play", path, "--customers", "3", "--name", "王", "--say", "我要退款").stdout

    assert [number for number in range(5) if f"王{number},我是" in told] == [1, 2, 3]


def test_a_scenario_that_fails_while_it_is_played_ends_with_1_and_says_where(tmp_path: Path) -> None:
    """The timeline is printed all the same."""
    path = written(tmp_path, "rules:\n  - on: message\n    do:\n      - reply: '{{ vars.nope }}'\n")

    result = run_here("play", path, "--say", "好")

    assert result.returncode == 1
    assert "POST /im/messages" in result.stdout
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"mock-udesk play: the scenario failed: {path}:4:9: ")
    assert "nope" in result.stderr


def test_a_scenario_without_an_end_is_stopped(tmp_path: Path) -> None:
    """Nothing goes on for ever."""
    path = written(tmp_path, "rules: [{on: message, do: [reply: 1]}, {on: agent_message, do: [wait: 1ms, reply: 2]}]")

    result = run_here("play", path, "--say", "好")

    assert result.returncode == 1
    assert "still due within the day" in result.stderr
    assert f"runs of the rule at {path}:1:40 go on" in result.stderr


def test_a_long_story_is_told_from_its_first_line_on(tmp_path: Path) -> None:
    """However much the journal of a server would have let go of by then."""
    path = written(
        tmp_path,
        "rules: [{on: message, do: [reply: hi]}, {name: echo, on: agent_message, do: [wait: 1s, reply: more]}]",
    )

    result = run_here("play", path, "--say", "hi")

    assert result.stdout.count("Tom: “more”") == 5000
    assert "POST /im/sessions" in result.stdout.splitlines()[1]
    assert f"runs of echo ({path}:1:41) go on" in result.stderr


def test_rules_that_never_began_are_named_beside_the_timeline(tmp_path: Path) -> None:
    """On standard error, so that the text is that of GET /_mock/timeline."""
    path = written(tmp_path, "rules:\n  - {on: survey, name: rated, do: [stop]}\n  - {on: message, do: [reply: hi]}\n")

    result = run_here("play", path, "--say", "/leave")

    assert result.returncode == 0
    assert "never" not in result.stdout
    assert result.stderr == f"mock-udesk play: rated ({path}:2:5), the rule at {path}:3:5 never began\n"


def test_a_wrong_file_is_not_played_and_all_that_is_wrong_is_said(tmp_path: Path) -> None:
    """Exit 1; one line each."""
    path = written(tmp_path, "rules:\n  - on: mesage\n    do: [{wait: 3}]\n")

    result = run_here("play", path)

    assert (result.returncode, result.stdout) == (1, "")
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        "mock-udesk",
        f"{path}:2:9",
        f"{path}:3:17",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--robot", "--urobot", "2"), "--robot, --urobot: found both, expected one of them"),
        (("--agent", "Tom", "--group", "11"), "--agent, --group: found both, expected one of them"),
        (("--agent", "Bob"), "--agent: there is no agent Bob; there are: 3 Tom, 4 Jerry"),
        (("--say", "/shout"), "--say: found '/shout', expected /agent"),
        (("--say", "/rate 好极了"), "--say: found /rate 好极了, expected one of 非常满意"),
        (("--robot", "--say", "/rate 满意"), "but c-1 has had no session to be rated"),
        (("--now", "today"), "found 'today', expected a moment with its time zone"),
        (("--customers", "0"), "0 is not in the range 1<=x<=1000"),
    ],
)
def test_what_can_not_be_played_so_is_one_line_and_2(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """Asked wrongly."""
    result = run_here("play", written(tmp_path, "rules: [{on: message, do: [read]}]"), *options)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_variables_of_a_server_do_not_change_a_play(tmp_path: Path) -> None:
    """MOCK_UDESK_TOKEN is a key of the API, not a customer's token."""
    path = written(tmp_path, REFUND)

    plain, other = run("play", path), run("play", path, MOCK_UDESK_TOKEN="x", MOCK_UDESK_SEED="7")

    assert plain.stdout == other.stdout


def test_without_a_file_there_is_nothing_to_play() -> None:
    """Exit code 2."""
    assert run_here("play").returncode == 2
