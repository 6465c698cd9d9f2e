"""What tests of backups and of restored vaults ask of the command line, in the words of those tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.house import Answer, House

NEW = "another passphrase entirely"


def backed_up(house: House) -> Path:
    path = house.home / "disk" / "kept.vault"
    said = house.unlocked(f"vault backup {path} --json")
    assert said.code == 0, said
    return path


def acts(house: House) -> list[str]:
    return [entry["act"] for entry in house.unlocked("audit list --json").document["entries"]]


def names(house: House) -> list[str]:
    return [persona["label"] for persona in house.unlocked("persona list --json").document["personas"]]


def folder(house: House) -> list[str]:
    return sorted(
        path.name for path in house.vault_file().parent.iterdir() if not path.name.endswith((".json", "-wal", "-shm"))
    )


def refused(answer: Answer) -> tuple[int, str]:
    document = answer.document
    assert document["hint"] or document["why"]
    return answer.code, document["code"]
