#!/bin/bash
# Shared hosting: the same programs as plain CGI below a real Apache, with nothing
# but a cgi-bin, an .htaccess and cron.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
with_apache=1
world_start CONFINE=on
public=$account/site private=$account/bookpay

# --- What is laid out -----------------------------------------------------------
is "$(stat -c %a "$private" "$private/bookpay.db" \
    "$private"/*.conf | sort -u | paste -sd ' ')" '600 700' \
    "config, programs and database are for the account alone"
is "$(find "$public/cgi-bin" -type f ! -name .htaccess ! -perm 755)" '' \
    "nobody else writes what Apache runs"
is "$(grep -rlE "$(conf_get STRIPE_SECRET_KEY)|$(conf_get LINK_SECRET)" \
    "$public")" '' "no secret lies in the site"
is "$(for program in "${routes[@]}"; do
	grep -q "/cgi-bin/$program/" "$public/.htaccess" || echo "$program"
done | grep -v '^metrics$')" '' "every route has its rule"

# --- The same answers as behind nginx ----------------------------------------------
apache=$port
world_port
nginx=$port
expect_in_logs 'connect\(\) to unix:'
real_stack_nginx
wait_until 60 answers /
port=$apache

# All but those that say when, and which server; no page has a number here.
headers() {
	tr -d '\r' <"$state/headers" | sed 1d | grep -viE '^(date|server|x-request-id|last-modified|etag|accept-ranges|content-length|connection|keep-alive|transfer-encoding|retry-after|vary|allow):' |
	    sort -f
}
for path in / /book/ /booking/confirmation '/booking/payment?session_id=x' \
    /bookpay/index.js /bookpay/bookpay.css /favicon.svg /nothing /.htaccess \
    /.git/config /bookpay/ /booking /api/nothing /api/ /api//healthz \
    /api/webhooks/stripe/ /api/bookings/a/b; do
	port=$nginx get "$path"
	wanted="$STATUS $(headers)"
	get "$path"
	is "$STATUS $(headers)" "$wanted" "$path is as behind nginx"
done
get /book
is "$STATUS $(header Location)" "301 http://127.0.0.1:$port/book/" \
    "only a folder without its slash is a redirect"
for path in /api/session-types /api/bookings/bk_none \
    /api/stripe/sessions/cs_none /api/stripe/checkout /api/webhooks/stripe \
    /api/webhooks/calendly /api/bookings/bk_none/cancel /healthz /readyz; do
	port=$nginx get "$path"
	wanted=$(headers)
	get "$path"
	is "$(headers)" "$wanted" "$path has the headers that nginx gives"
	answers="${answers:-}$STATUS "
	is "$(json '.success | type') $(header X-Request-Id | wc -w)" \
	    'boolean 1' "and is answered by its program"
done
is "$answers" '200 404 401 405 405 405 405 200 200 ' \
    "each of them is there, and takes its own method only"
unset answers
kill "$(cat "$state/run/nginx.supervisor")"
rmdir "${TMPDIR:-/tmp}/bookpay-port-$nginx"

for path in /cgi-bin/ /cgi-bin/health/healthz /cgi-bin/error \
    /cgi-bin/.htaccess /cgi-bin/checkout; do
	get "$path"
	is "$STATUS $(header Content-Type)" '404 application/json' \
	    "$path is nobody's way to a program"
done
post /api/nothing '{}'
refused 404 NOT_FOUND "what there is not is not there for POST either"
post /api/stripe/checkout "$(printf '"%020000d"' 0)"
refused 413 PAYLOAD_TOO_LARGE "a program refuses what is too large for it"
at_once 30 /api/stripe/checkout -X PUT -H 'Content-Type: application/json' \
    --data-binary '{"a":1}'
is "$STATUSES" 405:30 "an answer is not lost with a body that nobody reads"
at_once 10 /api/nothing --data-binary '{"a":1}'
is "$STATUSES" 404:10 "nor is one of Apache's own"
head -c 2000000 /dev/zero >"$state/large"
post /api/webhooks/stripe "@$state/large"
is "$STATUS" 413 "and Apache what is too large for all"
get /api/session-types -H 'Origin: https://evil.example'
is "$STATUS $(header Access-Control-Allow-Origin)" '403 ' \
    "a page of another site is told nothing"
