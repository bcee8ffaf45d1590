#!/bin/bash
# Who may do what to a booking: every route, by every kind of caller, in every
# state of the booking, as tables of the statuses that are answered.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
sign_ins=0123456789abcdef0123456789abcdef0123
world_private+=("$sign_ins")
world_start AUTH=guest,remote-user,jwt AUTH_ADMINS=chief@id \
    AUTH_JWT_ALGORITHMS=HS256 AUTH_JWT_KEY=$sign_ins \
    AUTH_JWT_ISSUER=https://id.example.org
people_sign_in
bookpay builders set robin --user robin@id >/dev/null
bookpay builders set lena --user lena@id >/dev/null
bookpay session-types set members --builder robin --title Members --minutes 45 \
    --amount 9000 --currency usd --direct --requires-auth >/dev/null

# --- The bookings ------------------------------------------------------------------
# Each of ada@id, at Calendly, in the state of its name; of free ones there is no
# session.  A completed one was eight days ago.
states=(pending paid cancelled moved refunded free no-show disputed completed)
declare -A id invitee session body link see over
secret=$(conf_get LINK_SECRET) origin=$(conf_get PUBLIC_BASE_URL)

# a_booking STATE [TYPE]: BOOKING, and what is known about it.
a_booking() {
	next_slot
	book "${2:-$STRATEGY}" "$START"
	body[$1]=$(claim "$REDIRECT")
	checkout "${body[$1]}" -H 'X-Test-User: ada@id'
	id[$1]=$BOOKING invitee[$1]=$INVITEE session[$1]=$SESSION
	world_private+=("$INVITEE")
}

# paid_booking STATE: PAYMENT, too.
paid_booking() {
	a_booking "$1"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
}

a_booking pending
paid_booking paid
a_booking cancelled
fake_calendly /_fake/cancel \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"invitee\"}" >/dev/null
a_booking moved
next_slot
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}" >/dev/null
paid_booking refunded
fake_stripe /_fake/refund "{\"paymentIntent\":\"$PAYMENT\"}" >/dev/null
a_booking free "$FREE_INTRO"
paid_booking no-show
fake_calendly /_fake/no-show "{\"inviteeUri\":\"$INVITEE_URI\"}" >/dev/null
paid_booking disputed
fake_stripe /_fake/dispute "{\"paymentIntent\":\"$PAYMENT\"}" >/dev/null
paid_booking completed
quiet
EMAIL=grace@example.org
a_booking other
EMAIL=ada.lovelace@example.org
ok "the store of events gives the same rows" bookpay verify

# The clock does not wait for a session to be over.
rows_by_hand=1
sql "update booking set start_at = start_at - 86400000000 * 100,
    end_at = (select max(asked.created_at) from booking as asked)
	- 86400000000 * 8
    where id = '${id[completed]}'"

# What the bookings, and all that somebody asked of us, amount to.
sum() {
	sql "select id, status, payment_status, client, link_serial
	    from booking; select count(*) from event
	    where source in ('client', 'builder', 'admin')"
}
is "$(sql "select group_concat(status || ' ' || payment_status, ', ')
    from (select * from booking
    where id in ('$(printf "%s','" "${id[@]}")') and id <> '${id[other]}'
    order by status, payment_status) as all_states" | tr -d '\n')" \
    "CANCELLED UNPAID, CONFIRMED DISPUTED, CONFIRMED NOT_REQUIRED,\
 CONFIRMED PAID, CONFIRMED PAID, CONFIRMED REFUNDED, NO_SHOW PAID,\
 PENDING UNPAID, RESCHEDULED UNPAID" "there is a booking in each state"
for state_name in "${states[@]}" other; do
	as_guest "${id[$state_name]}"
	link[$state_name]=$TOKEN
	as_guest "${id[$state_name]}" --see --days 1
	see[$state_name]=$TOKEN
	over[$state_name]=$(sealed "${id[$state_name]}" 0 \
	    "$(($(date +%s) - 1))" "$secret")
	world_private+=("${link[$state_name]}" "${see[$state_name]}" \
	    "${over[$state_name]}")
done

