"""What a sign should have been made of, by each of the schemes, and every mistake that is looked for with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from ...endpoint import AUTH_PARAMETERS, STRUCT_PARAMETERS, UDESK_PREFIX
from . import joining, slips
from .diagnosis import Case
from .recipes import Mistake, Recipe

FIVE_PARTS: Final = ("email", "token", "timestamp", "nonce", "sign_version")
THREE_PARTS: Final = FIVE_PARTS[:3]
_SORTED_BY: Final = (("token", "open_api_token"),)
# What the parts are called where their names are written before them.
_NAMES: Final = (
    {"email": "email", "token": "token", "timestamp": "timestamp", "nonce": "nonce", "sign_version": "sign_version"},
    {
        "email": "email",
        "token": "open_api_token",
        "timestamp": "timestamp",
        "nonce": "nonce",
        "sign_version": "sign_version",
    },
    {
        "email": "email",
        "token": "api_token",
        "timestamp": "timestamp",
        "nonce": "nonce",
        "sign_version": "sign_version",
    },
    {"email": "email", "token": "open_api_token", "timestamp": "timestamp", "nonce": "nonce"},
    {"email": "email", "token": "token", "timestamp": "timestamp", "nonce": "nonce"},
    {"email": "email", "timestamp": "timestamp", "nonce": "nonce", "sign_version": "sign_version"},
)
# Longer bodies are nobody's string to sign, and would take long to hash.
_LONGEST_ADDITION: Final = 8_192


@dataclass(frozen=True, slots=True)
class Base:
    """A scheme's recipe for a case; `mistakes` are those of having taken this scheme, none for the one that counts."""

    scheme: str
    recipe: Recipe
    mistakes: tuple[Mistake, ...] = ()


def bases(case: Case) -> list[Base]:
    """The recipe that counts, then those of the other schemes."""
    five, three, struct = _five_parts(case), _three_parts(case), _struct(case)
    if case.family == "struct":
        return [Base("md5", struct), Base("v2", five, (_V2_FOR_STRUCT,)), Base("sha1", three, (_SHA1_FOR_STRUCT,))]
    if "sign_version" in case.query:
        return [Base("v2", five), Base("sha1", three, (_THREE_PARTS,)), Base("md5", struct, (_MD5_SCHEME,))]
    return [Base("sha1", three), Base("v2", five, (_NO_SIGN_VERSION,)), Base("md5", struct, (_MD5_SCHEME,))]


def mistakes(case: Case, base: Base) -> Iterator[Mistake]:
    """All single mistakes that are looked for with a recipe, but for other requests' nonces."""
    recipe = base.recipe
    if base.scheme == "md5":
        yield from _struct_mistakes(case, recipe)
        return
    yield from joining.of_missing(recipe.order, at_most=2 if base.scheme == "v2" else 0)
    yield from slips.of_token("token", case.credentials, case.others)
    for names in _NAMES:
        labels = {part: f"{names[part]}=" for part in recipe.order if part in names}
        yield Mistake(
            cause="names_included",
            text=f"the names were signed too, as {'&'.join(labels.get(part, '') + '…' for part in recipe.order)}; right are the values alone",
            fix="join the values alone, without their names",
            labels=labels,
        )
    yield from _not_filled_in(recipe.order)
    yield from slips.of_email(recipe.values["email"], case.query.get("email", ""), case.raw.get("email", ""))
    yield from slips.of_timestamp(recipe.values["timestamp"])
    if base.scheme == "v2":
        yield from slips.of_nonce(recipe.values["nonce"], case.raw.get("nonce", ""))
        yield from slips.of_sign_version(recipe.values["sign_version"])
    yield from joining.of_separator()
    yield from joining.of_ends()
    yield from joining.of_ways(recipe, "token", "token")
    yield from _additions(case)
    yield from joining.of_order(recipe.order, _SORTED_BY)
    raw = _without(case.raw_query, ("sign",))
    for order in (("query", "token"), ("token", "query")):
        yield Mistake(
            cause="query_instead_of_parts",
            text=f"the query itself was signed, as {'&'.join(order)}; right is {joining.joined(recipe.order)}",
            fix=f"join the values of {', '.join(recipe.order)}; nothing else of the query is signed",
            values={"query": raw[:_LONGEST_ADDITION]},
            order=order,
            is_common=False,
        )


def pairs_in_one_place(base: Base) -> Iterator[tuple[Mistake, Mistake]]:
    """Pairs of mistakes that change the same thing, and so can't be put together from single ones."""
    if base.scheme == "v2":
        yield from joining.of_missing_and_order(base.recipe.order, "sign_version")
        yield from joining.of_missing_and_order(base.recipe.order, "nonce")


def _five_parts(case: Case) -> Recipe:
    values = {**_three_parts(case).values, "nonce": case.query.get("nonce", ""), "sign_version": "v2"}
    return Recipe("sha256", FIVE_PARTS, values)


def _three_parts(case: Case) -> Recipe:
    values = {
        "email": case.credentials.email,
        "token": case.credentials.token,
        "timestamp": case.query.get("timestamp", ""),
    }
    return Recipe("sha1", THREE_PARTS, values)


def _struct(case: Case) -> Recipe:
    # What is missing is not signed (ruling 4).
    sent = [name for name in STRUCT_PARAMETERS if name in case.query]
    values = {name: case.query[name] for name in sent} | {"secret": case.credentials.secret}
    return Recipe("md5", (*sent, "secret"), values, {name: f"{name}=" for name in sent})


