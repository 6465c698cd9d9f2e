"""Documents that a service publishes, fetched whole and compared with their content ids.

Rules: a schema may stand in a process or scenario, or only its content id, which does not change the id of the whole;
then it is fetched and put in its place. The id of each part and of the whole has to come out; a service that sends
something else under an id is caught here. All documents of a call have one deadline, and one length together.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus.api import Published
from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.process import parse_process
from prometheus.claims.scenario import parse_scenario
from prometheus.errors import PrometheusError
from prometheus_morpheus.asking_services import paths
from prometheus_morpheus.asking_services.attempts import LONGEST_DOCUMENT, Wanted
from prometheus_morpheus.asking_services.errors import ServiceLate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.caller import Conversation

PROCESS_PARTS = ("claimSchema", "evidenceSchema", "constraintsSchema")
SCENARIO_PARTS = ("resultSchema",)
_AT_ONCE = 4
_LONGEST = 4 * 1024 * 1024
"""Bytes of one process, scenario or schema."""


async def processes(talk: Conversation, ids: Iterable[str]) -> tuple[Published, ...]:
    """Return processes, whole."""
    return await _all(talk, ids, PROCESS_PARTS, parse_process)


async def scenarios(talk: Conversation, ids: Iterable[str]) -> tuple[Published, ...]:
    """Return scenarios, whole."""
    return await _all(talk, ids, SCENARIO_PARTS, parse_scenario)


async def document(
    talk: Conversation, at: paths.Paths, wanted_id: str, *, is_private: bool = False, longest: int = LONGEST_DOCUMENT
) -> Json:
    """Return the object with a content id.

    Raises:
        ServiceGarbage: When what came has another id.
        NotFound: When the service does not know it.
    """
    found = await talk.answer(Wanted("GET", at, proof="needed" if is_private else "none", longest=longest))
    _require_id(talk, found, wanted_id)
    return found


async def _all(
    talk: Conversation, ids: Iterable[str], parts: tuple[str, ...], read: Callable[[Json], object]
) -> tuple[Published, ...]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(wanted_id: str) -> Published:
        async with turns:
            return await _whole(talk, wanted_id, parts, read)

    try:
        async with asyncio.timeout(talk.caller.longest_call):
            return tuple(await asyncio.gather(*(one(each) for each in ids)))
    except TimeoutError:
        raise ServiceLate(
            f"{talk.caller.url} did not send all its documents in time", remedy="nothing was sent; ask again later"
        ) from None


async def _whole(
    talk: Conversation, wanted_id: str, parts: tuple[str, ...], read: Callable[[Json], object]
) -> Published:
    found = await document(talk, paths.blob(wanted_id), wanted_id, longest=_LONGEST)
    if not isinstance(found, dict):
        raise talk.caller.garbage(f"{wanted_id} is no object")
    for name in parts:
        part = found.get(name)
        if isinstance(part, str):
            if not is_content_id(part):
                raise talk.caller.garbage(f"{name} of {wanted_id} is neither a schema nor the id of one")
            found = {**found, name: await document(talk, paths.blob(part), part, longest=_LONGEST)}
    _require_id(talk, found, wanted_id)
    try:
        read(found)
    except PrometheusError as error:
        raise talk.caller.garbage(f"{wanted_id} does not have its form: {error.what}") from error
    return Published(wanted_id, found)


def _require_id(talk: Conversation, found: Json, wanted_id: str) -> None:
    try:
        came = content_id(found) if isinstance(found, dict | list) else ""
    except PrometheusError:
        came = ""
    if came != wanted_id:
        raise talk.caller.garbage(f"under {wanted_id} it sends another document than that")
