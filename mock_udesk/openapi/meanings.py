"""What parameters mean that many calls share; a description of a call's own wins."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Json = dict[str, Any]

_REF: Final = "#/components/schemas/"

MEANINGS: Final[Mapping[str, str]] = {
    "id": "Which one: its id, where the type allows it its name; of what is added: left out, the next free one",
    "name": "What people see; unique where it may stand in place of an id",
    "nick_name": "The customer's name",
    "subdomain": "The company's name in URLs: a host label; left out when one is made: made up",
    "email": "An email address; a company's is its administrator's, with which calls are signed",
    "password": "The administrator's password, for POST /log_in; an agent's is taken and passed over",
    "token": "The API token that calls are signed with; made up when left out",
    "secret": "The shared secret of structured messages; made up when left out",
    "receive_url": "Where pushes are POSTed (接收消息URL)",
    "h5_push_url": "Where H5 offline pushes are POSTed",
    "seed": "What all chance is drawn from: the same seed, the same company",
    "now": "The company's time",
    "seconds": "Company time to pass, with the pushes of every moment",
    "timeout_seconds": "Real seconds to wait at most; then 409 with what is still open",
    "customer_token": "The customer's token in your app (open_api_token)",
    "web_token": "The token of a customer of the web page",
    "sdk_token": "The token of a customer of the mobile SDK",
    "customer_id": "The customer's id in Udesk",
    "session_id": "The session: im_sub_session_id",
    "im_sub_session_id": "The session, as POST /im/sessions has answered",
    "session_key": "A key of your own for the session",
    "agent_id": "An agent, by id",
    "group_id": "A group of agents, by id",
    "robot_id": "A robot or urobot, by id",
    "scene_id": "The scene of a urobot",
    "app_id": "The app of the SDK; taken and passed over",
    "channel": "Where the customer comes from",
    "assign_type": "Who is asked for",
    "robot_role_id": "Taken and passed over",
    "queue": "The queue's name, as 2001 has answered",
    "page": "Which page, from 1",
    "per_page": "Rows of a page",
    "page_size": "Rows of a page",
    "start_time": "From this moment on, Beijing time",
    "end_time": "Up to this moment, Beijing time",
    "type": "The kind: of a message one of the document's table of types, of a search what `content` is",
    "content": "The text; of a search the value that is looked for",
    "data": "The message's content by its type",
    "message_id": "The message's id",
    "message_ids": "Ids of messages",
    "remark": "The customer's own words",
    "option_id": "Which of the options was chosen",
    "flow_id": "Which flow, from data-id of a push's flowContent",
    "useful": "Whether the answer helped",
    "state": "Only those in this state; of a customer: 1 is there, 0 is away",
    "status": "Only those with this status",
    "target": "Only those to this URL",
    "method": "Only calls with this method",
    "code": "Only calls that were answered with this code",
    "as": "As JSON, or as text for people",
    "query": "A text that is looked for",
    "filter_id": "Taken and passed over",
    "with_disabled": "Whether disabled ones are listed too",
    "owner_id": "Who takes the customers over: an agent",
    "owner_group_id": "Who takes the customers over: a group",
    "agent_ids": "Ids of agents",
    "h5push": "Whether pushes go to the H5 URL",
    "im_web_plugin_id": "The web plugin that the customer came through",
    "jid_resource": "The customer's connection, which the struct-message page is told",
    "close_type": "normal asks for a rating, force does not",
    "text": "What is said",
    "path": "The call's path below /open_api_v1",
    "avatar": "The URL of a picture",
    "cellphone": "A phone number",
    "cellphones": "Phone numbers",
    "im_custom_status": "The agent's own word for the status",
    "description": "Free text",
    "level": "normal or vip",
    "tags": "Tags of the customer",
    "other_emails": "More addresses",
    "custom_fields": "The company's own fields by name",
    "is_blocked": "Whether the customer is on the black list",
    "customer": "The customer's fields",
    "agent": "The agent's fields",
    "questions": "What the robot knows",
    "question": "The question as it is shown",
    "answer": "What is answered",
    "guidance": "Questions that are offered below the answer",
    "related": "Questions that are told as related",
    "flows": "Trees of items to click through",
    "title": "What is shown",
    "user_group_ids": "The agent's groups",
    "open_api_token": "The token that calls name the customer by: customer_token",
    "organization_id": "The customer's organization, by id",
    "weixins": "WeChat accounts",
    "profile": "A word about the agent",
    "role_name": "The agent's role",
    "duty": "The agent's title",
    "work_id": "The agent's number in your firm",
    "im_ability_value": "How many sessions at a time",
    "im_welcomes": "Pushed when a session starts",
    "img_url": "The URL of a picture",
    "buttons": "What the customer can click",
    "value": "What a click means: a URL, a phone number, a text",
    "callback_name": "What the SDK calls",
    "format": "The form of the snapshot",
    "has_warnings": "Only calls with warnings, or only those without",
    "at_most": "No more than so many",
    "on": "What goes wrong: calls or pushes",
    "http_status": "Answered with this status",
    "retry_after_seconds": "Told in Retry-After",
    "uniform": "Any length between the two",
    "lognormal": "Around the median, sometimes much longer",
    "until": "What is waited for: one of these",
    "session": "A session that is so",
    "push": "A push that is so",
    "call": "A call that is so",
    "aliase": "The name customers see (spelled as in the document)",
}


def put_meanings(document: Json) -> None:
    """Describes what is asked for and has no description of its own."""
    schemas = document["components"]["schemas"]
    seen: set[str] = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                name = parameter.get("name", "").removesuffix("[]")
                if name in MEANINGS:
                    parameter.setdefault("description", MEANINGS[name])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for model in _models(content["schema"], schemas, seen):
                    for name, schema in model["properties"].items():
                        if name in MEANINGS:
                            schema.setdefault("description", MEANINGS[name])


def _models(schema: Json, schemas: Json, seen: set[str]) -> Iterator[Json]:
    """The objects with named fields that a body consists of."""
    ref = schema.get("$ref", "").removeprefix(_REF)
    if ref:
        if ref not in seen:
            seen.add(ref)
            yield from _models(schemas[ref], schemas, seen)
        return
    if "properties" in schema:
        yield schema
        for inner in schema["properties"].values():
            yield from _models(inner, schemas, seen)
    for inner in (*schema.get("anyOf", ()), schema.get("items")):
        if isinstance(inner, dict):
            yield from _models(inner, schemas, seen)
