"""Wire objects, compared whole with the document's examples."""

from datetime import UTC, datetime

import pytest

from mock_udesk.company.pushes.shapes import (
    AgentMessage,
    CustomerShape,
    SurveyOptions,
    agent_message,
    beijing,
    customer,
    iso8601,
    parse_queue_name,
    queue_name,
    survey_options,
    text,
)
from mock_udesk.desk.records import Agent, Cellphone, Customer, Message, Sender, Target
from mock_udesk.settings import Settings, SurveyChoice, SurveySettings

AT = datetime(2017, 7, 11, 1, 52, 11, 650_000, tzinfo=UTC)

# Every key of the customer in the example of im-api-v2 §放弃排队查询.
DUMPED = """id email signature notify weibo_name weixin_openid nick_name weibo_id company_id created_at updated_at organization
cellphone telephone weixin_id authentication_token description qq platform_id ticket_show_filters wechat_status custom_fields
leave_msg_expire_at customer_import_record_id web_token sdk_token is_anonym owner_id ip from weibo_status
weibo_leave_msg_expire_at deleted weixin_api_status weixin_appid weixin_appsecret owner_group_id source_channel
weixin_channel_id province city phone_service_provider isp last_contact_at first_contact_at contact_count
last_contact_at_via_phone first_contact_at_via_phone contact_count_via_phone last_contact_at_via_im first_contact_at_via_im
contact_count_via_im latest_device_info organization_id is_blocked generated_channel weibo_channel_id level open_api_token
current_ticket_id mchat_openid"""
# As there.
FILTERS = dict.fromkeys(
    ("show_user", "show_assignee", "show_created_at", "show_priority", "show_status", "show_platform"), "true"
)


def test_a_moment_has_both_forms_of_the_document_in_beijing_time() -> None:
    """im-api-v2 §回复消息通知: "20170711 09:52:11" in the table, dashes in the example of the close."""
    assert (beijing(AT, "compact"), beijing(AT, "dashed")) == ("20170711 09:52:11", "2017-07-11 09:52:11")


def test_iso_8601_has_milliseconds_and_the_zone_of_beijing() -> None:
    """im-api-v2 §放弃排队查询: "2022-03-25T15:55:20.000+08:00"."""
    assert iso8601(datetime(2022, 3, 25, 7, 55, 20, tzinfo=UTC)) == "2022-03-25T15:55:20.000+08:00"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target("agent", 486), "queue:company:1:agent:486"),
        (Target("group", 11), "queue:company:1:group:11"),
        (Target("company"), "queue:company:1"),
    ],
)
def test_a_queue_and_its_name_lead_to_each_other(target: Target, name: str) -> None:
    """im-api-v2 §排队返回 for the agent's; ruling 8 for the others."""
    assert (queue_name(target), parse_queue_name(name)) == (name, target)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "queue",
        "queue:company:2",
        "queue:company:1:agent",
        "queue:company:1:agent:",
        "queue:company:1:agent:x",
        "queue:company:1:agent:٣",
        "queue:company:1:robot:3",
        "queue:company:1:agent:3\n",
        "queue:company:1:agent:" + "9" * 400,
    ],
)
def test_other_texts_name_no_queue(name: str) -> None:
    """close_queue answers such a name with 2062 (ruling 13)."""
    assert parse_queue_name(name) is None


def test_the_services_own_texts_have_half_width_punctuation_unless_set() -> None:
    """Ruling 28."""
    words = "当前客服正繁忙,您排在第3位!(a)?;"

    assert text(words, Settings()) == words
    assert text(words, Settings(fullwidth=True)) == "当前客服正繁忙，您排在第3位！（a）？；"


def test_survey_options_are_those_of_the_document() -> None:
    """im-api-v2 §survey_options, whole; `tags` and `value` are texts."""
    survey = SurveySettings(
        options=(
            SurveyChoice(id=36, text="非常满意", desc="非常满意", tags="tag1,tag2"),
            SurveyChoice(id=37, text="不满意", desc="不满意", remark_option="required"),
        ),
        default_option_id=36,
    )

    assert survey_options(survey) == {
        "enabled": True,
        "name": "满意度评价",
        "title": "您对本服务的评价是?",
        "desc": "感谢您的支持,为了使我们更好的为您服务,请您为本次服务做一个评价(回复字母即可)",
        "remark_enabled": True,
        "remark": "您可填写评价备注",
        "show_type": "text",
        "text": {
            "default_option_id": 36,
            "options": [
                {
                    "id": 36,
                    "text": "非常满意",
                    "desc": "非常满意",
                    "tags": "tag1,tag2",
                    "remark_option": "optional",
                },
                {"id": 37, "text": "不满意", "desc": "不满意", "tags": "", "remark_option": "required"},
            ],
        },
        "options": [
            {"id": 36, "text": "非常满意", "enabled": True},
            {"id": 37, "text": "不满意", "enabled": True},
        ],
        "methods": [
            {"id": 7, "flag": "after_session", "text": "对话结束后弹出", "enabled": True},
            {"id": 74, "flag": "agent_invite", "text": "客服主动邀请", "enabled": True},
            {
                "id": 1485,
                "flag": "customer_invite",
                "text": "客户主动满意度评价(仅支持web和Android/iOS SDK)",
                "enabled": True,
            },
        ],
        "resolved_enabled": True,
        "resolved_options": {
            "title": "您的问题是否已解决?",
            "options": [
                {"option_select": True, "option_name": "已解决"},
                {"option_select": True, "option_name": "未解决"},
            ],
            "value": "0",
        },
    }


