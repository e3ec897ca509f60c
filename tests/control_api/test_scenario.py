"""The scenario over a real socket: play one, look at it, play none. Interfaces §3, issue 4."""

import json
from typing import Any

import pytest

from ..integrator import Answer, Udesk

REFUND = """\
scenario: refund
description: Tom takes refunds
company:
  agents:
    - {name: Tom, im_max_join_num: 2, welcome: ""}
  settings: {session_message: welcome}
rules:
  - name: refunds
    on: message
    match: {text: 退款}
    times: 1
    do:
      - read
      - set: {seen: 1}
      - wait: 3s
      - reply: 好的 {{ customer.customer_token }}
      - wait_for: {on: message, within: 30s, else: [close]}
      - reply: 已登记
  - on: survey
    do: [solve]
"""
OBJECT: dict[str, Any] = {"scenario": "greeting", "rules": [{"on": "session_started", "do": [{"reply": "在的"}]}]}


async def put(
    udesk: Udesk, body: str | bytes, content_type: str | None = "application/yaml", query: str = ""
) -> Answer:
    headers = {"Content-Type": content_type} if content_type else {}
    raw = body.encode() if isinstance(body, str) else body
    return await udesk.send("PUT", "/_mock/scenario", query, body=raw, headers=headers)


async def ask(udesk: Udesk, token: str = "c-1") -> int:
    answer = await udesk.call(
        "POST", "/im/sessions", json={"customer_token": token, "assign_type": "agent", "agent_id": 3}
    )
    assert answer.body["code"] == 1000, answer.raw
    session_id: int = answer.body["assign_info"]["im_sub_session_id"]
    return session_id


async def say(udesk: Udesk, text: str, session_id: int, message_id: str = "m-1", token: str = "c-1") -> None:
    answer = await udesk.call(
        "POST",
        "/im/messages",
        json={
            "customer_token": token,
            "im_sub_session_id": session_id,
            "message_id": message_id,
            "type": "message",
            "data": {"content": text},
        },
    )
    assert answer.body["code"] == 1000, answer.raw


async def test_without_a_scenario_there_is_none_to_see(udesk: Udesk) -> None:
    """`GET /_mock/scenario`: nothing is loaded."""
    answer = await udesk.operator("GET", "/scenario")

    assert (answer.status, answer.body) == (
        200,
        {
            "loaded": False,
            "version": 0,
            "files": [],
            "rules": [],
            "unused": {"rules": [], "steps": []},
            "runs": [],
            "runs_total": 0,
            "warnings": [],
        },
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (REFUND, "application/yaml"),
        (REFUND, "application/x-yaml"),
        (REFUND, "text/yaml; charset=utf-8"),
        (REFUND, "text/x-yaml"),
        (REFUND, "text/plain"),
        (REFUND, None),
        (REFUND, "application/octet-stream"),
        (REFUND, "application/x-www-form-urlencoded"),
        (REFUND, "application/json"),
        (json.dumps(REFUND), "application/json"),
        (json.dumps(REFUND), None),
    ],
)
async def test_yaml_comes_as_text_of_any_type_or_in_a_json_text(
    udesk: Udesk, body: str, content_type: str | None
) -> None:
    """PUT takes YAML text as a file has it, whatever it is sent as, and YAML in a JSON text."""
    answer = await put(udesk, body, content_type)

    assert answer.status == 200, answer.raw
    assert answer.body["files"] == [
        {
            "file": "scenario",
            "scenario": "refund",
            "description": "Tom takes refunds",
            "rules": 2,
            "text": REFUND,
        }
    ]
    assert answer.body["rules"][0]["place"] == "scenario:8:5"
    assert (await udesk.operator("GET", "/scenario")).body == answer.body


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json", None, "text/yaml"])
async def test_an_object_is_played_too(udesk: Udesk, content_type: str | None) -> None:
    """PUT takes an object; JSON is YAML as well."""
    answer = await put(udesk, json.dumps(OBJECT, ensure_ascii=False), content_type)

    assert answer.status == 200, answer.raw
    assert answer.body["files"][0]["scenario"] == "greeting"
    await ask(udesk)
    assert (await udesk.pushes())[-1]["messages"][-1]["data"]["content"] == "在的"


