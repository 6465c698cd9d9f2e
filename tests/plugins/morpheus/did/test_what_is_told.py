"""What a person has to know before they agree: who can link them, who can guess, and whom a transaction pays."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_world import bad_world
from prometheus_simulators.ledger_town import get, wallet

from prometheus.identity.base58check import encode_checked

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.bad_endpoint import Asked, Told
    from prometheus_simulators.bad_endpoint_lies import Lie
    from prometheus_simulators.ledger_town import LedgerTown

LONG = "a text of which nobody can guess the end, for it goes on like this: 4f1c09"


def _second(town: LedgerTown, account: int = 1) -> str:
    return town.reader(f"wallet receive --network local --account {account}").out.split()[-1]


def test_an_address_that_paid_for_another_did_is_told_before_it_pays_for_a_second(
    town: LedgerTown, url: str, tmp_path: Path
) -> None:
    town.persona("phone")
    secret = town.persona("secret")
    first = town.well("did add-key phone --did secret --sign-as secret --yes")
    assert "link" not in first.err, "it paid for nothing else"
    again = town.well("did add-right phone update --did secret --sign-as secret --dry-run --json")
    assert again.document["cost"]["linked"] == [], "the same DID is no link to another"
    for line in ("did add-key phone --dry-run", f"timestamp {town.file('x.txt', LONG)} --dry-run"):
        told = town.well(line)
        assert f"this address paid for {secret} (secret) too" in told.out
        assert "--account N" in told.out
    assert town.well("did add-key phone --dry-run --json").document["cost"]["linked"] == [secret]
    town.well(f"wallet send {_second(town)} 5 --yes")
    assert "link" not in town.well("did add-key phone --dry-run --account 1").out


@pytest.mark.parametrize(("content", "warned"), [("42", True), ({"votes": "no"}, True), (LONG, False)])
def test_that_short_content_can_be_guessed_is_told(town: LedgerTown, url: str, content: object, warned: bool) -> None:
    answer = town.well(f"timestamp {town.file('x', content)} --yes")
    assert "nobody what it stands for" not in answer.err
    assert "who guesses the content" in answer.err
    assert ("by trying" in answer.err) is warned


def test_a_node_cannot_give_a_payee_a_name(
    town: LedgerTown, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, other = _second(town), _second(town, 2)
    foreign = encode_checked(bytes([128]) + bytes(19))
    assert town.reader(f"wallet address add Ben {to}").code == 0
    town.well(f"wallet send {other} 1 --yes")
    town.well(f"wallet send {other} 1 {to} 2 --yes")
    with bad_world(tmp_path / "bad") as world:
        endpoint = world.endpoint(url)
        monkeypatch.setenv("PROMETHEUS_LEDGER", endpoint.url)
        assert other[:8] in town.well("wallet history").out, "the control: an honest node is shown"
        for name in ("Ben", other[:-1], foreign):
            endpoint.lie(_renamed(other, name))
            answer = town.reader("wallet history --json")
            assert (answer.code, answer.document["code"]) == (12, "LEDGER-GARBAGE"), name
            endpoint.honest()
            endpoint.lie(_renamed(other, name, in_asset=True))
            assert town.reader("wallet history --json").code == 12, name
            endpoint.honest()


def _renamed(address: str, name: str, *, in_asset: bool = False) -> Lie:
    def lie(asked: Asked, told: Told) -> Told:
        if not re.fullmatch(r"/api/wallets/\w+/transactions", asked.path):
            return told
        text = json.dumps(told.body)
        member = "recipientId" if in_asset else "recipient"
        return told._replace(body=json.loads(text.replace(f'"{member}": "{address}"', f'"{member}": "{name}"')))

    return lie


def test_what_a_given_transaction_pays_is_shown_and_asked_about(town: LedgerTown, url: str, tmp_path: Path) -> None:
    to, out = _second(town), tmp_path / "signed.json"
    town.well(f"wallet send {to} 1.5 --note rent --yes --sign-only --out {out}")
    dry = town.well(f"ledger broadcast {out} --dry-run")
    for told in (f"{to}  1.5 THYD", "HYD testnet", "fee", "rent"):
        assert told in dry.out
    [document] = town.well(f"ledger broadcast {out} --dry-run --json").document["transactions"]
    assert document["payments"] == [{"to": to, "flakes": "150000000"}]
    refused = town.reader(f"ledger broadcast {out} --json")
    assert (refused.code, refused.document["code"]) == (5, "CONSENT-NEEDED")
    assert f"{to}  1.5 THYD" in refused.err
    town.wait_blocks(url, 2)
    assert wallet(url, to) == {}
    town.well(f"ledger broadcast {out} --yes")
    assert get(url, f"/api/wallets/{to}")["data"]["balance"] == "150000000"