@pytest.mark.parametrize("show_type", ["text", "expression", "star"])
def test_the_answers_stand_under_their_kind_and_only_texts_have_a_desc(show_type: str) -> None:
    """im-api-v2 §survey_options: text, expression and star are 可选, by show_type."""
    options = survey_options(SurveySettings.model_validate({"show_type": show_type}))

    SurveyOptions.model_validate(options)
    assert {"text", "expression", "star"} & options.keys() == {show_type}
    assert all(("desc" in option) is (show_type == "text") for option in options[show_type]["options"])


def test_ids_of_the_answers_equal_the_compatible_ones_and_a_disabled_one_says_so() -> None:
    """Ruling 16; the compatible list alone has `enabled`."""
    survey = SurveySettings(options=(SurveyChoice(id=1, text="a"), SurveyChoice(id=2, text="b", enabled=False)))

    options = survey_options(survey)

    assert [option["id"] for option in options["text"]["options"]] == [1]
    assert [(option["id"], option["enabled"]) for option in options["options"]] == [(1, True), (2, False)]


@pytest.mark.parametrize(("default", "shown"), [(2, 2), (3, 2), (36, 2)])
def test_a_default_that_is_no_answer_is_the_first_answer_instead(default: int, shown: int) -> None:
    """im-api-v2 §survey_options: default_option_id is one of the options; a disabled one is none."""
    survey = SurveySettings(
        options=(
            SurveyChoice(id=1, text="a", enabled=False),
            SurveyChoice(id=2, text="b"),
            SurveyChoice(id=3, text="c", enabled=False),
        ),
        default_option_id=default,
    )

    options = survey_options(survey)

    assert options["text"]["default_option_id"] == shown
    assert shown in [option["id"] for option in options["options"] if option["enabled"]]


def test_an_agent_message_has_the_keys_of_the_document() -> None:
    """im-api-v2 §回复消息通知, assign_type agent; customers see the nick (§查询客服状态)."""
    message = Message(id="udesk_1", sender=Sender.AGENT, type="rich", data={"content": "<p>x</p>"}, created_at=AT)
    tom = Agent(id=1, name="Tom", nick="TOM", avatar="https://123.com/1.png")

    shown = agent_message(message, tom, session_id=3, agent_id=1, time_format="compact")

    AgentMessage.model_validate(shown)
    assert shown == {
        "type": "rich",
        "message_id": "udesk_1",
        "agent_id": 1,
        "agent_name": "TOM",
        "agent_avatar": "https://123.com/1.png",
        "im_sub_session_id": 3,
        "message_created_at": "20170711 09:52:11",
        "data": {"content": "<p>x</p>"},
    }


def test_a_message_of_somebody_who_was_removed_keeps_the_id() -> None:
    """The record of the agent may be gone when unread messages are read."""
    message = Message(id="udesk_1", sender=Sender.AGENT, type="message", data={"content": "x"}, created_at=AT)

    shown = agent_message(message, None, session_id=3, agent_id=7, time_format="dashed")

    assert (shown["agent_id"], shown["agent_name"], shown["agent_avatar"]) == (7, "", "")


def test_a_customer_has_every_key_of_the_documents_dump() -> None:
    """im-api-v2 §放弃排队查询, customer_name; contract §7.1 for the lists; unknown things are null or false."""
    record = Customer(
        id=12345,
        nick_name="xxx",
        created_at=datetime(2022, 3, 25, 7, 55, 3, tzinfo=UTC),
        updated_at=datetime(2022, 3, 25, 7, 55, 4, tzinfo=UTC),
        token="c-1",
        email="x@y.test",
        other_emails=["z@y.test"],
        cellphones=[Cellphone(id=1, content="13651190000")],
        tags=["a", "b"],
        custom_fields={"SelectField_1": ["0"]},
    )

    shown = customer(record).model_dump()

    told = {
        "id": 12345,
        "email": "x@y.test",
        "nick_name": "xxx",
        "company_id": 1,
        "created_at": "2022-03-25T15:55:03.000+08:00",
        "updated_at": "2022-03-25T15:55:04.000+08:00",
        "cellphone": "13651190000",
        "cellphones": [{"id": 1, "content": "13651190000"}],
        "other_emails": ["z@y.test"],
        "weixins": [],
        "custom_fields": {"SelectField_1": ["0"]},
        "tags": ["a", "b"],
        "is_anonym": False,
        "deleted": False,
        "is_blocked": False,
        "level": "normal",
        "open_api_token": "c-1",
        "ticket_show_filters": FILTERS,
        "latest_device_info": {},
    }
    assert shown == {**dict.fromkeys(DUMPED.split()), **told}


@pytest.mark.parametrize(("channel", "source"), [("web", ("web_im", 4)), ("api", (None, None)), ("ios", (None, None))])
def test_a_customer_comes_from_where_the_conversation_came(channel: str, source: tuple[object, object]) -> None:
    """im-api-v2 §放弃排队查询: the example has a web customer, source_channel web_im and platform_id 4; others are not told."""
    shown = customer(Customer(id=1, nick_name="", created_at=AT, updated_at=AT), channel=channel)

    assert (shown.source_channel, shown.platform_id) == source


def test_the_customers_shape_serialises_with_the_wires_names() -> None:
    """`from` is a word of Python, and still the key."""
    record = Customer(id=1, nick_name="", created_at=AT, updated_at=AT)

    assert '"from":null' in customer(record).model_dump_json()
    assert "from_" not in CustomerShape.model_json_schema(mode="serialization")["properties"]
