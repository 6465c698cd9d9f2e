"""What ``--yes`` may answer: everything up to the limit at the usual fee, and nothing beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from prometheus.errors import NoConsent, NotUnderstood
from prometheus_morpheus.wallet.limits import agreed

if TYPE_CHECKING:
    from prometheus.api import Call

COIN = 10**8


class Asked:
    """A call that remembers how it asked."""

    def __init__(self, limit: str | None = "2", *, may_ask: bool = True, above_limit: bool = False) -> None:
        self.limit = limit
        self.may_ask = may_ask
        self.above_limit = above_limit
        self.beyond: list[bool] = []
        self.warned: list[str] = []

    def setting(self, name: str) -> str | None:
        return self.limit

    def flag(self, name: str) -> bool:
        return self.above_limit

    def safe(self, text: str) -> str:
        return text

    def warn(self, text: str) -> None:
        self.warned.append(text)

    def confirm(self, question: str, *, default: bool = False, beyond_yes: bool = False) -> bool:
        self.beyond.append(beyond_yes)
        return True


def ask(call: Asked, total: int, **fees: Any) -> bool:
    return agreed(cast("Call", call), "pay?", total, "HYD", **{"fee": 0, "usual_fee": COIN // 10, **fees})


def test_up_to_the_limit_yes_answers() -> None:
    call = Asked()
    assert ask(call, 2 * COIN)
    assert (call.beyond, call.warned) == ([False], [])


def test_one_flake_above_the_limit_asks_the_person() -> None:
    call = Asked()
    assert ask(call, 2 * COIN + 1)
    assert call.beyond == [True]
    assert call.warned == ["2.00000001 HYD is above your spend limit of 2 HYD"]


def test_a_fee_above_the_usual_one_asks_the_person() -> None:
    call = Asked()
    assert ask(call, COIN, fee=COIN // 10)
    assert ask(call, COIN, fee=COIN // 10 + 1)
    assert call.beyond == [False, True]
    assert call.warned == ["nodes want a fee of 0.10000001 HYD, and 0.1 HYD is usual"]


def test_where_nobody_can_be_asked_only_what_was_agreed_to_beforehand_is_spent() -> None:
    with pytest.raises(NoConsent) as caught:
        ask(Asked(may_ask=False), 3 * COIN)
    assert "--above-limit" in caught.value.remedy
    beforehand = Asked(may_ask=False, above_limit=True)
    assert ask(beforehand, 3 * COIN)
    assert beforehand.beyond == [False]


def test_an_unusual_fee_is_not_covered_by_agreeing_to_a_large_payment() -> None:
    with pytest.raises(NoConsent) as caught:
        ask(Asked(may_ask=False, above_limit=True), COIN, fee=COIN)
    assert (caught.value.code, "--fee" in caught.value.remedy) == ("SPEND-FEE", True)
    assert ask(Asked(may_ask=False), 2 * COIN, fee=0), "the control: who named it themselves has agreed"


def test_a_doubt_about_the_network_asks_the_person() -> None:
    call = Asked()
    assert ask(call, COIN, doubt="x says that it is mainnet")
    assert (call.beyond, call.warned) == ([True], ["x says that it is mainnet"])
    with pytest.raises(NoConsent) as caught:
        ask(Asked(may_ask=False, above_limit=True), COIN, doubt="x says that it is mainnet")
    assert caught.value.code == "SPEND-NETWORK"


def test_no_limit_means_that_everything_is_asked_about() -> None:
    call = Asked(None)
    assert ask(call, 1)
    assert call.beyond == [True]


@pytest.mark.parametrize("limit", ["plenty", "-1", "1e9", "inf", "0.000000001"])
def test_a_limit_that_cannot_be_read_lets_nothing_through(limit: str) -> None:
    with pytest.raises(NotUnderstood, match="spend_limit"):
        ask(Asked(limit, above_limit=True), 1)