async def test_what_a_text_is_called_in_messages_may_be_said(udesk: Udesk) -> None:
    """Handles and markers read files on their own side: `?file=` is what their places are told by."""
    good = await put(udesk, REFUND, query="file=refund.yaml")
    bad = await put(udesk, "scenario: s\nrulse: []\n", query="file=bad.yaml")

    assert good.body["rules"][0]["steps"][0]["place"] == "refund.yaml:13:9"
    assert bad.body["error"]["errors"][0]["place"].startswith("bad.yaml:")


async def test_people_settings_and_rules_are_the_companys_at_once(udesk: Udesk) -> None:
    """PUT lays people and settings over a company that runs."""
    await put(udesk, REFUND)

    tom = (await udesk.operator("GET", "/agents")).body["agents"][0]
    settings = (await udesk.operator("GET", "/company")).body["settings"]
    assert (tom["name"], tom["im_max_join_num"]) == ("Tom", 2)
    assert settings["session_message"]["value"] == "welcome"
    assert settings["receive_url"]["value"] == udesk.receiver.url


async def test_the_report_counts_what_ran(udesk: Udesk) -> None:
    """Issue 4: which rules and steps ran, how often, and which never did; and where each run stands."""
    await put(udesk, REFUND)
    session = await ask(udesk)
    await say(udesk, "退款", session)
    waiting = (await udesk.operator("GET", "/scenario")).body
    await udesk.advance(3)
    shown = (await udesk.operator("GET", "/scenario")).body

    assert shown["rules"][0] == {
        "index": 0,
        "name": "refunds",
        "on": "message",
        "match": {"text": "退款"},
        "times": 1,
        "place": "scenario:8:5",
        "started": 1,
        "steps": [
            {"path": "rules[0].do[0].read", "step": "read", "place": "scenario:13:9", "ran": 1},
            {"path": "rules[0].do[1].set", "step": "set", "place": "scenario:14:9", "ran": 1},
            {"path": "rules[0].do[2].wait", "step": "wait", "place": "scenario:15:9", "ran": 1},
            {"path": "rules[0].do[3].reply", "step": "reply", "place": "scenario:16:9", "ran": 1},
            {
                "path": "rules[0].do[4].wait_for",
                "step": "wait_for",
                "place": "scenario:17:9",
                "ran": 1,
                "else": [
                    {
                        "path": "rules[0].do[4].wait_for.else[0].close",
                        "step": "close",
                        "place": "scenario:17:53",
                        "ran": 0,
                    }
                ],
            },
            {"path": "rules[0].do[5].reply", "step": "reply", "place": "scenario:18:9", "ran": 0},
        ],
    }
    assert shown["unused"] == {
        "rules": [{"index": 1, "name": "", "place": "scenario:19:5"}],
        "steps": [
            {"rule": 0, "path": "rules[0].do[4].wait_for.else[0].close", "step": "close", "place": "scenario:17:53"},
            {"rule": 0, "path": "rules[0].do[5].reply", "step": "reply", "place": "scenario:18:9"},
        ],
    }
    run = {
        "id": 1,
        "version": 1,
        "rule": 0,
        "rule_name": "refunds",
        "customer_id": 1,
        "customer_token": "c-1",
        "session_id": session,
        "vars": {"seen": 1},
    }
    assert waiting["runs"] == [
        {**run, "at": "scenario:15:9", "step": "wait", "waits_for": None, "due": "2026-11-22T10:00:03.000+08:00"}
    ]
    assert shown["runs"] == [
        {
            **run,
            "at": "scenario:17:9",
            "step": "wait_for",
            "waits_for": "message",
            "due": "2026-11-22T10:00:33.000+08:00",
        }
    ]


