"""The examination itself: a case in, a diagnosis out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from ..signing.open_api import MASKED
from .bases import Base, bases
from .diagnosis import Case, Diagnosis, Finding, PartSigned
from .recipes import Mistake, digest_of, text_of
from .search import Reproduced, Search
from .symptoms import hints, seen

_SECRET_PARTS: Final = {"token": "[token]", "secret": "[secret]"}
_LEFT_OUT: Final = "(left out)"
# Shorter secrets are words that may stand anywhere.
_SHORTEST_SECRET: Final = 6
_LONGEST_SHOWN: Final = 300
_LONGEST_QUOTED: Final = 120
_LONGEST_SENTENCE: Final = 1_000
# What can't be read off a sign by hashing: the form itself says it all.
_SAYS_IT_ALL: Final = frozenset({"not_signed", "sign_missing", "secret_sent_as_sign", "placeholder_not_filled_in"})


def diagnose(case: Case) -> Diagnosis:
    """Why a signature is refused, and what it should have been made of.

    A bounded number of hashes, whatever was sent. Without a refusal in the case it tells what is right.
    """
    sign = case.query.get("sign", "")
    symptoms = list(seen(case))
    search = Search(case, sign)
    reproduced = None
    if sign and not {finding.cause for finding in symptoms} & _SAYS_IT_ALL:
        reproduced = search.found()
        if reproduced is None:
            symptoms.extend(hints(case, sign, is_sound=not symptoms))
    made = reproduced.mistakes if reproduced is not None else ()
    is_right = reproduced is not None and not made
    # That the email which was sent is the wrong one has been said.
    is_said = any(finding.cause.startswith("email_") for finding in symptoms)
    found = [
        Finding(one.cause, "certain", one.text, one.fix)
        for one in made
        if not (is_said and one.cause == "email_as_sent")
    ]
    mask = _Mask(case)
    findings = tuple(_hidden(finding, mask) for finding in _in_order(symptoms, found))
    base = bases(case)[0]
    missing = [part for part in base.recipe.order if not base.recipe.values[part]]
    return Diagnosis(
        summary=_summary(case, findings, is_right=is_right, is_sent=bool(sign)),
        scheme=base.scheme,
        findings=findings,
        is_sign_right=is_right,
        string_to_sign=_plain(text_of(base.recipe, _shown_values(base.recipe.values, (), mask))),
        signed_string=_signed_string(reproduced, mask) if reproduced is not None else None,
        parts=tuple(_parts(base, reproduced, mask)),
        received_sign=mask.value(case.query["sign"]) if "sign" in case.query else None,
        expected_sign=None if missing else digest_of(base.recipe, base.recipe.algorithm),
        hashes=search.hashes,
    )


class _Mask:
    """Takes the secrets of all companies out of what was sent, plain or percent-encoded."""

    def __init__(self, case: Case) -> None:
        secrets = {
            secret
            for one in (case.credentials, *case.others.values())
            for secret in (one.token, one.secret, one.password)
            if len(secret) >= _SHORTEST_SECRET
        }
        # The longer first: one may hold another.
        self._secrets = [
            (secret, _encoded(secret)) for secret in sorted(secrets, key=lambda secret: (-len(secret), secret))
        ]

    def value(self, text: str) -> str:
        """A value that was sent, without them, and cut."""
        return _cut(self._without(text, self._secrets), _LONGEST_SHOWN)

    def sentence(self, text: str) -> str:
        """A sentence of ours that holds values, without them. A secret that is a word may be one of ours: it is hidden in quotes alone."""
        words = [row for row in self._secrets if row[0].isalpha()]
        text = self._without(text, [row for row in self._secrets if row not in words] if words else self._secrets)
        text = re.sub(r'"[^"]*"', lambda quoted: self._without(quoted[0], words), text) if words else text
        # Cut only now: a part of a secret would not be found.
        text = re.sub(r'"([^"]*)"', lambda quoted: f'"{_cut(quoted[1], _LONGEST_QUOTED)}"', text)
        return _cut(text, _LONGEST_SENTENCE)

    def _without(self, text: str, secrets: Iterable[tuple[str, str]]) -> str:
        for secret, encoded in secrets:
            if secret in text:
                text = text.replace(secret, MASKED)
            if encoded and encoded in text:
                text = text.replace(encoded, MASKED)
        return text


def _encoded(secret: str) -> str:
    """A secret as it stands in a URL; "" where that is the same."""
    if secret.replace("-", "").isalnum() and secret.isascii():
        return ""
    return quote(secret, safe="", errors="replace")


def _plain(text: str) -> str:
    """A text that JSON can hold: half a surrogate pair is no character."""
    return text.encode("utf-8", "backslashreplace").decode()


def _cut(text: str, longest: int) -> str:
    text = _plain(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _hidden(finding: Finding, mask: _Mask) -> Finding:
    return Finding(finding.cause, finding.certainty, mask.sentence(finding.text), mask.sentence(finding.fix))


def _in_order(symptoms: Iterable[Finding], found: Iterable[Finding]) -> list[Finding]:
    """What is certain first, as it was seen; each cause once."""
    rows: dict[str, Finding] = {}
    for finding in (*symptoms, *found):
        if finding.cause not in rows or rows[finding.cause].certainty != "certain":
            rows[finding.cause] = finding
    order = ("certain", "likely", "possible")
    return sorted(rows.values(), key=lambda finding: order.index(finding.certainty))


def _summary(case: Case, findings: tuple[Finding, ...], *, is_right: bool, is_sent: bool) -> str:
    refused = f"refused with {case.code} {case.message}: " if case.code is not None else ""
    certain = [finding for finding in findings if finding.certainty == "certain"]
    if certain:
        told = "; ".join(finding.text for finding in certain)
        return f"{refused}{told}" + ("; the sign itself is right" if is_right else "")
    if is_right:
        return f"{refused}the sign is right" if refused else "the sign is right"
    if not is_sent:
        return f"{refused}there is no sign"
    likely = f": {findings[0].text}" if findings else ""
    return f"{refused}no known mistake, nor two of them, gives this sign{likely}"


def _parts(base: Base, reproduced: Reproduced | None, mask: _Mask) -> list[PartSigned]:
    """The parts of the string to sign, ours and theirs, and then what they added."""
    ours = _shown_values(base.recipe.values, (), mask)
    if reproduced is None:
        return [PartSigned(part, ours[part], None) for part in base.recipe.order]
    theirs = _shown_values(reproduced.recipe.values, reproduced.mistakes, mask)
    signed = {part: _labelled(reproduced, part) + theirs[part] for part in reproduced.recipe.order}
    own_labels = base.recipe.labels
    rows = [
        PartSigned(part, own_labels.get(part, "") + ours[part], signed.pop(part, _LEFT_OUT))
        for part in base.recipe.order
    ]
    rows += [PartSigned(part, _LEFT_OUT, value) for part, value in signed.items()]
    rows += [
        PartSigned(name, _LEFT_OUT, mask.value(text))
        for mistake in reproduced.mistakes
        for name, text in mistake.added
        if name not in reproduced.recipe.order
    ]
    return rows


def _labelled(reproduced: Reproduced, part: str) -> str:
    label = reproduced.recipe.labels.get(part, "")
    return label.lstrip("&") if reproduced.recipe.separator == "" else label


def _shown_values(values: Mapping[str, str], mistakes: Iterable[Mistake], mask: _Mask) -> dict[str, str]:
    shown = {part: _SECRET_PARTS.get(part) or mask.value(value) for part, value in values.items()}
    for mistake in mistakes:
        shown.update(mistake.said)
    return shown


def _signed_string(reproduced: Reproduced, mask: _Mask) -> str:
    recipe = reproduced.recipe
    added = replace(recipe, before=mask.value(recipe.before), after=mask.value(recipe.after))
    return _plain(text_of(added, _shown_values(recipe.values, reproduced.mistakes, mask)))
