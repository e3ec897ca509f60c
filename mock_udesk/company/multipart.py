"""The text fields of a multipart/form-data body. Pure."""

import re

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^;\s]{1,200}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_FILE = re.compile(rb";\s*filename\*?=", re.IGNORECASE)


def text_fields(body: bytes, content_type_rest: str) -> tuple[list[tuple[str, bytes]] | None, list[str]]:
    """Names and contents of the text fields in order, and the names of the fields that hold files.

    Without a usable boundary or frame: None, and what is wrong.
    """
    found = _BOUNDARY.search(content_type_rest)
    if found is None:
        return None, ["multipart/form-data without a boundary"]
    mark = b"--" + (found[1] or found[2]).encode("utf-8", "surrogateescape")
    fields: list[tuple[str, bytes]] = []
    files: list[str] = []
    _, *parts = (b"\r\n" + body).split(b"\r\n" + mark)
    if not parts or not parts[-1].startswith(b"--"):
        return None, ["multipart/form-data that ends before its closing boundary"]
    for part in parts[:-1]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _name(head)
        if not blank or name is None:
            return None, ["multipart/form-data with a part that has no name"]
        if _FILE.search(head):
            files.append(name)
        else:
            fields.append((name, content))
    return fields, files


def _name(head: bytes) -> str | None:
    for line in head.split(b"\r\n"):
        header, _, value = line.partition(b":")
        if header.strip().lower() == b"content-disposition":
            found = _NAME.search(value)
            if found is None:
                return None
            raw = found[1] if found[1] is not None else found[2]
            return re.sub(rb"\\(.)", rb"\1", raw).decode("utf-8", "replace")
    return None
