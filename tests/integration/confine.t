#!/bin/bash
# What a program does not need it cannot do: each tries it, from inside.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
world_start
callers=' checkout session worker '

# said_by PROGRAM [NAME=value...]: what --check says of itself.
said_by() {
	local program=$1
	shift
	own_config "$program"
	env LOG_LEVEL=debug BOOKPAY_CONFIG="$OWN" "$@" \
	    "$state/bin/$program" --check 2>&1 </dev/null | jq -r .why
}

like "$(said_by checkout CONFINE=off)" 'not confined: CONFINE is off' \
    "who switches it off is told so, and what is in force"
like "$(said_by checkout CONFINE=perhaps)" 'CONFINE must be on or off' \
    "there is nothing in between"
if [[ $(said_by checkout) != 'confined: '*Landlock\ [4-9]*' by seccomp' ]]; then
	skip "each tries it" "this kernel cannot: $(said_by checkout)"
	done_testing
fi

# --- What the kernel says of them ---------------------------------------------
# Of every thread: Seccomp NoNewPrivs, in different values; and the core file.
state_of() {
	local pid
	pid=$(cat "$state/run/$1.pid")
	awk '/^(Seccomp|NoNewPrivs):/ { print $1 $2 }' \
	    "/proc/$pid"/task/*/status | sort -u | paste -sd ' '
	awk '/^Max core file size/ { print "core:" $5 "-" $6 }' \
	    "/proc/$pid/limits"
}

for program in "${routes[@]}" worker; do
	is "$(state_of "$program" | paste -sd ' ')" \
	    'NoNewPrivs:1 Seccomp:2 core:0-0' "$program is confined"
done
reconfigure catalogue CONFINE=off
is "$(state_of catalogue | paste -sd ' ')" \
    'NoNewPrivs:0 Seccomp:0 core:0-0' "unless that is switched off"
conf_set CONFINE on

# --- From inside --------------------------------------------------------------
if ! grep -q BOOKPAY_TRY "$state/bin/checkout"; then
	skip "each tries it" "configured without --enable-faults"
	done_testing
fi

# try PROGRAM ATTEMPTS [NAME=value...]: the outcomes, a line each.  Where a
# program that is to die would note it is not what it may use here.
try() {
	local program=$1 attempts=$2
	shift 2
	: >"$state/log/$program.log"
	if [ "$program" = worker ]; then
		own_config worker
		env BOOKPAY_CONFIG="$OWN" BOOKPAY_FAULT_FILE= \
		    BOOKPAY_TRY="$attempts" "$@" "$state/bin/worker" --once \
		    >>"$state/log/worker.log" 2>&1
	else
		ask "$program" GET /nothing '' BOOKPAY_FAULT_FILE= \
		    BOOKPAY_TRY="$attempts" "$@"
	fi
	sed -n 's/^tried //p' "$state/log/$program.log"
}

# Which of them were done.
done_of() {
	sed -n 's/: done$//p' | paste -sd ' '
}

stripe_port=$(cat "$state/run/fake-stripe.port")
echo secret >"$state/secret"
forbidden="open:/etc/passwd open:$state/bookpay.conf open:$state/secret
open:$state/conf/worker.conf
open:/proc/$$/environ open:$state/log/checkout.log make:$state/planted
make:/tmp/planted.$$ connect:$port listen socket:unix socket:netlink fork trace
signal:$$ code dump"
forbidden=${forbidden//$'\n'/ }
count=$(wc -w <<<"$forbidden exec")
# As anybody but itself, a program that calls nobody has no socket at all.
calling="socket:inet connect:$stripe_port"
needed=open:/usr/share/zoneinfo/Europe/Berlin
on_postgresql || needed="open:$state/bookpay.db $needed"

for program in "${routes[@]}" worker; do
	said=$(try "$program" "$forbidden exec:/bin/true")
	is "$(wc -l <<<"$said") $(done_of <<<"$said")" "$count " \
	    "$program can do nothing that is forbidden"
	wanted=''
	[[ $callers != *" $program "* ]] || wanted=$calling
	is "$(try "$program" "$calling" | done_of)" "$wanted" \
	    "$program calls ${wanted:+Stripe and Calendly, and }nobody${wanted:+ else}"
	is "$(try "$program" "$needed" | done_of)" "$needed" \
	    "$program opens what it needs"
	is "$(try "$program" "$forbidden $calling" CONFINE=off | done_of)" \
	    "$forbidden $calling" "$program could do all of it otherwise"
	is "$(try "$program" "code exec:/bin/true" CONFINE=off)" 'code: done' \
	    "$program could even become another"
done
[ ! -e "$state/planted" ]
is $? 0 "nothing was left behind"
like "$(try checkout exec:/bin/true)" 'not permitted' \
    "what is denied is said to be"

# What is loaded late, for names, is loaded all the same.
next_slot
ask checkout POST /api/stripe/checkout "$(order review-45 "$START")" \
    BOOKPAY_FAULT_FILE= STRIPE_API_BASE="http://localhost:$stripe_port"
is "$STATUS" 200 "a name is looked up"
done_testing
