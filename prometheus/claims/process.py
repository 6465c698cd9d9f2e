"""A process: how an authority witnesses a kind of claim, and which form claims of that kind have.

    {"name", "version", "description", "claimSchema", "evidenceSchema", "constraintsSchema"}

Rules: each schema is an object, the content id that stands for it, or null; replacing one by its content id does not
change the id of the process. A process is named by that id everywhere.
"""

from __future__ import annotations

from prometheus.claims.members import members, number, refusal, text
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class Process(NamedTuple):
    """A kind of claim: names for people, and the schemas of claim, evidence and constraints."""

    name: str
    version: int | float
    description: str
    claim_schema: dict[str, Json] | str | None
    evidence_schema: dict[str, Json] | str | None
    constraints_schema: dict[str, Json] | str | None

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "version": self.version,
            "description": self.description,
            "claimSchema": self.claim_schema,
            "evidenceSchema": self.evidence_schema,
            "constraintsSchema": self.constraints_schema,
        }


def _schema(value: Json, at: str) -> dict[str, Json] | str | None:
    if value is None or isinstance(value, (dict, str)):
        return value
    raise refusal("a schema, its content id or null was expected", at)


def parse_process(value: Json, at: str = "") -> Process:
    """Return the process in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    names = ("name", "version", "description", "claimSchema", "evidenceSchema", "constraintsSchema")
    found = members(value, at, names)
    return Process(
        text(found["name"], f"{at}/name"),
        number(found["version"], f"{at}/version"),
        text(found["description"], f"{at}/description"),
        _schema(found["claimSchema"], f"{at}/claimSchema"),
        _schema(found["evidenceSchema"], f"{at}/evidenceSchema"),
        _schema(found["constraintsSchema"], f"{at}/constraintsSchema"),
    )
