from __future__ import annotations

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.errors import Conflict, Damaged, KeyUnavailable
from prometheus.identity.multicipher import PublicKey, Signature
from prometheus.model import collection, key_record
from prometheus.model.key_record import KeyRecord
from prometheus.model.secret import Secret
from prometheus.usecases import audit
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.edit_persona import Edit, avatar_of, edit_persona, hide_persona
from prometheus.usecases.personas import active_persona, add_persona
from prometheus.usecases.seed import load_seed
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus.usecases.sign_content import is_signed, sign_content
from prometheus_memory import holding

SEED = Secret(bytes(range(64)))


@pytest.fixture
def session() -> Session:
    vault = MemoryVault()
    session = Session(vault, FakeClock(), SeedSigner(vault))
    furnish_vault(session, SEED)
    return session


def test_a_signature_is_that_of_the_personas_key(session: Session) -> None:
    for persona in (active_persona(session), add_persona(session), add_persona(session, kind="device")):
        signature = session.signer.sign(persona.public_key, b"message")
        key = PublicKey.parse(persona.public_key)
        assert key.verify(b"message", Signature.parse(signature))
        assert not key.verify(b"massage", Signature.parse(signature))


def test_a_key_of_somebody_else_signs_nothing(session: Session) -> None:
    with pytest.raises(KeyUnavailable):
        session.signer.sign("pez7wTBGFMHJjvrSYL9nEDZKd6dGJZmsdFdXqyBxdBcRuSa", b"message")


def test_a_record_with_another_seeds_key_signs_nothing(session: Session) -> None:
    persona = active_persona(session)
    foreign = persona._replace(public_key="pez7wTBGFMHJjvrSYL9nEDZKd6dGJZmsdFdXqyBxdBcRuSa")
    with session.commit() as commit:
        commit.put(collection.PERSONA, persona.record_name, foreign.as_fields())
    with pytest.raises(KeyUnavailable) as caught:
        session.signer.sign(foreign.public_key, b"message")
    assert caught.value.code == "KEY-NOT-OF-SEED"


def test_a_vault_without_a_seed_says_so() -> None:
    with pytest.raises(KeyUnavailable) as caught:
        load_seed(MemoryVault())
    assert caught.value.code == "SEED-MISSING"


@pytest.mark.parametrize("size", [0, 32, 63, 65])
def test_a_seed_of_another_size_furnishes_nothing(size: int) -> None:
    vault = MemoryVault()
    with pytest.raises(Conflict):
        furnish_vault(Session(vault, FakeClock(), SeedSigner(vault)), Secret(bytes(size)))
    assert not vault.records


@pytest.mark.parametrize("body", [b"", b"\1", b"\1\x40short", b"\x09\0{}", b"\1\0[]", b"\1\0", b"\1\0{", b"\1\1"])
def test_a_key_record_of_another_form_is_damaged(body: bytes) -> None:
    with pytest.raises(Damaged):
        key_record.decode(holding(body))


def test_a_key_record_reads_back() -> None:
    record = KeyRecord(2, Secret(bytes(range(32))), {"note": "x"})
    read = key_record.decode(key_record.encode(record))
    assert (read.kind, read.secret, read.facts["note"]) == (2, record.secret, "x")


def test_content_is_signed_and_logged_by_digest(session: Session) -> None:
    persona = active_persona(session)
    signed = sign_content(session, persona, b"letter")
    assert is_signed(b"letter", signed.signature, signed.public_key)
    entry = list(audit.entries(session))[-1]
    assert entry.facts == {"sha256": signed.sha256, "bytes": 6}


def test_a_hidden_persona_signs_no_content(session: Session) -> None:
    work = add_persona(session)
    hidden = hide_persona(session, work.did)
    with pytest.raises(Conflict):
        sign_content(session, hidden, b"letter")


def test_a_refused_edit_changes_nothing(session: Session) -> None:
    persona = active_persona(session)
    add_persona(session)
    assert isinstance(session.vault, MemoryVault)
    before = dict(session.vault.records)
    other = add_persona(session)
    edit_persona(session, other.did, Edit(label="Taken"))
    before = dict(session.vault.records)
    with pytest.raises(Conflict):
        edit_persona(session, persona.did, Edit(label="taken", avatar=b"\x89PNG\r\n\x1a\n"))
    assert session.vault.records == before


def test_an_edit_goes_back_to_the_face_of_the_key(session: Session) -> None:
    persona = active_persona(session)
    edit_persona(session, persona.did, Edit("Me", "*", "rose", "notes", b"GIF89a"))
    changed = active_persona(session)
    assert avatar_of(session, changed) == b"GIF89a"
    edit_persona(session, persona.did, Edit("", "", "", "", b""))
    assert active_persona(session) == persona
    assert avatar_of(session, persona) is None
