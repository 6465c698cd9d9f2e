"""Where scenario and presentations come from: a file, an inspector's service, a link, or an id at a service.

What exists as a file is a file; everything else is asked of the service, and checked against its content id. The
scenario is never taken from where a link to a presentation leads: whoever shows something must not choose by what it is
judged.
"""

from __future__ import annotations

import os

from prometheus import files
from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.scenario import parse_scenario
from prometheus.cli.services_asking import address_in, inspector_at
from prometheus.errors import InputError, NotFound, NotTrusted, NotUnderstood, ProofError
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases.find_scenario import find_scenario, published_scenarios

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import Inspector
    from prometheus.cli.invocation import Invocation

_SCHEMES: Final = ("http://", "https://")
_BLOB: Final = "/blob/"


class Asked(NamedTuple):
    """The scenario that was asked with: its id, name and version, its text, and where it comes from."""

    content_id: str
    name: str
    version: float
    raw: bytes
    source: str
    is_published: bool = False
    """Whether a service handed it out, which may hand out another one the next time."""

    @property
    def title(self) -> str:
        """Name and version for people."""
        return f"{self.name} {self.version}"


class Shown(NamedTuple):
    """Something that was shown: its id, its text, when it arrived where that is known, and its content's digest."""

    content_id: str
    raw: bytes
    date: str = ""
    digest: str = ""


def service_named(call: Invocation) -> str | None:
    """Return the address of the inspector's service: the one named, else that of the first link."""
    named = call.maybe("service")
    if named is not None:
        return named
    return next((link[0] for text in call.many("presentation") if (link := _link(text)) is not None), None)


def scenario_asked(call: Invocation) -> Asked:
    """Return the scenario that the call means.

    Raises:
        NotUnderstood: When a file holds none.
        NotFound, Ambiguous: When there is no such file, and the service has none of that name, or several.
        NetworkError: When the service cannot be asked.
    """
    text = call.text("scenario")
    if text == files.STANDARD_STREAM or os.path.exists(text):
        return _scenario_in(files.read(text), text)
    url = call.maybe("service")
    if url is None:
        raise NotFound(
            f"there is no file {text}", code="FILE-NOT-FOUND", remedy="check the path, or name a service with --service"
        )
    found = find_scenario(published_scenarios(inspector_at(call, url)), text)
    scenario, source = found.scenario, address_in(call, url).url
    return Asked(found.content_id, scenario.name, scenario.version, found.raw, source, is_published=True)


def presentation_named(call: Invocation, text: str) -> Shown:
    """Return the presentation of a file, a link ``<inspector>/blob/<id>``, or an id at the service.

    Raises:
        NotFound: When there is none.
        NotTrusted: When a service hands out something else.
        NetworkError: When it cannot be asked.
    """
    link = _link(text)
    if link is not None:
        return fetched(inspector_at(call, link[0]), link[1])
    if text == files.STANDARD_STREAM or os.path.exists(text):
        return _shown_in(files.read(text))
    url = service_named(call)
    if is_content_id(text) and url is not None:
        return fetched(inspector_at(call, url), text)
    raise NotFound(
        f"there is no file {text}",
        code="FILE-NOT-FOUND",
        meaning="nor is it a link or a whole id at a service that was named",
        remedy="give a file, a link such as https://door.example/blob/cju…, or an id with --service",
    )


def fetched(inspector: Inspector, presentation_id: str, date: str = "") -> Shown:
    """Return a presentation from a service.

    Raises:
        NotTrusted: When it is not what its id stands for.
        NetworkError: When the service cannot be asked.
    """
    document = inspector.presentation(presentation_id)
    if content_id(document) != presentation_id:
        raise NotTrusted(
            "the service hands out another presentation than its id says",
            code="PRESENTATION-DIFFERS",
            meaning=f"it is not what {presentation_id[:60]} stands for",
            remedy="rely on nothing of it",
        )
    return Shown(presentation_id, compact(document).encode(), date, _digest_of(document))


def address_of_service(call: Invocation) -> str | None:
    """Return the normalised address of the service that is meant, for the record."""
    url = service_named(call)
    return None if url is None else address_in(call, url).url


def _link(text: str) -> tuple[str, str] | None:
    """Return base and id of a link to a presentation."""
    base, blob, name = text.rpartition(_BLOB)
    if not text.lower().startswith(_SCHEMES) or not blob or not is_content_id(name):
        return None
    return base, name


def _scenario_in(raw: bytes, source: str) -> Asked:
    try:
        document = parse(raw)
        scenario = parse_scenario(document)
        return Asked(content_id(document), scenario.name, scenario.version, raw, source)
    except (InputError, ProofError) as error:
        raise NotUnderstood(
            "the file is no scenario", code="SCENARIO", meaning=error.what, remedy="give the file that was asked with"
        ) from None


def _shown_in(raw: bytes) -> Shown:
    """Return what a file holds; one without an id is judged all the same, and its verdict says what it is."""
    try:
        document = parse(raw)
        return Shown(content_id(document), raw, digest=_digest_of(document))
    except InputError:
        return Shown("", raw)


def _digest_of(document: Json) -> str:
    """Return the digest of what was signed, the same under whatever id it is handed in; empty where there is none."""
    try:
        return content_id(document["content"]) if isinstance(document, dict) else ""
    except (KeyError, InputError):
        return ""
