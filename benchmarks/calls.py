"""Signed requests as bytes, ready to be written to a socket: making them is no part of what is measured."""

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from os import getpid
from time import time
from typing import Any
from urllib.parse import urlencode

EMAIL = "admin@demo.test"
TOKEN = "00000000-0000-4000-8000-000000000000"
# Agents of a new company: Tom takes whoever asks, Jerry's queue holds those who wait.
TOM, JERRY = 3, 4

_numbers = count(1)


def signed_query(timestamp: int) -> dict[str, str]:
    """The parameters of a v2 signature, with a nonce that no other request has."""
    nonce = f"2d931510-d99f-494a-{getpid() % 65536:04x}-{next(_numbers):012x}"
    sign = hashlib.sha256(f"{EMAIL}&{TOKEN}&{timestamp}&{nonce}&v2".encode()).hexdigest()
    return {"email": EMAIL, "timestamp": str(timestamp), "nonce": nonce, "sign_version": "v2", "sign": sign}


def made(kind: str, amount: int, asked: dict[str, Any]) -> list[bytes]:
    """So many requests of one kind; `asked` names the customers and sessions they are about."""
    return list(islice(_KINDS[kind](asked), amount))


def _messages(asked: dict[str, Any]) -> Iterator[bytes]:
    customers, sessions = asked["customers"], asked["sessions"]
    for number in count():
        place = number % len(customers)
        yield _post(
            "/im/messages",
            {
                "customer_token": customers[place],
                "im_sub_session_id": sessions[place],
                "message_id": f"m-{getpid()}-{next(_numbers)}",
                "type": "message",
                "data": {"content": "您好,我想问一下订单什么时候发货?"},
            },
        )


def _new_sessions(_: dict[str, Any]) -> Iterator[bytes]:
    while True:
        token = f"n-{getpid()}-{next(_numbers)}"
        yield _post("/im/sessions", {"customer_token": token, "assign_type": "agent", "agent_id": TOM})


def _same_sessions(asked: dict[str, Any]) -> Iterator[bytes]:
    for token in cycle(asked["customers"]):
        yield _post("/im/sessions", {"customer_token": token, "assign_type": "agent", "agent_id": TOM})


def _queue_status(asked: dict[str, Any]) -> Iterator[bytes]:
    customers = asked["customers"]
    step = 7919  # a prime: neighbours in the load are strangers in the queue
    for number in count():
        yield _get("/im/queue_status", {"customer_token": customers[number * step % len(customers)]})


_KINDS: dict[str, Callable[[dict[str, Any]], Iterator[bytes]]] = {
    "messages": _messages,
    "new_sessions": _new_sessions,
    "same_sessions": _same_sessions,
    "queue_status": _queue_status,
}

_HEADERS = "Host: 127.0.0.1\r\nUser-Agent: benchmark\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"


def _post(path: str, parameters: dict[str, Any]) -> bytes:
    body = json.dumps(parameters, ensure_ascii=False).encode()
    head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"POST {_signed(path, {})} HTTP/1.1\r\n{_HEADERS}{head}\r\n".encode() + body


def _get(path: str, parameters: dict[str, str]) -> bytes:
    return f"GET {_signed(path, parameters)} HTTP/1.1\r\n{_HEADERS}\r\n".encode()


def _signed(path: str, parameters: dict[str, str]) -> str:
    return f"/open_api_v1{path}?{urlencode(parameters | signed_query(int(time())))}"
