"""What can go wrong with a node, told apart by what may have happened.

* `RefusedRequest`: the node did not take the request at all; nothing happened.
* `NotReached`: no connection; what was asked for never left. `NotProven`: so too, for it may not be the host named.
* `AnsweredLate`: nothing came in time.
* `LostAnswer`: a transaction was being posted and it is not known whether it arrived. Look its id up first.
* `Garbage`: what came is not an answer of this interface. `ChangedNetwork`: the endpoint now serves another network.
* `RateLimited`: asked too often.

That a transaction was refused (`answers.Posted.refused`), or is in a block without effect (a layer 2 status of false),
is an answer and no error of asking; `prometheus_morpheus.sending.outcomes` says what it means for an action.

Texts from a node are shortened and made printable before they stand in an error.
"""

from __future__ import annotations

from prometheus.errors import NotTrusted, Offline, RemoteRefused, TimedOut

_MAX_QUOTED = 300


def quoted(text: str) -> str:
    """Return words of a node fit for an error: one line, printable, at most 300 characters."""
    shown = "".join(char if char.isprintable() else " " for char in text[: _MAX_QUOTED + 1])
    return shown if len(shown) <= _MAX_QUOTED else shown[:_MAX_QUOTED] + "…"


class RefusedRequest(RemoteRefused):
    """The node did not take the request; ``status`` is the HTTP status, ``message`` its own words."""

    code = "LEDGER-REFUSED-REQUEST"

    def __init__(self, endpoint: str, status: int, message: str) -> None:
        super().__init__(
            f"{endpoint} refused the request with status {status}",
            meaning=quoted(message),
            remedy="look at what was asked; the same request will be refused again",
        )
        self.status = status
        self.message = quoted(message)


class NotReached(Offline):
    """No connection to the endpoint; what was asked for never left this machine."""

    code = "LEDGER-OFFLINE"


class NotProven(NotReached):
    """The endpoint cannot prove with a certificate that it is the host that was named; nothing was said to it."""

    code = "LEDGER-CERTIFICATE"


class AnsweredLate(TimedOut):
    """The endpoint did not answer a question in time; asking again is harmless."""

    code = "LEDGER-TIMED-OUT"


class LostAnswer(TimedOut):
    """A transaction was posted and its answer never came: it may have arrived, or not."""

    code = "LEDGER-LOST-ANSWER"


class Garbage(NotTrusted):
    """What came is not an answer of a Hydra node."""

    code = "LEDGER-GARBAGE"


class ChangedNetwork(NotTrusted):
    """The endpoint serves another network than the one it served when it was first asked."""

    code = "LEDGER-CHANGED-NETWORK"


class RateLimited(RemoteRefused):
    """The endpoint was asked too often; ``retry_after`` is in seconds, None when it did not say."""

    code = "LEDGER-RATE-LIMITED"

    def __init__(self, endpoint: str, retry_after: float | None) -> None:
        super().__init__(
            f"{endpoint} was asked too often",
            meaning="" if retry_after is None else f"it asks for a pause of {retry_after:g} seconds",
            remedy="wait a little, or name another endpoint with --ledger",
        )
        self.retry_after = retry_after
