"""Lines of 80 columns: what fits stays, what does not goes on below, and nothing that is to be compared is broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prometheus.model.laid_out import WIDTH, laid
from prometheus_morpheus.verbs.laid_out import short

ADDRESS = "tXBPE5ezARxR8Dxi47b8ps2pfDyR6DMVcL"
_WORDS = st.lists(st.text("ab:,;", min_size=1, max_size=90), min_size=1, max_size=30)


def test_what_fits_stays_as_it_is() -> None:
    assert list(laid("x" * 40 + " " + "y" * 39)) == ["x" * 40 + " " + "y" * 39]


def test_a_long_line_breaks_between_clauses() -> None:
    text = "take back the vote for genesis_1: in block 39, 1 confirmation, says http://127.0.0.1:4763"
    assert list(laid(text)) == [
        "take back the vote for genesis_1: in block 39, 1 confirmation,",
        "    says http://127.0.0.1:4763",
    ]


def test_an_address_is_never_broken() -> None:
    text = f"abcdefgh  1.5 THYD to {ADDRESS} by way of {ADDRESS} and {ADDRESS}"
    assert sum(line.count(ADDRESS) for line in laid(text, 10)) == 3
    assert list(laid("z" * 120)) == ["z" * 120]


def test_a_command_is_never_broken() -> None:
    text = "it waits, and whoever wants it gone has a way: `prometheus ledger forget 46keyq3k` if it was lost for good"
    lines = list(laid(text))
    assert any("`prometheus ledger forget 46keyq3k`" in line for line in lines)
    assert max(map(len, lines)) <= WIDTH


def test_the_last_cell_of_a_row_goes_on_under_itself() -> None:
    lines = list(laid("41  2026-11-22 16:16 UTC  -1  " + "word " * 30, 30))
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 30, 30]


@given(_WORDS, st.integers(0, 60))
def test_no_word_is_lost_and_a_line_is_too_long_only_where_one_word_is(words: list[str], indent: int) -> None:
    lines = list(laid(" ".join(words), indent))
    assert " ".join(lines).split() == words
    for line in lines:
        assert len(line) <= WIDTH or max(map(len, line.split())) > WIDTH - indent - 2


def test_a_short_form_shows_both_ends() -> None:
    assert short(ADDRESS) == "tXBPE5ez…6DMVcL"
    assert short("genesis_1") == "genesis_1"
