#!/bin/bash
# Starting, refusing to start, stopping, and starting again.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# --- Wrong configs ------------------------------------------------------------
# check PROGRAM [COMMAND...]: what --check says, with a copy of its config that
# the command changes; SAID and CHECKED, its exit status.
check() {
	local program=$1
	shift
	own_config "$program"
	cp -p "$OWN" "$state/wrong.conf"
	"${@:-true}"
	SAID=$(BOOKPAY_CONFIG="$state/wrong.conf" \
	    "$state/bin/$program" --check 2>&1 </dev/null)
	CHECKED=$?
	chmod -f 0600 "$state/wrong.conf"
}

# line KEY=value...: in place of the lines of that key.
line() {
	local pair
	for pair; do
		sed -i "/^${pair%%=*}=/d" "$state/wrong.conf"
		[ "$pair" = "${pair%%=*}" ] ||
		    printf '%s\n' "$pair" >>"$state/wrong.conf"
	done
}

# says PATTERN NAME: it refused, and said why, without a secret's value.
says() {
	is "$CHECKED" 2 "$2: refused"
	like "$(jq -r .why <<<"$SAID" 2>/dev/null)" "$1" "$2: and told why"
}

for program in "${routes[@]}"; do
	check "$program"
	is "$CHECKED $SAID" '0 ' "$program finds the config good"
	is "$("$state/bin/$program" --version)" \
	    "$program (bookpay) $("$state/bin/bookpay" version |
	    sed 's/bookpay \(.*\), .*/\1/')" "and tells its version"
done

# help PROGRAM: the keys that count, as --help tells them.
help() {
	"$state/bin/$1" --help | sed -n '/^These keys/,/^$/p' |
	    grep -oE '\b[A-Z][A-Z_]+\b'
}
for program in "${routes[@]}" worker; do
	is "$(help "$program" | sort | paste -sd ' ')" \
	    "$(bookpay --json config list | jq -r --arg program "$program" \
	    '.[] | select(.programs | split(" ") | index($program)) | .key' |
	    sort | paste -sd ' ')" \
	    "$program --help tells which keys count"
	is "$(for key in $(help "$program" | sed 's/AUTH_JWT_.*/AUTH_JWT_/'); do
		grep -qF -e "$key" "$srcdir/src/$program.8" || echo "$key"
	done)" '' "and its page has words for each"
	is "$("$state/bin/$program" --help | sed -n '1s/^[^[]*//p')" \
	    "[$(sed -n '/^\.Sh SYN/,/^\.Sh DES/s/^\.Op Fl /-/p' \
	    "$srcdir/src/$program.8" | sed 's/| /| -/g')]" \
	    "which has the same options"
	is "$("$state/bin/$program" --nonsense 2>&1 | head -n 1)" "$("$state/bin/$program" --help | head -n 1)" \
	    "what it does not know is answered with the usage"
done
own_config catalogue
SAID=$(REQUEST_METHOD=GET QUERY_STRING=--help BOOKPAY_CONFIG=$OWN \
    "$state/bin/catalogue" --help </dev/null 2>>"$state/log/said")
like "$SAID" '"success":true' \
    "words of a query, which a web server may hand to CGI, are no options"
last=$(($(wc -l <"$state/conf/checkout.conf") + 1))
check checkout line COLOUR=green
says "wrong.conf:$last: unknown key COLOUR" "an unknown key"
check checkout line 'AUTH=guest; rm -rf /'
says "wrong.conf:[0-9]+: .*AUTH.* single quotes" "what a shell would read otherwise"
for origin in '*' null https://a.example/ https://A.example; do
	check checkout line "ALLOWED_ORIGINS='$origin'"
	says 'ALLOWED_ORIGINS: .* is not an origin' "$origin as a friend's page"
