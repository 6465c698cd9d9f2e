"""Where a signed document goes: to a file, to standard output as it is, or into the JSON of the result."""

from __future__ import annotations

from prometheus import files
from prometheus.cli.output import safe
from prometheus.errors import StorageFailed
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.cli.invocation import Invocation


def require_place(call: Invocation) -> None:
    """Refuse a place that cannot be written while nothing is asked or signed yet.

    Raises:
        StorageFailed: When ``--out`` names one.
    """
    out = call.text("out")
    if out != files.STANDARD_STREAM:
        with files.reserved(out):
            return


def hand_over(
    call: Invocation, raw: bytes, facts: Mapping[str, Any], document: object = None, *, kept_as: str = ""
) -> None:
    """Write a document where ``--out`` says.

    Args:
        call: The call, with the value ``out``.
        raw: The bytes of the document.
        facts: What ``--json`` tells beside it.
        document: The document as JSON; with ``--json`` and no file it is part of the result.
        kept_as: The id under which the vault has a copy, where it has one.

    Raises:
        StorageFailed: When it could not be written; how to get at the copy is said.
    """
    out = call.text("out")
    if out != files.STANDARD_STREAM:
        _write(out, raw, kept_as)
        call.output.result({**facts, "out": out}, [f"written to {safe(out)}"])
    elif call.output.is_json:
        call.output.result({**facts, "document": document}, ())
    else:
        call.output.data(raw)


def _write(out: str, raw: bytes, kept_as: str) -> None:
    try:
        files.write(out, raw)
    except StorageFailed as error:
        if not kept_as:
            raise
        remedy = f"it is signed, and kept: `prometheus claim export {kept_as} --out FILE` writes it"
        raise StorageFailed(error.what, code=error.code, meaning=error.meaning, remedy=remedy) from None
