"""What the vault's index knows of each record: the words in it, its place in lists, and the tags it is found by.

Rules:
* `describe` depends on nothing but the record, so that an index can be made again at any time. What depends on more -
  the name of a schema, the label of a persona - is found by other tags (see `search_claims`).
* Lists go by the time of acceptance, those of the trash by the time of deletion, the log by its numbers, which are the
  names of its records.
* Of a text only the first `LONGEST` characters are searched: a picture written as text is no word.
* Records of plugins are found by the beginnings of their names alone; what is in them is theirs.
* A record that cannot be read is found by its name and `KEPT`, so whoever lists it is told about it.
* A change of what is said here needs another `DESCRIBE_VERSION`; every index is then made anew.

What this is not: the index itself, which the vault keeps sealed, nor the search.
"""

from __future__ import annotations

from prometheus.errors import PrometheusError
from prometheus.model import collection, record
from prometheus.model.claim_record import issued_bytes
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.persona import KINDS
from prometheus.model.written_time import month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from typing import Any

DESCRIBE_VERSION: Final = 2
LONGEST: Final = 2_000
"""Characters of one text that are searched."""

KEPT: Final = "kept"
TRASHED: Final = "trash"
HIDDEN: Final = "hidden"
SHOWN: Final = "shown"
_UNIQUE: Final = 16
_PAST: Final = "ends:past"
_FIRST_YEAR: Final = 2020
_FIRST_MONTH: Final = f"{_FIRST_YEAR}-01"
_MONTHS: Final = 12


class Indexed(NamedTuple):
    """What is said of one record: searched text, place in lists, exact tags."""

    text: str = ""
    order: str = ""
    tags: tuple[str, ...] = ()