async def test_runs_end_or_go_on_when_another_is_put(udesk: Udesk) -> None:
    """Setting scenario_runs."""
    for setting, said in (("end", 0), ("go_on", 1)):
        await udesk.operator("POST", "/reset")
        await udesk.operator("PATCH", "/company", {"scenario_runs": setting})
        await put(udesk, REFUND)
        session = await ask(udesk)
        await say(udesk, "退款", session)
        before = len(await udesk.pushes())
        shown = (await udesk.operator("PUT", "/scenario", OBJECT)).body
        await udesk.advance(3)

        assert shown["version"] == 2
        assert len(shown["runs"]) == said
        assert [body["messages"][0]["data"]["content"] for body in (await udesk.pushes())[before:]] == [
            "好的 c-1"
        ] * said


async def test_none_is_played_after_delete(udesk: Udesk) -> None:
    """DELETE: done, and done again; the people stay."""
    await put(udesk, REFUND)
    session = await ask(udesk)
    answers = [await udesk.operator("DELETE", "/scenario") for _ in range(2)]
    await say(udesk, "退款", session)

    assert [(answer.status, answer.body) for answer in answers] == [(200, {"done": True})] * 2
    shown = (await udesk.operator("GET", "/scenario")).body
    assert (shown["loaded"], shown["version"], shown["files"], shown["runs"]) == (False, 0, [], [])
    assert (await udesk.operator("GET", "/agents")).body["agents"][0]["im_max_join_num"] == 2


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        ("", "application/yaml", "there is no scenario in the body"),
        ("null", "application/json", "scenario"),
        ("[1]", "application/json", "scenario: expected an object or a text, found [1]"),
        ('{"rules": [', "application/json", "body: not JSON"),
        (b"scenario: \xff", "application/yaml", "body: not UTF-8 at byte 10"),
        ('{"a": 1e999}', "application/json", "body: a number in it is too large"),
        ("a: [", "application/yaml", "the scenario has 1 error"),
        ("[" * 100_000, "application/yaml", "the scenario has"),
        ("[" * 100_000, "application/json", "body: not JSON"),
        ("a: &a [*a]", "text/yaml", "the scenario has"),
        ("x" * (2 * 1024 * 1024), "text/yaml", "the scenario has"),
        ("{}", "application/json", "the scenario has 1 error"),
    ],
)
async def test_what_is_no_scenario_is_refused(udesk: Udesk, body: str | bytes, content_type: str, words: str) -> None:
    """422 says what was wrong; never a fault of ours, never a 500."""
    answer = await put(udesk, body, content_type)

    assert answer.status == 422, answer.raw[:500]
    assert words in answer.body["error"]["message"]
    assert answer.body["error"]["hint"]
    assert [problem.kind for problem in udesk.slot.company.journal.problems] == []
    assert (await udesk.operator("GET", "/scenario")).body["loaded"] is False


async def test_all_errors_come_at_once_with_their_places(udesk: Udesk) -> None:
    """422 with the errors of `check`; what was played goes on."""
    await put(udesk, REFUND)
    wrong = "scenario: s\nrules:\n  - on: mesage\n    do: [{reply: 好}]\n  - on: message\n    do: [{wait: 3}, stp]\n"
    answer = await put(udesk, wrong, query="file=s.yaml")

    error = answer.body["error"]
    assert answer.status == 422
    assert (error["code"], error["warnings"]) == ("invalid", [])
    assert error["message"].startswith("the scenario has 3 errors, the first: s.yaml:3:9: rules[0].on: found")
    assert [(row["severity"], row["place"], row["path"]) for row in error["errors"]] == [
        ("error", "s.yaml:3:9", "rules[0].on"),
        ("error", "s.yaml:6:17", "rules[1].do[0].wait"),
        ("error", "s.yaml:6:21", "rules[1].do[1]"),
    ]
    assert all(row["found"] and row["expected"] for row in error["errors"])
    assert (error["errors"][0]["file"], error["errors"][0]["line"], error["errors"][0]["column"]) == ("s.yaml", 3, 9)
    assert (await udesk.operator("GET", "/scenario")).body["files"][0]["scenario"] == "refund"


