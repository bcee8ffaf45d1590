#!/bin/bash
# Under load every delivery is stored once, whoever is killed meanwhile: a short
# run of scripts/bench, which counts the rows.
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
for tool in nginx spawn-fcgi jq sqlite3 setsid; do
	command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin
	command -v "$tool" >/dev/null || skip_all "there is no $tool"
done
programs=$(cd "${BOOKPAY_PROGRAMS:-$srcdir/build/run/bin}" && pwd) || exit 1
[ -x "$programs/bench-load" ] || skip_all "there is no bench-load"

said=$(BOOKPAY_PROGRAMS=$programs "$srcdir/scripts/bench" --quick 2>&1)
is $? 0 "no row is missing, and none is there twice"
like "$said" 'killed 2 times .*\| 0 \| 0 \| yes' \
    "also when the receiver is killed under load"
like "$said" '\| webhook \| ours \| [1-9]' "deliveries were answered"
like "$said" '\| lookup \| ours \| [1-9]' "and lookups"
[ "$tap_failed" = 0 ] || diag "$said"

# What is measured of many bookings is measured with the indexes in memory.
folder=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-bench-XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
install -m 600 /dev/stdin "$folder/conf" <<-END
	DATABASE_URL=sqlite:$folder/db
	PUBLIC_BASE_URL=http://127.0.0.1:1
END
BOOKPAY_CONFIG=$folder/conf "$programs/bookpay" migrate >/dev/null 2>&1
TMPDIR=$folder "$programs/bench-grow" "$folder/db" 2000 20 20 >&2
mkfifo "$folder/end"
"$programs/bench-hold" "$folder/db" <"$folder/end" >"$folder/said" 2>&1 &
pid=$!
exec {end}>"$folder/end"
until [ -s "$folder/said" ] || ! kill -0 "$pid" 2>/dev/null; do
	sleep 0.05
done
read -r said <"$folder/said"
read -ra parts <"/proc/$pid/task/$pid/children"
locked=$(cd /proc && awk '/^VmLck/ { n += $2 } END { print n + 0 }' \
    /dev/null "${parts[@]/%//status}")
diag "$said"
exec {end}>&-
wait "$pid"
status=$?
if grep -q __asan_init "$programs/bench-hold"; then
	skip "bench-hold keeps indexes in memory" "mlock does nothing there"
elif [[ $said == *'ulimit -l'* ]]; then
	skip "bench-hold keeps indexes in memory" "it is not allowed to"
else
	ok "bench-hold keeps indexes in memory" test "$locked" -gt 100
fi
[[ $said == *'ulimit -l'* ]] || is $status 0 "until it is told to end"
done_testing
