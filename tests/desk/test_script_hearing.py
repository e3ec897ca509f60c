"""What a scenario hears of a message whose content is no text, and what a condition draws by chance. DESIGN, Desk."""

from typing import Any

import pytest

from mock_udesk.desk.commands import SendMessage
from mock_udesk.desk.play.rendering import View
from mock_udesk.desk.play.script import Script
from tests import NOW
from tests.desk.sample import a_desk, start
from tests.desk.script_sample import ON, TEXTS, failures, replies, reply, rule, runs, talk, tell, wait, wait_for

CONTENTS = ({"title": "退款", "url": "http://x/"}, ["退款"], 7, None)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("type_", ["rich", "struct"])
def test_content_that_is_no_text_has_none(type_: str, content: Any) -> None:
    """`text` is what was said, "" where nothing was: a pattern finds nothing in it, a rule without one fits, `data` has all."""
    desk, session = talk(
        rule(ON.MESSAGE, reply("pattern"), text="退款"), rule(ON.MESSAGE, reply("[{message.text}]"), type=type_)
    )
    command = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="m-1", type=type_, data={"content": content}
    )

    effects = desk.handle(command, NOW).effects

    assert (replies(effects), failures(effects)) == (["[]"], [])


@pytest.mark.parametrize("content", CONTENTS)
def test_run_that_waits_for_words_passes_over_content_that_is_no_text(content: Any) -> None:
    """wait_for: {match: {text}} likewise, and the run keeps what it heard before."""
    desk, session = talk(rule(ON.MESSAGE, wait_for(ON.MESSAGE, text="退款"), wait(9), times=1))
    tell(desk, session, "m-1", "go")
    command = SendMessage(
        customer_token="c-1", session_id=session.id, message_id="m-2", type="rich", data={"content": content}
    )

    desk.handle(command, NOW)

    assert [(run.heard.text, run.is_listening) for run in runs(desk)] == [("go", True)]


class Noting:
    """Renders as the others do, and notes what each condition draws from."""

    def __init__(self) -> None:
        self.seeds: list[str] = []

    def text(self, template: str, view: View) -> str:
        return TEXTS.text(template, view)

    def value(self, template: Any, view: View) -> Any:
        return TEXTS.value(template, view)

    def holds(self, expression: str, view: View) -> bool:
        self.seeds.append(view.seed)
        return TEXTS.holds(expression, view)


def test_condition_draws_anew_with_each_turn_of_each_conversation() -> None:
    """`fake` in a `when`: the same customers say the same, and yet each time has its own chance, which is the same in another run."""

    def seeds() -> list[str]:
        desk, texts = a_desk(), Noting()
        sessions = [(token, start(desk, token)) for token in ("c-1", "c-2")]
        script = Script(rules=(rule(ON.MESSAGE, reply("never"), when="False"),))
        desk.load_script(script, texts=texts, seed=7, old_runs="end", now=NOW)
        for number in range(3):
            for token, session in sessions:
                tell(desk, session, f"m-{number}", token=token)
        return texts.seeds

    drawn = seeds()

    assert (len(drawn), len(set(drawn))) == (6, 6)
    assert drawn == seeds()
