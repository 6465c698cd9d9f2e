from __future__ import annotations

import pytest

from prometheus.errors import NotUnderstood
from prometheus.model.trust import Authority, TrustList, dump, parse

TOWN = Authority("did:morpheus:ezTown", "Town hall", ("cjuA",), "2026-11-22T18:00:00Z")


def test_a_list_reads_back_as_it_was_written() -> None:
    trust = TrustList((TOWN,), frozenset({"cjuW"}))
    assert parse(dump(trust).decode()) == trust


def test_adding_an_authority_again_replaces_it() -> None:
    trust = TrustList().with_authority(TOWN).with_authority(TOWN._replace(name="Town"))
    assert [known.name for known in trust.authorities] == ["Town"]
    assert trust.without_authority(TOWN.did).authorities == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"v": 2, "authorities": [], "withdrawn": []}',
        '{"v":1,"authorities":[{}],"withdrawn":[]}',
        '{"v":1,"authorities":[],"withdrawn":"cjuW"}',
        '{"v":1,"authorities":{},"withdrawn":[3]}',
        '{"v":1,"authorities":' + "[" * 100_000,
    ],
)
def test_a_list_that_cannot_be_read_trusts_nobody(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)
