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
which="not soak"
[ -n "$QUICK" ] && which="$which and not real"
# A file's tests stay together, so that what they share is made once; servers are each process's own.
gate tests "$BIN/pytest" -n auto --maxprocesses 4 --dist loadfile -m "$which"

if [ -n "$failed" ]; then
    printf '\nfailed: %s\n' "${failed#, }"
    exit 1
fi
printf '\nevery gate passed\n'
