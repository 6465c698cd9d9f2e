# Sourced by ./start and ./check, which set $checkout: is .venv still the right one, and if not, who makes it?
#
# A warm run decides in the shell, in a few milliseconds. Everything else is requirements/environment.py, run by an
# interpreter that is looked for here. The stamp .venv/stamp is written last; its lines are what is compared below.
# POSIX sh; the file is not run by itself.

# What an environment is made of. environment.py has the same list.
environment_inputs='requirements/run.txt requirements/dev.txt pyproject.toml prometheus/__init__.py scripts/prometheus scripts/iop'

# environment_ready run|dev: return 0 when .venv can be used, else the exit code to end with.
environment_ready() {
    environment_is_fresh "$1" && return 0
    find_python || return
    "$found_python" -I "$checkout/requirements/environment.py" "$1"
}

# The development environment is a superset of the one to run, so it serves both.
environment_is_fresh() {
    [ -r "$checkout/.venv/stamp" ] || return 1
    made_of=''
    {
        IFS= read -r made_for
        IFS= read -r made_at
        IFS= read -r made_with
        IFS= read -r made_with_size
        IFS= read -r made_version
        while IFS= read -r line; do
            made_of="$made_of
$line"
        done
    } <"$checkout/.venv/stamp"
    [ "$made_for" = "$1" ] || [ "$made_for" = dev ] || return 1
    environment_is_whole "$checkout/.venv" "${made_version%.*}" || return 1
    [ "$made_at" = "$checkout" ] && [ -x "$made_with" ] || return 1
    [ "$made_with_size" = "$(($(wc -c <"$made_with")))" ] || return 1
    # shellcheck disable=SC2086 # a list of words
    [ "$made_of" = "
$(cd "$checkout" && cksum $environment_inputs)" ] || return 1
    [ -z "${PROMETHEUS_PYTHON-}" ] || [ "$made_with" = "$(base_of "$PROMETHEUS_PYTHON")" ]
}

environment_is_whole() {
    [ -f "$1/pyvenv.cfg" ] && [ -x "$1/bin/python" ] && [ -x "$1/bin/prometheus" ] && [ -x "$1/bin/iop" ] &&
        [ -f "$1/lib/python$2/site-packages/_editable_impl_prometheus_agent.pth" ]
}

# The file behind a name: environments are made from it, so that a link that moves on cannot break them.
base_of() {
    "$1" -I -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))' 2>/dev/null
}

# A command may be there and still not work, as the shims of version managers do: each is asked for its version.
is_suitable() {
    "$1" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PROMETHEUS_PYTHON-}" ]; then
        found_python=$PROMETHEUS_PYTHON
        is_suitable "$found_python" && return 0
        complain "PROMETHEUS_PYTHON names no Python 3.11, 3.12 or 3.13: $PROMETHEUS_PYTHON" \
            'prometheus needs one of these versions' 'unset it, or name another interpreter'
        return 2
    fi
    suitable=''
    for found_python in python3.13 python3.12 python3.11 python3 python; do
        is_suitable "$found_python" || continue
        "$found_python" -I -c 'import ensurepip, venv' 2>/dev/null && return 0
        suitable=${suitable:-$found_python}
    done
    found_python=$suitable
    [ -z "$suitable" ] || return 0 # environment.py can still try uv, and says what is missing
    complain 'no Python 3.11, 3.12 or 3.13 was found' "$(versions_found)" \
        'install one, or name it: PROMETHEUS_PYTHON=/path/to/python3.12 ./start'
    return 4
}

versions_found() {
    if version=$(python3 -V 2>&1); then
        printf '%s\n' "python3 in PATH is $version"
    else
        printf '%s\n' 'there is no working python3 in PATH'
    fi
}

complain() {
    printf 'error: %s\nwhy: %s\nhint: %s\n' "$1" "$2" "$3" >&2
}
