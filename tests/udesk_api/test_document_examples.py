"""Every example request of im-api-v2, sent as printed but for the signature, and what the document or a ruling says comes of it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest.mock import ANY

import pytest

from mock_udesk.company.founding import Founding

from ..integrator import Udesk
from . import curls, talk
from .examples import sent, signed
from .rows_of_people import ROWS as ABOUT_PEOPLE
from .rows_of_robots import ROWS as ABOUT_ROBOTS

ROWS = ABOUT_PEOPLE | ABOUT_ROBOTS
ALL = sorted({name: value for name, value in vars(curls).items() if name.isupper()})


@pytest.fixture
def founding(founding: Founding) -> Founding:
    """The company of the examples: its administrator's address, and the days of the queues that im_queues is asked for."""
    return replace(
        founding,
        credentials=replace(founding.credentials, email="admin@udesk.cn"),
        now=datetime(2019, 2, 12, 10, 0, tzinfo=timezone(timedelta(hours=8))),
    )


@pytest.mark.parametrize("name", ROWS)
async def test_an_example_comes_out_as_it_should(udesk: Udesk, name: str) -> None:
    """Each row says why; sent as printed but for the signature and what the row lays over it."""
    row = ROWS[name]
    curl = row.curl
    for printed, laid in row.instead:
        assert printed in curl
        curl = curl.replace(printed, laid)
    request = curls.read(curl)
    await row.given(udesk)

    answer = await sent(udesk, replace(request, method=row.method or request.method), signed(udesk, request))
    warned = await talk.warnings(udesk)

    assert (answer.status, answer.body) == (row.status, row.body), row.why
    assert row.named in str(answer.body.get("message"))
    assert row.warned in warned
    await row.then(udesk)
    await talk.assert_no_faults(udesk)


def test_every_example_request_is_met() -> None:
    """The document has 25 of them; the 26th curl line is a push."""
    assert len(ALL) == 25
    assert {row.curl for row in ROWS.values()} == {getattr(curls, name) for name in ALL}


@pytest.mark.parametrize("name", ALL)
async def test_a_printed_signature_is_none(udesk: Udesk, name: str) -> None:
    """Rulings 1, 2, 4: the timestamps are long over; without a nonce there is no window, but no such administrator. A GET that is none: 404."""
    request = curls.read(getattr(curls, name))

    answer = await sent(udesk, request, request.query)

    if name in ("CUSTOMER_ONLINE_STATE", "READ_MESSAGES"):
        assert answer.body["code"] == 404
    elif name == "STRUCT_MESSAGES":
        assert answer.body == {"status": 20622, "message": ANY}
    else:
        assert answer.body["code"] == (2015 if name == "CLOSE_QUEUE" else 20622)


@pytest.mark.parametrize("path", ["/customers", "/customers/"])
async def test_the_customer_that_the_document_refers_to_is_made(udesk: Udesk, path: str) -> None:
    """§创建客户 refers to another page; its body is contract §7.1: tags and other_emails stand beside the customer, cellphones are pairs."""
    customer = {
        "nick_name": "测试用户",
        "email": "customer@sample.com",
        "description": "x",
        "level": "vip",
        "open_api_token": "axb",
        "cellphones": [[None, "13651190000"]],
        "custom_fields": {"SelectField_1": ["0", "1"], "TextField_1": "string"},
    }
    body = {"customer": customer, "tags": "a,b", "other_emails": [[None, "x@y.com"]]}

    answer = await udesk.call("POST", path, json=body)

    assert answer.body["code"] == 1000
    made = answer.body["customer"]
    assert {name: made[name] for name in ("nick_name", "email", "level", "open_api_token", "tags", "other_emails")} == {
        "nick_name": "测试用户",
        "email": "customer@sample.com",
        "level": "vip",
        "open_api_token": "axb",
        "tags": ["a", "b"],
        "other_emails": ["x@y.com"],
    }
    assert made["cellphones"] == [{"id": ANY, "content": "13651190000"}]
