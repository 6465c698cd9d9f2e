"""What `find` and `count` answer: the same for a vault in a file and for the one in memory that other tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_simulators.memory_vault import MemoryVault

from prometheus_vault import Indexed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_simulators.vault_lab import Place

    from prometheus import ports


def describe(collection: int, name: str, body: bytes) -> Indexed | None:
    """Read a body of the form ``order;tag,tag;text``; without a semicolon nothing is known of it."""
    order, found, rest = body.decode("utf-8", "surrogatepass").partition(";")
    tags, _, text = rest.partition(";")
    return Indexed(text, order, tuple(tag for tag in tags.split(",") if tag)) if found else None


@pytest.fixture(params=["file", "memory"])
def vault(request: pytest.FixtureRequest, place: Place) -> Iterator[ports.Vault]:
    if request.param == "memory":
        yield MemoryVault(describe)
        return
    with place.create(describe) as made:
        yield made


def put(vault: ports.Vault, collection: int, **bodies: str) -> None:
    with vault.transaction() as change:
        for name, body in bodies.items():
            change.put(collection, name, body.encode("utf-8", "surrogatepass"))


def test_an_empty_vault_has_nothing_to_find(vault: ports.Vault) -> None:
    assert vault.find(3) == []
    assert vault.find(3, words="a", tags=["t"]) == []
    assert vault.count(3) == vault.count(3, tags=["t"]) == 0


def test_records_are_sorted_by_order_and_then_by_name(vault: ports.Vault) -> None:
    put(vault, 3, c="2;;", a="2;;", b="1;;", e="3;;")
    put(vault, 4, d="0;;")
    assert vault.find(3) == ["e", "c", "a", "b"]
    assert vault.find(3, newest_first=False) == ["b", "a", "c", "e"]
    assert vault.find(3, limit=2) == ["e", "c"]
    assert vault.find(3, newest_first=False, limit=1) == ["b"]
    assert vault.find(3, limit=0) == []


def test_each_word_must_begin_some_word(vault: ports.Vault) -> None:
    put(vault, 3, a=";;The quick brown fox", b=";;quickly, brown!", c=";;a brow")
    assert vault.find(3, words="quick") == ["b", "a"]
    assert vault.find(3, words="quick fo") == ["a"]
    assert vault.find(3, words="BROWN") == ["b", "a"]
    assert vault.find(3, words="brow") == ["c", "b", "a"]
    assert vault.find(3, words="rown") == []
    assert vault.find(3, words="quick quickly q") == ["b"]
    assert vault.find(3, words="?!") == vault.find(3) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zürich", "zurich"),
        ("Zu\u0308rich", "ZÜR"),
        ("Straße", "strasse"),
        ("ﬁne", "fin"),
        ("Łódź", "łod"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("Москва", "моск"),
        ("東京都", "東京"),
        ("नमस्ते", "नमस्ते"),
        ("x²", "x2"),
        ("a_b", "b"),
        ("it's", "s"),
        ("did:key:z6Mk", "z6mk did"),
        ("\ud800x", "x"),
        ("𐐀word", "𐐨WORD"),
        ("\U0001f600smile", "smile"),
        ("𞤀new", "𞤢ne"),
        ("a\x00b", "b"),
        ('say "hello"*', 'hello" OR "say'.replace("OR", "")),
        ("AND NOT", "and NOT"),
    ],
)
def test_letters_are_compared_without_case_marks_and_forms(vault: ports.Vault, text: str, words: str) -> None:
    put(vault, 3, a=f";;{text}", b=";;other")
    assert vault.find(3, words=words) == ["a"]


def test_a_record_must_have_all_tags(vault: ports.Vault) -> None:
    put(vault, 3, a="1;x,y;word", b="2;x;word", c="3;y,x,y;other", d="4;;word")
    put(vault, 4, a="1;x;word")
    assert vault.find(3, tags=["x"]) == ["c", "b", "a"]
    assert vault.find(3, tags=iter(["x", "y", "x"])) == ["c", "a"]
    assert vault.find(3, tags=["x"], words="wor", newest_first=False) == ["a", "b"]
    assert vault.find(3, tags=["X"]) == vault.find(3, tags=["x", "none"]) == []
    assert (vault.count(3), vault.count(3, tags=["x"]), vault.count(3, tags=iter(["x", "y"]))) == (4, 3, 2)
    assert vault.count(3, tags=["x", "none"]) == 0
    assert vault.count(5) == 0


def test_what_is_not_described_is_not_found(vault: ports.Vault) -> None:
    put(vault, 3, a="no", b=";;yes")
    assert vault.find(3) == ["b"]
    assert vault.count(3) == 1
    assert [name for name, _ in vault.scan(3)] == ["a", "b"]


def test_keys_are_found_by_name_alone(vault: ports.Vault) -> None:
    put(vault, 1, a="1;x;word")
    assert vault.find(1) == ["a"]
    assert vault.find(1, words="word") == vault.find(1, tags=["x"]) == []


def test_a_rewrite_and_a_delete_show_at_once(vault: ports.Vault) -> None:
    put(vault, 3, a="1;x;one", b="2;x;one")
    assert vault.find(3, words="one", tags=["x"]) == ["b", "a"]
    put(vault, 3, a="3;y;two")
    assert vault.find(3, words="one") == vault.find(3, tags=["x"]) == ["b"]
    assert vault.find(3) == ["a", "b"]
    put(vault, 3, a="no")
    assert vault.find(3) == ["b"]
    with vault.transaction() as change:
        change.delete(3, "b")
        assert vault.find(3) == ["b"]
    assert vault.find(3) == vault.find(3, tags=["x"]) == vault.find(3, words="one") == []
    put(vault, 3, b="2;x;one")
    assert vault.find(3, words="one", tags=["x"]) == ["b"]


def test_half_a_surrogate_pair_in_order_and_tag_does_no_harm(vault: ports.Vault) -> None:
    put(vault, 3, a="\ud800;\udfff;", b="\uffff;\udfff;", c="\U00010000;t;")
    assert vault.find(3) == ["c", "b", "a"]
    assert vault.find(3, tags=["\udfff"]) == ["b", "a"]


def test_hundreds_of_words_and_tags_do_no_harm(vault: ports.Vault) -> None:
    many = [f"w{number}" for number in range(1000)]
    put(vault, 3, a=f";{','.join(many[:300])};{' '.join(many)}", b=";;w1")
    assert vault.find(3, words=" ".join(many)) == ["a"]
    assert vault.find(3, words=" ".join(many) + " w1000") == []
    assert vault.find(3, tags=many[:300]) == ["a"]
    assert vault.find(3, words="w" * 100_000) == []


TEXTS = st.text(st.sampled_from("abAB1 .;_äßéⅣ²\u0301Жж漢ा\u200d\ud800İ\u0131\u017fﬀ\U0001e900"), max_size=8)
BODIES = st.builds(
    lambda order, tags, text: f"{order};{','.join(tags)};{text}",
    st.sampled_from(["", "1", "2", "10", "\ud800", "\uffff", "\U00010000"]),
    st.lists(st.sampled_from("xyz"), max_size=3),
    TEXTS,
)
CHANGES = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "é", "\x00", "\uffff"]), BODIES | st.none(), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CHANGES, max_size=4), TEXTS, st.lists(st.sampled_from("xyzq"), max_size=2), st.none() | st.integers(0, 3)
)
def test_both_vaults_answer_alike(
    place: Place, rounds: list[dict[str, str | None]], words: str, tags: list[str], limit: int | None
) -> None:
    if not place.file.exists():
        place.create(describe).close()
    with place.open(describe) as vault:
        with vault.transaction() as change:
            for name, _ in list(vault.scan(3)):
                change.delete(3, name)
        memory = MemoryVault(describe)
        for changes in rounds:
            for one in (vault, memory):
                with one.transaction() as change:
                    for name, body in changes.items():
                        if body is None:
                            change.delete(3, name)
                        else:
                            change.put(3, name, body.encode("utf-8", "surrogatepass"))
            for newest_first in (True, False):
                found = vault.find(3, words=words, tags=tags, newest_first=newest_first, limit=limit)
                assert found == memory.find(3, words=words, tags=tags, newest_first=newest_first, limit=limit)
            assert vault.count(3, tags=tags) == memory.count(3, tags=tags)
