"""Companies and settings over a real socket: interfaces §3."""

import pytest

from mock_udesk import __version__
from mock_udesk.settings import Settings

from ..integrator import Udesk


async def test_health_tells_the_version(udesk: Udesk) -> None:
    """`GET /_mock/health` → `{"status": "ok", "version": …}`."""
    answer = await udesk.operator("GET", "/health")

    assert (answer.status, answer.body) == (200, {"status": "ok", "version": __version__})


async def test_a_company_shows_each_setting_with_value_default_and_meaning(udesk: Udesk) -> None:
    """`GET /_mock/company`."""
    answer = await udesk.operator("GET", "/company")

    assert answer.status == 200
    assert answer.body["subdomain"] == "demo"
    assert (answer.body["email"], answer.body["token"], answer.body["secret"]) == (
        udesk.email,
        udesk.token,
        udesk.secret,
    )
    assert answer.body["base_url"] == udesk.base_url
    assert (answer.body["now"], answer.body["rate"]) == ("2026-11-22T10:00:00.000+08:00", 0.0)
    settings = answer.body["settings"]
    assert set(settings) == set(Settings.model_fields)
    assert settings["receive_url"]["value"] == udesk.receiver.url
    assert all(set(row) == {"value", "default", "meaning"} and row["meaning"] for row in settings.values())


async def test_a_setting_is_changed(udesk: Udesk) -> None:
    """`PATCH /_mock/company` changes what is named and leaves the rest."""
    answer = await udesk.operator("PATCH", "/company", {"auth": "off", "push_retry_seconds": [1, 2]})

    assert answer.status == 200
    settings = answer.body["settings"]
    assert (settings["auth"]["value"], settings["auth"]["default"]) == ("off", "strict")
    assert settings["push_retry_seconds"]["value"] == [1.0, 2.0]
    assert settings["receive_url"]["value"] == udesk.receiver.url


async def test_a_smaller_journal_holds_at_once(udesk: Udesk) -> None:
    """Settings journal_max_entries and journal_max_bytes reach journal and outbox."""
    for number in range(60):
        await udesk.call("POST", "/im/sessions", json={"customer_token": f"c-{number}", "assign_type": "agent"})
    before = (await udesk.operator("GET", "/requests")).body
    await udesk.operator("PATCH", "/company", {"journal_max_entries": 100})
    after = (await udesk.operator("GET", "/requests")).body

    assert (before["total"], before["dropped"]) == (60, 0)
    assert after["total"] < 60
    assert after["dropped"] > 0


async def test_a_url_is_unset_by_null(udesk: Udesk) -> None:
    """`receive_url: null`: none are sent."""
    answer = await udesk.operator("PATCH", "/company", {"receive_url": None})

    assert answer.body["settings"]["receive_url"]["value"] is None


async def test_nested_settings_are_merged(udesk: Udesk) -> None:
    """A part of the survey is changed, the rest of it stays."""
    answer = await udesk.operator("PATCH", "/company", {"survey": {"title": "如何?"}})

    survey = answer.body["settings"]["survey"]["value"]
    assert (survey["title"], survey["name"]) == ("如何?", "满意度评价")


async def test_an_unknown_setting_is_refused_with_the_nearest(udesk: Udesk) -> None:
    """Unknown key: 422 with the nearest one, and nothing has changed."""
    answer = await udesk.operator("PATCH", "/company", {"auth": "off", "recieve_url": "http://127.0.0.1:1/"})

    assert answer.status == 422
    assert answer.body["error"]["code"] == "invalid"
    assert answer.body["error"]["message"] == "recieve_url: unknown, did you mean receive_url?"
    assert (await udesk.operator("GET", "/company")).body["settings"]["auth"]["value"] == "strict"


@pytest.mark.parametrize(
    ("changes", "name", "found"),
    [
        ({"auth": "maybe"}, "auth", "maybe"),
        ({"receive_url": "nowhere"}, "receive_url", "nowhere"),
        ({"push_timeout_seconds": -1}, "push_timeout_seconds", "-1"),
        ({"journal_max_entries": "many"}, "journal_max_entries", "many"),
    ],
)
async def test_a_wrong_value_is_refused_by_name(
    udesk: Udesk, changes: dict[str, object], name: str, found: str
) -> None:
    """Wrong value: 422 that names the setting and what was found."""
    answer = await udesk.operator("PATCH", "/company", changes)

    assert answer.status == 422
    assert answer.body["error"]["message"].startswith(name)
    assert found in answer.body["error"]["message"]


