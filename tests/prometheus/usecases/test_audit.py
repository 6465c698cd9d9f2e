from __future__ import annotations

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.model import collection, record
from prometheus.usecases import audit
from prometheus.usecases.session import Session


class NoSigner:
    def sign(self, public_key: str, message: bytes) -> str:
        raise AssertionError


@pytest.fixture
def session() -> Session:
    return Session(MemoryVault(), FakeClock(), NoSigner())


def log(session: Session, count: int) -> None:
    for number in range(count):
        with session.commit() as commit:
            audit.append(commit, "test.act", persona="did:morpheus:ezA", facts={"number": number})


def test_an_empty_log_is_intact(session: Session) -> None:
    assert audit.check(session) == (0, "0" * 64, ())


def test_every_entry_follows_the_one_before(session: Session) -> None:
    log(session, 5)
    assert [entry.seq for entry in audit.entries(session)] == [1, 2, 3, 4, 5]
    assert audit.check(session).is_intact


def rewrite(session: Session, name: str, **changes: object) -> None:
    fields = session.get(collection.AUDIT, name)
    assert fields is not None
    with session.vault.transaction() as transaction:
        body = record.encode({**fields, **changes}, record.Stamp(1, 0, "d"))
        transaction.put(collection.AUDIT, name, body)


def test_a_changed_entry_is_found(session: Session) -> None:
    log(session, 3)
    rewrite(session, "000000000002", facts={"number": 7})
    assert audit.check(session).faults == ("entry 2 was changed after it was written",)


@pytest.mark.parametrize("dropped", ["000000000001", "000000000002", "000000000003"])
def test_a_dropped_entry_is_found(session: Session, dropped: str) -> None:
    log(session, 3)
    with session.vault.transaction() as transaction:
        assert transaction.delete(collection.AUDIT, dropped)
    assert not audit.check(session).is_intact


def test_an_act_that_fails_leaves_no_entry(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), session.commit() as commit:
        audit.append(commit, "test.act", facts={})
        raise ZeroDivisionError
    assert list(audit.entries(session)) == []


def test_stamps_grow_even_when_the_clock_goes_back(session: Session) -> None:
    log(session, 1)
    assert isinstance(session.clock, FakeClock)
    session.clock.advance(-3600)
    log(session, 1)
    stamps = [fields["hlc"] for _, fields in session.scan(collection.AUDIT)]
    assert len(stamps) == 2
    assert stamps == sorted(set(stamps))
