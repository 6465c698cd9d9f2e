"""What a service tells about itself: to a person who opens its address, and to a program that asks for JSON.

It is made once, at start, from what is published; it holds nothing of anybody who used the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from prometheus.claims.jsontext import compact
from prometheus_morpheus.services.purging import sentences

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.process import Process
    from prometheus.claims.scenario import Scenario
    from prometheus_morpheus.services.catalogue import Catalogue
    from prometheus_morpheus.services.purging import Rule

Kind = Literal["authority", "inspector", "verifier"]

_WHAT: dict[Kind, str] = {
    "authority": "An authority witnesses claims: you send a claim with evidence, a clerk looks at it, and you get "
    "back a signed statement that you keep and show to others.",
    "inspector": "An inspector looks at claims that you choose to show, for the purposes named below, and decides what "
    "you get for it.",
    "verifier": "A verifier tells whether a signature was made by a key that had the right to sign for a DID, by what "
    "the ledger says of it. It is sent keys, ids and signatures, never claims.",
}
_DEEPEST = 4
_MOST_FIELDS = 100


class Field(NamedTuple):
    """A field of a claim by its path, with what its schema says of it."""

    path: str
    about: str
    can_be_hidden: bool


class Offer(NamedTuple):
    """A process or a scenario as it is shown."""

    content_id: str
    name: str
    version: str
    about: str
    fields: tuple[Field, ...]
    licences: tuple[str, ...] = ()


class Description(NamedTuple):
    """Everything that is shown."""

    kind: Kind
    url: str
    about: str
    offers: tuple[Offer, ...]
    commands: tuple[tuple[str, str], ...]
    rule: tuple[str, ...]
    name: str = ""
    """What whoever runs it calls themselves; nobody has checked it."""

    def as_json(self) -> dict[str, Json]:
        """Return it for programs."""
        return {
            "service": self.kind,
            "name": self.name or None,
            "url": self.url,
            "about": self.about,
            "scenarios" if self.kind == "inspector" else "processes": [_json(offer) for offer in self.offers],
            "commands": [command for _what, command in self.commands],
            "rule": [*self.rule],
        }


def describe(kind: Kind, url: str, catalogue: Catalogue, rule: Rule, *, is_open: bool, name: str = "") -> Description:
    """Return the description of a service that is reached under a URL; `name` is its own word for who runs it."""
    offers = [_of_scenario(one.content_id, one.scenario) for one in catalogue.scenarios]
    if kind == "authority":
        offers = [_of_process(one.content_id, one.process) for one in catalogue.processes]
    shown = () if kind == "verifier" else tuple(offers)
    kept = sentences(rule, kind)
    if kind == "authority" and not is_open:
        kept = ("Requests are taken from people whose keys the authority has listed.", *kept)
    return Description(kind, url, _WHAT[kind], shown, _commands(kind, url, shown), kept, name)


def _commands(kind: Kind, url: str, offers: tuple[Offer, ...]) -> tuple[tuple[str, str], ...]:
    one = offers[0].content_id if len(offers) == 1 else "ID"
    check = ("Check that a document is what its id says", f"curl -s {url}/blob/{one} | prometheus digest -")
    if kind == "verifier":
        return (
            ("Have the signatures of a presentation checked here", f"prometheus claim verify FILE --verifier {url}"),
        )
    if kind == "inspector":
        return (("Show claims of yours", f"prometheus claim present --inspector {url} --scenario {one}"), check)
    return (
        ("Ask for a claim to be witnessed", f"prometheus claim request --authority {url} --process {one}"),
        ("See what became of it", "prometheus claim status"),
        check,
    )


def _of_process(content_id: str, process: Process) -> Offer:
    schema = process.claim_schema
    fields = tuple(_fields(schema, "", 0)) if isinstance(schema, dict) else ()
    return Offer(content_id, process.name, compact(process.version), process.description, fields[:_MOST_FIELDS])


def _of_scenario(content_id: str, scenario: Scenario) -> Offer:
    fields = [
        Field(path, f"of a claim witnessed by process {one.process}", can_be_hidden=False)
        for one in scenario.prerequisites
        for path in one.claim_fields
    ]
    licences = tuple(f"{one.issued_to}: {one.purpose}, for {one.expiry}" for one in scenario.required_licences)
    about = (scenario.name, compact(scenario.version), scenario.description)
    return Offer(content_id, *about, tuple(fields[:_MOST_FIELDS]), licences)


def _fields(schema: dict[str, Json], at: str, depth: int) -> list[Field]:
    """Return the fields of an object schema, those inside others with their whole path."""
    properties = schema.get("properties")
    if not isinstance(properties, dict) or depth > _DEEPEST:
        return []
    found = []
    for name, part in properties.items():
        if not isinstance(part, dict):
            continue
        inside = _fields(part, f"{at}.{name}", depth + 1)
        about = part.get("description", part.get("title", ""))
        shown = Field(f"{at}.{name}", about if isinstance(about, str) else "", part.get("maskable") is True)
        found += inside or [shown]
    return found


def _json(offer: Offer) -> Json:
    fields: list[Json] = [
        {"path": field.path, "about": field.about, "maskable": field.can_be_hidden} for field in offer.fields
    ]
    return {
        "id": offer.content_id,
        "name": offer.name,
        "version": offer.version,
        "about": offer.about,
        "fields": fields,
        "licences": [*offer.licences],
    }
