#!/bin/bash
# SEC-22  Signatures that are checked wrongly: compared in part, valid where
# there is none, without a time, over a body that was printed anew, only the
# first of several, v0 as well.  More of them, also what the providers' own
# libraries make: tests/unit/signature.c, tests/contract.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page
behave '{"lose":1}'
now=$(date +%s)
# told_all PROVIDER BODY: a delivery for each line "NAME|HEADER" of stdin; says
# those that are not refused.
told_all() {
	local name=Stripe-Signature line config=$state/config
	[ "$1" = stripe ] || name=Calendly-Webhook-Signature
	printf '%s' "$2" >"$state/body"
	while IFS= read -r line; do
		printf 'url = "http://127.0.0.1:%s/api/webhooks/%s"\n' "$port" "$1"
		printf 'data-binary = "@%s"\noutput = /dev/null\n' "$state/body"
		[ "${line#*|}" = - ] ||
		    printf 'header = "%s: %s"\n' "$name" "${line#*|}"
		printf 'write-out = "%%{http_code} %s\\n"\nnext\n' "${line%%|*}"
	done | sed '$d' >"$config"
	curl -sS --noproxy '*' -m 60 --no-progress-meter -K "$config" \
	    2>>"$state/log/curl.log" >"$state/told"
	grep -v '^401 ' "$state/told"
}
other=whsec_of_somebody_else_0123456789
zeros=$(printf '0%.0s' {1..64})

for pair in stripe:STRIPE_WEBHOOK_SECRET:301 \
    calendly:CALENDLY_WEBHOOK_SIGNING_KEY:172800; do
	IFS=: read -r provider key age <<<"$pair"
	secret=$(conf_get "$key")
	if [ "$provider" = stripe ]; then
		book_direct
		body=$(paid_event evt_vector)
	else
		body=$(cat "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")
	fi
	good=$(seal "$secret" "$body" "$now")
	mac=${good#*v1=}
	before=$(books)
	refused=$(told_all "$provider" "$body" <<END
no header|-
an empty one|
a word|whatever
no time|v1=$mac
no signature|t=$now
an empty signature|t=$now,v1=
an empty time|t=,v1=$mac
zeros|t=$now,v1=$zeros
the first half of it|t=$now,v1=${mac:0:32}
all but the last digit|t=$now,v1=${mac:0:63}
one digit more|t=$now,v1=${mac}0
the first digits right, the last one not|t=$now,v1=${mac:0:63}$(tr 0-9a-f 1-9a-f0 <<<"${mac:63}")
v0|t=$now,v0=$mac
V1|t=$now,V1=$mac
v1 with a blank|t=$now,v1 =$mac
another separator|t=$now;v1=$mac
base64|t=$now,v1=$(xxd -r -p <<<"$mac" | base64 -w0)
another time than was signed|t=$((now - 1)),v1=$mac
two times, the right one last|t=$((now - 1)),t=$now,v1=$mac
two times, the right one first|t=$now,t=$((now - 1)),v1=$mac
a time that is no number|t=${now}x,v1=$mac
a time as a fraction|t=$now.0,v1=$mac
a negative time|t=-$now,v1=$mac
a huge time|t=99999999999999999999,v1=$mac
a time before all|t=0,v1=$(seal "$secret" "$body" 0 | sed 's/.*v1=//')
too old a time|$(seal "$secret" "$body" $((now - age)))
a time to come|$(seal "$secret" "$body" $((now + 900)))
milliseconds|$(seal "$secret" "$body" "${now}000")
another key|$(seal "$other" "$body" "$now")
half of the key|$(seal "${secret:0:16}" "$body" "$now")
the body alone|t=$now,v1=$(printf '%s' "$body" | hmac "$secret")
the body before the time|t=$now,v1=$(printf '%s.%s' "$body" "$now" | hmac "$secret")
key and message swapped|t=$now,v1=$(printf '%s' "$secret" | hmac "$now.$body")
a plain hash|t=$now,v1=$(printf '%s.%s' "$now" "$body" | sha256sum | cut -d' ' -f1)
a header of 5000 bytes|$(printf 'v1=a,%.0s' {1..1000})$good
END
	)
	is "$(wc -l <"$state/told") $refused" '35 ' \
	    "$provider: whatever is not its signature of these bytes is refused"
	wrong=''
	while IFS= read -r changed; do
		hand_in "$provider" "$changed" "$good"
		[ "$STATUS" = 401 ] || wrong+=" ${changed:0:20}"
	done < <(echo "$body "; echo " $body"; jq -cS . <<<"$body"
	    jq -c '.x = 1' <<<"$body"; sed 's/"/ "/' <<<"${body//$'\n'/ }"; echo)
	is "$wrong" '' "$provider: the bytes count, not what they mean"
	is "$(books)" "$before" "$provider: none of it left a row"

	hand_in "$provider" "$body" \
	    "t=$now,v0=$zeros,v1=$zeros,v1=x,v1=$mac,v1=$zeros,v9=1"
	is "$STATUS $(json .data.duplicate)" '200 false' \
	    "$provider: any one of several is enough, as while a key is replaced"
done
hand_in stripe "$body" "t=$now,v1=$zeros"
says 401 WEBHOOK_VERIFICATION_FAILED "what was right once does not help another"

# A key that is being replaced: both, and neither any longer than it stands there.
old=$(conf_get STRIPE_WEBHOOK_SECRET)
book_direct
body=$(paid_event evt_rotated)
conf_set STRIPE_WEBHOOK_SECRET "whsec_new_0123456789abcdef,$old"
hand_in stripe "$body" "$(seal "$old" "$body")"
is "$STATUS" 200 "two live keys: the old one"
hand_in stripe "$body" "$(seal whsec_new_0123456789abcdef "$body")"
is "$STATUS" 200 "and the new one"
hand_in stripe "$body" "$(seal "whsec_new_0123456789abcdef,$old" "$body")"
says 401 WEBHOOK_VERIFICATION_FAILED "but not both as one"
conf_set STRIPE_WEBHOOK_SECRET whsec_new_0123456789abcdef
hand_in stripe "$body" "$(seal "$old" "$body")"
says 401 WEBHOOK_VERIFICATION_FAILED "and not the old one when it is gone"
conf_set STRIPE_WEBHOOK_SECRET "$old"

book_direct
body=$(paid_event evt_weak)
stale=$(seal "$old" "$body" $((now - 9000)))
if weak signature-age; then
	hand_in stripe "$body" "$stale"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard of time what somebody kept would be taken in"
	strong
fi
book_direct
body=$(paid_event evt_weak_2)
if weak signature; then
	hand_in stripe "$body" "t=$now,v1=$zeros"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without that of the key anything would"
	strong
fi
done_testing
