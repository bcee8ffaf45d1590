#!/bin/bash
# What bash offers to complete a command with.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
program=${BOOKPAY_PROGRAMS:-$srcdir/build/run/bin}/bookpay
[ -x "$program" ] || skip_all "bookpay is not built"
# shellcheck source-path=SCRIPTDIR source=../../scripts/completions/bookpay
. "$srcdir/scripts/completions/bookpay"

# offered WORD...: for the last of them.
offered() {
	COMP_WORDS=("$program" "$@") COMP_CWORD=$#
	_bookpay
	echo "${COMPREPLY[*]}"
}

plan 8
is "$(offered b)" "backup builders bookings" "what can be worked on"
is "$(offered --)" "--json --help" "and how"
is "$(offered bookings c)" "create cancel" "what can be done with it"
is "$(offered --json bookings ref)" refund "as JSON, too"
is "$(offered bookings refund --)" "--amount --reason --dry-run" \
    "with which options"
is "$(offered bookings refund bk_1 --a)" "--amount" "behind an id"
like "$(offered session-types set x --)" '--minutes .*--active --inactive' \
    "also where they take several lines"
is "$(offered nothing x)" "" "what is not there has none"
