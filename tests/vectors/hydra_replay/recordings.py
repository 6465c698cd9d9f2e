"""The recorded exchanges, read from their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from prometheus_simulators.ledger_http import Request

FOLDER = Path(__file__).parents[1] / "hydra"


class Exchange(NamedTuple):
    """One request and what a Hydra node answered."""

    number: int
    name: str
    request: Request
    status: int
    body: Any


def read_all(folder: Path = FOLDER) -> list[Exchange]:
    """Return the exchanges in the order in which they happened."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Exchange:
    document = json.loads(path.read_text("utf-8"))
    asked, answered = document["request"], document["response"]
    request = Request(asked["method"], asked["path"], asked["headers"], _body(asked))
    return Exchange(int(path.name[:3]), path.stem, request, answered["status"], answered["body"])


def _body(asked: dict[str, Any]) -> bytes:
    """Return the bytes that were sent: JSON in the recorded order, or a text that is none."""
    if "body" not in asked:
        return b""
    body = asked["body"]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode()
