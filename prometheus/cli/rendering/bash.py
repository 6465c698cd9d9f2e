"""The completion script of bash: one case over the words so far, so that TAB starts no program; works in bash 3.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.rendering.trie import Place, offered, place_of, places, with_value, word_list
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.command import Command, Param

_START = """\
# Completion of prometheus for bash. It is complete in itself: pressing TAB starts no program.
_prometheus() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local line='' word next='' flags='' kind='' count=0 index odd='*[!-A-Za-z0-9:/.,_ ]*'
  if [[ $current == '=' ]]; then current=''
  elif [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case $word in
      VALUED) ((index++)); [[ ${COMP_WORDS[index]} == '=' ]] && ((index++)) ;;
      -*|'=') ;;
      *) line+="$word " ;;
    esac
  done
  case $line in
"""
_END = """\
  esac
  case $previous in GLOBAL_FILES) kind=file ;; GLOBAL_VALUES) kind=none ;; esac
  local IFS=$' \\t\\n'
  if [[ $kind == file ]]; then
    compopt -o filenames 2>/dev/null
    IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
  elif [[ $kind == none ]]; then
    COMPREPLY=()
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags GLOBAL" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$next" -- "$current"))
  fi
}
complete -F _prometheus prometheus iop
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    valued = "|".join(with_value(commands))
    files = [flag for option in GLOBAL_OPTIONS if option.kind == "file" for flag in option.flags]
    others = [flag for flag in with_value([]) if flag not in files]
    end = _END.replace("GLOBAL_FILES", "|".join(files)).replace("GLOBAL_VALUES", "|".join(others))
    end = end.replace("GLOBAL", word_list(flag for option in GLOBAL_OPTIONS for flag in option.flags))
    body = [line for place in places(commands) for line in _case(place)]
    return _START.replace("VALUED", valued) + "\n".join(body) + "\n" + end


def _case(place: Place) -> Iterator[str]:
    pattern = "".join(f"{word} " for word in place.words)
    if place.command is None:
        yield f"    '{pattern}') next='{' '.join(place.next)}' ;;"
        return
    yield f"    '{pattern}'*)"
    yield f"      flags='{word_list(flag for row in place.command.params for flag in row.flags)}'"
    yield from _values(place.command)
    yield from _positions(place.command, pattern, place.next)
    yield "      ;;"


def _values(command: Command) -> Iterator[str]:
    """Yield what may follow each option that takes a value."""
    rows = [row for row in command.params if row.flags and row.kind != "flag"]
    if rows:
        cases = " ".join(f"{'|'.join(row.flags)}) {_offer(row)} ;;" for row in rows)
        yield f"      case $previous in {cases} *)"


def _positions(command: Command, pattern: str, following: tuple[str, ...]) -> Iterator[str]:
    """Yield what may stand at each position; at the first also the words that make another command of it."""
    rows = [row for row in command.params if row.is_positional]
    has_cases = any(row.flags and row.kind != "flag" for row in command.params)
    if rows:
        yield f"      word=${{line#'{pattern}'}}; word=${{word//[! ]/}}; count=${{#word}}"
        words = f"0) next='{word_list(following)}' ;; " if following and not rows[0].choices else ""
        cases = " ".join(f"{place_of(number, row)}) {_offer(row)} ;;" for number, row in enumerate(rows))
        yield f"      case $count in {words}{cases} esac"
    if has_cases:
        yield "      ;; esac"


def _offer(parameter: Param) -> str:
    if parameter.choices:
        return f"next='{' '.join(parameter.choices)}'"
    if parameter.offers:
        words, variables = offered(parameter)
        # compgen expands what it is given: only what can be nothing but a name or a URL gets there
        further = (f' [[ ${name} == $odd ]] || next+=" ${{{name}//,/ }}";' for name in variables)
        return f"next='{words}';{''.join(further)}".removesuffix(";")
    return "kind=file" if parameter.kind == "file" else "kind=none"
