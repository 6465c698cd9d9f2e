"""What is wrong with the records of a vault, asked of its tables in memory (`vault_views`): tables in, findings out.

A claim about nobody of the user's is no fault: others' statements may be kept. A schema that is not known here is none
either; it can be added.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from prometheus.errors import PrometheusError
from prometheus.model import collection
from prometheus.model.audit_entry import FIRST_LINK
from prometheus.model.finding import FAIL, PASS, UNKNOWN, WARN, Finding
from prometheus.usecases.upgrade_proofs import prove
from prometheus.usecases.vault_views import CURRENT, NEWER, OLD, STRANGE, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlite_utils import Database

    Rows = list[tuple[Any, ...]]

_NAMED: Final = 5
_UPGRADE: Final = "'prometheus vault upgrade' writes them as they would be written today"
_BACKUP: Final = "keep this file, and put a backup in its place with 'prometheus vault restore-backup'"


def record_findings(database: Database, known_schemas: Collection[str]) -> Iterator[Finding]:
    """Yield what is found in the tables of a vault.

    Args:
        database: The tables.
        known_schemas: Content ids of the processes that are known here.
    """
    ask = database.execute
    yield _counts(
        ask("SELECT kind, count(*), total(size) FROM records GROUP BY collection ORDER BY collection").fetchall()
    )
    yield _largest(
        ask("SELECT kind, name, size FROM records WHERE size IS NOT NULL ORDER BY size DESC LIMIT 5").fetchall()
    )
    states = dict(ask("SELECT state, count(*) FROM records GROUP BY state").fetchall())
    yield from _states(states)
    yield _orphans(ask(_ORPHANS).fetchall())
    yield _answers(ask(_LOST_ANSWERS).fetchall())
    yield _labels(ask(_DOUBLE_LABELS).fetchall())
    yield _schemas(ask(_PROCESSES).fetchall(), known_schemas)
    yield _proofs(ask("SELECT record, id, statement FROM claims").fetchall(), "claims.proofs", "claims")
    yield _proofs(ask("SELECT record, id, document FROM copies").fetchall(), "copies.proofs", "documents signed here")
    yield _log(ask("SELECT seq, prev, hash, whole, record FROM log ORDER BY record").fetchall(), _head(ask))


_LARGEST: Final = "SELECT kind, name, size FROM records WHERE size IS NOT NULL ORDER BY size DESC LIMIT 5"
_ORPHANS: Final = """
    SELECT id, persona FROM (SELECT id, persona FROM claims UNION ALL SELECT id, persona FROM copies)
    WHERE persona <> '' AND persona NOT IN (SELECT did FROM personas WHERE did IS NOT NULL)
"""
_LOST_ANSWERS: Final = """
    SELECT id, partner FROM copies
    WHERE kind = 'request' AND partner <> '' AND partner NOT IN (SELECT id FROM claims WHERE id IS NOT NULL)
"""
_DOUBLE_LABELS: Final = """
    SELECT min(label), count(*) FROM personas WHERE label <> '' GROUP BY lower(label) HAVING count(*) > 1
"""
_PROCESSES: Final = """
    SELECT process_id, count(*) FROM (SELECT process_id FROM claims UNION ALL SELECT process_id FROM copies)
    GROUP BY process_id
