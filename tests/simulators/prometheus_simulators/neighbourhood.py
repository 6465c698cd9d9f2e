"""A reader and a library in one house: two real vaults, the way from data to a claim, and what is done with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prometheus_simulators.house import House

if TYPE_CHECKING:
    from prometheus_simulators.house import Answer

CARD = {
    "familyName": "Kovacs",
    "givenName": "Zoe",
    "dateOfBirth": "1998-04-12",
    "nationality": "HU",
    "documentNumber": "AB123456",
    "ageOver18": True,
}


class Neighbourhood(House):
    """Runs commands as the reader, unless another vault is named."""

    def settle(self) -> None:
        """Make both vaults."""
        for name in ("personal", "library"):
            assert self.create(name).code == 0

    def path(self, name: str) -> str:
        return str(self.home / name)

    def file(self, name: str, content: Any) -> str:
        (self.home / name).write_text(content if isinstance(content, str) else json.dumps(content))
        return self.path(name)

    def reader(self, line: str) -> Answer:
        return self.unlocked(line)

    def library(self, line: str) -> Answer:
        return self.unlocked(f"{line} --vault library")

    def did(self, vault: str = "personal") -> str:
        return str(self.unlocked(f"persona show --vault {vault} --json").document["persona"]["did"])

    def statement(
        self, schema: str = "identity-card", data: Any = None, terms: str = "--before P1Y", asked: str = ""
    ) -> str:
        """Return the file of a statement that the library signed about the reader."""
        given = self.file("data.json", CARD if data is None else data)
        request, statement = self.path("request.json"), self.path("statement.json")
        self._well(self.reader(f"claim request --schema {schema} --data {given} --out {request} --yes {asked}"))
        self._well(self.library(f"claim witness {request} {terms} --out {statement} --yes"))
        return statement

    def claim(
        self, schema: str = "identity-card", data: Any = None, terms: str = "--before P1Y", asked: str = ""
    ) -> str:
        """Return the id of a claim that the reader holds."""
        return str(self._well(self.reader(f"claim accept {self.statement(schema, data, terms, asked)} --json"))["id"])

    def policy(self, text: str) -> None:
        self._well(self.reader(f"policy edit --from {self.file('policy.toml', text)}"))

    def _well(self, answer: Answer) -> Any:
        assert answer.code == 0, answer
        return answer.document if answer.out.startswith("{") else None