# token EXPIRY: a sign-in of ada@id.
token() {
	local signed
	signed=$(printf '{"alg":"HS256"}' | in_base64).$(printf '{"sub":"ada@id",
	    "iss":"https://id.example.org","exp":%d}' "$1" | in_base64)
	printf '%s.%s' "$signed" "$(printf %s "$signed" |
	    openssl dgst -sha256 -hmac "$sign_ins" -binary | in_base64)"
}

in_base64() {
	base64 -w 0 | tr '+/' '-_' | tr -d =
}
fresh=$(token $(($(date +%s) + 3600)))
expired=$(token $(($(date +%s) - 3600)))
world_private+=("$fresh" "$expired")

# --- The callers ---------------------------------------------------------------------
# as CALLER STATE: the headers by which a caller comes to the booking of a state,
# as curl reads them.
as() {
	case $1 in
	nobody) ;;
	expired-link) said "Authorization: Guest ${over[$2]}" ;;
	expired-sign-in) said "Authorization: Bearer $expired" ;;
	sign-in) said "Authorization: Bearer $fresh" ;;
	other-client) said 'X-Test-User: eve@id' ;;
	client) said 'X-Test-User: ada@id' ;;
	client-by-mail)
		said 'X-Test-User: ada@phone'
		said 'X-Test-Email: Ada.Lovelace@example.org' ;;
	builder) said 'X-Test-User: robin@id' ;;
	other-builder) said 'X-Test-User: lena@id' ;;
	admin) said 'X-Test-User: chief@id' ;;
	guest | old-link) said "Authorization: Guest ${link[$2]}" ;;
	other-guest) said "Authorization: Guest ${link[other]}" ;;
	viewer | old-view) said "Authorization: Guest ${see[$2]}" ;;
	old-cookie) said "Cookie: bookpay_${id[$2]}=${link[$2]}" ;;
	new-link) said "Authorization: Guest ${new[$2]}" ;;
	esac
}

said() {
	printf 'header = "%s"\n' "$1"
}

# asked_at PATH [BODY]: one question, of which the status will be printed.
asked_at() {
	printf 'next\nurl = "http://127.0.0.1:%s%s"\n' "$port" "$1"
	printf 'output = "%s/answer"\nwrite-out = "%%{http_code}\\n"\n' "$state"
	[ -n "${2:-}" ] || return 0
	said 'Content-Type: application/json'
	said "Origin: $origin"
	printf 'data = "%s"\n' "${2//\"/\\\"}"
}

# --- The routes ------------------------------------------------------------------------
# question ROUTE CALLER STATE: who can cancel is asked what that would give back;
# all others really try.
question() {
	local dry='{"dryRun":true}'
	case $1 in
	see) asked_at "/api/bookings/${id[$3]}" ;;
	see-by-uuid) asked_at "/api/bookings/${invitee[$3]}" ;;
	session) asked_at "/api/stripe/sessions/${session[$3]}" ;;
	pay) asked_at /api/stripe/checkout "{\"bookingId\":\"${id[$3]}\"}" ;;
	claim) asked_at /api/stripe/checkout "${body[$3]}" ;;
	cancel)
		case $2 in
		client | sign-in | client-by-mail | builder | admin | guest | \
		    new-link) ;;
		*) dry='{}' ;;
		esac
		asked_at "/api/bookings/${id[$3]}/cancel" "$dry" ;;
	catalogue) asked_at /api/session-types ;;
	alive) asked_at /healthz ;;
	ready) asked_at /readyz ;;
	stripe | calendly) asked_at "/api/webhooks/$1" '{"id":"evt_1"}' ;;
	open | members)
		asked_at /api/stripe/checkout "${order[$1]}" ;;
	esac
	as "$2" "$3"
}

