"""The people of a first day are made up once: each life begins with them as the first one did, whatever became of them before."""

from datetime import timedelta

from mock_udesk.company.companies import Companies
from mock_udesk.company.company import Company
from mock_udesk.company.snapshot.snapshot import taken
from mock_udesk.desk.commands import UpdateCustomer
from mock_udesk.desk.records import AgentStatus
from mock_udesk.desk.staff_commands import ChangeAgent
from mock_udesk.settings import Settings

from .. import NOW
from .test_company import Silent, a_founding
from .test_snapshot import of_data

CROWD = of_data(
    {
        "scenario": "crowd",
        "company": {
            "agents": [{"name": "Tom", "im_max_join_num": 2}],
            "customers": [{"customer_token": "c-1", "tags": ["vip"], "cellphones": ["1"]}],
            "urobots": [{"name": "新", "scenes": [{"id": 7, "name": "x"}]}],
            "people": {"customers": 20, "agents": 5},
        },
    }
)


def seen(company: Company) -> bytes:
    """All that a company holds."""
    return taken(company, keys=[], version="1")


def test_the_next_life_has_the_same_people_whatever_became_of_them() -> None:
    """Byte for byte what the first one began with: nothing of a life leaks into the next."""
    companies = Companies(a_founding(scenario=CROWD), Silent())
    slot = companies.default
    first = seen(slot.company)
    for customer in list(slot.company.desk.state.customers.values()):
        fields = {"nick_name": "x", "tags": ["y"], "custom_fields": {"a": 1}, "cellphones": []}
        slot.company.submit(UpdateCustomer(customer.id, fields), None)
    slot.company.submit(ChangeAgent(3, {"status": AgentStatus.OFFLINE, "group_ids": [11]}), None)

    for _ in range(2):
        companies.reset(slot, settings=False)

        assert seen(slot.company) == first


def test_they_are_not_made_up_again() -> None:
    """That is what takes long; so the first day is handed from life to life."""
    companies = Companies(a_founding(scenario=CROWD), Silent())
    first_day = companies.default.company.first_day

    companies.reset(companies.default, settings=False)

    assert first_day is not None
    assert companies.default.company.first_day is first_day


def test_people_come_at_the_moment_at_which_their_life_begins() -> None:
    """On a clock that began at real time, each life begins later than the one before."""
    slot = Companies(a_founding(scenario=CROWD), Silent()).default
    later = NOW + timedelta(hours=1)
    founding = a_founding(scenario=CROWD, now=later)
    fresh = Company(founding, founding.first_settings, epoch=1, ring=lambda: None)

    again = Company(founding, founding.first_settings, epoch=1, ring=lambda: None, first_day=slot.company.first_day)

    assert seen(again) == seen(fresh)
    assert {customer.created_at for customer in again.desk.state.customers.values()} == {later}


def test_other_settings_or_another_scenario_begin_with_a_day_of_their_own() -> None:
    """A first day fits only what it was made of."""
    companies = Companies(a_founding(scenario=CROWD), Silent())
    slot = companies.default
    slot.company.change_settings({"fullwidth": True}, None)

    companies.reset(slot, settings=False)

    founding = a_founding(scenario=CROWD)
    fresh = Company(founding, Settings(fullwidth=True), epoch=1, ring=lambda: None)
    assert slot.company.desk.state == fresh.desk.state
