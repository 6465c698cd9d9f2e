"""Claims are kept, named by prefixes, trashed and purged."""

from __future__ import annotations

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.errors import Ambiguous, Conflict, NotFound, NotUnderstood
from prometheus.model.claim_record import ClaimRecord
from prometheus.usecases import claims_store
from prometheus.usecases.session import Session


class _NoSigner:
    def sign(self, public_key: str, message: bytes) -> str:
        raise AssertionError


@pytest.fixture
def session() -> Session:
    return Session(MemoryVault(), FakeClock(), _NoSigner())


def _claim(beginning: str, **members: object) -> ClaimRecord:
    claim_id = "cju" + beginning + "A" * (43 - len(beginning))
    plain = ClaimRecord(
        claim_id,
        "did:me",
        "cjuP",
        "did:me",
        "did:org",
        "did:org#0",
        "",
        "",
        (".x",),
        "2026-11-01T00:00:00Z",
        "t",
        b"{}",
    )
    return plain._replace(**members)  # type: ignore[arg-type]  # each test names members that exist


def _keep(session: Session, *claims: ClaimRecord) -> list[str]:
    with session.commit() as commit:
        return [claims_store.add_claim(commit, claim) for claim in claims]


def _trash(session: Session, claim: ClaimRecord) -> None:
    with session.commit() as commit:
        claims_store.trash_claim(commit, claim.id)


@pytest.mark.parametrize("text", ["abcdef", "cjuabcdef", "cjuabcdefA", "cjuabcdef" + "A" * 37, " abcdef… "])
def test_a_unique_prefix_names_a_claim(session: Session, text: str) -> None:
    _keep(session, _claim("abcdef"), _claim("abcdeg"))
    assert claims_store.find_claim(session, text).id == _claim("abcdef").id


@pytest.mark.parametrize("text", ["", "abcde", "cjuabcde", "cju"])
def test_five_characters_are_too_few(session: Session, text: str) -> None:
    _keep(session, _claim("abcdef"))
    with pytest.raises(NotUnderstood):
        claims_store.find_claim(session, text)


def test_an_ambiguous_prefix_lists_the_candidates(session: Session) -> None:
    _keep(session, _claim("abcdefX"), _claim("abcdefY"))
    with pytest.raises(Ambiguous) as caught:
        claims_store.find_claim(session, "abcdef")
    assert "cjuabcdefX" in caught.value.meaning
    assert "cjuabcdefY" in caught.value.meaning


def test_an_unknown_name_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        claims_store.find_claim(session, "abcdef")


def test_adding_twice_changes_nothing(session: Session) -> None:
    assert _keep(session, _claim("abcdef")) == ["added"]
    before = session.get(3, _claim("abcdef").id)
    assert _keep(session, _claim("abcdef", source="other")) == ["known"]
    assert session.get(3, _claim("abcdef").id) == before


def test_the_trash_hides_a_claim_and_gives_it_back(session: Session) -> None:
    claim = _claim("abcdef")
    _keep(session, claim)
    _trash(session, claim)
    assert claims_store.list_claims(session) == []
    assert [found.id for found in claims_store.list_claims(session, in_trash=True)] == [claim.id]
    with pytest.raises(NotFound, match="in the trash"):
        claims_store.find_claim(session, "abcdef")
    with session.commit() as commit:
        claims_store.restore_claim(commit, claim.id)
    assert claims_store.find_claim(session, "abcdef") == claim


def test_adding_what_is_in_the_trash_restores_it(session: Session) -> None:
    claim = _claim("abcdef", uses=3)
    _keep(session, claim)
    _trash(session, claim)
    assert _keep(session, _claim("abcdef")) == ["restored"]
    assert claims_store.find_claim(session, "abcdef").uses == 3


def test_the_trash_refuses_what_it_has_and_what_it_lacks(session: Session) -> None:
    claim = _claim("abcdef")
    _keep(session, claim)
    with session.commit() as commit, pytest.raises(Conflict):
        claims_store.restore_claim(commit, claim.id)
    _trash(session, claim)
    with session.commit() as commit, pytest.raises(Conflict):
        claims_store.trash_claim(commit, claim.id)


def test_lists_are_filtered(session: Session) -> None:
    old = _claim("aaaaaa", before="2026-11-22T18:00:00Z")
    odd = _claim("bbbbbb", before="some day")
    good = _claim("cccccc", before="2026-11-22T18:00:01Z", persona="did:two", process_id="cjuQ")
    _keep(session, old, odd, good)
    assert {claim.id for claim in claims_store.list_claims(session, expired=True)} == {old.id, odd.id}
    assert claims_store.list_claims(session, expired=False) == [good]
    assert claims_store.list_claims(session, persona="did:two") == [good]
    assert claims_store.list_claims(session, process_id="cjuQ") == [good]
    assert len(claims_store.list_claims(session, authority="did:org")) == 3
    assert claims_store.list_claims(session, authority="did:none") == []


def test_uses_are_counted(session: Session) -> None:
    claim = _claim("abcdef")
    _keep(session, claim)
    with session.commit() as commit:
        claims_store.count_use(commit, claim.id)
        claims_store.count_use(commit, claim.id)
    assert claims_store.find_claim(session, claim.id).uses == 2
