"""The settings of a signature over a real socket, each on both of its sides."""

import hashlib

import pytest

from ..integrator import Udesk

STATUS = "/im/agent_status"


async def _code(udesk: Udesk, sign_with: dict[str, str] | str) -> int:
    code: int = (await udesk.call("GET", STATUS, query={"group_id": 11}, sign_with=sign_with)).body["code"]
    return code


def _signed_at(udesk: Udesk, timestamp: int, nonce: str) -> dict[str, str]:
    text = f"{udesk.email}&{udesk.token}&{timestamp}&{nonce}&v2"
    return {
        "timestamp": str(timestamp),
        "nonce": nonce,
        "sign": hashlib.sha256(text.encode()).hexdigest(),
    }


@pytest.mark.parametrize(
    ("against", "codes"), [("either", (1000, 1000)), ("company", (1000, 20622)), ("real", (20622, 1000))]
)
async def test_a_timestamp_is_held_against_the_clock_of_the_setting(
    udesk: Udesk, against: str, codes: tuple[int, int]
) -> None:
    """Ruling 1: the company's clock, real time, or either."""
    await udesk.operator("PATCH", "/clock", {"now": "2031-05-01T10:00:00+08:00"})
    await udesk.operator("PATCH", "/company", {"timestamp_against": against})
    company = _signed_at(udesk, int(udesk.timestamp), "by-the-company")
    real = _signed_at(udesk, int(udesk.slot.company.clock.real().timestamp()), "by-real-time")

    assert (await _code(udesk, company), await _code(udesk, real)) == codes


@pytest.mark.parametrize(
    ("setting", "scheme", "on", "off"),
    [("accept_sha1", "sha1", 1000, 2059), ("accept_sha1_five_parts", "sha1_five_parts", 1000, 2059)],
)
async def test_an_older_scheme_is_accepted_by_setting(
    udesk: Udesk, setting: str, scheme: str, on: int, off: int
) -> None:
    """Ruling 2."""
    codes = []
    for value in (True, False):
        await udesk.operator("PATCH", "/company", {setting: value})
        codes.append(await _code(udesk, scheme))

    assert codes == [on, off]


async def test_sha1_is_held_to_the_window_by_setting(udesk: Udesk) -> None:
    """Ruling 2: running clients send constant timestamps."""
    timestamp = "1400000000"
    sign = hashlib.sha1(f"{udesk.email}&{udesk.token}&{timestamp}".encode()).hexdigest()
    codes = []
    for value in (False, True):
        await udesk.operator("PATCH", "/company", {"sha1_window": value})
        query = f"group_id=11&email={udesk.email}&timestamp={timestamp}&sign={sign}"
        codes.append((await udesk.call("GET", STATUS, query=query, signed=False)).body["code"])

    assert codes == [1000, 20622]
