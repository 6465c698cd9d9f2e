"""The evidence that ``--evidence`` brings: a JSON file, or a picture or paper for one field, ``photo=FILE``.

It is read, and compared with what the process wants, before anything else is asked: who lacks a photo learns that
before filling in a form.
"""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.evidence import enclose
from prometheus.usecases.request_claim import LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.cli.invocation import Invocation


def evidence_given(call: Invocation) -> Json:
    """Return the evidence of a call, or None where it brings none.

    A file goes to the field before the ``=`` as a ``data:`` URL; ``.photo.front`` and ``photo.front`` are the same
    field. A path with a ``=`` in its own name is written ``./a=b.json``.

    Raises:
        NotUnderstood: When two values are for one place, or a file is no JSON.
        StorageFailed, NotFound: When a file cannot be read.
    """
    given = [_split(text) for text in call.many("evidence")]
    whole = [path for name, path in given if not name]
    if len(whole) > 1:
        raise _clash("several JSON files")
    evidence: Json = parse(files.read(whole[0], LARGEST_REQUEST)) if whole else None
    for name, path in given:
        if name:
            evidence = {} if evidence is None else evidence
            _put(evidence, name.removeprefix(".").split("."), enclose(files.read(path, LARGEST_REQUEST)))
    return evidence


def _split(text: str) -> tuple[str, str]:
    name, found, path = text.partition("=")
    return (name, path) if found and "/" not in name and all(name.removeprefix(".").split(".")) else ("", text)


def _put(evidence: Json, names: Sequence[str], value: Json) -> None:
    for name in names[:-1]:
        evidence = evidence.setdefault(name, {}) if isinstance(evidence, dict) else None
    if not isinstance(evidence, dict) or names[-1] in evidence:
        raise _clash(f"two values for .{'.'.join(names)}")
    evidence[names[-1]] = value


def _clash(what: str) -> NotUnderstood:
    return NotUnderstood(
        f"--evidence brings {what}",
        code="EVIDENCE-TWICE",
        remedy="give one JSON file, and one FIELD=FILE for each picture that is not in it",
    )
