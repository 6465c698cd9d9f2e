"""``claim present --inspector``: what an inspector's service asks, and the way of the presentation to it.

Imported only where a service is named. What is sent has the same content id however often it is sent; so after a lost
answer a presentation that was kept with ``--out`` can go once more.
"""

from __future__ import annotations

from prometheus import files
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.presentation import parse_signed_presentation
from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.services_asking import address_in, inspector_at
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.errors import InputError, NetworkError, NoConsent, NotFound, NotUnderstood, PolicyForbids, ProofError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.find_scenario import find_scenario, published_scenarios

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import Inspector
    from prometheus.cli.invocation import Invocation
    from prometheus.model.audit_entry import AuditEntry
    from prometheus.usecases.find_scenario import PublishedScenario
    from prometheus.usecases.session import Session


class Upload(NamedTuple):
    """Where a presentation goes, and the scenario that it answers."""

    inspector: Inspector
    url: str
    asked: PublishedScenario

    def link_of(self, presentation_id: str) -> str:
        """Return the address under which the service hands out a presentation."""
        return f"{self.url}/blob/{presentation_id}"

    @property
    def heading(self) -> str:
        """What a person has to know beside the preview: where it goes, and who can fetch it there."""
        return f"sent to {self.url} for its scenario {self.asked.title}; whoever learns its id can fetch it there"

    @property
    def facts(self) -> dict[str, Json]:
        """What the log keeps of it."""
        return {"inspector": self.url, "scenario": self.asked.content_id}


def upload_to(call: Invocation) -> Upload:
    """Return where the call sends it, with the scenario that is meant, fetched and checked.

    Raises:
        NotFound, Ambiguous: When it has no such scenario, or several.
        NetworkError: When the service cannot be asked.
    """
    url = call.text("inspector")
    inspector = inspector_at(call, url)
    published = published_scenarios(inspector)
    named = call.maybe("scenario")
    if not published:
        raise NotFound(f"{address_in(call, url).url} publishes no scenario", code="SCENARIO-NOT-FOUND")
    if named is not None:
        chosen = find_scenario(published, named)
    elif len(published) == 1:
        chosen = published[0]
    elif call.output.may_ask:
        chosen = published[ask.choose(call, "which scenario", [one.title for one in published])]
    else:
        raise NotUnderstood(
            f"the inspector has {len(published)} scenarios",
            code="SCENARIO-AMBIGUOUS",
            meaning=", ".join(f"{one.title} is {one.content_id}" for one in published)[:600],
            remedy="name one of them with --scenario",
        )
    return Upload(inspector, address_in(call, url).url, chosen)


def send(call: Invocation, inspector: Inspector, document: Json, kept_in: str) -> str:
    """Send a presentation and return its id, which the service has to give too.

    Args:
        call: The call.
        inspector: The way to the service.
        document: The signed presentation.
        kept_in: The file that holds it, or empty.

    Raises:
        NetworkError: When it did not arrive, or that is not known; what helps is said.
    """
    try:
        found = inspector.send(document)
    except NetworkError as error:
        again = f"`prometheus claim present --again {kept_in} --inspector {call.text('inspector')}` sends it once more"
        anew = "give the command again, which signs anew; --out FILE keeps what was signed, to be sent again"
        error.remedy = f"it is signed, and kept: {again}" if kept_in else anew
        raise
    return found


def _logged(session: Session, presentation_id: str, address: str) -> AuditEntry:
    """Return the entry of the log by which a presentation was signed for an inspector.

    Raises:
        PolicyForbids: When it was not.
    """
    for entry in audit.newest(session, audit.About(act="claim.present")):
        if entry.facts.get("sent_as") == presentation_id and entry.facts.get("inspector") == address:
            return entry
    raise PolicyForbids(
        f"this presentation was not signed in this vault for {address}",
        code="PRESENTATION-FOR-ANOTHER",
        meaning="to send it there would go past policy, preview and log",
        remedy="show anew with `prometheus claim present --inspector URL`, without --again",
    )


def send_again(call: Invocation) -> int:
    """Send a presentation once more; only to the inspector for which the log of this vault says that it was signed.

    So policy, preview and consent were those of the first time, and what it shows is shown again.
    """
    url = call.maybe("inspector")
    if url is None:
        raise NotUnderstood("--again needs an inspector", code="USAGE", remedy="add --inspector URL")
    if any(call.maybe(name) is not None for name in ("request", "ask", "scenario")):
        raise NotUnderstood(
            "--again sends what was signed before, and answers no further question",
            code="USAGE",
            remedy="leave out the scenario and --ask",
        )
    path = call.text("again")
    document = parse(files.read(path))
    try:
        signed = parse_signed_presentation(document)
    except (InputError, ProofError) as error:
        raise NotUnderstood(
            "the file holds no signed presentation", code="NOT-A-PRESENTATION", meaning=error.what
        ) from None
    inspector, address = inspector_at(call, url), address_in(call, url).url
    own = content_id(document)
    with open_session(call) as session:
        logged = _logged(session, own, address)
    tell = call.output.note if call.flag("yes") else call.output.tell
    for line in wrapped("shows: ", safe(", ".join(logged.facts["shown"]) or "nothing"), 4):
        tell(line)
    for licence in signed.content.licences:
        tell(f'to {safe(licence.issued_to)} for "{safe(licence.purpose)}", until {safe(licence.valid_until)}')
    if not ask.confirm(call, f"send presentation {own[:13]} to {address}?"):
        raise NoConsent("nothing was sent")
    send(call, inspector, document, path)
    link = f"{address}/blob/{own}"
    call.output.result({"id": own, "inspector": address, "link": link}, [f"sent to {address}", link])
    return 0