async def test_an_objects_errors_have_their_paths(udesk: Udesk) -> None:
    """An object has no lines."""
    answer = await udesk.operator("PUT", "/scenario", {"rules": [{"on": "message", "do": [{"replay": "x"}]}]})

    row = answer.body["error"]["errors"][0]
    assert answer.status == 422
    assert (row["line"], row["place"]) == (0, "scenario: rules[0].do[0].replay")


async def test_a_put_is_all_or_nothing(udesk: Udesk) -> None:
    """People whom the living company can't have: refused by path, nothing has changed."""
    for fields in ({"customer_token": "c-1"}, {"web_token": "w-2"}):
        assert (await udesk.operator("POST", "/customers", fields)).status == 201
    wrong = {
        **OBJECT,
        "company": {
            "agents": [{"name": "Tom", "im_max_join_num": 9}],
            "customers": [{"customer_token": "c-1", "web_token": "w-2"}],
            "settings": {"auth": "off"},
        },
    }
    answer = await udesk.operator("PUT", "/scenario", wrong)

    assert answer.status in (409, 422), answer.raw
    assert "customers[0].web_token" in answer.body["error"]["message"]
    company = udesk.slot.company
    assert (company.desk.state.agents[3].capacity, company.settings.auth, company.scenario) == (5, "strict", None)


async def test_a_setting_that_another_call_forbids_is_refused(udesk: Udesk) -> None:
    """As PATCH /_mock/company does."""
    wrong = {**OBJECT, "company": {"settings": {"robot_answer_survey_path": "/im/messages"}}}
    put_ = await udesk.operator("PUT", "/scenario", wrong)
    post = await udesk.operator("POST", "/companies", {"scenario": wrong})

    assert (put_.status, post.status) == (422, 422)
    assert "another call's" in put_.body["error"]["message"]


async def test_the_companys_own_people_are_known_to_what_is_put(udesk: Udesk) -> None:
    """PUT lays over the people who are there now, not over those of the first day."""
    group = (await udesk.operator("POST", "/groups", {"id": 77, "name": "VIP"})).status
    agent = (await udesk.operator("POST", "/agents", {"id": 7, "name": "Anna"})).status
    customer = (await udesk.operator("POST", "/customers", {"customer_token": "c-1"})).body["id"]
    wanted = {
        "company": {
            "agents": [{"id": 7, "groups": ["VIP"]}],
            "customers": [{"id": customer, "is_blocked": True}],
        },
        "rules": [{"on": "message", "match": {"group": "VIP"}, "do": [{"transfer": "Anna"}]}],
    }
    answer = await udesk.operator("PUT", "/scenario", wanted)

    assert (group, agent, answer.status) == (201, 201, 200), answer.raw
    assert answer.body["warnings"] == []
    assert udesk.slot.company.desk.state.customers[customer].is_blocked


async def test_what_the_company_refuses_of_people_has_its_place(udesk: Udesk) -> None:
    """Robots and customers too; 422 with all of it at once, and nothing has changed."""
    await udesk.operator("POST", "/customers", {"customer_token": "c-1", "email": "a@a.test"})
    text = (
        "company:\n  customers:\n    - {customer_token: c-2, email: a@a.test}\n    - {id: 99, level: vip}\n"
        "  robots:\n    - {id: 99, welcome: hi}\n  settings: {robot_answer_survey_path: /im/messages}\n"
    )
    put_ = await put(udesk, text.replace("  settings: {robot_answer_survey_path: /im/messages}\n", ""))
    post = await udesk.operator("POST", "/companies", {"scenario": text.replace("/im/messages", "/rated")})

    assert (put_.status, post.status) == (422, 422)
    assert [(row["place"], row["path"]) for row in put_.body["error"]["errors"]] == [
        ("scenario:4:12", "company.customers[1].id"),
        ("scenario:6:12", "company.robots[0].id"),
    ]
    assert [row["path"] for row in post.body["error"]["errors"]] == [
        "company.customers[1].id",
        "company.robots[0].id",
    ]


