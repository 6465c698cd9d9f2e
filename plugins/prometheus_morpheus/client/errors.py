"""What can go wrong with a node, told apart by what the person can do about it.

The three kinds of failure of a ledger, and those of the way to it:

* `RefusedRequest`: the node did not take the request at all (4xx, 5xx); nothing happened.
* `RefusedTransaction`: the request was fine and this transaction was refused; nothing was paid.
* `RejectedByLayerTwo`: forged and paid, but without effect.
* `NotReached`: no connection; what was asked for never left. `AnsweredLate`: nothing came in time.
* `LostAnswer`: a transaction was being posted and it is not known whether it arrived. Look its id up first.
* `Garbage`: what came is not an answer of this interface. `ChangedNetwork`: the endpoint now serves another network.
* `RateLimited`: asked too often.

Texts from a node are shortened and made printable before they stand in an error.
"""

from __future__ import annotations

from prometheus.errors import NotTrusted, Offline, RemoteRefused, TimedOut
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.answers import Refusal

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


class RefusedTransaction(RemoteRefused):
    """A node refused one transaction; nothing was paid."""

    code = "LEDGER-REFUSED-TRANSACTION"

    def __init__(self, transaction_id: str, refusals: Sequence[Refusal]) -> None:
        reasons = "; ".join(f"{quoted(refusal.type)}: {quoted(refusal.message)}" for refusal in refusals)
        super().__init__(
            f"the node refused transaction {transaction_id}",
            meaning=reasons or "it gave no reason",
            remedy="nothing was paid; run prometheus ledger pending to see what is left to do",
        )
        self.transaction_id = transaction_id
        self.refusals = tuple(refusals)


class RejectedByLayerTwo(RemoteRefused):
    """A transaction was forged and paid, and layer 2 refused what it wanted to do."""

    code = "LEDGER-REJECTED"

    def __init__(self, transaction_id: str, reason: str = "") -> None:
        super().__init__(
            f"transaction {transaction_id} is in a block and had no effect",
            meaning=quoted(reason) or "the rules of the second layer forbid it; the fee is spent",
            remedy="look at the document as it is now, then make a new one",
        )
        self.transaction_id = transaction_id


class NotReached(Offline):
    """No connection to the endpoint; what was asked for never left this machine."""

    code = "LEDGER-OFFLINE"


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
