#!/bin/sh
# Every gate, in the order of how quickly it answers; says which ones failed. QUICK=1 leaves the servers out.
failed=""
gate() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed, $name"
}

gate format "$BIN/ruff" format --check .
gate lint "$BIN/ruff" check .
gate types "$BIN/mypy"
if [ -n "$QUICK" ]; then
    gate tests "$BIN/pytest" -m "not soak and not real"
else
    gate tests "$BIN/pytest" -m "not soak"
fi

if [ -n "$failed" ]; then
    printf '\nfailed: %s\n' "${failed#, }"
    exit 1
fi
printf '\nevery gate passed\n'