@pytest.mark.parametrize(("name", "where"), [("token", "POST /_mock/companies"), ("rate", "PATCH /_mock/clock")])
async def test_what_is_no_setting_is_pointed_elsewhere(udesk: Udesk, name: str, where: str) -> None:
    """Credentials are founded with, time has its own call."""
    answer = await udesk.operator("PATCH", "/company", {name: "1"})

    assert answer.status == 422
    assert name in answer.body["error"]["message"]
    assert where in answer.body["error"]["hint"]


async def test_a_company_is_founded_listed_and_removed(udesk: Udesk) -> None:
    """`POST /_mock/companies` 201 with credentials; `GET` lists without them; `DELETE` removes."""
    wanted = {
        "subdomain": "acme",
        "email": "a@acme.test",
        "password": "p",
        "token": "t",
        "secret": "s",
        "receive_url": "http://127.0.0.1:9/in",
        "seed": 7,
        "now": "2026-01-02T03:04:05+08:00",
        "rate": 0,
        "settings": {"auth": "lenient"},
    }
    made = await udesk.operator("POST", "/companies", wanted)

    assert made.status == 201
    assert made.body == {
        "subdomain": "acme",
        "email": "a@acme.test",
        "password": "p",
        "token": "t",
        "secret": "s",
        "base_url": f"{udesk.base_url}/c/acme",
    }
    listed = await udesk.operator("GET", "/companies")
    assert listed.body["total"] == 2
    acme = listed.body["companies"][1]
    assert (acme["subdomain"], acme["seed"], acme["now"], acme["rate"], acme["is_default"]) == (
        "acme",
        7,
        "2026-01-02T03:04:05.000+08:00",
        0.0,
        False,
    )
    assert "token" not in acme
    assert (await udesk.operator("DELETE", "/companies/acme")).status == 200
    assert (await udesk.operator("GET", "/companies")).body["total"] == 1


async def test_a_company_needs_nothing_given(udesk: Udesk) -> None:
    """All fields are optional; names made up differ, its clock runs at rate 1."""
    first = await udesk.operator("POST", "/companies")
    second = await udesk.operator("POST", "/companies", {})

    assert (first.status, second.status) == (201, 201)
    assert first.body["subdomain"] != second.body["subdomain"]
    assert first.body["token"] != second.body["token"]
    rows = (await udesk.operator("GET", "/companies")).body["companies"]
    assert [row["rate"] for row in rows] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"subdomain": "demo"}, 409, "'demo' is taken"),
        ({"subdomain": "Not A Label"}, 422, "is not a host label"),
        ({"sudomain": "x"}, 422, "did you mean subdomain?"),
        ({"settings": {"limts": "off"}}, 422, "did you mean limits?"),
        ({"settings": {"limits": "some"}}, 422, "limits"),
        ({"receive_url": "ftp://x"}, 422, "receive_url"),
        ({"now": "yesterday"}, 422, "now"),
        ({"now": "2026-01-02T03:04:05"}, 422, "time zone"),
        ({"rate": -1}, 422, "rate"),
        ({"settings": {"token": "t"}}, 422, "token"),
        ({"settings": {"robot_answer_survey_path": "/im/messages"}}, 422, "is another call's"),
        ({"settings": {"sensitive_words": [" "]}}, 422, "sensitive_words[0]: “ ” is empty"),
    ],
)
async def test_a_company_that_cannot_be_is_refused(
    udesk: Udesk, asked: dict[str, object], status: int, words: str
) -> None:
    """409 on a taken name, 422 on what can't be; no company is made."""
    answer = await udesk.operator("POST", "/companies", asked)

    assert answer.status == status
    assert words in answer.body["error"]["message"]
    assert (await udesk.operator("GET", "/companies")).body["total"] == 1


async def test_the_default_company_stays(udesk: Udesk) -> None:
    """Removing the default one is a conflict, an unknown one a 404."""
    default = await udesk.operator("DELETE", "/companies/demo")
    unknown = await udesk.operator("DELETE", "/companies/nobody")

    assert (default.status, unknown.status) == (409, 404)
    assert "reset" in default.body["error"]["hint"]
    assert "demo" in unknown.body["error"]["hint"]


