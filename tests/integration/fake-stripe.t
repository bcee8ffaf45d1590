#!/bin/bash
# What the fake Stripe plays, and how it is steered.
no_programs=1
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start
api=$(conf_get STRIPE_API_BASE)
# Any JSON is a clock's setting to the other fake: a receiver that says yes.
receiver=$(conf_get CALENDLY_API_BASE)/_fake/clock

# ask METHOD PATH [curl's arguments...]: STATUS, BODY.
ask() {
	local method=$1 path=$2
	shift 2
	BODY=$(curl -sS --noproxy '*' -g -m 30 -X "$method" "$@" \
	    -H 'Stripe-Version: 2026-10-28.endive' -w '\n%{http_code}' \
	    -H "Authorization: Bearer $(conf_get STRIPE_SECRET_KEY)" \
	    "$api/v1/$path")
	STATUS=${BODY##*$'\n'}
	BODY=${BODY%$'\n'*}
}

# says METHOD PATH WANTED NAME [curl's arguments...]: status, and the code.
says() {
	local method=$1 path=$2 wanted=$3 name=$4
	shift 4
	ask "$method" "$path" "$@"
	is "$STATUS $(json '.error.code // .error.param // ""')" "$wanted" \
	    "$name" || diag "$BODY"
}

# fits SCHEMA NAME [JQ]: the body, or all that JQ takes from it.
fits() {
	is "$(json "${3:-.} | @json" | while read -r one; do
		jq -r --slurpfile spec \
		    "$srcdir/tests/contract/stripe/openapi-subset.json" \
		    --arg schema "$1" -f "$srcdir/tests/lib/fits.jq" <<<"$one"
	done)" '' "$2"
}

# new_session [curl's arguments...]: SESSION, of 150 dollars.
new_session() {
	ask POST checkout/sessions -d mode=payment \
	    -d 'line_items[0][price_data][currency]=usd' \
	    -d 'line_items[0][price_data][unit_amount]=15000' \
	    -d 'line_items[0][price_data][product_data][name]=Talk' \
	    -d 'line_items[0][quantity]=1' -d success_url=http://x.example/ \
	    "$@"
	SESSION=$(json .id)
}

# paid_session [JSON]: SESSION and INTENT, paid as JSON says.
paid_session() {
	new_session
	pay "$SESSION" "$@"
	INTENT=$(jq -r .paymentIntent "$state/paid")
}

# Until nothing is on its way any more.
flush() {
	fake_stripe /_fake/flush '{}' >/dev/null
}

books() {
	fake_stripe /_fake/books | jq -r "$1"
}

types() {
	json '[.data[].type] | join(" ")'
}

# unsteered PATH JSON WHY NAME: it refuses that.
unsteered() {
	like "$(fake_stripe "$1" "$2" 2>&1)" "$3" "$4"
}

has_expired() {
	[ "$(books '.sessions[-1].status')" = expired ]
}

behave '{"lose":1}'

# --- Webhook endpoints --------------------------------------------------------
ask GET webhook_endpoints
is "$(json '.data | length') $(json '.data[0].status')" '1 enabled' \
    "the endpoint known from the start is one of the API's"
shipped=$(json '.data[0].id')
fits webhook_endpoint "and has the schema's shape" '.data[]'
endpoint=(-d "url=$receiver" -d 'enabled_events[]=*')
says POST webhook_endpoints '400 parameter_missing' "an endpoint needs events" \
    -d "url=$receiver"
says POST webhook_endpoints '400 parameter_missing' "and a URL" \
    -d 'enabled_events[]=*'
says POST webhook_endpoints '400 enabled_events[0]' \
    "which Stripe has heard of" -d "url=$receiver" \
    -d 'enabled_events[]=invitee.created'
says POST webhook_endpoints '400 url_invalid' "the URL has a scheme" \
    -d 'enabled_events[]=*' -d url=x.example/hook
ask POST webhook_endpoints "${endpoint[@]}" -d api_version=2025-03-31.basil
ENDPOINT=$(json .id)
is "$STATUS $(json '.secret[:6], .api_version' | paste -sd ' ')" \
    '200 whsec_ 2025-03-31.basil' "who makes an endpoint is told its secret"
