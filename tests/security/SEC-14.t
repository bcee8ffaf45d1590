#!/bin/bash
# SEC-14  Scripts in what customers or admins write (Easy!Appointments 1.6.0;
# Appointment Booking Calendar <= 1.3.34).  What a browser makes of it on our
# pages is asked of one in tests/browser; here, that answers cannot be taken for
# pages, that pages have no place where a text becomes markup, and that an
# admin's terminal obeys nobody else.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page

script='<script>alert(1)</script><img/src=x/onerror=alert(1)>"'"'"'`${x}{{x}}'
next_slot
checkout "$(order review-45 "$START" | jq -c --arg name "$script" \
    '.name = $name')"
as_guest "$BOOKING"
bookpay session-types set review-45 --title "$script" \
    --description "$script" >/dev/null
bookpay builders set robin --name "$script" --timezone America/New_York \
    --email robin@example.org >/dev/null

# safe NAME: the last answer is data, whatever is in it and whoever opens it.
safe() {
	is "$(header Content-Type)|$(header X-Content-Type-Options)|$(
		header Content-Security-Policy)" \
	    "application/json|nosniff|default-src 'none'; frame-ancestors 'none'" \
	    "$1: it is no page"
	jq -e . >/dev/null <<<"$BODY" || fail "$1: it is JSON"
}
for path in "/api/bookings/$BOOKING" "/api/stripe/sessions/$SESSION" \
    /api/session-types; do
	get "$path" "${GUEST[@]}" -H 'Accept: text/html'
	safe "${path:0:16}"
	like "$BODY" 'onerror' "which says what was written, as a text"
done
post "/api/bookings/$BOOKING/cancel" "{\"reason\":$(jq -n --arg t "$script" '$t')}" \
    "${GUEST[@]}"
safe "cancelling"
for path in "/api/$script" "/api/bookings/%3Cscript%3E" \
    '/api/webhooks/stripe?<script>' '/<script>alert(1)</script>'; do
	get "$path" -g --path-as-is
	unlike "$BODY" '<script>alert' "an address that is a script is not repeated"
done
checkout "$(order "$script" "$START")"
unlike "$BODY" 'onerror' "nor is a field in a refusal"

# --- Our pages -------------------------------------------------------------------
# sinks FOLDER: where text can become markup or code.
sinks() {
	grep -rnE --include='*.js' --include='*.html' \
	    'innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\.html\(|setHTML|createContextualFragment|DOMParser|\beval\(|new Function|setTimeout\([^(a-z]*["`]|javascript:' "$1" |
	    grep -vE ':[0-9]+:[[:space:]]*(\*|//|/\*)'
	grep -rnE --include='*.html' '<script>|<style|[[:space:]](on[a-z]+|style)=' "$1"
}
is "$(sinks "$srcdir/nginx/www")" '' \
    "no page of ours has a place where text becomes markup or code"
mkdir "$state/pages"
printf 'a.innerHTML = name;\nsetTimeout("f()", 1)\n' >"$state/pages/a.js"
printf '<p onclick="f()" style="x"><script>f()</script>\n' >"$state/pages/a.html"
is "$(sinks "$state/pages" | wc -l)" 3 "one that has is found"
for page in / /book/ /booking/confirmation /booking/payment; do
	get "$page"
	unlike "$(header Content-Security-Policy)" 'unsafe-(inline|eval)|[ ;]\*' \
	    "$page: what gets in all the same does not run"
done

# --- The admin's terminal ---------------------------------------------------------
# Calendly takes what we would refuse.
esc=$'\e]0;owned\a\e[2J\e[31m\xc2\x9b31m\r\n'
hello=$(jq -c --arg text "Eve$esc" --arg type \
    "https://api.calendly.com/event_types/$STRATEGY" '.payload |=
    (.name = $text | .uri |= sub("[^/]*$"; "e5ce5ce5-0000-4000-8000-000000000000")
    | .scheduled_event.event_type = $type)' \
    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")
tell calendly "$hello"
BOOKING=$(sql "select id from booking where invitee like 'e5ce5ce5%'")
is "$STATUS $(sql "select length(name) > 10 from booking where id = '$BOOKING'")" \
    '200 1' "a name with control characters comes through Calendly"
controls=$'[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]'
said() {
	{ bookpay bookings list; bookpay bookings show "$BOOKING"
	    bookpay events list; bookpay jobs list --all; } 2>&1
}
is "$(said | LC_ALL=C grep -cP "$controls")" 0 \
    "what the command prints steers no terminal"
is "$(bookpay bookings list | wc -l)" \
    "$(($(count booking) + 1))" "a booking stays one line"
if weak shown; then
	isnt "$(said | LC_ALL=C grep -cP "$controls")" 0 \
	    "without the guard it would"
	strong
fi
done_testing
