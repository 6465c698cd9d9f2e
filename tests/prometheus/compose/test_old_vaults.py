"""Vaults of every version that was given out open, list and verify, for ever."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.old_vaults import FOLDERS, NAMES, PASSPHRASE, PHRASE, VAULT, OldVault, moved_in

from prometheus.compose import vaults
from prometheus.identity.bip39 import phrase_to_seed
from prometheus.model import collection
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.persona import KINDS
from prometheus.model.secret import Secret
from prometheus.usecases import audit, indexing
from prometheus.usecases.claim_index import read_statement
from prometheus.usecases.personas import list_personas
from prometheus.usecases.policy import current_policy
from prometheus.usecases.seed import load_seed
from prometheus.usecases.signed_copies import SignedCopy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus.compose.vaults import OpenVault


@pytest.fixture(params=FOLDERS, ids=NAMES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> OldVault:
    return moved_in(request.param, tmp_path)


@pytest.fixture
def opened(old: OldVault) -> Iterator[OpenVault]:
    with vaults.opened(old.places, VAULT, Secret(PASSPHRASE)) as found:
        yield found


def test_there_is_one_of_this_version_and_one_of_earlier_bodies() -> None:
    assert {"1-2026-11-22", "1-2026-11-22-early"} <= set(NAMES)


def test_the_file_of_an_old_vault_is_the_one_that_was_written(old: OldVault) -> None:
    assert hashlib.sha256(old.file.read_bytes()).hexdigest() == old.expected["file"]


def test_an_old_vault_opens_by_its_passphrase_and_is_whole(old: OldVault) -> None:
    with vaults.opened(old.places, VAULT, Secret(PASSPHRASE)) as opened:
        report = opened.vault.verify(deep=True)
        assert opened.vault.warnings == ()
        assert (report.epoch, report.journal_is_whole) == (old.expected["epoch"], True)
        assert opened.vault.vault_id.hex() == old.expected["vault_id"]


def test_every_body_of_an_old_vault_is_the_one_that_was_written(old: OldVault, opened: OpenVault) -> None:
    found = {
        str(group): {name: hashlib.sha256(body).hexdigest() for name, body in opened.vault.scan(group)}
        for group in range(256)
        if group != collection.KEY
    }
    wanted = {group: names for group, names in old.expected["records"].items() if group != str(collection.KEY)}
    assert {group: names for group, names in found.items() if names} == wanted


def test_the_claims_of_an_old_vault_are_listed_and_their_proofs_hold(old: OldVault, opened: OpenVault) -> None:
    listed = [ClaimRecord.from_fields(fields) for _, fields in opened.session.scan(collection.CLAIM)]
    assert {claim.id: (claim.is_deleted, claim.uses) for claim in listed} == {
        name: (claim["trash"], claim["uses"]) for name, claim in old.expected["claims"].items()
    }
    for claim in listed:
        assert claim.as_fields()["raw"] == old.expected["claims"][claim.id]["raw"]
        assert read_statement(claim.raw).id == claim.id


def test_the_personas_policy_and_log_of_an_old_vault_are_there(old: OldVault, opened: OpenVault) -> None:
    personas = {persona.did: persona for persona in list_personas(opened.session, KINDS, hidden=True)}
    assert set(personas) == {one["did"] for one in old.expected["personas"]}
    assert all(personas[one["did"]].label == one["label"] for one in old.expected["personas"])
    assert len(current_policy(opened.session).rules) == 1
    assert audit.check(opened.session).is_intact
    assert [entry.act for entry in audit.entries(opened.session)] == old.expected["acts"]
    signature = opened.session.signer.sign(next(iter(personas.values())).public_key, b"still mine")
    assert signature.startswith("sez")


def test_requests_of_an_old_vault_are_read_in_the_form_of_today(old: OldVault, opened: OpenVault) -> None:
    found = {fields["id"]: SignedCopy.from_fields(fields) for _, fields in opened.session.scan(collection.REQUEST)}
    assert set(found) == {one["id"] for one in old.expected["requests"]}
    for one in old.expected["requests"]:
        copy = found[one["id"]]
        assert copy.raw == one["raw"]
        assert copy.subject == json.loads(one["raw"])["content"]["claim"]["subject"]
        assert copy.kind == one.get("kind", "request")
        assert copy.partner == one.get("partner", one.get("statement"))


def test_the_index_knows_requests_of_an_old_vault_as_those_of_today(opened: OpenVault) -> None:
    for name, body in opened.vault.scan(collection.REQUEST):
        described = indexing.describe(collection.REQUEST, name, body)
        assert described is not None
        assert any(tag in ("kind:request", "kind:statement") for tag in described.tags)


def test_the_words_of_an_old_vault_are_the_published_ones(opened: OpenVault) -> None:
    assert load_seed(opened.session.vault) == Secret(phrase_to_seed(PHRASE))
