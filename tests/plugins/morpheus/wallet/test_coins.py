"""Amounts: exact both ways, and everything that is not exact is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood
from prometheus_morpheus.wallet.coins import FLAKES, LARGEST, coins_of, flakes_of, payment_of, shown


@pytest.mark.parametrize(
    ("text", "flakes"),
    [
        ("0", 0),
        ("1", FLAKES),
        ("0.00000001", 1),
        ("0.1", 10_000_000),
        ("1.5", 150_000_000),
        ("007.10", 710_000_000),
        ("90071992.54740993", 9007199254740993),
        ("92233720368.54775807", LARGEST),
    ],
)
def test_an_amount_is_read_to_the_flake(text: str, flakes: int) -> None:
    assert flakes_of(text) == flakes


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        ".5",
        "5.",
        "1,5",
        "1 000",
        "1_000",
        "+1",
        "-1",
        "1e3",
        "0x10",
        "1.123456789",
        "1.000000000",
        "1.2.3",
        "nan",
        "inf",
        "\u0661",
        "½",
        "1\n",
        " 1",
        "92233720368.54775808",
        "9" * 21,
        "9" * 5000,
    ],
)
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        flakes_of(text)
    assert caught.value.code == "AMOUNT"
    assert len(caught.value.what) < 80


def test_a_payment_is_of_at_least_one_flake() -> None:
    assert payment_of("0.00000001") == 1
    with pytest.raises(NotUnderstood, match="no amount"):
        payment_of("0.0")


@given(st.integers(0, LARGEST))
def test_every_amount_comes_back_from_its_text(flakes: int) -> None:
    assert flakes_of(coins_of(flakes)) == flakes


@pytest.mark.parametrize(
    ("flakes", "text"), [(0, "0"), (1, "0.00000001"), (-1, "-0.00000001"), (150_000_000, "1.5"), (-FLAKES, "-1")]
)
def test_an_amount_is_written_as_short_as_it_can_be(flakes: int, text: str) -> None:
    assert coins_of(flakes) == text
    assert shown(flakes, "HYD") == f"{text} HYD"
