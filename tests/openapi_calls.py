"""The calls whose examples openapi.json shows: one story, each endpoint in it at least once; the first of an endpoint is its example."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """A call as it is made: `line` is its method and path, with /_mock in front for the control API."""

    line: str
    json: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    # It only brings about what later calls speak of.
    is_shown: bool = True
    # What the answer is sent with, when the call can be answered in several ways.
    text: str = ""
    # What the answer's JSON must have, else the story went wrong.
    code: int = 1000


def _before(line: str, json: Any = None, **query: Any) -> Ask:
    return Ask(line, json, query, is_shown=False)


_ROBOT = {"robot_id": 12362, "scene_id": 39}
_TALK = {"customer_token": "customer-2", "im_sub_session_id": 23702, **_ROBOT}
_DAY = {"start_time": "2026-11-22", "end_time": "2026-11-22"}
_KNOWLEDGE: dict[str, Any] = {
    "questions": [
        {
            "id": 1,
            "question": "怎么退货",
            "answer": "七天之内都可以退货",
            "similar": ["如何退货"],
            "keywords": ["退货"],
        },
        {"id": 2, "question": "运费谁出", "answer": "质量问题由我们承担"},
    ],
    "chat": [{"question": "你好", "answer": "您好"}],
    "flows": [
        {"id": 80, "title": "售后", "items": [{"text": "退货", "flow": 81}]},
        {"id": 81, "title": "退货", "items": [{"text": "填写单号"}]},
    ],
    "unknown": "对不起,我还不会",
}
_STRUCT = {
    "data": {
        "title": "订单 20261122001",
        "description": "已发货",
        "img_url": "https://example.com/parcel.png",
        "buttons": [{"type": "link", "text": "查看物流", "value": "https://example.com/parcel"}],
    }
}
# In place of a body: what GET /_mock/snapshot has answered.
SNAPSHOT = "snapshot"

BEGIN = (
    Ask("GET /_mock/health"),
    Ask("POST /_mock/login", {"token": "the value of --control-token"}),
    Ask("POST /_mock/logout"),
    Ask("GET /_mock"),
    Ask("GET /_mock/companies"),
    Ask("POST /_mock/companies", {"subdomain": "acme", "seed": 7, "now": "2026-11-22T10:00:00+08:00", "rate": 0}),
    # It has no URLs: what is said of those depends on the machine.
    Ask("GET /c/acme/_mock/ready"),
    Ask("GET /_mock/company"),
    Ask("PATCH /_mock/company", {"queue_timeout_seconds": 600, "struct_page_url": "https://example.com/orders"}),
    Ask("GET /_mock/agents"),
    Ask(
        "POST /_mock/agents",
        {"name": "Anna", "im_nick": "小安", "groups": [11], "im_status": "online", "im_max_join_num": 2},
    ),
    Ask("GET /_mock/agents/Tom"),
    Ask("PATCH /_mock/agents/Tom", {"im_status": "online", "im_max_join_num": 5}),
    Ask("GET /_mock/groups"),
    Ask("POST /_mock/groups", {"name": "售前"}),
    Ask("GET /_mock/groups/11"),
    Ask("PATCH /_mock/groups/12", {"name": "售前一组"}),
    Ask("DELETE /_mock/groups/12"),
    Ask("POST /_mock/robots", {"name": "小云", "welcome": "您好,我是小云", **_KNOWLEDGE}),
    Ask("GET /_mock/robots"),
    Ask("GET /_mock/robots/小云"),
    Ask("PATCH /_mock/robots/小云", {"unknown": "请换个说法"}),
    Ask("POST /_mock/robots/小云/try", {"text": "如何退货"}),
    Ask(
        "POST /_mock/urobots",
        {
            "id": 12362,
            "name": "小优",
            "scenes": [{"id": 39, "name": "默认场景"}],
            "hello": "你好,很高兴为您服务!",
            "top_ask": [{"id": 2, "name": "常见问题", "questions": [1, 2]}],
            **_KNOWLEDGE,
        },
    ),
    Ask("GET /_mock/urobots"),
    Ask("GET /_mock/urobots/12362"),
    Ask("PATCH /_mock/urobots/12362", {"leading": "猜您想问"}),
    Ask("POST /_mock/urobots/12362/try", {"text": "运费谁出"}),
    Ask(
        "POST /_mock/customers", {"customer_token": "customer-9", "nick_name": "王小明", "cellphones": ["13800000000"]}
    ),
    Ask("GET /_mock/customers", query={"customer_token": "customer-9"}),
    Ask("GET /_mock/customers/1"),
    Ask("PATCH /_mock/customers/1", {"level": "vip", "is_online": False}),
    Ask("DELETE /_mock/customers/1"),
    Ask("POST /_mock/sign", {"method": "GET", "path": "/im/agent_status", "query": {"agent_id": 3}}),
    Ask(
        "PUT /_mock/scenario",
        {
            "scenario": "welcome",
            "rules": [{"on": "message", "match": {"text": "退款"}, "do": [{"reply": "好的,请稍等"}]}],
        },
    ),
    Ask("GET /_mock/scenario"),
    Ask("DELETE /_mock/scenario"),
)

EMULATED = (
    Ask("POST /log_in", {"email": "admin@demo.test", "password": "password"}),
    Ask(
        "POST /customers",
        {"customer": {"nick_name": "李雷", "open_api_token": "customer-1", "email": "lilei@example.com"}},
    ),
    Ask("GET /customers", query={"page": 1, "page_size": 10}),
    Ask("GET /customers/get_customer", query={"type": "token", "content": "customer-1"}),
    Ask("PUT /customers/update_customer", {"type": "token", "content": "customer-1", "customer": {"level": "vip"}}),
    Ask("GET /customers/custom_fields"),
    Ask("POST /agents", {"agent": {"nick_name": "Bob", "email": "bob@example.com", "user_group_ids": [11]}}),
    Ask("GET /agents", query={"page": 1, "per_page": 10}),
    Ask("PUT /agents/6", {"agent": {"aliase": "小鲍"}}),
    Ask("DELETE /agents/6", {"owner_id": 3}),
    Ask("GET /user_groups"),
    Ask("POST /user_groups", {"name": "质检"}),
    Ask("GET /user_groups/11/agents"),
    Ask("PUT /user_groups/13", {"name": "质检一组"}),
    Ask("DELETE /user_groups/13"),
    Ask("POST /im/sessions", {"customer_token": "customer-1", "assign_type": "agent", "agent_id": 3}),
    Ask("GET /im/customer_status", query={"customer_token": "customer-1"}),
    Ask("GET /im/agent_status", query={"agent_id": 3}),
    Ask("PUT /im/sessions/1001/message_preview", {"content": "我想退"}),
    Ask(
        "POST /im/messages",
        {
            "customer_token": "customer-1",
            "im_sub_session_id": 1001,
            "message_id": "m-1",
            "type": "message",
            "data": {"content": "我想退货"},
        },
    ),
    Ask("GET /im/messages/agent_unread_messages", query={"agent_ids[]": [3, 4]}),
    Ask("GET /im/im_sensitive_words"),
    Ask("POST /im/customer_online_state", {"customer_token": "customer-1", "state": 0}),
    Ask("POST /_mock/sessions/1001/read"),
    Ask("POST /_mock/sessions/1001/messages", {"content": "您好,请问是哪个订单?"}),
    Ask("GET /im/messages/unread_customer_offline", query={"im_sub_session_id": 1001, "customer_id": 2}),
    Ask("POST /im/messages/read_messages", {"session_id": 1001, "message_ids": ["udesk_41795312800000"]}),
    Ask("POST /_mock/sessions/1001/invite-survey"),
    Ask("GET /_mock/sessions/1001/struct-page"),
    Ask("POST /_mock/sessions/1001/transfer", {"agent": "Anna"}),
    Ask("GET /_mock/sessions/1001"),
    Ask("GET /_mock/sessions", query={"status": "open"}),
    Ask("POST /im/sessions/survey", {"im_sub_session_id": 1002, "option_id": 37}),
    Ask("POST /_mock/sessions/1002/close", {"close_type": "normal"}),
    _before("POST /im/sessions", {"customer_token": "customer-3", "assign_type": "agent"}),
    Ask("DELETE /im/sessions/1003"),
    Ask("GET /im/sessions/search", query=_DAY),
    Ask("GET /im/sessions/log", query={**_DAY, "session_id": 1002}),
    Ask("GET /im/sessions/vote", query=_DAY),
    Ask("DELETE /im/sessions/destroy_session", query=_DAY),
    Ask("GET /im/urobots"),
    _before("POST /im/sessions", {"customer_token": "customer-2", "assign_type": "urobot", **_ROBOT}),
    _before(
        "POST /im/messages",
        {
            "customer_token": "customer-2",
            "im_sub_session_id": -1,
            "message_id": "m-2",
            "data": {"content": "如何退货"},
            **_ROBOT,
        },
    ),
    Ask("GET /_mock/robot-talks"),
    Ask("POST /im/messages/hit", {**_TALK, "message_id": 55393, "question_id": 1, "query_type": 1}),
    Ask("POST /im/messages/flow", {**_TALK, "flow_id": 80}),
    Ask("POST /im/messages/answer_survey", {**_TALK, "messgae_id": 55393, "option_id": 1}),
    Ask("POST /im/sessions/robot_survey", {**_TALK, "option_id": 2, "remark": "很好"}),
    Ask("POST /im/sessions/transfer_survey", {"im_sub_session_id": 23702, **_ROBOT}),
    Ask("GET /_mock/robot-talks/23702"),
    _before("POST /im/sessions", {"customer_token": "customer-4", "assign_type": "robot"}),
    _before(
        "POST /im/messages",
        {"customer_token": "customer-4", "im_sub_session_id": 0, "message_id": "m-3", "data": {"content": "怎么退货"}},
    ),
    _before("PATCH /_mock/company", {"robot_answer_survey_path": "/im/messages/survey"}),
    Ask(
        "POST /im/messages/survey",
        {
            "customer_token": "customer-4",
            "message_id": "00000001-0000-4000-8000-01a200fb5100",
            "question_id": 210530,
            "useful": True,
        },
    ),
    _before("PATCH /_mock/agents/Tom", {"im_max_join_num": 1}),
    _before("POST /im/sessions", {"customer_token": "customer-5", "assign_type": "agent", "agent_id": 3}),
    Ask(
        "POST /im/sessions",
        {"customer_token": "customer-6", "assign_type": "agent", "agent_id": 3},
        is_shown=False,
        code=2001,
    ),
    Ask("GET /im/queue_status", query={"customer_token": "customer-6"}),
    Ask("GET /_mock/queues"),
    Ask("DELETE /im/sessions/close_queue", query={"customer_token": "customer-6", "queue": "queue:company:1:agent:3"}),
    Ask("GET /im/im_queues", query=_DAY),
    _before("PATCH /_mock/agents/Tom", {"im_max_join_num": 5}),
    Ask("POST /_mock/sessions", {"web_token": "visitor-1", "im_web_plugin_id": 16, "agent_id": 3}),
    Ask("POST /im/h5push", {"web_token": "visitor-1", "im_web_plugin_id": 16, "h5push": True}),
    _before("POST /_mock/sessions/1005/messages", {"content": "您还在吗?"}),
    _before("PATCH /_mock/company", {"h5_shape": "legacy"}),
    _before("POST /_mock/sessions/1005/messages", {"content": "您还在吗?"}),
    _before("PATCH /_mock/company", {"h5_shape": "document"}),
    Ask("POST /im/sessions/struct_messages", _STRUCT, {"im_sub_session_id": 1005, "customer_id": 8, "agent_id": 3}),
    _before(
        "POST /im/messages",
        {"customer_token": "customer-1", "im_sub_session_id": -2, "message_id": "m-4", "data": {"content": "请回电"}},
    ),
    Ask("GET /_mock/leave-messages", query={"status": "unsolved"}),
    Ask("POST /_mock/leave-messages/1/solve"),
    Ask("DELETE /customers/destroy_customer", query={"type": "token", "content": "customer-1"}),
)

END = (
    Ask(
        "POST /_mock/faults",
        {"on": "call", "match": {"path": "/im/messages"}, "times": 1, "do": {"delay_seconds": 0.5, "http_status": 502}},
    ),
    _before(
        "POST /_mock/faults",
        {"on": "push", "match": {"customer_token": "customer-7"}, "times": 2, "do": {"hold": True}},
    ),
    Ask("GET /_mock/faults"),
    Ask("GET /_mock/faults/1"),
    Ask("DELETE /_mock/faults/1"),
    _before("POST /im/sessions", {"customer_token": "customer-7", "assign_type": "agent", "agent_id": 3}),
    _before("POST /_mock/sessions/1006/messages", {"content": "您好"}),
    _before("GET /_mock/deliveries", customer_token="customer-7", state="pending", limit=1),
    Ask("POST /_mock/deliveries/{delivery}/release"),
    Ask("POST /_mock/faults/2/release"),
    Ask("DELETE /_mock/faults"),
    Ask("POST /_mock/settle", {"timeout_seconds": 5}),
    _before("POST /_mock/agents", {"name": "Eve", "im_status": "offline"}),
    _before("POST /im/sessions", {"customer_token": "customer-8", "assign_type": "agent", "agent_id": 3}),
    _before(
        "POST /im/messages",
        {"customer_token": "customer-8", "im_sub_session_id": 1007, "message_id": "m-8", "data": {"content": "你好"}},
    ),
    Ask("GET /_mock/clock"),
    Ask("PATCH /_mock/clock", {"now": "2026-11-22T12:00:00+08:00"}),
    Ask("POST /_mock/clock/advance", {"seconds": 30}),
    Ask("GET /_mock/requests", query={"path": "/im/messages", "limit": 2}),
    Ask("GET /_mock/requests/{last}"),
    Ask("GET /_mock/deliveries", query={"state": "delivered", "limit": 2}),
    Ask("GET /_mock/deliveries/1"),
    Ask("POST /_mock/deliveries/1/resend"),
    Ask("GET /_mock/timeline", query={"customer_token": "customer-8"}),
    Ask("GET /_mock/problems"),
    Ask("GET /_mock/journal", query={"limit": 2}),
    Ask("GET /_mock/events", query={"since": "1", "kind": "call"}),
    Ask(
        "POST /_mock/verify",
        {"method": "POST", "path": "/im/messages", "body": {"customer_token": "customer-8"}, "count": 1},
    ),
    Ask(
        "POST /_mock/await",
        {"until": {"push": {"customer_token": "customer-7"}}, "count": 1, "timeout_seconds": 5},
    ),
    Ask(
        "POST /_mock/explain",
        {
            "url": "http://localhost:8090/open_api_v1/im/agent_status?email=admin@demo.test&timestamp=1795320030&sign=2fca48427c60fd0e3cf6723c740dbadd6b5e630d&nonce=n-1&sign_version=v2"
        },
    ),
    Ask("GET /_mock/metrics"),
    Ask("GET /_mock/docs"),
    Ask("GET /_mock/llms.txt"),
    Ask("GET /_mock/openapi.json"),
    Ask("GET /c/acme/_mock/snapshot"),
    Ask("PUT /c/acme/_mock/snapshot", SNAPSHOT),
    Ask("DELETE /_mock/robots/小云"),
    Ask("DELETE /_mock/urobots/12362"),
    Ask("DELETE /_mock/agents/Eve"),
    Ask("DELETE /_mock/requests"),
    Ask("POST /_mock/reset", {"settings": True}),
    Ask("DELETE /_mock/companies/acme"),
)
