"""Nothing of the document is missing without saying so: its endpoints and pushes, written out, against what is registered."""

import pytest

from mock_udesk.company.pushes import PUSHES
from mock_udesk.endpoint import Endpoint
from mock_udesk.udesk_api import UDESK_API
from mock_udesk.udesk_api.not_emulated import NOT_EMULATED, NotEmulated

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
    ("page 自定义 IM 结构化消息列表页面", "自定义 IM 结构化消息列表页面"),
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
# What is emulated in part: the other part has rows of its own.
PARTS = {
    "POST /im/sessions": {
        "POST /im/sessions (assign_type robot)",
        "POST /im/sessions (assign_type urobot)",
    },
    "POST /im/messages": {"POST /im/messages (im_sub_session_id 0, empty, -1)"},
    "回复消息通知": {"push 回复消息通知 (assign_type robot)", "push 回复消息通知 (assign_type urobot)"},
}

EMULATED = {endpoint.name: endpoint for endpoint in UDESK_API}
SAID = {row.name: row for row in NOT_EMULATED}


@pytest.mark.parametrize(("name", "section"), DOCUMENT)
def test_every_endpoint_of_the_document_is_there_or_said_to_be_missing(name: str, section: str) -> None:
    """Under the heading that the document has."""
    found: Endpoint | NotEmulated = EMULATED[name] if name in EMULATED else SAID[name]

    assert found.section == section


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
def test_every_push_of_the_document_is_declared(section: str) -> None:
    """im-api-v2, the three that are POSTed to the integrator."""
    assert section in {push.section for push in PUSHES}


@pytest.mark.parametrize(("name", "rows"), PARTS.items())
def test_what_is_there_in_part_says_what_is_missing(name: str, rows: set[str]) -> None:
    """coverage partial has a note, and the other part rows."""
    declared = [EMULATED[name]] if name in EMULATED else [push for push in PUSHES if push.section == name]

    assert rows <= set(SAID)
    assert all(row.coverage == "partial" and row.note for row in declared)


def test_whatever_is_partial_or_assumed_has_a_note() -> None:
    """The table of endpoints is read by people who decide what to trust."""
    assert [
        row.name for row in UDESK_API if not row.note and (row.coverage, row.source) != ("whole", "documented")
    ] == []
    assert [row.name for row in PUSHES if not row.note and (row.coverage, row.source) != ("whole", "documented")] == []


def test_what_is_missing_has_a_reason_and_is_planned_or_never_comes() -> None:
    """What is not planned is ruled out (ruling 29)."""
    assert all(row.reason and row.section for row in NOT_EMULATED)
    assert {row.is_planned for row in NOT_EMULATED} == {True, False}
    assert len(SAID) == len(NOT_EMULATED)


def test_only_logging_in_is_unsigned_and_only_previews_have_a_limit_of_their_own() -> None:
    """Ruling 3; contract §3."""
    assert [row.name for row in UDESK_API if not row.is_signed] == ["POST /log_in"]
    assert [row.name for row in UDESK_API if row.limit] == ["PUT /im/sessions/{session_id}/message_preview"]
