"""Families of calls that are signed, refused or found in another way than the rest: structured messages, records, movable paths."""

from typing import Any

import pytest

from mock_udesk.endpoint import Ask, Found, Missed, Reply, Table
from mock_udesk.settings import Settings

from ..integrator import Answer, Udesk
from ..udesk_api import structs, talk

JSON = {"Content-Type": "application/json"}
Family = tuple[str, str, tuple[str, ...]]
# Method, path, and the names that a refusal holds its number under. Doc: contract §2.1; ruling 4.
STRUCT: Family = ("POST", "/im/sessions/struct_messages", talk.STRUCT)
SEARCH: Family = ("GET", "/im/sessions/search", talk.RECORDS)
LOG: Family = ("GET", "/im/sessions/log", talk.RECORDS)
VOTE: Family = ("GET", "/im/sessions/vote", talk.RECORDS)
USUAL: Family = ("POST", "/im/sessions", talk.USUAL)

FAMILIES = pytest.mark.parametrize("family", [STRUCT, SEARCH, LOG, VOTE, USUAL], ids=lambda family: family[1])


async def _send(udesk: Udesk, family: Family, query: str = "", *, body: bytes | None = None, **good: Any) -> Answer:
    """A call of the family, signed as it wants to be; `query` is put in front as it is."""
    method, path, _ = family
    headers = JSON if body is not None else None
    if family is not STRUCT:
        text = "&".join([*([query] if query else []), *(f"{name}={value}" for name, value in good.items())])
        return await udesk.call(method, path, query=text, body=body, headers=headers)
    signed = "&".join(f"{name}={value}" for name, value in structs.signed(udesk, good).items())
    text = f"{query}&{signed}" if query else signed
    return await udesk.call(method, path, query=text, body=body, headers=headers, signed=False)


def _assert_refused(answer: Answer, family: Family, number: int, *, status: int = 200) -> None:
    """The number under each of the family's names and no other, `message`, and beside a code `code_message` with the same text."""
    message = answer.body["message"]
    assert (answer.status, answer.body) == (status, talk.refusal(number, message, family=family[2]))
    assert message


async def _last(udesk: Udesk) -> dict[str, Any]:
    entry: dict[str, Any] = (await udesk.operator("GET", "/requests?limit=1")).body["requests"][-1]
    return entry


# -- refusals --------------------------------------------------------------------------------------------------------


@FAMILIES
async def test_a_bad_sign_is_refused_in_the_familys_envelope(udesk: Udesk, family: Family) -> None:
    """Ruling 4; the journal has the number too."""
    method, path, _ = family

    answer = await udesk.call(method, path, query={"timestamp": udesk.timestamp, "sign": "0"}, signed=False)

    # Without email, nonce and sign_version the usual families miss their administrator first.
    _assert_refused(answer, family, 2059 if family is STRUCT else 2015)
    assert (await _last(udesk))["code"] == answer.body[family[2][0]]


@FAMILIES
async def test_a_call_too_many_is_refused_in_the_familys_envelope(udesk: Udesk, family: Family) -> None:
    """Ruling 25, contract §3: for a struct_messages rejection keep the envelope; both sides of the setting rate_limit_status."""
    await udesk.operator("PATCH", "/company", {"limits": "all"})
    await udesk.operator("PATCH", "/clock", {"rate": 0.001})
    calls = 60 if family in (VOTE, USUAL) else 1
    for _ in range(calls):
        assert (await _send(udesk, family)).status == 200

    by_status = await _send(udesk, family)
    await udesk.operator("PATCH", "/company", {"rate_limit_status": 200})
    by_body = await _send(udesk, family)

    _assert_refused(by_status, family, 429, status=429)
    _assert_refused(by_body, family, 429)
    assert (await _last(udesk))["code"] == 429


@FAMILIES
@pytest.mark.parametrize(("query", "body"), [("x=%zz", None), ("a=1&a[]=2", None), ("", b"{"), ("", b"[]")])
async def test_what_can_not_be_read_is_refused_in_the_familys_envelope(
    udesk: Udesk, family: Family, query: str, body: bytes | None
) -> None:
    """Ruling 5; a query that can't be read as a whole is still checked for its sign first."""
    answer = await _send(udesk, family, query, body=body)
    unsigned = await udesk.call(family[0], family[1], query=query, body=body, headers=JSON, signed=False)

    _assert_refused(answer, family, 2000)
    _assert_refused(unsigned, family, 20621)


