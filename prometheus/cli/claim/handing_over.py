"""Where a signed document goes: to a file, to standard output as it is, or into the JSON of the result."""

from __future__ import annotations

from prometheus import files
from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.cli.invocation import Invocation


def hand_over(call: Invocation, raw: bytes, facts: Mapping[str, Any], document: object = None) -> None:
    """Write a document where ``--out`` says.

    Args:
        call: The call, with the value ``out``.
        raw: The bytes of the document.
        facts: What ``--json`` tells beside it.
        document: The document as JSON; with ``--json`` and no file it is part of the result.
    """
    out = call.text("out")
    if out != files.STANDARD_STREAM:
        files.write(out, raw)
        call.output.result({**facts, "out": out}, [f"written to {safe(out)}"])
    elif call.output.is_json:
        call.output.result({**facts, "document": document}, ())
    else:
        call.output.data(raw)
