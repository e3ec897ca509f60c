"""Talks with robots as the operator sees them, over a real socket: interfaces §3, ruling 7."""

from typing import Any

import pytest

from ..integrator import Answer, Udesk

SCENE = {"robot_id": 54, "scene_id": 114}


async def _urobot(udesk: Udesk) -> None:
    asked = {
        "id": 54,
        "name": "优优",
        "hello": "您好,我是优优",
        "scenes": [{"id": 114, "name": "官网"}],
        "questions": [{"id": 12, "question": "怎么退货", "answer": "七天内"}],
        "unknown": "不知道",
    }
    made = await udesk.operator("POST", "/urobots", asked)
    assert made.status == 201, made.body


async def _begin(udesk: Udesk, token: str = "c-1", *, robot_id: int = 54) -> int:
    asked = {"customer_token": token, "assign_type": "urobot", **SCENE, "robot_id": robot_id}
    answer = await udesk.call("POST", "/im/sessions", json=asked)
    assert answer.body["code"] == 1000, answer.body
    number: int = answer.body["assign_info"]["sessionId"]
    return number


async def _say(udesk: Udesk, message_id: str, text: str, token: str = "c-1", **more: Any) -> Answer:
    asked = {
        "customer_token": token,
        "im_sub_session_id": -1,
        "message_id": message_id,
        "type": "message",
        "data": {"content": text},
        **SCENE,
        **more,
    }
    answer = await udesk.call("POST", "/im/messages", json=asked)
    assert answer.body["code"] == 1000, answer.body
    return answer


async def test_a_talk_is_shown_with_what_was_asked_answered_and_rated(udesk: Udesk) -> None:
    """The answer has its reason; ratings of the answer and of the urobot, and the reported transfer."""
    await _urobot(udesk)
    number = await _begin(udesk)
    await _say(udesk, "m-1", "怎么退货", urobot_session_id=number)
    talk = (await udesk.operator("GET", f"/robot-talks/{number}")).body
    log_id = talk["exchanges"][0]["answer"]["id"]
    of_talk = {"im_sub_session_id": number, **SCENE}
    rated = await udesk.call(
        "POST",
        "/im/messages/answer_survey",
        json={"customer_token": "c-1", "messgae_id": log_id, "option_id": 1, **of_talk},
    )
    liked = await udesk.call(
        "POST", "/im/sessions/robot_survey", json={"customer_token": "c-1", "option_id": 2, "remark": "好", **of_talk}
    )
    told = await udesk.call("POST", "/im/sessions/transfer_survey", json=of_talk)
    later = (await udesk.operator("GET", f"/robot-talks/{number}")).body

    at = "2026-11-22T10:00:00.000+08:00"
    assert (talk["exchanges"][0]["answer"]["rating"], talk["rating"], talk["transferred_at"]) == (None, None, None)
    assert [answer.body["code"] for answer in (rated, liked, told)] == [1000] * 3, (rated.body, liked.body, told.body)
    assert later == {
        "id": number,
        "kind": "urobot",
        "customer": {
            "id": 1,
            "nick_name": later["customer"]["nick_name"],
            "customer_token": "c-1",
            "web_token": None,
            "sdk_token": None,
        },
        "robot": {"id": 54, "name": "优优"},
        "scene_id": 114,
        "began_at": at,
        "hello": "您好,我是优优",
        "hello_log_id": later["hello_log_id"],
        "exchanges": [
            {
                "asked": {"id": "m-1", "type": "message", "data": {"content": "怎么退货"}, "created_at": at},
                "answer": {
                    "id": log_id,
                    "at": at,
                    "kind": "answer",
                    "question_id": 12,
                    "title": "怎么退货",
                    "content": "七天内",
                    "suggestions": [],
                    "link": "",
                    "flow": None,
                    "reason": "question 12 “怎么退货”: exact",
                    "rating": {"is_useful": True, "rated_at": at},
                },
            }
        ],
        "rating": {"option_id": 2, "remark": "好", "rated_at": at},
        "transferred_at": at,
    }
    assert isinstance(later["hello_log_id"], int)


