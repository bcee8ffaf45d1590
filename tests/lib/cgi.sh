# shellcheck shell=bash
# cgi.sh: the real programs one request at a time, as CGI, without nginx: a test
# sees exactly which request a program was killed at, and a thousand of them
# take no longer than they must.  It reads story.sh.
#
#	. "$srcdir/tests/lib/cgi.sh"
#	cgi_start
#	kill_at checkout 3
#	ask checkout POST "$(order review-45 "$START")"
#	is "$STATUS" '' "nobody answers"
# shellcheck disable=SC2034 # STATUS and BODY are for the tests

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=story.sh
. "$srcdir/tests/lib/story.sh"
# shellcheck source-path=SCRIPTDIR source=faults.sh
. "$srcdir/tests/lib/faults.sh"

# cgi_start [KEY=value...]: fakes, config, and a database with the demo's data;
# no webhook arrives by itself.
cgi_start() {
	no_programs=1 rows_by_hand=1
	world_start "$@"
	stack_demo || exit 1
	behave '{"lose":1}'
	calendly_behave '{"lose":1}'
}

# --- Asking ------------------------------------------------------------------
# Programs are run by this, if it is set: (setpriv ...).
run_by=()
# And every request has these variables, unless its own say otherwise.
asked_with=()

# ask PROGRAM METHOD PATH BODY [NAME=value...]: sets STATUS ('': it died) and
# BODY; the rest are CGI's variables.
ask() {
	local program=$1 method=$2 path=$3 body=$4 answer
	local LC_ALL=C # bytes are counted
	shift 4
	printf '%s' "$body" >"$state/body"
	own_config "$program" || return 1
	# Who sits at a browser: it says whose page sends this along.
	[[ $* != *HTTP_COOKIE=* && $* != *REMOTE_USER=* || $* = *HTTP_ORIGIN=* ]] ||
	    set -- "$@" HTTP_ORIGIN="$(conf_get PUBLIC_BASE_URL)"
	answer=$("${run_by[@]}" env BOOKPAY_CONFIG="$OWN" \
	    REQUEST_METHOD="$method" DOCUMENT_URI="$path" \
	    CONTENT_TYPE=application/json CONTENT_LENGTH="${#body}" \
	    "${asked_with[@]}" "$@" \
	    "$state/bin/$program" <"$state/body" \
	    2>>"$state/log/$program.log") || :
	STATUS=${answer#Status: }
	[ "$STATUS" != "$answer" ] || STATUS=
	STATUS=${STATUS:0:3}
	BODY=${answer#*$'\r\n\r\n'}
}

# ask_checkout BODY [NAME=value...]: sets BOOKING and SESSION, too.
ask_checkout() {
	local body=$1
	shift
	ask checkout POST /api/stripe/checkout "$body" "$@"
	[ "$STATUS" = 200 ] || return 1
	field bookingId BOOKING
	field sessionId SESSION
}

# field NAME VARIABLE: a text of the last answer; jq would take its time.
field() {
	local rest=${BODY#*\"$1\":\"}
	printf -v "$2" '%s' "${rest%%\"*}"
}

# sign KEY BODY: SIGNATURE is what the providers put into a header.  The same for
# minutes, as it takes longer than to deliver.
declare -A signed
sign() {
	local at hash
	printf -v at '%(%s)T' -1
	SIGNATURE=${signed[$2]:-t=0}
	[ $((at - ${SIGNATURE:2:10})) -lt 60 ] && return
	hash=$(printf '%s.%s' "$at" "$2" |
	    openssl dgst -sha256 -hmac "$(conf_get "$1")" -r)
	SIGNATURE=t=$at,v1=${hash%% *}
	signed[$2]=$SIGNATURE
}

# tell PROVIDER BODY: delivers a webhook, once; succeeds if it was answered.
tell() {
	local name=HTTP_STRIPE_SIGNATURE
	if [ "$1" = calendly ]; then
		name=HTTP_CALENDLY_WEBHOOK_SIGNATURE
		sign CALENDLY_WEBHOOK_SIGNING_KEY "$2"
	else
		sign STRIPE_WEBHOOK_SECRET "$2"
	fi
	ask "$1-webhook" POST "/api/webhooks/$1" "$2" "$name=$SIGNATURE"
	[[ $STATUS = 2* ]]
}

# stripe_events TEXT: Stripe's latest events that hold it, a line each, the
# oldest first.
stripe_events() {
	stripe 'events?limit=40' | jq -c --arg text "$1" '.data | reverse |
	    .[] | select(.data.object | tostring | contains($text))'
}

# calendly_events TEXT: the same, of the webhooks that Calendly wants to send.
calendly_events() {
	fake_calendly '/_fake/deliveries?body=1' | jq -r --arg text "$1" \
	    '.deliveries[].body | select(contains($text))'
}

# What it says goes into its log; that it was killed is bash's to say, and no
# news.
work() {
	own_config worker
	{ BOOKPAY_CONFIG=$OWN "$state/bin/worker" --once >>"$state/log/worker.log" 2>&1; } \
	    2>/dev/null
}

# --- Rows --------------------------------------------------------------------
# What rows are compared by: nothing of when, of how often a job was tried, or
# of how a row is called that nobody else names.
columns() {
	local of="select name from pragma_table_info('$1')"
	! on_postgresql || of="select column_name as name
	    from information_schema.columns where table_schema = 'public'
	    and table_name = '$1' order by ordinal_position"
	sql "select group_concat(case
	    when name like '%\\_at' escape '\\' then name || ' > 0'
	    else name end, ', ') from ($of) as of_table
	    where name not in ('attempts', 'last_error', 'asked_at', 'lease_at',
		'updated_at', 'no_show_at', 'expires_at', 'at')
	    and not ('$1' in ('event', 'history') and name = 'id')
	    and not ('$1' in ('event', 'checkout') and name = 'body')"
}

# The statements of rows, once the schema is there.
rows_statements() {
	local table
	for table in booking checkout payment refund dispute event history job \
	    analytics; do
		echo "select '$table', $(columns "$table") from $table;"
	done
}

# rows: all of them, in an order, without the ids that were drawn.
rows() {
	[ -s "$state/rows.sql" ] || rows_statements >"$state/rows.sql"
	sql "$(cat "$state/rows.sql")" |
	    sed -E 's/bk_[0-9a-f]{32}/bk_/g
	    s/(cs_test|pi|ch|py|re|evt|ev|hi|rq)_[A-Za-z0-9_]+/\1_/g
	    s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/uuid/g
	    s/[0-9a-f]{64}/hash/g; s/#fid[^|]*//' | LC_ALL=C sort
}

# --- Sweeping ----------------------------------------------------------------
total=0

# sweep PROGRAM PREPARE STEP CHECK NAME: PREPARE makes the world of before; STEP
# succeeds when what it asked for was acknowledged; CHECK prints what must be the
# same in the end, whatever happened.  A server takes several times as long to
# prepare the world, and has its own to care for most of it: there it is killed
# at every fifth point.
sweep() {
	local program=$1 prepare=$2 step=$3 check=$4 name=$5 n wanted got
	local wrong='' where='' tries every=1
	! on_postgresql || every=5
	rm -f "$state/fault"
	acknowledged=0
	"$prepare"
	"$step" || {
		fail "$name: left alone, it ends"
		diag "$STATUS $BODY"
		return
	}
	wanted=$("$check")
	for ((n = 1; ; n += every)); do
		acknowledged=0
		"$prepare"
		kill_at "$program" "$n"
		"$step"
		if ! was_killed; then
			rm "$state/fault"
			break
		fi
		for tries in 1 2 3; do
			[ "$program" != worker ] || time_passes
			"$step" && break
		done
		got=$("$check")
		[ "$got" = "$wanted" ] && continue
		where="$where $n ($DIED)"
		[ -n "$wrong" ] || wrong=$(diff <(echo "$wanted") <(echo "$got"))
	done
	is "$where" '' "$name" || diag "$wrong"
	diag "$((n - 1)) points of $program"
	[ "$n" -gt 5 ] || fail "$program was killed at all"
	total=$((total + n - 1))
}

# With what Stripe has: sessions that can be paid, refunds that were made.
rows_and_sessions() {
	rows
	stripe 'checkout/sessions?limit=3' | jq -r --arg booking "$BOOKING" \
	    '[.data[] | select(.client_reference_id == $booking) |
	    .status] | sort | join(" ")'
}

rows_and_refunds() {
	rows
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '.data | map(.amount) | join(" ")'
}

# deliver EVENT...: by PROVIDER, each until it is acknowledged.
PROVIDER=stripe acknowledged=0
deliver() {
	local body
	for body in "${@:acknowledged + 1}"; do
		tell "$PROVIDER" "$body" || return 1
		acknowledged=$((acknowledged + 1))
	done
}

# Steps that deliver the array EVENTS, in its order or the other way round.
told() {
	deliver "${EVENTS[@]}"
}

told_backwards() {
	local i backwards=()
	for ((i = ${#EVENTS[@]} - 1; i >= 0; i--)); do
		backwards+=("${EVENTS[i]}")
	done
	deliver "${backwards[@]}"
}

# A step of the worker: all jobs are done.
work_all() {
	work
	[ "$(sql "select count(*) from job where done_at = 0")" = 0 ]
}
