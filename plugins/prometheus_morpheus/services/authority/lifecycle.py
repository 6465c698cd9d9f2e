"""What may become of a request: a machine of four states, apart from everything that keeps or sends it.

    pending ──approve──► approved
            ──reject───► rejected
            ──withdraw─► withdrawn ──withdraw─► withdrawn

Rules: what is decided stays decided, and a second answer of a clerk is refused even where it says the same, as the
reference service does; whoever lost the first answer looks at the status. To take a request back twice is no fault: the
person who asks may not know whether the first time arrived.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from prometheus.errors import Conflict

State: TypeAlias = Literal["pending", "approved", "rejected", "withdrawn"]

PENDING: Final = "pending"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
STATES: Final[tuple[State, ...]] = (PENDING, APPROVED, REJECTED, WITHDRAWN)

_NEXT: Final[dict[tuple[State, State], State]] = {
    (PENDING, APPROVED): APPROVED,
    (PENDING, REJECTED): REJECTED,
    (PENDING, WITHDRAWN): WITHDRAWN,
    (WITHDRAWN, WITHDRAWN): WITHDRAWN,
}


def is_allowed(state: State, wanted: State) -> bool:
    """Return whether a request in a state may come into the wanted one."""
    return (state, wanted) in _NEXT


def require_allowed(request_id: str, state: State, wanted: State) -> None:
    """Refuse a step that the machine does not have.

    Args:
        request_id: Content id of the signed request, for the text.
        state: As it is now.
        wanted: As it shall be.

    Raises:
        Conflict: ``Request '<id>' cannot be <wanted> in state <state>``.
    """
    if not is_allowed(state, wanted):
        raise Conflict(f"Request '{request_id}' cannot be {wanted} in state {state}")
