"""What the mock is compared with: a bare aiohttp handler, and one that does the least honest work, each as aiohttp's manual writes it."""

import asyncio
import hashlib
import json
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, web

from .answering import Answers, run
from .calls import EMAIL, TOKEN

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Answers of the document's own examples, so that those of the peers are no shorter than the mock's.
_OPTIONS = [
    {"id": 36 + n, "text": text, "enabled": True} for n, text in enumerate(("非常满意", "满意", "一般", "不满意"))
]
_SURVEY = {
    "enabled": True,
    "name": "满意度评价",
    "title": "您对本服务的评价是?",
    "desc": "感谢您的支持,为了使我们更好的为您服务,请您为本次服务做一个评价(回复字母即可)",
    "remark_enabled": True,
    "remark": "您可填写评价备注",
    "show_type": "text",
    "text": {
        "default_option_id": 36,
        "options": [option | {"desc": "", "tags": "服务好,态度好", "remark_option": "optional"} for option in _OPTIONS],
    },
    "options": _OPTIONS,
    "methods": [{"id": 7, "flag": "after_session", "text": "对话结束后弹出", "enabled": True}],
}
_SESSION = {
    "im_sub_session_id": 1001,
    "count": 0,
    "agent_id": 3,
    "agent_name": "Tom",
    "agent_avatar": "",
    "survey_options": _SURVEY,
}
ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/im/messages"): {"code": 1000},
    ("POST", "/im/sessions"): {"code": 1000, "message": "请求成功", "assign_type": "agent", "assign_info": _SESSION},
    ("GET", "/im/queue_status"): {"code": 1000, "status": "排队中", "count": 5},
}


def bare(answer: dict[str, Any]) -> Handler:
    """Looks at nothing, and answers with bytes made beforehand."""
    body = json.dumps(answer).encode()

    async def handle(request: web.Request) -> web.Response:  # noqa: ARG001 - that is what is bare about it
        return web.Response(body=body, content_type="application/json")

    return handle


def least(answer: dict[str, Any], spent: set[str]) -> Handler:
    """Parses the query, holds the signature to SHA-256 of five parts, spends the nonce, reads and writes JSON; keeps nothing else."""

    async def handle(request: web.Request) -> web.Response:
        query = request.query
        text = f"{query['email']}&{TOKEN}&{query['timestamp']}&{query['nonce']}&{query['sign_version']}"
        is_good = query["email"] == EMAIL and hashlib.sha256(text.encode()).hexdigest() == query["sign"]
        if not is_good or query["nonce"] in spent:
            return web.json_response({"code": 2059})
        spent.add(query["nonce"])
        if request.method == "POST":
            asked = await request.json()
            if not asked["customer_token"]:
                return web.json_response({"code": 2000})
        return web.json_response(answer)

    return handle


def application(kind: str) -> web.Application:
    """An ordinary application with a route for each measured call."""
    app, spent = web.Application(), set[str]()
    for (method, path), answer in ANSWERS.items():
        handle = bare(answer) if kind == "bare" else least(answer, spent)
        app.router.add_route(method, f"/open_api_v1{path}", handle)
    return app


async def push(asked: dict[str, Any], *, kind: str) -> dict[str, Any]:
    """POSTs so many messages, `lanes` side by side, as a loop over a ClientSession does it; the least honest work makes each body."""
    url, share = asked["url"], asked["count"] // asked["lanes"]
    fixed = json.dumps(_push_body(0)).encode()
    async with ClientSession() as client:

        async def post_in_turn(lane: int) -> None:
            for number in range(share):
                body = fixed if kind == "bare" else json.dumps(_push_body(lane * share + number)).encode()
                async with client.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                    await answer.read()

        began = perf_counter()
        await asyncio.gather(*(post_in_turn(lane) for lane in range(asked["lanes"])))
        return {"seconds": perf_counter() - began}


def _push_body(number: int) -> dict[str, Any]:
    message = {
        "type": "message",
        "data": {"content": f"第{number}条"},
        "agent_id": 3,
        "agent_nick": "Tom",
        "agent_avatar": "",
        "message_created_at": "20261122 10:00:00",
        "message_id": f"udesk_{number}1795312800000",
    }
    return {"customer_token": "c-1", "im_sub_session_id": 1001, "messages": [message]}


@asynccontextmanager
async def _served(options: Namespace) -> AsyncIterator[tuple[dict[str, Any], Answers]]:
    runner = web.AppRunner(application(options.kind), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield {"port": runner.addresses[0][1]}, {"push": partial(push, kind=options.kind)}
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    run(_served, extra=("kind",))