get /healthz -H 'Request-Id: x' -H 'Document-Uri: /readyz' -H 'Proxy: http://x'
is "$STATUS $(json .data.status)" '200 ok' "no header passes for a variable"

# --- A whole paid booking ------------------------------------------------------------
bookpay session-types set strategy-60 --auto-refund >/dev/null
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "who books directly is told where to pay"
like "$(header Set-Cookie)" "^bookpay_$BOOKING=.*HttpOnly; SameSite=Lax" \
    "and is known again by a cookie"
as_guest "$BOOKING"
get "/api/bookings/$BOOKING"
refused 401 AUTHENTICATION_REQUIRED "which others do not have"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$STATUS $(json .data.paymentStatus)" '200 UNPAID' \
    "Apache passes on who asks"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "Stripe's webhook confirms it"
get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
is "$STATUS" 200 "the page after it knows"
next_slot
book "$STRATEGY" "$START"
quiet
is "$(sql "select outcome from event where source = 'calendly'")" applied \
    "Calendly's webhook is taken in"
checkout "$(claim "$REDIRECT")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and what was booked there is paid"
as_guest "$BOOKING"
post "/api/bookings/$BOOKING/cancel" '{"reason":"ill"}' "${GUEST[@]}"
is "$STATUS" 200 "who cancels"
cron every-minute
is "$(sql "select count(*) from job where done_at = 0")" 0 \
    "is paid back by cron's next minute"
quiet
becomes "$BOOKING" CANCELLED REFUNDED "as the policy says"
mv "$private/bin/worker" "$state/away"
like "$(cron every-minute 2>&1)" 'worker ended with status' \
    "a worker that fails is heard of"
is "$(cron every-minute 2>&1)" '' "and not again every minute"
mv "$state/away" "$private/bin/worker"
cron every-minute
ok "until it goes well again" test ! -e "$private/log/worker.failed"
at_once 20 /api/session-types
is "$STATUSES" 200:20 "several at once are several processes"

# --- A program that does not start --------------------------------------------------
mv "$private/catalogue.conf" "$private/away"
get /api/session-types
refused 503 INTERNAL "a program without its config is away for a while"
like "$(header Retry-After)" '^[1-9]' "and may be asked again"
mv "$private/away" "$private/catalogue.conf"
is "$(grep -c 'End of script output before headers: catalogue' \
    "$state/log/apache-error.log")" 1 "Apache's log says which"

# --- Night ---------------------------------------------------------------------------
ok "the nightly line runs" cron every-night
is "$(sqlite3 "$private/backup/$(date +%u).db" \
    'select count(*) from booking')" 2 "and its backup has the bookings"
truncate -s 30M "$state/log/health.log"
cron every-night
is "$(find "$state/log" -name 'health.log*' -printf '%f ')" \
    'health.log.old ' "a log does not grow for ever"
rm "$state/log/health.log.old"

# --- Upgrade -------------------------------------------------------------------------
{ echo '# of the host'; cat "$public/.htaccess"; echo '# after'; } \
    >"$public/.htaccess.new"
mv "$public/.htaccess.new" "$public/.htaccess"
echo '<!-- mine -->' >>"$public/index.html"
echo '/* old */' >"$public/site.css"
sed -i "s|^[0-9a-f]*  site.css|$(sha256sum <"$public/site.css" |
    cut -c 1-64)  site.css|" "$private/pages.sum"
cp "$public/.htaccess" "$state/htaccess"
before=$(stat -c %i "$private/bin/health")
ok "laid out again, it is an upgrade" hosting
isnt "$(stat -c %i "$private/bin/health")" "$before" "of the programs"
is "$(tail -n 1 "$public/index.html")" '<!-- mine -->' \
    "a page that was changed is kept"
like "$(cat "$state/hosting")" "kept as it is: $public/index.html" "and named"
ok "others are replaced" cmp "$public/site.css" "$srcdir/nginx/www/site.css"
is "$(sed -n '1p;$p' "$public/.htaccess" | paste -sd ' ') $(grep -c BEGIN \
    "$public/.htaccess")" '# of the host # END bookpay 1' \
    "and so are our lines in .htaccess, not those of others"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$STATUS" 200 "what was booked is still there"
