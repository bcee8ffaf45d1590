# shellcheck shell=bash
# world.sh: a world of its own for an integration test: the real programs
# behind the shipped nginx files, a scratch database with the demo's data, both
# fakes.  scripts/run starts the same stack, by the same code.
#
#	. "$srcdir/tests/lib/world.sh"
#	plan 2
#	world_start
#	get /api/session-types
#	is "$STATUS" 200 "the catalogue is public"
#	is "$(json '.data.sessionTypes | length')" 6 "all types are in it"
#
# When the test ends, however it ends, all of it is stopped and removed; the
# test fails if a program died, a log holds an alert, a sanitizer's report or a
# secret, or the rows are not what the events say, even when every line above
# passed.  A test that changes rows by hand says rows_by_hand=1; one that started
# more defines world_also_ends.  WORLD_KEEP=1 keeps the folder.
#
# Environment: srcdir (source folder), BOOKPAY_PROGRAMS (where the
# programs were built; build/run/bin), BOOKPAY_LOGS (a folder: all logs go there
# in the end), BOOKPAY_DATABASE (database.sh).
# shellcheck disable=SC2034 # STATUS and BODY are for the tests

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
. "$srcdir/scripts/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../../scripts/stack.sh
. "$srcdir/scripts/stack.sh"
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$srcdir/tests/lib/tap.sh"
# shellcheck source-path=SCRIPTDIR source=database.sh
. "$srcdir/tests/lib/database.sh"

programs=$(cd "${BOOKPAY_PROGRAMS:-$srcdir/build/run/bin}" && pwd) || exit 1
with_fakes=1
FAKE_SPEED=${FAKE_SPEED:-1000}
world_expected=()
# What no log of ours may hold; a test adds to it.
world_private=()

# --- Start and stop ------------------------------------------------------------
# Below the range that the kernel gives to clients; the folder keeps a port for
# this test while others, at the same moment, look for theirs.
world_port() {
	local tries
	for tries in {1..200}; do
		port=$((20000 + (RANDOM * 32768 + RANDOM) % 10000))
		if mkdir "${TMPDIR:-/tmp}/bookpay-port-$port" 2>/dev/null; then
			port_is_free "$port" && return 0
			rmdir "${TMPDIR:-/tmp}/bookpay-port-$port"
		fi
	done
	die "no free port in $tries tries"
}

# The reader's own settings are not the test's.
world_environment() {
	local key
	while read -r key; do
		unset "$key" "${key}_FILE"
	done < <(sed -n 's/^	{ "\([A-Z_]*\)",.*/\1/p' \
	    "$srcdir/src/base/conf.c")
	# Reports go into files of their own: a test may not look at what a
	# program prints.  cmocka's and our handlers must not hide a crash.
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$state/log/sanitizer"
	export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=$state/log/sanitizer"
	# For those that can be told to die (faults.sh).
	export BOOKPAY_FAULT_FILE=$state/fault
}

# world_start [KEY=value...]: with these changes of the config.  Before it, a
# test may set
#   no_programs=1     only the fakes, the config and an empty database
#   shipped_limits=1  nginx limits rates as shipped; else hardly
#   with_tls=1        people come by https, with a certificate of our own
#   with_apache=1     an account for shared hosting in nginx's place (apache.sh)
world_start() {
	local pair tool
	for tool in nginx spawn-fcgi curl sqlite3 jq; do
		command -v "$tool" >/dev/null || skip_all "there is no $tool"
	done
	[ -x "$programs/fake-stripe" ] || skip_all "there are no fakes"
	# shellcheck source-path=SCRIPTDIR source=apache.sh
	[ -z "${with_apache:-}" ] || . "$srcdir/tests/lib/apache.sh"
	state=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-XXXXXX") || exit 1
	if [ -n "${with_tls:-}" ]; then
		world_port
		tls_port=$port
	fi
	world_port
	trap world_end EXIT
	trap 'exit 1' INT TERM HUP
	world_environment
	hardly_limited=${shipped_limits:-1}
	[ -z "${shipped_limits:-}" ] || hardly_limited=''
	stack_folder && database_make && stack_config || exit 1
	[ -z "${tls_port:-}" ] || world_tls
	[ -z "${with_apache:-}" ] || account_begin
	# Healing asks the fakes, too: only where a test wants it.
	conf_set HEAL_MINUTES 0
	# One person books everything here.
	[ -n "${shipped_limits:-}" ] || conf_set UNPAID_SEATS_PER_CLIENT 0
	for pair; do
		conf_set "${pair%%=*}" "${pair#*=}"
	done
	if [ -n "${no_programs:-}" ]; then
		stack_programs && stack_fakes && stack_database || exit 1
	else
		stack_start || exit 1
	fi
}