@FAMILIES
async def test_a_bug_of_ours_is_answered_in_the_familys_envelope(
    udesk: Udesk, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Architecture: the mock's own faults are journalled and not hidden in a 500."""

    def broken(*_: object) -> None:
        raise KeyError("no such thing")

    company = udesk.slot.company
    monkeypatch.setattr(company, "submit", broken)
    monkeypatch.setattr(company, "look", broken)
    needed: dict[Family, dict[str, Any]] = {
        STRUCT: {"im_sub_session_id": 1, "customer_id": 1, "agent_id": 1},
        USUAL: {"customer_token": "c-1", "assign_type": "agent"},
    }
    asked = needed.get(family, {"session_id": 1, "start_time": "2026-11-22", "end_time": "2026-11-22"})
    answer = await _send(udesk, family, body=b'{"data": {"title": "x"}}' if family is STRUCT else None, **asked)

    _assert_refused(answer, family, 2000)
    assert answer.body["message"] == "mock-udesk fault: see GET /_mock/problems"
    assert [problem.kind for problem in company.journal.problems] == ["fault"]


@pytest.mark.parametrize("family", [SEARCH, VOTE], ids=lambda family: family[1])
async def test_the_journal_has_the_status_of_families_without_a_code(udesk: Udesk, family: Family) -> None:
    """Contract §2.1: success is status 0 there."""
    answer = await _send(udesk, family)

    assert ("code" in answer.body, answer.body["status"], (await _last(udesk))["code"]) == (False, 0, 0)


async def test_an_answer_with_a_status_that_is_no_number_keeps_its_code(udesk: Udesk) -> None:
    """Contract §8, POST /im/h5push: code 1000 beside a status in words."""
    await udesk.call("POST", "/im/h5push", json={"web_token": "w", "im_web_plugin_id": 1, "h5push": True})

    assert (await _last(udesk))["code"] == 1000


# -- the description -------------------------------------------------------------------------------------------------


def _described(document: dict[str, Any], family: Family) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"][f"/open_api_v1{family[1]}"][family[0].lower()]
    return operation


async def test_the_description_tells_how_structured_messages_are_signed(udesk: Udesk) -> None:
    """What the sign is over stands in the query, the card in the body."""
    document = (await udesk.operator("GET", "/openapi.json")).body
    operation = _described(document, STRUCT)

    parameters = [
        document["components"]["parameters"][row["$ref"].rpartition("/")[2]] if "$ref" in row else row
        for row in operation["parameters"]
    ]
    assert {row["name"]: (row["in"], row["required"]) for row in parameters} == dict.fromkeys(
        ("timestamp", "sign", "im_sub_session_id", "customer_id", "agent_id"), ("query", True)
    )
    (sign,) = (row for row in parameters if row["name"] == "sign")
    assert "im_sub_session_id=…&customer_id=…&agent_id=…&timestamp=…" in sign["description"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert (set(schema["properties"]), schema["required"]) == ({"jid_resource", "data"}, ["data"])


@FAMILIES
async def test_the_description_tells_how_a_family_refuses(udesk: Udesk, family: Family) -> None:
    """The error's schema has the family's names."""
    document = (await udesk.operator("GET", "/openapi.json")).body
    responses = _described(document, family)["responses"]

    schema = responses["429"]["content"]["application/json"]["schema"]
    error = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(error["properties"]) & {"code", "status"} == set(family[2])
    assert schema in responses["200"]["content"]["application/json"]["schema"]["anyOf"]
    done = {STRUCT: "status 1000", USUAL: "code 1000"}.get(family, "status 0")
    assert responses["200"]["description"].startswith(f"{done}: done")


# -- a path that a setting holds -------------------------------------------------------------------------------------

GUESS = "/im/messages/survey"
WITHOUT_PARAMETERS = {
    "code": 2000,
    "message": "param is missing or the value is empty: customer_token",
    "code_message": "param is missing or the value is empty: customer_token",
}


async def _put_at(udesk: Udesk, path: str | None) -> None:
    answer = await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": path})
    assert answer.status == 200, answer.raw


async def _unknown(udesk: Udesk, method: str, path: str) -> str:
    """The journal's hint for a path that is none."""
    answer = await udesk.call(method, path)
    assert (answer.status, answer.body["code"]) == (404, 404), answer.raw
    hint: str = (await _last(udesk))["detail"]
    return hint.partition(": unknown; ")[2]


async def test_a_movable_call_is_nowhere_by_default_and_the_journal_names_its_setting(udesk: Udesk) -> None:
    """Ruling 26: robot answer evaluation has no known path."""
    hint = await _unknown(udesk, "POST", GUESS)

    assert hint == "机器人问答评价 has no known path: the setting robot_answer_survey_path puts it here or elsewhere"
    problems = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem["kind"] for problem in problems] == ["unknown_path"]


@pytest.mark.parametrize("path", [GUESS, "/im/robot/answers"])
async def test_a_movable_call_is_where_its_setting_says(udesk: Udesk, path: str) -> None:
    """Ruling 26, at run time and back; a .json suffix and a closing slash are tolerated as everywhere."""
    await _put_at(udesk, path)

    answers = [await udesk.call("POST", f"{path}{end}") for end in ("", ".json", "/")]

    assert [(answer.status, answer.body) for answer in answers] == [(200, WITHOUT_PARAMETERS)] * 3
    assert (await _last(udesk))["endpoint"] == f"POST {GUESS}"
    assert await _unknown(udesk, "GET", path) == "this path takes POST"
    await _put_at(udesk, None)
    assert (await udesk.call("POST", path)).status == 404


async def test_the_guess_says_where_the_call_has_gone(udesk: Udesk) -> None:
    """Ruling 26; another company is not asked."""
    await _put_at(udesk, "/im/robot/answers")
    acme = await udesk.company("acme")

    assert (await udesk.call("POST", "/im/robot/answers")).body == WITHOUT_PARAMETERS
    assert await _unknown(udesk, "POST", GUESS) == (
        "机器人问答评价 is at /open_api_v1/im/robot/answers, where the setting robot_answer_survey_path has put it"
    )
    assert (await acme.call("POST", "/im/robot/answers")).status == 404


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/open_api_v1/im/messages/survey", "expected a path below /open_api_v1, without that part"),
        ("/open_api_v1", "expected a path below /open_api_v1, without that part"),
        ("//im/messages/survey", "expected one slash between names"),
        ("/im//survey", "expected one slash between names"),
        ("/im/messages/survey/", "expected no closing slash"),
        ("/", "expected no closing slash"),
        ("im/messages/survey", "expected a slash in front"),
        ("", "expected a slash in front"),
        ("/im/messages/survey.json", "expected letters, digits, _ and - between slashes"),
        ("/im/评价", "expected letters, digits, _ and - between slashes"),
        ("/im/survey?x=1", "expected letters, digits, _ and - between slashes"),
        ("/im/survey\n", "expected letters, digits, _ and - between slashes"),
    ],
)
async def test_a_path_where_no_call_can_ever_be_is_refused_in_plain_words(
    udesk: Udesk, path: str, expected: str
) -> None:
    """Ruling 26: whoever sets a path is told what is wrong with it, and what one looks like."""
    answer = await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": path})

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    said = answer.body["error"]["message"]
    assert f"robot_answer_survey_path: {expected}: /im/messages/survey" in said, said


