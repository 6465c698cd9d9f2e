"""``audit list``, ``show``, ``verify`` and ``export``: every act is there once, without values, in a chain."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.neighbourhood import Neighbourhood

if TYPE_CHECKING:
    from pathlib import Path

ALLOW = '[[rule]]\neffect = "allow"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    settled.settle()
    return settled


def faults(lines: list[str]) -> list[int]:
    """Return the numbers of the lines where the chain breaks, worked out with nothing of the program's."""
    found, before = [], "0" * 64
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        said = entry.pop("hash")
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha3_256(b"prometheus/audit/v1\0" + canonical.encode()).hexdigest()
        if (entry["seq"], entry["prev"], said) != (number, before, digest):
            found.append(number)
        before = said
    return found


def busy(home: Neighbourhood) -> list[str]:
    """Do some of everything and return the lines of the exported log."""
    claim = home.claim()
    home.policy(ALLOW)
    home.reader("persona add 'Zoë Kovács \U0001f600'")
    home.reader(f"claim present --ask .ageOver18 --licence 'Ünnep \U0001f389:P1D' --yes --out {home.path('p')}")
    home.reader(f"claim delete {claim}")
    assert home.reader(f"audit export --yes --out {home.path('log')}").code == 0
    return (home.home / "log").read_text().splitlines()


def test_an_exported_log_is_checked_without_the_program(home: Neighbourhood) -> None:
    lines = busy(home)
    assert len(lines) > 6
    assert faults(lines) == []
    assert json.loads(lines[-1])["act"] == "audit.export"


def test_a_changed_dropped_added_or_moved_entry_shows(home: Neighbourhood) -> None:
    lines = busy(home)
    changed = [*lines[:2], lines[2].replace('"act": "', '"act": "x'), *lines[3:]]
    assert faults(changed) == [3]
    assert faults(lines[:3] + lines[4:])[0] == 4
    assert faults(lines[:3] + lines[2:])[0] == 4
    assert faults([*lines[:2], lines[3], lines[2], *lines[4:]])[0] == 3
    assert faults(lines[1:])[0] == 1


def test_the_log_has_every_act_and_no_value(home: Neighbourhood) -> None:
    text = "\n".join(busy(home))
    acts = [json.loads(line)["act"] for line in text.splitlines()]
    assert acts == [
        "vault.create",
        "claim.request",
        "claim.accept",
        "policy.edit",
        "persona.add",
        "claim.present",
        "claim.delete",
        "audit.export",
    ]
    assert not [value for value in ("1998-04-12", "Kovacs", "AB123456") if value in text]


def test_a_list_is_newest_first_filtered_and_fits(home: Neighbourhood) -> None:
    busy(home)
    shown = home.reader("audit list")
    assert max(map(len, shown.out.splitlines())) <= 80
    assert shown.out.splitlines()[0].split()[-1] == "audit.export"
    found = home.reader("audit list --limit 2 --json").document
    assert (len(found["entries"]), found["total"]) == (2, 8)
    assert "--limit" in home.reader("audit list --limit 2").err
    (one,) = home.reader("audit list --act claim.present --json").document["entries"]
    assert one["persona"] == home.did()
    assert home.reader("audit list --act nothing").out == "nothing was done yet that fits\n"
    assert home.reader("audit list --persona Zoë --json").code == 4


def test_one_entry_is_shown_whole(home: Neighbourhood) -> None:
    busy(home)
    found = home.reader("audit show 6 --json").document
    assert (found["entry"]["act"], found["whole"]) == ("claim.present", True)
    assert "purpose" in home.reader("audit show 6").out
    missing = home.reader("audit show 99 --json")
    assert (missing.code, missing.document["code"]) == (4, "NOT-FOUND")
    assert home.reader("audit show one --json").code == 2


def test_an_intact_log_says_so_with_its_newest_hash(home: Neighbourhood) -> None:
    lines = busy(home)
    found = home.reader("audit verify --json").document
    assert (found["intact"], found["entries"], found["head"]) == (True, 8, json.loads(lines[-1])["hash"])
    assert "the log is intact: 8 entries" in home.reader("audit verify").out


def test_an_export_needs_consent_and_a_place(home: Neighbourhood) -> None:
    def entries() -> Any:
        return home.reader("audit list --json").document["total"]

    before = entries()
    assert home.reader("audit export --json").document["code"] == "CONSENT-NEEDED"
    assert home.reader(f"audit export --yes --out {home.path('none')}/log --json").code == 16
    assert entries() == before
    plain = home.reader("audit export --yes")
    assert faults(plain.out.splitlines()) == []
    assert "names your personas" in plain.err


def test_what_failed_left_no_entry(home: Neighbourhood) -> None:
    home.claim()
    before = home.reader("audit list --json").document["total"]
    assert home.reader("claim present --ask .ageOver18 --yes").code == 5
    assert home.reader("claim present --ask .nothing --yes").code == 15
    assert home.reader(f"claim accept {home.file('x', '{}')}").code == 2
    assert home.reader("claim delete cjuAAAAAAAA").code == 4
    assert home.reader(f"policy edit --from {home.file('bad', 'no')}").code == 2
    assert home.reader("audit list --json").document["total"] == before
    assert home.reader("audit verify").code == 0


def test_a_purpose_in_the_log_never_steers_the_terminal(home: Neighbourhood) -> None:
    home.claim()
    home.policy(ALLOW)
    evil = "\u202e\u009b31m"
    home.reader(f"claim present --ask .ageOver18 --licence '{evil}:P1D' --yes --out {home.path('p')}")
    for line in ("audit show 5", "audit show 5 --json", "audit list"):
        answer = home.reader(line)
        assert answer.code == 0
        assert not {"\u202e", "\u009b"} & set(answer.out + answer.err)


def test_the_log_of_one_claim_and_of_one_audience(home: Neighbourhood) -> None:
    home.policy(ALLOW)
    first, second = home.claim(), home.claim()
    library = home.did("library")
    home.reader(f"claim present --ask .ageOver18 --claim {first} --audience {library} --yes --out {home.path('p')}")
    home.reader(f"claim delete {first[:12]}")

    def acts(words: str) -> list[str]:
        return [entry["act"] for entry in home.reader(f"audit list {words} --json").document["entries"]]

    every = ["claim.delete", "claim.present", "claim.accept"]
    assert acts(f"--claim {first}") == every
    assert acts(f"--claim {first[3:12]}") == every
    assert acts(f"--claim {second} --act claim.accept") == ["claim.accept"]
    assert acts(f"--audience {library}") == ["claim.present"]
    assert acts(f"--audience {library} --claim {second}") == []
    assert acts("--claim cjuGone123456") == []
    assert home.reader("audit list --claim cju").code == 2
    assert len(acts("--limit 0")) == home.reader("audit list --json").document["total"]
