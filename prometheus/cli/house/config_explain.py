"""``config explain [NAME]``: every setting, where its value comes from and where to change it."""

from __future__ import annotations

import os

from prometheus.cli import settings
from prometheus.cli.output import safe
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.settings import Found


def run(call: Invocation) -> int:
    """Show the settings.

    Raises:
        NotFound: When no setting has the name.
    """
    named = call.maybe("name")
    found = [settings.find(row.name, call.values) for row in settings.SETTINGS if named in (None, row.name)]
    if not found:
        names = ", ".join(row.name for row in settings.SETTINGS)
        raise NotFound(f"there is no setting {named}", code="SETTING-NOT-FOUND", remedy=f"one of {names}")
    for name in settings.unknown_names():
        call.output.warn(f"the configuration file sets {safe(name)}, which means nothing")
    path = find_places(os.environ).config_file
    document = {"file": path, "settings": [_document(row) for row in found], "unknown": settings.unknown_names()}
    call.output.result(document, [line for row in found for line in _lines(row)] + [f"configuration file: {path}"])
    return 0


def _document(found: Found) -> dict[str, object]:
    row = found.setting
    places = {"flag": row.flag, "variable": row.variable, "in_file": row.in_file}
    return {"name": row.name, "value": found.value, "source": found.source, **places}


def _lines(found: Found) -> Iterator[str]:
    row = found.setting
    value = "(not set)" if found.value is None else str(found.value).lower() if isinstance(found.value, bool) else None
    yield f"{row.name} = {safe(value or str(found.value))}"
    yield f"  {row.help}; from {_source(found)}"
    ways = [way for way in (row.flag, row.variable, f"{row.name} in the file" if row.in_file else "") if way]
    yield f"  change it with {', '.join(ways)}"


def _source(found: Found) -> str:
    if found.source == "flag":
        return f"the flag {found.setting.flag}"
    return {"environment": "the environment", "file": "the configuration file"}.get(found.source, "the default")