conf_set WEBHOOK_TOLERANCE never
hosting
isnt $? 0 "a config that is wrong is refused"
like "$(cat "$state/hosting")" 'WEBHOOK_TOLERANCE' "in words"
conf_set WEBHOOK_TOLERANCE 300
at_once 3 /readyz
is "$STATUSES" 200:3 "meanwhile the programs that were there go on"
# One that would change the schema, with a program that does not start.
schema=$(sql 'select max(number) from schema_version')
cp "$state/bin/bookpay" "$state/bin/health" "$state"
cp "$programs/bookpay-next" "$state/bin/bookpay"
printf '#!/bin/sh\necho it is odd\nexit 2\n' >"$state/bin/health"
hosting
isnt $? 0 "an upgrade with a program that does not start is refused"
like "$(cat "$state/hosting")" 'health does not start: it is odd.*go on' \
    "in words, too"
is "$(sql 'select max(number) from schema_version')" "$schema" \
    "before the schema is another, with which the old ones may not go on"
mv "$state/bookpay" "$state/health" "$state/bin"
"$srcdir/scripts/hosting" --public "$public" --private "$public/bookpay" \
    --programs "$programs" --url http://x 2>"$state/said"
like "$?$(cat "$state/said")" '^1.*must not be inside' \
    "nothing private is laid into the site"

# --- How long it takes from start to answer -------------------------------------------
# N deliveries of one payment, each under an id of its own, as files for spawn.
n=40
mkdir "$state/letters"
body=$(stripe 'events?limit=40' | jq -c '[.data[] |
    select(.type == "checkout.session.completed")][0]')
for ((i = 0; i < n; i++)); do
	letter=${body/\"id\":\"evt_/\"id\":\"evt_$i}
	printf '%s' "$letter" >"$state/letters/$i"
	at=$(date +%s)
	hash=$(printf '%s.%s' "$at" "$letter" | openssl dgst -sha256 -r \
	    -hmac "$(conf_get STRIPE_WEBHOOK_SECRET)")
	cat >"$state/letters/$i.env" <<END
REQUEST_METHOD=POST
PATH_INFO=/api/webhooks/stripe
CONTENT_TYPE=application/json
CONTENT_LENGTH=$(wc -c <"$state/letters/$i")
HTTP_STRIPE_SIGNATURE=t=$at,v1=${hash%% *}
SCRIPT_FILENAME=$state/empty.php
REDIRECT_STATUS=200
GATEWAY_INTERFACE=CGI/1.1
ASAN_OPTIONS=${ASAN_OPTIONS:-}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-}
END
done
echo '<?php' >"$state/empty.php"
chmod -R a+rX "$state/letters" "$state/empty.php"
events=$(count event)
php=$(command -v php-cgi)
"${as_account[@]}" "$programs/spawn" "$state/letters" "$n" \
    "$public/cgi-bin/stripe-webhook" ${php:+"$php"} >"$state/spawn"
is "$(head -n 1 "$state/spawn" | jq -c .first)" "{\"Status: 200\":$n}" \
    "each delivery starts a program, and is answered"
is "$(($(count event) - events))" "$n" "and kept"
ours=$(head -n 1 "$state/spawn" | jq .answered)
diag "a webhook as CGI: $ours microseconds from start to answer"
if [ -z "$php" ]; then
	skip "an empty PHP script takes longer" "THERE IS NO php-cgi"
elif grep -q __asan_init "$programs/stripe-webhook"; then
	skip "an empty PHP script takes longer" "sanitizers take their time"
else
	theirs=$(tail -n 1 "$state/spawn" | jq .answered)
	diag "an empty PHP script: $theirs; ours is $((ours * 100 / theirs)) %"
	# It is half at most on a machine that does nothing else.
	ok "an empty PHP script takes longer" [ "$ours" -lt "$((theirs * 2))" ]
fi
is "$(grep -cE 'AH01215|End of script' "$state/log/apache-error.log")" 1 \
    "Apache has nothing else to complain of"
done_testing
