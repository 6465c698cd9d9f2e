"""A request on its way: which authority it went to, and what is known of its fate.

The signed request itself is a copy of its own (`usecases.signed_copies`); this says where it was sent and what came
back. The capability link opens the request to whoever has it: it is never shown and never logged.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Fate = Literal["unsent", "pending", "approved", "rejected", "withdrawn", "forgotten"]
STATES: Final[tuple[Fate, ...]] = ("unsent", "pending", "approved", "rejected", "withdrawn", "forgotten")
"""`withdrawn` by whichever side; `forgotten` by the authority's rule for purging, with no answer left to come."""
OPEN: Final[tuple[Fate, ...]] = ("unsent", "pending")
"""The states in which something may still come."""


class Submission(NamedTuple):
    """One request and its authority; times are RFC 3339 in UTC, texts are empty where there is nothing."""

    id: str
    """Content id of the signed request."""
    service: str
    """Base URL of the authority."""
    is_plain_agreed: bool
    """Whether the person agreed to plain http to another machine."""
    persona: str
    """DID of the persona that asks."""
    process_id: str
    process_name: str
    created: str
    state: Fate = "unsent"
    may_have_left: bool = False
    """Whether it may have arrived although no answer came."""
    link: str = ""
    heard: str = ""
    """When the authority last answered."""
    reason: str = ""
    """Why it was rejected."""
    trouble: str = ""
    """What was wrong with the last answer, or why there was none."""
    claim: str = ""
    """Id of the claim that answers it."""
    renews: str = ""
    """Id of the claim that it asks for anew."""

    @property
    def is_open(self) -> bool:
        """Whether something may still come."""
        return self.state in OPEN

    @property
    def record_name(self) -> str:
        """The name of its record in the vault."""
        return self.id

    def as_fields(self) -> dict[str, Any]:
        """Return the members of its record."""
        return self._asdict()

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Submission:
        """Read what `as_fields` wrote.

        Raises:
            ValueError: When its state is none.
        """
        if fields["state"] not in STATES:
            raise ValueError(fields["state"])
        return cls(**{name: fields[name] for name in cls._fields})
