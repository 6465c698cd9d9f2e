"""Everything out of one vault and into another: all of it or nothing, twice as once, and by stated rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from prometheus_simulators.memory_vault import MemoryVault
from prometheus_simulators.two_vaults import World, make_world

from prometheus.errors import Conflict
from prometheus.model import collection, record
from prometheus.model.secret import Secret
from prometheus.portable.export_record import ExportRecord
from prometheus.portable.export_text import Export, read_export
from prometheus.usecases import audit
from prometheus.usecases.claims_store import list_claims
from prometheus.usecases.create_vault import furnish_vault, vault_facts
from prometheus.usecases.edit_persona import Edit, edit_persona
from prometheus.usecases.export_vault import PASSPHRASE_SEALED, contents_left, contents_of, log_export, text_of
from prometheus.usecases.import_vault import CHOICES, Choice, carry_out, furnish_from, plan_import
from prometheus.usecases.imported_bodies import seed_in
from prometheus.usecases.personas import active_persona, add_persona, list_personas
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus_memory import holding

if TYPE_CHECKING:
    from pathlib import Path

SEED = Secret(bytes([1]) * 64)


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = make_world(str(tmp_path))
    found.claim()
    found.request()
    return found


def exported(session: Session, *, with_keys: bool = False) -> Export:
    contents = contents_of(session, with_keys=with_keys)
    text = text_of(contents, session.clock.now())
    log_export(session, contents, text, PASSPHRASE_SEALED)
    return read_export(text)


def session_like(other: Session, *, seed: bytes = bytes([1]) * 64, is_furnished: bool = True) -> Session:
    vault = MemoryVault()
    session = Session(vault, other.clock, SeedSigner(vault))
    if is_furnished:
        furnish_vault(session, Secret(seed))
    return session


def records_of(session: Session) -> dict[tuple[int, str], bytes]:
    assert isinstance(session.vault, MemoryVault)
    return dict(session.vault.records)


def body(session: Session, group: int, name: str) -> dict[str, Any]:
    found = session.get(group, name)
    assert found is not None
    return found


def test_an_export_has_every_record_but_the_keys(world: World) -> None:
    before = records_of(world.holder)
    export = exported(world.holder)
    assert {each.place: each.body for each in export.records} == {
        place: content for place, content in before.items() if place[0] != collection.KEY
    }
    assert export.manifest.vault == world.holder.vault.vault_id.hex()
    assert not export.manifest.keys
    assert seed_in(export.records) is None


def test_keys_leave_only_when_asked_for(world: World) -> None:
    export = exported(world.holder, with_keys=True)
    assert export.manifest.keys
    assert export.records[0].place == (collection.KEY, "seed")
    assert seed_in(export.records) == SEED


def test_the_log_has_the_export_before_it_leaves_and_no_value_of_it(world: World) -> None:
    contents = contents_of(world.holder, with_keys=False)
    text = text_of(contents, world.clock.now())
    log_export(world.holder, contents, text, ("age1someone",))
    *_, entry = audit.entries(world.holder)
    assert entry.act == "vault.export"
    assert entry.facts["sealed_for"] == ["age1someone"]
    assert (entry.facts["keys"], entry.facts["records"]) == (False, len(contents.records))
    assert audit.check(world.holder).is_intact


def test_a_vault_that_changed_meanwhile_is_not_logged_and_does_not_leave(world: World) -> None:
    contents = contents_of(world.holder, with_keys=True)
    text = text_of(contents, world.clock.now())
    add_persona(world.holder)
    before = records_of(world.holder)
    with pytest.raises(Conflict) as refused:
        log_export(world.holder, contents, text, PASSPHRASE_SEALED)
    assert refused.value.code == "VAULT-CHANGED"
    assert records_of(world.holder) == before


def test_a_new_vault_has_everything_and_goes_on_with_the_log(world: World) -> None:
    export = exported(world.holder, with_keys=True)
    fresh = session_like(world.holder, is_furnished=False)
    report = furnish_from(fresh, export, SEED, is_demo=False)
    assert report.is_intact
    there, here = records_of(fresh), {each.place: each.body for each in export.records}
    changed = {place for place, content in here.items() if there[place] != content}
    assert changed == {(collection.SETTING, "device"), (collection.SETTING, "audit-head")}
    assert there.keys() - here.keys() == {(collection.AUDIT, f"{report.entries:012d}")}
    assert [claim.raw for claim in list_claims(fresh)] == [claim.raw for claim in list_claims(world.holder)]
    assert active_persona(fresh) == active_persona(world.holder)
    assert body(fresh, 7, "device")["device"] != body(world.holder, 7, "device")["device"]


def test_a_new_vault_from_a_file_without_keys_has_the_seed_of_the_words(world: World) -> None:
    export = exported(world.holder)
    fresh = session_like(world.holder, is_furnished=False)
    furnish_from(fresh, export, SEED, is_demo=False)
    assert exported(fresh, with_keys=True).records[0].collection == collection.KEY
    assert list_personas(fresh) == list_personas(world.holder)


def test_what_is_left_of_a_damaged_vault_says_so_and_goes_on_with_the_log(world: World) -> None:
    lost = {(collection.SETTING, "audit-head"), (collection.AUDIT, "000000000001")}
    left = [(*place, content) for place, content in records_of(world.holder).items() if place not in lost]
    locked = [(group, name, holding(content) if group == collection.KEY else content) for group, name, content in left]
    contents = contents_left(locked, world.holder.vault.vault_id, with_keys=True)
    export = read_export(text_of(contents, world.clock.now()))
    assert (export.manifest.whole, export.manifest.keys) == (False, True)
    fresh = session_like(world.holder, is_furnished=False)
    report = furnish_from(fresh, export, SEED, is_demo=False)
    assert not report.is_intact
    assert {place for place in records_of(world.holder) if place not in records_of(fresh)} == lost - {
        (collection.SETTING, "audit-head")
    }
    *_, before, newest = audit.entries(fresh)
    assert (newest.act, newest.seq, newest.prev) == ("vault.import", before.seq + 1, before.hash)


def test_keys_of_a_damaged_vault_leave_only_when_asked_for(world: World) -> None:
    keys = [
        (group, name, holding(content)) for (group, name), content in records_of(world.holder).items() if group == 1
    ]
    assert contents_left(keys, bytes(16), with_keys=False).records == ()


@pytest.mark.parametrize("with_keys", [False, True])
def test_words_of_another_seed_make_no_vault(world: World, with_keys: bool) -> None:
    fresh = session_like(world.holder, is_furnished=False)
    with pytest.raises(Conflict) as refused:
        furnish_from(fresh, exported(world.holder, with_keys=with_keys), Secret(bytes(64)), is_demo=False)
    assert refused.value.code == "SEED-DIFFERS"
    assert records_of(fresh) == {}


def test_a_demo_says_so_whatever_the_file_says(world: World) -> None:
    fresh = session_like(world.holder, is_furnished=False)
    furnish_from(fresh, exported(world.holder), SEED, is_demo=True)
    assert vault_facts(fresh).is_demo
    assert not vault_facts(world.holder).is_demo


def test_a_file_with_nothing_in_it_makes_a_vault_with_a_first_persona(world: World) -> None:
    export = exported(world.holder)
    fresh = session_like(world.holder, is_furnished=False)
    furnish_from(fresh, Export(export.manifest, ()), SEED, is_demo=False)
    assert active_persona(fresh).key_index == 0
    assert vault_facts(fresh).origin == "imported"


def test_importing_into_the_vault_that_it_came_from_changes_nothing(world: World) -> None:
    export = exported(world.holder, with_keys=True)
    before = records_of(world.holder)
    plan = plan_import(world.holder, export)
    assert (plan.new, plan.conflicts, plan.changes) == ((), (), ())
    assert plan.same + plan.own == len(export.records)
    carry_out(world.holder, export, plan)
    assert records_of(world.holder) == before


def test_what_is_missing_comes_in_and_twice_is_as_once(world: World) -> None:
    export = exported(world.holder)
    other = session_like(world.holder)
    plan = plan_import(other, export, "vault")
    assert {each.collection for each in plan.new} == {collection.CLAIM, collection.REQUEST}
    carry_out(other, export, plan, "vault")
    assert [claim.raw for claim in list_claims(other)] == [claim.raw for claim in list_claims(world.holder)]
    *_, entry = audit.entries(other)
    assert (entry.act, entry.facts["new"], entry.facts["replaced"]) == ("vault.import", len(plan.new), 0)
    before = records_of(other)
    again = plan_import(other, export, "vault")
    carry_out(other, export, again, "vault")
    assert again.changes == ()
    assert records_of(other) == before
    assert audit.check(other).is_intact


def renamed_in_both(world: World) -> tuple[Session, Export]:
    """Return a vault whose persona was renamed after that of the file."""
    other = session_like(world.holder, is_furnished=False)
    furnish_from(other, exported(world.holder), SEED, is_demo=False)
    edit_persona(world.holder, active_persona(world.holder).did, Edit(label="Of the file"))
    export = exported(world.holder)
    world.clock.advance(60)
    edit_persona(other, active_persona(other).did, Edit(label="Of the vault"))
    return other, export


def test_conflicts_are_refused_until_somebody_chooses(world: World) -> None:
    other, export = renamed_in_both(world)
    before = records_of(other)
    plan = plan_import(other, export)
    assert [each.name for each in plan.conflicts] == ["persona/0000000000"]
    with pytest.raises(Conflict) as refused:
        carry_out(other, export, plan)
    assert (refused.value.code, refused.value.exit_code) == ("IMPORT-CONFLICT", 11)
    assert "persona/0000000000" in refused.value.meaning
    assert records_of(other) == before


@pytest.mark.parametrize(
    ("choice", "label"), [("vault", "Of the vault"), ("file", "Of the file"), ("newer", "Of the vault")]
)
def test_the_choice_says_what_stays(world: World, choice: Choice, label: str) -> None:
    other, export = renamed_in_both(world)
    carry_out(other, export, plan_import(other, export, choice), choice)
    assert active_persona(other).label == label
    before = records_of(other)
    carry_out(other, export, plan_import(other, export, choice), choice)
    assert records_of(other) == before


def test_what_was_written_later_stays_also_when_that_is_the_file(world: World) -> None:
    other, _ = renamed_in_both(world)
    world.clock.advance(60)
    edit_persona(world.holder, active_persona(world.holder).did, Edit(label="Newest"))
    export = exported(world.holder)
    carry_out(other, export, plan_import(other, export, "newer"), "newer")
    assert active_persona(other).label == "Newest"


def forged(export: Export, group: int, name: str, **members: Any) -> Export:
    """Return a file as anyone can seal it for a public key: of no seed, and written in the far future."""
    content = rfc8785.dumps({"v": 1, "hlc": "ffffffffffff-0000", "device": "another", **members})
    return Export(export.manifest, (ExportRecord(group, name, content),))


@pytest.mark.parametrize(
    ("group", "name"), [(collection.SETTING, "policy"), (collection.GRANT, "an app")], ids=["policy", "grant"]
)
@pytest.mark.parametrize("is_there", [False, True])
def test_what_lets_things_leave_unasked_comes_in_only_by_choice(
    world: World, group: int, name: str, is_there: bool
) -> None:
    other = session_like(world.holder)
    if is_there:
        with other.commit() as commit:
            commit.put(group, name, {"text": '[[rule]]\neffect = "deny"\n'})
    file = forged(exported(world.holder), group, name, text='[[rule]]\neffect = "allow"\n')
    before = records_of(other)
    plan = plan_import(other, file)
    assert [each.name for each in plan.conflicts] == [name]
    with pytest.raises(Conflict):
        carry_out(other, file, plan)
    for choice in ("vault", "newer"):
        carry_out(other, file, plan_import(other, file, choice), choice)
    assert records_of(other) == before
    carry_out(other, file, plan_import(other, file, "file"), "file")
    assert "allow" in body(other, group, name)["text"]


@pytest.mark.parametrize("choice", CHOICES)
def test_what_a_vault_knows_of_its_shares_stays_its_own(world: World, choice: Choice) -> None:
    other = session_like(world.holder)
    before = records_of(other)
    file = forged(exported(world.holder), collection.SETTING, "recovery-shares", sets=5)
    plan = plan_import(other, file, choice)
    carry_out(other, file, plan, choice)
    assert plan.own == 1
    assert records_of(other) == before


@pytest.mark.parametrize("choice", CHOICES)
def test_the_log_and_the_device_of_a_vault_stay_its_own(world: World, choice: Choice) -> None:
    other = session_like(world.holder)
    device = body(other, 7, "device")["device"]
    log = list(audit.entries(other))
    export = exported(world.holder)
    try:
        carry_out(other, export, plan_import(other, export, choice), choice)
    except Conflict:
        assert choice == "refuse"
    assert body(other, 7, "device")["device"] == device
    assert list(audit.entries(other))[: len(log)] == log
    assert audit.check(other).is_intact


@pytest.mark.parametrize("with_keys", [False, True])
def test_a_file_of_another_seed_is_refused(world: World, with_keys: bool) -> None:
    other = session_like(world.holder, seed=bytes(64))
    before = records_of(other)
    with pytest.raises(Conflict) as refused:
        plan_import(other, exported(world.holder, with_keys=with_keys))
    assert (refused.value.code, refused.value.exit_code) == ("SEED-DIFFERS", 11)
    assert records_of(other) == before


def test_a_vault_that_changed_since_the_plan_is_left_alone(world: World) -> None:
    other = session_like(world.holder)
    export = exported(world.holder)
    plan = plan_import(other, export, "file")
    edit_persona(other, active_persona(other).did, Edit(label="Meanwhile"))
    add_persona(other)
    carry_out(other, export, plan_import(other, export, "vault"), "vault")
    before = records_of(other)
    with pytest.raises(Conflict) as refused:
        carry_out(other, export, plan, "file")
    assert refused.value.code == "VAULT-CHANGED"
    assert records_of(other) == before


def test_a_key_that_the_vault_has_not_is_refused(world: World) -> None:
    export = exported(world.holder, with_keys=True)
    other_key = ExportRecord(collection.KEY, "other", bytes((2, 32)) + bytes(32) + b"{}")
    with pytest.raises(Conflict) as refused:
        plan_import(session_like(world.holder), Export(export.manifest, (other_key, *export.records)), "file")
    assert refused.value.code == "IMPORT-KEY"


def test_collections_that_are_not_known_here_come_through_as_they_are(world: World) -> None:
    strange = (ExportRecord(77, "a", b"\xff\x00"), ExportRecord(collection.PLUGIN, "a\0b", b"{"))
    with world.holder.vault.transaction() as change:
        for each in strange:
            change.put(*each)
    export = exported(world.holder)
    other = session_like(world.holder)
    carry_out(other, export, plan_import(other, export, "file"), "file")
    assert [other.vault.get(*each.place) for each in strange] == [each.body for each in strange]


def test_a_body_of_an_earlier_version_is_the_same_as_that_of_today(world: World) -> None:
    export = exported(world.holder)
    old = next(each for each in export.records if each.collection == collection.REQUEST)
    fields = {**record.decode(old.body), "v": 1, "statement": record.decode(old.body)["partner"]}
    for member in ("kind", "subject", "partner", "before", "deleted_at"):
        del fields[member]
    earlier = old._replace(body=rfc8785.dumps(fields))
    plan = plan_import(session_like(world.holder), Export(export.manifest, (earlier,)))
    assert record.decode(plan.new[0].body) == record.decode(old.body)
