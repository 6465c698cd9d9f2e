"""The faucet, and the controls for tests, under ``/dev``; no Hydra node has these paths.

* ``GET /dev``: what this is, where the money is, and which controls are allowed.
* ``POST /dev/fund`` ``{"address", "amount"}``: an ordinary transfer of so many flakes, given as text, from the first
  wallet, whose passphrase is published anyway. It waits for the next block like any other.
* ``POST /dev/forge`` ``{"blocks"}``: make one block now, or so many.
* ``POST /dev/clock`` ``{"time"}``: the ledger's time runs on from this RFC 3339 moment; null returns to the real one.
* ``POST /dev/reorganise`` ``{"height", "keep"}``: pull all blocks above a height. With ``keep`` (true when left out)
  their transactions wait in the pool again.

All but the first two change what other clients of the same ledger rely on: they answer 403 unless they were allowed at
start. All demand ``content-type: application/json``, which no web page can send here without being asked first.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from prometheus.errors import InputError, PolicyForbids
from prometheus_morpheus.ledger.http.asked import Refused

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.asked import Asked

Value = TypeVar("Value", str, int, bool)

MOST_BLOCKS = 10_000
"""Blocks that one request may make."""

_NOTICE = "a development ledger of one process: no distributed ledger, money without value, keys that everybody knows"


class Desk(NamedTuple):
    """The ledger, and whether its controls are allowed."""

    ledger: DevLedger
    has_controls: bool


def about(desk: Desk, _asked: Asked) -> Json:
    """Return what this is and what may be done with it."""
    return {
        "data": {
            "about": _NOTICE,
            "faucet": {"address": desk.ledger.genesis_wallet_address, "path": "/dev/fund"},
            "controls": desk.has_controls,
            "height": desk.ledger.tip.height,
        },
    }


def fund(desk: Desk, asked: Asked) -> Json:
    """Send money from the first wallet."""
    address, amount = _member(asked, "address", str), _member(asked, "amount", str)
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 19):
        raise Refused(422, "amount is the decimal digits of a number of flakes")
    try:
        return {"data": {"id": desk.ledger.fund(address, int(amount))}}
    except (InputError, PolicyForbids) as error:
        raise Refused(422, error.what) from None


def forge(desk: Desk, asked: Asked) -> Json:
    """Make blocks now."""
    _require(desk)
    count = _member(asked, "blocks", int, default=1)
    if not 1 <= count <= MOST_BLOCKS:
        raise Refused(422, f"blocks is a number from 1 to {MOST_BLOCKS}")
    for _ in range(count):
        desk.ledger.forge()
    return {"data": {"height": desk.ledger.tip.height, "id": desk.ledger.tip.id}}


def clock(desk: Desk, asked: Asked) -> Json:
    """Set the ledger's time, or return to the real one."""
    _require(desk)
    text = asked.body.get("time", "") if isinstance(asked.body, dict) else ""
    desk.ledger.set_time(None if text is None else _moment(text))
    return {"data": {"unix": desk.ledger.now()}}


def reorganise(desk: Desk, asked: Asked) -> Json:
    """Pull blocks."""
    _require(desk)
    height, keep = _member(asked, "height", int), _member(asked, "keep", bool, default=True)
    if not 1 <= height <= desk.ledger.tip.height:
        raise Refused(422, f"height is a number from 1 to {desk.ledger.tip.height}")
    pulled = desk.ledger.revert_to(height, keep=keep)
    return {"data": {"height": desk.ledger.tip.height, "pulled": [*pulled]}}


def _require(desk: Desk) -> None:
    if not desk.has_controls:
        raise Refused(403, "this ledger was started without its controls")


def _member(asked: Asked, name: str, kind: type[Value], default: Value | None = None) -> Value:
    body = asked.body if asked.body is not None else {}
    value = body.get(name, default) if isinstance(body, dict) else None
    if type(value) is not kind:
        raise Refused(422, f"{name} is missing, or is no {kind.__name__}")
    return value


def _moment(text: Json) -> int:
    try:
        parsed = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise Refused(422, "time is an RFC 3339 moment with its offset, or null")
    return int(parsed.timestamp())
