"""`explain`: the signature doctor on a URL, offline."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import click

from ..company.clock import real_now
from ..company.doctor.cases import family_of
from ..company.doctor.diagnosis import Diagnosis, Family, shown
from ..company.doctor.explaining import Explanation, explained
from ..company.doctor.urls import Address, read_url
from ..company.signing.open_api import Credentials
from ..desk.errors import STALE_TIMESTAMP, UsageError
from ..settings import Settings

_NOT_KNOWN = "?"
_WIDEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a URL, and the keys that it should have been signed with."""

    url: str
    method: str | None
    data: str | None
    at: datetime | None
    email: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    password: str = field(repr=False)


def explain(question: Question, *, form: Literal["text", "json"]) -> int:
    """Prints the explanation; replies with the program's exit code. Raises click.UsageError when the URL can't be read."""
    try:
        address = read_url(question.url)
    except UsageError as error:
        raise click.UsageError(f"URL: {error.message.removeprefix('url: ')}; {error.hint}") from None
    now = question.at or real_now()
    explanation = explained(
        family=_family(address),
        method=(question.method or ("GET" if question.data is None else "POST")).upper(),
        path=address.sent_path,
        raw_query=address.raw_query,
        body=(question.data or "").encode("utf-8", "surrogateescape"),
        credentials=Credentials(
            email=question.email, password=question.password, token=question.token, secret=question.secret
        ),
        settings=Settings(),
        now=now,
        real=now,
        others={},
        nonces=dict,
        is_spent=lambda _: False,
        spent_by=lambda _: None,
    )
    warnings = [*address.warnings, *explanation.warnings]
    click.echo(_as_json(explanation, warnings) if form == "json" else _as_text(explanation, warnings, question.at))
    return 0 if explanation.is_accepted else 1


def _family(address: Address) -> Family:
    # Loading the table takes a while, and only one of its calls is signed otherwise.
    if address.below is None or "struct" not in address.below:
        return family_of(address.raw_query)
    from .calling import is_struct

    return "struct" if is_struct("POST", address.below) else family_of(address.raw_query)


def _as_json(explanation: Explanation, warnings: list[str]) -> str:
    refusal = explanation.refusal
    whole = {
        "ok": explanation.is_accepted,
        "code": refusal.code if refusal is not None else None,
        "message": refusal.message if refusal is not None else None,
        **shown(explanation.diagnosis),
        "summary": explanation.summary,
        "warnings": warnings,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _as_text(explanation: Explanation, warnings: list[str], at: datetime | None) -> str:
    refusal, diagnosis = explanation.refusal, explanation.diagnosis
    lines = [f"refused with {refusal.code} {refusal.message}" if refusal is not None else explanation.summary]
    for finding in diagnosis.findings:
        lines += ["", f"{finding.certainty}: {finding.text}  [{finding.cause}]", f"  → {finding.fix}"]
    if refusal is not None and diagnosis.is_sign_right:
        lines += ["", "the sign itself is right"]
    elif refusal is not None and not diagnosis.findings:
        lines += ["", diagnosis.summary]
    lines += [f"warning: {warning}" for warning in warnings]
    if refusal is STALE_TIMESTAMP and at is None:
        lines.append("Was it sent earlier? --at MOMENT tells when.")
    lines += ["", *_table(diagnosis)]
    return "\n".join(_printable(line) for line in lines)


def _table(diagnosis: Diagnosis) -> list[str]:
    """Ours and theirs, beside each other."""
    rows = [("", "right", "signed")]
    rows += [
        (part.part, part.value, part.signed_as if part.signed_as is not None else _NOT_KNOWN)
        for part in diagnosis.parts
    ]
    rows = [(name, _short(ours), _short(theirs)) for name, ours, theirs in rows]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [
        f"  {' ' if ours == theirs or number == 0 or theirs == _NOT_KNOWN else '≠'} {name:<{widths[0]}}  {ours:<{widths[1]}}  {theirs}".rstrip()
        for number, (name, ours, theirs) in enumerate(rows)
    ]
    texts = [("string to sign", diagnosis.string_to_sign), ("what was signed", diagnosis.signed_string)]
    texts += [("right sign", diagnosis.expected_sign), ("received sign", diagnosis.received_sign)]
    return [*lines, "", *(f"  {name:<15}  {text}" for name, text in texts if text is not None)]


def _short(text: str) -> str:
    text = _printable(text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _printable(text: str) -> str:
    """A text that can't move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
