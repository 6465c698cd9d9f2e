"""The verbs ``trust add``, ``trust list``, ``trust remove``, ``trust export`` and ``trust import``."""

from __future__ import annotations

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.compose.trust_file import load_trust, trust_file
from prometheus.errors import NoConsent, NotFound
from prometheus.identity.did import Did
from prometheus.model import trust as lists
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def add(call: Invocation) -> int:
    """Add or replace one authority."""
    from prometheus.compose.clock import SystemClock
    from prometheus.compose.known_schemas import schemas

    did = Did.parse(call.text("did")).text
    known = schemas()
    processes = tuple(dict.fromkeys(known.find(name).content_id for name in call.many("schema")))
    at = SystemClock().now().strftime("%Y-%m-%dT%H:%M:%SZ")
    authority = lists.Authority(did, call.maybe("name") or "", processes, at)
    trust_file().write(lists.dump(load_trust().with_authority(authority)))
    scope = f"for {_counted(len(processes), 'kind')} of claim" if processes else "for every kind of claim"
    call.output.result({"trusted": authority._asdict()}, [f"{safe(authority.name or did)} is trusted {scope}"])
    return 0


def list_all(call: Invocation) -> int:
    """Show every authority."""
    trust = load_trust()
    lines = [line for authority in trust.authorities for line in _rows(authority)]
    call.output.result(trust.as_document(), lines or ["you trust nobody yet; `prometheus trust add DID` begins"])
    return 0


def remove(call: Invocation) -> int:
    """Take one authority off the list."""
    did = Did.parse(call.text("did")).text
    trust = load_trust()
    if trust.find(did) is None:
        raise NotFound(f"{did} is not on your trust list", remedy="`prometheus trust list` shows who is")
    trust_file().write(lists.dump(trust.without_authority(did)))
    call.output.result({"removed": did}, [f"{did} is not trusted any more"])
    return 0


def export(call: Invocation) -> int:
    """Write the list to a file or to standard output."""
    out, content = call.text("out"), lists.dump(load_trust())
    if out == files.STANDARD_STREAM:
        call.output.data(content)
        return 0
    files.write(out, content)
    call.output.result({"out": out}, [f"written to {safe(out)}"])
    return 0


def import_list(call: Invocation) -> int:
    """Show what another list would add, ask, and add it."""
    other = lists.parse(files.read_text(call.text("file"), lists.MAXIMUM_LENGTH))
    trust = load_trust()
    # A DID has many spellings; one that is kept in another than people name it by could not be taken off again.
    named = [found._replace(did=Did.parse(found.did).text) for found in other.authorities]
    new = [found for found in named if trust.find(found.did) != found]
    show = call.output.note if call.flag("yes") else call.output.tell
    for line in (line for authority in new for line in _rows(authority)):
        show(line)
    withdrawn = other.withdrawn - trust.withdrawn
    if withdrawn:
        show(f"and takes back {_counted(len(withdrawn), 'statement')}: they are never accepted again")
    if (new or withdrawn) and not ask.confirm(call, "add this to your trust list?"):
        raise NoConsent("the list stays as it was")
    for authority in new:
        trust = trust.with_authority(authority)
    trust = trust._replace(withdrawn=trust.withdrawn | withdrawn)
    trust_file().write(lists.dump(trust))
    call.output.result({"added": len(new), "withdrawn": len(withdrawn)}, [f"{len(new)} added"])
    return 0


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _rows(authority: lists.Authority) -> list[str]:
    from prometheus.compose.known_schemas import schemas

    known = [(process, schemas().by_id(process)) for process in authority.processes]
    scope = [
        f"    for {safe(schema.name)} ({process[:SHOWN_ID]})" if schema else f"    for {safe(process)}"
        for process, schema in known
    ]
    return [
        f"{safe(authority.name) or '(no name)'}  {safe(authority.did)}",
        *(scope or ["    for every kind of claim"]),
    ]
