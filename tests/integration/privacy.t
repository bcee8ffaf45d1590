#!/bin/bash
# People who want to know what is stored about them, and to be forgotten.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
OTHER_NAME=$NAME OTHER_EMAIL=$EMAIL
NAME='Zuleika Dobson-Quill' EMAIL='zuleika.dobson+coach@example.net'
REASON='Aunt Frieda fell ill' CLIENT=sub-zuleika-77
world_private+=(Zuleika zuleika Frieda sub-zuleika)
world_start AUTH=guest,remote-user
people_sign_in

# --- Helpers ----------------------------------------------------------------------
# Which words of the person are in the database's files?
left() {
	local word
	for word in Zuleika Dobson-Quill zuleika.dobson Frieda "$CLIENT"; do
		in_database "$word" && echo "$word"
	done | paste -sd ' '
}

# erase [ARGUMENTS]: RESULT is its exit status and what it printed.
erase() {
	local out
	out=$(bookpay --json privacy erase --email "$EMAIL" "$@" \
	    2>"$state/erase.log")
	RESULT="$? $out"
}

# sums: what the books hold, of everybody.
sums() {
	sql "select id, amount, currency, status, payment_status, start_at
	    from booking order by id;
	    select id, received, currency, paid_at from payment order by id;
	    select id, amount, status from refund order by id;
	    select name, amount, count(*) from analytics group by 1, 2
	    order by 1, 2"
}

jobs_are_done() {
	sql_is "select count(*) from job where done_at = 0" 0
}

verified() {
	bookpay verify 2>&1 | tail -n 1
}

# give_up BOOKING: by its client, with a reason.
give_up() {
	post "/api/bookings/$1/cancel" "{\"reason\":\"$REASON\"}" \
	    -H "X-Test-User: $CLIENT"
}

# --- What there is of them ------------------------------------------------------
for type in review-45 strategy-60; do
	bookpay session-types set "$type" --policy '24:100' --auto-refund \
	    >/dev/null
done
next_slot
checkout "$(order review-45 "$START")" -H "X-Test-User: $CLIENT"
direct=$BOOKING
pay "$SESSION"
becomes "$direct" CONFIRMED PAID "one books and pays"
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")" -H "X-Test-User: $CLIENT"
calendly=$BOOKING invitee=$INVITEE_URI redirect=$REDIRECT
pay "$SESSION"
becomes "$calendly" CONFIRMED PAID "and once more, at Calendly"
# Of a type that nobody sells: parked, and about no booking.
book e7e70001-0000-4000-8000-000000000004 "$START"
quiet
NAME=$OTHER_NAME EMAIL=$OTHER_EMAIL
next_slot
checkout "$(order review-45 "$START")"
other=$BOOKING
EMAIL='zuleika.dobson+coach@example.net'

bookpay privacy export --email 'ZULEIKA.dobson+coach@example.net' \
    >"$state/export"
is "$(jq -r '[.bookings, .attempts, .payments | length] | join(" ")' \
    "$state/export")" '2 2 2' "all of it can be handed out"
is "$(jq -r --arg email "$OTHER_EMAIL" '[(tostring | contains($email)),
    (.events | length > 8), (.history | length > 5)] | join(" ")' \
    "$state/export")" 'false true true' "with every word, and nobody else's"
BOOKPAY_TWIN=again bookpay privacy export \
    --email 'ZULEIKA.dobson+coach@example.net' >"$state/export.again"
ok "nor anything twice, where the database asks for it to be read again" \
    cmp -s "$state/export" "$state/export.again"
bookpay privacy export --email nobody@example.org 2>"$state/none"
is "$? $(cat "$state/none")" \
    '1 bookpay: nobody here has that address' "who is not there is not"

# --- Not while something is under way ---------------------------------------------
erase
is "${RESULT%% *}" 1 "with a session to come, nobody is forgotten"
is "$(json '[.[].booking] | unique | length' "${RESULT#* }")" 2 \
    "the answer names the bookings"
like "$(json '.[0].why' "${RESULT#* }")" 'still to come, on 20' "and says why"
give_up "$direct"
is "$STATUS" 200 "the sessions are given up"
fake_calendly /_fake/cancel "$(jq -nc --arg i "$invitee" \
    --arg r "$REASON" '{inviteeUri: $i, by: "invitee", reason: $r}')" \
    >/dev/null
quiet
becomes "$direct" CANCELLED REFUNDED "their money is back"
becomes "$calendly" CANCELLED REFUNDED "of both"
wait_until 10 jobs_are_done
quiet

# --- Forgotten ----------------------------------------------------------------------
before=$(sums)
erase --dry-run
is "$(json '[.dryRun, .bookings] | join(" ")' "${RESULT#* }")" 'true 2' \
    "a dry run says what would go"
is "$(left)" "Zuleika Dobson-Quill zuleika.dobson Frieda $CLIENT" \
    "and leaves it there"
erase
is "$(json '[.dryRun, .bookings, .asksCalendly] | join(" ")' \
    "${RESULT#* }")" 'false 2 true' "the person is forgotten"
is "$(sums)" "$before" "all sums, times and statuses are what they were"
like "$(verified)" ' 0 differences$' \
    "and the rows are still what the events say"
wait_until 10 jobs_are_done
quiet
is "$(left)" '' "nothing of the person is in the database's files"
is "$(fake_calendly /_fake/books | jq -r --arg e "$EMAIL" \
    '[.invitees[] | select(.email == $e)] | length')" 0 "nor at Calendly"
is "$(sql "select name from booking where id = '$other'")" "$OTHER_NAME" \
    "others are still there"
is "$(sql "select count(*), count(distinct email) from booking
    where erased_at > 0 and email like 'erased-%@erased.invalid'")" '2|2' \
    "the two bookings have nothing in common any more"
erase
is "$RESULT $(cat "$state/erase.log")" \
    '1  bookpay: nobody here has that address' "there is nobody to forget twice"

# --- And they stay away ---------------------------------------------------------------
fake_calendly /_fake/no-show "$(jq -nc --arg i "$invitee" \
    '{inviteeUri: $i}')" >/dev/null
events=$(count event)
fake_stripe /_fake/dispute "$(jq -nc --arg p "$(sql "select id from payment
    where booking = '$direct'")" '{paymentIntent: $p, reason: "fraudulent"}')" \
    >/dev/null
checkout "$(claim "$redirect")" -H "X-Test-User: $CLIENT"
bookpay bookings refund "$calendly" --amount 1 --reason "$REASON" \
    >/dev/null 2>&1
quiet
ok "they are spoken of again" test "$(count event)" -gt "$events"
is "$(sql "select name, client from booking where id = '$calendly'" |
    sed 's/erased:.*/erased:/')" 'erased|erased:' \
    "what is said of them later brings nobody back"
is "$(sql "select count(*) from event where lower(body) like '%zuleika%'
    or body like '%Frieda%' or body like '%$CLIENT%'")" 0 "in no body either"
like "$(verified)" ' 0 differences$' "nor is it another story then"
get "/api/bookings/$calendly" -H "X-Test-User: $CLIENT"
isnt "$STATUS" 200 "their sign-in opens it no more"
done_testing
