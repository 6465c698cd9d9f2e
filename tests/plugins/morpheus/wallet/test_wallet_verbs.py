"""The verbs of the wallet, from the command line to a ledger and back."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.house import PASSPHRASE, Terminal
from prometheus_simulators.wallet_world import fund

from prometheus.claims.jsontext import parse
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from prometheus_simulators.wallet_world import Wallet

NOBODY = "http://127.0.0.1:1"
COIN = 10**8


def test_receive_prints_the_address_alone_and_is_the_same_each_time(wallet: Wallet) -> None:
    said = wallet.run("receive")
    assert said.out == wallet.address + "\n"
    assert "HYD testnet, account 0" in said.err
    others = {wallet.receive(1), wallet.receive(2)}
    assert len(others | {wallet.address}) == 3
    assert all(address.startswith("t") for address in others)


def test_receive_needs_no_ledger_and_is_of_the_network_that_is_named(wallet: Wallet) -> None:
    assert wallet.run("receive --network mainnet", ledger=False).out.startswith("h")
    assert wallet.run("receive --network testnet", ledger=False).out == wallet.address + "\n"
    assert wallet.run("receive", ledger=False).out.startswith("h")


@pytest.mark.parametrize("number", ["-1", "2147483648", "9" * 30])
def test_an_account_that_no_wallet_has_is_refused(wallet: Wallet, number: str) -> None:
    assert wallet.run(f"receive --account {number} --network mainnet", ledger=False).code == 2


def test_a_payment_to_a_saved_name_arrives_and_both_sides_are_exact(wallet: Wallet) -> None:
    wallet.fund(10 * COIN)
    other = wallet.receive(1)
    assert wallet.run(f"address add Ana {other}", ledger=False).code == 0
    said = wallet.run("send ana 1.50000001 --note rent --yes")
    assert said.code == 0, said.err
    for line in (
        "to      " + other,
        "1.50000001 THYD  Ana",
        "note    rent",
        "before  10 THYD",
        "everybody can read it",
    ):
        assert line in said.err
    paid = wallet.document("history")["movements"][0]
    assert (paid["amount_flakes"], paid["names"], paid["note"]) == ("-150000001", ["Ana"], "rent")
    assert wallet.balance("Ana") == 150_000_001
    assert wallet.balance() == 10 * COIN - 150_000_001 - int(paid["fee_flakes"])
    holdings = wallet.document("balance")["wallets"]
    assert [each["address"] for each in holdings] == [wallet.address, other]
    assert [each["waiting_flakes"] for each in holdings] == ["0", "0"]


def test_several_are_paid_in_one_transaction(wallet: Wallet) -> None:
    wallet.fund(10 * COIN)
    first, second = wallet.receive(1), wallet.receive(2)
    said = wallet.document(f"send {first} 1 {second} 0.25 --yes")
    assert said["action"]["done"]
    assert said["amount_flakes"] == str(125_000_000)
    assert (wallet.balance(first), wallet.balance(second)) == (COIN, COIN // 4)
    (paid, _funded) = wallet.document("history")["movements"]
    assert (paid["kind"], sorted(paid["others"])) == ("multi-payment", sorted([first, second]))


def test_a_dry_run_signs_nothing_and_shows_what_would_be(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    said = wallet.document(f"send {wallet.receive(1)} 1 --dry-run")
    after = int(said["before_flakes"]) - COIN - int(said["fee_flakes"])
    assert (said["before_flakes"], said["after_flakes"]) == (str(5 * COIN), str(after))
    assert wallet.balance() == 5 * COIN
    assert wallet.house.unlocked("ledger pending --json").document["actions"] == []


REFUSED = [
    ("send {other} 99", 11, "WALLET-EMPTY"),
    ("send {other} 0", 2, "AMOUNT"),
    ("send {other} 1.123456789", 2, "AMOUNT"),
    ("send {other} 1,5", 2, "AMOUNT"),
    ("send {other}", 2, "USAGE"),
    ("send {other} 1 {other}", 2, "USAGE"),
    ("send nobody 1", 4, "ADDRESS-NOT-SAVED"),
    ("send {mainnet} 1", 2, "NETWORK-PREFIX"),
    ("send {other} 1 --network mainnet", 2, "NETWORK-PREFIX"),
    ("send {mainnet} 1 --network mainnet", 11, "LEDGER-OTHER-NETWORK"),
    ("send {other} 1 --fee 0.00000001", 11, "WALLET-REFUSED"),
    ("send {other} 1 --fee 0", 2, "AMOUNT"),
    ("send {other} 1 --nonce 3", 2, "USAGE"),
    ("send {other} 1 {other} 2 --note x", 2, "USAGE"),
    ("vote nobody", 4, "WALLET-DELEGATE"),
    ("vote ..", 2, "ADDRESS"),
    ("vote a/b", 2, "ADDRESS"),
    ("unvote", 11, "WALLET-VOTE"),
    ("history --page 0", 2, "USAGE"),
    ("history --limit 101", 2, "USAGE"),
    ("history --page 2", 4, "WALLET-PAGE"),
]
"""What stands behind ``prometheus wallet``, the exit code and the code of the error."""


def test_what_cannot_be_done_is_refused_with_its_reason_and_nothing_leaves(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    mainnet = wallet.run("receive --network mainnet", ledger=False).out.strip()
    other, found = wallet.receive(1), []
    for line, _code, _named in REFUSED:
        refused = wallet.run(line.format(other=other, mainnet=mainnet) + " --yes --json")
        found.append((line, refused.code, refused.document.get("code")))
    assert found == REFUSED
    assert wallet.balance() == 5 * COIN
    assert wallet.house.unlocked("ledger pending --json").document["actions"] == []


def test_without_consent_nothing_is_signed(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    refused = wallet.run(f"send {wallet.receive(1)} 1 --json")
    assert (refused.code, refused.document["code"]) == (5, "CONSENT-NEEDED")
    assert wallet.balance() == 5 * COIN


def test_above_the_spend_limit_yes_is_no_agreement(wallet: Wallet) -> None:
    wallet.fund(500 * COIN)
    other = wallet.receive(1)
    config = wallet.house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('spend_limit = "1.5"\n')
    assert wallet.run(f"send {other} 1 --yes").code == 0
    refused = wallet.run(f"send {other} 1.5 --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "SPEND-LIMIT"), "the fee counts too"
    assert "--above-limit" in refused.document["hint"]
    assert wallet.run(f"send {other} 1.5 --yes --above-limit").code == 0
    config.write_text('spend_limit = "plenty"\n')
    assert wallet.run(f"send {other} 0.1 --yes").code == 2
    config.write_text("")
    assert wallet.run(f"send {other} 101 --yes --json").document["code"] == "SPEND-LIMIT", "100 when nothing is set"
    assert wallet.balance(other) == 250_000_000


def test_a_person_at_a_terminal_is_asked_above_the_limit_even_with_yes(tmp_path: Path, ledger: str) -> None:
    (tmp_path / "pass").write_text(PASSPHRASE + "\n")
    line = CommandLine(tmp_path)
    line.run("vault", "create", "--kdf", "light", "--words-to", "words", "--passphrase-file", "pass")
    opened = ("--passphrase-file", "pass", "--ledger", ledger)
    address = line.run("wallet", "receive", *opened).stdout.strip()
    fund(ledger, address, 500 * COIN)
    pay = ("wallet", "send", address, "200", "--yes", "--no-wait", *opened)
    for answer, code in (("n", 5), ("y", 0)):
        terminal = Terminal(tmp_path, *pay)
        assert "above your spend limit of 100 THYD" in terminal.until("[y/N]")
        terminal.type(answer)
        assert terminal.end() == code, terminal.seen
        assert ("200 THYD to" in line.run("ledger", "pending", "--all", *opened).stdout) is (code == 0)


def test_what_is_signed_only_is_a_whole_transaction_that_a_ledger_takes(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    other, out = wallet.receive(1), wallet.house.home / "signed.json"
    said = wallet.document(f"send {other} 1 --sign-only --out {out} --yes")
    signed = parse_transaction(parse(out.read_text()))
    assert has_valid_signature(signed)
    assert (signed.amount, signed.recipient, signed.nonce) == (COIN, other, 1)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert wallet.balance(other) == 0
    again = wallet.run(f"send {other} 1 --sign-only --out {out} --yes --json")
    assert (again.code, again.document["code"]) == (11, "FILE-EXISTS")
    sent = wallet.house.unlocked(f"ledger broadcast {out} --ledger {wallet.url} --yes --json")
    assert sent.code == 0, sent.out + sent.err
    assert said["id"] in sent.out


def test_with_nonce_and_fee_nobody_is_asked(wallet: Wallet) -> None:
    other = wallet.receive(1)
    line = f"send {other} 1 --sign-only --nonce 7 --fee 0.1 --network testnet --yes"
    said = wallet.run(line, ledger=False)
    assert said.code == 0, said.err
    signed = parse_transaction(parse(said.out))
    assert has_valid_signature(signed)
    assert (signed.nonce, signed.fee, signed.expiration) == (7, COIN // 10, 0)
    taken = wallet.run(f"{line} --json", ledger=False)
    assert (taken.code, taken.document["error"]) == (11, "the nonce 7 is taken")


def test_offline_the_wish_is_kept_and_sent_later(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    other = wallet.receive(1)
    kept = wallet.run(f"send {other} 1 --yes --offline --json")
    assert kept.code == 0, kept.err
    assert (kept.document["action"]["state"], kept.document["action"]["done"]) == ("queued", False)
    assert "not known" in kept.err
    unreached = wallet.house.unlocked(
        f"wallet send {other} 1 --network testnet --yes --ledger http://127.0.0.1:1 --json"
    )
    assert unreached.document["action"]["state"] == "queued"
    assert wallet.document("balance")["wallets"][0]["waiting_flakes"] != "0"
    for _ in range(2):
        done = wallet.house.unlocked(f"ledger pending --wait --ledger {wallet.url}")
        assert done.code == 0, done.err
    assert wallet.balance(other) == 2 * COIN


def test_a_wish_is_kept_calmly_when_a_known_ledger_is_gone(wallet: Wallet) -> None:
    other = wallet.receive(1)
    with embedded_ledger(0.2) as gone:
        assert wallet.house.unlocked(f"wallet balance --ledger {gone}").code == 0
    said = wallet.house.unlocked(f"wallet send {other} 1 --yes --ledger {gone}")
    assert said.code == 0, said.err
    assert f"{gone} cannot be reached: it will be kept here" in said.err
    assert "waits here, not signed" in said.out
    assert "ledger pending" in said.out
    assert "Errno" not in said.out + said.err
    assert "Connect call" not in said.out + said.err


def test_an_address_says_the_network_where_a_ledger_that_was_never_asked_cannot(wallet: Wallet) -> None:
    other = wallet.receive(1)
    said = wallet.house.unlocked(f"wallet send {other} 1 --yes --ledger {NOBODY} --json")
    assert (said.code, said.document["network"]) == (0, "HYD testnet"), said
    assert said.document["action"]["state"] == "queued"
    wallet.run(f"address add ana {other}", ledger=False)
    named = wallet.house.unlocked(f"wallet send ana 1 --yes --ledger {NOBODY} --json")
    assert (named.code, named.document["code"]) == (12, "LEDGER-OFFLINE")
    assert "--network" in named.document["hint"]
    mainnet = wallet.run("receive --network mainnet", ledger=False).out.strip()
    both = wallet.house.unlocked(f"wallet send {other} 1 {mainnet} 1 --yes --ledger {NOBODY} --json")
    assert both.code == 12


def test_a_vote_is_given_shown_and_taken_back(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    assert wallet.run("vote genesis_1 --yes").code == 0
    again = wallet.run("vote genesis_2 --yes --json")
    assert (again.code, again.document["code"]) == (11, "WALLET-VOTE")
    assert "unvote" in again.document["hint"]
    assert again.document["error"] == "the account votes for genesis_1 already"
    assert wallet.run("unvote --yes").code == 0
    moved = wallet.document("history")["movements"]
    assert [each["kind"] for each in moved] == ["unvote", "vote", "transfer"]
    assert [each["delegates"] for each in moved] == [["genesis_1"], ["genesis_1"], []]
    shown = wallet.run("history").out
    assert "  unvote genesis_1\n" in shown
    assert "  vote for genesis_1\n" in shown
    assert shown.endswith(f"as {wallet.url} tells it: one endpoint's word\n")
    rows = list(csv.DictReader(io.StringIO(wallet.run("export --out -").out)))
    assert [row["delegates"] for row in rows] == ["genesis_1", "genesis_1", ""]
    assert rows[1]["votes"] == f"for {moved[1]['votes'][0][1:]}"


def test_history_goes_by_pages_and_export_has_all_of_it(wallet: Wallet) -> None:
    for _ in range(3):
        wallet.fund(COIN)
    page = wallet.document("history --limit 2")
    assert (len(page["movements"]), page["pages"]) == (2, 2)
    rest = wallet.document("history --limit 2 --page 2")["movements"]
    heights = [each["height"] for each in [*page["movements"], *rest]]
    assert heights == sorted(heights, reverse=True)
    assert all(heights)
    assert "page 1 of 2; older ones: --page 2" in wallet.run("history --limit 2").out
    out = wallet.house.home / "history.csv"
    assert wallet.run(f"export --out {out}").code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [int(row["height"]) for row in rows] == heights
    assert {row["amount"] for row in rows} == {"1"}
    assert wallet.run(f"export --out {out}").code == 5, "a file that is there is asked about"
    assert wallet.run(f"export --out {out} --form json --yes").code == 0
    assert len(json.loads(out.read_text())["movements"]) == 3
    assert wallet.run("export --out -").out.splitlines()[0].startswith("time,height,id")


def test_every_line_of_a_history_fits_80_columns_and_has_its_note(wallet: Wallet) -> None:
    wallet.fund(5 * COIN)
    assert wallet.run(f"send {wallet.receive(1)} 1.00000001 --yes --note '{'for the book, ' * 9}'").code == 0
    lines = wallet.run("history").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("note: for the book" in line for line in lines)
    assert wallet.receive(1)[:8] + "…" + wallet.receive(1)[-6:] in lines[1]


def test_an_empty_history_says_what_to_do(wallet: Wallet) -> None:
    assert "wallet receive" in wallet.run("history").out
    assert wallet.document("balance")["wallets"][0]["flakes"] == "0"


def test_the_address_book_asks_before_it_replaces(wallet: Wallet) -> None:
    assert "wallet address add" in wallet.run("address list", ledger=False).out
    first, second = wallet.receive(1), wallet.receive(2)
    wallet.run(f"address add ana {first}", ledger=False)
    assert wallet.run(f"address add ana {first}", ledger=False).code == 0
    assert wallet.run(f"address add Ana {second}", ledger=False).code == 5
    assert wallet.run(f"address add Ana {second} --yes", ledger=False).code == 0
    assert wallet.run("address list", ledger=False).out == f"{second}  HYD testnet  Ana\n"
    assert wallet.run("address remove ANA", ledger=False).code == 0
    assert wallet.run("address remove ANA", ledger=False).code == 4
    acts = [entry["act"] for entry in wallet.house.unlocked("audit list --json").document["entries"]]
    assert acts.count("wallet.address.add") == 3
    assert acts.count("wallet.address.remove") == 1


def test_whom_one_pays_is_nowhere_in_the_open(wallet: Wallet) -> None:
    wallet.run(f"address add Anastasia {wallet.receive(1)}", ledger=False)
    found = [
        path
        for path in Path(wallet.house.home).rglob("*")
        if path.is_file() and any(each in path.read_bytes() for each in (b"nastasia", wallet.receive(1).encode()))
    ]
    assert found == []


def test_without_a_ledger_the_verbs_that_need_one_say_so(wallet: Wallet) -> None:
    for line in ("balance", "history", "export --out x"):
        refused = wallet.run(f"{line} --json", ledger=False)
        assert (refused.code, refused.document["code"]) == (4, "LEDGER-UNNAMED")
