"""What an account was last known to hold: kept when nodes tell it, shown with its age when nobody can be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_simulators.embedded_ledger import embedded_ledger

from prometheus_morpheus.wallet.remembered import Known

if TYPE_CHECKING:
    from prometheus_simulators.wallet_world import Wallet

NOBODY = "http://127.0.0.1:1"
COIN = 10**8
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def test_who_pays_offline_sees_what_there_was_and_how_old_that_is(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    wallet.balance()
    other = wallet.receive(1)
    first = wallet.run(f"send {other} 1 --yes --offline --fee 0.1")
    assert "before  not known now; it was 5 THYD " in first.err
    assert first.err.count(" ago") + first.err.count("just now") == 1
    assert "waits here to leave already" not in first.err
    second = wallet.run(f"send {other} 4.5 --yes --offline --fee 0.1")
    assert "1.1 THYD of it waits here to leave already" in second.err
    assert "this needs 4.6 THYD, which would be too much" in second.err


def test_what_was_never_told_is_not_known(wallet: Wallet) -> None:
    said = wallet.run(f"send {wallet.receive(1)} 1 --yes --offline --network testnet")
    assert "before  not known\n" in said.err


def test_a_payment_that_is_through_is_taken_off_what_is_known(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    other = wallet.receive(1)
    assert wallet.run(f"send {other} 1 --yes --fee 0.1").code == 0
    assert "it was 3.9 THYD" in wallet.run(f"send {other} 1 --yes --offline").err


def test_the_balance_says_what_was_known_last_where_nobody_answers(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    wallet.balance()
    silent = wallet.house.unlocked(f"wallet balance --network testnet --ledger {NOBODY}")
    assert silent.code == 12
    assert f"last known: account 0 at {wallet.address}" in silent.err
    assert "5 THYD, " in silent.err


def test_what_endpoints_differ_about_is_not_kept(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    wallet.balance()
    with embedded_ledger(0.2) as other:
        wallet.house.unlocked(f"wallet balance --ledger {other} --ledger {wallet.url}")
    assert "it was 5 THYD" in wallet.run(f"send {wallet.receive(1)} 1 --yes --offline").err


def test_a_clock_that_went_back_makes_it_no_younger_than_new() -> None:
    known = Known(1, NOW, ("http://127.0.0.1:1",))
    assert known.age_s(NOW + timedelta(minutes=3)) == 180
    assert known.age_s(NOW - timedelta(days=1)) == 0
