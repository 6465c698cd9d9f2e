"""A verdict for a person: the outcome first, then what was shown, then every check with its reason.

Meaning is a word, then a colour; nothing depends on colour alone. Every text from the document is made safe.
"""

from __future__ import annotations

import json

from prometheus.claims.shown import written_path
from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.output import Output
    from prometheus.verdict import Check, Verdict

_WIDTH: Final = 80
_INDENT: Final = 32
_WIDEST_PATH: Final = 40
_LONGEST_VALUE: Final = 200
_OUTCOMES: Final = {
    "valid": ("32;1", "every check that could be made passed, and none that matters is missing"),
    "invalid": ("31;1", "do not accept it: a check failed"),
    "unknown": ("33;1", "do not rely on it: a check could not be made"),
}
_VALID: Final = {
    "morpheus/statement": "the statement is in order; who hands it over is another question",
    "morpheus/request": "the request is in order; nobody has confirmed what it claims",
}
_STATES: Final = {"pass": "32", "fail": "31;1", "warn": "33", "skip": "2", "unknown": "33;1"}


def verdict_lines(verdict: Verdict, output: Output) -> Iterator[str]:
    """Yield the lines of a verdict."""
    style, meaning = _OUTCOMES[verdict.verdict]
    if verdict.verdict == "valid":
        meaning = _VALID.get(verdict.format, meaning)
    yield f"{output.paint(verdict.verdict.upper(), style)}  {meaning}"
    yield from _reasons(verdict, output)
    yield ""
    yield from _facts(verdict)
    yield ""
    for check in verdict.checks:
        yield from _check(check, output)


def brief(value: object) -> str:
    """Return a JSON value as one safe line; of a long one, such as a picture, the beginning and the length."""
    text = safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text)} characters; --json has all)"


def _reasons(verdict: Verdict, output: Output) -> Iterator[str]:
    """Yield what decided, with what can be done about it, for a verdict that is not valid."""
    decisive = {"invalid": "fail", "unknown": "unknown"}.get(verdict.verdict)
    for check in verdict.checks:
        if check.status == decisive:
            name = check.code or check.id
            yield from wrapped(f"  {output.paint(name, '1')}  ", safe(check.detail), len(name) + 4)
            if check.remedy:
                yield from wrapped("    hint: ", safe(check.remedy), 10)


def _facts(verdict: Verdict) -> Iterator[str]:
    shown = [(written_path(leaf.path), brief(leaf.value)) for leaf in verdict.disclosed]
    width = min(_WIDEST_PATH, max((len(path) for path, _ in shown), default=0))
    doubt = {"invalid": ", and proven by nothing", "unknown": ", and not established"}.get(verdict.verdict, "")
    yield f"shown{doubt}" if shown else "shown     nothing"
    for path, value in shown:
        yield f"  {safe(path):<{width}}  {value}"
    yield f"hidden    {verdict.withheld} {'part' if verdict.withheld == 1 else 'parts'}"
    if verdict.issuer:
        via = f", {safe(verdict.issuer.via)}" if verdict.issuer.via else ""
        yield from wrapped("said by   ", f"{safe(verdict.issuer.id)} ({verdict.issuer.trust}{via})", 10)
    if verdict.holder:
        yield f"shown by  {safe(verdict.holder.key)}" + (
            "" if verdict.holder.bound else " (not shown to be the subject)"
        )


def _check(check: Check, output: Output) -> Iterator[str]:
    state = output.paint(f"{check.status:<7}", _STATES[check.status])
    code = f"{check.code}: " if check.code else ""
    yield from wrapped(f"  {state} {check.id:<21} ", safe(code + check.detail), _INDENT)


def wrapped(start: str, text: str, indent: int, used: int | None = None) -> Iterator[str]:
    """Yield the text after its start, continued under itself within the width.

    Args:
        start: What stands before the text on its first line; colours in it take no room.
        text: The text, safe already.
        indent: Columns by which further lines are moved in.
        used: Columns that the start takes, where they are not as many.
    """
    line, used = start, indent if used is None else used
    for word in text.split():
        if used + len(word) + 1 > _WIDTH and used > indent:
            yield line.rstrip()
            line, used = " " * indent, indent
        line += f"{word} "
        used += len(word) + 1
    yield line.rstrip()