fits webhook_endpoint "in the schema's shape"
ask GET "webhook_endpoints/$ENDPOINT"
is "$(json 'has("secret")')" false "and nobody ever again"
says POST "webhook_endpoints/$ENDPOINT" '400 parameter_unknown' \
    "its version cannot be changed" -d api_version=2026-10-28.endive
says POST "webhook_endpoints/$ENDPOINT" '400 enabled_events' \
    "nor can it do without events" -d enabled_events=
says POST webhook_endpoints/we_none '404 resource_missing' \
    "there is no other endpoint" -d disabled=true
ask DELETE "webhook_endpoints/$shipped"
is "$(json .deleted)" true "an endpoint can be deleted"
says GET "webhook_endpoints/$shipped" '404 resource_missing' "then it is gone"

behave '{}'
new_session
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
flush
ask GET 'events?type=checkout.session.expired'
seen=$(json '.data[0].id')
is "$(fake_stripe /_fake/deliveries?body=1 | jq -r ".deliveries[] |
    select(.event == \"$seen\") | .state, (.body | fromjson |
    .api_version)" | paste -sd ' ')" 'delivered 2025-03-31.basil' \
    "an endpoint gets its events as of its own version"
ask POST "webhook_endpoints/$ENDPOINT" -d disabled=true
is "$(json .status)" disabled "an endpoint can be disabled"
new_session
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
ask POST "webhook_endpoints/$ENDPOINT" -d disabled=false
flush
ask GET 'events?type=checkout.session.expired'
missed=$(json '.data[0].id')
is "$(json '.data | length') $(fake_stripe /_fake/deliveries |
    jq "[.deliveries[] | select(.event == \"$missed\")] | length")" '2 0' \
    "what happened meanwhile is in the list, and delivered to nobody"
ask POST "webhook_endpoints/$ENDPOINT" -d url=http://127.0.0.1:1/
new_session
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
flush
fake_stripe /_fake/disable '{}' >/dev/null
is "$(books '.endpoints[].status')" disabled "days of failures disable it"
fake_stripe /_fake/flush '{}' >/dev/null
is "$(fake_stripe /_fake/deliveries | jq -r '.deliveries[-1].state')" held \
    "what it was to get before waits"
ask GET 'events?delivery_success=false'
is "$(json '[.data[].pending_webhooks] | tostring')" '[1]' \
    "and counts as not delivered"
fits event "an event has the schema's shape" '.data[]'
ask POST "webhook_endpoints/$ENDPOINT" -d "url=$receiver" -d disabled=false
flush
is "$(fake_stripe /_fake/deliveries | jq -r '.deliveries[-1].state')" \
    delivered "it goes on when the endpoint is enabled again, at its new URL"
unsteered /_fake/disable '{"endpoint":"we_none"}' 'no such endpoint' \
    "an endpoint that is not there cannot be disabled"

# --- Events -------------------------------------------------------------------
ask GET 'events?limit=2'
first=$(json .data[1].id)
is "$(json '(.data | length), .has_more' | paste -sd ' ')" '2 true' \
    "a page is as long as asked for"
ask GET "events?limit=100&starting_after=$first"
rest=$(json '.data | length')
is "$(json .has_more)" false "the next page goes on behind it"
last=$(json '.data[-1].id')
ask GET "events?limit=2&ending_before=$last"
near=$(json '.data[1].id')
ask GET "events?limit=1&starting_after=$near"
is "$(json '.data[0].id')" "$last" \
    "ending_before gives what stands just before"
says GET "events?ending_before=$last&starting_after=$last" \
    '400 parameters_exclusive' "one can go on in one direction only"
behave '{"pageMax":1}'
ask GET 'events?limit=100'
is "$(json '(.data | length), .has_more' | paste -sd ' ')" '1 true' \
    "pages can be shorter than asked for"
behave '{}'
says GET 'events?limit=101' '400 parameter_invalid_integer' \
    "a page has a hundred at most"
says GET 'events?type=a&types[]=a' '400 parameters_exclusive' \
    "type and types exclude each other"
ask GET 'events?types[]=checkout.session.expired&types[]=payment_intent.created'
is "$(types)" \
    'checkout.session.expired checkout.session.expired checkout.session.expired' \
    "types are looked for by their names"
