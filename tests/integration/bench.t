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

plan 6
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
coproc holder { exec "$programs/bench-hold" "$folder/db"; }
pid=$!
read -r said <&"${holder[0]}"
read -ra parts <"/proc/$pid/task/$pid/children"
locked=$(cd /proc && awk '/^VmLck/ { n += $2 } END { print n }' \
    "${parts[@]/%//status}")
diag "$said"
if grep -q __asan_init "$programs/bench-hold"; then
	skip "bench-hold keeps indexes in memory" "mlock does nothing there"
else
	ok "bench-hold keeps indexes in memory" test "$locked" -gt 100
fi
eval "exec ${holder[1]}>&-"
wait "$pid"
is $? 0 "until it is told to end"
