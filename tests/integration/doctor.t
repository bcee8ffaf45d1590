#!/bin/bash
# bookpay doctor: what keeps an installation from working is found, with the
# reason and what mends it.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# The tests' server does not flush, which the doctor would find.
if on_postgresql; then
	cluster=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-pg-XXXXXX") || exit 1
	world_also_ends() {
		pg_stop "$cluster"
	}
	BOOKPAY_PG_DURABLE=yes pg_start "$cluster" || exit 1
	BOOKPAY_DATABASE=$PG_URL
fi
world_start
# Passwords that are tried, and answers of nginx that are broken, are part of it.
expect_in_logs 'nginx: \[(warn|emerg)\]'

# doctor [KEY=value...]: STATUS and ANSWER, with these in the environment.
doctor() {
	ANSWER=$(env "$@" BOOKPAY_CONFIG="${config:-$state/bookpay.conf}" \
	    "$state/bin/bookpay" doctor --json 2>"$state/doctor.err")
	STATUS=$?
}

# found CHECK: "state: what | remedy" of it, a line each.
found() {
	json ".[] | select(.check == \"$1\") |
	    \"\\(.state): \\(.what) | \\(.remedy)\"" "$ANSWER"
}

# not_fine: the checks that found something, but those about this machine.
not_fine() {
	json 'map(select(.state != "fine" and (.check |
	    test("^(mail|disk|time-zones)$") | not)) | .check) |
	    unique | join(" ")' "$ANSWER"
}

# set_stripe PATH [curl's arguments...]: changes something at Stripe.
set_stripe() {
	local path=$1
	shift
	curl -sS --noproxy '*' -g -m 60 -o /dev/null \
	    -H 'Stripe-Version: 2026-10-28.endive' \
	    -H "Authorization: Bearer $(conf_get STRIPE_SECRET_KEY)" \
	    "$(conf_get STRIPE_API_BASE)/v1/$path" "$@"
}

# --- Nothing wrong ------------------------------------------------------------------
doctor
is "$STATUS $(not_fine)" '0 ' "there is nothing to mend at first"
is "$(json 'map(.check) | unique | length' "$ANSWER")" 14 \
    "all checks say something"
is "$(json 'map(select(.state != "fine" and (.why == null or
    .remedy == null))) | length' "$ANSWER")" 0 \
    "what is not fine has a reason and a remedy"
like "$(found mail)" '^warning: [0-9]+ session types' \
    "nobody sends mails for direct bookings"
like "$(bookpay doctor)" 'fine +stripe-endpoint: as it should be' \
    "people read it line by line"

# --- Keys ------------------------------------------------------------------------------
secret=$(conf_get STRIPE_SECRET_KEY) signing=$(conf_get STRIPE_WEBHOOK_SECRET)
doctor STRIPE_SECRET_KEY="$signing" STRIPE_WEBHOOK_SECRET="$secret"
is "$STATUS" 1 "swapped keys are wrong"
like "$(found keys)" 'STRIPE_SECRET_KEY holds the signing secret' "the one"
like "$(found keys)" 'STRIPE_WEBHOOK_SECRET holds a secret key' "and the other"
unlike "$ANSWER" "$secret|$signing" "and are not shown"
like "$(found stripe-endpoint)" '^wrong: .*401.*dashboard.stripe.com/apikeys' \
    "nor does Stripe take them"
doctor STRIPE_SECRET_KEY=pk_test_0123456789abcdef
like "$(found keys)" 'publishable key.*apikeys' "a key for browsers is none"
doctor CALENDLY_TOKEN="$secret"
like "$(found keys)" 'CALENDLY_TOKEN holds a secret key of Stripe' \
    "a key of Stripe is none of Calendly"
like "$(found calendly-subscription)" '^wrong: .*CALENDLY_TOKEN' \
    "nor does Calendly take it"
doctor STRIPE_SECRET_KEY=sk_live_0123456789abcdef
like "$(found keys)" '^wrong: a live key takes real money at http://127' \
    "a live key is wrong for a try-out"
doctor PUBLIC_BASE_URL=https://book.example.invalid
like "$(found keys)" '^warning: .*test key.*webhooks sync' \
    "and a test key where people come"

# --- Configuration, files, database ------------------------------------------------------
config=$state/none.conf doctor
is "$STATUS $(cat "$state/doctor.err")" '1 bookpay: 1 of these is wrong' \
    "no configuration is wrong"
like "$(found configuration)" '^wrong: .*none.conf.*bookpay.conf\(5\)' \
    "and says which"
grep -v STRIPE_WEBHOOK_SECRET= "$state/bookpay.conf" >"$state/part.conf"
config=$state/part.conf doctor
like "$(found configuration)" \
    '^wrong: STRIPE_WEBHOOK_SECRET is not set . bookpay webhooks sync' \
    "a key that is missing is found"
chmod 0644 "$state/part.conf"
config=$state/part.conf doctor
like "$(found configuration)" 'can be read by others: chmod 0600' \
    "and a file with secrets that others can read"
if ! on_postgresql; then
	chmod 0644 "$state/bookpay.db"
	doctor
	like "$(found files)" \
	    "^wrong: .*others can read it . chmod o= .*bookpay.db" \
	    "so is a database that others can read"
	chmod 0600 "$state/bookpay.db"
fi
doctor DATABASE_URL="sqlite:$state/other.db"
like "$(found database)" '^wrong: .*bookpay migrate' "one that is not there is"
ok "and is not made" test ! -e "$state/other.db"
doctor DATABASE_URL="sqlite:/proc/bookpay.db"
like "$(found disk)" '^wrong: nothing can be written beside /proc' \
    "and a disk that takes nothing"
