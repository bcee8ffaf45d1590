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
	no_programs=1
	world_start "$@"
	stack_demo || exit 1
	behave '{"lose":1}'
	calendly_behave '{"lose":1}'
}

# --- Asking ------------------------------------------------------------------
# Programs are run by this, if it is set: (setpriv ...).
run_by=()

# ask PROGRAM METHOD PATH BODY [NAME=value...]: sets STATUS ('': it died) and
# BODY; the rest are CGI's variables.
ask() {
	local program=$1 method=$2 path=$3 body=$4 answer
	local LC_ALL=C # bytes are counted
	shift 4
	printf '%s' "$body" >"$state/body"
	answer=$("${run_by[@]}" env BOOKPAY_CONFIG="$state/bookpay.conf" \
	    REQUEST_METHOD="$method" DOCUMENT_URI="$path" \
	    CONTENT_TYPE=application/json CONTENT_LENGTH="${#body}" "$@" \
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
	{ BOOKPAY_CONFIG="$state/bookpay.conf" "$state/bin/worker" --once >>"$state/log/worker.log" 2>&1; } \
	    2>/dev/null
}

# --- Snapshots ---------------------------------------------------------------
# save NAME; restore NAME: all rows.
save() {
	rm -f "$state/$1.saved"
	sql "vacuum into '$state/$1.saved'"
}

restore() {
	# Left behind by who was killed, and only then.
	[ ! -e "$state/bookpay.db-wal" ] || rm -f "$state"/bookpay.db-*
	cp "$state/$1.saved" "$state/bookpay.db"
}

# What rows are compared by: nothing of when, of how often a job was tried, or
# of how a row is called that nobody else names.
columns() {
	sqlite3 "$state/bookpay.db" "select group_concat(case
	    when name like '%\\_at' escape '\\' then name || ' > 0'
	    else name end, \", '|', \") from pragma_table_info('$1')
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
		echo "select '$table', $(columns "$table" |
		    sed "s/, '|', /, /g") from $table;"
	done
}

# rows: all of them, in an order, without the ids that were drawn.
rows() {
	[ -s "$state/rows.sql" ] || rows_statements >"$state/rows.sql"
	sqlite3 -batch -noheader "$state/bookpay.db" <"$state/rows.sql" |
	    sed -E 's/bk_[0-9a-f]{32}/bk_/g
	    s/(cs_test|pi|ch|py|re|evt|ev|hi)_[A-Za-z0-9_]+/\1_/g
	    s/key:[0-9a-f]{64}/key/g; s/#fid[^|]*//' | LC_ALL=C sort
}
