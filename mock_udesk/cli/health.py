"""Whether a server answers healthy; with cheap imports alone, for it runs every few seconds."""

import http.client
import json
from urllib.parse import urlsplit

_NO_BASE = "that is no URL like http://127.0.0.1:8090"


def wrong_base(url: str) -> str | None:
    """What keeps a text from being a base that paths can follow; None when it is one."""
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return _NO_BASE
    is_plain = url.isprintable() and not any(letter in url for letter in " ?#")
    return None if is_whole and is_plain else _NO_BASE


def trouble(base_url: str, timeout_seconds: float) -> str | None:
    """What keeps the server at this base from being healthy; None when it is."""
    if (wrong := wrong_base(base_url)) is not None:
        return wrong
    parts = urlsplit(base_url)
    try:
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
        try:
            connection.request("GET", f"{parts.path.rstrip('/')}/_mock/health")
            response = connection.getresponse()
            answer = response.read(65_536)
        finally:
            connection.close()
        if response.status != 200:
            return f"it answered {response.status}"
        status = json.loads(answer).get("status")
    except TimeoutError:
        return f"no answer within {timeout_seconds:g} s"
    except OSError as error:
        return error.strerror or str(error)
    except (ValueError, AttributeError, http.client.HTTPException):
        return "it does not answer like mock-udesk"
    return None if status == "ok" else f"its status is {status!r}, not 'ok'"
