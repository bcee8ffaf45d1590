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

plan 4
said=$(BOOKPAY_PROGRAMS=$programs "$srcdir/scripts/bench" --quick 2>&1)
is $? 0 "no row is missing, and none is there twice"
like "$said" 'killed 2 times .*\| 0 \| 0 \| yes' \
    "also when the receiver is killed under load"
like "$said" '\| webhook \| ours \| [1-9]' "deliveries were answered"
like "$said" '\| lookup \| ours \| [1-9]' "and lookups"
[ "$tap_failed" = 0 ] || diag "$said"
