#!/bin/bash
# SEC-04  An authentic notice about the wrong amount, currency or payee
# (CVE-2026-9189): one paid for 1, for a booking that costs 9000.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
book_direct

n=0
while IFS='|' read -r name lie; do
	n=$((n + 1))
	tell stripe "$(paid_event "evt_lie_$n" "$lie")"
	is "$STATUS $(stands "$BOOKING") $(sql "select outcome from event
	    where dedupe_key = 'evt_lie_$n'")" \
	    '200 PENDING UNPAID failed' "$name confirms nothing"
done <<'END'
a session of 1 unit|.data.object |= (.amount_total = 1 | .amount_subtotal = 1)
a discount that nobody gave|.data.object.amount_total = 1
one that takes all of it|.data.object.amount_total = 0
one that needs no payment|.data.object |= (.amount_total = 0 | .payment_status = "no_payment_required")
a negative amount|.data.object |= (.amount_total = -9000 | .amount_subtotal = -9000)
half a cent|.data.object.amount_total = 9000.5
another currency|.data.object.currency = "jpy"
no currency|.data.object |= del(.currency)
no amount|.data.object |= del(.amount_total)
another mode|.data.object.mode = "subscription"
a session that only keeps a card|.data.object.mode = "setup"
END
is "$(count payment "booking = '$BOOKING'")" 0 "there is no payment of it"
like "$(sql "select distinct outcome from event where
    dedupe_key like 'evt_lie%'")" '^failed$' "all of it is kept for a person to see"
like "$(count history "booking = '$BOOKING' and what = 'payment mismatch'")" \
    '^[1-9]' "in the booking's history, too"
like "$(count analytics "name = 'PAYMENT_MISMATCH'")" '^[1-9]' \
    "and counted as PAYMENT_MISMATCH"

# Money that went to somebody else is not ours.
tell stripe "$(paid_event evt_payee '.account = "acct_1Other"')"
is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' \
    "what another account was paid confirms nothing"

cheap=$(paid_event evt_cheap \
    '.data.object |= (.amount_total = 1 | .amount_subtotal = 1)')
if weak amount; then
	tell stripe "$cheap"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard 1 would do for 9000"
	strong
fi
book_direct
other=$(paid_event evt_other '.account = "acct_1Other"')
if weak account; then
	tell stripe "$other"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the other guard anybody's money would do"
	strong
fi
book_direct
tell stripe "$(paid_event evt_right)"
is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
    "while the right one does what it says"
done_testing
