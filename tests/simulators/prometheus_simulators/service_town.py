"""A reader, a library with a clerk, and foreign services on the loopback that both of them ask.

The reader's verbs that hand in over the network are not needed: `hand_in` does it as a foreign wallet would.
"""

from __future__ import annotations

import json
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus.claims.shipped import SHIPPED
from prometheus_simulators.foreign_services import ForeignServices, foreign_services
from prometheus_simulators.neighbourhood import CARD, Neighbourhood

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from prometheus_simulators.house import Answer

ALLOW = '[[rule]]\neffect = "allow"\n'
PHOTO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


class ServiceTown(Neighbourhood):
    """Runs commands as the reader or the library; both have a vault with Morpheus on."""

    service: ForeignServices

    def key(self, vault: str = "library") -> str:
        """Return the public key of a vault's first persona."""
        return str(self.unlocked(f"persona show --vault {vault} --json").document["persona"]["public_key"])

    def request_file(self, data: Any = None, evidence: Any = None) -> str:
        """Return the file of a request that the reader signed."""
        given, out = self.file("data.json", CARD if data is None else data), self.path("request.json")
        proof = "" if evidence is None else f"--evidence {self.file('evidence.json', evidence)}"
        answer = self.reader(f"claim request --schema identity-card --data {given} {proof} --out {out} --yes")
        assert answer.code == 0, answer
        return out

    def hand_in(self, data: Any = None, evidence: Any = None) -> str:
        """Hand a request of the reader's in; return its id."""
        document = json.loads(Path(self.request_file(data, evidence)).read_text())
        post(f"{self.service.url}/requests", document)
        return next(reversed(self.service.requests.values())).request_id

    def clerk(self, line: str) -> Answer:
        """Run a verb of the clerk at the service."""
        words = line.split(" ", 2)
        return self.library(f"{' '.join(words[:2])} --service {self.service.url} {' '.join(words[2:])}")

    def publish_door(self, name: str = "Door", fields: tuple[str, ...] = (".ageOver18",), version: int = 1) -> str:
        """Publish a scenario for the library; return its id."""
        return self.service.publish_scenario(self.door(name, fields, version))

    def door(self, name: str = "Door", fields: tuple[str, ...] = (".ageOver18",), version: int = 1) -> Any:
        """Return a scenario that asks for fields of an identity card."""
        return {
            "name": name,
            "version": version,
            "description": "",
            "prerequisites": [{"process": SHIPPED["identity-card"], "claimFields": list(fields)}],
            "requiredLicenses": [{"issuedTo": self.did("library"), "purpose": "Enter", "expiry": "P1M"}],
            "resultSchema": {"type": "object"},
        }


def post(url: str, document: Any) -> Any:
    body, headers = json.dumps(document).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  # our own server on the loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the same
        return json.load(answer)


@contextmanager
def service_town(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **options: Any
) -> Iterator[ServiceTown]:
    """Settle the town with its services."""
    town = ServiceTown(home, monkeypatch, capsys)
    town.settle()
    with foreign_services(**options) as service:
        town.service = service
        yield town