world_tls() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -days 2 -subj /CN=127.0.0.1 -addext \
	    subjectAltName=IP:127.0.0.1 -out "$state/tls.pem" \
	    -keyout "$state/tls.key" 2>"$state/log/openssl.log" || exit 1
	conf_set PUBLIC_BASE_URL "https://127.0.0.1:$tls_port"
}

# expect_in_logs REGEX: lines like this are part of the test.
expect_in_logs() {
	world_expected+=("$1")
}

unexpected() {
	local pattern
	pattern=$(IFS='|'; printf '%s' "${world_expected[*]}")
	grep -vE -- "${pattern:-^\$}"
}

# Prints what is wrong.
world_complaints() {
	local key
	[ ! -e "$state/log/supervisor.log" ] ||
	    unexpected <"$state/log/supervisor.log"
	grep -hE '\[(alert|crit|emerg)\]' "$state/log/nginx-error.log" \
	    2>/dev/null | unexpected
	grep -lE 'ERROR: (Address|Leak|Thread)Sanitizer|runtime error:' \
	    "$state"/log/* 2>/dev/null | while read -r key; do
		echo "$key"
		head -n 40 "$key"
	done
	for key in STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET CALENDLY_TOKEN \
	    CALENDLY_WEBHOOK_SIGNING_KEY LINK_SECRET; do
		holds "$(conf_get "$key")" "$key"
	done
	for key in "${world_private[@]}"; do
		holds "$key" "$key"
	done
}

# Which logs, but the fakes' own, hold this text?
holds() {
	[ -z "$1" ] || grep -lF -e "$1" "$state"/log/* 2>/dev/null |
	    grep -v '/fake-' | sed "s|\$| holds $2|"
}

# Replayed from the events, the rows come out as they are.
rows_complaints() {
	[ -z "${rows_by_hand:-}" ] && database_is_there &&
	    [ -x "$state/bin/bookpay" ] || return 0
	bookpay verify 2>&1 || true
}

# Everybody who came, or twenty of them, is forgotten, whatever is under way: the
# rows must still be what the events say, and nobody be in the files.  Only builds
# with faults do not mind what is under way.
people_complaints() {
	local email
	[ -z "${rows_by_hand:-}" ] && database_is_there &&
	    grep -q BOOKPAY_FAULT_FILE "$state/bin/bookpay" 2>/dev/null ||
	    return 0
	sql "select distinct lower(email) from booking where erased_at = 0
	    limit 20" >"$state/people"
	while read -r email; do
		BOOKPAY_TWIN=erase-hindrance bookpay privacy erase \
		    --email "$email" 2>&1 >/dev/null </dev/null
		in_database "$email" &&
		    [ "$(sql "select count(*) from job where
			kind = 'calendly-forget' and call_body like '%$email%'")" = 0 ] &&
		    echo "$email is still in the files"
	done <"$state/people"
	bookpay verify 2>&1 | grep -v ' 0 differences$'
}

# Where a whole suite is looked through in the end (private-words): all logs but
# the fakes', what is counted, and who was there.
keep_logs() {
	local name=${0##*/}.$$ key
	[ -n "${BOOKPAY_LOGS:-}" ] || return 0
	mkdir -p "$BOOKPAY_LOGS/logs/$name" "$BOOKPAY_LOGS/words"
	cp "$state"/log/* "$BOOKPAY_LOGS/logs/$name"
	# What the fakes and the test itself heard and said is no log of ours.
	rm -f "$BOOKPAY_LOGS/logs/$name"/{fake-,curl,said}*
	sql 'select * from analytics; select * from mark' \
	    >"$BOOKPAY_LOGS/logs/$name/counted" 2>/dev/null
	{
		for key in STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET \
		    CALENDLY_TOKEN CALENDLY_WEBHOOK_SIGNING_KEY LINK_SECRET; do
			conf_get "$key" | tr , '\n'
		done
		printf '%s\n' "${world_private[@]}"
		sql 'select email from booking union select name from booking
		    union select client from booking
		    union select invitee from booking'
	} >"$BOOKPAY_LOGS/words/$name" 2>/dev/null
}

world_end() {
	local status=$? complaints rows
	trap - EXIT
	trap '' INT TERM HUP
	stack_stop
	keep_logs
	complaints=$(world_complaints)
	rows=$(rows_complaints)
	[[ $rows == *' 0 differences' || -z $rows ]] ||
	    complaints+=$'\n'"$rows"
	complaints+=$(people_complaints)
	if [ -n "$complaints" ]; then
		fail "nothing died and the logs are clean"
		diag "$complaints"
		status=1
	fi
	[ "$tap_failed" = 0 ] || status=1
	databases_drop
	! declare -F world_also_ends >/dev/null || world_also_ends
	rmdir "${TMPDIR:-/tmp}/bookpay-port-$port" \
	    ${tls_port:+"${TMPDIR:-/tmp}/bookpay-port-$tls_port"} 2>/dev/null
	if [ -n "${WORLD_KEEP:-}" ]; then
		diag "kept: $state"
	else
		rm -rf "$state"
	fi
	exit "$status"
}

# restart_program NAME: ends it, and waits for the next one.
restart_program() {
	local old
	old=$(cat "$state/run/$1.pid")
	expect_in_logs " $1 ended with status (0|143)\$"
	kill "$old"
	wait_until 60 program_is_new "$1" "$old"
}

# Its number is there before it has become the program.
program_is_new() {
	local now
	now=$(cat "$state/run/$1.pid" 2>/dev/null) && [ -n "$now" ] &&
	    [ "$now" != "$2" ] &&
	    runs_from "$now" "$state/bin/$1"
}

# reconfigure PROGRAM KEY[=value]...: the program starts again with these
# changes of the config; a KEY alone is taken out.
reconfigure() {
	local program=$1 pair
	shift
	for pair; do
		case $pair in
		*=*) conf_set "${pair%%=*}" "${pair#*=}" ;;
		*) sed -i "/^$pair=/d" "$state/bookpay.conf" ;;
		esac
	done
	restart_program "$program"
}

# --- Asking ----------------------------------------------------------------------
# Does a browser add one of these by itself?  Then it also says whose page asks,
# and so do we; -H 'Origin:' is one that does not.
is_ambient() {
	[[ $1 != *Origin:* && $1 != *Sec-Fetch-* ]] &&
	    [[ " $1" =~ \ (-u|-b|--user|--cookie)\ |(Cookie|X-Test-User):\  ]]
}

# request METHOD PATH [curl's arguments...]: $STATUS (000: no answer), $BODY,
# and `header NAME'.  Of the site at http, or where the variable site says.
request() {
	local method=$1 path=$2 option=(-X "$1")
	shift 2
	# -X HEAD would wait for a body.
	[ "$method" != HEAD ] || option=(--head)
	[ "$method" != POST ] || ! is_ambient "$*" ||
	    option+=(-H "Origin: $(conf_get PUBLIC_BASE_URL)")
	BODY=$(curl -sS --noproxy '*' -m 60 "${option[@]}" \
	    ${tls_port:+--cacert "$state/tls.pem"} \
	    -D "$state/headers" -w '\n%{http_code}' "$@" \
	    "${site:-http://127.0.0.1:$port}$path" 2>>"$state/log/curl.log")
	STATUS=${BODY##*$'\n'}
	BODY=${BODY%$'\n'*}
}

# get PATH [curl's arguments...]
get() {
	request GET "$@"
}

# post PATH BODY [curl's arguments...]
post() {
	local path=$1 body=$2
	shift 2
	request POST "$path" -H 'Content-Type: application/json' \
	    --data-binary "$body" "$@"
}

# The value of a header of the last answer; several are several lines.
header() {
	sed -n "s/^$1: *//Ip" "$state/headers" | tr -d '\r'
}

# json FILTER [TEXT]: a value out of the last answer, or out of TEXT.
json() {
	printf '%s' "${2-$BODY}" | jq -r "$1"
}

# fake_stripe PATH [JSON]: steers, or asks where there is no JSON.  The answer
# goes to stdout; what the fake refuses is on stderr, and a failure.
fake_stripe() {
	steer STRIPE_API_BASE "$@"
}

fake_calendly() {
	steer CALENDLY_API_BASE "$@"
}

steer() {
	local url answer
	url=$(conf_get "$1")$2
	shift 2
	answer=$(curl -sS --noproxy '*' -m 60 -w '\n%{http_code}' \
	    ${1:+-H 'Content-Type: application/json' --data-binary "$1"} \
	    "$url") || return 1
	case ${answer##*$'\n'} in
	2*) printf '%s\n' "${answer%$'\n'*}" ;;
	*)
		printf '%s: %s\n' "$url" "${answer//$'\n'/ }" >&2
		return 1 ;;
	esac
}

# get_is PATH FILTER WANTED [curl's arguments...]: for wait_until.
get_is() {
	local path=$1 filter=$2 wanted=$3
	shift 3
	get "$path" "$@"
	[ "$(json "$filter" 2>/dev/null)" = "$wanted" ]
}
