"""Every setting that the rulings name, with its ruling and the tests of its two sides; and how far a setting reaches."""

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mock_udesk.settings import Settings, describe

from ..integrator import Udesk
from . import talk

RULINGS = Path(__file__).parent.parent.parent / "docs" / "rulings.md"

CALLS = "tests.udesk_api.test_dialects_of_calls"
SESSIONS = "tests.udesk_api.test_dialects_of_sessions"
PUSHES = "tests.udesk_api.test_dialects_of_pushes"
ROBOTS = "tests.udesk_api.test_dialects_of_robots"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A setting: the ruling that names it, a value that is not its default, and where both sides are seen over real sockets."""

    name: str
    ruling: int
    other: Any
    module: str
    test: str


DIALECTS = (
    Dialect(
        "timestamp_against",
        1,
        "company",
        "tests.server.test_signatures",
        "test_a_timestamp_is_held_against_the_clock_of_the_setting",
    ),
    Dialect("accept_sha1", 2, False, "tests.server.test_signatures", "test_an_older_scheme_is_accepted_by_setting"),
    Dialect("sha1_window", 2, True, "tests.server.test_signatures", "test_sha1_is_held_to_the_window_by_setting"),
    Dialect(
        "accept_sha1_five_parts",
        2,
        True,
        "tests.server.test_signatures",
        "test_an_older_scheme_is_accepted_by_setting",
    ),
    Dialect("auto_create_customers", 6, False, CALLS, "test_unknown_customers_are_made_or_refused"),
    Dialect("message_preview", 6, False, CALLS, "test_previews_are_open_or_not"),
    Dialect("assign_seconds", 10, 5.0, SESSIONS, "test_a_freed_place_is_taken_at_once_or_later"),
    Dialect("session_message", 11, "welcome", SESSIONS, "test_message_is_success_or_the_welcome"),
    Dialect(
        "push_redirect_close",
        12,
        True,
        "tests.udesk_api.test_pushed",
        "test_a_transfer_comes_in_one_post_with_the_new_id",
    ),
    Dialect("push_close_on_delete", 12, False, SESSIONS, "test_a_close_by_delete_is_pushed_or_not"),
    Dialect("duplicate_message", 14, "error", CALLS, "test_a_repeated_message_id_is_accepted_or_refused"),
    Dialect("queue_timeout_seconds", 15, 60.0, SESSIONS, "test_one_waits_for_ever_or_so_long"),
    Dialect("customer_idle_close_seconds", 15, 60.0, SESSIONS, "test_an_idle_session_stays_or_is_closed"),
    Dialect("survey", 16, {"show_type": "star"}, SESSIONS, "test_the_survey_is_the_documents_or_ones_own"),
    Dialect(
        "push_survey_invitation",
        16,
        False,
        "tests.udesk_api.test_surveys",
        "test_an_invitation_is_pushed_unless_set_otherwise",
    ),
    Dialect("sensitive_words", 17, ["退款"], ROBOTS, "test_the_companys_words_are_sensitive_once_they_are_listed"),
    Dialect("sensitive_words_open", 17, True, ROBOTS, "test_the_companys_words_are_sensitive_once_they_are_open"),
    Dialect("push_timeout_seconds", 19, 1.0, PUSHES, "test_a_receiver_has_so_long"),
    Dialect("push_retry_seconds", 19, [5.0], PUSHES, "test_the_waits_before_other_attempts"),
    Dialect("push_success", 19, "2xx", "tests.udesk_api.test_pushed", "test_what_counts_as_delivered_is_set"),
    Dialect("receive_time_format", 20, "dashed", PUSHES, "test_times_are_compact_or_dashed"),
    Dialect(
        "h5_time_format",
        20,
        "compact",
        "tests.udesk_api.test_h5",
        "test_the_form_of_the_time_is_set_for_the_h5_url_alone",
    ),
    Dialect("urobot_messages", 21, "list", ROBOTS, "test_a_urobots_messages_are_an_object_or_a_list"),
    Dialect("h5_push_url", 22, "http://127.0.0.1:1/", PUSHES, "test_h5_pushes_go_nowhere_or_to_the_url"),
    Dialect("h5_events", 22, True, "tests.udesk_api.test_h5", "test_create_and_close_events_come_by_setting"),
    Dialect("h5_shape", 22, "legacy", PUSHES, "test_h5_bodies_are_the_documents_or_the_older_ones"),
    Dialect("struct_to_api_customers", 24, True, ROBOTS, "test_struct_messages_to_api_customers_are_refused_or_pushed"),
    Dialect("struct_page_url", 24, "https://x.test/page", ROBOTS, "test_the_custom_page_is_nowhere_or_at_the_url"),
    Dialect("limits", 25, "off", CALLS, "test_limits_hold_or_not"),
    Dialect("rate_limit_status", 25, 200, CALLS, "test_an_excess_is_answered_429_or_200"),
    Dialect(
        "robot_answer_survey_path",
        26,
        "/im/messages/survey",
        ROBOTS,
        "test_robots_answers_are_rated_nowhere_or_at_the_path",
    ),
    Dialect("fullwidth", 28, True, CALLS, "test_punctuation_is_half_width_or_full_width"),
)
NAMED = {dialect.name: dialect for dialect in DIALECTS}


def rulings() -> dict[int, str]:
    """The rulings by number; one may have several lines."""
    parts = re.split(r"^(\d+)\. ", RULINGS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: str(dialect.name))
async def test_a_setting_is_listed_with_value_default_and_meaning(udesk: Udesk, dialect: Dialect) -> None:
    """Interfaces §3, GET /_mock/company; the meaning names the ruling. The value is what it was switched to, the default stays."""
    before = (await udesk.operator("GET", "/company")).body["settings"][dialect.name]
    await talk.settings(udesk, **{dialect.name: dialect.other})

    after = (await udesk.operator("GET", "/company")).body["settings"][dialect.name]

    assert after.keys() == {"value", "default", "meaning"}
    assert (before["value"], after["default"]) == (before["default"], before["default"])
    is_merged = isinstance(dialect.other, dict)
    assert after["value"] == ({**before["value"], **dialect.other} if is_merged else dialect.other)
    assert after["value"] != before["value"]
    assert f"ruling {dialect.ruling})" in after["meaning"]


def test_every_setting_whose_meaning_names_a_ruling_has_a_row() -> None:
    """With that ruling."""
    named = {
        name: int(found[1])
        for name, row in describe(Settings()).items()
        if (found := re.search(r"\(ruling (\d+)\)", row["meaning"]))
    }

    assert {name: number for name, number in named.items() if name not in NAMED} == {}
    assert {name: number for name, number in named.items() if NAMED[name].ruling != number} == {}


def test_every_ruling_that_speaks_of_a_setting_has_a_row() -> None:
    """rulings.md: each ruling with a `setting` can be switched per company, at run time."""
    marked = {number for number, text in rulings().items() if re.search(r"\bsetting|settable\b", text)}

    assert len(rulings()) == 29
    assert marked - {dialect.ruling for dialect in DIALECTS} == set()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: str(dialect.name))
def test_both_sides_of_a_setting_are_seen_somewhere(dialect: Dialect) -> None:
    """The test that the row names is there, and knows the setting by its name."""
    module = import_module(dialect.module)
    function = getattr(module, dialect.test)

    assert function.__doc__
    assert dialect.name in Path(str(module.__file__)).read_text(encoding="utf-8")


def test_a_setting_has_one_row() -> None:
    """And a value that is not the default."""
    defaults = Settings().model_dump(mode="json")

    assert len(NAMED) == len(DIALECTS)
    assert [dialect.name for dialect in DIALECTS if defaults[dialect.name] == dialect.other] == []


OTHERS = {dialect.name: dialect.other for dialect in DIALECTS}


async def values(udesk: Udesk) -> dict[str, Any]:
    settings = (await udesk.operator("GET", "/company")).body["settings"]
    return {name: settings[name]["value"] for name in OTHERS}


async def test_a_reset_keeps_the_settings_unless_told_otherwise(udesk: Udesk) -> None:
    """Interfaces §3, POST /_mock/reset."""
    founded = await values(udesk)
    await talk.settings(udesk, **OTHERS)
    switched = await values(udesk)

    await udesk.operator("POST", "/reset", {})
    kept = await values(udesk)
    await udesk.operator("POST", "/reset", {"settings": True})

    assert kept == switched
    assert [name for name in OTHERS if kept[name] == founded[name]] == []
    assert await values(udesk) == founded


async def test_a_reset_keeps_what_the_settings_do(udesk: Udesk) -> None:
    """The new life answers as it was set, then as it was founded."""
    await talk.settings(udesk, session_message="welcome", auto_create_customers=False, message_preview=False)
    codes = []

    for reset in ({}, {"settings": True}):
        await udesk.operator("POST", "/reset", reset)
        preview = await udesk.call("PUT", "/im/sessions/9/message_preview", json={"content": "x"})
        codes.append(((await talk.ask(udesk)).body["code"], preview.body["code"]))

    assert codes == [(2015, 2065), (1000, 2062)]


async def test_a_companys_dialect_is_its_own(udesk: Udesk) -> None:
    """Architecture: companies are apart by construction."""
    acme = await udesk.company("acme")
    founded = await values(acme)

    await talk.settings(udesk, **OTHERS)

    assert await values(acme) == founded
    await talk.settings(udesk, auto_create_customers=False)
    codes = [(await talk.ask(company)).body["code"] for company in (udesk, acme)]
    assert codes == [2015, 1000]
