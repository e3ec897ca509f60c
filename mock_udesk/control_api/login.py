"""How a browser gets past the control token: it trades the token for a cookie, once."""

from typing import Final

from pydantic import Field
from pydantic_core import to_json

from ..desk.errors import UsageError
from ..endpoint import Content, Reply, Table
from .asking import OperatorAsk
from .operator import Nothing, OperatorCall
from .world import CONTROL_COOKIE, LOGIN

TABLE = Table()
_SECTION = "health"
_JSON: Final = "application/json; charset=utf-8"
# Gone when the browser is closed; no script and no other site's page gets hold of it.
_FENCED: Final = "Path=/; HttpOnly; SameSite=Strict"


class ControlLogin(OperatorAsk):
    """Who wants in."""

    token: str = Field("", max_length=4096, description="The value of --control-token")


class ControlLoggedIn(Reply):
    """Whether the cookie, if one is needed, lets this browser in."""

    logged_in: bool
    # Whether a control token is needed at all.
    needed: bool
    text: str


@TABLE.add("POST", LOGIN, section=_SECTION, source="assumed", masks=("token",), is_body_kept=False)
def login(call: OperatorCall, ask: ControlLogin) -> ControlLoggedIn | Content:
    """Sets the cookie that every later call may bring in place of `Authorization: Bearer`; a wrong token is 401."""
    if not call.keeper.is_guarded:
        return ControlLoggedIn(logged_in=True, needed=False, text="no login is needed: no --control-token was given")
    cookie = call.keeper.pass_for(ask.token)
    if cookie is None:
        raise UsageError(
            "unauthorized",
            "the control token is wrong" if ask.token else "no control token was given",
            hint="it is the value of --control-token (MOCK_UDESK_CONTROL_TOKEN)",
        )
    text = f"logged in until the browser is closed: the cookie {CONTROL_COOKIE} is set"
    return _answer(ControlLoggedIn(logged_in=True, needed=True, text=text), f"{CONTROL_COOKIE}={cookie}; {_FENCED}")


@TABLE.add("POST", "/logout", section=_SECTION, source="assumed")
def logout(call: OperatorCall, ask: Nothing) -> ControlLoggedIn | Content:
    """Takes the cookie away."""
    reply = ControlLoggedIn(
        logged_in=False, needed=call.keeper.is_guarded, text=f"the cookie {CONTROL_COOKIE} is taken away"
    )
    return _answer(reply, f"{CONTROL_COOKIE}=; Max-Age=0; {_FENCED}")


def _answer(reply: ControlLoggedIn, cookie: str) -> Content:
    return Content(to_json(reply), _JSON, {"Set-Cookie": cookie})
