"""The step `fault`: the desk asks the world to let calls or pushes go wrong, those of the conversation's customer. DESIGN, Faults."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from mock_udesk.desk.commands import AskForAgent
from mock_udesk.desk.effects import Effect, PlanFault, Played
from mock_udesk.desk.play.script import PlanFault as PlanFaultStep
from mock_udesk.desk.play.script import Step
from tests import NOW
from tests.desk.sample import TOM, a_desk, later
from tests.desk.script_sample import HERE, ON, at, failures, kinds, load, played, reply, rule, talk, tell, wait

DROP: dict[str, Any] = {"on": "push", "when": "before", "match": {"type": "message"}, "times": 1, "do": {"drop": True}}


def fault(plan: Mapping[str, Any], line: int = 1) -> PlanFaultStep:
    """The step."""
    return PlanFaultStep(place=at(line), plan=plan)


def planned(effects: tuple[Effect, ...]) -> list[PlanFault]:
    """What was planned."""
    return [effect for effect in effects if isinstance(effect, PlanFault)]


def test_fault_plans_what_its_author_says_for_the_conversations_customer() -> None:
    """Narrowed by match.customer_token; the rest is handed on as it is."""
    desk, session = talk(rule(ON.MESSAGE, fault(DROP)))

    effects = tell(desk, session, "m-1").effects

    assert planned(effects) == [
        PlanFault(
            at=NOW,
            customer_id=session.customer_id,
            stay_id=session.stay_id,
            session_id=session.id,
            plan={**DROP, "match": {"type": "message", "customer_token": "c-1"}},
        )
    ]


@pytest.mark.parametrize("plan", [{**DROP, "match": {}}, {"on": "push", "do": {"drop": True}}])
def test_a_fault_without_a_match_is_the_customers_too(plan: dict[str, Any]) -> None:
    """Whatever goes wrong goes wrong for one customer."""
    desk, session = talk(rule(ON.MESSAGE, fault(plan)))

    (one,) = planned(tell(desk, session, "m-1").effects)

    assert one.plan["match"] == {"customer_token": "c-1"}


def test_a_match_that_names_a_customer_token_is_left_alone() -> None:
    """A scenario may let somebody else's pushes go wrong."""
    match = {"customer_token": "c-2"}
    desk, session = talk(rule(ON.MESSAGE, fault({**DROP, "match": match})))

    (one,) = planned(tell(desk, session, "m-1").effects)

    assert one.plan["match"] == match


def test_the_script_is_not_changed_by_what_it_plans() -> None:
    """The next customer's plan is theirs."""
    step = fault(DROP)
    desk, session = talk(rule(ON.MESSAGE, step))
    tell(desk, session, "m-1")

    assert step.plan == DROP


def test_a_fault_comes_before_what_the_next_steps_push_and_is_caused_by_its_step() -> None:
    """It is journalled as a step like others."""
    desk, session = talk(rule(ON.MESSAGE, fault(DROP, 7), reply("好的")))

    outcome = tell(desk, session, "m-1")

    words = kinds(outcome.effects)
    place = words.index("PlanFault")
    cause = outcome.causes[place]
    assert cause is not None
    step = outcome.effects[cause]
    assert isinstance(step, Played)
    assert (step.what, step.step, step.place) == ("step", "fault", at(7))
    assert place < words.index("push")
    assert played(outcome.effects) == ["began", "fault", "reply", "ended"]


def test_a_fault_after_a_wait_has_a_cause_too() -> None:
    """A timer causes the step, and the step the plan."""
    desk, session = talk(rule(ON.MESSAGE, wait(3), fault(DROP)))
    tell(desk, session, "m-1")

    outcome = desk.wake(later(3))

    (place,) = [at for at, effect in enumerate(outcome.effects) if isinstance(effect, PlanFault)]
    assert outcome.causes[place] is not None


def test_a_customer_without_a_token_has_nothing_that_could_be_told_from_others() -> None:
    """The step fails and says what to write; a match that names a token would do."""
    desk = a_desk()
    load(desk, rule(ON.SESSION_STARTED, fault(DROP, 5), reply("不")))

    effects = desk.handle(AskForAgent(web_token="w-1", agent_id=TOM), NOW).effects

    ((place, reason),) = failures(effects)
    assert place == at(5)
    assert "has no customer_token" in reason
    assert reason.endswith("say whose with match: {customer_token: …}")
    assert planned(effects) == []


def test_a_fault_is_plain_data() -> None:
    """A snapshot has the script."""
    adapter: TypeAdapter[Step] = TypeAdapter(Step)
    step = PlanFaultStep(place=HERE, plan=DROP)

    assert adapter.validate_json(adapter.dump_json(step)) == step