# compare NAME ROUTE[/STATE]...: with the lines of stdin, "CALLER STATUS...", a
# status for each of them; "-": there is nothing to ask.
compare() {
	local name=$1 i row got=() line cells
	shift
	local columns=("$@") rows=()
	mapfile -t rows
	for row in "${rows[@]}"; do
		read -ra cells <<<"$row"
		for i in "${!columns[@]}"; do
			[ "${cells[i + 1]}" = - ] || question "${columns[i]%%/*}" \
			    "${cells[0]}" "${columns[i]##*/}"
		done
	done | sed 1d >"$state/questions"
	mapfile -t got < <(curl -sS --noproxy '*' -m 60 -K "$state/questions" \
	    2>>"$state/log/curl.log")
	for row in "${rows[@]}"; do
		read -ra cells <<<"$row"
		line=${cells[0]}
		for i in "${!columns[@]}"; do
			if [ "${cells[i + 1]}" = - ]; then
				line+=' -'
			else
				line+=" ${got[0]:-none}"
				got=("${got[@]:1}")
			fi
		done
		is "$line" "${cells[*]}" "$name: ${cells[0]}"
	done
}

# table ROUTE: for each state.
table() {
	compare "$1" "${states[@]/#/$1/}"
}

before=$(sum)

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table see <<'END'
nobody              401  401  401  401  401  401  401  401  401
expired-link        401  401  401  401  401  401  401  401  401
expired-sign-in     401  401  401  401  401  401  401  401  401
sign-in             200  200  200  200  200  200  200  200  200
other-client        404  404  404  404  404  404  404  404  404
client              200  200  200  200  200  200  200  200  200
client-by-mail      200  200  200  200  200  200  200  200  200
builder             200  200  200  200  200  200  200  200  200
other-builder       404  404  404  404  404  404  404  404  404
admin               200  200  200  200  200  200  200  200  200
guest               200  200  200  200  200  200  200  200  200
other-guest         404  404  404  404  404  404  404  404  404
viewer              200  200  200  200  200  200  200  200  200
END

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table session <<'END'
nobody              401  401  401  401  401   -   401  401  401
expired-link        401  401  401  401  401   -   401  401  401
expired-sign-in     401  401  401  401  401   -   401  401  401
sign-in             200  200  200  200  200   -   200  200  200
other-client        404  404  404  404  404   -   404  404  404
client              200  200  200  200  200   -   200  200  200
client-by-mail      200  200  200  200  200   -   200  200  200
builder             200  200  200  200  200   -   200  200  200
other-builder       404  404  404  404  404   -   404  404  404
admin               200  200  200  200  200   -   200  200  200
guest               200  200  200  200  200   -   200  200  200
other-guest         404  404  404  404  404   -   404  404  404
viewer              200  200  200  200  200   -   200  200  200
END

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table pay <<'END'
nobody              401  401  401  401  401  401  401  401  401
expired-link        401  401  401  401  401  401  401  401  401
expired-sign-in     401  401  401  401  401  401  401  401  401
sign-in             200  409  409  409  409  200  409  409  409
other-client        404  404  404  404  404  404  404  404  404
client              200  409  409  409  409  200  409  409  409
client-by-mail      200  409  409  409  409  200  409  409  409
builder             403  403  403  403  403  403  403  403  403
other-builder       404  404  404  404  404  404  404  404  404
admin               200  409  409  409  409  200  409  409  409
guest               200  409  409  409  409  200  409  409  409
other-guest         404  404  404  404  404  404  404  404  404
viewer              403  403  403  403  403  403  403  403  403
END

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table cancel <<'END'
nobody              401  401  401  401  401  401  401  401  401
expired-link        401  401  401  401  401  401  401  401  401
expired-sign-in     401  401  401  401  401  401  401  401  401
sign-in             200  200  200  409  200  200  409  200  409
other-client        404  404  404  404  404  404  404  404  404
client              200  200  200  409  200  200  409  200  409
client-by-mail      200  200  200  409  200  200  409  200  409
builder             200  200  200  409  200  200  200  200  409
other-builder       404  404  404  404  404  404  404  404  404
admin               200  200  200  409  200  200  200  200  409
guest               200  200  200  409  200  200  409  200  409
other-guest         404  404  404  404  404  404  404  404  404
viewer              403  403  403  403  403  403  403  403  403
END

