from __future__ import annotations

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.errors import Ambiguous, Conflict, NotFound, NotUnderstood
from prometheus.model import collection
from prometheus.model.persona import KINDS
from prometheus.model.secret import Secret
from prometheus.usecases import audit
from prometheus.usecases.create_vault import furnish_vault, vault_facts
from prometheus.usecases.edit_persona import hide_persona
from prometheus.usecases.persona_look import checked_look
from prometheus.usecases.personas import (
    active_persona,
    add_persona,
    count_hidden,
    find_persona,
    list_personas,
    names_of,
    use_persona,
)
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session

SEED = Secret(bytes(range(64)))


@pytest.fixture
def session() -> Session:
    vault = MemoryVault()
    session = Session(vault, FakeClock(), SeedSigner(vault))
    furnish_vault(session, SEED)
    return session


def test_a_new_vault_has_persona_zero_and_it_acts(session: Session) -> None:
    (persona,) = list_personas(session)
    assert (persona.kind, persona.key_index) == ("persona", 0)
    assert active_persona(session) == persona


def test_a_vault_is_furnished_only_once(session: Session) -> None:
    with pytest.raises(Conflict):
        furnish_vault(session, SEED)


def test_furnishing_is_one_commit_with_its_log_entry() -> None:
    vault = MemoryVault()
    session = Session(vault, FakeClock(), SeedSigner(vault))
    furnish_vault(session, SEED, origin="restored", counts={"persona": 3, "device": 1})
    assert vault.commits == 1
    assert [entry.act for entry in audit.entries(session)] == ["vault.create"]
    assert len(list_personas(session, ("persona", "device"))) == 4
    assert vault_facts(session).origin == "restored"


def test_no_record_but_the_key_holds_the_seed(session: Session) -> None:
    assert isinstance(session.vault, MemoryVault)
    holders = [place for place, body in session.vault.records.items() if SEED.expose()[:16] in body]
    assert holders == [(collection.KEY, "seed")]


def test_the_same_seed_makes_the_same_personas(session: Session) -> None:
    again = MemoryVault()
    other = Session(again, FakeClock(), SeedSigner(again))
    furnish_vault(other, SEED)
    assert add_persona(session).did == add_persona(other).did


def test_each_kind_counts_its_own_indices(session: Session) -> None:
    assert add_persona(session).key_index == 1
    assert add_persona(session, kind="device").key_index == 0
    assert add_persona(session, kind="device").key_index == 1
    assert len({persona.did for persona in list_personas(session, ("persona", "device"))}) == 4


def test_adding_is_in_the_log(session: Session) -> None:
    persona = add_persona(session, kind="group")
    entry = list(audit.entries(session))[-1]
    assert (entry.act, entry.persona) == ("persona.add", persona.did)
    assert audit.check(session).is_intact


def test_a_persona_is_found_by_label_name_did_and_prefix(session: Session) -> None:
    work = add_persona(session, look=checked_look(label="Work"))
    start = work.did.removeprefix("did:morpheus:")[:8]
    for text in ("work", work.name, work.did, start, f"did:morpheus:{start}"):
        assert find_persona(session, text) == work


def test_five_characters_of_a_did_name_nothing(session: Session) -> None:
    persona = active_persona(session)
    with pytest.raises(NotFound):
        find_persona(session, persona.did.removeprefix("did:morpheus:")[:5])


def test_the_empty_text_names_nothing(session: Session) -> None:
    for text in ("", " ", "did:morpheus:"):
        with pytest.raises(NotFound):
            find_persona(session, text)


def test_a_name_of_two_personas_is_refused_with_both(session: Session) -> None:
    persona = active_persona(session)
    twin = persona._replace(kind="device", did="did:morpheus:ezTwin")
    with session.commit() as commit:
        commit.put(collection.PERSONA, twin.record_name, twin.as_fields())
    with pytest.raises(Ambiguous) as caught:
        find_persona(session, persona.name)
    assert twin.did in caught.value.meaning


def test_two_personas_cannot_have_one_label(session: Session) -> None:
    add_persona(session, look=checked_look(label="Work"))
    with pytest.raises(Conflict):
        add_persona(session, look=checked_look(label="WORK"))
    assert len(list_personas(session)) == 2


def test_no_persona_is_labelled_with_the_sign_for_everybody() -> None:
    with pytest.raises(NotUnderstood, match="cannot be"):
        checked_look(label=" * ")
    assert checked_look(label="**").label == "**"


def test_only_a_persona_can_act(session: Session) -> None:
    add_persona(session, kind="device", look=checked_look(label="Laptop"))
    with pytest.raises(Conflict):
        use_persona(session, "Laptop")


def test_the_persona_in_use_is_the_one_that_acts(session: Session) -> None:
    work = add_persona(session, look=checked_look(label="Work"))
    use_persona(session, "work")
    assert active_persona(session) == work


def test_own_dids_have_names_and_others_have_none(session: Session) -> None:
    me, work = active_persona(session), add_persona(session, look=checked_look(label="Work"))
    device = add_persona(session, kind="device")
    found = names_of(session, [me.did, work.did, device.did, "did:morpheus:ezNobody", "", me.did])
    assert found == {me.did: me.name, work.did: "Work", device.did: device.name}


def test_hidden_personas_are_counted_by_kind(session: Session) -> None:
    hide_persona(session, add_persona(session).did)
    hide_persona(session, add_persona(session, kind="group").did)
    assert (count_hidden(session), count_hidden(session, ("group",)), count_hidden(session, KINDS)) == (1, 1, 2)
    assert len(list_personas(session, KINDS)) == 1
