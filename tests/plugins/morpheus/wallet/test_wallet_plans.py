"""What the verbs of the wallet show before they ask and tell afterwards: plans, ends, times, names and JSON."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from prometheus_simulators.wallet_world import Wallet

NOBODY = "http://127.0.0.1:1"
COIN = 10**8


def test_a_page_beyond_the_last_is_told_how_many_there_are(wallet: Wallet) -> None:
    wallet.fund(COIN)
    beyond = wallet.run("history --page 9 --json")
    assert (beyond.code, beyond.document["why"]) == (4, "there is 1 page")
    assert wallet.run("history --account 5").code == 0, "nothing at all is a first page"


def test_without_a_ledger_the_hint_leads_to_one(wallet: Wallet) -> None:
    unnamed = wallet.run("history --network testnet --json", ledger=False)
    assert (unnamed.code, unnamed.document["code"]) == (4, "LEDGER-UNNAMED")
    assert "--ledger local (`prometheus ledger dev` runs one on this machine)" in unnamed.document["hint"]
    assert '`ledger = "local"` into config.toml' in unnamed.document["hint"]


def test_a_node_that_cannot_be_reached_promises_no_option_that_is_not_there(wallet: Wallet) -> None:
    away = wallet.house.unlocked(f"wallet history --network testnet --json --ledger {NOBODY}")
    assert (away.code, away.document["code"]) == (12, "LEDGER-OFFLINE")
    assert "--offline" not in away.document["hint"]


def test_a_plan_names_who_gets_it_and_when_it_ends(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    other, out = wallet.receive(1), wallet.house.home / "later.json"
    said = wallet.run(f"send {other} 1 --dry-run").err
    assert f"goes to {wallet.url}\n" in said
    assert "ends    within two hours, or never happens\n" in said
    several = wallet.run(f"send {other} 1 {other} 2 --dry-run").err
    assert "ends    never by itself: once it is signed" in several
    apart = wallet.run(f"send {other} 1 --sign-only --nonce 9 --fee 0.1 --network testnet --yes --out {out}").err
    assert "ends    never by itself: once it is signed" in apart
    assert "fee     0.1 THYD\n" in apart, "a fee that was named is not the most of anything"
    assert "goes to" not in apart
    assert all(len(line) <= 80 for line in (said + several).splitlines() if other not in line)


def test_what_is_queued_ends_two_hours_after_it_is_sent(wallet: Wallet) -> None:
    other = wallet.receive(1)
    queued = wallet.house.unlocked(f"wallet send {other} 1 --fee 0.1 --ledger {NOBODY} --network testnet --yes")
    assert queued.code == 0
    assert "ends    two hours after it is sent; unsent for two hours, it asks again\n" in queued.err
    assert "fee     0.1 THYD\n" in queued.err
    assert f"goes to {NOBODY}, once it can be reached\n" in queued.err
    cheapest = wallet.house.unlocked(f"wallet send {other} 1 --ledger {NOBODY} --network testnet --dry-run")
    assert cheapest.code == 12


def test_who_pays_themselves_is_told_and_keeps_all_but_the_fee(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    said = wallet.run(f"send {wallet.address} 1 --fee 0.1 --dry-run")
    assert "which is this account itself: only the fee goes\n" in said.err
    assert "after   4.9 THYD\n" in said.err
    mixed = wallet.document(f"send {wallet.address} 1 {wallet.receive(1)} 2 --fee 0.1 --dry-run")
    assert (mixed["amount_flakes"], mixed["after_flakes"]) == (str(3 * COIN), str(29 * COIN // 10))
    beyond = wallet.run(f"send {wallet.address} 5 --fee 0.1 --dry-run --json")
    assert beyond.document["code"] == "WALLET-EMPTY", "the wallet has to hold it all the same"


def test_what_is_impossible_shows_no_balance_below_nothing(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    refused = wallet.run(f"send {wallet.receive(1)} 99 --fee 1 --dry-run")
    assert refused.code == 11
    assert "after   not possible: 95 THYD are missing\n" in refused.err
    assert " -" not in refused.err


SENT_KEYS = {
    *("v", "title", "network", "token", "from", "account", "key", "amount_flakes", "payments", "note", "ends_within"),
    *("goes_to", "fee_flakes", "before_flakes", "after_flakes", "height", "id", "transaction", "out", "action"),
}


def test_json_has_the_same_keys_however_it_goes_and_says_whom_and_what(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    other = wallet.receive(1)
    wallet.run(f"address add ana {other}", ledger=False)
    done = wallet.document("send ana 1 --note rent --yes")
    assert done["payments"] == [{"to": other, "name": "ana", "amount_flakes": str(COIN)}]
    assert (done["note"], done["ends_within"], done["goes_to"]) == ("rent", "PT2H", [wallet.url])
    dry = wallet.document(f"send {other} 1 --dry-run")
    assert (dry["note"], dry["action"], dry["payments"][0]["name"]) == (None, None, "ana")
    apart = wallet.document(f"send {other} 1 --sign-only --yes")
    queued = wallet.house.unlocked(f"wallet send {other} 1 --ledger {NOBODY} --network testnet --yes --json").document
    assert (queued["fee_flakes"], queued["before_flakes"], queued["height"]) == (None, None, None)
    assert [set(each) for each in (done, dry, apart, queued)] == [SENT_KEYS] * 4
    moved = wallet.document("history")["movements"][0]
    assert moved["nonce"] == "1"
    assert {"amount", "fee"}.isdisjoint(moved), "a key that means coins here and flakes there"


def test_an_export_says_which_version_of_the_file_it_is(wallet: Wallet) -> None:
    out = wallet.house.home / "all.json"
    assert wallet.run(f"export --form json --out {out}").code == 0
    assert json.loads(out.read_text())["v"] == 1


def test_a_vote_is_told_by_the_name_of_its_delegate(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    said = wallet.run("vote genesis_1 --yes")
    assert said.code == 0, said.err
    assert "votes   for genesis_1\n" in said.err
    back = wallet.run("unvote --dry-run")
    assert "votes   no more for genesis_1\n" in back.err
    assert all(len(line) <= 80 for line in back.err.splitlines())
    assert "in hex" in wallet.run("vote nosuch --json").document["hint"]


def test_history_has_local_times_with_their_zone_and_names_what_coins_were_for(
    wallet: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    wallet.fund(50 * COIN)
    paper = wallet.house.home / "paper.txt"
    paper.write_text("something long enough that nobody guesses it from its id, or so one hopes")
    dated = wallet.house.unlocked(f"timestamp {paper} --yes --ledger {wallet.url}")
    assert dated.code == 0, dated.err
    assert f"goes   to {wallet.url}\n" in dated.err
    monkeypatch.setenv("TZ", "ZON-5")
    time.tzset()
    try:
        line = wallet.run("history").out.splitlines()[1]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert " ZON " in line
    assert line.endswith("  a timestamp")


def test_an_amount_with_a_sign_is_told_to_be_one(wallet: Wallet) -> None:
    refused = wallet.run("send ana -1 --json")
    assert (refused.code, refused.document["error"]) == (2, "there is no option -1")
    assert refused.document["hint"] == "amounts and other numbers are written without a sign"