async def test_talks_are_listed_by_customer_and_cut(udesk: Udesk) -> None:
    """Oldest first; `limit` keeps the latest, `total` counts all that fit."""
    await _urobot(udesk)
    numbers = [await _begin(udesk, token) for token in ("c-1", "c-2", "c-1")]

    async def listed(query: str) -> tuple[list[int], int]:
        body = (await udesk.operator("GET", f"/robot-talks{query}")).body
        return [talk["id"] for talk in body["robot_talks"]], body["total"]

    assert await listed("") == (numbers, 3)
    assert await listed("?customer_token=c-1") == ([numbers[0], numbers[2]], 2)
    assert await listed("?customer_token=c-1&limit=1") == ([numbers[2]], 2)


async def test_a_talk_outlives_its_robot(udesk: Udesk) -> None:
    """With the name and the welcome that it had when the talk began; a robot's own talk has neither scene nor hello's log."""
    await udesk.operator("POST", "/robots", {"id": 50, "name": "小云", "welcome": "嗨"})
    await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "robot", "robot_id": 50})
    talk = (await udesk.operator("GET", "/robot-talks")).body["robot_talks"][0]
    await udesk.operator("PATCH", "/robots/50", {"name": "小雨", "welcome": "喂"})
    await udesk.operator("DELETE", "/robots/50")
    after = (await udesk.operator("GET", f"/robot-talks/{talk['id']}")).body

    assert (talk["kind"], talk["robot"], talk["scene_id"]) == ("robot", {"id": 50, "name": "小云"}, None)
    assert (talk["hello"], talk["hello_log_id"], talk["exchanges"]) == ("嗨", None, [])
    assert after == talk


async def test_mistakes_are_named(udesk: Udesk) -> None:
    """404 for an unknown talk or customer, 422 for a typing error."""
    unknown = await udesk.operator("GET", "/robot-talks/7")
    nobody = await udesk.operator("GET", "/robot-talks?customer_token=nobody")
    typo = await udesk.operator("GET", "/robot-talks?customer_tokn=c-1")

    assert (unknown.status, unknown.body["error"]["message"]) == (404, "there is no talk with a robot 7")
    assert (nobody.status, typo.status) == (404, 422)
    assert typo.body["error"]["message"] == "customer_tokn: unknown, did you mean customer_token?"


async def test_a_customer_with_a_robot_stands_in_no_queue(udesk: Udesk) -> None:
    """Ruling 7: a robot leaves no queue and opens no session; the stay is at the robot."""
    await _urobot(udesk)
    number = await _begin(udesk)
    customer = (await udesk.operator("GET", "/customers?customer_token=c-1")).body["customers"][0]

    assert (customer["session_id"], customer["queue"], customer["place"]) == (None, None, 0)
    assert customer["stays"] == [
        {
            "state": "robot",
            "session_key": "",
            "channel": "api",
            "robot_role_id": None,
            "app_id": None,
            "session_id": None,
            "queue": None,
            "queue_of": None,
            "place": 0,
            "robot_talks": [number],
            "since": "2026-11-22T10:00:00.000+08:00",
        }
    ]
    assert (await udesk.operator("GET", "/queues")).body["total"] == 0
    assert (await udesk.operator("GET", "/sessions")).body["total"] == 0


async def test_nobody_online_is_a_conflict_for_who_comes_from_a_robot_too(udesk: Udesk) -> None:
    """Ruling 8: 2002; the customer is still with the robot."""
    await _urobot(udesk)
    await _begin(udesk)
    for agent in ("Tom", "Jerry"):
        await udesk.operator("PATCH", f"/agents/{agent}", {"im_status": "offline"})
    answer = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    customer = (await udesk.operator("GET", "/customers/1")).body

    assert (answer.status, [stay["state"] for stay in customer["stays"]]) == (409, ["robot"])


