"""What answers of services have to look like; anything else is `ServiceGarbage`.

Rules: each member that is used has the type that it has to; members nobody uses are passed over, for later services add
some. A list has at most `MOST` entries. What many people fill, as requests and presentations, is read entry by entry:
one that does not have its form is left out and counted, for else whoever sent it would hide those of all others.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from prometheus.api import ReceivedPresentation, RequestStatus, Validation, WaitingRequest
from prometheus.claims.digest import is_content_id
from prometheus.errors import NetworkError
from prometheus_morpheus.asking_services.paths import is_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import State

    Complain = Callable[[str], NetworkError]

Row = TypeVar("Row")

MOST = 10_000
MOST_PUBLISHED = 256
_STATES: Final[tuple[State, ...]] = ("pending", "approved", "rejected", "withdrawn")
_LONGEST_TEXT = 4000
_LONGEST_MESSAGES = 100


class Reader:
    """Reads answers of one service; `complain` makes the error for one that does not have its form."""

    def __init__(self, complain: Complain) -> None:
        self._complain = complain

    def ids(self, answer: Json, name: str) -> tuple[str, ...]:
        """Return the content ids in a list, each once."""
        found = self._list(self._object(answer).get(name), name, MOST_PUBLISHED)
        return tuple(dict.fromkeys(self._content_id(each, name) for each in found))

    def link(self, answer: Json) -> str:
        """Return the capability link in an answer."""
        link = self._text(self._object(answer), "capabilityLink")
        if not is_link(link):
            raise self._complain("its capability link has characters that none has")
        return link

    def own_id(self, answer: Json) -> str:
        """Return the content id in an answer."""
        return self._content_id(self._object(answer).get("contentId"), "contentId")

    def status(self, answer: Json) -> RequestStatus:
        """Return what became of a request; an approved one may have lost its statement to the rule for purging."""
        found = self._object(answer)
        state, purged = self._state(found), self._text_or_none(found, "purged")
        statement = found.get("signedStatement")
        if state == "approved" and statement is None and purged:
            return RequestStatus(state, purged=purged)
        if (state == "approved") != isinstance(statement, dict) or (state != "approved" and statement is not None):
            raise self._complain(f"a request that is {state} comes with {_kind(statement)} as its statement")
        return RequestStatus(state, statement, self._text_or_none(found, "rejectionReason"), purged)

    def waiting(self, answer: Json) -> tuple[tuple[WaitingRequest, ...], int]:
        """Return the requests in a clerk's list, and how many entries are none."""
        return self._rows(answer, "requests", self._waiting)

    def received(self, answer: Json) -> tuple[tuple[ReceivedPresentation, ...], int]:
        """Return the presentations in an inspector's list, and how many entries are none."""
        return self._rows(answer, "presentations", self._received)

    def block(self, answer: Json) -> tuple[int, str]:
        """Return height and id of a block."""
        found = self._object(answer)
        height = found.get("blockHeight")
        if type(height) is not int or height < 1:
            raise self._complain("its block has no height")
        return height, self._text(found, "blockHash")

    def validation(self, answer: Json) -> Validation:
        """Return what a verifier says."""
        found = self._object(answer)
        return Validation(self._messages(found, "errors"), self._messages(found, "warnings"))

    def success(self, answer: Json) -> None:
        """Refuse an answer that does not say that it is done."""
        if self._object(answer).get("success") is not True:
            raise self._complain("it does not say that it is done")

    def _rows(self, answer: Json, name: str, read: Callable[[dict[str, Json]], Row]) -> tuple[tuple[Row, ...], int]:
        listed, rows = self._list(self._object(answer).get(name), name, MOST), list[Row]()
        for each in listed:
            with suppress(NetworkError):
                rows.append(read(self._object(each)))
        return tuple(rows), len(listed) - len(rows)

    def _waiting(self, found: dict[str, Json]) -> WaitingRequest:
        link = self.link(found)
        request_id = self._content_id(found.get("requestId"), "requestId")
        process_id = self._content_id(found.get("processId"), "processId")
        date, notes = self._text(found, "dateOfRequest"), self._text_or_none(found, "notes")
        purged = self._text_or_none(found, "purged")
        return WaitingRequest(link, request_id, date, self._state(found), process_id, notes, purged)

    def _received(self, found: dict[str, Json]) -> ReceivedPresentation:
        scenarios = self._list(found.get("scenarioIds", []), "scenarioIds", MOST_PUBLISHED)
        ids = tuple(self._content_id(each, "scenarioIds") for each in scenarios)
        date = self._text(found, "dateOfPresentation")
        return ReceivedPresentation(self._content_id(found.get("contentId"), "contentId"), date, ids)

    def _state(self, found: dict[str, Json]) -> State:
        state = found.get("status")
        for known in _STATES:
            if state == known:
                return known
        raise self._complain("a request has a state that none has")

    def _messages(self, found: dict[str, Json], name: str) -> tuple[str, ...]:
        messages = self._list(found.get(name), name, _LONGEST_MESSAGES)
        texts = tuple(each for each in messages if isinstance(each, str))
        if len(texts) != len(messages):
            raise self._complain(f"an entry of {name} is no text")
        return tuple(text[:_LONGEST_TEXT] for text in texts)

    def _object(self, value: Json) -> dict[str, Json]:
        if not isinstance(value, dict):
            raise self._complain(f"an object was expected, {_kind(value)} came")
        return value

    def _list(self, value: Json, name: str, most: int) -> list[Json]:
        if not isinstance(value, list):
            raise self._complain(f"{name} is no list")
        if len(value) > most:
            raise self._complain(f"{name} has more than {most} entries")
        return value

    def _text(self, found: dict[str, Json], name: str) -> str:
        value = found.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
            raise self._complain(f"{name} is no text of a usual length")
        return value

    def _text_or_none(self, found: dict[str, Json], name: str) -> str | None:
        value = found.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._complain(f"{name} is neither a text nor null")
        return value[:_LONGEST_TEXT]

    def _content_id(self, value: Json, name: str) -> str:
        if not isinstance(value, str) or not is_content_id(value):
            raise self._complain(f"{name} holds what is no content id")
        return value


def _kind(value: Json) -> str:
    if value is None:
        return "nothing"
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a text or number"
