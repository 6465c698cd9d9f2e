"""A scenario: what an inspector asks to see, and which licences it wants in return.

    {"name", "version", "description", "prerequisites": [{"process": content id, "claimFields": [path…]}…],
     "requiredLicenses": [{"issuedTo": DID, "purpose", "expiry": ISO 8601 duration}…], "resultSchema"}

Rules: paths start with a dot and are relative to the content of a claim. Not here: finding claims that satisfy it
(`prometheus.claims.plan`).
"""

from __future__ import annotations

from prometheus.claims.members import did, each, members, number, refusal, text
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class Prerequisite(NamedTuple):
    """Fields of a claim that a given process must have witnessed."""

    process: str
    claim_fields: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"process": self.process, "claimFields": list(self.claim_fields)}


class LicenceSpecification(NamedTuple):
    """A licence that an inspector asks for; `expiry` is an ISO 8601 duration."""

    issued_to: str
    purpose: str
    expiry: str

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"issuedTo": self.issued_to, "purpose": self.purpose, "expiry": self.expiry}


class Scenario(NamedTuple):
    """What an inspector asks for, as it is published."""

    name: str
    version: int | float
    description: str
    prerequisites: tuple[Prerequisite, ...]
    required_licences: tuple[LicenceSpecification, ...]
    result_schema: Json

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "name": self.name,
            "version": self.version,
            "description": self.description,
            "prerequisites": [prerequisite.to_json() for prerequisite in self.prerequisites],
            "requiredLicenses": [licence.to_json() for licence in self.required_licences],
            "resultSchema": self.result_schema,
        }


def _path(value: Json, at: str) -> str:
    path = text(value, at)
    if not path.startswith(".") or "," in path:
        raise refusal("a path starts with a dot and holds no comma", at)
    return path


def _prerequisite(value: Json, at: str) -> Prerequisite:
    found = members(value, at, ("process", "claimFields"))
    return Prerequisite(text(found["process"], f"{at}/process"), each(found["claimFields"], f"{at}/claimFields", _path))


def _licence(value: Json, at: str) -> LicenceSpecification:
    found = members(value, at, ("issuedTo", "purpose", "expiry"))
    return LicenceSpecification(
        did(found["issuedTo"], f"{at}/issuedTo"),
        text(found["purpose"], f"{at}/purpose"),
        text(found["expiry"], f"{at}/expiry"),
    )


def parse_scenario(value: Json, at: str = "") -> Scenario:
    """Return the scenario in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind, or a list is too long.
    """
    names = ("name", "version", "description", "prerequisites", "requiredLicenses", "resultSchema")
    found = members(value, at, names)
    return Scenario(
        text(found["name"], f"{at}/name"),
        number(found["version"], f"{at}/version"),
        text(found["description"], f"{at}/description"),
        each(found["prerequisites"], f"{at}/prerequisites", _prerequisite),
        each(found["requiredLicenses"], f"{at}/requiredLicenses", _licence),
        _schema(found["resultSchema"], f"{at}/resultSchema"),
    )


def _schema(value: Json, at: str) -> Json:
    if value is None or isinstance(value, (dict, str, bool)):
        return value
    raise refusal("a schema, its content id or null was expected", at)
