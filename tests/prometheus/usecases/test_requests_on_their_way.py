"""Requests on their way to an authority: what is kept when, and what comes of every break in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.claims.jsontext import parse
from prometheus.claims.services_view import RequestStatus, service_address
from prometheus.errors import Ambiguous, NetworkError, NotFound, NotUnderstood, Offline, RemoteRefused, TimedOut
from prometheus.model import collection
from prometheus.model.submission import Submission
from prometheus.usecases.follow_request import follow, withdraw
from prometheus.usecases.known_processes import Republished, SeenProcess, republished
from prometheus.usecases.personas import active_persona
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.schemas import KnownSchema
from prometheus.usecases.send_request import Addressed, deliver, sign_for
from prometheus.usecases.signed_copies import copies
from prometheus.usecases.submissions import find_submission, submissions

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.claims.jsontext import Json


class Killed(BaseException):
    """Stands for a program that ends at once."""


class FakeAuthority:
    """Answers as told; what it was sent is kept."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.fails: BaseException | None = None
        self.answer = RequestStatus("pending")
        self.withdrawn: list[str] = []
        self.can_withdraw = True

    def send(self, signed_request: Json) -> str:
        if isinstance(self.fails, Offline | RemoteRefused):
            raise self.fails
        self.sent.append(signed_request)
        if self.fails is not None:
            raise self.fails
        return "uLink"

    def status(self, _link: str) -> RequestStatus:
        if self.fails is not None:
            raise self.fails
        return self.answer

    def withdraw(self, link: str) -> bool:
        self.withdrawn.append(link)
        return self.can_withdraw

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


@pytest.fixture
def authority() -> Any:
    return FakeAuthority()


def signed(world: World) -> Submission:
    draft = draft_request(world.club, active_persona(world.holder), CARD)
    return sign_for(world.holder, draft, Addressed(service_address("https://club.example"), (world.club,)))[1]


def answer(world: World, made: Submission) -> Json:
    (copy,) = (one for one in copies(world.holder, "request") if one.id == made.id)
    return parse(world.witness(copy.file_content).raw)


def test_copy_and_submission_are_kept_together(world: World) -> None:
    made = signed(world)
    assert submissions(world.holder) == [made]
    assert (made.state, made.may_have_left) == ("unsent", False)
    assert [copy.id for copy in copies(world.holder, "request")] == [made.id]


def test_a_program_that_ends_while_sending_knows_that_it_may_have_left(world: World, authority: Any) -> None:
    made = signed(world)
    authority.fails = Killed()
    with pytest.raises(Killed):
        deliver(world.holder, authority, made)
    (kept,) = submissions(world.holder)
    assert (kept.state, kept.may_have_left) == ("unsent", True)
    authority.fails = None
    news = follow(world.holder, authority, kept, world.schemas)
    assert news.submission.state == "pending"
    assert authority.sent[0] == authority.sent[1]


@pytest.mark.parametrize(
    ("error", "may_have_left"),
    [(Offline("no way"), False), (TimedOut("no answer"), True), (RemoteRefused("broken"), True)],
)
def test_what_may_have_left_is_known_after_each_failure(
    world: World, authority: Any, error: NetworkError, may_have_left: bool
) -> None:
    authority.fails = error
    delivery = deliver(world.holder, authority, signed(world))
    assert (delivery.submission.state, delivery.submission.may_have_left) == ("unsent", may_have_left)
    assert delivery.submission.trouble == error.what
    assert submissions(world.holder) == [delivery.submission]


def test_what_may_have_left_once_is_not_forgotten_offline(world: World, authority: Any) -> None:
    authority.fails = TimedOut("no answer")
    first = deliver(world.holder, authority, signed(world)).submission
    authority.fails = Offline("no way")
    assert deliver(world.holder, authority, first).submission.may_have_left


def test_an_answer_is_taken_in_once(world: World, authority: Any) -> None:
    made = signed(world)
    authority.answer = RequestStatus("approved", answer(world, made))
    first = follow(world.holder, authority, made, world.schemas)
    assert first.arrival is not None
    assert first.arrival.outcome == "added"
    assert first.submission.claim == first.arrival.claim.id
    again = follow(world.holder, authority, made._replace(state="pending", link="uLink"), world.schemas)
    assert again.arrival is not None
    assert again.arrival.outcome == "known"
    assert again.submission.claim == first.submission.claim


def test_an_approval_without_its_statement_leaves_the_request_open(world: World, authority: Any) -> None:
    authority.answer = RequestStatus("approved")
    found = follow(world.holder, authority, signed(world), world.schemas).submission
    assert found.state == "pending"
    assert "purged" in found.trouble


def test_what_never_left_is_withdrawn_without_asking(world: World, authority: Any) -> None:
    gone = withdraw(world.holder, authority, signed(world))
    assert gone.state == "withdrawn"
    assert authority.withdrawn == authority.sent == []


def test_what_may_have_left_is_sent_once_more_to_be_withdrawn(world: World, authority: Any) -> None:
    made = signed(world)._replace(may_have_left=True)
    assert withdraw(world.holder, authority, made).state == "withdrawn"
    assert authority.withdrawn == ["uLink"]


def test_where_nobody_knows_whether_it_left_it_is_not_said_to_be_withdrawn(world: World, authority: Any) -> None:
    authority.fails = Offline("no way")
    with pytest.raises(NetworkError, match="not known"):
        withdraw(world.holder, authority, signed(world)._replace(may_have_left=True))


def test_a_request_is_named_by_its_beginning(world: World) -> None:
    made, other = signed(world), signed(world)
    assert find_submission(world.holder, made.id[:9]) == made
    assert find_submission(world.holder, other.id[3:12]) == other
    with pytest.raises(NotUnderstood):
        find_submission(world.holder, made.id[:5])
    with pytest.raises(NotFound):
        find_submission(world.holder, "cjuAAAAAAAAA")


def test_a_record_with_another_state_is_none(world: World) -> None:
    fields = signed(world).as_fields()
    assert Submission.from_fields(fields).as_fields() == fields
    with pytest.raises(ValueError, match="lost"):
        Submission.from_fields({**fields, "state": "lost"})


def test_the_link_is_in_no_index(world: World, authority: Any) -> None:
    deliver(world.holder, authority, signed(world))
    assert world.holder.find(collection.SUBMISSION, words="uLink") == []
    assert len(world.holder.find(collection.SUBMISSION)) == 1


def _published(world: World, name: str, version: int) -> KnownSchema:
    process = world.club.process._replace(name=name, version=version)
    return KnownSchema(f"cju{name}{version}", process, is_shipped=False)


def test_only_what_took_a_place_counts_as_republished(world: World) -> None:
    before = [SeenProcess("cjuone1", "one", 1), SeenProcess("cjutwo1", "two", 1)]
    now = [_published(world, "one", 1), _published(world, "two", 2), _published(world, "three", 1)]
    assert list(republished(before, now)) == [Republished(before[1], SeenProcess("cjutwo2", "two", 2))]
    beside = [*now, _published(world, "two", 1)]
    assert list(republished(before, beside)) == []


def test_a_lower_version_is_no_announcement(world: World) -> None:
    (change,) = republished([SeenProcess("cjux", "one", 3)], [_published(world, "one", 2)])
    assert change.is_silent


def test_two_requests_that_begin_alike_are_told_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = signed(world), signed(world)
    from prometheus.usecases import submissions as module

    monkeypatch.setattr(module, "names_beginning", lambda *_given: [made.id, other.id])
    with pytest.raises(Ambiguous):
        find_submission(world.holder, made.id[:9])
