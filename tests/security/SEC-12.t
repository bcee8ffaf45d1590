#!/bin/bash
# SEC-12  A change is made by a method that was not meant to make one, or by a
# form of another site (CVE-2026-23622).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
book_direct
before=$(books)

# asked_by_browser PROGRAM METHOD PATH BODY [NAME=value...]: by the client's own,
# which sends the cookie by itself.
asked_by_browser() {
	ask "$@" HTTP_COOKIE="bookpay_$BOOKING=$TOKEN"
}
path=/api/bookings/$BOOKING/cancel
for method in GET HEAD PUT PATCH DELETE get post POSTX '' TRACE CONNECT; do
	asked_by_browser cancel "$method" "$path" '{}'
	says 405 METHOD_NOT_ALLOWED "\"$method\" does not cancel"
	asked_by_browser checkout "$method" /api/stripe/checkout \
	    "{\"bookingId\":\"$BOOKING\"}"
	says 405 METHOD_NOT_ALLOWED "nor does it pay"
done
for override in HTTP_X_HTTP_METHOD_OVERRIDE=POST HTTP_X_HTTP_METHOD=POST \
    HTTP_X_METHOD_OVERRIDE=POST 'QUERY_STRING=_method=POST&method=POST'; do
	asked_by_browser cancel GET "$path" '{"_method":"POST"}' "$override"
	says 405 METHOD_NOT_ALLOWED "nor does GET with ${override%%=*}"
done
for provider in stripe calendly; do
	for method in GET HEAD PUT DELETE; do
		ask $provider-webhook $method /api/webhooks/$provider '{}'
		says 405 METHOD_NOT_ALLOWED "$provider does not tell by $method"
	done
done

# What a form of another site can send without asking: one of three types.
for type in text/plain application/x-www-form-urlencoded \
    'multipart/form-data; boundary=x' '' text/json 'application/jsonp'; do
	asked_by_browser cancel POST "$path" '{}' CONTENT_TYPE="$type"
	like "$STATUS" '^4(15|03)$' "a form of the type \"$type\" does not cancel"
	asked_by_browser checkout POST /api/stripe/checkout \
	    "{\"bookingId\":\"$BOOKING\"}" CONTENT_TYPE="$type"
	like "$STATUS" '^4(15|03)$' "nor pay"
done
# What its script cannot send without us agreeing.
for origin in https://evil.example null "http://127.0.0.1:1" \
    "$(conf_get PUBLIC_BASE_URL).evil.example" \
    "https://$(conf_get PUBLIC_BASE_URL | cut -d/ -f3)"; do
	asked_by_browser cancel POST "$path" '{}' HTTP_ORIGIN="$origin"
	says 403 FORBIDDEN "nor a script from $origin"
done
asked_by_browser cancel POST "$path" '{}' HTTP_ORIGIN= \
    HTTP_SEC_FETCH_SITE=cross-site
says 403 FORBIDDEN "nor one that only the browser knows to be of another site"
is "$(books)" "$before" "no row changed"

if weak method; then
	asked_by_browser cancel GET "$path" '{}'
	is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
	    "without the guard a link would cancel"
	strong
fi
book_direct
path=/api/bookings/$BOOKING/cancel
if weak json-type; then
	asked_by_browser cancel POST "$path" '{}' CONTENT_TYPE=text/plain
	is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
	    "without the other one a form would, had it our origin"
	strong
fi
book_direct
asked_by_browser cancel POST "/api/bookings/$BOOKING/cancel" '{}'
is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
    "while our own page cancels"
done_testing