done
check checkout line PUBLIC_BASE_URL=https://Book.example
says 'PUBLIC_BASE_URL: .* is not an origin' "an address no browser would write"
check checkout sh -c "echo nonsense >>$state/wrong.conf"
says "wrong.conf:$last: not KEY=value" "a line that is none"
check checkout chmod 0644 "$state/wrong.conf"
says 'wrong.conf: .*others.*chmod 0600' "a config that others can read"
check checkout rm "$state/wrong.conf"
says 'wrong.conf: No such file' "no config at all"
for key in STRIPE_WEBHOOK_SECRET:stripe-webhook \
    CALENDLY_WEBHOOK_SIGNING_KEY:calendly-webhook LINK_SECRET:checkout \
    STRIPE_SECRET_KEY:checkout CALENDLY_TOKEN:checkout; do
	program=${key#*:} key=${key%%:*}
	check "$program" line "$key="
	says "$key is empty" "SEC-02 $key is empty"
	check "$program" line "$key='   '"
	says "$key (holds a blank|is empty)" "SEC-02 $key is blank"
	check "$program" line "$key=hunter2"
	says "$key is too short" "SEC-02 $key is short"
	unlike "$SAID" hunter2 "SEC-24 and is not repeated"
done
check stripe-webhook line STRIPE_WEBHOOK_SECRET=whsec_0123456789abcdef,
says 'STRIPE_WEBHOOK_SECRET is empty' "SEC-02 one of two secrets is empty"
for key in STRIPE_WEBHOOK_SECRET:stripe-webhook LINK_SECRET:checkout \
    CALENDLY_WEBHOOK_SIGNING_KEY:calendly-webhook PUBLIC_BASE_URL:checkout \
    DATABASE_URL:catalogue DATABASE_URL:health; do
	check "${key#*:}" line "${key%%:*}"
	says "${key%%:*}" "SEC-01 ${key#*:} without ${key%%:*}"
done
check checkout line AUTH=everybody
says 'AUTH: .*everybody' "a way to sign in that there is not"
check checkout line PUBLIC_BASE_URL=www.example.org
says 'PUBLIC_BASE_URL is not an http' "an address without http"
for threads in 0 257 many -1; do
	check checkout line THREADS=$threads
	says THREADS "$threads threads"
done
check stripe-webhook line WEBHOOK_TOLERANCE=0
says 'WEBHOOK_TOLERANCE must be' "SEC-22 signatures that never grow old"
printf 'whsec_in_a_file_0123456789\n' >"$state/secret"
chmod 0600 "$state/secret"
check stripe-webhook line STRIPE_WEBHOOK_SECRET \
    "STRIPE_WEBHOOK_SECRET_FILE=$state/secret"
is "$CHECKED" 0 "a secret may be in a file of its own"
chmod 0644 "$state/secret"
check stripe-webhook line STRIPE_WEBHOOK_SECRET \
    "STRIPE_WEBHOOK_SECRET_FILE=$state/secret"
says 'secret can be read by others' "unless others can read that"
own_config checkout
SAID=$(THREADS=0 BOOKPAY_CONFIG=$OWN "$state/bin/checkout" --check 2>&1)
CHECKED=$?
says THREADS "the environment overrides the file"
SAID=$("$state/bin/checkout" --nonsense 2>&1)
is "$?" 2 "an unknown option is refused"
like "$SAID" 'usage: checkout' "with the usage"

# --- The database -------------------------------------------------------------
another_database() {
	line "DATABASE_URL=$1"
}
new_database empty
empty=$URL
sql_at "$empty" 'create table t (a text)'
for program in "${routes[@]}"; do
	case $program in health | metrics) continue ;; esac
	check "$program" another_database "$empty"
	says 'bookpay migrate' "$program with a database without our tables"
