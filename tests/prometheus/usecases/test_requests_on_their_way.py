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
from prometheus.usecases.audit import last_entry
from prometheus.usecases.claims_store import get_claim
from prometheus.usecases.follow_request import follow, withdraw
from prometheus.usecases.known_processes import Republished, SeenProcess, choose_process, republished
from prometheus.usecases.personas import active_persona
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.schemas import KnownSchema
from prometheus.usecases.send_request import Addressed, changed, deliver, sign_for
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


def test_an_approval_without_its_statement_is_forgotten(world: World, authority: Any) -> None:
    authority.answer = RequestStatus("approved", purged="2026-01-01T00:00:00Z")
    found = follow(world.holder, authority, signed(world), world.schemas).submission
    assert found.state == "forgotten"
    assert "purged" in found.trouble


def test_what_never_left_is_withdrawn_without_asking(world: World, authority: Any) -> None:
    gone = withdraw(world.holder, authority, signed(world))
    assert gone.state == "withdrawn"
    assert authority.withdrawn == authority.sent == []


def test_what_may_have_left_is_sent_once_more_to_be_withdrawn(world: World, authority: Any) -> None:
    made = changed(world.holder, signed(world), may_have_left=True)
    assert withdraw(world.holder, authority, made).state == "withdrawn"
    assert authority.withdrawn == ["uLink"]


def test_where_nobody_knows_whether_it_left_it_is_not_said_to_be_withdrawn(world: World, authority: Any) -> None:
    authority.fails = Offline("no way")
    with pytest.raises(NetworkError, match="not known"):
        withdraw(world.holder, authority, changed(world.holder, signed(world), may_have_left=True))


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


def test_what_took_a_place_or_a_name_counts_as_republished(world: World) -> None:
    before = [SeenProcess("cjuone1", "one", 1), SeenProcess("cjutwo1", "two", 1)]
    now = [_published(world, "one", 1), _published(world, "two", 2), _published(world, "three", 1)]
    assert list(republished(before, now)) == [Republished(before[1], SeenProcess("cjutwo2", "two", 2))]
    beside = [*now, _published(world, "two", 1)]
    assert list(republished(before, beside)) == list(republished(before, now))


@pytest.mark.parametrize("name", ["ONE CARD", "one card ", "one-card", "one\u200b card", "one  card"])
def test_the_same_name_in_other_letters_is_the_same_name(world: World, name: str) -> None:
    (change,) = republished([SeenProcess("cjux", "One card", 1)], [_published(world, name, 1)])
    assert change.is_silent


def test_a_whole_id_stands_for_itself_alone(world: World) -> None:
    real = _published(world, "one", 1)._replace(content_id="cju" + "A" * 43)
    false = _published(world, real.content_id, 2)
    assert choose_process([false, real], real.content_id, "https://a.example") == real
    assert choose_process([false, real], real.content_id[:12], "https://a.example") == real
    with pytest.raises(NotFound):
        choose_process([false], real.content_id, "https://a.example")


def test_a_lower_version_is_no_announcement(world: World) -> None:
    (change,) = republished([SeenProcess("cjux", "one", 3)], [_published(world, "one", 2)])
    assert change.is_silent


def test_two_requests_that_begin_alike_are_told_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = signed(world), signed(world)
    from prometheus.usecases import submissions as module

    monkeypatch.setattr(module, "names_beginning", lambda *_given: [made.id, other.id])
    with pytest.raises(Ambiguous):
        find_submission(world.holder, made.id[:9])


def test_what_the_authority_forgot_is_answered_no_more(world: World, authority: Any) -> None:
    authority.answer = RequestStatus("pending", purged="2026-01-01T00:00:00Z")
    found = follow(world.holder, authority, signed(world), world.schemas).submission
    assert (found.state, found.is_open) == ("forgotten", False)
    assert "ask anew" in found.trouble


def test_a_withdrawal_that_the_authority_tells_of_is_told_as_its_word(world: World, authority: Any) -> None:
    authority.answer = RequestStatus("withdrawn")
    found = follow(world.holder, authority, signed(world), world.schemas).submission
    assert found.state == "withdrawn"
    assert "you did not" in found.trouble
    entry = last_entry(world.holder)
    assert entry is not None
    assert (entry.act, entry.facts["by"]) == ("claim.withdraw", "authority")


def test_what_another_program_decided_is_not_undone_by_one_that_read_before(world: World, authority: Any) -> None:
    stale = signed(world)
    assert withdraw(world.holder, authority, stale).state == "withdrawn"
    authority.answer = RequestStatus("pending")
    assert follow(world.holder, authority, stale, world.schemas).submission.state == "withdrawn"
    assert changed(world.holder, stale, state="pending", link="uOther").state == "withdrawn"
    assert authority.sent == []


def test_a_link_is_not_lost_to_a_program_that_could_not_send(world: World, authority: Any) -> None:
    stale = signed(world)
    sent = deliver(world.holder, authority, stale).submission
    assert sent.link == "uLink"
    kept = changed(world.holder, stale, may_have_left=False, trouble="nobody there")
    assert (kept.state, kept.link, kept.may_have_left) == ("pending", "uLink", True)


def test_an_answer_in_another_name_than_before_is_a_doubt(world: World, authority: Any) -> None:
    made = signed(world)
    authority.answer = RequestStatus("approved", answer(world, made))
    first = follow(world.holder, authority, made, world.schemas).submission
    claim = get_claim(world.holder, first.claim)
    assert claim is not None
    with world.holder.commit() as commit:
        commit.put(collection.CLAIM, claim.record_name, claim._replace(authority="did:morpheus:ezOther").as_fields())
    second = signed(world)
    authority.answer = RequestStatus("approved", answer(world, second))
    doubted = follow(world.holder, authority, second, world.schemas)
    assert (doubted.arrival, doubted.submission.state) == (None, "pending")
    assert "ezOther" in doubted.wrong
    taken = follow(world.holder, authority, doubted.submission, world.schemas, accepts_doubts=True)
    assert taken.submission.state == "approved"


@pytest.mark.parametrize("terms", [{"after": "2099-01-01"}, {"before": "P1D"}])
def test_an_answer_that_cannot_be_used_is_a_doubt(world: World, authority: Any, terms: dict[str, str]) -> None:
    made = signed(world)
    (copy,) = (one for one in copies(world.holder, "request") if one.id == made.id)
    statement = parse(world.witness(copy.file_content, **terms).raw)
    world.clock.advance(2 * 86_400)
    authority.answer = RequestStatus("approved", statement)
    doubted = follow(world.holder, authority, made, world.schemas)
    assert (doubted.arrival, doubted.submission.state) == (None, "pending")
    assert "used" in doubted.wrong
