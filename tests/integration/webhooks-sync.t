#!/bin/bash
# bookpay webhooks sync: both providers tell us what we need, whatever there was
# before, and secrets change without a delivery that is lost.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start
receivers=$(conf_get PUBLIC_BASE_URL)/api/webhooks

# sync [ARGUMENTS]: STATUS and ANSWER.
sync() {
	ANSWER=$(bookpay --json webhooks sync "$@" 2>"$state/sync.err")
	STATUS=$?
}

# did [PROVIDER]: the actions, in order.
did() {
	json "map(select(.provider == \"${1:-stripe}\") | .action) | join(\" \")" \
	    "$ANSWER"
}

# at_stripe METHOD PATH [curl's arguments...]: changes something there.
at_stripe() {
	local method=$1 path=$2
	shift 2
	curl -sS --noproxy '*' -g -m 60 -X "$method" \
	    -H 'Stripe-Version: 2026-10-28.endive' \
	    -H "Authorization: Bearer $(conf_get STRIPE_SECRET_KEY)" \
	    "$(conf_get STRIPE_API_BASE)/v1/$path" "$@"
}

# endpoints JQ: of the list of all, the newest first.
endpoints() {
	stripe webhook_endpoints | jq -r ".data | $1"
}

calendly() {
	curl -sS --noproxy '*' -m 30 -G \
	    -H "Authorization: Bearer $(conf_get CALENDLY_TOKEN)" \
	    "$(conf_get CALENDLY_API_BASE)/$1" "${@:2}"
}

# subscriptions JQ: of the list of all.
subscriptions() {
	local scope me
	me=$(calendly users/me)
	for scope in organization user; do
		calendly webhook_subscriptions --data-urlencode \
		    "organization=$(json .resource.current_organization "$me")" \
		    --data-urlencode "user=$(json .resource.uri "$me")" \
		    --data-urlencode "scope=$scope"
	done | jq -rs "map(.collection[]) | $1"
}

# subscribe QUERY KEY EVENT...: somebody makes a subscription.
subscribe() {
	local query=$1 key=$2
	shift 2
	jq -nc --arg url "$receivers/calendly$query" --arg key "$key" \
	    --argjson me "$(calendly users/me)" '{url: $url, signing_key: $key,
	    scope: "organization", events: $ARGS.positional,
	    organization: $me.resource.current_organization}' \
	    --args "$@" >"$state/hook.json"
	curl -sS --noproxy '*' -o /dev/null --data-binary @"$state/hook.json" \
	    -H "Authorization: Bearer $(conf_get CALENDLY_TOKEN)" \
	    -H 'Content-Type: application/json' \
	    "$(conf_get CALENDLY_API_BASE)/webhook_subscriptions"
}

# secrets KEY: how many are in the configuration.
secrets() {
	conf_get "$1" | tr ',' '\n' | grep -c .
}

# delivers NAME: what happens at both is told to us and taken.
delivers() {
	next_slot
	checkout "$(order review-45 "$START")"
	pay "$SESSION"
	wait_until 10 sql_is "select status from booking
	    where id = '$BOOKING'" CONFIRMED
	next_slot
	book "$FREE_INTRO" "$START"
	wait_until 10 sql_is "select count(*) from event where
	    source = 'calendly' and object_id = '$INVITEE'" 1
	is "$(sql "select status from booking where id = '$BOOKING'") $(sql "
	    select count(*) from booking where invitee = '$INVITEE'")" \
	    'CONFIRMED 1' "$1"
}

restart_receivers() {
	restart_program stripe-webhook
	restart_program calendly-webhook
}

# clock SECONDS: the fakes' is so far ahead.
clock() {
	fake_stripe /_fake/clock "{\"ahead\":$1}" >/dev/null
	fake_calendly /_fake/clock "{\"ahead\":$1}" >/dev/null
}

