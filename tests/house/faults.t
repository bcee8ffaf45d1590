#!/bin/bash
# What lets tests kill programs anywhere, and switch their guards off, is in no
# release: only in builds that were configured so.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
programs=${BOOKPAY_PROGRAMS:-bin}

# faulty PROGRAM...: those that can be told to die, or not to guard.
faulty() {
	grep -lE 'BOOKPAY_(FAULT_FILE|TWIN|TRY)' "$@"
}

# Only base/fault.h may know which build it is.
asking() {
	grep -rlwE 'FAULTS' "$1" --include='*.[ch]'
}

[ -x "$programs/worker" ] || skip_all "there are no programs"
mapfile -t ours < <(find "$programs" -maxdepth 1 -type f -perm -u+x \
    ! -name 'fake-*' ! -name 'bench-*' ! -name flood ! -name pace \
    ! -name spawn | sort)
plan 3
if [ "${BOOKPAY_FAULTS:-no}" = yes ]; then
	is "$(faulty "${ours[@]}" | wc -l)" "${#ours[@]}" \
	    "configured with --enable-faults, all programs can die"
else
	is "$(faulty "${ours[@]}")" "" "no program can be told to die"
fi
is "$(cd "$srcdir" && asking src)" src/base/fault.h \
    "nothing else depends on the option"
like "$(grep -c -- --enable-faults "$srcdir/scripts/run")" '^0$' \
    "and scripts/run does not set it"
