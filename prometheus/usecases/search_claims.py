"""Find claims by what is in them: values, names of fields, kind, persona, authority, id.

Rules:
* A claim is found when every word that is looked for begins a word of it. Words are runs of letters and digits,
  compared without case and without the marks that Unicode form NFKD separates.
* The words of a claim are those that the vault's index has of its record, those of its schema's name, and those that
  its persona is called by. The last two are not in the record and may change; they are found as tags.
* The trash is left out. A text without a letter or digit finds nothing.

No claim is read here: what is found are names.
"""

from __future__ import annotations

from prometheus.claims.normal_form import nfkd
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.indexing import KEPT, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


class _Name(NamedTuple):
    """A name from outside of the claims: the words that it answers, and the tag of the claims that bear it."""

    answered: frozenset[str]
    tags: tuple[str, ...]


_NONE = _Name(frozenset(), ())


def search_claims(session: Session, text: str, schemas: Schemas) -> list[str]:
    """Return the ids of the claims in which every word of a text begins some word, newest first."""
    words = words_of(text)
    if not words:
        return []
    found: list[list[str]] = []
    personas = [_NONE, *_personas(session, words)]
    for schema in (_NONE, *_schemas(schemas, words)):
        for persona in personas:
            rest = [word for word in words if word not in schema.answered | persona.answered]
            tags = (KEPT, *schema.tags, *persona.tags)
            found.append(session.find(collection.CLAIM, words=" ".join(rest), tags=tags))
    return _joined(session, [names for names in found if names])


def words_of(text: str) -> list[str]:
    """Return the words of a text as the vault's index compares them, each once."""
    from unicodedata import category

    bare = "".join(letter for letter in nfkd(text).casefold() if not category(letter).startswith("M"))
    return list(dict.fromkeys("".join(letter if letter.isalnum() else " " for letter in bare).split()))


def _schemas(schemas: Schemas, words: Iterable[str]) -> Iterator[_Name]:
    """Yield the schemas whose name has one of the words."""
    for known in schemas.all():
        answered = _answered(words, known.name)
        if answered:
            yield _Name(answered, (tag("schema", known.content_id),))


def _personas(session: Session, words: Iterable[str]) -> Iterator[_Name]:
    """Yield the personas that are called by one of the words; their DIDs are in the claims themselves."""
    names = {name for word in words for name in session.find(collection.PERSONA, words=word)}
    for fields in session.read(collection.PERSONA, sorted(names)):
        answered = _answered(words, f"{fields['label']} {fields['name']}")
        if answered:
            yield _Name(answered, (tag("persona", fields["did"]),))


def _answered(words: Iterable[str], name: str) -> frozenset[str]:
    own = words_of(name)
    return frozenset(word for word in words if any(one.startswith(word) for one in own))


def _joined(session: Session, found: list[list[str]]) -> list[str]:
    """Return what is in any of the lists, each once, in the order that all lists have."""
    if len(found) < 2:
        return found[0] if found else []
    every = {name for names in found for name in names}
    return [name for name in session.find(collection.CLAIM, tags=(KEPT,)) if name in every]