def describe(group: int, name: str, body: bytes) -> Indexed | None:
    """Return what is known of a record, None for one that is never searched or listed by what is in it."""
    if group == collection.PLUGIN:
        return Indexed(order=name, tags=(family(name),))
    reader = _READERS.get(group)
    if reader is None:
        return None
    try:
        return reader(name, record.decode(body, group))
    except (PrometheusError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Indexed(name, tags=(KEPT,))


def state(*, in_trash: bool) -> str:
    """Return the tag of what rests in the trash, or of what does not."""
    return TRASHED if in_trash else KEPT


def tag(kind: str, value: str) -> str:
    """Return the tag of a member with one exact value, such as ``persona`` or ``schema``."""
    return f"{kind}:{value}"


def naming(claim_id: str) -> str:
    """Return the tag of a log entry that names a claim: by so much of its id that no other one begins like that."""
    return tag("claim", claim_id[:_UNIQUE])


def family(record_name: str) -> str:
    """Return the tag of a plugin's records by the beginning of their names: the plugin, and up to the next slash."""
    plugin, _, rest = record_name.partition("/")
    first, slash, _ = rest.partition("/")
    return tag("plugin", f"{plugin}/{first if slash else ''}")


def endings_before(now: datetime) -> Iterator[str]:
    """Yield the tags of what could be used until some month before the present one, whose own tag is `ending_in`."""
    yield _PAST
    for year in range(_FIRST_YEAR, now.year + 1):
        last = now.month - 1 if year == now.year else _MONTHS
        yield from (tag("ends", f"{year:04d}-{one:02d}") for one in range(1, last + 1))


def endings_between(first: datetime, last: datetime) -> Iterator[str]:
    """Yield the tags of what ends in the months of UTC from one moment to another, both months included."""
    for number in range(first.year * _MONTHS + first.month - 1, last.year * _MONTHS + last.month):
        yield tag("ends", f"{number // _MONTHS:04d}-{number % _MONTHS + 1:02d}")


def ending_in(now: datetime) -> str:
    """Return the tag of what ends in the month of a moment of UTC."""
    return tag("ends", f"{now.year:04d}-{now.month:02d}")


def ending(before: str) -> str:
    """Return the tag of the month in which something ends; an end without a moment, or long ago, counts as past."""
    found = month(before)
    return _PAST if found is None or found < _FIRST_MONTH else tag("ends", found)


def _claim(name: str, fields: Mapping[str, Any]) -> Indexed:
    words = [name, fields["subject"], fields["authority"]]
    words += _content_words(issued_bytes(fields["raw"])) or fields["fields"]
    tags = [state(in_trash=bool(fields["deleted_at"])), tag("schema", fields["process_id"])]
    if fields["persona"]:
        tags.append(tag("persona", fields["persona"]))
    if fields["subject"] != fields["persona"]:
        tags.append(tag("subject", fields["subject"]))
    tags.append(tag("authority", fields["authority"]))
    if fields["before"]:
        tags.append(ending(fields["before"]))
    return Indexed("\n".join(words), fields["deleted_at"] or fields["added"], tuple(tags))


def _content_words(raw: bytes) -> list[str]:
    """Return the names and values in a claim's content, without the nonces; nothing where it cannot be read."""
    from prometheus.claims.jsontext import compact, parse
    from prometheus.claims.shape import is_wrapper
    from prometheus.errors import InputError

    try:
        document: Any = parse(raw)
        waiting = [document["content"]["claim"]["content"]]
    except (InputError, LookupError, TypeError):
        return []
    words: list[str] = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            words.append(value[:LONGEST])
        elif isinstance(value, list):
            waiting += value
        elif not isinstance(value, dict):
            words.append(compact(value))
        elif is_wrapper(value):
            waiting.append(value["value"])
        else:
            words += value
            waiting += value.values()
    return words


def _persona(_name: str, fields: Mapping[str, Any]) -> Indexed:
    label, default, did = fields["label"], fields["name"], fields["did"]
    tags = [
        tag("kind", fields["kind"]),
        HIDDEN if fields["hidden"] else SHOWN,
        tag("did", did),
        tag("public_key", fields["public_key"]),
        tag("name", default.casefold()),
    ]
    if label:
        tags.append(tag("label", label.casefold()))
    order = f"{KINDS.index(fields['kind'])}{fields['key_index']:010d}"
    return Indexed(f"{label}\n{default}\n{did}", order, tuple(tags))


def _copy(name: str, fields: Mapping[str, Any]) -> Indexed | None:
    if not name.startswith(("witness/", "statement/")):
        return None
    tags = (
        state(in_trash=bool(fields["deleted_at"])),
        tag("kind", fields["kind"]),
        tag("schema", fields["process_id"]),
        tag("persona", fields["persona"]),
        tag("claim", fields["claim_id"]),
        tag("partner", fields["partner"]),
    )
    return Indexed(fields["id"], fields["deleted_at"] or fields["created"], tags)


def _submission(_name: str, fields: Mapping[str, Any]) -> Indexed:
    tags = [tag("state", fields["state"]), tag("persona", fields["persona"])]
    if fields["claim"]:
        tags.append(tag("claim", fields["claim"]))
    return Indexed(fields["id"], fields["created"], tuple(tags))


def _entry(_name: str, fields: Mapping[str, Any]) -> Indexed:
    facts = fields["facts"]
    tags = [tag("act", fields["act"])]
    if fields["persona"]:
        tags.append(tag("persona", fields["persona"]))
    for kind in ("claim", "claims", "audience"):
        named = facts.get(kind, ())
        texts = (named,) if isinstance(named, str) else named
        found = (text for text in texts if isinstance(text, str))
        tags += [tag("audience", text) if kind == "audience" else naming(text) for text in found]
    return Indexed(tags=tuple(dict.fromkeys(tags)))


_READERS: Final[dict[int, Callable[[str, Mapping[str, Any]], Indexed | None]]] = {
    collection.PERSONA: _persona,
    collection.CLAIM: _claim,
    collection.REQUEST: _copy,
    collection.AUDIT: _entry,
    collection.SUBMISSION: _submission,
}
