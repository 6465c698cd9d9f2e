"""Where the house keeps things on this machine: five folders by the XDG Base Directory Specification.

Only names are made here; nothing is read, written or created. A variable that is unset, empty or not absolute is
ignored, as the specification demands. Vault files live under `data`; what must survive but is not the user's work
(anchors, reports) under `state`; what can be rebuilt and is not private under `cache`; sockets under `runtime`, which
has a private folder below `state` where the system offers none.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = "prometheus"


class Places(NamedTuple):
    """The five folders, as absolute paths without a trailing slash."""

    config: str
    data: str
    state: str
    cache: str
    runtime: str

    @property
    def config_file(self) -> str:
        """The user's settings."""
        return f"{self.config}/config.toml"

    @property
    def vaults(self) -> str:
        """The folder of vault files, each named ``<name>.vault``."""
        return self.data

    @property
    def schemas(self) -> str:
        """The folder of schemas that the user added."""
        return f"{self.data}/schemas"

    @property
    def reports(self) -> str:
        """The folder of redacted reports about failures."""
        return f"{self.state}/reports"

    @property
    def plugin_cache(self) -> str:
        """The folder of the command tables of enabled plugins."""
        return f"{self.cache}/plugins"


def find_places(environ: Mapping[str, str]) -> Places:
    """Return the folders for an environment; HOME must be set, else the root folder stands in for it."""
    home = environ.get("HOME", "").rstrip("/")
    state = _folder(environ, "XDG_STATE_HOME", f"{home}/.local/state")
    return Places(
        config=_folder(environ, "XDG_CONFIG_HOME", f"{home}/.config"),
        data=_folder(environ, "XDG_DATA_HOME", f"{home}/.local/share"),
        state=state,
        cache=_folder(environ, "XDG_CACHE_HOME", f"{home}/.cache"),
        runtime=_folder(environ, "XDG_RUNTIME_DIR", f"{state}/run", inside=state),
    )


def _folder(environ: Mapping[str, str], variable: str, fallback: str, *, inside: str = "") -> str:
    given = environ.get(variable, "")
    if given.startswith("/"):
        return f"{given.rstrip('/')}/{_NAME}"
    return fallback if inside else f"{fallback}/{_NAME}"
