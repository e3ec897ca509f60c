"""Account: the one call that is not signed, because it gives out what signatures need."""

from hmac import compare_digest

from ..company.call import Call
from ..desk.errors import BAD_LOGIN, SUCCESS, DeskError
from ..endpoint import Ask, Reply, Table, Token

TABLE = Table()


class LogIn(Ask):
    """The administrator's email and password."""

    email: Token
    password: Token


class LoggedIn(Reply):
    """The token that calls are signed with."""

    code: int = SUCCESS
    open_api_auth_token: str


@TABLE.add(
    "POST",
    "/log_in",
    section="contract §1.4",
    source="assumed",
    signature="none",
    masks=("password", "open_api_auth_token"),
    note="Not in the document; as all running clients call it (ruling 3). Wrong email or password: 2005.",
)
def log_in(call: Call, ask: LogIn) -> LoggedIn:
    """Gives the token that calls are signed with."""
    credentials = call.company.credentials
    is_email = compare_digest(ask.email.encode(), credentials.email.encode())
    is_password = compare_digest(ask.password.encode(), credentials.password.encode())
    if not (is_email and is_password):
        raise DeskError(
            BAD_LOGIN, detail="the password is wrong" if is_email else "the email is not the administrator's"
        )
    return LoggedIn(open_api_auth_token=credentials.token)
