"""The check of a shown claim against the schema of its process.

Rules: the process is found by the id that the authority signed, among those at hand and those that ship with the
program. Without it nobody can tell a plain text from a hidden part that was opened later, so that is said.
Not here: how fitting is judged (`prometheus.claims.fit`).
"""

from __future__ import annotations

from prometheus.claims.fit import misfits
from prometheus.claims.shipped import shipped_process, shipped_schema
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, passed, warned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json
    from prometheus.claims.knowledge import Knowledge

SCHEMA = "schema.credential"


def claim_schema(process_id: str, knowledge: Knowledge) -> Json:
    """Return the claim schema of a process, None where the process, or the schema it names, is not at hand."""
    if process_id in knowledge.schemas:
        return knowledge.schemas[process_id]
    process = knowledge.processes.get(process_id) or shipped_process(process_id)
    if process is None:
        return None
    schema = process.claim_schema
    if isinstance(schema, str):
        return knowledge.schemas.get(schema) or shipped_schema(schema)
    return schema


def check_fit(schema: Json, contents: Iterable[Json], process_id: str, at: str) -> Check:
    """Check that every shown form of a claim's content fits the schema of its process."""
    evidence: dict[str, object] = {"at": at or "/", "process": process_id}
    if schema is None:
        return warned(
            SCHEMA,
            "SCHEMA-UNKNOWN",
            "no schema of this process is known: a text that was signed could have been opened into something else",
            "get the process with its schemas from the authority and add it",
            **evidence,
        )
    found = [misfit for content in contents for misfit in misfits(schema, content)]
    for misfit in found:
        if misfit.is_certain:
            detail = f"what is shown is not of the form that the authority signs: {misfit.detail}"
            return failed(SCHEMA, "OPENED", detail, "do not rely on this document", **evidence, path=misfit.path)
    if found:
        detail = f"the schema leaves open what belongs at {found[0].path[:80]}"
        return warned(SCHEMA, "SCHEMA-OPEN", detail, "judge this part by eye", **evidence, path=found[0].path)
    return passed(SCHEMA, "what is shown fits the schema", **evidence)