done
check health another_database "$empty"
says 'bookpay migrate' "health would start, but its --check says so, too"
if ! on_postgresql; then
	sql ".backup $state/open.db"
	chmod 0644 "$state/open.db"
	check worker another_database "sqlite:$state/open.db"
	says 'open.db has mode 0644, which lets others read it: chmod o= ' \
	    "a database that others can read"
	mkdir -m 0777 "$state/all"
	mv "$state/open.db" "$state/all" && chmod 0600 "$state/all/open.db"
	check health another_database "sqlite:$state/all/open.db"
	says 'all/ has mode 0777, which lets others change it: chmod o-w ' \
	    "a folder that others can write"
	chmod 1777 "$state/all"
	check health another_database "sqlite:$state/all/open.db"
	is "$CHECKED $SAID" '0 ' "where each has his own, like /tmp, is well"
fi
check checkout another_database "${database_url%/*}/nowhere/bookpay.db"
says 'sqlite|postgresql' "no database"
new_database other
DATABASE_URL=$URL bookpay migrate >/dev/null
sql_at "$URL" "update schema_version set checksum = 'x'"
check checkout another_database "$URL"
says 'applied with another content' "a database made from another schema"
new_database newer
DATABASE_URL=$URL bookpay migrate >/dev/null
sql_at "$URL" "insert into schema_version
    select 9999, '9999_future.sql', checksum, 0 from schema_version limit 1"
check checkout another_database "$URL"
says 'newer than this program' "a database of a later bookpay"
SAID=$(DATABASE_URL=$URL bookpay bookings list 2>&1)
is "$?" 3 "nor does the command touch it"

# A migration under a running program: it says that it is not ready.
get /readyz
is "$STATUS $(json .data.status)" '200 ok' "ready"
sql "insert into schema_version
    select 9999, '9999_future.sql', checksum, 0 from schema_version limit 1"
get /readyz
refused 503 DATABASE_ERROR "not ready once the schema is not this program's"
get /healthz
is "$STATUS $(json .data.status)" '200 ok' "but alive"
sql 'delete from schema_version where number = 9999'

database_away
restart_program health
get /readyz
refused 503 DATABASE_ERROR "not ready without a database"
like "$(header Retry-After)" '^[1-9]' "but perhaps later"
get /healthz
is "$STATUS" 200 "alive all the same"
on_postgresql || [ ! -e "$state/bookpay.db" ]
is "$?" 0 "nobody makes an empty one in its place"
database_back
get /readyz
is "$STATUS" 200 "and ready when it is back, without a restart"

# --- Stopping -----------------------------------------------------------------
next_slot
behave '{"slowMs":3000}'
program=$(cat "$state/run/checkout.pid")
(
	checkout "$(order review-45 "$START")"
	echo "$STATUS" >"$state/answered"
) &
stripe_is_asked() {
	[ "$(count checkout "status = 'asked'")" = 1 ]
}
wait_until 60 stripe_is_asked
expect_in_logs ' checkout ended with status 0$'
kill -TERM "$program"
wait $!
is "$(cat "$state/answered")" 200 "who is told to stop finishes what it began"
wait_until 60 program_is_new checkout "$program"
like "$(tail -n 1 "$state/log/supervisor.log")" \
    ' checkout ended with status 0$' "and ends without complaint"
behave '{}'
# It can be told to stop once it answers.
get /api/stripe/checkout

for program in "${routes[@]}"; do
	old=$(cat "$state/run/$program.pid")
	expect_in_logs " $program ended with status (0|137)\$"
	kill -TERM "$old"
	wait_until 60 program_is_new "$program" "$old"
	like "$(tail -n 1 "$state/log/supervisor.log")" \
	    " $program ended with status 0\$" "$program stops when told to"
	old=$(cat "$state/run/$program.pid")
	kill -9 "$old"
	ok "and is there again when it was killed" \
	    wait_until 60 program_is_new "$program" "$old"
done
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "after all that a booking works"
as_guest "$BOOKING"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and a payment"
get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
is "$STATUS $(json .data.settled)" '200 true' "and so does every page"
get /api/session-types
is "$STATUS" 200 "of all programs"
is "$(database_is_whole)" ok "and the database is whole"

done_testing
