"""A call and its answer as they went over the wire, readable whatever their bytes, secrets hidden."""

from http import HTTPStatus

from .entries import CallEntry, is_secret_header, readable_request

_JSON = "application/json; charset=utf-8"


def raw(entry: CallEntry) -> dict[str, str | None]:
    """The request and its answer, None when nothing was sent: first line, headers in their order, body. What is no UTF-8 is shown as `\\xff`."""
    return {"request": _request(entry), "answer": _answer(entry) if entry.status else None}


def _request(entry: CallEntry) -> str:
    headers = [(_readable(name), _readable(value)) for name, value in entry.headers]
    path, body = readable_request(entry)
    return _message(f"{entry.method} {path} HTTP/1.1", headers, body)


def _answer(entry: CallEntry) -> str:
    status = entry.status or 0
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    own = dict(entry.answer_headers)
    # Only an answer that a planned fault cut has one of its own: it promised more than was sent.
    length = own.pop("Content-Length", str(len(entry.answer)))
    headers = [("Content-Type", own.pop("Content-Type", _JSON)), ("Content-Length", length)]
    headers += own.items()
    return _message(f"HTTP/1.1 {status} {reason}".rstrip(), headers, entry.answer)


def _message(first: str, headers: list[tuple[str, str]], body: bytes) -> str:
    lines = [first, *(f"{name}: {'***' if is_secret_header(name) else value}" for name, value in headers)]
    return "\r\n".join(lines) + "\r\n\r\n" + _readable(body)


def _readable(data: bytes) -> str:
    return data.decode("utf-8", errors="backslashreplace")