now=$(date +%s)
ask GET "events?created[gte]=$((now - 3600))&created[lt]=$((now - 1800))"
is "$(json '.data | length')" 0 "events are looked for by their time"
ask GET "events/$seen"
fits event "one event can be read"
is "$(json '.data.object.status') $rest" 'expired 1' "as it was then"
behave '{"lagMs":100000}'
new_session
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
behave '{}'
ask GET 'events?type=checkout.session.expired'
is "$(json '.data | length')" 3 "lists can be late to know"
behave '{"twin":1}'
paid_session
behave '{}'
ask GET 'events?type=checkout.session.completed'
is "$(json '[.data[].id] | unique | length') $(json '[.data[].data.object.id] |
    unique | length')" '2 1' "one change can make two events"
fake_stripe /_fake/clock '{"ahead":2678400}' >/dev/null
ask GET events?limit=100
is "$(json '[.data[] | select(.created < now)] | length')" 0 \
    "after a month events are gone"
says GET "events/$seen" '404 resource_missing' "one of them, too"
fake_stripe /_fake/clock '{}' >/dev/null

# --- Refunds ------------------------------------------------------------------
paid_session
refund=(-d "payment_intent=$INTENT")
says POST refunds '400 parameter_missing' "a refund is of something"
says POST refunds '404 resource_missing' "that there is" \
    -d payment_intent=pi_none
says POST refunds '400 amount' "of so much, not more" "${refund[@]}" \
    -d amount=15001
is "$(json '.error.code')" null "that error has no code"
says POST refunds '400 parameter_invalid_integer' "nor nothing" \
    "${refund[@]}" -d amount=0
says POST refunds '400 reason' "for a reason that Stripe knows" \
    "${refund[@]}" -d reason=mood
says POST refunds '400 parameter_unknown' "with no parameter of ours" \
    "${refund[@]}" -d booking=1
ask POST refunds "${refund[@]}" -d amount=5000 -H 'Idempotency-Key: r1' \
    -d reason=requested_by_customer -d 'metadata[bookingId]=bk_1'
fits refund "a refund has the schema's shape"
is "$(json '.status, .amount, .reason, .metadata.bookingId' | paste -sd ' ')" \
    'succeeded 5000 requested_by_customer bk_1' "it is what was asked for"
one=$(json .id)
ask POST refunds "${refund[@]}" -d amount=5000 -H 'Idempotency-Key: r1' \
    -d reason=requested_by_customer -d 'metadata[bookingId]=bk_1'
is "$(json .id)" "$one" "the same key and body give the same refund"
ask POST refunds "${refund[@]}" -d amount=4000 -H 'Idempotency-Key: r1'
is "$STATUS $(json .error.type)" '400 idempotency_error' \
    "the same key with another body gives nothing"
behave '{"slowMs":400}'
for n in 1 2; do
	(ask POST refunds "${refund[@]}" -d amount=1000 \
	    -H 'Idempotency-Key: r2'
	json '.error.code // .status' >"$state/answer-$n") &
	both[n]=$!
done
wait "${both[@]}"
is "$(sort "$state"/answer-? | paste -sd ' ')" \
    'idempotency_key_in_use succeeded' "nor does a key that is at work"
behave '{"answer500":1,"after":true,"times":1}'
ask POST refunds "${refund[@]}" -d amount=2000 -H 'Idempotency-Key: r3'
is "$STATUS" 500 "a server's error"
ask POST refunds "${refund[@]}" -d amount=2000 -H 'Idempotency-Key: r3'
is "$STATUS $(books '.paymentIntents[-1].amountRefunded')" '500 8000' \
    "stays with the key, and the refund is done"
behave '{"answer500":1,"stick":true,"times":1}'
ask POST refunds "${refund[@]}" -d amount=2000 -H 'Idempotency-Key: r4'
ask POST refunds "${refund[@]}" -d amount=2000 -H 'Idempotency-Key: r4'
is "$STATUS $(books '.paymentIntents[-1].amountRefunded')" '500 8000' \
    "or is not, who knows"
fake_stripe /_fake/clock '{"ahead":86500}' >/dev/null
ask POST refunds "${refund[@]}" -d amount=2000 -H 'Idempotency-Key: r4'
is "$STATUS $(books '.paymentIntents[-1].amountRefunded')" '200 10000' \
    "after a day the key is forgotten, and refunds again"