# --- Nothing to do, and nothing to start with -----------------------------------------
sync
is "$STATUS $(did)$(did calendly)" '0 ' "where all is well nothing is done"
fake_stripe /_fake/delete '{}' >/dev/null
fake_calendly /_fake/delete '{}' >/dev/null
sed -i '/^STRIPE_WEBHOOK_SECRET=/d; /^CALENDLY_WEBHOOK_SIGNING_KEY=/d' \
    "$state/bookpay.conf"
bookpay config split --to "$state" --program stripe-webhook >/dev/null
before=$(cat "$state/bookpay.conf")
sync --dry-run
is "$STATUS $(did) $(did calendly)" '0 made made' "a dry run says what would be"
is "$(endpoints length) $(subscriptions length) $(cat "$state/bookpay.conf")" \
    "0 0 $before" "and does nothing"
clock -200000
sync
is "$STATUS $(did) $(did calendly)" '0 stored made stored made' \
    "what is missing is made, and its secrets are stored"
is "$(endpoints '.[0] | [.url, .api_version, .status,
    (.enabled_events | length > 10)] | join(" ")')" \
    "$receivers/stripe 2026-10-28.endive enabled true" \
    "the endpoint is of our version"
is "$(subscriptions '.[0] | [.callback_url[0:'${#receivers}'], .state,
    (.events | length)] | join(" ")')" "$receivers active 4" \
    "the subscription brings what we need"
is "$(grep ^STRIPE_WEBHOOK_SECRET= "$state/stripe-webhook.conf")" \
    "$(grep ^STRIPE_WEBHOOK_SECRET= "$state/bookpay.conf")" \
    "a program that has a file of its own finds the secret there"
rm "$state/stripe-webhook.conf"
is "$(stat -c %a "$state/bookpay.conf")" 600 \
    "the configuration is still nobody else's"
is "$(grep -v -e STRIPE_WEBHOOK_SECRET= -e CALENDLY_WEBHOOK_SIGNING_KEY= \
    "$state/bookpay.conf")" "$before" "and all else in it as it was"
like "$(json 'map(select(.action == "stored") | .what) | join(" ")' \
    "$ANSWER")" "restart stripe-webhook STR.*|restart stripe-webhook .*\
restart calendly-webhook worker" "who has to be restarted is said"
unlike "$ANSWER" "$(conf_get STRIPE_WEBHOOK_SECRET)" "the secret is not"
unlike "$(endpoints .)" "$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" \
    "nor told to others"
restart_receivers
clock 0
delivers "then it is told to us what happens"
sync
is "$STATUS $(did)$(did calendly)" '0 ' "a second run does nothing"
is "$(bookpay --json doctor | jq -r 'map(select(.check == "stripe-endpoint" or
    .check == "calendly-subscription") | .state) | join(" ")')" 'fine fine' \
    "the doctor agrees"

# --- Rotation ------------------------------------------------------------------------
old=$(endpoints '.[0].id')
# So that a day has passed when the clock is right again.
clock -100000
sync --rotate
clock 0
is "$STATUS $(did) $(did calendly)" \
    '0 stored made left stored made left' "new ones stand beside the old ones"
is "$(endpoints length) $(subscriptions length) $(
    secrets STRIPE_WEBHOOK_SECRET) $(secrets CALENDLY_WEBHOOK_SIGNING_KEY)" \
    '2 2 2 2' "with two secrets each"
delivers "programs that know the old secrets only go on"
restart_receivers
delivers "and so do those that know both"
sync --dry-run
is "$STATUS $(did) $(did calendly) $(endpoints length)" \
    '0 removed removed 2' "after a day the old ones would go"
sync
is "$STATUS $(did) $(did calendly)" '0 removed stored removed stored' \
    "and go"
