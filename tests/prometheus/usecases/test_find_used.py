from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prometheus.model.secret import Secret
from prometheus.usecases.find_used import find_used
from prometheus.usecases.known_documents import KnownDocuments
from prometheus.usecases.seed import did_of, public_key_of

SEED = Secret(bytes(range(64)))


class Known:
    """A source that knows everything, or only what was used."""

    def __init__(self, used: set[int], *, knows_all: bool) -> None:
        self.used = used
        self.knows_all = knows_all

    def is_used(self, public_key: str) -> bool | None:
        if int(public_key) in self.used:
            return True
        return False if self.knows_all else None


def key_at(index: int) -> str:
    return public_key_of(SEED, "persona", index)


@given(st.sets(st.integers(0, 60)), st.integers(1, 25))
def test_everything_before_a_gap_is_found_and_nothing_after(used: set[int], gap: int) -> None:
    found = find_used(str, Known(used, knows_all=True), gap=gap)
    expected, last = [], -1
    for index in sorted(used):
        if index - last > gap:
            break
        expected.append(index)
        last = index
    assert found.used == tuple(expected)
    assert found.looked_at == last + 1 + gap
    assert found.to_restore == last + 1


def test_a_source_that_only_knows_yes_makes_nothing_certain() -> None:
    assert not find_used(str, Known({1}, knows_all=False), gap=3).is_certain
    assert find_used(str, Known({1}, knows_all=True), gap=3).is_certain


def test_progress_is_told_after_each_key() -> None:
    told: list[tuple[int, int]] = []
    find_used(str, Known({0, 1}, knows_all=True), gap=2, progress=lambda *step: told.append(step))
    assert told == [(1, 1), (2, 2), (3, 2), (4, 2)]


def test_a_key_is_known_by_itself_its_id_or_its_did() -> None:
    key = key_at(3)
    key_id = "i" + did_of(key).removeprefix("did:morpheus:")
    for text in (key, f'{{"signer": "{key}"}}', f"by {key_id}.", f"see {did_of(key)}#0 for more"):
        assert KnownDocuments([text]).is_used(key) is True


def test_a_document_about_others_proves_nothing() -> None:
    assert KnownDocuments([did_of(key_at(4)), "pez", "did:morpheus:", ""]).is_used(key_at(3)) is None


def test_a_longer_name_is_another_name() -> None:
    assert KnownDocuments([did_of(key_at(3)) + "x"]).is_used(key_at(3)) is None
