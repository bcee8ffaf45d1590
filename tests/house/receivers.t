#!/bin/bash
# A webhook receiver calls nobody: it must not even be linked with libcurl.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
programs=${BOOKPAY_PROGRAMS:-bin}

links() {
	ldd "$programs/$1" | grep -c "$2"
}

[ -x "$programs/stripe-webhook" ] || skip_all "there are no programs"
plan 8
for program in stripe-webhook calendly-webhook cancel catalogue health metrics; do
	is "$(links "$program" libcurl)" 0 "$program does not link libcurl"
done
is "$(links checkout libcurl)" 1 "checkout does, so this test can tell"
is "$(links bookpay libfcgi)" 0 "the command does not link libfcgi"
