#!/bin/bash
# What the fake Calendly plays, and how it is steered.
no_programs=1
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start
api=$(conf_get CALENDLY_API_BASE)
# Any JSON is a clock's setting to the other fake: a receiver that says yes.
receiver=$(conf_get STRIPE_API_BASE)/_fake/clock
user=https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001
org=https://api.calendly.com/organizations/0a6b0001-0000-4000-8000-000000000001

# ask METHOD PATH [JSON]: STATUS, BODY.
ask() {
	BODY=$(curl -sS --noproxy '*' -g -m 30 -X "$1" -A test \
	    -D "$state/headers" -w '\n%{http_code}' \
	    ${3:+-H 'Content-Type: application/json' --data-binary "$3"} \
	    -H "Authorization: Bearer $(conf_get CALENDLY_TOKEN)" "$api/$2")
	STATUS=${BODY##*$'\n'}
	BODY=${BODY%$'\n'*}
}

# says METHOD PATH WANTED NAME [JSON]: status, and what is wrong.
says() {
	ask "$1" "$2" "${5:-}"
	is "$STATUS $(json '.details[0].parameter // .title // ""' 2>/dev/null)" \
	    "$3" "$4" || diag "$BODY"
}

books() {
	fake_calendly /_fake/books | jq -r "$1"
}

flush() {
	fake_calendly /_fake/flush '{}' >/dev/null
}

# alike FILE NAME: the resource has the names of the contract's, no others.
alike() {
	is "$(json '.resource | keys | tostring')" "$(jq -r '.resource | keys |
	    tostring' "$srcdir/tests/contract/calendly/api/$1")" "$2"
}

# hook [JQ]: a subscription to ask for, changed by JQ.
hook() {
	jq -nc --arg url "$receiver" --arg org "$org" '{url: $url,
	    events: ["invitee.created", "invitee.canceled"],
	    organization: $org, scope: "organization",
	    signing_key: "0123456789abcdef"}'" | ${1:-.}"
}

unsteered() {
	like "$(fake_calendly "$1" "$2" 2>&1)" "$3" "$4"
}

# --- Subscriptions ------------------------------------------------------------
hooks="webhook_subscriptions?organization=$org&scope=organization"
says GET "webhook_subscriptions?scope=organization" '400 organization' \
    "a list of subscriptions is of an organization"
says GET "webhook_subscriptions?organization=$org" '400 scope' "and of a scope"
says GET "webhook_subscriptions?organization=$org&scope=user" '400 user' \
    "which may ask for more"
says GET "webhook_subscriptions?organization=${org}9&scope=organization" \
    '403 Permission Denied' "others have theirs"
ask GET "$hooks"
shipped=$(json '.collection[0].uri')
is "$(json '.collection | length') $(json '.collection[0].state')" '1 active' \
    "there is one from the start"
while read -r change wanted name; do
	says POST webhook_subscriptions "400 $wanted" "$name" "$(hook "$change")"
done <<'END'
del(.url) url a subscription has a URL
.url="ftp://x" url of a web server
.events=[] events it wants events
.events=["invitee.rescheduled"] events which Calendly knows
.scope="user"|.events=["routing_form_submission.created"]|.user="x" events and the scope may have
del(.organization) organization it is of an organization
del(.scope) scope it has a scope
.scope="team" scope one of three
.scope="user" user whose user is named
.scope="group" group or group
END
says POST webhook_subscriptions '403 Permission Denied' "nobody else's" \
    "$(hook '.scope = "user" | .user = "https://api.calendly.com/users/x"')"
ask POST webhook_subscriptions "$(hook)"
SUB=$(json '.resource.uri')
is "$STATUS $(json '.resource.state')" '201 active' "then it is made"
alike webhook_subscription_201.json "and looks like Calendly's"
unlike "$BODY" 0123456789abcdef "its key is told to nobody"
says POST webhook_subscriptions '409 Already Exists' "a URL has one only" \
    "$(hook)"
ask GET "webhook_subscriptions/${SUB##*/}"
is "$(json .resource.uri)" "$SUB" "it can be read"
says PUT "webhook_subscriptions/${SUB##*/}" '404 Resource Not Found' \
    "it cannot be changed" "$(hook)"
