"""How a desk says no: the one table of codes, and the two errors that carry an answer."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table of codes: what the emulated API answers, and where that is written."""

    code: int
    message: str
    source: str


# Doc: im-api-v2, the error tables of each call; contract §1.8 and §2.2 for what the page itself does not list.
SUCCESS = 1000
QUEUEING = 2001
NOBODY_ONLINE = 2002

INVALID = Refusal(2000, "参数错误", "contract §2.2, ruling 5")
MISSING = Refusal(2000, "param is missing or the value is empty: {name}", "contract §1.8, ruling 5")
BAD_SUBDOMAIN = Refusal(2002, "子域名无效", "contract §1.8")
API_CUSTOMER = Refusal(2000, "通过API创建的客户不能用于这个接口", "im-api-v2 §发送 IM 结构化消息, ruling 24")
OVER_A_MONTH = Refusal(2000, "暂只提供一个月内的数据", "contract §8, measured")
DUPLICATE = Refusal(2004, "验证错", "contract §2.2 (SDK), ruling 6")
NO_ROBOT = Refusal(2005, "机器人不存在", "Assumed: ruling 17 gives the code, not the text")
NO_SCENE = Refusal(2005, "场景不存在", "Assumed: ruling 17 gives the code, not the text")
BAD_LOGIN = Refusal(2005, "邮箱或密码错误", "contract §1.8, ruling 3")
NOT_FOUND = Refusal(2015, "资源不存在", "contract §1.8, ruling 6")
UNKNOWN_ADMIN = Refusal(2015, "管理员不存在", "contract §1.8, ruling 1")
BAD_SIGN = Refusal(2059, "open api签名不对", "contract §1.8")
MISSING_PARAMETER = Refusal(2062, "缺少参数", "im-api-v2 §发送消息")
NO_SESSION = Refusal(2062, "找不到会话或会话已关闭", "im-api-v2 §发送消息预览")
NOT_QUEUEING = Refusal(2062, "不在该排队队列中", "Assumed: ruling 13 gives the code, not the text")
NOT_ENABLED = Refusal(2065, "没有开通该接口", "im-api-v2 §发送消息预览")
NO_AGENT = Refusal(5050, "客服不存在", "contract §2.2 (SDK), ruling 8")
NO_GROUP = Refusal(5060, "客服组不存在", "contract §2.2 (SDK), ruling 8")
SESSION_CLOSED = Refusal(9200, "会话不存在/会话已关闭", "im-api-v2 §发送消息")
NO_STATUS_GROUP = Refusal(11012, "指定组不存在", "im-api-v2 §查询客服状态")
BAD_TIMESTAMP = Refusal(20621, "timestamp格式不正确", "contract §1.8, ruling 1")
STALE_TIMESTAMP = Refusal(20622, "timestamp超出有效时间范围", "contract §1.8, ruling 1")
REUSED_NONCE = Refusal(20623, "nonce已被使用", "contract §1.8, ruling 1")
MISSING_NONCE = Refusal(20624, "nonce不能为空", "contract §1.8, ruling 1")
TOO_MANY_CALLS = Refusal(429, "请求频率超限", "ruling 25")
NO_ROUTE = Refusal(404, "接口不存在", "ruling 5")

REFUSALS: tuple[Refusal, ...] = (
    INVALID,
    MISSING,
    BAD_SUBDOMAIN,
    DUPLICATE,
    BAD_LOGIN,
    NO_ROBOT,
    NO_SCENE,
    API_CUSTOMER,
    OVER_A_MONTH,
    NOT_FOUND,
    UNKNOWN_ADMIN,
    BAD_SIGN,
    MISSING_PARAMETER,
    NO_SESSION,
    NOT_QUEUEING,
    NOT_ENABLED,
    NO_AGENT,
    NO_GROUP,
    SESSION_CLOSED,
    NO_STATUS_GROUP,
    BAD_TIMESTAMP,
    STALE_TIMESTAMP,
    REUSED_NONCE,
    MISSING_NONCE,
    TOO_MANY_CALLS,
    NO_ROUTE,
)


class DeskError(Exception):
    """The service says no. Normal, answered in one place as `{code, message, code_message[, exception]}`; nothing has changed.

    The message is the refusal's, with the command's `field` that was wrong, if one was. `detail` is English, for the journal
    alone: what was wrong and what would be right. `exception` goes to the caller.
    """

    def __init__(
        self,
        refusal: Refusal,
        *,
        message: str | None = None,
        field: str = "",
        detail: str = "",
        exception: str | None = None,
    ) -> None:
        self.code = refusal.code
        self.message = message if message is not None else _message(refusal, field)
        self.detail = detail
        self.exception = exception
        super().__init__(f"{self.code} {self.message}" + (f" ({detail})" if detail else ""))


def _message(refusal: Refusal, field: str) -> str:
    if "{name}" in refusal.message:
        return refusal.message.format(name=field)
    return f"{refusal.message}: {field}" if field else refusal.message


class UsageError(Exception):
    """The operator or a test misused us; the text says what was wrong, the hint what to do instead. Nothing has changed.

    The kind decides the control API's status: unauthorized 401, unknown 404, conflict 409, invalid 422. `field` is the record's that was wrong, if one was.
    """

    def __init__(
        self,
        kind: Literal["unauthorized", "unknown", "conflict", "invalid"],
        message: str,
        *,
        hint: str = "",
        field: str = "",
    ) -> None:
        self.kind: Literal["unauthorized", "unknown", "conflict", "invalid"] = kind
        self.message = message
        self.hint = hint
        self.field = field
        super().__init__(message)