@pytest.mark.parametrize("path", ["/" + "x" * 200, 7, ["/x"]])
async def test_a_path_that_is_too_long_or_no_text_is_refused(udesk: Udesk, path: Any) -> None:
    """Ruling 26."""
    answer = await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": path})

    assert (answer.status, answer.body["error"]["code"]) == (422, "invalid")
    assert answer.body["error"]["message"].startswith("robot_answer_survey_path: expected ")


async def test_a_movable_call_hides_no_other(udesk: Udesk) -> None:
    """It is looked for only when nothing else stands there, however the setting came about: every ordinary way refuses it."""
    company = udesk.slot.company
    company.settings = company.settings.model_copy(update={"robot_answer_survey_path": "/im/sessions/survey"})

    answer = await udesk.call("POST", "/im/sessions/survey")

    assert answer.body["message"] == "param is missing or the value is empty: im_sub_session_id"


class _Nothing(Ask):
    """No parameters."""


def test_a_table_keeps_its_movable_endpoints_apart() -> None:
    """They are listed, and found by the settings alone."""
    table = Table()

    @table.add("POST", "/guess", section="s", path_setting="robot_answer_survey_path")
    def move(call: object, ask: _Nothing) -> Reply:
        """Moves."""
        return Reply()

    joined = Table().join([table])
    (endpoint,) = joined.movable
    at_home, away = Settings(robot_answer_survey_path="/guess"), Settings(robot_answer_survey_path="/there")

    assert list(joined) == [endpoint]
    assert joined.find("POST", "/guess") == joined.find("POST", "/guess", away) == Missed((), "", endpoint)
    assert joined.find("POST", "/there", away) == joined.find("POST", "/guess", at_home) == Found(endpoint, {})
    assert joined.find("GET", "/there", away) == Missed(("POST",), "")


def test_a_table_says_where_an_endpoint_stands_whatever_the_settings() -> None:
    """A movable endpoint that is put there would never be found."""
    table = Table()
    facts: dict[str, Any] = {"section": "s"}

    @table.add("POST", "/fixed", **facts)
    @table.add("POST", "/open/{id}/rest", **facts)
    @table.add("POST", "/guess", path_setting="robot_answer_survey_path", **facts)
    def do(call: object, ask: _Nothing) -> Reply:
        """Does."""
        return Reply()

    paths = ("/fixed", "/fixed/", "/fixed.json", "/open/1/rest", "/guess", "/open/1", "/else")
    assert [table.has("POST", path) for path in paths] == [True] * 4 + [False] * 3
    assert not table.has("GET", "/fixed")
