"""Vaults by name: made whole or not at all, every error of the cellar told in the terms of the house."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.vault_lab import child_environment, run_sql

from prometheus import errors
from prometheus.compose import vaults
from prometheus.compose.shelf import remove_vault
from prometheus.compose.vault_errors import as_prometheus_error, translated
from prometheus.model.places import Places, find_places
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.personas import active_persona
from prometheus_vault import errors as cellar
from prometheus_vault import kdf, set_check

PASSPHRASE = Secret(b"correct horse battery staple")
SEED = Secret(bytes(range(64)))


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    return find_places({"HOME": str(tmp_path)})


def make(places: Places, name: str = "personal") -> None:
    with vaults.making(places, name, PASSPHRASE, seed=SEED, cost="light") as made:
        furnish_vault(made.session, SEED)


def left(places: Places) -> list[str]:
    folders = [Path(places.vaults), Path(places.state)]
    return sorted(path.name for folder in folders if folder.exists() for path in folder.iterdir())


def test_a_vault_opens_by_passphrase_and_by_the_seed_of_its_words(places: Places) -> None:
    make(places)
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        persona = active_persona(opened.session)
    with vaults.opened_with_recovery(places, "personal", SEED) as opened:
        assert active_persona(opened.session) == persona


def test_a_vault_without_a_recovery_slot_does_not_open_by_words(places: Places) -> None:
    with vaults.making(places, "demo", PASSPHRASE, seed=None, cost="light") as made:
        furnish_vault(made.session, SEED)
    with pytest.raises(errors.WrongPassphrase), vaults.opened_with_recovery(places, "demo", SEED):
        pass


def test_a_creation_that_fails_leaves_nothing(places: Places) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        vaults.making(places, "personal", PASSPHRASE, seed=SEED, cost="light") as made,
    ):
        furnish_vault(made.session, SEED)
        raise KeyboardInterrupt
    assert left(places) == []


def test_of_two_creations_at_once_one_wins_and_the_other_leaves_nothing(places: Places) -> None:
    with (
        pytest.raises(errors.Conflict),
        vaults.making(places, "personal", PASSPHRASE, seed=SEED, cost="light") as slow,
    ):
        furnish_vault(slow.session, SEED)
        make(places)
        winner = Path(vaults.vault_path(places, "personal")).read_bytes()
    assert Path(vaults.vault_path(places, "personal")).read_bytes() == winner
    assert len(left(places)) == 2


def test_an_unfinished_vault_is_on_no_list(places: Places) -> None:
    with vaults.making(places, "personal", PASSPHRASE, seed=SEED, cost="light") as made:
        assert vaults.vault_names(places) == []
        furnish_vault(made.session, SEED)
    assert vaults.vault_names(places) == ["personal"]


_KILLED = """
import sys
from prometheus_simulators.vault_lab import install_quick_kdf
install_quick_kdf()
from prometheus.compose import vaults
from prometheus.compose.shelf import remove_vault
from prometheus.model.places import find_places
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault
places = find_places({"HOME": sys.argv[1]})
seed = Secret(bytes(range(64)))
with vaults.making(places, "personal", Secret(b"correct horse"), seed=seed, cost="light") as made:
    furnish_vault(made.session, seed)
    print("furnished", flush=True)
    sys.stdin.read()
"""


def test_a_creation_that_is_killed_leaves_no_vault(places: Places, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path)]
    pipes = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipes, stdout=pipes, env=child_environment()) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"furnished\n"
        child.send_signal(signal.SIGKILL)
    assert vaults.vault_names(places) == []
    make(places)
    assert vaults.vault_names(places) == ["personal"]


def test_files_with_other_names_are_no_vaults(places: Places) -> None:
    make(places)
    for name in ("UPPER.vault", ".hidden.vault", "personal.vault.lock", "notes.txt", "a b.vault"):
        (Path(places.vaults) / name).write_text("")
    assert vaults.vault_names(places) == ["personal"]


def all_errors() -> list[type[cellar.VaultError]]:
    found, waiting = [], [cellar.VaultError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return found


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: str(kind.__name__))
def test_every_error_of_the_cellar_keeps_its_code_and_exit_code(kind: type[cellar.VaultError]) -> None:
    extra = {"reason": "disk full"} if issubclass(kind, cellar.StorageError) else {}
    error = kind("it did not work", **extra)
    told = as_prometheus_error(error)
    assert (told.what, told.code, told.exit_code) == ("it did not work", kind.code, kind.exit_code)


def test_an_error_of_the_cellar_never_leaves_untranslated() -> None:
    with pytest.raises(errors.TooNew) as caught, translated():
        raise cellar.TooNew("later")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def imported_when_run(text: str) -> set[str]:
    """Return the packages that a module loads; what only a type checker reads is not among them."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def test_only_compose_imports_the_cellar() -> None:
    hall = Path(vaults.__file__).parents[1]
    guilty = [
        str(path.relative_to(hall))
        for path in hall.rglob("*.py")
        if "prometheus_vault" in imported_when_run(path.read_text()) and path.parent.name != "compose"
    ]
    assert guilty == []


@pytest.mark.parametrize("line", ["import prometheus_vault.header", "def f():\n from prometheus_vault import Vault"])
def test_an_import_of_the_cellar_would_be_seen(line: str) -> None:
    assert "prometheus_vault" in imported_when_run(f"if TYPE_CHECKING:\n import os\n{line}")


def test_nothing_of_the_passphrase_or_the_seed_is_in_the_files(places: Places) -> None:
    make(places)
    secrets = [PASSPHRASE.expose(), SEED.expose()[:16], SEED.expose().hex().encode()[:32]]
    for folder, _, names in os.walk(places.data):
        for name in names:
            content = (Path(folder) / name).read_bytes()
            assert not any(secret in content for secret in secrets)


def test_a_reader_does_not_wait_for_a_writer(places: Places) -> None:
    make(places)
    with vaults.opened(places, "personal", PASSPHRASE) as writer, writer.session.commit():
        started = time.monotonic()
        with vaults.opened(places, "personal", PASSPHRASE) as reader:
            assert active_persona(reader.session).key_index == 0
        assert time.monotonic() - started < 4


def test_nothing_of_a_large_vault_is_used_before_all_of_it_is_checked(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(places)
    monkeypatch.setattr(set_check, "AT_ONCE", 0)
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        assert active_persona(opened.session)
    path = Path(places.vaults) / "personal.vault"
    run_sql(path, "UPDATE rec SET ct = zeroblob(104) WHERE id = (SELECT max(id) FROM rec)")
    entered = False
    with pytest.raises(errors.Damaged), vaults.opened(places, "personal", PASSPHRASE):
        entered = True
    assert not entered


def test_a_vault_that_is_removed_takes_its_index_along(places: Places) -> None:
    make(places)
    with vaults.opened(places, "personal", PASSPHRASE) as opened, opened.vault.transaction() as change:
        for number in range(100):
            change.put(128, f"record {number}", b"{}")
        opened.vault.count(3)
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        opened.vault.count(3)
    assert [name[-4:] for name in left(places) if name.endswith((".idx", ".anchor"))] == ["chor", ".idx"]
    remove_vault(places, "personal")
    assert left(places) == []
