"""Mistakes in how the parts are put together and hashed, whatever their values are."""

from collections.abc import Iterator
from functools import cache
from itertools import permutations
from typing import Final

from .recipes import Mistake, Recipe

# What the separator may be in place of &.
_SEPARATORS: Final = (
    ("", "nothing", True),
    (",", "a comma", True),
    ("|", "a |", True),
    ("\n", "a line end", True),
    (" ", "a blank", False),
    ("&amp;", "&amp;", True),
    ("%26", "%26", False),
    (":", "a colon", False),
    (";", "a semicolon", False),
    ("-", "a dash", False),
    ("_", "an underscore", False),
    ("+", "a +", False),
    ("/", "a slash", False),
    (", ", "a comma and a blank", False),
    (" & ", "& between blanks", False),
    ("\\u0026", "\\u0026", False),
)
_ENDS: Final = (
    ("trailing_newline", "\n", "a line end", True),
    ("trailing_newline", "\r\n", "a line end (\\r\\n)", True),
    ("trailing_separator", "&", "one more &", True),
    ("trailing_blank", " ", "a blank", False),
    ("trailing_null", "\0", "a null byte", False),
)
_STARTS: Final = (
    ("leading_separator", "&", "an &", True),
    ("leading_newline", "\n", "a line end", False),
    ("leading_blank", " ", "a blank", False),
    ("byte_order_mark", "\ufeff", "a byte order mark", True),
    ("leading_question_mark", "?", "a ?", False),
)
_ONLY: Final = "hash exactly the string to sign: its parts, and one & between each two"


@cache
def of_order(order: tuple[str, ...], names: tuple[tuple[str, str], ...]) -> tuple[Mistake, ...]:
    """All other orders of all parts; those that sort the parts, or move one, first. `names` are what sorting goes by."""
    named = dict(names)
    likely = list(
        dict.fromkeys(
            (
                tuple(sorted(order, key=lambda part: named.get(part, part))),
                tuple(sorted(order)),
                tuple(reversed(order)),
                # As they stand in the URL, and then the token.
                tuple(sorted(order, key=lambda part: part == "token")),
                *(
                    (*order[:there], order[here], *(part for part in order[there:] if part != order[here]))
                    for here in range(len(order))
                    for there in (0, here - 1)
                    if there >= 0
                ),
            )
        )
    )
    sorted_ones = likely[:2]
    others = [*likely, *permutations(order)] if len(order) <= 5 else likely
    return tuple(
        Mistake(
            cause="other_order",
            text=f"the parts were joined as {joined(found)}{' (sorted)' if found in sorted_ones else ''}, right is {joined(order)}",
            fix=f"join the parts in the order {', '.join(map(_called, order))}",
            order=found,
            is_common=number < 9,
        )
        for number, found in enumerate(dict.fromkeys(others))
        if found != order
    )


@cache
def of_missing(order: tuple[str, ...], *, at_most: int) -> tuple[Mistake, ...]:
    """One part left out, or more of those that stand at the end."""
    found: list[Mistake] = []
    for part in order:
        left = tuple(other for other in order if other != part)
        found.append(
            Mistake(
                cause=f"missing_{part}",
                text=f"{_called(part)} was not signed: {joined(left)} was joined, right is {joined(order)}",
                fix=f"sign {_called(part)} too",
                order=left,
            )
        )
    for number in range(2, at_most + 1):
        left, gone = order[:-number], order[-number:]
        found.append(
            Mistake(
                cause="missing_parts",
                text=f"{' and '.join(map(_called, gone))} were not signed: {joined(left)} was joined, right is {joined(order)}",
                fix=f"sign {' and '.join(map(_called, gone))} too",
                order=left,
            )
        )
    return tuple(found)


@cache
def of_missing_and_order(order: tuple[str, ...], part: str) -> tuple[tuple[Mistake, Mistake], ...]:
    """Both at once, which change the same: a part left out, and the others in another order."""
    missing = next(mistake for mistake in of_missing(order, at_most=1) if mistake.cause == f"missing_{part}")
    left = missing.order or ()
    return tuple(
        (
            missing,
            Mistake(
                cause="other_order",
                text=f"the parts were joined as {joined(found)}, right is {joined(order)}",
                fix=f"join the parts in the order {', '.join(map(_called, order))}",
                order=found,
            ),
        )
        for found in permutations(left)
        if found != left
    )


