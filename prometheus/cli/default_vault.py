"""Write the default vault's name into the configuration file, leaving every other line as it is.

Comments and order of the user's file stay, and a symbolic link stays one. Only a ``vault`` of the top level is
replaced; the result has to read back as meant before it is written, else the person is asked to edit the file.
"""

from __future__ import annotations

import os
import tomllib

from prometheus import files
from prometheus.errors import NotFound, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.vault_name import checked_vault_name

if TYPE_CHECKING:
    from prometheus.model.places import Places

_LIMIT = 65_536


def set_default_vault(folders: Places, name: str) -> None:
    """Make a vault the default one.

    Raises:
        NotUnderstood: When the configuration file cannot be understood; it is left as it is.
    """
    wanted = checked_vault_name(name)
    try:
        text = files.read_text(folders.config_file, _LIMIT)
    except NotFound:
        text = ""
    changed = _with_vault(text, wanted)
    if not _says(changed, wanted):
        raise NotUnderstood(
            "the configuration file could not be changed safely",
            code="CONFIG",
            meaning="it is not TOML, or sets the vault in an unusual way",
            remedy=f'write vault = "{wanted}" into it yourself',
        )
    files.make_folder(folders.config)
    files.write(os.path.realpath(folders.config_file), changed.encode())


def _with_vault(text: str, name: str) -> str:
    line = f'vault = "{name}"\n'
    lines = text.splitlines(keepends=True)
    for place, existing in enumerate(lines):
        if existing.lstrip().startswith("["):
            break
        if existing.partition("=")[0].strip() == "vault":
            return "".join((*lines[:place], line, *lines[place + 1 :]))
    return line + text


def _says(text: str, name: str) -> bool:
    try:
        return tomllib.loads(text).get("vault") == name
    except tomllib.TOMLDecodeError:
        return False