"""


def _counts(rows: Rows) -> Finding:
    counts = {kind: {"records": number, "bytes": int(size)} for kind, number, size in rows}
    total, size = sum(row[1] for row in rows), int(sum(row[2] for row in rows))
    return Finding("records.counts", PASS, f"{total} records, {_bytes(size)} in all", facts=counts)


def _largest(rows: Rows) -> Finding:
    largest = [{"kind": kind, "name": name, "bytes": size} for kind, name, size in rows]
    what = f"the largest record is a {rows[0][0]} of {_bytes(rows[0][2])}" if rows else "there is no record"
    return Finding("records.largest", PASS, what, facts={"largest": largest})


def _states(states: dict[str, int]) -> Iterator[Finding]:
    broken, newer, old, strange = (states.get(name, 0) for name in (UNREADABLE, NEWER, OLD, STRANGE))
    if broken:
        what = f"{broken} records have a body that no version of the program wrote"
        yield Finding("records.readable", FAIL, what, _BACKUP, {"records": broken})
    elif newer:
        what = f"{newer} records were written by a later version of the program"
        yield Finding("records.readable", WARN, what, "use that version of the program", {"records": newer})
    else:
        yield Finding("records.readable", PASS, "every record can be read", facts={"records": states.get(CURRENT, 0)})
    if old:
        what = f"{old} records are of an earlier version, and read as they are"
        yield Finding("records.version", WARN, what, _UPGRADE, {"records": old})
    else:
        yield Finding("records.version", PASS, "no record is of an earlier version")
    if strange:
        what = f"{strange} records are of a kind that is not known here, and are left alone"
        yield Finding("records.kinds", PASS, what, facts={"records": strange})


def _orphans(rows: Rows) -> Finding:
    if not rows:
        return Finding("claims.personas", PASS, "every claim about you belongs to a persona that is here")
    what = f"{len(rows)} documents belong to a persona that is not here"
    remedy = (
        "the recovery words bring personas back: 'prometheus vault restore' into another vault, then 'claim import'"
    )
    return Finding("claims.personas", WARN, what, remedy, {"ids": [row[0] for row in rows[:_NAMED]]})


def _answers(rows: Rows) -> Finding:
    if not rows:
        return Finding("copies.answers", PASS, "every answered request has its claim")
    what = f"{len(rows)} requests were answered by claims that are not here any more"
    return Finding("copies.answers", PASS, what, facts={"ids": [row[0] for row in rows[:_NAMED]]})


def _labels(rows: Rows) -> Finding:
    if not rows:
        return Finding("personas.labels", PASS, "no two personas have the same label")
    what = f"{len(rows)} labels belong to more than one persona"
    remedy = "give each its own with 'prometheus persona rename', naming it by its DID"
    return Finding("personas.labels", WARN, what, remedy, {"labels": [row[0] for row in rows[:_NAMED]]})


def _schemas(rows: Rows, known: Collection[str]) -> Finding:
    unknown = [(process, number) for process, number in rows if process not in known]
    if not unknown:
        return Finding("schemas.known", PASS, "the schema of every document is known here")
    what = f"{len(unknown)} schemas are not known here; {sum(row[1] for row in unknown)} documents are of them"
    remedy = "get each from its authority and add it with 'prometheus schema add'"
    return Finding("schemas.known", UNKNOWN, what, remedy, {"ids": [row[0] for row in unknown[:_NAMED]]})


def _proofs(rows: Rows, name: str, kind: str) -> Finding:
    wrong = [identifier for _, identifier, text in rows if not _holds(identifier, text)]
    if not wrong:
        return Finding(name, PASS, f"{len(rows)} {kind}, and the signature of each fits", facts={"checked": len(rows)})
    what = f"{len(wrong)} of {len(rows)} {kind} have a signature or an id that does not fit"
    return Finding(name, FAIL, what, "ask the authority for the originals", {"ids": wrong[:_NAMED]})


def _holds(identifier: object, text: object) -> bool:
    if not isinstance(text, str):
        return False
    try:
        found = prove(text.encode())
    except (PrometheusError, UnicodeError):
        return False
    return found.holds and found.content_id == identifier


def _log(rows: Rows, head: str) -> Finding:
    expected, count = FIRST_LINK, 0
    breaks: list[int] = []
    for seq, previous, link, is_whole, _ in rows:
        count += 1
        if seq != count or previous != expected or not is_whole:
            breaks.append(count)
        expected, count = link, seq if isinstance(seq, int) else count
    if not breaks and expected == head:
        return Finding("log.chain", PASS, f"the log has {len(rows)} entries, and each follows the one before")
    what = f"the log is broken at {len(breaks)} places" if breaks else "the newest entries of the log are missing"
    remedy = "entries were lost or changed; see 'prometheus audit verify', and compare with a backup"
    return Finding("log.chain", FAIL, what, remedy, {"places": breaks[:_NAMED], "entries": len(rows)})


def _head(ask: Callable[..., Any]) -> str:
    row = ask("SELECT members FROM settings WHERE record = 'audit-head'").fetchone()
    try:
        return str(json.loads(row[0])["entry"]["hash"]) if row else FIRST_LINK
    except (ValueError, LookupError, TypeError):
        return ""


def _bytes(size: int) -> str:
    kib = 1024
    return (
        f"{size} bytes"
        if size < kib
        else f"{size / kib:.0f} KiB"
        if size < kib * kib
        else f"{size / kib / kib:.1f} MiB"
    )


def key_findings(seed_fits: dict[str, bool] | None) -> Finding:
    """Return whether the personas derive from the seed.

    Args:
        seed_fits: For each DID whether its key does; None where the vault has no seed.
    """
    if seed_fits is None:
        remedy = "what needs a key fails; a backup or the recovery words bring it back"
        return Finding("personas.keys", FAIL, f"the vault has no {collection.NAMES[collection.KEY]}", remedy)
    strangers = [did for did, fits in seed_fits.items() if not fits]
    if not strangers:
        return Finding("personas.keys", PASS, f"the keys of all {len(seed_fits)} personas derive from the seed")
    what = f"the keys of {len(strangers)} personas do not derive from the seed of this vault"
    return Finding("personas.keys", FAIL, what, _BACKUP, {"dids": strangers[:_NAMED]})
