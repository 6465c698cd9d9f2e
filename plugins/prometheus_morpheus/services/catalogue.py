"""The folder of a service: what it publishes, read from ``processes/*.json`` and ``scenarios/*.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.process import Process
    from prometheus.claims.scenario import Scenario
    from prometheus_morpheus.services.store.published import Document


class OfferedProcess(NamedTuple):
    """A process as its file has it, schemas whole where they are."""

    content_id: str
    process: Process


class OfferedScenario(NamedTuple):
    """A scenario as its file has it."""

    content_id: str
    scenario: Scenario


class Catalogue(NamedTuple):
    """What a folder offers, in the order of the files' names; `documents` holds it in the form that is served."""

    processes: tuple[OfferedProcess, ...]
    scenarios: tuple[OfferedScenario, ...]
    documents: tuple[Document, ...]


def read_catalogue(folder: str) -> Catalogue:
    """Return what a folder offers.

    Raises:
        NotUnderstood: When a file is wrong; it is named with the reason.
    """
    raise NotImplementedError
