"""Phrases that errors, lists and stories share: how many of what, and which name was probably meant."""

from collections.abc import Iterable

# No name that is longer has anything near it that is worth looking for.
_LONGEST = 200


def counted(number: int, noun: str) -> str:
    """So many of something: `1 rule`, `3 pushes`."""
    return f"{number} {nouns(number, noun)}"


def nouns(number: int, noun: str) -> str:
    """The noun for so many: `entry` for one, else `entries`."""
    if number == 1:
        return noun
    if noun.endswith(("s", "sh", "ch")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Of the known names the one that was probably meant."""
    from difflib import get_close_matches

    near = get_close_matches(name[:_LONGEST], list(known), n=1)
    return near[0] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What an error about an unknown name ends with: `, did you mean queue?`, or nothing."""
    near = nearest(name, known)
    return f", did you mean {near}?" if near is not None else ""
