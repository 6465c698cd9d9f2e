"""Fill in a claim at the terminal, field by field, as its schema says.

Each field is asked for with its title, its type and what is required; a wrong answer is explained and asked for again;
an empty one leaves an optional field out. At the end everything is judged together, and what does not fit is asked for
once more. What was typed is shown in a summary before anything is signed (`request`).
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact, parse
from prometheus.claims.moments import read_moment
from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.errors import InputError
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.claim_data import content_faults, data_faults, normalise, wrapped
from prometheus.usecases.schema_fields import fields_of, flattened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.schema_fields import Field

_LEFT_OUT: Final = object()
_YES_NO: Final = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
_LEAVE_OUT: Final = "leave it out"


def fill_in(call: Invocation, schema: Json) -> Json:
    """Return the data that a person types for a schema; it fits the schema.

    Raises:
        NotUnderstood: When nobody can be asked.
        Cancelled: When the person ends the input.
    """
    fields = [field for field in fields_of(flattened(schema)) if not field.is_group]
    data: dict[str, Json] = {}
    again: Sequence[Field] = fields
    while again:
        for field in again:
            _put(data, field.parents, _ask(call, field, required=_is_due(field, fields_of(schema))))
        faults = content_faults(schema, wrapped(normalise(data).value, schema))
        for fault in faults:
            call.output.note(f"  {safe(fault.path)} {safe(fault.message)}")
        paths = {fault.path for fault in faults}
        again = [field for field in fields if field.path in paths] or (fields if faults else [])
    return data


def _is_due(field: Field, everything: Sequence[Field]) -> bool:
    """Whether a field must be filled in whatever else is: it and all groups around it are required."""
    groups = {found.path: found for found in everything if found.is_group}
    around = ["." + ".".join(field.parents[:depth]) for depth in range(1, len(field.parents))]
    return field.is_required and all(groups[path].is_required for path in around if path in groups)


def _ask(call: Invocation, field: Field, *, required: bool) -> object:
    if field.description:
        call.output.note(f"  {safe(field.description)}")
    if field.choices:
        return _chosen(call, field, required=required)
    while True:
        typed = ask.ask_text(call, _label(field, required=required))
        if not typed and not required:
            return _LEFT_OUT
        trouble = "it is required" if not typed else ""
        value: Json = None
        if typed:
            value, trouble = _understood(typed, field)
        if not trouble:
            return value
        call.output.note(f"  {safe(field.path)}: {safe(trouble)}")


def _chosen(call: Invocation, field: Field, *, required: bool) -> object:
    options = [choice if isinstance(choice, str) else compact(choice) for choice in field.choices]
    index = ask.choose(call, _label(field, required=required), options if required else [*options, _LEAVE_OUT])
    return field.choices[index] if index < len(options) else _LEFT_OUT


def _label(field: Field, *, required: bool) -> str:
    hints = [field.subtype or field.kind]
    if field.subtype == "date":
        hints = ["date, YYYY-MM-DD"]
    elif field.kind == "list":
        hints = ["list, separated by commas"]
    if not required:
        hints.append("may be empty")
    return f"{field.title or field.path[1:]} ({', '.join(hints)})"


def _understood(typed: str, field: Field) -> tuple[Json, str]:
    """Return the value of what was typed, and what is wrong with it, if anything."""
    try:
        value = _value(typed, field)
    except (InputError, ValueError, KeyError):
        return None, f"this is not {_named(field.kind)}"
    if field.subtype == "date" and (not isinstance(value, str) or read_moment(value) is None):
        return None, "there is no such date; write it as YYYY-MM-DD"
    if field.subtype == "email" and (not isinstance(value, str) or "@" not in value.strip("@")):
        return None, "this is not an email address"
    faults = data_faults(field.schema, value) if _stands_alone(field.schema) else ()
    return value, "; ".join(f"{fault.path} {fault.message}".strip() for fault in faults)


def _stands_alone(schema: Json) -> bool:
    """Whether a part of a schema can be used without the rest; the whole is judged at the end in any case."""
    return '"$ref"' not in compact(schema) and '"$dynamicRef"' not in compact(schema)


def _value(typed: str, field: Field) -> Json:
    kinds = field.kind.split("/")
    if "text" in kinds:
        return typed.encode("utf-8", "surrogateescape").decode()
    if "yes or no" in kinds:
        return _YES_NO[typed.lower()]
    if "list" in kinds and not typed.startswith("["):
        return [piece.strip() for piece in typed.split(",")]
    return parse(typed)


def _named(kind: str) -> str:
    return kind if kind == "yes or no" else f"a {kind}"


def _put(data: dict[str, Json], names: Sequence[str], value: object) -> None:
    """Put a value at its place, or take what was there away; groups are made as they are needed."""
    if value is _LEFT_OUT:
        _remove(data, names)
        return
    for name in names[:-1]:
        inner = data.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[names[-1]] = value  # type: ignore[assignment]  # everything but the mark for left out is JSON


def _remove(data: dict[str, Json], names: Sequence[str]) -> None:
    inner = data.get(names[0])
    if len(names) == 1:
        data.pop(names[0], None)
    elif isinstance(inner, dict):
        _remove(inner, names[1:])
        if not inner:
            del data[names[0]]
