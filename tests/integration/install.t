#!/bin/bash
# What `make install' lays out is whole, goes again, and works from where it
# lies: with systemd's units, and without systemd by spawn-fcgi and multiwatch.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
build=$programs/..
[ -e "$build/Makefile" ] || skip_all "there is no Makefile beside the programs"
no_programs=1
world_start
root=$state/root

make_in_build() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$build" -s "$@" \
	    DESTDIR="$root"
}

# at PATH: what was installed under that name, wherever the build wants it.
at() {
	find "$root" -path "*/$1" -print -quit
}

# setting NAME: as make has it.
setting() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$build" -s -f - \
	    "print-$1" <<<'include Makefile
print-%:
	@echo $($*)'
}

prefix=$(setting prefix)
ok "make install works in a folder of its own" make_in_build install
is "$(find "$root" -type f ! -path "$root$prefix/*")" '' \
    "and keeps to its prefix"
libexec=$root$(setting pkglibexecdir)
is "$(for program in "${routes[@]}" worker; do
	"$libexec/$program" --version | sed 's/ .*//'
done | paste -sd ' ')" "${routes[*]} worker" "every program is there, and runs"
ok "so does the command" "$(at bin/bookpay)" version
for page in bookpay.1 bookpay.conf.5 checkout.8 worker.8; do
	isnt "$(at "man/man${page##*.}/$page")" '' "$page is there"
done

# --- nginx ----------------------------------------------------------------------
stack_demo || fail "the demo's data"
supervise worker --config-of worker "$libexec/worker"

# installed_nginx: the files that were installed, with the scratch folders.
installed_nginx() {
	local file
	for file in bookpay-http.conf bookpay.conf; do
		sed -e "s|$(setting runstatedir)/bookpay/|$state/run/|" \
		    -e "s|$(setting wwwdir)|$root&|" \
		    -e "s|$(setting localstatedir)/log/nginx|$state/log|" \
		    "$(at "share/bookpay/nginx/$file")" \
		    >"$state/run/$file" || return 1
	done
}

# --- Without systemd ------------------------------------------------------------
# As README says: spawn-fcgi makes the socket, multiwatch keeps two programs on
# it, and starts them again.  Its own signal for them would be USR1.
# spawn-fcgi looks for nothing in PATH.
if command -v multiwatch >/dev/null; then
	several=("$(command -v multiwatch)" -s TERM -f 2 --)
else
	several=()
	diag "THERE IS NO multiwatch: one program each"
fi
for program in "${routes[@]}"; do
	supervise "$program" --config-of "$program" spawn-fcgi -n -M 0600 \
	    -b 511 -s "$state/run/$program.sock" -- \
	    "${several[@]}" "$libexec/$program"
done
stack_nginx
wait_until 15 all_answer || fail "every program answers"
installed_nginx && reload_nginx
get /book/
is "$STATUS" 200 "the pages are served"
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "who books directly is told where to pay"
as_guest "$BOOKING"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and is booked once that is paid"
get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
is "$STATUS" 200 "the page after it knows"

# instances NAME: the programs below that supervisor, a line each.
instances() {
	local watcher children
	watcher=$(cat "$state/run/$1.pid")
	read -ra children <"/proc/$watcher/task/$watcher/children"
	printf '%s\n' "${children[@]}"
}

# two_again PID: two run, that one not counted.
two_again() {
	[ "$(instances catalogue | grep -vcx "$1")" = 2 ]
}

if [ ${#several[@]} = 0 ]; then
	skip "two programs share a socket" "THERE IS NO multiwatch"
	skip "one that is killed is started again" "there is no multiwatch"
	skip "and nobody noticed" "there is no multiwatch"
else
	ok "two programs share a socket" wait_until 20 two_again nobody
	killed=$(instances catalogue | head -n 1)
	kill -9 "$killed"
	at_once 20 /api/session-types
	ok "one that is killed is started again" \
	    wait_until 15 two_again "$killed"
	is "$STATUSES" 200:20 "and nobody noticed"
fi

# --- systemd --------------------------------------------------------------------
if [ -z "$(setting systemdsystemunitdir)" ]; then
	skip "units of systemd" "configured without them"
	done_testing
fi
folder=$(dirname "$(at system/bookpay.target)")
is "$(find "$folder" -name '*.socket' | wc -l) $(find "$folder" \
    -name '*@.service' | wc -l)" "${#routes[@]} ${#routes[@]}" \
    "a socket and a service for each route"
is "$(for program in "${routes[@]}" worker; do
	file=$folder/bookpay-$program@.service
	[ "$program" != worker ] || file=$folder/bookpay-worker.service
	sed -n 's|^LoadCredential=bookpay.conf:.*/||p' "$file"
done | paste -sd ' ')" "$(printf '%s.conf ' "${routes[@]}")worker.conf" \
    "each gets its own part of the config"
# without FILES LINE...: files that lack one of the lines.
without() {
	local files=$1 line
	shift
	for line; do
		# shellcheck disable=SC2086 # a pattern it is
		grep -LxF -e "$line" "$folder"/$files
	done
}
is "$(without '*.socket' Backlog=511 SocketMode=0660 \
    "SocketGroup=$(setting NGINX_GROUP)")" '' "nginx may open the sockets"
is "$(without '*@.service' StandardInput=socket)" '' \
    "programs find their socket where they look for it"
is "$(without 'bookpay-*@.service' Restart=always StartLimitIntervalSec=0
    without bookpay-worker.service Restart=always StartLimitIntervalSec=0)" \
    '' "and are started again whenever they end"
is "$(without '*.service' User=bookpay NoNewPrivileges=yes \
    ProtectSystem=strict CapabilityBoundingSet= \
    'SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp')" \
    '' "all of them confined, and able to confine themselves"
is "$(grep -L '^PrivateNetwork=yes' "$folder"/*.service |
    sed 's|.*/bookpay-\(.*\)\.service|\1|' | paste -sd ' ')" \
    "checkout@ session@ worker" "only those that call out have a network"

