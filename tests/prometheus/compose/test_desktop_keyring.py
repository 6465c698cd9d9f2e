"""The keyring of the desktop: a real Secret Service keeps, finds and forgets; every way it can fail has its error."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.secret_service import SecretService, secret_service

from prometheus.compose import desktop_keyring
from prometheus.compose.desktop_keyring import DesktopKeyring, account_of
from prometheus.errors import Damaged, Locked, NotFound, StorageFailed
from prometheus.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = account_of(bytes(range(16)), bytes(range(16, 32)))
SECRET = bytes(range(100, 132))
PLANTED = "raise SystemExit('a module of somebody else was imported')\n"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A keyring of its own, which the process of the test finds."""
    with secret_service() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.environ["DBUS_SESSION_BUS_ADDRESS"])
        yield running


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A session without a bus, as over a plain remote shell."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")


@pytest.mark.usefixtures("no_bus")
def test_a_session_without_a_keyring_says_so() -> None:
    with pytest.raises(NotFound, match="no keyring") as caught:
        DesktopKeyring().read(ACCOUNT)
    assert caught.value.code == "KEYRING-MISSING"
    assert caught.value.meaning


def test_a_secret_is_kept_found_and_forgotten(service: SecretService) -> None:
    keyring = DesktopKeyring()
    assert keyring.read(ACCOUNT) is None
    keyring.write(ACCOUNT, Secret(SECRET))
    assert DesktopKeyring().read(ACCOUNT) == Secret(SECRET)
    assert list(service.contents()) == [ACCOUNT]
    assert keyring.delete(ACCOUNT)
    assert not keyring.delete(ACCOUNT)
    assert keyring.read(ACCOUNT) is None


def test_what_is_written_replaces_what_was_there(service: SecretService) -> None:
    DesktopKeyring().write(ACCOUNT, Secret(bytes(32)))
    DesktopKeyring().write(ACCOUNT, Secret(SECRET))
    assert DesktopKeyring().read(ACCOUNT) == Secret(SECRET)
    assert len(service.contents()) == 1


def test_it_lies_there_as_base64_under_the_name_of_the_program(service: SecretService) -> None:
    import secretstorage

    DesktopKeyring().write(ACCOUNT, Secret(SECRET))
    item = next(iter(secretstorage.get_default_collection(secretstorage.dbus_init()).get_all_items()))
    assert item.get_secret() == b"ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM="
    assert item.get_attributes()["service"] == "prometheus"
    assert item.get_attributes()["username"] == ("000102030405060708090a0b0c0d0e0f:101112131415161718191a1b1c1d1e1f")
    assert list(service.contents()) == [ACCOUNT]


@pytest.mark.usefixtures("service")
def test_it_says_what_kind_it_is() -> None:
    assert DesktopKeyring().kind == "SecretService"


@pytest.mark.parametrize("may_prompt", [True, False])
def test_a_locked_keyring_that_nobody_unlocks_says_so(service: SecretService, *, may_prompt: bool) -> None:
    DesktopKeyring().write(ACCOUNT, Secret(SECRET))
    service.lock()
    with pytest.raises(Locked) as caught:
        DesktopKeyring(may_prompt=may_prompt).read(ACCOUNT)
    assert caught.value.code == "KEYRING-LOCKED"
    with pytest.raises(Locked):
        DesktopKeyring(may_prompt=may_prompt).write(ACCOUNT, Secret(SECRET))
    with pytest.raises(Locked):
        DesktopKeyring(may_prompt=may_prompt).delete(ACCOUNT)


def test_a_locked_keyring_asks_nobody_where_that_is_not_wanted(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    import secretstorage

    service.lock()
    monkeypatch.setattr(secretstorage.Collection, "unlock", lambda *_: pytest.fail("a window was opened"))
    with pytest.raises(Locked):
        DesktopKeyring(may_prompt=False).read(ACCOUNT)
    with pytest.raises(pytest.fail.Exception):
        DesktopKeyring(may_prompt=True).read(ACCOUNT)


def test_a_bus_that_goes_while_it_is_used_is_a_failure_of_its_own(service: SecretService) -> None:
    keyring = DesktopKeyring()
    keyring.write(ACCOUNT, Secret(SECRET))
    service.bus.kill()
    service.bus.wait()
    with pytest.raises(StorageFailed, match="did not answer") as caught:
        keyring.read(ACCOUNT)
    assert caught.value.code == "KEYRING-FAILED"


def test_a_keyring_that_goes_while_it_is_used_is_a_failure_of_its_own(service: SecretService) -> None:
    keyring = DesktopKeyring()
    keyring.write(ACCOUNT, Secret(SECRET))
    service.daemon.kill()
    service.daemon.wait()
    with pytest.raises(StorageFailed, match="did not answer"):
        keyring.read(ACCOUNT)


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("text", ["not base64!", "ZGVm\n", "ZG=VmZw", "ü"])
def test_what_another_program_put_there_is_refused(text: str) -> None:
    desktop_keyring._best_backend().set_password("prometheus", ACCOUNT, text)
    with pytest.raises(Damaged) as caught:
        DesktopKeyring().read(ACCOUNT)
    assert caught.value.code == "KEYRING-DAMAGED"
    assert text not in str(caught.value.as_document())


@pytest.mark.usefixtures("service")
def test_a_keyring_that_forgets_at_once_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends import SecretService as Backend

    monkeypatch.setattr(Backend.Keyring, "set_password", lambda *_: None)
    with pytest.raises(StorageFailed, match="did not keep"):
        DesktopKeyring().write(ACCOUNT, Secret(SECRET))


def found_by_a_child(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Let another process read a secret, with variables that the keyring library heeds."""
    program = (
        "from prometheus.compose.desktop_keyring import DesktopKeyring, account_of\n"
        f"DesktopKeyring().read({ACCOUNT!r})\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path, "HOME": str(tmp_path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("no_bus")
def test_no_file_of_plain_text_takes_the_place_of_a_keyring(tmp_path: Path) -> None:
    for backend in ("keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring", "planted.Keyring"):
        done = found_by_a_child(tmp_path, PYTHON_KEYRING_BACKEND=backend)
        assert "KEYRING-MISSING" not in done.stdout
        assert done.stderr.splitlines()[-1].startswith("prometheus.errors.NotFound: this session has no keyring")


@pytest.mark.usefixtures("no_bus")
def test_no_file_of_the_keyring_library_brings_a_module_in(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    (folder / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=planted.Keyring\nkeyring-path={tmp_path}\n", encoding="utf-8"
    )
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_DATA_HOME": str(tmp_path / "config")}
    done = found_by_a_child(tmp_path, **environ)
    assert done.stderr.splitlines()[-1].startswith("prometheus.errors.NotFound: this session has no keyring")
    control = subprocess.run(
        [sys.executable, "-c", "import keyring; keyring.get_password('a', 'b')"],
        env={**os.environ, "HOME": str(tmp_path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "a module of somebody else was imported" in control.stderr


def test_the_better_of_two_keyrings_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {name: ModuleType(name) for name in ("first", "second")}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(module, "Keyring", type(name, (), {"priority": 5}), raising=False)
    monkeypatch.setattr(desktop_keyring, "_BACKENDS", {sys.platform: (("first", "Keyring"), ("second", "Keyring"))})
    assert type(desktop_keyring._best_backend()).__name__ == "first"
    modules["second"].Keyring.priority = 5.1
    assert type(desktop_keyring._best_backend()).__name__ == "second"