# Who comes from Calendly knows the invitee's uuid: that is a capability, too,
# until a week after the session.
#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table see-by-uuid <<'END'
nobody              200  200  200  200  200  200  200  200  404
expired-link        200  200  200  200  200  200  200  200  401
expired-sign-in     200  200  200  200  200  200  200  200  401
other-client        200  200  200  200  200  200  200  200  404
client              200  200  200  200  200  200  200  200  200
client-by-mail      200  200  200  200  200  200  200  200  200
builder             200  200  200  200  200  200  200  200  200
other-builder       200  200  200  200  200  200  200  200  404
admin               200  200  200  200  200  200  200  200  200
guest               200  200  200  200  200  200  200  200  200
other-guest         200  200  200  200  200  200  200  200  404
viewer              200  200  200  200  200  200  200  200  200
END

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
table claim <<'END'
nobody              200  409  409  409  409  200  409  409  404
expired-link        200  409  409  409  409  200  409  409  401
expired-sign-in     200  409  409  409  409  200  409  409  401
other-client        200  409  409  409  409  200  409  409  404
client              200  409  409  409  409  200  409  409  409
client-by-mail      200  409  409  409  409  200  409  409  409
builder             200  409  409  409  409  200  409  409  403
other-builder       200  409  409  409  409  200  409  409  404
admin               200  409  409  409  409  200  409  409  409
guest               200  409  409  409  409  200  409  409  409
other-guest         200  409  409  409  409  200  409  409  404
viewer              200  409  409  409  409  200  409  409  403
END

# What is nobody's own: the catalogue and the state of the service are public,
# and a webhook is believed by its signature, whoever sends it.
compare "whoever asks" catalogue alive ready stripe calendly <<'END'
nobody              200  200  200  401  401
expired-link        200  200  200  401  401
expired-sign-in     200  200  200  401  401
sign-in             200  200  200  401  401
other-client        200  200  200  401  401
client              200  200  200  401  401
builder             200  200  200  401  401
admin               200  200  200  401  401
guest               200  200  200  401  401
viewer              200  200  200  401  401
END

is "$(sum)" "$before" "SEC-09 and nobody has changed anything by asking"

# --- Links that were called back ----------------------------------------------------
declare -A new
for state_name in "${states[@]}"; do
	bookpay bookings link "${id[$state_name]}" --revoke >/dev/null
	as_guest "${id[$state_name]}"
	new[$state_name]=$TOKEN
	world_private+=("$TOKEN")
done
before=$(sum)

#                 pending   cancelled  refunded  no-show   completed
#                      paid       moved     free      disputed
for name in see session pay cancel see-by-uuid claim; do
	table "$name" < <(sed "s/free/$([ "$name" = session ] && echo - ||
	    echo 404)/" <<'END'
old-link            404  404  404  404  404 free  404  404  404
old-view            404  404  404  404  404 free  404  404  404
old-cookie          404  404  404  404  404 free  404  404  404
other-client        404  404  404  404  404 free  404  404  404
END
)
done
table see-by-uuid <<'END'
nobody              404  404  404  404  404  404  404  404  404
client              200  200  200  200  200  200  200  200  200
builder             200  200  200  200  200  200  200  200  200
new-link            200  200  200  200  200  200  200  200  200
END
table pay <<'END'
client              200  409  409  409  409  200  409  409  409
new-link            200  409  409  409  409  200  409  409  409
END
table cancel <<'END'
client              200  200  200  409  200  200  409  200  409
new-link            200  200  200  409  200  200  409  200  409
END
is "$(sum)" "$before" "SEC-09 and who has an old link changes nothing"

# --- Bookings that are to be made ------------------------------------------------------
# A time that has passed: 409 means that only the time is in the way.
declare -A order=([open]=$(order review-45 2026-01-05T15:00:00Z)
    [members]=$(order members 2026-01-05T15:00:00Z))

#                 open  for members
compare 'guests are let in, and book' open/pending members/pending <<'END'
nobody              409  401
expired-link        409  401
new-link            409  401
other-client        409  409
client              409  409
builder             409  409
admin               409  409
END
reconfigure checkout AUTH=remote-user
compare 'guests are not let in, and do not book' open/pending \
    members/pending <<'END'
nobody              401  401
expired-link        401  401
new-link            401  401
other-client        409  409
builder             409  409
admin               409  409
END
is "$(count event "type = 'booking.request'")" 0 "and nobody has booked anything"
done_testing