async def test_reset_begins_anew_and_keeps_settings(udesk: Udesk) -> None:
    """`POST /_mock/reset`: same ids, same first answers; URLs and settings stay."""
    await udesk.operator("PATCH", "/company", {"auth": "lenient"})
    before = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    answer = await udesk.operator("POST", "/reset")

    assert answer.status == 200
    assert answer.body["epoch"] == 2
    assert answer.body["settings"]["auth"]["value"] == "lenient"
    assert answer.body["settings"]["receive_url"]["value"] == udesk.receiver.url
    assert (await udesk.operator("GET", "/sessions")).body["total"] == 0
    after = await udesk.operator("POST", "/sessions", {"customer_token": "c-1"})
    assert after.body == before.body


async def test_reset_takes_settings_back_when_asked(udesk: Udesk) -> None:
    """`{"settings": true}`: back to what the company was founded with."""
    await udesk.operator("PATCH", "/company", {"auth": "lenient"})
    answer = await udesk.operator("POST", "/reset", {"settings": True})

    assert answer.body["settings"]["auth"]["value"] == "strict"


async def test_the_journal_never_holds_a_secret(udesk: Udesk) -> None:
    """Credentials stand in the answers alone, not in what is kept of them."""
    made = await udesk.operator("POST", "/companies", {"token": "a-secret-token", "secret": "a-shared-secret"})
    await udesk.operator("PATCH", "/company", {"auth": "strict"})
    await udesk.operator("PATCH", "/company", {"token": "a-secret-token"})
    kept = udesk.slot.company.journal.export()

    assert (made.body["token"], made.body["secret"]) == ("a-secret-token", "a-shared-secret")
    for secret in (udesk.token, udesk.secret, "a-secret-token", "a-shared-secret"):
        assert secret.encode() not in kept


async def test_companies_are_apart(udesk: Udesk) -> None:
    """Below another company's base the same calls see that company only."""
    acme = await udesk.company(subdomain="acme")
    await acme.operator("POST", "/sessions", {"customer_token": "c-1"})

    assert (await acme.operator("GET", "/sessions")).body["total"] == 1
    assert (await udesk.operator("GET", "/sessions")).body["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "asked", "words"),
    [
        ("POST", "/companies", {"auth": "off"}, 'auth: put it in "settings"'),
        ("PATCH", "/company", {"settings": {"auth": "off"}}, "leave out the wrapper"),
    ],
)
async def test_settings_in_the_wrong_place_are_pointed_to_the_right_one(
    udesk: Udesk, method: str, path: str, asked: dict[str, object], words: str
) -> None:
    """Founding takes them in `settings`, changing takes them bare."""
    answer = await udesk.operator(method, path, asked)

    assert answer.status == 422
    assert words in answer.body["error"]["message"] + answer.body["error"]["hint"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"survey": None}, "survey: expected an object, found null"),
        ({"push_retry_seconds": "10"}, 'push_retry_seconds: expected a list, found "10"'),
        ({"push_retry_seconds": [1, "x"]}, 'push_retry_seconds[1]: expected a number, found "x"'),
        ({"survey": {"options": [{"id": 1, "text": "a"}] * 2}}, "survey.options: option ids must differ, found [1, 1]"),
        ({"custom_fields": [{"field_name": "a"}]}, "custom_fields[0].field_label: missing"),
        ({"receive_url": "ftp://x"}, 'receive_url: expected an http or https URL, found "ftp://x"'),
        ({"sensitive_words": ["赌博", ""]}, "sensitive_words[1]: “” is empty"),
        ({"sensitive_words": ["?!"]}, "sensitive_words[0]: “?!” is punctuation alone"),
        (
            {"robot_answer_survey_path": "/im/messages"},
            "robot_answer_survey_path: POST /im/messages is another call's, which would answer in its place",
        ),
        (
            {"robot_answer_survey_path": "/im/sessions/survey/"},
            "robot_answer_survey_path: POST /im/sessions/survey/ is another call's, which would answer in its place",
        ),
    ],
)
async def test_a_wrong_value_is_told_in_plain_words(udesk: Udesk, changes: dict[str, object], message: str) -> None:
    """With JSON's nouns, and what was found as JSON."""
    answer = await udesk.operator("PATCH", "/company", changes)

    assert (answer.status, answer.body["error"]["message"]) == (422, message)


@pytest.mark.parametrize("path", ["/im/messages/survey", "/im/sessions/search", None])
async def test_a_free_path_is_taken_for_the_evaluation(udesk: Udesk, path: str | None) -> None:
    """Ruling 26. What is there under another method is free, too."""
    changed = await udesk.operator("PATCH", "/company", {"robot_answer_survey_path": path})

    assert (changed.status, changed.body["settings"]["robot_answer_survey_path"]["value"]) == (200, path)