fake_stripe /_fake/clock '{}' >/dev/null
said=$(fake_stripe /_fake/refund "{\"paymentIntent\":\"$INTENT\"}")
is "$(json .amount "$said")" 5000 "a person can refund the rest"
by_hand=$(json .refund "$said")
ask GET "refunds/$by_hand"
fits refund "that is a refund, too"
is "$(json '.metadata | length')" 0 "which knows nothing of us"
says POST refunds '400 charge_already_refunded' "what is gone is gone" \
    "${refund[@]}"
unsteered /_fake/refund "{\"paymentIntent\":\"$INTENT\"}" 'is not left' \
    "for people, too"
ask GET "refunds?payment_intent=$INTENT&limit=3"
is "$(json '(.data | length), .has_more' | paste -sd ' ')" '3 true' \
    "refunds are listed by their payment"
ask GET "charges/$(books '.paymentIntents[-1].charge')"
fits charge "a charge has the schema's shape"
is "$(json '.refunded, .amount_refunded' | paste -sd ' ')" 'true 15000' \
    "it knows what went back"
fake_stripe /_fake/settle "{\"refund\":\"$by_hand\",\"result\":\"fails\"}" \
    >/dev/null
ask GET "refunds/$by_hand"
is "$(json .status) $(books '.paymentIntents[-1].amountRefunded')" \
    'failed 10000' "a refund that was done can fail"
ask GET 'events?type=refund.failed'
is "$(json '.data[0].data.object.id')" "$by_hand" "which makes an event"
unsteered /_fake/settle "{\"refund\":\"$by_hand\",\"result\":\"succeeds\"}" \
    'failed already' "and is its end"
paid_session '{"card":"4000000000007726"}'
ask POST refunds -d "payment_intent=$INTENT"
pending=$(json .id)
is "$(json .status)" pending "with another card a refund waits"
flush
is "$(books ".refunds[] | select(.id == \"$pending\") | .status")" succeeded \
    "and is done later"
paid_session '{"card":"4000000000005126"}'
ask POST refunds -d "payment_intent=$INTENT"
flush
is "$(books '.refunds[-1].status')" failed "with another it fails later"

# --- Disputes -----------------------------------------------------------------
# dispute JSON: DISPUTE, and its status in DISPUTED.
dispute() {
	local said
	said=$(fake_stripe /_fake/dispute "$1") || return 1
	DISPUTE=$(json .dispute "$said") DISPUTED=$(json .status "$said")
}
paid_session
dispute "{\"paymentIntent\":\"$INTENT\"}"
says POST refunds '400 charge_disputed' "what is disputed is not refunded" \
    -d "payment_intent=$INTENT"
dispute "{\"dispute\":\"$DISPUTE\",\"otherCode\":true}"
says POST refunds '400 refund_disputed_payment' "with either code" \
    -d "payment_intent=$INTENT"
ask GET "disputes/$DISPUTE"
fits dispute "a dispute has the schema's shape"
dispute "{\"dispute\":\"$DISPUTE\",\"status\":\"under_review\"}"
dispute "{\"dispute\":\"$DISPUTE\",\"close\":\"won\"}"
is "$DISPUTED" won "it can be won"
unsteered /_fake/dispute "{\"dispute\":\"$DISPUTE\",\"close\":\"lost\"}" \
    'it is closed' "once"
ask GET 'events?limit=5'
is "$(types)" "charge.dispute.funds_reinstated charge.dispute.closed\
 charge.dispute.updated charge.dispute.funds_withdrawn charge.dispute.created" \
    "each step makes its events"
dispute "{\"dispute\":\"$DISPUTE\",\"refundable\":true}"
ask POST refunds -d "payment_intent=$INTENT"
is "$STATUS" 200 "and then, maybe, be refunded"
paid_session
dispute "{\"paymentIntent\":\"$INTENT\",\"reason\":\"inquiry\",\"amount\":700}"
is "$DISPUTED $(books '.disputes[-1].amount')" 'warning_needs_response 700' \
    "an inquiry is a warning"
unsteered /_fake/dispute "{\"dispute\":\"$DISPUTE\",\"close\":\"lost\"}" \
    'warning_closed' "nobody loses it"
dispute "{\"dispute\":\"$DISPUTE\",\"status\":\"needs_response\"}"
says POST refunds '400 charge_disputed' "it may become a dispute" \
    -d "payment_intent=$INTENT"
