"""H5: pushes to customers of an embedded page."""

from typing import Literal

from ..company.call import Call
from ..desk.commands import SwitchH5Push
from ..desk.errors import SUCCESS
from ..endpoint import Ask, Integer, OptionalToken, Reply, Table
from .fields import SUCCEEDED
from .status import one_customer

TABLE = Table()


class SwitchIt(Ask):
    """One of three tokens, the first that is not empty; on or off."""

    customer_token: OptionalToken = None
    web_token: OptionalToken = None
    sdk_token: OptionalToken = None
    im_web_plugin_id: Integer
    h5push: bool


class Switched(Reply):
    """0 无推送, 1 推送中, 3 无效客户."""

    code: int = SUCCESS
    message: str = SUCCEEDED
    status: Literal["无推送", "推送中", "无效客户"]
    status_code: int


@TABLE.add(
    "POST",
    "/im/h5push",
    section="contract §8",
    note="From the older official page on H5 pushes. Assumed: no token at all is 2000; the tokens' order is that of customer_status.",
)
def h5push(call: Call, ask: SwitchIt) -> Switched:
    """Turns pushes to the H5 URL on or off for a customer."""
    _, customer = one_customer(
        call, customer_token=ask.customer_token, web_token=ask.web_token, sdk_token=ask.sdk_token
    )
    if customer is None:
        return Switched(status="无效客户", status_code=3)
    call.submit(SwitchH5Push(customer.id, ask.im_web_plugin_id, ask.h5push))
    if not ask.h5push:
        return Switched(status="无推送", status_code=0)
    if call.settings.h5_push_url is None:
        call.warn("the company has no h5_push_url, so nothing will be pushed")
    return Switched(status="推送中", status_code=1)
