"""The evidence of a request on the screen and on the disk: values as lines, files by kind and size, never raw."""

from __future__ import annotations

from prometheus import files
from prometheus.cli.output import safe
from prometheus.cli.verdict_lines import brief
from prometheus.errors import TooLarge
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.evidence import Enclosed, files_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json


MOST_FILES: Final = 50


def evidence_lines(evidence: Json) -> Iterator[str]:
    """Yield what came as evidence: without files on one line, else each part on its own, the first ones of many."""
    if evidence is None:
        return
    if not files_of(evidence):
        yield f"evidence: {brief(evidence)}"
        return
    yield "evidence:"
    parts = parts_of(evidence)
    for part in parts[:MOST_FILES]:
        if isinstance(part, Enclosed):
            yield f"  {safe(part.path)}  {described(part)}"
        else:
            yield f"  {safe(part.path)}  {brief(part.value)}"
    if len(parts) > MOST_FILES:
        enclosed = sum(isinstance(part, Enclosed) for part in parts[MOST_FILES:])
        yield f"  and {len(parts) - MOST_FILES:,} more, {enclosed:,} of them files; --json shows all"


def evidence_members(evidence: Json) -> list[dict[str, object]]:
    """Return the files in the evidence as ``--json`` shows them, without their bytes."""
    return [
        {"path": one.path, "declared": one.declared, "found": one.found, "bytes": len(one.content)}
        for one in files_of(evidence)
    ]


def described(file: Enclosed) -> str:
    """Return kind and size of a file, and that it is not what it is said to be where that is so."""
    size = f"{len(file.content):,} bytes"
    if file.is_as_declared:
        return f"{safe(file.found)}, {size}"
    return f"said to be {safe(file.declared) or 'nothing'}, begins like {file.found}, {size}"


def write_evidence(evidence: Json, folder: str) -> list[str]:
    """Write the files of the evidence into a folder that only the person can read; return their paths.

    Raises:
        TooLarge: When there are more than anybody would look at.
        Conflict: When a file of that name is there already.
        StorageFailed: When it cannot be written.
    """
    found = [one for one in files_of(evidence) if one.content]
    if not found:
        return []
    if len(found) > MOST_FILES:
        raise TooLarge(
            f"the evidence has {len(found):,} files",
            code="EVIDENCE-FILES",
            meaning=f"at most {MOST_FILES} are written; nothing was",
            remedy="reject it and ask for fewer, or take what you need from --json",
        )
    files.make_folder(folder)
    written = []
    for number, file in enumerate(found, start=1):
        path = f"{folder}/{file.file_name(number)}"
        files.write(path, file.content, replace=False)
        written.append(path)
    return written
