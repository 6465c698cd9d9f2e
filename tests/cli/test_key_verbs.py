"""Keys by their verbs: what is derived, what is signed, what is checked without a vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House

from prometheus.identity.networks import NETWORKS

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "include pear escape sail spy orange cute despair witness trouble sleep torch wire burst unable brass expose"
WORDS += " fiction drift clock duck oxygen aerobic already"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    (house.home / "words").write_text(WORDS)
    made = house.unlocked(f"vault restore demo --kdf light --words-file {house.home}/words --allow-published")
    assert made.code == 0, made.err
    house.run("vault use demo")
    (house.home / "letter").write_bytes(b"Dear Ana\n")
    return house


def test_the_well_known_words_make_the_well_known_did(house: House) -> None:
    document = house.unlocked("key derive --json").document
    assert document["path"] == "m/128164'/0'/0'"
    assert document["did"] == "did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"


def test_deriving_makes_no_persona(house: House) -> None:
    assert house.unlocked("key derive --index 5").code == 0
    assert len(house.unlocked("persona list --all --json").document["personas"]) == 1


@pytest.mark.parametrize("network", [network.name for network in NETWORKS])
def test_every_network_has_an_address_that_reads_back(house: House, network: str) -> None:
    name = network.lower().replace(" ", "-")
    document = house.unlocked(f"key derive --network {name} --account 1 --index 2 --change --json").document
    found = next(known for known in NETWORKS if known.name == network)
    assert document["path"] == f"m/44'/{found.slip44}'/1'/1/2"
    found.parse_address(document["address"])


def test_an_unknown_network_names_the_known_ones(house: House) -> None:
    refused = house.unlocked("key derive --network nowhere --json")
    assert refused.code == 2
    assert "hyd-testnet" in refused.document["hint"]


@pytest.mark.parametrize("extra", ["--index -1", "--index 2147483648", "--account -1 --network hyd-testnet"])
def test_an_index_out_of_range_is_refused(house: House, extra: str) -> None:
    assert house.unlocked(f"key derive {extra}").code == 2


@pytest.mark.parametrize("extra", ["", "--json", "--yes", "--yes --network btc-mainnet"])
def test_a_secret_is_never_written_without_a_terminal(house: House, extra: str) -> None:
    refused = house.unlocked(f"key derive --reveal {extra}")
    assert refused.code == 2
    assert "key.reveal" not in house.unlocked("audit list --json").out


def test_a_signature_verifies_over_the_same_bytes_only(house: House) -> None:
    signed = house.unlocked(f"key sign {house.home}/letter --json").document
    check = f"key verify {{}} --signature {signed['signature']} --public-key {signed['public_key']}"
    assert house.run(check.format(house.home / "letter")).code == 0
    (house.home / "other").write_bytes(b"Dear Bob\n")
    refused = house.run(check.format(house.home / "other") + " --json")
    assert (refused.code, refused.document["verdict"]) == (1, "invalid")


def test_a_signature_may_lie_in_a_file(house: House) -> None:
    house.unlocked(f"key sign {house.home}/letter --out {house.home}/letter.sig")
    key = house.unlocked("persona show --json").document["persona"]["public_key"]
    line = f"key verify {house.home}/letter --signature {house.home}/letter.sig --public-key {key}"
    assert house.run(line).code == 0


def test_what_is_no_signature_is_2(house: House) -> None:
    key = house.unlocked("persona show --json").document["persona"]["public_key"]
    assert house.run(f"key verify {house.home}/letter --signature sezBad --public-key {key}").code == 2


def test_a_signature_is_in_the_log_before_it_is_out(house: House) -> None:
    signed = house.unlocked(f"key sign {house.home}/letter --json").document
    newest = house.unlocked("audit list --json").document["entries"][0]
    assert (newest["act"], newest["facts"]["sha256"]) == ("key.sign", signed["sha256"])


@pytest.mark.parametrize(
    "content",
    [
        b"cjuMiVbDzAf5U1c0O32fxmB4h9mA-BuRWA-SVm1sdRCfEw",
        b"eyJhbGciOiJNdWx0In0.eyJ4Ijox",
        b"IHsiYWxnIjoiTXVsdCJ9.eyJ4Ijox",
        b"Cgp7ImFsZyI6Ik11bHQifQ.eyJ4Ijox",
        b'[{"operation":"addKey"}]',
        b'\x18[{"operation":"addKey"}]',
        b'\x8a\x01[{"auth":"iez25N5WZ1Q6TQpgpyYgiu9gTX","did":"did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J","operation":"addKey"}]',
        b'{"nonce":1,"operations":[]}',
    ],
)
def test_bytes_that_mean_more_than_they_show_need_consent(house: House, content: bytes) -> None:
    (house.home / "trap").write_bytes(content)
    refused = house.unlocked(f"key sign {house.home}/trap")
    assert refused.code == 5
    assert "warning" in refused.err
    assert house.unlocked(f"key sign {house.home}/trap --yes").code == 0


def test_a_did_is_shown_without_a_vault_and_says_that_no_ledger_was_asked(house: House) -> None:
    shown = house.run("did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J --json").document
    assert shown["default_key"] == "iezqztJ6XX6GDxdSgdiySiT3J"
    assert not shown["ledger_asked"]
    assert "no ledger was asked" in house.run("did show did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J").out
    assert house.run("did show did:web:x").code == 17
    assert house.run("did show did:morpheus:nothing").code == 2
    assert house.run("did show did:morpheus:nothing").code == 2
