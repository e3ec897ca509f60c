"""What mock-udesk is and how it is used, in the form of llmstxt.org; calls and pushes are those of the OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX

Json = Mapping[str, Any]

_TEXT: Final = """# mock-udesk

> A local, stateful mock of the Udesk customer-service chat API (udesk.cn, open API v2, IM): signatures are checked as Udesk checks them, agents and queues are real, pushes are delivered and retried. For developing and testing an app that integrates Udesk, without a paid tenant.

There are two APIs behind one port. `{api}` is the emulated one: your app calls it as it would call `https://SUBDOMAIN.udesk.cn/open_api_v1`. `{control}` is the control API: a test or a person plays the agents, moves the clock, looks at the journal, verifies, plans faults. Everything hangs off a company; `{server}` is this one, others stand at `/c/SUBDOMAIN` below the server's URL, each with its own `/open_api_v1` and `/_mock`.

## Start

```sh
pip install -e .              # Python 3.11 or newer
mock-udesk serve --receive-url http://localhost:3000/udesk   # prints base URL, email, token and a signed curl line
mock-udesk call POST /im/sessions -d '{{"customer_token": "c-1", "assign_type": "agent"}}'   # signs and sends
curl {control}/sessions/1001/messages -d '{{"content": "您好"}}'   # the agent says something: pushed to the receive URL
```

Defaults: port 8090, email `admin@demo.test`, token `00000000-0000-4000-8000-000000000000`, secret `11111111-1111-4111-8111-111111111111`; agents Tom (id 3) and Jerry (id 4, group 11) are online. Every option of `serve` is also a variable `MOCK_UDESK_…`. `GET {control}/company` has all settings with their meaning.

## Signing the emulated API

Each call has `email`, `timestamp` (seconds), `nonce` (unused within 15 minutes), `sign_version=v2` and `sign` in its query, where

    sign = sha256_hex_lower(email + "&" + token + "&" + timestamp + "&" + nonce + "&v2")

Answers are HTTP 200 with a `code`: 1000 is done, 2001 waits in a queue, 2002 has no agent online, 2059 is a wrong sign. `POST {control}/sign` signs a URL, `POST {control}/explain` says why a sign was refused. Structured messages (`/im/sessions/struct_messages`) are signed with MD5 over `im_sub_session_id=…&customer_id=…&agent_id=…&timestamp=…&SECRET`. `PATCH {control}/company {{"auth": "off"}}` switches signatures off.

## Rules of thumb for tests

- Never sleep: `POST {control}/settle` returns when nothing is under way, `POST {control}/clock/advance {{"seconds": 30}}` moves a company's time and finishes the pushes of each moment.
- One company a test: `POST {control}/companies {{}}` answers with its own base URL and credentials; `DELETE {control}/companies/SUBDOMAIN` removes it.
- `GET {control}/problems` is what a strict test fails on; `GET {control}/timeline?as=text` is the story with reasons.
- The control API refuses unknown names with the nearest one, and answers mistakes with 4xx and `{{"error": {{"code", "message", "hint"}}}}`.
"""

_SCENARIO: Final = """
## Scenario files

A YAML file plays the people at Udesk: `mock-udesk serve --scenario FILE`, or `PUT /_mock/scenario` with the file as body. `mock-udesk check FILE` finds mistakes to the line, `mock-udesk play FILE --say TEXT` runs it on a virtual clock, `mock-udesk schema scenario` prints its JSON Schema.

```yaml
scenario: refund
rules:                       # the first whose `on` and `match` fit starts a run that belongs to the conversation
  - on: message              # also session_started, queued, transferred, session_closed, survey, robot_question, …
    match: {text: "退款|refund", agent: Tom}
    do:
      - read
      - wait: 2s
      - reply: "好的 {{ customer.nick_name }},我帮您转接"
      - transfer: Jerry
      - wait_for: message
      - close: normal
```
"""

_DOCS: Final = """
## Docs

- [README](README.md): all commands, options, settings and codes; [README.zh-CN](README.zh-CN.md) in Chinese
- [Scenarios](docs/scenarios.md): the scenario file in full, with templates
- [Control API](docs/control.md): explain, verify, await, faults, snapshots, events, with examples that run
- [Contract](docs/contract.md): every fact about the emulated API with its source; [Rulings](docs/rulings.md): what is done where sources are silent
- [OpenAPI 3.1]({control}/openapi.json): both APIs and the pushes, with parameters, schemas and recorded examples
- [The same as a page]({control}/docs)
"""


def llms(document: Json) -> str:
    """The text for the company that the document is served for."""
    server = document["servers"][0]["url"]
    where = {"server": server, "api": f"{server}{UDESK_PREFIX}", "control": f"{server}{CONTROL_PREFIX}"}
    parts = [_TEXT.format_map(where)]
    for title, prefix in (("Emulated API", UDESK_PREFIX), ("Control API", CONTROL_PREFIX)):
        parts.append(f"\n## {title}: calls below {prefix}\n\n" + "\n".join(_calls(document, prefix)) + "\n")
    parts.append("\n## Pushes: what your app is sent\n\n" + "\n".join(_pushes(document)) + "\n")
    return "".join((*parts, _SCENARIO, _DOCS.format_map(where)))


def _calls(document: Json, prefix: str) -> Iterator[str]:
    for path, operations in document["paths"].items():
        if path.startswith(prefix):
            for method, operation in operations.items():
                yield f"- `{method.upper()} {path.removeprefix(prefix)}`: {operation['summary']}"


def _pushes(document: Json) -> Iterator[str]:
    for webhook in document["webhooks"].values():
        push = webhook["post"]
        yield f"- `{push['x-push']}` ({push['x-target']}): {push['summary']}"
