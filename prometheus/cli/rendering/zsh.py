"""The completion script of zsh: the same case over the words so far, with zsh's own lists of files and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.rendering.trie import Place, offered, place_of, places, with_value, word_list
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.command import Command, Param

_START = """\
#compdef prometheus iop
# Completion of prometheus for zsh. It is complete in itself: pressing TAB starts no program.
_prometheus() {
  local current=$words[CURRENT] previous=$words[CURRENT-1]
  local line='' word index
  local -a next flags
  for ((index = 2; index < CURRENT; index++)); do
    word=$words[index]
    case $word in
      (VALUED) ((index++)) ;;
      (-*) ;;
      (*) line+="$word " ;;
    esac
  done
  case $previous in (GLOBAL_FILES) _files; return ;; (GLOBAL_VALUES) return 1 ;; esac
  case $line in
"""
_END = """\
  esac
  if [[ $current == -* ]]; then
    compadd -- $flags GLOBAL
  else
    (( $#next )) && compadd -- $next
  fi
}
compdef _prometheus prometheus iop
"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    files = [flag for option in GLOBAL_OPTIONS if option.kind == "file" for flag in option.flags]
    others = [flag for flag in with_value([]) if flag not in files]
    start = _START.replace("VALUED", "|".join(with_value(commands)))
    start = start.replace("GLOBAL_FILES", "|".join(files)).replace("GLOBAL_VALUES", "|".join(others))
    end = _END.replace("GLOBAL", word_list(flag for option in GLOBAL_OPTIONS for flag in option.flags))
    return start + "\n".join(line for place in places(commands) for line in _case(place)) + "\n" + end


def _case(place: Place) -> Iterator[str]:
    pattern = "".join(f"{word} " for word in place.words)
    if place.command is None:
        yield f"    ('{pattern}') next=({word_list(place.next)}) ;;"
        return
    yield f"    ('{pattern}'*)"
    yield f"      flags=({word_list(flag for row in place.command.params for flag in row.flags)})"
    valued = [row for row in place.command.params if row.flags and row.kind != "flag"]
    if valued:
        cases = " ".join(f"({'|'.join(row.flags)}) {_offer(row)}; return ;;" for row in valued)
        yield f"      case $previous in {cases} esac"
    positional = [row for row in place.command.params if row.is_positional]
    if positional:
        yield f"      word=${{line#'{pattern}'}}"
        cases = " ".join(f"({place_of(number, row)}) {_offer(row)} ;;" for number, row in enumerate(positional))
        words = f"(0) next=({word_list(place.next)}) ;; " if place.next and not positional[0].choices else ""
        yield f"      [[ $current == -* ]] || case ${{#${{(z)word}}}} in {words}{cases} esac"
    yield "      ;;"


def _offer(parameter: Param) -> str:
    if parameter.choices:
        return f"compadd -- {word_list(parameter.choices)}"
    if parameter.offers:
        words, variables = offered(parameter)
        return f"compadd -- {word_list([words, *(f'${{(s: :)${{{name}//,/ }}}}' for name in variables)])}"
    return "_files" if parameter.kind == "file" else "_message " + repr(parameter.shown)
