"""A real Secret Service of its own: GNOME Keyring on a private bus, in folders that go when the test ends.

Nothing of the person who runs the tests is reached: not their bus, not their keyring. Where one of the two programs is
not installed, the test that needs it is skipped, with its name in the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jeepney.io.blocking import DBusConnection  # type: ignore[import-untyped]  # it ships no types

NAME = "org.freedesktop.secrets"
LONGEST_START = 20
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


class SecretService(NamedTuple):
    """A running keyring: what a program needs in its environment to find it, and the two processes behind it."""

    environ: dict[str, str]
    bus: subprocess.Popen[str]
    daemon: subprocess.Popen[str]

    def lock(self) -> None:
        """Lock it, as the desktop does when its owner leaves; nobody is there to unlock it again."""
        import secretstorage

        with _connected(self.environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            secretstorage.get_default_collection(connection).lock()

    def contents(self) -> dict[str, bytes]:
        """Return what lies there under the name of this program, by account."""
        import secretstorage

        with _connected(self.environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            items = secretstorage.get_default_collection(connection).search_items({"service": "prometheus"})
            return {item.get_attributes()["username"]: item.get_secret() for item in items}


@contextmanager
def secret_service() -> Iterator[SecretService]:
    """Run a bus and a keyring, unlocked and empty; end both."""
    for program in ("dbus-daemon", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    with ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="keyring-")  # short: a socket's path may have about a hundred bytes
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environ = _environ(folder)
        bus = stack.enter_context(_bus(folder, environ))
        with _connected(environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            daemon = stack.enter_context(_daemon(environ))
            _wait_for_name(connection)
        yield SecretService(environ, bus, daemon)


def _environ(folder: str) -> dict[str, str]:
    environ = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus"}
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        environ[name] = f"{folder}/{name.lower()}"
        os.mkdir(environ[name], mode=0o700)
    return environ


@contextmanager
def _bus(folder: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    configuration = f"{folder}/bus.conf"
    with open(configuration, "w", encoding="ascii") as file:
        file.write(_BUS.format(socket=f"{folder}/bus"))
    line = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address=1"]
    with _running(line, environ) as bus:
        assert bus.stdout is not None
        assert bus.stdout.readline().startswith("unix:")
        yield bus


@contextmanager
def _daemon(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    line = ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"]
    with _running(line, environ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write("the password of the desktop")
        daemon.stdin.close()
        yield daemon


@contextmanager
def _running(line: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        line,
        env={"PATH": os.environ["PATH"], **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def _connected(address: str) -> Iterator[DBusConnection]:
    from jeepney.io.blocking import open_dbus_connection

    connection = open_dbus_connection(address)
    try:
        yield connection
    finally:
        connection.close()


def _wait_for_name(connection: DBusConnection) -> None:
    """Return as soon as the keyring answers on the bus."""
    from jeepney import MatchRule, message_bus  # type: ignore[import-untyped]  # it ships no types

    rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
    rule.add_arg_condition(0, NAME)
    connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=LONGEST_START)
    with connection.filter(rule) as signals:
        if not connection.send_and_get_reply(message_bus.NameHasOwner(NAME), timeout=LONGEST_START).body[0]:
            connection.recv_until_filtered(signals, timeout=LONGEST_START)
