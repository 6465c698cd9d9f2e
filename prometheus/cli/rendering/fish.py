"""The completion script of fish: one line a word and an option, with the help beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.rendering.trie import offered, places, with_value, word_list
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.command import Command, Param

_START = """\
# Completion of prometheus for fish. It is complete in itself: pressing TAB starts no program.
function __prometheus_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if contains -- $word VALUED
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end
function __prometheus_at
    test "$(__prometheus_words | string join ' ')" = "$argv[1]"
end
function __prometheus_in
    string match -q -- "$argv[1] *" "$(__prometheus_words | string join ' ') "
end
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    lines = [line for name in ("prometheus", "iop") for line in _lines(name, commands)]
    return _START.replace("VALUED", word_list(with_value(commands))) + "\n".join(lines) + "\n"


def _lines(name: str, commands: Sequence[Command]) -> Iterator[str]:
    helps = {row.words: row.help for row in commands}
    yield f"complete -c {name} -f"
    for place in places(commands):
        for word in place.next:
            about = helps.get((*place.words, word), "")
            yield f"complete -c {name} -n {_at('at', place.words)} -a {word} -d {_quoted(about)}"
    for option in GLOBAL_OPTIONS:
        yield f"complete -c {name} {_option(option)}"
    for row in commands:
        for parameter in row.params:
            if parameter.is_positional and not (parameter.choices or parameter.offers) and parameter.kind != "file":
                continue
            yield f"complete -c {name} -n {_at('in', row.words)} {_option(parameter)}"


def _at(how: str, words: Sequence[str]) -> str:
    return f"'__prometheus_{how} \"{' '.join(words)}\"'"


def _option(parameter: Param) -> str:
    named = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in parameter.flags)
    parts = [named] if named else []
    if parameter.choices:
        parts.append(f"-x -a '{word_list(parameter.choices)}'" if named else f"-a '{word_list(parameter.choices)}'")
    elif parameter.offers:
        parts.append(f"-x -a '{_offers(parameter)}'" if named else f"-a '{_offers(parameter)}'")
    elif parameter.kind == "file":
        parts.append("-r -F" if named else "-F")
    elif parameter.kind != "flag" and named:
        parts.append("-x")
    return " ".join([*parts, f"-d {_quoted(parameter.help)}"])


def _offers(parameter: Param) -> str:
    words, variables = offered(parameter)
    split = (f'(string split -n " " -- (string replace -a "," " " -- "${name}"))' for name in variables)
    return word_list([words, *split])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
