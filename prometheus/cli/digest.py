"""The verb ``digest``: the content id of a document, or its text with parts hidden. No vault, light imports."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.digest import content_id, content_id_of_bytes, mask, selective_digest, split_paths
from prometheus.claims.jsontext import MAX_BYTES, parse
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Show the content id, or with ``--keep`` the canonical text of what is kept."""
    paths = call.maybe("keep")
    if call.flag("bytes"):
        return _bytes(call, paths)
    document = _document(files.read(call.text("file"), MAX_BYTES))
    if paths is None:
        found = content_id(document)
        call.output.result({"id": found}, [found])
        return 0
    text = selective_digest(document, paths)
    kept = {"id": content_id(document), "kept": split_paths(paths), "masked": mask(document, split_paths(paths))}
    call.output.result({**kept, "text": text}, [text])
    return 0


def _bytes(call: Invocation, paths: str | None) -> int:
    if paths is not None:
        raise NotUnderstood("bytes have no paths to keep", code="USAGE", remedy="leave out --keep or --bytes")
    found = content_id_of_bytes(files.read(call.text("file"), MAX_BYTES))
    call.output.result({"id": found}, [found])
    return 0


def _document(content: bytes) -> Json:
    document = parse(content)
    if not isinstance(document, dict | list):
        raise NotUnderstood(
            "only an object or a list has a content id",
            code="DIGEST",
            meaning="the file holds a single value",
            remedy="`--bytes` names the bytes of the file instead",
        )
    return document
