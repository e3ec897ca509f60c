"""What the document and its surroundings have and the mock has not: each with its reason, so that nothing is missing in silence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotEmulated:
    """One endpoint, push or page that is not there yet (`is_planned`), or never will be (ruling 29)."""

    name: str
    section: str
    reason: str
    is_planned: bool


_ROBOTS = "robots answer from a knowledge table, which is not there yet"
_RECORDS = "conversation records have an envelope of their own"
_WEBHOOKS = "event callbacks are another product than the IM pushes"
_FILES = "a page for browsers, not an open API"

NOT_EMULATED: tuple[NotEmulated, ...] = (
    NotEmulated("POST /im/sessions (assign_type robot)", "机器人返回", _ROBOTS, True),
    NotEmulated("POST /im/sessions (assign_type urobot)", "机器人返回", _ROBOTS, True),
    NotEmulated("POST /im/messages (im_sub_session_id 0, empty, -1)", "发送消息", _ROBOTS, True),
    NotEmulated(
        "POST /im/messages/survey", "机器人问答评价", "no path is known; to be there by setting (ruling 26)", True
    ),
    NotEmulated("POST /im/sessions/robot_survey", "urobot机器人会话评价(urobot使用)", _ROBOTS, True),
    NotEmulated("POST /im/messages/answer_survey", "问题评价(仅限urobot使用)", _ROBOTS, True),
    NotEmulated("POST /im/messages/flow", "流程问题接口", _ROBOTS, True),
    NotEmulated("POST /im/messages/hit", "用户点击行为接口", _ROBOTS, True),
    NotEmulated("GET /im/urobots", "获取urobot列表", _ROBOTS, True),
    NotEmulated("POST /im/sessions/transfer_survey", "转人工统计接口(urobot使用)", _ROBOTS, True),
    NotEmulated("push 回复消息通知 (assign_type robot)", "回复消息通知", _ROBOTS, True),
    NotEmulated("push 回复消息通知 (assign_type urobot)", "回复消息通知", _ROBOTS, True),
    NotEmulated(
        "POST /im/sessions/struct_messages", "发送 IM 结构化消息", "signed with MD5, in an envelope of its own", True
    ),
    NotEmulated(
        "page 自定义 IM 结构化消息列表页面", "自定义 IM 结构化消息列表页面", "comes with structured messages", True
    ),
    NotEmulated("GET /im/sessions/search", "contract §8", _RECORDS, True),
    NotEmulated("GET /im/sessions/log", "contract §8", _RECORDS, True),
    NotEmulated("GET /im/sessions/vote", "contract §8", _RECORDS, True),
    NotEmulated("GET /im/sessions/stats", "contract §8", "its shape is known from a guess alone", False),
    NotEmulated("POST /customers/batch_import_async", "contract §7.1", "batch import is no part of IM", False),
    NotEmulated("GET /customers/feeds", "contract §7.1", "feeds are no part of IM", False),
    NotEmulated("GET /agent_roles", "contract §7.2", "roles decide nothing at a mock's desk", False),
    NotEmulated("POST /get_agent_token", "contract §11", "agents of the mock don't log in", False),
    NotEmulated("POST /webhook_create", "contract §8", _WEBHOOKS, False),
    NotEmulated("POST /webhook_update", "contract §8", _WEBHOOKS, False),
    NotEmulated("POST /webhook_destroy", "contract §8", _WEBHOOKS, False),
    NotEmulated("POST /webhook_list", "contract §8", _WEBHOOKS, False),
    NotEmulated("POST /set_url", "contract §8", _WEBHOOKS, False),
    NotEmulated("POST /set_permissions", "contract §8", _WEBHOOKS, False),
    NotEmulated("GET /entry/im-log-list.html", "contract §8", _FILES, False),
    NotEmulated("POST /tickets/upload_file", "contract §8", "tickets are no part of IM", False),
    NotEmulated("tickets, call centre", "ruling 29", "no part of IM", False),
)
