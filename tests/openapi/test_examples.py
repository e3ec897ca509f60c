"""The recorded examples: what stands in the file is what the mock answers today, and nothing that is nobody's business."""

import json
import re

from mock_udesk.openapi.examples import PATH

from ..openapi_examples import CREDENTIALS, recorded


async def test_the_examples_are_up_to_date() -> None:
    """`make readme` records them anew; time stands still and chance is seeded, so that only a changed mock changes them."""
    assert json.loads(PATH.read_text(encoding="utf-8")) == await recorded()


def test_they_know_no_machine_and_no_other_keys_than_the_documented_ones() -> None:
    """Ports of the run, addresses and made-up tokens stand in none but where a company's own are the answer."""
    text = PATH.read_text(encoding="utf-8")
    keys = set(re.findall(r'"(?:token|secret|password)": "([^"\[]+)"', text))

    assert re.findall(r"127\.0\.0\.1:\d+|host\.docker\.internal:\d+", text) == []
    assert keys - {CREDENTIALS.token, CREDENTIALS.secret, CREDENTIALS.password} <= _of_acme(text)


def _of_acme(text: str) -> set[str]:
    """What POST /_mock/companies has made up, and a control token that is none."""
    made = json.loads(text)["operations"]["POST /_mock/companies"]["answer"]
    return {made["token"], made["secret"], "the value of --control-token"}
