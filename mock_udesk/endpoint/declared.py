"""An endpoint and a push with everything that is known about each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from .models import Ask, Reply
from .wrong import BadParameters, problems

Coverage = Literal["whole", "partial"]
Source = Literal["documented", "measured", "assumed"]
# How a call is signed: as all of the open API, with MD5 as structured messages (ruling 4), or not at all.
Signature = Literal["open_api", "struct", "none"]

# Where the two tables stand below a company's base URL.
UDESK_PREFIX = "/open_api_v1"
CONTROL_PREFIX = "/_mock"

# The parameters of a signature, in the order in which they are usually written; they stand in the query of every signed call. Doc: contract §1.1.
AUTH_PARAMETERS = ("email", "timestamp", "sign", "nonce", "sign_version")
# What the MD5 of structured messages is over, in the document's order; they stand in the query too.
# Doc: im-api-v2 §自定义 IM 结构化消息列表页面; ruling 4.
STRUCT_PARAMETERS = ("im_sub_session_id", "customer_id", "agent_id", "timestamp")
# So many unknown parameters of one call are told by name.
NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any `seconds`, apart for each value of the parameter `per` ("" for the whole company)."""

    calls: int
    seconds: float
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call that can be made, with everything that is known about it."""

    method: str
    path: str
    section: str
    summary: str
    ask: type[Ask]
    reply: type[Reply] | None
    call: Callable[..., Any]
    is_async: bool = False
    coverage: Coverage = "whole"
    source: Source = "documented"
    note: str = ""
    signature: Signature = "open_api"
    # The names under which a refusal holds its number: `code` but for the families that answer with a `status` (contract §2.1).
    refused_as: tuple[str, ...] = ("code",)
    # The setting that holds this call's path; None there: the call is nowhere. `path` is what it is listed under.
    path_setting: str = ""
    limit: Limit | None = None
    # The code of the answer to a missing parameter; all but POST /im/messages use 2000 (ruling 5).
    missing_code: int = 2000
    # The field that is given the whole body, JSON of any kind or a text as it stands; "": the body is an object of parameters.
    whole_body: str = ""
    # What it answers with beside JSON, or instead of it where its handler has no Reply.
    media: tuple[str, ...] = ()
    # How long its body may be, in MiB; 0: as all of its table.
    most_mebibytes: int = 0
    # Whether `whole_body` is handed over as bytes, unread, and whether the journal keeps what was sent.
    is_body_unread: bool = False
    is_body_kept: bool = True
    # An operator's call, other than GET, that changes nothing and is no step of anything: the journal does not have it.
    changes_nothing: bool = False
    status: int = 200
    # Parameters and answer fields whose values the journal never holds (password, token).
    masks: tuple[str, ...] = ()
    # How the journal and the tables call it: `POST /im/messages`. One text for all calls of it.
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Names it."""
        object.__setattr__(self, "name", f"{self.method} {self.path}")

    def parse(self, parameters: Mapping[str, Any]) -> Ask:
        """The parameters as this call's model. Raises BadParameters with all that is wrong."""
        try:
            ask: Ask = self.ask.__pydantic_validator__.validate_python(parameters)
        except ValidationError as error:
            raise BadParameters(problems(error, parameters, masks=self.masks)) from None
        return ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One kind of body that is POSTed to the integrator."""

    name: str
    target: Literal["receive_url", "h5_push_url"]
    section: str
    summary: str
    body: type[BaseModel]
    coverage: Coverage = "whole"
    source: Source = "documented"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the integrator's that Udesk opens for its agents, with a signed URL."""

    name: str
    section: str
    coverage: Coverage = "whole"
    source: Source = "documented"
    note: str = ""