def _struct_mistakes(case: Case, recipe: Recipe) -> Iterator[Mistake]:
    order, sent = recipe.order, recipe.order[:-1]
    yield from joining.of_missing(order, at_most=0)
    # Before the secret's: it stands last, so a line end behind it is both.
    yield from joining.of_ends()
    yield from slips.of_token("secret", case.credentials, case.others)
    yield Mistake(
        cause="names_left_out",
        text="the values were signed without their names",
        fix=f"sign {'&'.join(f'{name}=…' for name in sent)}& and the shared secret",
        labels={"": ""},
    )
    for name in ("secret", "key", "token"):
        yield Mistake(
            cause="names_included",
            text=f"{name}= was written before the shared secret",
            fix="the shared secret stands last, without a name",
            labels={**recipe.labels, "secret": f"{name}="},
            is_common=False,
        )
    if sent:
        glued = {**{name: f"{'&' if number else ''}{name}=" for number, name in enumerate(sent)}, "secret": ""}
        yield Mistake(
            cause="no_separator_before_secret",
            text="there was no & before the shared secret",
            fix="put & between the parameters and the shared secret",
            labels=glued,
            separator="",
        )
    if "jid_resource" in case.query:
        with_source = {"jid_resource": case.query["jid_resource"]}
        labels = {**recipe.labels, "jid_resource": "jid_resource="}
        in_url = tuple(name for name in case.query if name in (*sent, "jid_resource"))
        places = (
            (*sent[:3], "jid_resource", *sent[3:]),
            (*sent, "jid_resource"),
            in_url,
            tuple(sorted((*sent, "jid_resource"))),
        )
        for names in dict.fromkeys(places):
            yield Mistake(
                cause="jid_resource_signed_too",
                text=f"jid_resource was signed too, as {'&'.join(names)}",
                fix=f"sign {', '.join(sent)} alone: jid_resource takes no part",
                values=with_source,
                labels=labels,
                order=(*names, "secret"),
                added=(("jid_resource", with_source["jid_resource"]),),
            )
    raw = _without(case.raw_query, ("sign",))
    yield Mistake(
        cause="query_instead_of_parts",
        text=f"the whole query was signed; right are {', '.join(sent)} alone",
        fix=f"sign {', '.join(sent)} in this order, and nothing else of the query",
        values={"query": raw[:_LONGEST_ADDITION]},
        order=("query", "secret"),
        is_common=False,
    )
    yield from slips.of_timestamp(recipe.values.get("timestamp", ""))
    yield from joining.of_separator()
    yield from joining.of_ways(recipe, "secret", "shared secret")
    yield from _additions(case)
    yield from joining.of_order(order, ())


@cache
def _not_filled_in(order: tuple[str, ...]) -> tuple[Mistake, ...]:
    """The string to sign as a document writes it."""
    found: dict[tuple[str, ...], Mistake] = {}
    for token in ("token", "open_api_token", "open_api_auth_token"):
        for form in ("{}", "[{}]", "{{{}}}", "${{{}}}", "{{{{{}}}}}", "<{}>", "${}", ":{}"):
            names = {part: form.format(token if part == "token" else part) for part in order}
            for values in (names, {**names, "sign_version": "v2"} if "sign_version" in names else names):
                found[tuple(values.values())] = Mistake(
                    cause="placeholders_signed",
                    text=f'"{"&".join(values.values())}" was signed as it stands here: the values were never filled in',
                    fix=f"put the values of {', '.join(order)} in their places",
                    values=values,
                    said={"token": values["token"]},
                    is_common=False,
                )
    return tuple(found.values())


def _additions(case: Case) -> Iterator[Mistake]:
    body = case.body.decode("utf-8", "replace") if len(case.body) <= _LONGEST_ADDITION else ""
    own = _without(case.raw_query, AUTH_PARAMETERS)
    return joining.of_additions(
        case.method,
        case.path[:_LONGEST_ADDITION],
        case.raw_query[:_LONGEST_ADDITION],
        own[:_LONGEST_ADDITION],
        body,
        prefix=UDESK_PREFIX,
    )


def _without(raw_query: str, names: tuple[str, ...]) -> str:
    return "&".join(pair for pair in raw_query.split("&") if pair.partition("=")[0] not in names)


_THREE_PARTS: Final = Mistake(
    cause="sha1_scheme_with_sign_version",
    text="the sign is made by the older scheme, SHA-1 of email&token&timestamp, but sign_version is there",
    fix="sign SHA-256 of email&token&timestamp&nonce&v2, or leave sign_version out",
)
_NO_SIGN_VERSION: Final = Mistake(
    cause="sign_version_not_sent",
    text="the sign is made as v2 wants it, but sign_version is not in the query, so it was held against the older scheme (SHA-1 of three parts)",
    fix="send sign_version=v2 too",
)
_MD5_SCHEME: Final = Mistake(
    cause="md5_scheme",
    text="the sign is made as structured messages want it, with MD5 and the shared secret",
    fix="this call is signed with SHA-256 of email&token&timestamp&nonce&v2",
)
_STRUCT_FIX: Final = f"sign structured messages with the MD5 of {'&'.join(f'{name}=…' for name in STRUCT_PARAMETERS)}& and the shared secret"
_V2_FOR_STRUCT: Final = Mistake(
    cause="v2_scheme",
    text="the sign is made as other calls want it, SHA-256 of email&token&timestamp&nonce&v2",
    fix=_STRUCT_FIX,
)
_SHA1_FOR_STRUCT: Final = Mistake(
    cause="sha1_scheme",
    text="the sign is made by the older scheme of other calls, SHA-1 of email&token&timestamp",
    fix=_STRUCT_FIX,
)