async def test_a_key_that_comes_twice_is_refused_in_json_too(udesk: Udesk) -> None:
    """A reader takes the last, and half of the scenario is gone; YAML's are refused alike."""
    answer = await put(udesk, '{"rules": [{"on": "message", "do": ["read"], "do": []}]}', "application/json")

    assert answer.status == 422
    assert answer.body["error"]["message"] == "body: key do a second time in an object"


@pytest.mark.parametrize("name", ["a%0Ab", "a%00", "%1b[31m"])
async def test_a_name_has_no_control_characters(udesk: Udesk, name: str) -> None:
    """It stands in logs and in lines of messages."""
    answer = await put(udesk, REFUND, query=f"file={name}")

    assert answer.status == 422
    assert "expected a name without line ends" in answer.body["error"]["message"]


async def test_warnings_do_not_keep_a_scenario_from_being_played(udesk: Udesk) -> None:
    """An agent whom nobody knows may come later."""
    warned = {"rules": [{"on": "message", "match": {"agent": "Tomm"}, "do": ["read"]}]}
    answer = await udesk.operator("PUT", "/scenario", warned)

    assert answer.status == 200
    assert [(row["severity"], row["path"]) for row in answer.body["warnings"]] == [("warning", "rules[0].match.agent")]


async def test_a_scenario_is_no_setting(udesk: Udesk) -> None:
    """PATCH /_mock/company points to the call that plays one."""
    answer = await udesk.operator("PATCH", "/company", {"scenario": "x"})

    assert (answer.status, answer.body["error"]["hint"]) == (422, "PUT /_mock/scenario plays another one")


@pytest.mark.parametrize(
    "scenario", [REFUND, {"scenario": "s", "company": {"settings": {"session_message": "welcome"}}}]
)
async def test_a_company_is_founded_with_a_scenario(udesk: Udesk, scenario: object) -> None:
    """POST /_mock/companies takes an object or YAML text; given settings win over the file's."""
    wanted = {"subdomain": "acme", "scenario": scenario}
    made = await udesk.operator("POST", "/companies", wanted)
    chosen = await udesk.operator(
        "POST", "/companies", {**wanted, "subdomain": "other", "settings": {"session_message": "success"}}
    )

    assert (made.status, chosen.status) == (201, 201), made.raw
    for name, value in (("acme", "welcome"), ("other", "success")):
        slot = udesk.server.companies.find(name)
        assert slot is not None
        assert slot.company.scenario is not None
        assert slot.company.settings.session_message == value


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("rules: [{on: mesage, do: [read]}]", "rules[0].on"),
        ({"rules": []}, "rules"),
        ({"company": {"agents": [{"name": "Tom", "im_max_join_num": -1}]}}, "company.agents[0].im_max_join_num"),
        ([1], "scenario: expected an object or a text"),
        ("", "the scenario has 1 error"),
    ],
)
async def test_a_company_is_not_founded_with_a_wrong_scenario(udesk: Udesk, scenario: object, words: str) -> None:
    """422 with all errors, and no company."""
    answer = await udesk.operator("POST", "/companies", {"subdomain": "acme", "scenario": scenario})

    assert answer.status == 422, answer.raw
    assert words in answer.body["error"]["message"]
    assert udesk.server.companies.find("acme") is None


async def test_a_call_has_all_that_the_scenario_made_of_it(udesk: Udesk) -> None:
    """GET /_mock/requests/{id}: by way of rules and steps too; a push names the step that caused it."""
    await put(udesk, REFUND)
    session = await ask(udesk)
    await say(udesk, "退款", session)
    listed = (await udesk.operator("GET", "/requests?path=/im/messages")).body["requests"][0]
    whole = (await udesk.operator("GET", f"/requests/{listed['id']}")).body
    push = (await udesk.operator("GET", f"/deliveries/{whole['deliveries'][0]}")).body

    assert [row["happening"] for row in whole["happenings"]] == ["message", "agent_read"]
    assert [(row["what"], row["step"]) for row in whole["played"]] == [
        ("began", ""),
        ("step", "read"),
        ("step", "set"),
        ("step", "wait"),
    ]
    assert push["push"] == "read"
    assert push["caused_by"] == "scenario scenario:13:9: read"