dispute "{\"dispute\":\"$DISPUTE\",\"close\":\"lost\"}"
is "$(books '.disputes[-1].status')" lost "that is lost"

# --- Delayed methods, expiry --------------------------------------------------
for result in succeeds:paid fails:unpaid; do
	paid_session '{"bank":"processing"}'
	is "$(books '.sessions[-1] | .status + " " + .paymentStatus')" \
	    'complete unpaid' "a delayed payment is complete and not paid"
	fake_stripe /_fake/settle \
	    "{\"session\":\"$SESSION\",\"result\":\"${result%:*}\"}" >/dev/null
	is "$(books '.sessions[-1].paymentStatus')" "${result#*:}" \
	    "until it ${result%:*}"
done
new_session
fake_stripe /_fake/pay "{\"session\":\"$SESSION\",\"whenExpiring\":true}" \
    >/dev/null
says POST "checkout/sessions/$SESSION/expire" '400 ' \
    "who pays in the moment of expiry is faster"
is "$(books '.sessions[-1] | .status + " " + .paymentStatus')" \
    'complete paid' "and has paid"
ask GET "checkout/sessions?payment_intent=$(books '.sessions[-1].paymentIntent')"
is "$(json '.data[0].id')" "$SESSION" "a session is found by its payment"
ask GET "payment_intents/$(books '.sessions[-1].paymentIntent')"
fits payment_intent "a payment has the schema's shape"
new_session -d "expires_at=$(($(date +%s) + 1900))"
ask GET 'checkout/sessions?status=open'
is "$(json '[.data[].status] | unique | join(" ")')" open \
    "sessions are listed by their status"
fits checkout.session "a session has the schema's shape" '.data[]'
fake_stripe /_fake/clock '{"ahead":2000}' >/dev/null
wait_until 5 has_expired
is "$(books '.sessions[-1].status')" expired "its time comes when it is to"
fake_stripe /_fake/clock '{}' >/dev/null

# --- Misbehaviour, and what was asked -----------------------------------------
behave '{"answer500":1,"paths":["/v1/refunds"]}'
ask GET refunds
got=$STATUS
ask GET events
is "$got $STATUS" '500 200' "a part of the API can be ill"
behave '{"keep":true,"lose":0.3}'
is "$(fake_stripe /_fake/behave | jq -c '[.answer500, .lose]')" '[1,0.3]' \
    "deliveries at the same time"
behave '{"answer429":1,"resetSeconds":7}'
is "$(curl -sS --noproxy '*' -o /dev/null -w '%header{retry-after}' \
    -H "Authorization: Bearer $(conf_get STRIPE_SECRET_KEY)" "$api/v1/events")" \
    7 "and it can say how long to wait"
unsteered /_fake/behave '{"losse":1}' 'no behaviour called losse' \
    "it does not guess what is meant"
behave '{}'
is "$(asked '[.[] | select(.idempotencyKey == "r3") | .status] | tostring')" \
    '[500,500]' "what was asked is known"

# --- By Stripe's own library --------------------------------------------------
witness='const Stripe = require("stripe");
const [host, port, key, intent] = process.argv.slice(1);
const stripe = new Stripe(key, { host, port, protocol: "http",
	apiVersion: "2026-10-28.endive", telemetry: false });
let n = 0, all = new Set();
for await (const e of stripe.events.list({ limit: 7 })) {
	all.add(e.id);
	n++;
}
const r = await stripe.refunds.create({ payment_intent: intent },
	{ idempotencyKey: "own" });
const e = await stripe.refunds.create({ payment_intent: intent })
	.catch((why) => why.code);
const w = await stripe.webhookEndpoints.list();
console.log(n === all.size, n > 50, r.object, e, w.data.length);'
paid_session
if [ -d "$srcdir/tests/node_modules/stripe" ] && command -v node >/dev/null
then
	is "$(cd "$srcdir/tests" && node --input-type=module -e \
	    "import { createRequire } from 'module';
	    const require = createRequire(process.cwd() + '/');
	    $witness" 127.0.0.1 "${api##*:}" "$(conf_get STRIPE_SECRET_KEY)" \
	    "$INTENT" 2>&1)" \
	    "true true refund charge_already_refunded 1" \
	    "Stripe's own library walks through it"
else
	skip "Stripe's own library walks through it" \
	    "its package stripe is not installed: npm install in tests/"
fi
done_testing
