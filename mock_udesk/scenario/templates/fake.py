"""Made-up people and texts in Chinese: the same seed gives the same ones, in any process and whatever else was asked for."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from inspect import signature
from threading import Lock
from typing import Any

from ...desk.play.rendering import TextError
from .moments import BEIJING, formatted
from .refusal import Refused, nearest

# Faker's generator; it gets its methods when it is made, so that no type knows them.
Maker = Any

# What the methods below need; all there are take twice as long to get ready.
_PROVIDERS = ("address", "company", "internet", "job", "lorem", "misc", "person", "phone_number")
_HIGHEST = 10**18
# Between these, as long as there are births and orders to be made up; never by today's date, which differs from run to run.
_FIRST_DAY = datetime(2000, 1, 1, tzinfo=BEIJING)
_DAYS = 9131
_ADULTS_FROM = datetime(1960, 1, 1, tzinfo=BEIJING)

# Faker's generator is costly to make and cheap to seed: there is one, and whoever uses it seeds it first.
_LOCK = Lock()


@lru_cache(maxsize=1)
def _generator() -> Maker:
    # Takes a tenth of a second: only who asks for somebody made up pays it.
    from faker.factory import Factory

    return Factory.create("zh_CN", providers=[f"faker.providers.{name}" for name in _PROVIDERS])


def _between(number: Any, lowest: int, highest: int) -> int:
    if type(number) is int and lowest <= number <= highest:
        return number
    raise Refused(f"expected a whole number from {lowest:,} to {highest:,}, not {str(number)[:30]}")


def _pattern(text: Any) -> str:
    if isinstance(text, str) and len(text) <= 200:
        return text
    raise Refused("expected a text of at most 200 characters")


def _simple(name: str) -> Callable[..., Any]:
    def made(faker: Maker) -> Any:
        return getattr(faker, name)()

    return made


def _chinese(text: str) -> str:
    return text.replace(".", "。")


def _email(faker: Maker) -> str:
    # Never an address that somebody may have.
    return str(faker.safe_email())


def _words(faker: Maker, nb: int = 3) -> list[str]:
    return [str(word) for word in faker.words(_between(nb, 1, 100))]


def _sentence(faker: Maker, nb_words: int = 6) -> str:
    return _chinese(faker.sentence(_between(nb_words, 1, 100)))


def _paragraph(faker: Maker, nb_sentences: int = 3) -> str:
    return _chinese(faker.paragraph(_between(nb_sentences, 1, 50)))


def _text(faker: Maker, max_nb_chars: int = 200) -> str:
    return _chinese(faker.text(_between(max_nb_chars, 5, 5000)))


def _random_int(faker: Maker, min: int = 0, max: int = 9999) -> int:  # noqa: A002 - named as in Faker
    lowest = _between(min, -_HIGHEST, _HIGHEST)
    return int(faker.random.randint(lowest, _between(max, lowest, _HIGHEST)))


def _random_element(faker: Maker, elements: Any = ("a", "b", "c")) -> Any:
    if isinstance(elements, (list, tuple)) and elements:
        return faker.random.choice(elements)
    raise Refused("expected a list of what to choose from: random_element(['好的', '收到'])")


def _boolean(faker: Maker, chance_of_getting_true: int = 50) -> bool:
    return int(faker.random.randint(1, 100)) <= _between(chance_of_getting_true, 0, 100)


def _numerify(faker: Maker, text: str = "###") -> str:
    return str(faker.numerify(_pattern(text)))


def _lexify(faker: Maker, text: str = "????") -> str:
    return str(faker.lexify(_pattern(text)))


def _bothify(faker: Maker, text: str = "## ??") -> str:
    return str(faker.bothify(_pattern(text)))


def _moment(faker: Maker, first: datetime, days: int) -> datetime:
    return first + timedelta(seconds=faker.random.randrange(days * 86_400))


def _date(faker: Maker, pattern: str = "%Y-%m-%d") -> str:
    return formatted(_moment(faker, _FIRST_DAY, _DAYS), _pattern(pattern))


def _time(faker: Maker, pattern: str = "%H:%M:%S") -> str:
    return _date(faker, pattern)


def _date_of_birth(faker: Maker, pattern: str = "%Y-%m-%d") -> str:
    return formatted(_moment(faker, _ADULTS_FROM, 16_000), _pattern(pattern))


def _domain_name(faker: Maker) -> str:
    # Below a domain that is nobody's (RFC 2606): whoever follows a made-up link reaches no stranger.
    return f"{faker.domain_word()}.example.com"


def _url(faker: Maker) -> str:
    return f"https://{_domain_name(faker)}/"


def _image_url(faker: Maker) -> str:
    return f"https://{_domain_name(faker)}/{faker.random.randrange(10**8):08}.png"


# As in Faker, zh_CN. Each takes the generator, and what authors may put into the brackets.
METHODS: Mapping[str, Callable[..., Any]] = {
    **{
        name: _simple(name)
        for name in (
            *("name", "name_male", "name_female", "first_name", "last_name", "romanized_name"),
            *("phone_number", "user_name", "password", "uuid4", "md5", "random_digit"),
            *("address", "street_address", "street_name", "building_number", "postcode"),
            *("city", "province", "district", "country", "company", "company_prefix", "job", "word"),
        )
    },
    "email": _email,
    "words": _words,
    "sentence": _sentence,
    "paragraph": _paragraph,
    "text": _text,
    "random_int": _random_int,
    "random_element": _random_element,
    "boolean": _boolean,
    "numerify": _numerify,
    "lexify": _lexify,
    "bothify": _bothify,
    "date": _date,
    "time": _time,
    "date_of_birth": _date_of_birth,
    "domain_name": _domain_name,
    "url": _url,
    "image_url": _image_url,
}


def misused(name: str, args: Sequence[Any], options: Mapping[str, Any]) -> str | None:
    """What is wrong with asking for this, before anything is made up: the name, or how many values; None: nothing."""
    if name not in METHODS:
        return f"fake has no {name}; {nearest(name, METHODS)}"
    called = signature(METHODS[name])
    try:
        called.bind(None, *args, **options)
    except TypeError:
        wanted = ", ".join(str(parameter) for parameter in [*called.parameters.values()][1:])
        return f"fake.{name}({wanted}) is what there is"
    return None


class Fake:
    """What `fake` is in templates: `fake.name()`, `fake.random_int(1, 6)`, with Faker's names of what is in METHODS.

    A value depends on the seed, the method, what is in the brackets, and the how-manieth time that very thing is asked of this object:
    two texts of one conversation greet the same `fake.name()`, and two in one text are two people.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._asked: dict[str, int] = {}

    def make(self, name: str, *args: Any, **options: Any) -> Any:
        """Something made up. Raises TextError for a method that is not in METHODS, or with other values than it takes."""
        if wrong := misused(name, args, options):
            raise TextError(f"fake.{name}", wrong)
        asked = json.dumps([name, args, sorted(options.items())], ensure_ascii=True, default=str)
        times = self._asked[asked] = self._asked.get(asked, 0) + 1
        try:
            return _made(f"{self._seed}\0{asked}\0{times}", lambda faker: METHODS[name](faker, *args, **options))
        except Refused as error:
            raise TextError(f"fake.{name}", f"fake.{name}: {error.reason}") from error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """`fake.name` as Python writes it. Raises TextError."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in METHODS:
            raise TextError(f"fake.{name}", f"fake has no {name}; {nearest(name, METHODS)}")
        return partial(self.make, name)


def _made(seed: str, make: Callable[[Maker], Any]) -> Any:
    with _LOCK:
        faker = _generator()
        # Not `hash`, which differs from process to process.
        faker.seed_instance(int.from_bytes(sha256(seed.encode(errors="replace")).digest()[:8], "big"))
        return make(faker)


# -- people for a company -----------------------------------------------------------------------------------------------------


def made_up_agents(count: int, seed: int) -> list[dict[str, Any]]:
    """So many agents, in the words of the control API; names, emails and numbers unique, and of a larger count the first are the same."""
    return [
        {"name": name, "email": f"agent-{number}@example.com", "cellphone": cellphone}
        for number, name, cellphone in _people("agent", count, seed)
    ]


def made_up_customers(count: int, seed: int) -> list[dict[str, Any]]:
    """So many customers, in the words of the control API; all they have is unique, and of a larger count the first are the same."""
    return [
        {
            "customer_token": f"customer-{number}",
            "nick_name": name,
            "email": f"customer-{number}@example.com",
            "cellphones": [cellphone],
        }
        for number, name, cellphone in _people("customer", count, seed)
    ]


def _people(kind: str, count: int, seed: int) -> Iterator[tuple[int, str, str]]:
    names: set[str] = set()
    cellphones: set[str] = set()
    for number in range(1, count + 1):
        # The first three differ in hardly any, so it ends; there are some hundred thousand names.
        for attempt in range(1, 100):
            name, cellphone = _made(f"{seed}\0{kind}\0{number}\0{attempt}", _person)
            if attempt > 20:
                name = f"{name}{number}"
            if name not in names and cellphone not in cellphones:
                break
        names.add(name)
        cellphones.add(cellphone)
        yield number, name, cellphone


def _person(faker: Maker) -> tuple[str, str]:
    return str(faker.name()), str(faker.phone_number())