async def test_a_failure_is_a_problem_and_stands_in_the_story(udesk: Udesk) -> None:
    """GET /_mock/problems: scenario_error, with the place and the expression; nothing broken is pushed."""
    await put(udesk, "rules:\n  - on: message\n    do: [read, {reply: '{{ vars.nothing }}'}]\n", query="file=s.yaml")
    session = await ask(udesk)
    await say(udesk, "hi", session)
    found = (await udesk.operator("GET", "/problems")).body["problems"]
    story = (await udesk.operator("GET", f"/timeline?as=text&session_id={session}")).raw.decode()

    assert [problem["kind"] for problem in found] == ["scenario_error"]
    assert found[0]["text"].startswith("s.yaml:3:")
    assert "vars.nothing" in found[0]["text"]
    assert "scenario" in story
    assert "failed" in story


async def test_the_story_of_a_scenario_reads_from_top_to_bottom(udesk: Udesk) -> None:
    """One line for the loading, one for a rule that begins, what came of it, and what is still to come."""
    await put(udesk, REFUND, query="file=refund.yaml")
    session = await ask(udesk)
    await say(udesk, "退款", session)
    await udesk.settle()

    told = (await udesk.operator("GET", "/timeline?as=text")).raw.decode().splitlines()
    assert next(line for line in told if "loaded" in line).endswith("loaded scenario refund: 2 rules from refund.yaml")
    began = next(at for at, line in enumerate(told) if "begins for c-1" in line)
    assert "refund.yaml:8:5" in told[began]
    assert any("read" in line for line in told[began:])
    assert told[-2:][0] == "still to come"
    assert told[-1].endswith("c-1: the wait is over, then reply")


async def test_what_runs_wait_for_is_among_what_is_to_come(udesk: Udesk) -> None:
    """GET /_mock/clock and settle list runs' moments."""
    await put(udesk, REFUND)
    session = await ask(udesk)
    await say(udesk, "退款", session)

    clock = (await udesk.operator("GET", "/clock")).body
    assert clock["upcoming"] == [
        {
            "due": "2026-11-22T10:00:03.000+08:00",
            "kind": "run",
            "text": "customer c-1: the wait is over, then reply",
        }
    ]


async def test_two_companies_play_apart(udesk: Udesk) -> None:
    """What one plays, the other doesn't."""
    acme = await udesk.company(subdomain="acme")
    await put(udesk, REFUND)
    await acme.operator("PUT", "/scenario", OBJECT)
    await ask(udesk)

    assert (await udesk.operator("GET", "/scenario")).body["rules"][0]["on"] == "message"
    assert [(row["on"], row["started"]) for row in (await acme.operator("GET", "/scenario")).body["rules"]] == [
        ("session_started", 0)
    ]


async def test_the_body_is_described(udesk: Udesk) -> None:
    """OpenAPI: the body as a whole is an object, a text, or YAML; `file` stands in the query; 422 has its own shape."""
    document = (await udesk.operator("GET", "/openapi.json")).body

    operation = document["paths"]["/_mock/scenario"]["put"]
    body = operation["requestBody"]
    assert set(body["content"]) == {"application/json", "application/yaml"}
    kinds = {part.get("type") for part in body["content"]["application/json"]["schema"]["anyOf"]}
    assert kinds == {"object", "string", "null"}
    assert body["required"] is True
    assert [(row["name"], row["in"]) for row in operation["parameters"]] == [("file", "query")]
    assert set(operation["responses"]) == {"200", "422", "4XX"}
