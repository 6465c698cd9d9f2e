"""What the vault's index answers is what a search through every claim would find."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault
from prometheus_simulators.vault_lab import SECRET, Place, install_quick_kdf

from prometheus.claims.shipped import SHIPPED, shipped_by_name
from prometheus.model import collection
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.secret import Secret
from prometheus.usecases.claims_store import Chosen, claim_names, count_claims, is_expired, names_beginning
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.edit_persona import Edit, edit_persona
from prometheus.usecases.indexing import DESCRIBE_VERSION, describe
from prometheus.usecases.personas import add_persona, list_personas
from prometheus.usecases.schemas import Schemas
from prometheus.usecases.search_claims import search_claims
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus_vault import Vault, kdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WORDS = ("Kovács", "kov", "kovacs2", "Győr", "ﬁne", "Straße", "x²", "İzmir", "a_b", "don't", "degree", "work", "10")
_DIDS = ("did:morpheus:ezAbc", "did:morpheus:ezAbd")
_NOW = "2026-11-22T18:00:00Z"
_ENDS = ("", "2026-11-22T18:00:00Z", "2026-11-22T18:00:01Z", "2026-11-23", "2024-02-29", "some day", "2031-01-01")

SOUGHT = ("did:morpheus:ezab", "cjuaaa", "work", "card", "wo card", "work iden kov", "gy ident", "deg", "gyor")
texts = some.lists(some.sampled_from(_WORDS) | some.text(max_size=4), max_size=3).map(" ".join)
values = texts | some.integers(-100, 100) | some.booleans() | some.none() | some.floats(-9, 9)
contents = some.dictionaries(
    some.sampled_from(("city", "fullName", "größe", "value", "1st")),
    values | some.lists(texts, max_size=2) | some.dictionaries(some.sampled_from(("deep", "kov")), values, max_size=2),
    max_size=3,
)


def wrapped(content: Any) -> Any:
    return {name: {"nonce": "uNonce" + "A" * 39, "value": value} for name, value in content.items()}


@some.composite
def claims(draw: some.DrawFn) -> list[ClaimRecord]:
    found = []
    for number in range(draw(some.integers(0, 8))):
        content = draw(contents)
        shown = wrapped(content) if draw(some.booleans()) else content
        persona = draw(some.sampled_from(("", "first", "second")))
        raw = json.dumps({"content": {"claim": {"content": shown}}})
        found.append(
            ClaimRecord(
                "cju" + draw(some.sampled_from("abAB_-")) * 6 + f"{number:037d}",
                persona,
                draw(some.sampled_from((SHIPPED["identity-card"], SHIPPED["degree"], "cjuUnknown"))),
                draw(some.sampled_from(_DIDS)),
                draw(some.sampled_from(_DIDS)),
                "",
                "",
                draw(some.sampled_from(_ENDS)),
                tuple(f".{name}" for name in content),
                draw(some.sampled_from(("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))),
                "test",
                raw.encode(),
                deleted_at=draw(some.sampled_from(("", "", "", _NOW))),
            )
        )
    return found


def plain_words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = [letter for letter in folded if unicodedata.category(letter)[0] != "M"]
    return "".join(letter if letter.isalnum() else " " for letter in bare).split()


def scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"nonce", "value"}:
            yield from scalars(value["value"])
            return
        for name, item in value.items():
            yield name
            yield from scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from scalars(item)
    else:
        yield value if isinstance(value, str) else json.dumps(value)


class Shelf:
    """A vault with two personas, in which each example keeps its claims for as long as it lasts."""

    def __init__(self, vault: Any, folder: str) -> None:
        self.session = Session(vault, FakeClock(), SeedSigner(vault))
        self.schemas = Schemas(folder)
        furnish_vault(self.session, Secret(bytes(range(64))))
        edit_persona(self.session, list_personas(self.session)[0].did, Edit(label="Győr work"))
        add_persona(self.session)
        self.kept: list[ClaimRecord] = []

    def keep(self, found: list[ClaimRecord]) -> list[ClaimRecord]:
        dids = {"first": 0, "second": 1}
        own = [one.did for one in list_personas(self.session)]
        named = [claim._replace(persona=own[dids[claim.persona]] if claim.persona else "") for claim in found]
        with self.session.commit() as commit:
            for old in self.kept:
                commit.delete(collection.CLAIM, old.record_name)
            for claim in named:
                commit.put(collection.CLAIM, claim.record_name, claim.as_fields())
        self.kept = named
        return named

    def words(self, claim: ClaimRecord) -> list[str]:
        names = {process_id: shipped_by_name(name).name for name, process_id in SHIPPED.items()}
        called = [f"{one.label} {one.name}" for one in list_personas(self.session) if one.did == claim.persona]
        content = json.loads(claim.raw)["content"]["claim"]["content"]
        every = [names.get(claim.process_id, ""), *called, claim.id, claim.subject, claim.authority, *scalars(content)]
        return [word for text in every for word in plain_words(text)]


@pytest.fixture(scope="module", params=["memory", "file"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder: Path = tmp_path_factory.mktemp("shelf")
    if request.param == "memory":
        yield Shelf(MemoryVault(), str(folder))
        return
    honest = kdf.argon2id
    install_quick_kdf()
    place = Place(folder)
    place.create().close()
    with Vault.open_with_recovery(
        place.file, place.anchors, recovery_secret=SECRET, describe=describe, describe_version=DESCRIBE_VERSION
    ) as vault:
        yield Shelf(vault, str(folder))
    kdf.argon2id = honest


def newest_first(found: list[ClaimRecord]) -> list[str]:
    return [claim.id for claim in sorted(found, key=lambda claim: (claim.added, claim.id), reverse=True)]


quickly = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(found=claims(), sought=texts | some.sampled_from(SOUGHT))
@example(found=[], sought="kov")
def test_a_search_finds_what_has_every_word(shelf: Shelf, found: list[ClaimRecord], sought: str) -> None:
    kept = shelf.keep(found)
    wanted = plain_words(sought)
    expected = [
        claim
        for claim in kept
        if wanted
        and not claim.is_deleted
        and all(any(word.startswith(one) for word in shelf.words(claim)) for one in wanted)
    ]
    assert search_claims(shelf.session, sought, shelf.schemas) == newest_first(expected)


@quickly
@given(found=claims(), expired=some.none() | some.booleans(), in_trash=some.booleans(), data=some.data())
def test_a_list_shows_what_fits(
    shelf: Shelf, found: list[ClaimRecord], expired: bool | None, in_trash: bool, data: some.DataObject
) -> None:
    kept = shelf.keep(found)
    now = shelf.session.clock.now()
    persona = data.draw(some.just("") | some.sampled_from([one.did for one in list_personas(shelf.session)]))
    process_id = data.draw(some.just("") | some.sampled_from((SHIPPED["identity-card"], SHIPPED["degree"])))
    fit = [
        claim
        for claim in kept
        if claim.is_deleted == in_trash
        and persona in ("", claim.persona)
        and process_id in ("", claim.process_id)
        and expired in (None, is_expired(claim, now))
    ]
    chosen = Chosen(persona, process_id, "", expired, in_trash)
    assert sorted(claim_names(shelf.session, chosen)) == sorted(claim.id for claim in fit)
    assert count_claims(shelf.session, chosen) == len(fit)
    if not in_trash:
        assert claim_names(shelf.session, chosen) == newest_first(fit)
        assert claim_names(shelf.session, chosen, limit=2) == newest_first(fit)[:2]


@quickly
@given(found=claims(), start=some.sampled_from(("cjuaaaaaa", "aaaaaa", "AAAAAA0", "______", "cju------", "cju")))
def test_the_beginning_of_an_id_names_every_claim_that_begins_so(
    shelf: Shelf, found: list[ClaimRecord], start: str
) -> None:
    kept = shelf.keep(found)
    expected = sorted(claim.id for claim in kept if claim.id.startswith((start, f"cju{start}")))
    assert sorted(names_beginning(shelf.session, collection.CLAIM, start)) == expected


def test_what_is_found_by_value_and_by_kind_comes_once_and_in_one_order(shelf: Shelf) -> None:
    said = b'{"content":{"claim":{"content":{"note":"degree"}}}}'

    def claim(number: int, kind: str, raw: bytes) -> ClaimRecord:
        day = f"2026-11-0{number}T00:00:00Z"
        return ClaimRecord(
            f"cju{number:043d}", "", SHIPPED[kind], "did:a", "did:b", "", "", "", (), day, "test", raw, "", 0
        )

    both, value, kind = claim(1, "degree", said), claim(2, "email", said), claim(3, "degree", b"{}")
    shelf.keep([both, value, kind, claim(4, "email", b"{}")])
    assert search_claims(shelf.session, "Degrée", shelf.schemas) == [kind.id, value.id, both.id]


@pytest.mark.parametrize("nothing", ["", " ", "!", "-_-", "\u0301"])
def test_a_text_without_a_word_finds_nothing(shelf: Shelf, nothing: str) -> None:
    assert search_claims(shelf.session, nothing, shelf.schemas) == []