# A copy with the programs where they lie; systemd's own units are real.
mkdir "$state/units"
cp "$folder"/* "$state/units"
sed -i "s|^ExecStart=|&$root|" "$state"/units/*.service
analyze() {
	SYSTEMD_UNIT_PATH="$state/units:" systemd-analyze --no-pager "$@" 2>&1
}

if command -v systemd-analyze >/dev/null; then
	mapfile -t units < <(printf 'bookpay-%s.socket\n' "${routes[@]}"
	    printf 'bookpay-%s@2.service\n' "${routes[@]}")
	is "$(analyze verify --man=no bookpay.target bookpay-migrate.service \
	    "${units[@]}" | grep bookpay)" '' \
	    "systemd finds nothing wrong with the units"
	cp "$state/units/bookpay-health@.service" \
	    "$state/units/bookpay-wrong@.service"
	sed -i 's/^RestrictSUIDSGID=yes/RestrictSUIDSGID=perhaps/' \
	    "$state/units/bookpay-wrong@.service"
	isnt "$(analyze verify --man=no bookpay-wrong@1.service)" '' \
	    "and would find it"
	for unit in checkout@1 health@1 worker; do
		ok "bookpay-$unit is exposed to little" analyze security \
		    --offline=true --threshold=20 "bookpay-$unit.service"
	done
else
	skip "systemd finds nothing wrong with the units" \
	    "THERE IS NO systemd-analyze"
fi

# What the user and the folders come to.
scratch=$state/scratch
if [ "$(id -u)" = 0 ] && command -v systemd-sysusers >/dev/null &&
    command -v systemd-tmpfiles >/dev/null; then
	mkdir -p "$scratch/etc"
	systemd-sysusers --root="$scratch" "$(at sysusers.d/bookpay.conf)" \
	    2>"$state/log/sysusers.log"
	like "$(cat "$scratch/etc/passwd")" \
	    '^bookpay:x:[0-9]+:[0-9]+:bookpay:.*/nologin$' \
	    "the programs have a user, who cannot sign in"
	systemd-tmpfiles --root="$scratch" --create \
	    "$(at tmpfiles.d/bookpay.conf)" 2>"$state/log/tmpfiles.log"
	user=$(sed -n 's/^bookpay:x:\([0-9]*\):.*/\1/p' "$scratch/etc/passwd")
	is "$(stat -c '%a %u' "$scratch$(setting localstatedir)/lib/bookpay" \
	    "$scratch$(setting runstatedir)/bookpay" | paste -sd ' ')" \
	    "750 $user 755 0" "who alone gets at the database"
else
	skip "the programs have a user" "it takes root and systemd-sysusers"
fi

# The way systemd hands sockets over, with one config and a secret by
# KEY_FILE in a folder of credentials.
if command -v systemd-socket-activate >/dev/null; then
	kill "$(cat "$state/run/stripe-webhook.supervisor")"
	wait_until 15 test ! -e "$state/run/stripe-webhook.supervisor"
	rm -f "$state/run/stripe-webhook.sock"
	mkdir -m 700 "$state/credentials"
	own_config stripe-webhook
	grep -v '^STRIPE_WEBHOOK_SECRET=' "$OWN" \
	    >"$state/credentials/bookpay.conf"
	conf_get STRIPE_WEBHOOK_SECRET >"$state/credentials/stripe-webhook"
	chmod 0400 "$state"/credentials/*
	supervise stripe-webhook env \
	    BOOKPAY_CONFIG="$state/credentials/bookpay.conf" \
	    STRIPE_WEBHOOK_SECRET_FILE="$state/credentials/stripe-webhook" \
	    systemd-socket-activate --inetd -E BOOKPAY_CONFIG \
	    -E STRIPE_WEBHOOK_SECRET_FILE -E ASAN_OPTIONS -E UBSAN_OPTIONS \
	    -E BOOKPAY_FAULT_FILE -l "$state/run/stripe-webhook.sock" \
	    "$libexec/stripe-webhook"
	wait_until 60 program_listens stripe-webhook
	next_slot
	checkout "$(order review-45 "$START")"
	pay "$SESSION"
	becomes "$BOOKING" CONFIRMED PAID \
	    "a socket of systemd's and a secret of its own credential do"
else
	skip "a socket of systemd's does" "THERE IS NO systemd-socket-activate"
fi

# --- And away --------------------------------------------------------------------
stack_stop
ok "make uninstall works" make_in_build uninstall
is "$(find "$root" -type f -o -type l)" '' "and leaves nothing"
done_testing
