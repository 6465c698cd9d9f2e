"""``schema add --authority``: who inspects or witnesses gets the whole form of a process, and asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.authority_town import PROCESS, AuthorityTown, authority_town

from prometheus.errors import NotTrusted, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AuthorityTown]:
    with authority_town(tmp_path, monkeypatch, capsys) as opened:
        yield opened


def test_a_process_is_fetched_whole(town: AuthorityTown) -> None:
    diving = town.service.publish_process({**PROCESS, "name": "Diving pass"})
    words = ("schema", "add", "--authority", town.service.url)
    with pytest.raises(NotUnderstood, match="2 processes"):
        town.desk.run(*words)
    added = town.desk.as_json(*words, "--process", "diving pass")
    assert (added["id"], added["new"]) == (diving, True)
    assert town.desk.as_json("schema", "show", "diving pass")["id"] == diving
    assert not town.desk.as_json(*words, "--process", diving[:12])["new"]
    assert "send_request" not in town.service.routes()


def test_another_content_than_its_id_says_is_not_kept(town: AuthorityTown) -> None:
    town.service.blobs[town.process_id] = {**town.service.blobs[town.process_id], "description": "another"}
    with pytest.raises(NotTrusted):
        town.desk.run("schema", "add", "--authority", town.service.url)


@pytest.mark.parametrize("more", [("process.json", "--authority", "{url}"), ("--process", "x"), ()])
def test_a_file_or_an_authority_is_named(town: AuthorityTown, more: tuple[str, ...]) -> None:
    with pytest.raises(NotUnderstood):
        town.desk.run("schema", "add", *(word.format(url=town.service.url) for word in more))


def test_a_collapsed_process_says_how_to_get_it_whole(town: AuthorityTown) -> None:
    collapsed = town.desk.file("collapsed.json", {**PROCESS, "claimSchema": "cju" + "A" * 43})
    with pytest.raises(NotUnderstood) as caught:
        town.desk.run("schema", "add", collapsed)
    assert "schema add --authority URL" in caught.value.remedy


def test_a_long_name_and_description_break_between_words(town: AuthorityTown) -> None:
    named = {**PROCESS, "name": "Pass of the swimming bath in the old town hall, " * 2, "description": "who " * 40}
    town.service.publish_process(named)
    town.service.publish_process({**named, "version": 2})
    words = ("schema", "add", "--authority", town.service.url, "--process")
    for one in town.service.processes[1:]:
        told = town.desk.run(*words, one) + town.desk.said
        assert all(len(line) <= 80 for line in told.splitlines())
