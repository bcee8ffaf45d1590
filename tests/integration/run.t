#!/bin/bash
# The first of the two commands, as somebody uses it who tries bookpay.
srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. "$srcdir/tests/lib/tap.sh"
for tool in spawn-fcgi nginx curl autoreconf; do
	command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] ||
	    skip_all "there is no $tool"
done
[ -x "$srcdir/configure" ] || skip_all "the source has not been configured"

# Not the compiler and flags of the build that is being tested.
unset CC CFLAGS MAKEFLAGS MFLAGS MAKELEVEL BOOKPAY_CONFIG
scratch=$(mktemp -d)
export BOOKPAY_STATE=$scratch/state BOOKPAY_BUILD=$scratch/build

end() {
	run --stop
	rm -rf "$scratch"
}
trap end EXIT

run() {
	OUTPUT=$("$srcdir/scripts/run" "$@" 2>&1 </dev/null)
	RESULT=$?
}

# A port that nobody has, for the moment, nor world.sh gives to other tests.
free_port() {
	local port
	while port=$((30000 + RANDOM % 2000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

status_of() {
	curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -m 60 \
	    "http://127.0.0.1:$BOOKPAY_PORT$1"
}

running() {
	local words word n=0
	# Where exe leads to, of programs nobody can debug, is for root only.
	for words in /proc/[0-9]*/cmdline; do
		IFS= read -r -d '' word 2>/dev/null <"$words" || continue
		case $word in
		"$BOOKPAY_STATE"/bin/*) n=$((n + 1)) ;;
		esac
	done
	echo "$n"
}

# runs N: how many, once it is N; the worker is not waited for at the start.
runs() {
	local tries
	for tries in {1..100}; do
		[ "$(running)" != "$1" ] || break
		sleep 0.1
	done
	running
}

BOOKPAY_PORT=$(free_port)
export BOOKPAY_PORT
run --detach
is "$RESULT" 0 "--detach returns once all answers" || diag "$OUTPUT"
like "$OUTPUT" "http://127.0.0.1:$BOOKPAY_PORT/" "and says where"
like "$OUTPUT" '4242 4242 4242 4242' "and what to try"
is "$(status_of /readyz) $(status_of /book/) $(status_of /api/session-types)" \
    '200 200 200' "pages and programs are there"
is "$(runs 12)" 12 "nine routes, the worker and two fakes run"
is "$(stat -c %a "$BOOKPAY_STATE/bookpay.conf" "$BOOKPAY_STATE/bookpay.db" |
    paste -sd ' ')" '600 600' "config and database are for their owner"

run --detach
is "$RESULT" 1 "a second start is refused"
like "$OUTPUT" 'runs already' "in words"
first=$BOOKPAY_STATE
BOOKPAY_STATE=$scratch/other
run --detach
is "$RESULT" 1 "so is a port that is taken"
like "$OUTPUT" 'is taken by another program' "in words"
BOOKPAY_STATE=$first

run --stop
is "$RESULT $(running)" '0 0' "--stop leaves nothing running"
run --stop
like "$OUTPUT" 'Nothing runs' "and can be said again"

sed "s|^PUBLIC_BASE_URL=.*|PUBLIC_BASE_URL='http://127.0.0.1:$BOOKPAY_PORT'|" \
    "$BOOKPAY_STATE/bookpay.conf" >"$scratch/own.conf"
chmod 600 "$scratch/own.conf"
run --detach --config "$scratch/own.conf"
is "$RESULT $(runs 10)" '0 10' "--config starts all but the fakes" ||
    diag "$OUTPUT"
is "$(status_of /api/session-types)" 200 "on the state there was"
run --stop
echo 'STRIPE_SECRET=oops' >>"$scratch/own.conf"
run --detach --config "$scratch/own.conf"
isnt "$RESULT" 0 "a config that is wrong is refused"
like "$OUTPUT$(cat "$BOOKPAY_STATE"/log/*.log)" 'unknown key STRIPE_SECRET' \
    "with the key that is wrong"
is "$(running)" 0 "and nothing is left running"
done_testing
