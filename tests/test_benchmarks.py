"""The benchmarks run and give sane rows; how fast anything is, is no matter of a test."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.__main__ import missed
from benchmarks.calls import TOKEN, made
from benchmarks.memory import memory
from benchmarks.plan import TINY, Row, compared
from benchmarks.resets import resets
from benchmarks.start import starts
from benchmarks.table import BEGIN, END, cells, markdown, write
from benchmarks.throughput import throughput

# Servers of three kinds, each a process of its own, for seconds.
MEASURING = pytest.mark.slow
ROW = Row(measure="calls", unit="calls/s", loop="asyncio", ours=6_000.0, bare=12_000.0, of_bare=0.5)


@MEASURING
def test_calls_and_pushes_of_all_three_are_measured() -> None:
    """Every measured call is answered with 200 and 1000 and every push arrives, or the run raises."""
    rows = list(throughput(TINY))

    assert [row.measure for row in rows] == [
        "POST /im/messages",
        "POST /im/sessions, a new customer each",
        "POST /im/sessions, the session is open",
        "pushes to a bare receiver, 4 customers",
        "GET /im/queue_status, 10 waiting",
        "GET /im/queue_status, 30 waiting",
        "POST /im/messages, each call logged",
        "POST /im/messages, 200 rules that don't fit",
    ]
    *beside_others, beside_itself = rows
    assert all(row.ours > 0 and row.of_bare and row.of_least for row in beside_others)
    assert beside_itself.unit == "% of none"
    assert beside_itself.ours > 0


@MEASURING
def test_a_start_is_measured_beside_the_bare_one() -> None:
    """`serve` answers its health call, and so does the script it is compared with."""
    there, used, resident = starts(TINY)

    assert there.unit == used.unit == "ms"
    assert there.of_bare
    assert used.of_bare
    assert there.ours < used.ours
    assert 5 < resident.ours < 1_000


@MEASURING
def test_memory_is_measured_through_reads_and_for_each_thing_kept() -> None:
    """Resident memory in MB for all three, then bytes for a message and a nonce."""
    rows = list(memory(TINY))

    *resident, message, nonce = rows
    assert [row.unit for row in resident] == ["MB"] * 5
    assert 100 < message.ours < 10_000
    assert 50 < nonce.ours < 1_000


def test_a_reset_is_measured_with_and_without_sessions() -> None:
    """In milliseconds, each answered with 200."""
    rows = list(resets(TINY))

    assert [(row.measure, row.unit) for row in rows] == [
        ("POST /_mock/reset, an empty company", "ms"),
        ("POST /_mock/reset, 30 sessions", "ms"),
    ]
    assert all(row.ours > 0 for row in rows)


def test_no_two_requests_share_a_nonce_and_none_holds_the_token() -> None:
    """A nonce may be used once in 15 minutes, so requests are made for one use."""
    requests = made("queue_status", 50, {"customers": ["c-1", "c-2"]})

    targets = [request.split(b" ")[1].decode() for request in requests]
    assert len({parse_qs(urlsplit(target).query)["nonce"][0] for target in targets}) == 50
    assert not any(TOKEN.encode() in request for request in requests)


def test_a_row_has_medians_and_the_median_of_each_rounds_own_ratio() -> None:
    """Neighbours in time are compared with each other, whatever the machine did in another round."""
    rounds = [{"ours": 5.0, "bare": 10.0}, {"ours": 1.0, "bare": 4.0}, {"ours": 9.0, "bare": 10.0}]

    row = compared("calls", "calls/s", "asyncio", rounds)

    assert row == Row(measure="calls", unit="calls/s", loop="asyncio", ours=5.0, bare=10.0, of_bare=0.5)


def test_the_table_goes_between_the_markers_and_leaves_the_rest(tmp_path: Path) -> None:
    """`--write-readme` can be run again and again."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")

    write(readme, markdown([ROW], TINY))
    write(readme, markdown([ROW], TINY))

    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n| measure |")
    assert text.endswith(f"\n{END}\nafter\n")
    assert text.count("| calls | asyncio | 6,000 calls/s | 12,000 |  | 0.50 |  |") == 1


def test_a_readme_without_markers_is_left_as_it_is(tmp_path: Path) -> None:
    """The error names the markers that are wanted."""
    readme = tmp_path / "README.md"
    readme.write_text("nothing here\n", encoding="utf-8")

    with pytest.raises(ValueError, match="bench:start"):
        write(readme, "table")

    assert readme.read_text(encoding="utf-8") == "nothing here\n"


def test_what_misses_its_bound_is_named() -> None:
    """The command ends with 1 then, so that CI can hold the bounds where machines are steady."""
    slow = Row(measure="POST /im/messages", unit="calls/s", loop="uvloop", ours=1.0, of_least=0.59)
    fast = Row(measure="POST /im/messages", unit="calls/s", loop="asyncio", ours=1.0, of_least=0.6)

    assert missed([slow, fast]) == [
        "POST /im/messages on uvloop: at least 0.6 of the least honest work was to be reached"
    ]


def test_empty_cells_stand_for_what_a_peer_has_not() -> None:
    """A start has no peer that does the least honest work."""
    assert cells(ROW) == ("calls", "asyncio", "6,000 calls/s", "12,000", "", "0.50", "")