async def test_who_comes_from_a_robot_waits_as_others_do(udesk: Udesk) -> None:
    """202; the wait counts from the queue, not from the robot."""
    await _urobot(udesk)
    number = await _begin(udesk)
    await udesk.operator("PATCH", "/agents/Tom", {"im_status": "busy"})
    await udesk.advance(30)
    waiting = await udesk.operator("POST", "/sessions", {"customer_token": "c-1", "agent": "Tom"})
    await udesk.advance(5)
    row = (await udesk.operator("GET", "/queues")).body["queues"][0]["customers"][0]
    stay = (await udesk.operator("GET", "/customers/1")).body["stays"][0]

    assert (waiting.status, waiting.body["state"], waiting.body["count"]) == (202, "queued", 1)
    assert (row["since"], row["waiting_seconds"]) == ("2026-11-22T10:00:30.000+08:00", 5.0)
    assert (stay["state"], stay["place"], stay["robot_talks"]) == ("queued", 1, [number])


async def test_an_agent_sees_what_was_said_to_the_robot(udesk: Udesk) -> None:
    """The robot part is what was said before the session began; the transcript has robot_transfer."""
    await _urobot(udesk)
    number = await _begin(udesk)
    await _say(udesk, "m-1", "怎么退货", urobot_session_id=number)
    await udesk.advance(10)
    opened = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    await udesk.advance(10)
    await _say(udesk, "m-2", "还在吗", urobot_session_id=number)
    session = (await udesk.operator("GET", f"/sessions/{opened.body['id']}")).body
    whole = (await udesk.operator("GET", f"/robot-talks/{number}")).body

    part = session["robot_talks"]
    assert [(talk["id"], talk["robot"], talk["hello"]) for talk in part] == [
        (number, {"id": 54, "name": "优优"}, "您好,我是优优")
    ]
    asked = [exchange["asked"]["data"]["content"] for exchange in part[0]["exchanges"]]
    assert (asked, [row["asked"]["id"] for row in whole["exchanges"]]) == (["怎么退货"], ["m-1", "m-2"])
    assert [message["type"] for message in session["messages"]][:2] == ["robot_transfer", "start_session"]


async def test_a_removed_customers_talks_are_shown_as_far_as_they_are_kept(udesk: Udesk) -> None:
    """The session and its robot part stay; of the customer only the id is known."""
    await _urobot(udesk)
    number = await _begin(udesk)
    await _say(udesk, "m-1", "怎么退货", urobot_session_id=number)
    opened = (await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})).body
    await udesk.operator("DELETE", "/customers/1")
    session = await udesk.operator("GET", f"/sessions/{opened['id']}")
    talk = await udesk.operator("GET", f"/robot-talks/{number}")

    assert (session.status, [row["id"] for row in session.body["robot_talks"]]) == (200, [number])
    assert (talk.status, talk.body["customer"]["id"], talk.body["customer"]["customer_token"]) == (200, 1, None)


async def test_a_robots_answer_is_a_delivery_without_session(udesk: Udesk) -> None:
    """`session_id` is null: nobody is in one."""
    await _urobot(udesk)
    await _say(udesk, "m-1", "怎么退货")
    await udesk.settle()
    delivery = (await udesk.operator("GET", "/deliveries")).body["deliveries"][0]

    assert (delivery["state"], delivery["session_id"], delivery["customer"]["customer_token"]) == (
        "delivered",
        None,
        "c-1",
    )


@pytest.mark.parametrize("path", ["/sessions/{}", "/timeline?session_id={}", "/sessions/{}/close"])
async def test_a_talk_that_is_taken_for_a_session_is_pointed_out(udesk: Udesk, path: str) -> None:
    """Both are called sessionId somewhere; the hint has the call that shows it."""
    number = await _begin(udesk, robot_id=2)
    answer = await udesk.operator("POST" if path.endswith("close") else "GET", path.format(number))

    error = answer.body["error"]
    assert (answer.status, error["message"]) == (404, f"there is no session {number}")
    assert error["hint"] == f"{number} is a talk with a robot: GET /_mock/robot-talks/{number}"
