"""From a request to a verdict between machines: people with vaults, an authority, an inspector and a ledger.

María asks the town for an identity card, a clerk of the town approves it in the town's name, and she shows her age at a
gate. Then the town takes the clerk's right away and gives it to another one. What was registered before stays good;
what the old clerk signs later is taken by nobody.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.machines import Person, service, two_doors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_simulators.machines import Answer

CARD = {
    "ageOver18": True,
    "dateOfBirth": "1998-04-12",
    "documentNumber": "AB123456",
    "familyName": "Kovacs",
    "givenName": "Maria",
    "nationality": "HU",
}
ALLOW = '[[rule]]\neffect = "allow"\n'


class Country:
    """Everybody, and how they reach each other."""

    def __init__(self, folder: Path, doors: tuple[str, str]) -> None:
        self.maria, self.town, self.clerk, self.heir, self.gate = (
            Person(folder / name) for name in ("maria", "town", "clerk", "heir", "gate")
        )
        self.ledger = doors[0]
        self.both = " ".join(f"--ledger {door}" for door in doors)
        self.authority = self.inspector = ""
        self.maria.write("card.json", CARD)
        self.maria.well(f"policy edit --from {self.maria.write('policy.toml', ALLOW)}")
        for payer in (self.maria, self.town):
            payer.well(f"ledger fund --ledger {self.ledger}")
        self.town.well(f"did add-key {self.clerk.key} --right impersonate --ledger {self.ledger} --yes")
        self.gate.well(f"trust add {self.town.did} --name Town")
        shown = self.town.well("schema show identity-card --out card-process.json")
        assert shown.code == 0
        self.process = json.loads((self.town.home / "card-process.json").read_text("utf-8"))

    def scenario(self, process_id: str) -> dict[str, Any]:
        return {
            "name": "Gate",
            "version": 1,
            "description": "Who is of age",
            "prerequisites": [{"process": process_id, "claimFields": [".ageOver18"]}],
            "requiredLicenses": [{"issuedTo": self.gate.did, "purpose": "Entry check", "expiry": "PT1H"}],
            "resultSchema": None,
        }

    def ask(self) -> str:
        """María asks for a card; return the id of her request."""
        before = {row["id"] for row in self.waiting()}
        self.maria.well(f"claim request --authority {self.authority} --data card.json --yes")
        (request,) = {row["id"] for row in self.waiting()} - before
        return str(request)

    def waiting(self) -> Any:
        """What the town's own desk sees."""
        return self.town.well(f"authority requests --service {self.authority} --json").document["requests"]

    def approve(self, clerk: Person, request: str) -> Answer:
        """A clerk approves in the town's name."""
        terms = f"--authority {self.town.did} --before P1Y"
        return clerk.run(f"authority approve {request} --service {self.authority} {terms} --yes")

    def pick_up(self) -> str:
        """María looks what became of her requests; return the newest claim."""
        before = self.claims()
        self.maria.well("claim status")
        (new,) = self.claims() - before
        return new

    def claims(self) -> set[str]:
        return {str(row["id"]) for row in self.maria.well("claim list --json").document["claims"]}

    def show(self, claim: str) -> None:
        self.maria.well(f"claim present --inspector {self.inspector} --claim {claim} --yes --json")

    def inspect(self) -> Answer:
        """The gate judges what has arrived since it looked last."""
        return self.gate.run(f"inspect Gate --service {self.inspector} {self.both} --json")

    def is_valid(self, claim: str) -> bool:
        """Whether the gate takes what María shows of a claim; what it does not take is unknown to it, not wrong."""
        self.show(claim)
        seen = self.inspect()
        (verdict,) = (one["verdict"]["verdict"] for one in seen.document["presentations"])
        assert (seen.code, verdict) in {(0, "valid"), (13, "unknown")}, seen
        return seen.code == 0

    def sign_beside(self) -> Answer:
        """The old clerk signs a request that never saw the service; return what the gate says of the statement."""
        self.maria.well("claim request --schema identity-card --data card.json --out request.json --yes")
        self.clerk.write("request.json", (self.maria.home / "request.json").read_text("utf-8"))
        terms = f"--authority {self.town.did} --before P1Y"
        self.clerk.well(f"claim witness request.json {terms} --out statement.json --yes")
        self.gate.write("statement.json", (self.clerk.home / "statement.json").read_text("utf-8"))
        return self.gate.run(f"claim verify statement.json {self.both} --json")


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    from prometheus.claims.digest import content_id

    with two_doors() as doors:
        made = Country(tmp_path, doors)
        clerks = [word for one in (made.town, made.clerk, made.heir) for word in ("--clerk", one.key)]
        scenario = made.scenario(content_id(made.process))
        ledger, name = ("--ledger", made.ledger), ("--did", made.town.did)
        with (
            service(tmp_path / "hall", "authority", made.process, *clerks, *ledger, *name) as made.authority,
            service(tmp_path / "booth", "inspector", scenario, "--clerk", made.gate.key, *ledger) as made.inspector,
        ):
            yield made


def test_old_claims_outlive_a_rotation_and_a_revoked_clerk_signs_in_vain(country: Country) -> None:
    maria, town = country.maria, country.town
    assert country.approve(country.clerk, country.ask()).code == 0
    registered = country.pick_up()
    maria.well(f"timestamp {registered} --ledger {country.ledger} --yes")
    assert country.approve(country.clerk, country.ask()).code == 0
    unregistered = country.pick_up()
    assert country.is_valid(registered)
    assert country.is_valid(unregistered)

    town.well(f"did add-key {country.heir.key} --right impersonate --ledger {country.ledger} --yes")
    town.well(f"did revoke-right {country.clerk.key} impersonate --ledger {country.ledger} --yes")

    request = country.ask()
    refused = country.approve(country.clerk, request)
    assert refused.code == 12
    assert "no right to impersonate" in refused.err
    assert request in {row["id"] for row in country.waiting()}
    assert country.approve(country.heir, request).code == 0
    assert country.is_valid(country.pick_up())

    assert country.is_valid(registered)
    assert not country.is_valid(unregistered)
    beside = country.sign_beside()
    assert beside.code == 13
    assert beside.document["verdict"] == "unknown"