mkdir -m 0777 "$state/open"
doctor DATABASE_URL="sqlite:$state/open/bookpay.db"
like "$(found files)" "^wrong: $state/open .*chmod o-w" \
    "and a folder that everybody writes to"

# --- Time ------------------------------------------------------------------------------------
behave '{"clockSeconds":-400}'
doctor
like "$(found clock)" '^wrong: .* (399|40[01]) seconds ahead .*set-ntp' \
    "a clock that is ahead is found"
behave '{"clockSeconds":60}'
doctor
like "$(found clock)" '^warning: .* (59|6[01]) seconds behind' \
    "a little behind is a warning"
behave '{}'
mkdir -p "$state/zones"
echo '# version 2019c' >"$state/zones/tzdata.zi"
doctor TZDIR="$state/zones"
like "$(found time-zones)" 'warning: .*2019c.*tzdata' "old rules are found"
like "$(found time-zones)" 'wrong: .*no time zone Asia/Tokyo, which aiko has' \
    "and zones that are missing"
echo "# version $(date +%Y)a" >"$state/zones/tzdata.zi"
doctor TZDIR="$state/zones"
unlike "$(found time-zones)" 'rules' "those of this year are fine"

# --- The way in ------------------------------------------------------------------------------
# nginx_says SED: the site's file, changed so.
nginx_says() {
	cp "$state/site.conf" "$state/run/bookpay.conf"
	sed -i "$1" "$state/run/bookpay.conf"
	reload_nginx
}
cp "$state/run/bookpay.conf" "$state/site.conf"
stripe=/api/webhooks/stripe calendly=/api/webhooks/calendly
nginx_says "/location = ${calendly//\//\\/} {/a return 301 https://www.example.org\$uri;"
doctor
like "$(found webhook-paths)" \
    '^wrong: .*/calendly leads to https://www.example.org' \
    "a redirect on the way of webhooks is found"
is "$(found webhook-paths | wc -l)" 1 "there and not at the other"
nginx_says "/location = ${stripe//\//\\/} {/a return 403;"
doctor
like "$(found webhook-paths)" '^wrong: .*/stripe is answered by something else' \
    "so is a door that is shut"
nginx_says "s/client_max_body_size 1m/client_max_body_size 64k/"
doctor
is "$(found webhook-sizes | grep -c '^wrong: .*512 KiB.*client_max_body_size')" \
    2 "and one that is too small"
nginx_says ''
doctor PUBLIC_BASE_URL=http://127.0.0.1:1
like "$(found public-url)" '^wrong: .*cannot be reached from here' \
    "an address that nobody answers is found"
doctor PUBLIC_BASE_URL="$(conf_get STRIPE_API_BASE)"
like "$(found public-url)" '^wrong: .*something else' \
    "and one that somebody else answers"

# --- At the providers ---------------------------------------------------------------------------
fake_stripe /_fake/disable '{}' >/dev/null
fake_calendly /_fake/disable '{}' >/dev/null
doctor
is "$STATUS $(cat "$state/doctor.err")" '1 bookpay: 2 of these are wrong' \
    "how many are wrong is said"
like "$(found stripe-endpoint)" 'wrong: we_.* is disabled .*webhooks sync' \
    "an endpoint that is disabled is found"
like "$(found calendly-subscription)" 'wrong: .*has disabled' \
    "and such a subscription"
id=$(stripe webhook_endpoints | jq -r '.data[0].id')
set_stripe "webhook_endpoints/$id" -d disabled=false \
    -d 'enabled_events[0]=charge.refunded'
doctor
like "$(found stripe-endpoint)" 'wrong: we_.* does not bring [0-9]+ of the types' \
    "an endpoint that lacks events is"
fake_stripe /_fake/delete '{}' >/dev/null
fake_calendly /_fake/delete '{}' >/dev/null
doctor
like "$(found stripe-endpoint)" 'wrong: Stripe has no webhook endpoint http' \
    "one that is missing is"
like "$(found calendly-subscription)" 'wrong: Calendly has no subscription' \
    "at Calendly, too"
set_stripe webhook_endpoints -d "url=$(conf_get PUBLIC_BASE_URL)$stripe" \
    -d api_version=2020-08-27 -d 'enabled_events[0]=*'
doctor
like "$(found stripe-endpoint)" 'version 2020-08-27, and not of 20' \
    "one of another API version is"
doctor PUBLIC_BASE_URL="http://localhost:$port"
like "$(found stripe-endpoint)" "no webhook endpoint http://localhost:$port" \
    "one for another address is not ours"
bookpay heal >/dev/null 2>&1
doctor PUBLIC_BASE_URL="http://localhost:$port"
like "$(found calendly-subscription)" \
    "wrong: Calendly tells http://127.* and not http://localhost:$port" \
    "nor is such a subscription"
next_slot
book "$STRATEGY" "$START"
fake_calendly /_fake/pay "{\"inviteeUri\":\"$INVITEE_URI\"}" >/dev/null
doctor
like "$(found calendly-payments | head -n 1)" 'wrong: Calendly itself took money' \
    "a form of Calendly's that takes money is found"
behave '{"answer500":1}'
calendly_behave '{"answer500":1}'
doctor
is "$(found stripe-endpoint | cut -d : -f 1) $(found calendly-payments |
    cut -d : -f 1) $STATUS" 'unknown unknown 3' \
    "what cannot be asked is unknown"
behave '{}'
calendly_behave '{}'
done_testing
