"""From what a person writes to the content of a claim, and back.

Rules:
* Texts are put into Unicode form NFKD before anything is hashed: another form of the same letters has another hash.
* A part that the schema marks as maskable is wrapped with a nonce of its own; objects are not, they hide as they are.
* Data is judged in full by the schema, as bare values where the schema describes bare values. A fault names the field
  and the rule, never the value.
* A text that looks like a content id must not be signed: its holder could later show another document in its place.

What this is not: the judgement of a claim of which parts are hidden (`prometheus.claims.fit`).
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id
from prometheus.claims.jsontext import is_settled
from prometheus.claims.nonce import wrap
from prometheus.claims.normal_form import is_nfkd, nfkd
from prometheus.claims.shape import is_maskable, is_wrapper, member_schema, spells_wrapper_out
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.schema_fields import flattened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jsonschema_rs import ValidationError

    from prometheus.claims.jsontext import Json

DEEPEST: Final = 100
"""Levels of a claim's content: what is read at all has 127, and a presentation takes some of them for itself."""
_MOST_FAULTS: Final = 50
_UNSHOWN: Final = "the value"
_TYPE_WORDS: Final = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Fault(NamedTuple):
    """One place where data and schema part ways."""

    path: str
    message: str


class Normalised(NamedTuple):
    """Data with every text in NFKD, and the paths of those that were not."""

    value: Json
    changed: tuple[str, ...]


def normalise(value: Json) -> Normalised:
    """Return the data with every text and name in Unicode form NFKD."""
    changed: list[str] = []
    return Normalised(_normal(value, "", changed), tuple(changed))


def wrapped(value: Json, schema: Json) -> Json:
    """Return the content of a claim: the data with a fresh nonce at every part that shall be hidden on its own."""
    return _wrap(value, flattened(schema))


def unwrapped(content: Json) -> Json:
    """Return the bare data of a content, for people to read: every nonce is taken off."""
    if isinstance(content, dict):
        if is_wrapper(content):
            return unwrapped(content["value"])
        return {name: unwrapped(item) for name, item in content.items()}
    return [unwrapped(item) for item in content] if isinstance(content, list) else content


def content_faults(schema: Json, content: Json) -> tuple[Fault, ...]:
    """Return where the open content of a claim does not fit a schema, or cannot be signed; empty when it does and can.

    A number of seventeen digits can change when it is written and read; nobody could verify what was signed with it.
    """
    found = data_faults(schema, _as_described(content, flattened(schema)))
    unsettled = [Fault(path, "has more digits than survive being sent") for path in _unsettled(content)]
    return tuple(fault._replace(path=_without_wrappers(fault.path, content)) for fault in (*found, *unsettled))


def data_faults(schema: Json, value: Json) -> tuple[Fault, ...]:
    """Return where a value does not fit a schema as it stands."""
    import jsonschema_rs

    if not isinstance(schema, dict):
        return ()
    validator = jsonschema_rs.validator_for(schema, offline=True, mask=_UNSHOWN)
    found: list[Fault] = []
    for error in validator.iter_errors(value):
        found += _explained(error)
        if len(found) >= _MOST_FAULTS:
            break
    return tuple(sorted(set(found)))


def require_fit(faults: Sequence[Fault], what: str, remedy: str) -> None:
    """Refuse data with faults, all of them named.

    Raises:
        NotUnderstood: When there is one.
    """
    if not faults:
        return
    named = "; ".join(f"{fault.path or 'the whole'} {fault.message}" for fault in faults)
    raise NotUnderstood(f"{what} does not fit its schema", code="DATA-INVALID", meaning=named, remedy=remedy)


def require_room(content: Json) -> None:
    """Refuse a content that is nested so deeply that no presentation of it could be read again.

    Raises:
        NotUnderstood: When it is.
    """
    level: list[Json] = [content]
    for _ in range(DEEPEST):
        level = [item for value in level for _, item in _parts(value)]
        if not level:
            return
    raise NotUnderstood(
        f"the claim is nested more than {DEEPEST} deep",
        code="DATA-TOO-DEEP",
        meaning="a presentation wraps it once more, and what is nested deeper is not read",
        remedy="give it a flatter form",
    )


def content_id_texts(value: Json, path: str = "") -> Iterator[str]:
    """Yield the paths of texts that have the form of a content id."""
    if isinstance(value, str) and is_content_id(value):
        yield path
    for name, item in _parts(value):
        yield from content_id_texts(item, f"{path}.{name}")


def _unsettled(value: Json, path: str = "") -> Iterator[str]:
    """Yield the paths of numbers that are not the same after being written and read."""
    if isinstance(value, float) and not is_settled(value):
        yield path
    for name, item in _parts(value):
        yield from _unsettled(item, f"{path}.{name}")


def _parts(value: Json) -> Iterable[tuple[str, Json]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(position), item) for position, item in enumerate(value)) if isinstance(value, list) else ()


def _normal(value: Json, path: str, changed: list[str]) -> Json:
    if isinstance(value, str):
        return _normal_text(value, path, changed)
    if isinstance(value, list):
        return [_normal(item, f"{path}.{position}", changed) for position, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    members = {
        _normal_text(name, f"{path}.{name}", changed): _normal(item, f"{path}.{name}", changed)
        for name, item in value.items()
    }
    if len(members) != len(value):
        raise NotUnderstood(
            f"two names at {path or 'the top'} are the same text",
            code="DATA-INVALID",
            meaning="they differ only in how letters are composed",
            remedy="leave one of them out",
        )
    return members


def _normal_text(text: str, path: str, changed: list[str]) -> str:
    if is_nfkd(text):
        return text
    changed.append(path)
    return nfkd(text)


def _wrap(value: Json, schema: Json) -> Json:
    if is_maskable(schema) and not is_wrapper(value) and (not isinstance(value, dict) or spells_wrapper_out(schema)):
        return wrap(value)
    if not isinstance(value, dict) or is_wrapper(value):
        return value
    return {name: _wrap(item, member_schema(schema, name)) for name, item in value.items()}


def _as_described(content: Json, schema: Json) -> Json:
    """Return the content with the nonces taken off where the schema describes the bare value."""
    if not isinstance(content, dict):
        return content
    if is_maskable(schema) and not spells_wrapper_out(schema) and is_wrapper(content):
        return content["value"]
    return {name: _as_described(item, member_schema(schema, name)) for name, item in content.items()}


def _without_wrappers(path: str, content: Json) -> str:
    """Return a path as people know it: a wrapper and the value in it are one field."""
    names: list[str] = []
    for name in path.split(".")[1:]:
        if not (name == "value" and is_wrapper(content)):
            names.append(name)
        content = content.get(name) if isinstance(content, dict) else None
    return "".join(f".{name}" for name in names)


def _explained(error: ValidationError) -> Iterator[Fault]:
    at = "".join(f".{piece}" for piece in error.instance_path)
    kind, value = error.kind.name, error.kind.value
    if kind == "required":
        yield Fault(f"{at}.{value}", "is required and missing")
    elif kind == "additionalProperties":
        yield from (Fault(f"{at}.{name}", "is not a field of the schema") for name in value)
    elif kind == "enum":
        yield Fault(at, "must be one of " + ", ".join(str(choice) for choice in value))
    elif kind == "type":
        yield Fault(at, "must be " + " or ".join(_TYPE_WORDS.get(name, name) for name in _listed(value)))
    elif kind == "pattern":
        yield Fault(at, f"must have the form {value}")
    else:
        yield Fault(at, error.message.split("\n", 1)[0].removeprefix(_UNSHOWN).strip())


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
