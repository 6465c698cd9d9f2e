"""Settings: a flag wins over the environment, that over the configuration file, that over the default.

The file is ``config.toml`` in the user's configuration folder and is read only when a setting is asked for that
neither a flag nor the environment gives, and only if it exists. No file of the current folder is ever read. Unknown
names in it are reported by `unknown_names`; a value of the wrong type is an error, never a guess. No secret is a
setting.
"""

from __future__ import annotations

import os
import sys

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.cli.invocation import Value

_OFF: Final = frozenset({"", "0", "false", "no", "off"})
_LARGEST_FILE: Final = 65_536


class Setting(NamedTuple):
    """One thing that can be configured."""

    name: str
    """Its name among the values of a call and in the configuration file."""
    help: str
    flag: str = ""
    variable: str = ""
    default: str | bool | int | None = None
    choices: tuple[str, ...] = ()
    in_file: bool = True


class Found(NamedTuple):
    """The value of a setting and where it comes from."""

    setting: Setting
    value: str | bool | int | None
    source: str
    """One of flag, environment, file, default."""


SETTINGS: Final = (
    Setting("vault", "The vault that is used", "--vault", "PROMETHEUS_VAULT", "personal"),
    Setting("color", "Colour on the screen", "--no-color", "NO_COLOR", "auto", ("auto", "always", "never")),
    Setting("quiet", "Say nothing but results, warnings and errors", "--quiet", "PROMETHEUS_QUIET", default=False),
    Setting("no_input", "Never ask", "--no-input", "PROMETHEUS_NO_INPUT", default=False),
    Setting(
        "passphrase_fd",
        "Open file that the passphrase is read from",
        "--passphrase-fd",
        "PROMETHEUS_PASSPHRASE_FD",
        in_file=False,
    ),
    Setting(
        "network_disk",
        "Use vaults on network file systems, whose locks and syncs may fail",
        "",
        "PROMETHEUS_NETWORK_DISK",
        default=False,
    ),
    Setting(
        "backup_reminder_days",
        "Remind of a backup when the last one is this many days old; 0 is never",
        default=30,
    ),
    Setting(
        "backup_reminder_changes",
        "Remind of a backup after this many changes; 0 is never",
        default=100,
    ),
    Setting(
        "anchor_mirror",
        "Remember the age of a vault in the desktop's keyring too",
        "",
        "PROMETHEUS_ANCHOR_MIRROR",
        default=False,
    ),
    Setting("ledger", "Endpoints of a ledger, by address or name of the network", "--ledger", "PROMETHEUS_LEDGER"),
    Setting("offline", "Ask no ledger and no service", "--offline", "PROMETHEUS_OFFLINE", default=False),
    Setting("authority", "Service that a clerk works for", "--service", "PROMETHEUS_AUTHORITY"),
    Setting("spend_limit", "Coins above which spending is asked for even with --yes", default="100"),
    Setting("no_plugins", "Use no plugin at all", "", "PROMETHEUS_NO_PLUGINS", default=False, in_file=False),
)
_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


def text_of(name: str, values: Mapping[str, Value]) -> str | None:
    """Return a setting as text, or None where nothing sets it."""
    value = find(name, values).value
    return None if value is None else str(value)


def is_on(name: str, values: Mapping[str, Value]) -> bool:
    """Return whether a setting that is on or off is on."""
    return bool(find(name, values).value)


def number_of(name: str, values: Mapping[str, Value]) -> int:
    """Return a setting that is a number."""
    value = find(name, values).value
    return value if isinstance(value, int) else 0


def find(name: str, values: Mapping[str, Value]) -> Found:
    """Return the value of a setting for a call, and where it comes from.

    Raises:
        NotUnderstood: When the configuration file or its value for this setting cannot be used.
    """
    setting = _BY_NAME[name]
    given = values.get(name)
    if given is not None and given is not False and not isinstance(given, tuple):
        return Found(setting, given, "flag")
    variable = os.environ.get(setting.variable)
    if name != "color" and variable is not None and (variable or isinstance(setting.default, bool)):
        return Found(setting, _of_variable(setting, variable), "environment")
    if name == "color":
        colour = _colour_outside_file(values)
        if colour is not None:
            return colour
    return _of_file(setting) or Found(setting, setting.default, "default")


def wants_colour(values: Mapping[str, Value]) -> bool:
    """Return whether text may be coloured: never for JSON, a pipe, a dumb terminal or where the person says no."""
    if values.get("json"):
        return False
    if _colour_outside_file(values) is None and not _can_colour():
        return False
    choice = find("color", values).value
    return choice == "always" or (choice == "auto" and _can_colour())


def from_file() -> dict[str, Any]:
    """Return the members of the configuration file; empty where there is none.

    Raises:
        NotUnderstood: When the file is no TOML or cannot be read.
    """
    path = find_places(os.environ).config_file
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise NotUnderstood("the configuration file cannot be read", code="CONFIG", meaning=reason) from None
    return _parsed(content)


def unknown_names() -> tuple[str, ...]:
    """Return the names in the configuration file that mean nothing."""
    known = {setting.name for setting in SETTINGS if setting.in_file}
    return tuple(sorted(set(from_file()) - known))


def _parsed(content: bytes) -> dict[str, Any]:
    import tomllib

    remedy = "see `prometheus config explain` for what it may hold"
    if len(content) > _LARGEST_FILE:
        raise NotUnderstood("the configuration file is too long", code="CONFIG", remedy=remedy)
    try:
        return tomllib.loads(content.decode())
    except ValueError as error:
        position = str(error).rpartition("(")[2].rstrip(")")
        raise NotUnderstood(
            "the configuration file is not TOML", code="CONFIG", meaning=position, remedy=remedy
        ) from None


def _of_file(setting: Setting) -> Found | None:
    if not setting.in_file:
        return None
    value = from_file().get(setting.name)
    if value is None:
        return None
    wanted = type(setting.default) if isinstance(setting.default, int) else str
    is_negative = wanted is int and isinstance(value, int) and value < 0
    if type(value) is not wanted or is_negative or (setting.choices and value not in setting.choices):
        hint = "one of " + ", ".join(setting.choices) if setting.choices else f"a {_WORD[wanted]}"
        raise NotUnderstood(
            f"the configuration file sets {setting.name} to something that it cannot be",
            code="CONFIG",
            remedy=f"it has to be {hint}",
        )
    return Found(setting, value, "file")


_WORD: Final[dict[type, str]] = {bool: "true or false", int: "whole number from 0", str: "text in quotes"}


def _of_variable(setting: Setting, text: str) -> str | bool:
    return text.lower() not in _OFF if isinstance(setting.default, bool) else text


def _colour_outside_file(values: Mapping[str, Value]) -> Found | None:
    """Return the colour that a flag or the environment asks for; NO_COLOR counts when it is not empty."""
    setting = _BY_NAME["color"]
    if values.get("no_color"):
        return Found(setting, "never", "flag")
    if os.environ.get("NO_COLOR"):
        return Found(setting, "never", "environment")
    if os.environ.get("FORCE_COLOR", "0") not in _OFF:
        return Found(setting, "always", "environment")
    return None


def _can_colour() -> bool:
    return os.environ.get("TERM", "dumb") != "dumb" and all(
        stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr)
    )