next_slot
book "$STRATEGY" "$START"
flush
is "$(fake_calendly /_fake/deliveries | jq -r '[.deliveries[].endpoint] |
    sort == ($ARGS.positional | sort)' --args "${SUB##*/}" "${shipped##*/}")" \
    true "each subscription gets each event"
fake_calendly /_fake/disable "{\"subscription\":\"$SUB\"}" >/dev/null
next_slot
book "$STRATEGY" "$START"
flush
ask GET "webhook_subscriptions/${SUB##*/}"
is "$(json '.resource | .state, (.retry_started_at != null)' | paste -sd ' ') \
$(fake_calendly /_fake/deliveries | jq "[.deliveries[] |
    select(.endpoint == \"${SUB##*/}\")] | length")" 'disabled true 1' \
    "a disabled one gets nothing"
says POST webhook_subscriptions '409 Already Exists' "and keeps its URL" \
    "$(hook)"
ask DELETE "webhook_subscriptions/${SUB##*/}"
is "$STATUS" 204 "until it is deleted"
says DELETE "webhook_subscriptions/${SUB##*/}" '404 Resource Not Found' \
    "once"
fake_calendly /_fake/delete "{\"subscription\":\"$shipped\"}" >/dev/null
is "$(books '.subscriptions | length')" 0 "people delete them, too"
unsteered /_fake/disable '{}' 'no such subscription' "then there is none"
ask POST webhook_subscriptions "$(hook '.url = "http://127.0.0.1:1/"')"
book "$STRATEGY" "$(later "$START" 7200)"
flush
fake_calendly /_fake/clock '{"ahead":90000}' >/dev/null
flush
is "$(books '.subscriptions[0].state')" disabled \
    "a day without an answer disables it"
fake_calendly /_fake/clock '{}' >/dev/null
fake_calendly /_fake/delete '{}' >/dev/null
ask POST webhook_subscriptions "$(hook)"

# --- Events and invitees ------------------------------------------------------
ask GET users/me
is "$(json .resource.uri)" "$user" "the token is somebody's"
next_slot
for n in 1 2 3; do
	EMAIL="guest$n@example.org" book "$WORKSHOP" "$START"
	seat[n]=$INVITEE_URI
done
list="scheduled_events?organization=$org"
says GET scheduled_events '400 organization' "a list of events is somebody's"
says GET "$list&status=done" '400 status' "of a status that there is"
says GET "$list&sort=name:asc" '400 sort' "sorted by time"
says GET "$list&min_start_time=today" '400 min_start_time' "times are times"
says GET "$list&count=101" '400 count' "a page has a hundred at most"
ask GET "$list&count=2&status=active"
next=$(json .pagination.next_page_token)
is "$(json '.collection | length') $(json '.pagination.next_page != null')" \
    '2 true' "a page is as long as asked for"
ask GET "$list&count=2&status=active&page_token=$next"
is "$(json '.collection | length') $(json '.pagination.next_page')" '2 null' \
    "the next one goes on"
calendly_behave '{"pageMax":1}'
ask GET "$list"
is "$(json '.collection | length')" 1 "pages can be shorter"
calendly_behave '{}'
ask GET "$list&sort=start_time:desc&invitee_email=guest1@example.org"
is "$(json '.collection[].invitees_counter | tojson')" \
    '{"total":3,"active":3,"limit":10}' "three seats of one event are taken"
ask GET "$list&user=$user&min_start_time=$(later "$START" 1)"
is "$(json '.collection | length')" 0 "events are looked for by their time"
ask GET "scheduled_events/$EVENT/invitees?count=2"
is "$(json '.collection | length') $(json '.pagination.next_page != null')" \
    '2 true' "invitees come in pages, too"
says GET "scheduled_events/$EVENT/invitees?status=gone" '400 status' \
    "of a status that there is"
ask GET "${seat[1]#https://api.calendly.com/}"
is "$(json '.resource | has("scheduled_event")')" false \
    "an invitee has no event inside"
says GET "scheduled_events/x/invitees/${seat[1]##*/}" \
    '404 Resource Not Found' "and is found by both ids only"
fake_calendly /_fake/cancel "{\"inviteeUri\":\"${seat[1]}\"}" >/dev/null
is "$(books ".events[] | select(.id == \"$EVENT\") |
    \"\(.status) \(.active) of \(.total)\"")" 'active 2 of 3' \
    "one of three gives up, the event stays"
ask GET "scheduled_events/$EVENT/invitees?status=canceled"
is "$(json '.collection[0].uri')" "${seat[1]}" "who gave up is listed so"
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"${seat[2]}\",\"startTime\":\"$(later "$START" 7200)\"}" \
    >/dev/null
is "$(books ".invitees[] | select(.id == \"${seat[2]##*/}\") |
    \"\(.status) \(.rescheduled)\"") $(books ".invitees[-1].oldInvitee")" \
    "canceled true ${seat[2]##*/}" "another moves, alone"
EMAIL=guest4@example.org book "$WORKSHOP" "$START"
cancellation="scheduled_events/$EVENT/cancellation"
calendly_behave '{"refuseReason":true}'
says POST "$cancellation" '400 reason' "a reason can be unwelcome" \
    '{"reason":"ill"}'
calendly_behave '{}'
flush
before=$(fake_calendly /_fake/deliveries | jq '.deliveries | length')
ask POST "$cancellation" '{"reason":"ill"}'
is "$STATUS $(json '.resource | .canceler_type + " " + .reason')" \
    '201 host ill' "the host cancels"
alike cancellation_201.json "as Calendly says it"
flush
is "$(fake_calendly /_fake/deliveries?body=1 | jq -r ".deliveries[$before:][] |
    .body | fromjson | .payload | .cancellation.canceler_type + \" \" +
    .scheduled_event.status" | sort | uniq -c | tr -s ' ')" \
    ' 2 host canceled' "with a webhook for each who still was in it"
says POST "$cancellation" '403 Permission Denied' "once" '{}'
says POST scheduled_events/x/cancellation '404 Resource Not Found' \
    "and only what there is" '{}'
calendly_behave '{"lagMs":100000}'
next_slot
book "$STRATEGY" "$START"
calendly_behave '{}'
ask GET "$list&min_start_time=$START&max_start_time=$START"
found=$(json '.collection | length')
ask GET "scheduled_events/$EVENT"
is "$found $STATUS" '0 200' "lists can be late to know"
alike scheduled_event.json "an event looks like Calendly's"
ask GET "${INVITEE_URI#https://api.calendly.com/}"
alike invitee.json "so does an invitee"

# --- No-shows -----------------------------------------------------------------
says POST invitee_no_shows '400 invitee' "a no-show is somebody's" '{}'
ask POST invitee_no_shows "{\"invitee\":\"$INVITEE_URI\"}"
mark=$(json .resource.uri)
is "$STATUS $(books '.invitees[-1].noShow')" '201 true' "who stayed away is marked"
alike invitee_no_show_201.json "as Calendly does"
ask GET "${mark#https://api.calendly.com/}"
is "$(json .resource.invitee)" "$INVITEE_URI" "the mark can be read"
ask DELETE "${mark#https://api.calendly.com/}"
is "$STATUS $(books '.invitees[-1].noShow')" '204 false' "and taken away"
says GET "${mark#https://api.calendly.com/}" '404 Resource Not Found' \
    "then it is gone"

# --- Misbehaviour -------------------------------------------------------------
calendly_behave '{"answer429":1,"resetSeconds":3}'
says GET users/me '429 Too Many Requests' "it can be busy"
is "$(header X-RateLimit-Remaining) $(header X-RateLimit-Reset)" '0 3' \
    "and says how long"
calendly_behave '{"answer500":1,"paths":["/users"],"lose":1}'
ask GET users/me
got=$STATUS
ask GET "$list"
is "$got $STATUS" '500 200' "a part of the API can be ill"
next_slot
book "$STRATEGY" "$START"
flush
is "$(fake_calendly /_fake/deliveries | jq -r '.deliveries[-1].state')" lost \
    "while webhooks get lost"
calendly_behave '{}'
lost_arrive
is "$(fake_calendly /_fake/deliveries | jq -r '.deliveries[-1].state')" \
    delivered "until they are looked for"
is "$(fake_calendly /_fake/requests | jq '[.requests[] |
    select(.path | endswith("/cancellation")) | .status] | tostring')" \
    '"[400,201,403,404]"' "what was asked is known"
done_testing
