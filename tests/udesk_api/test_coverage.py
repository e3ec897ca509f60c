"""Nothing of the document is missing without saying so: its endpoints and pushes, written out, against what is registered."""

import pytest

from mock_udesk.company.pushes.pushes import PUSHES
from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.udesk_api import UDESK_API
from mock_udesk.udesk_api.not_emulated import NOT_EMULATED

# Every endpoint of im-api-v2, in its order, with the heading that it stands under.
DOCUMENT = (
    ("POST /im/sessions", "创建会话(请求分配客服)"),
    ("DELETE /im/sessions/{session_id}", "关闭会话"),
    ("DELETE /im/sessions/destroy_session", "删除会话"),
    ("DELETE /im/sessions/close_queue", "放弃排队"),
    ("PUT /im/sessions/{session_id}/message_preview", "发送消息预览"),
    ("POST /im/messages", "发送消息"),
    ("GET /im/messages/unread_customer_offline", "获取客户离线未读消息"),
    ("POST /im/customer_online_state", "修改客户在线状态"),
    ("POST /im/messages/read_messages", "修改客服消息已读状态"),
    ("GET /im/im_sensitive_words", "获取客户敏感词配置"),
    ("GET /im/messages/agent_unread_messages", "获取客服未读消息"),
    ("POST /im/messages/survey", "机器人问答评价"),
    ("POST /im/sessions/robot_survey", "urobot机器人会话评价(urobot使用)"),
    ("POST /im/sessions/survey", "会话评价(评价客服)"),
    ("POST /im/messages/answer_survey", "问题评价(仅限urobot使用)"),
    ("POST /im/messages/flow", "流程问题接口"),
    ("POST /im/messages/hit", "用户点击行为接口"),
    ("GET /im/urobots", "获取urobot列表"),
    ("POST /im/sessions/transfer_survey", "转人工统计接口(urobot使用)"),
    ("GET /im/queue_status", "查询排队状态"),
    ("GET /im/customer_status", "查询客户状态"),
    ("GET /im/agent_status", "查询客服状态"),
    ("GET /im/im_queues", "放弃排队查询"),
    ("POST /im/sessions/struct_messages", "发送 IM 结构化消息"),
)
# Its pushes.
PUSHED = ("发送客户消息已读状态", "回复消息通知", "H5离线推送")
# What the document refers to (创建客户) and contract §1.4, §7 and §8 add.
AROUND = (
    "POST /log_in",
    "POST /customers",
    "GET /customers",
    "GET /customers/get_customer",
    "PUT /customers/update_customer",
    "DELETE /customers/destroy_customer",
    "GET /customers/custom_fields",
    "POST /customers/batch_import_async",
    "GET /customers/feeds",
    "GET /agents",
    "POST /agents",
    "PUT /agents/{id}",
    "DELETE /agents/{id}",
    "GET /agent_roles",
    "GET /user_groups",
    "GET /user_groups/{id}/agents",
    "POST /user_groups",
    "PUT /user_groups/{id}",
    "DELETE /user_groups/{id}",
    "POST /im/h5push",
    "GET /im/sessions/search",
    "GET /im/sessions/log",
    "GET /im/sessions/vote",
    "GET /im/sessions/stats",
    "POST /webhook_create",
    "POST /webhook_update",
    "POST /webhook_destroy",
    "POST /webhook_list",
    "POST /set_url",
    "POST /set_permissions",
    "GET /entry/im-log-list.html",
    "POST /tickets/upload_file",
)
EMULATED = {endpoint.name: endpoint for endpoint in UDESK_API}
SAID = {row.name: row for row in NOT_EMULATED}


@pytest.mark.parametrize(("name", "section"), DOCUMENT)
def test_every_endpoint_of_the_document_is_there_whole(name: str, section: str) -> None:
    """Under the heading that the document has."""
    assert (EMULATED[name].section, EMULATED[name].coverage) == (section, "whole")


def test_the_page_of_the_document_is_shown_to_the_operator() -> None:
    """§自定义 IM 结构化消息列表页面: a page of the app's own; what is ours is its signed URL."""
    assert "GET /sessions/{id}/struct-page" in {endpoint.name for endpoint in CONTROL_API}


@pytest.mark.parametrize("name", AROUND)
def test_every_endpoint_around_the_document_is_there_or_said_to_be_missing(name: str) -> None:
    """Contract §1.4, §7, §8; ruling 29."""
    assert (name in EMULATED) is not (name in SAID)


def test_nothing_is_emulated_that_no_source_has() -> None:
    """What is registered stands in the lists above."""
    assert set(EMULATED) <= {name for name, _ in DOCUMENT} | set(AROUND)


def test_nothing_is_both_emulated_and_said_to_be_missing() -> None:
    """A row goes when its endpoint comes."""
    assert set(EMULATED) & set(SAID) == set()


@pytest.mark.parametrize("section", PUSHED)
def test_every_push_of_the_document_is_there_whole(section: str) -> None:
    """im-api-v2, the three that are POSTed to the integrator."""
    assert {push.coverage for push in PUSHES if push.section == section} == {"whole"}


def test_answers_have_a_push_for_each_who_gives_them() -> None:
    """§回复消息通知: 根据 assign_type 不同,message 的格式有所不同."""
    names = [push.name for push in PUSHES if push.section == "回复消息通知"]

    assert names == ["agent_messages", "robot_answer", "urobot_answer"]


def test_whatever_is_partial_or_assumed_has_a_note() -> None:
    """The table of endpoints is read by people who decide what to trust."""
    assert [
        row.name for row in UDESK_API if not row.note and (row.coverage, row.source) != ("whole", "documented")
    ] == []
    assert [row.name for row in PUSHES if not row.note and (row.coverage, row.source) != ("whole", "documented")] == []


def test_what_is_missing_has_a_reason_and_never_comes() -> None:
    """What is not emulated is ruled out (ruling 29)."""
    assert all(row.reason and row.section for row in NOT_EMULATED)
    assert len(SAID) == len(NOT_EMULATED)


def test_what_is_signed_limited_or_refused_in_a_way_of_its_own() -> None:
    """Rulings 3 and 4; contract §2.1 and §3."""
    own = {row.name: row.signature for row in UDESK_API if row.signature != "open_api"}
    limits = {row.name: (row.limit.calls, row.limit.seconds, row.limit.per) for row in UDESK_API if row.limit}
    envelopes = {row.name: row.refused_as for row in UDESK_API if row.refused_as != ("code",)}

    assert own == {"POST /log_in": "none", "POST /im/sessions/struct_messages": "struct"}
    assert limits == {
        "PUT /im/sessions/{session_id}/message_preview": (3, 1, "session_id"),
        "POST /im/sessions/struct_messages": (1, 2, ""),
        "GET /im/sessions/search": (1, 2, ""),
        "GET /im/sessions/log": (1, 2, ""),
    }
    assert envelopes == {
        "POST /im/sessions/struct_messages": ("status",),
        "GET /im/sessions/search": ("code", "status"),
        "GET /im/sessions/log": ("code", "status"),
        "GET /im/sessions/vote": ("code", "status"),
    }


def test_one_path_alone_is_a_setting() -> None:
    """Ruling 26: robots' answers are rated where the setting says."""
    assert [(row.name, row.path_setting, row.source) for row in UDESK_API if row.path_setting] == [
        ("POST /im/messages/survey", "robot_answer_survey_path", "assumed")
    ]