@cache
def of_separator() -> tuple[Mistake, ...]:
    """Another text between the parts."""
    return tuple(
        Mistake(
            cause="other_separator" if separator else "no_separator",
            text=f"{words} was put between the parts, right is &",
            fix="join the parts with &",
            separator=separator,
            is_common=is_common,
        )
        for separator, words, is_common in _SEPARATORS
    )


def of_ends() -> Iterator[Mistake]:
    """Letters before and behind the string to sign, as echo and editors leave them there."""
    for cause, text, words, is_common in _ENDS:
        yield Mistake(
            cause=cause,
            text=f"{words} was hashed too, behind the string to sign",
            fix="use echo -n or printf %s; " + _ONLY if "\n" in text else _ONLY,
            after=text,
            added=(("end", repr(text)[1:-1]),),
            is_common=is_common,
        )
    for cause, text, words, is_common in _STARTS:
        yield Mistake(
            cause=cause,
            text=f"{words} was hashed too, before the string to sign",
            fix=_ONLY,
            before=text,
            added=(("start", repr(text)[1:-1]),),
            is_common=is_common,
        )
    yield Mistake(
        cause="string_to_sign_quoted",
        text="the string to sign was hashed with quotes around it",
        fix=_ONLY,
        before='"',
        after='"',
        added=(("quotes", '"'),),
        is_common=False,
    )


def of_ways(recipe: Recipe, secret: str, name: str) -> Iterator[Mistake]:
    """Hashed twice, or with a key; `secret` is the part that is one, `name` what people call it."""
    once = "hash the string to sign once"
    yield Mistake(cause="hashed_twice", text="the digest was hashed once more, as hex", fix=once, way="twice_hex")
    yield Mistake(
        cause="hashed_twice",
        text="the digest was hashed once more, as bytes",
        fix=once,
        way="twice_raw",
        is_common=False,
    )
    yield Mistake(
        cause="base64_hashed",
        text="the Base64 of the string to sign was hashed",
        fix=once,
        way="of_base64",
        is_common=False,
    )
    key = recipe.values.get(secret, "")
    without = tuple(part for part in recipe.order if part != secret)
    plain = f"make a plain hash of the string to sign, with the {name} as one of its parts"
    yield Mistake(
        cause="hmac_instead_of_hash",
        text=f"an HMAC was made with the {name} as its key, over the other parts; right is a plain hash",
        fix=plain,
        way="hmac",
        key=key,
        order=without,
        added=(("HMAC key", f"[{secret}]"),),
    )
    yield Mistake(
        cause="hmac_instead_of_hash",
        text=f"an HMAC of the string to sign was made with the {name} as its key; right is a plain hash",
        fix=plain,
        way="hmac",
        key=key,
        added=(("HMAC key", f"[{secret}]"),),
    )


def of_additions(
    method: str, path: str, raw_query: str, own_query: str, body: str, *, prefix: str
) -> Iterator[Mistake]:
    """What is no part of a signature, and was hashed too: the call's method, path, own parameters, body."""
    relative = path.partition(prefix)[2] if prefix in path else ""
    # A company's own base stands before the prefix.
    whole = prefix + relative if relative else path
    things = [
        ("path", whole, True),
        ("path", relative, True),
        ("path", path, False),
        ("path", relative.lstrip("/"), False),
        ("method", method, True),
        ("method", f"{method}&{whole}", True),
        ("method", f"{method}&{relative}", False),
        ("method", method.lower(), False),
        ("body", body, True),
        ("query", own_query, True),
        ("query", raw_query, False),
    ]
    seen: set[str] = set()
    for name, text, is_common in things:
        if not text or text in seen:
            continue
        seen.add(text)
        for before, after in (
            ("", f"&{text}"),
            (f"{text}&", ""),
            ("", text),
            (text, ""),
            (f"{text}\n", ""),
            ("", f"\n{text}"),
        ):
            yield Mistake(
                cause=f"{name}_signed_too",
                text=f'the call\'s {name} was signed too, "{text}" {"before" if before else "behind"} the string to sign; right is that alone',
                fix=f"leave the {name} out: nothing of method, path, query and body is signed",
                before=before or None,
                after=after or None,
                added=((name, text),),
                is_common=is_common and "&" in (before[-1:], after[:1]),
            )


def joined(order: tuple[str, ...]) -> str:
    """The parts as they are written in words: email&token&timestamp&nonce&v2."""
    return "&".join(map(_called, order))


def _called(part: str) -> str:
    return "v2" if part == "sign_version" else part
