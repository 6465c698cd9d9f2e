"""A history as a file for other programs: JSON, or CSV for a spreadsheet; amounts exact, in coins and in flakes.

Rules: times are RFC 3339 in UTC. In CSV a text that a spreadsheet would take for a formula gets an apostrophe in front,
since notes are written by strangers. Lines end with CR LF, as RFC 4180 has it.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from prometheus_morpheus.wallet.coins import coins_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_morpheus.wallet.movements import Movement

COLUMNS: Final = (
    "time",
    "height",
    "id",
    "kind",
    "direction",
    "amount",
    "fee",
    "change",
    "others",
    "names",
    "note",
    "nonce",
    "votes",
    "delegates",
)
VERSION: Final = 1
"""Of the JSON file: readers refuse what they do not know."""
LAST_SECOND: Final = 253402300799
"""The end of the year 9999: no node makes a moment that cannot be written."""
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@")


def as_document(movement: Movement, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a movement as JSON; amounts of flakes are decimal texts, which no reader rounds.

    ``names`` has those of addresses and, for votes, of delegates by their keys.
    """
    return {
        "id": movement.id,
        "time": moment(movement.unix),
        "height": movement.height,
        "kind": movement.kind,
        "direction": movement.direction,
        "amount_flakes": str(movement.amount),
        "fee_flakes": str(movement.fee),
        "change_flakes": str(movement.change),
        "others": list(movement.others),
        "names": [names.get(address, "") for address in movement.others],
        "note": movement.note,
        "nonce": str(movement.nonce),
        "dids": list(movement.dids),
        "content_ids": list(movement.content_ids),
        "votes": list(movement.votes),
        "delegates": [names.get(key, "") for key in movement.delegates],
    }


def as_json(movements: Iterable[Movement], names: Mapping[str, str], **about: Any) -> bytes:
    """Return a history as a JSON file, with what it is about in front."""
    document = {"v": VERSION, **about, "movements": [as_document(each, names) for each in movements]}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def as_csv(movements: Iterable[Movement], names: Mapping[str, str]) -> bytes:
    """Return a history as a CSV file with a row of heads."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in movements:
        named = [names.get(address, "") for address in each.others]
        writer.writerow(
            (
                moment(each.unix),
                each.height,
                each.id,
                each.kind,
                each.direction,
                coins_of(each.amount),
                coins_of(each.fee),
                coins_of(each.change),
                _plain(" ".join(each.others)),
                _plain("; ".join(filter(None, named))),
                _plain(each.note),
                each.nonce,
                " ".join(f"{'for' if vote[0] == '+' else 'no more for'} {vote[1:]}" for vote in each.votes),
                _plain("; ".join(filter(None, (names.get(key, "") for key in each.delegates)))),
            )
        )
    return text.getvalue().encode("utf-8", "backslashreplace")


def moment(unix: int) -> str:
    """Return a moment in seconds since 1970 as it is written in files."""
    return datetime.fromtimestamp(min(max(unix, 0), LAST_SECOND), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_STARTS_A_FORMULA) else text
