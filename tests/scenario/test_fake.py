"""Made-up people: unique, in Chinese, and the same for the same seed in any process."""

import os
import subprocess
import sys

import pytest

from mock_udesk.desk.play.rendering import TextError
from mock_udesk.scenario.templates.fake import METHODS, Fake, made_up_agents, made_up_customers

_ALL = """
import json
from mock_udesk.scenario.templates.fake import METHODS, Fake, made_up_agents, made_up_customers
fake = Fake("demo 7")
print(json.dumps([{name: fake.make(name) for name in METHODS}, made_up_agents(30, 3), made_up_customers(30, 3)]))
"""


def _other_process(hash_seed: str, code: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "America/New_York" if hash_seed == "1" else "UTC"}
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return found.stdout


def test_the_same_seed_gives_the_same_in_any_process() -> None:
    """Issue 4: a file gives the same people on every run. Two processes, other hashes, another zone; slow: it starts Python twice."""
    assert _other_process("1", _ALL) == _other_process("2", _ALL)


def test_what_else_was_asked_for_changes_nothing() -> None:
    """A value depends on the seed, the method, its values, and how often just that was asked."""
    fake, other = Fake("s"), Fake("s")
    for name in METHODS:
        if name != "name":
            fake.make(name)
    Fake("t").make("name")

    assert fake.make("name") == other.make("name")
    assert fake.make("name") == other.make("name")


def test_asked_again_it_is_somebody_else() -> None:
    """Two in one text are two people; another text of the same conversation begins with the first again."""
    fake = Fake("s")
    names = [fake.make("name") for _ in range(20)]

    assert len(set(names)) > 10
    assert Fake("s").make("name") == names[0]


def test_another_seed_gives_other_people() -> None:
    """Each conversation has its own."""
    assert len({Fake(f"s{number}").make("phone_number") for number in range(100)}) == 100


@pytest.mark.parametrize("name", METHODS)
def test_every_method_gives_plain_json(name: str) -> None:
    """Without anything in its brackets."""
    found = Fake("s").make(name)

    assert isinstance(found, (str, int, bool, list))
    assert found != ""


def test_methods_are_called_as_in_python_too() -> None:
    """`fake.name()`."""
    assert Fake("s").name() == Fake("s").make("name")
    with pytest.raises(TextError):
        _ = Fake("s").nmae


def test_what_is_made_up_reaches_nobody() -> None:
    """Emails, links and pictures stand below domains that are nobody's (RFC 2606)."""
    for number in range(50):
        fake = Fake(f"s{number}")

        assert fake.make("email").rpartition("@")[2] in {"example.com", "example.org", "example.net"}
        assert fake.make("url").endswith(".example.com/")
        assert ".example.com/" in fake.make("image_url")


@pytest.mark.parametrize(
    ("name", "args", "reason"),
    [
        ("nmae", (), "fake has no nmae; did you mean name?"),
        ("seed_instance", (), "fake has no seed_instance; did you mean sentence?"),
        ("name", (1,), "fake.name() is what there is"),
        ("words", (101,), "fake.words: expected a whole number from 1 to 100, not 101"),
        ("words", (True,), "fake.words: expected a whole number from 1 to 100, not True"),
        ("random_int", (5, 4), "fake.random_int: expected a whole number from 5 to"),
        ("random_element", ([],), "fake.random_element: expected a list of what to choose from"),
        ("date", ("%Q",), "fake.date: a moment's format has no %Q"),
        ("numerify", ("#" * 201,), "fake.numerify: expected a text of at most 200 characters"),
    ],
)
def test_what_there_is_not_is_refused(name: str, args: tuple[object, ...], reason: str) -> None:
    """With what would be right."""
    with pytest.raises(TextError) as caught:
        Fake("s").make(name, *args)

    assert caught.value.expression == f"fake.{name}"
    assert caught.value.reason.startswith(reason)


def test_made_up_agents_are_unique_and_have_the_names_of_the_control_api() -> None:
    """interfaces.md section 3."""
    agents = made_up_agents(500, 0)

    assert all(set(agent) == {"name", "email", "cellphone"} for agent in agents)
    for field in ("name", "email", "cellphone"):
        assert len({agent[field] for agent in agents}) == 500


def test_made_up_customers_are_unique_and_numbered() -> None:
    """Whoever plays them knows their tokens."""
    customers = made_up_customers(3000, 0)

    assert [customer["customer_token"] for customer in customers[:2]] == ["customer-1", "customer-2"]
    for values in (
        {customer["customer_token"] for customer in customers},
        {customer["nick_name"] for customer in customers},
        {customer["email"] for customer in customers},
        {customer["cellphones"][0] for customer in customers},
    ):
        assert len(values) == 3000


def test_more_people_begin_with_the_same() -> None:
    """A file that is changed from 10 to 20 customers keeps the ten."""
    assert made_up_customers(50, 4)[:10] == made_up_customers(10, 4)
    assert made_up_agents(50, 4)[:10] == made_up_agents(10, 4)
    assert made_up_agents(10, 4) != made_up_agents(10, 5)
    assert made_up_agents(0, 4) == []


def test_faker_is_imported_by_whoever_uses_it_and_by_nobody_else() -> None:
    """It takes a tenth of a second. Slow: it starts Python."""
    code = """
import sys
from mock_udesk.scenario import templates
from mock_udesk.scenario.templates import fake, views
assert "faker" not in sys.modules
fake.Fake("s")
assert templates.check_template("{{ fake.name() }}") is None
assert "faker" not in sys.modules
fake.Fake("s").make("name")
print("faker" in sys.modules)
"""

    assert _other_process("0", code) == "True\n"
