"""Settings that change robots and structured messages, on both of their sides, switched while the company lives."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..integrator import Answer, Udesk
from . import prepared, printed, talk

SURVEY_PATH = "/im/messages/survey"


async def asked(udesk: Udesk, text: str, message_id: str) -> Any:
    """A customer asks urobot 54 something; what is pushed as `messages`."""
    more = {"message_id": message_id}
    await prepared.ask_urobot(udesk, text, 54, 1, **more)
    return (await udesk.pushes())[-1]["messages"]


async def test_the_companys_words_are_sensitive_once_they_are_listed(udesk: Udesk) -> None:
    """sensitive_words, ruling 17: readable and settable; the urobot answers them with ansType 8, beside its own."""
    await prepared.urobot(udesk, 54, 1)
    await talk.settings(udesk, sensitive_words_open=True)
    kinds = []
    for words in ([], ["退款"]):
        await talk.settings(udesk, sensitive_words=words)
        kinds.append((await asked(udesk, "我要退款", f"m-{len(words)}"))["ansType"])
        kinds.append((await asked(udesk, "敏感词甲", f"own-{len(words)}"))["ansType"])
        listed = (await udesk.call("GET", "/im/im_sensitive_words")).body["customer_words_string"]
        assert listed == ",".join(words)

    assert kinds == [6, 8, 8, 8]


async def test_the_companys_words_are_sensitive_once_they_are_open(udesk: Udesk) -> None:
    """sensitive_words_open, ruling 17; §获取客户敏感词配置: 1 开启, 0或空为关闭."""
    await prepared.urobot(udesk, 54, 1)
    await talk.settings(udesk, sensitive_words=["退款"])
    seen = []
    for is_open in (False, True):
        await talk.settings(udesk, sensitive_words_open=is_open)
        kind = (await asked(udesk, "我要退款", f"m-{is_open}"))["ansType"]
        seen.append((kind, (await udesk.call("GET", "/im/im_sensitive_words")).body["customer_is_open"]))

    assert seen == [(6, 0), (8, 1)]


async def test_sensitive_words_are_not_enforced_elsewhere(udesk: Udesk) -> None:
    """Ruling 17: neither by agents' sessions nor by robots."""
    await talk.settings(udesk, sensitive_words=["退款"], sensitive_words_open=True)
    await prepared.robot(udesk, 9)
    session_id = await talk.session(udesk)

    talk.assert_done(await talk.say(udesk, session_id, "m-1", "退款"))
    talk.assert_done(await talk.say(udesk, 0, "m-2", "退款", robot_id=9))

    data = (await udesk.pushes())[-1]["messages"][0]["data"]
    assert data["answer"] == prepared.KNOWLEDGE["unknown"]
    assert (await talk.shown(udesk, session_id))["messages"][-1]["data"]["content"] == "退款"


async def test_a_urobots_messages_are_an_object_or_a_list(udesk: Udesk) -> None:
    """urobot_messages, ruling 21: an object as in the example, a list of it as in the table."""
    await prepared.urobot(udesk, 54, 1)
    pushed: list[Any] = []
    for value in ("object", "list", "object"):
        await talk.settings(udesk, urobot_messages=value)
        pushed.append(await asked(udesk, "怎么退货", f"m-{len(pushed)}"))

    first, (second,), third = pushed
    changing = {"logId", "sessionId"}
    assert [{name: value for name, value in row.items() if name not in changing} for row in (second, third)] == [
        {name: value for name, value in first.items() if name not in changing}
    ] * 2


async def send_struct(udesk: Udesk, session: dict[str, Any]) -> Answer:
    """An app sends a structured message, signed from the document alone (contract §1.5)."""
    query = f"im_sub_session_id={session['id']}&customer_id={session['customer']['id']}"
    query += f"&agent_id={session['agent']['id']}&timestamp={udesk.timestamp}"
    sign = hashlib.md5(f"{query}&{udesk.secret}".encode()).hexdigest()
    body = {"data": {"title": "x", "buttons": [{"type": "link", "text": "a", "value": "https://x.test"}]}}
    return await udesk.call(
        "POST", "/im/sessions/struct_messages", query=f"{query}&sign={sign}", json=body, signed=False
    )


async def test_struct_messages_to_api_customers_are_refused_or_pushed(udesk: Udesk) -> None:
    """struct_to_api_customers, ruling 24: 通过API创建的客户不能用于这个接口; by setting pushed as type struct."""
    session = await talk.shown(udesk, await talk.session(udesk))
    answers, pushed = [], []
    for is_allowed in (False, True, False):
        await talk.settings(udesk, struct_to_api_customers=is_allowed)
        answer = await send_struct(udesk, session)
        answers.append((answer.status, answer.body["status"], "code" in answer.body))
        rows = [row for push in await udesk.pushes() for row in push["messages"] if row["type"] == "struct"]
        pushed.append([row["data"]["title"] for row in rows])

    assert answers == [(200, 2000, False), (200, 1000, False), (200, 2000, False)]
    assert pushed == [[], ["x"], ["x"]]
    assert rows[0].keys() == printed.AGENT_PUSH["messages"][0].keys()


async def test_the_custom_page_is_nowhere_or_at_the_url(udesk: Udesk) -> None:
    """struct_page_url, ruling 24; §自定义 IM 结构化消息列表页面: 设置好“嵌入链接”."""
    session = await prepared.sdk_session(udesk, jid_resource="jid")
    path = f"/sessions/{session['id']}/struct-page"

    before = await udesk.operator("GET", path)
    await talk.settings(udesk, struct_page_url="https://x.test/page")
    after = await udesk.operator("GET", path)

    assert before.status == 409
    assert "struct_page_url" in before.raw.decode()
    url = urlsplit(after.body["url"])
    assert (after.status, f"{url.scheme}://{url.netloc}{url.path}") == (200, "https://x.test/page")
    values = dict(parse_qsl(url.query))
    assert list(values) == ["im_sub_session_id", "customer_id", "agent_id", "jid_resource", "timestamp", "sign"]
    signed = "&".join(f"{name}={value}" for name, value in values.items() if name not in ("jid_resource", "sign"))
    assert values["sign"] == hashlib.md5(f"{signed}&{udesk.secret}".encode()).hexdigest()


async def test_robots_answers_are_rated_nowhere_or_at_the_path(udesk: Udesk) -> None:
    """robot_answer_survey_path, ruling 26: no known path, by setting one; §机器人问答评价 has the parameters."""
    await prepared.robot(udesk, 9)
    talk.assert_done(await talk.say(udesk, 0, "m-1", "怎么退货", robot_id=9))
    message_id = (await udesk.pushes())[-1]["messages"][0]["message_id"]
    body = {"customer_token": "c-1", "message_id": message_id, "question_id": 1, "useful": True}
    seen = []
    for value in (None, SURVEY_PATH, "/im/robot/useful", None):
        await talk.settings(udesk, robot_answer_survey_path=value)
        answers = [await udesk.call("POST", path, json=body) for path in (SURVEY_PATH, "/im/robot/useful")]
        seen.append([(answer.status, answer.body["code"]) for answer in answers])

    no, yes = (404, 404), (200, 1000)
    assert seen == [[no, no], [yes, no], [no, yes], [no, no]]


async def test_the_journal_names_the_setting_of_the_path(udesk: Udesk) -> None:
    """robot_answer_survey_path: what is nowhere says how to have it somewhere."""
    await udesk.call("POST", SURVEY_PATH, json={})

    assert "robot_answer_survey_path" in (await talk.entry(udesk))["detail"]