is "$(endpoints "map(.id == \"$old\" | not)") $(subscriptions length) $(
    secrets STRIPE_WEBHOOK_SECRET) $(secrets CALENDLY_WEBHOOK_SIGNING_KEY)" \
    '[
  true
] 1 1 1' "with their secrets"
restart_receivers
delivers "the new ones are enough"
sync --rotate
sync
is "$STATUS $(did) $(did calendly) $(endpoints length) $(
    secrets STRIPE_WEBHOOK_SECRET)" '0 left left 2 2' \
    "but no old one goes on the first day"

# --- What others made -------------------------------------------------------------------
fake_stripe /_fake/delete '{}' >/dev/null
fake_calendly /_fake/delete '{}' >/dev/null
at_stripe POST webhook_endpoints -d "url=$receivers/stripe" \
    -d 'enabled_events[0]=charge.refunded' -d api_version=2020-08-27 >/dev/null
theirs=$(endpoints '.[0].id')
subscribe '' 0123456789abcdef invitee.created
sync
is "$STATUS $(did)" '0 stored made left' "one of another version is no use"
is "$(did calendly)" 'made left' "nor is one that lacks events"
is "$(endpoints "map(select(.id == \"$theirs\")) | length")" 1 \
    "and is left to those who made it"
ours=$(endpoints "map(select(.id != \"$theirs\")) | .[0].id")
at_stripe POST "webhook_endpoints/$ours" -d 'enabled_events[0]=invoice.paid' \
    -d disabled=true >/dev/null
sync
is "$STATUS $(did) $(endpoints "map(select(.id == \"$ours\")) | .[0] |
    .status + \" \" + (.enabled_events | contains([\"invoice.paid\"]) |
    tostring)")" '0 mended left enabled false' \
    "ours brings exactly what we need again"
conf_set STRIPE_WEBHOOK_SECRET "whsec_of_somebody_else"
like "$(bookpay doctor 2>&1)" "the secret of $ours is not in STRIPE_WEBHOOK" \
    "the doctor knows an endpoint whose secret is lost"
sync
is "$STATUS $(did)" '0 stored made removed left' "it is replaced, and removed"
restart_receivers
delivers "and deliveries are taken"

# --- One key for two subscriptions ----------------------------------------------------------
signing=$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)
fake_calendly /_fake/disable '{}' >/dev/null
clock -200000
sync
is "$STATUS $(did calendly)" '0 made left removed' \
    "a subscription that died is replaced"
is "$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" "$signing" "its key is not"
clock -100000
subscribe '?n=1' "${signing%%,*}" invitee.created invitee.canceled \
    invitee_no_show.created invitee_no_show.deleted
clock 0
sync
is "$STATUS $(did calendly) $(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" \
    "0 left removed $signing" "nor does a key go that another one may need"

# --- A file of its own, and no way to store it ----------------------------------------------
fake_stripe /_fake/delete '{}' >/dev/null
(umask 077; echo whsec_0123456789abcdef >"$state/secret")
sed -i "s|^STRIPE_WEBHOOK_SECRET=.*|STRIPE_WEBHOOK_SECRET_FILE=$state/secret|" \
    "$state/bookpay.conf"
sync
is "$STATUS $(did) $(stat -c %a "$state/secret") $(grep -c '^whsec_.*,whsec_01' \
    "$state/secret")" '0 stored made 600 1' "a secret goes to the file it is in"
fake_stripe /_fake/delete '{}' >/dev/null
sed -i '/^STRIPE_WEBHOOK_SECRET_FILE=/d' "$state/bookpay.conf"
STRIPE_WEBHOOK_SECRET=whsec_0123456789abcdef sync
like "$STATUS $(json '.[] | select(.action == "failed") | .what' "$ANSWER")" \
    '^1 STRIPE_WEBHOOK_SECRET comes from the environment' \
    "one from the environment cannot be stored"
is "$(endpoints length)" 0 "and nothing is made for it"
calendly_behave '{"answer500":1}'
sync
is "$STATUS $(did) $(did calendly)" '3 stored made failed' \
    "one provider that is down does not keep the other"
done_testing
