#!/bin/bash
# Each program has the secrets it needs, and no other: in its config, in its
# environment, and on no command line.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

secrets=(STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET CALENDLY_TOKEN
    CALENDLY_WEBHOOK_SIGNING_KEY LINK_SECRET)

# says CONFIG PROGRAM [NAME=value...]: SAID and CHECKED, of --check.
says() {
	local config=$1 program=$2
	shift 2
	SAID=$(env BOOKPAY_CONFIG="$config" "$@" \
	    "$state/bin/$program" --check 2>&1 </dev/null)
	CHECKED=$?
}

# keys FILE: the names in it, sorted.
keys() {
	sed -n 's/^\([A-Z_]*\)=.*/\1/p' "$1" | sort | paste -sd ' '
}

# --- Splitting ------------------------------------------------------------------
into=$state/split
mkdir "$into"
split() {
	SAID=$(bookpay config split --to "$into" "$@" 2>&1)
	CHECKED=$?
}
split
is "$CHECKED $(find "$into" -type f | wc -l)" '0 10' "a file for each program"
is "$(find "$into" -type f ! -perm 600)" '' "and for its owner only"
while read -r program wanted; do
	is "$(for key in "${secrets[@]}"; do
		! grep -q "^$key=" "$into/$program.conf" || echo "$key"
	done | paste -sd ' ')" "$wanted" "$program has what it needs"
done <<'END'
booking LINK_SECRET
calendly-webhook CALENDLY_WEBHOOK_SIGNING_KEY
cancel LINK_SECRET
catalogue
checkout STRIPE_SECRET_KEY CALENDLY_TOKEN LINK_SECRET
health
metrics
session STRIPE_SECRET_KEY LINK_SECRET
stripe-webhook STRIPE_WEBHOOK_SECRET
worker STRIPE_SECRET_KEY CALENDLY_TOKEN CALENDLY_WEBHOOK_SIGNING_KEY
END
is "$(keys "$into/stripe-webhook.conf")" \
    'DATABASE_URL LOG_LEVEL METRICS_DIR STRIPE_WEBHOOK_SECRET' "a receiver little else"
for program in "${routes[@]}" worker; do
	says "$into/$program.conf" "$program"
	is "$CHECKED $SAID" '0 ' "$program starts with its own"
	says "$state/bookpay.conf" "$program"
	like "$CHECKED $SAID" \
	    "^2 .*bookpay.conf:[0-9]+: [A-Z_]+ is a secret that $program does not need: .*bookpay config split" \
	    "and not with everybody's"
done
like "$(bookpay config list | grep ^LINK_SECRET)" \
    '^LINK_SECRET +yes +booking cancel checkout session *$' \
    "who reads what can be asked"

# Every secret of others, one by one.
for program in "${routes[@]}" worker; do
	refused=''
	for key in "${secrets[@]}"; do
		grep -q "^$key=" "$into/$program.conf" && continue
		says "$into/$program.conf" "$program" "$key=$(conf_get "$key")"
		[[ $CHECKED == 2 && $SAID == *"environment: $key is a secret"* &&
		    $SAID != *"$(conf_get "$key")"* ]] || refused+=" $key"
		cp -p "$into/$program.conf" "$state/wrong.conf"
		echo "$key='$(conf_get "$key")'" >>"$state/wrong.conf"
		says "$state/wrong.conf" "$program"
		[[ $CHECKED == 2 && $SAID == *"$key is a secret"* &&
		    $SAID != *"$(conf_get "$key")"* ]] || refused+=" $key"
	done
	is "$refused" '' "$program refuses each secret it does not need"
done
rm "$state/wrong.conf"

# Secrets in files of their own: one config does for all.
cp -p "$state/bookpay.conf" "$state/files.conf"
for key in "${secrets[@]}"; do
	conf_get "$key" >"$state/$key"
	chmod 0600 "$state/$key"
	sed -i "s|^$key=.*|${key}_FILE=$state/$key|" "$state/files.conf"
done
for program in "${routes[@]}" worker; do
	says "$state/files.conf" "$program"
	is "$CHECKED $SAID" '0 ' "$program starts with the files of secrets"
done
rm "$state/CALENDLY_TOKEN"
says "$state/files.conf" stripe-webhook
is "$CHECKED" 0 "and does not look at those of others"
says "$state/files.conf" checkout
like "$CHECKED $SAID" '2 .*CALENDLY_TOKEN: No such file' "but at its own"
conf_get CALENDLY_TOKEN >"$state/CALENDLY_TOKEN"
chmod 0600 "$state/CALENDLY_TOKEN"

# --- What splitting makes of it -----------------------------------------------------
chmod 0640 "$into/checkout.conf"
split --from "$state/files.conf" --program checkout
is "$CHECKED $(stat -c %a "$into/checkout.conf") $(grep -c . <<<"$SAID")" \
    '0 640 2' "one is made anew, for those who could read it before"
like "$(grep LINK "$into/checkout.conf")" "^LINK_SECRET_FILE='$state/LINK_SECRET'$" \
    "a secret's file stays a file"
SAID=$(THREADS=3 AUTH_ADMINS="it's me" bookpay config split --to "$into" \
    --program checkout)
is "$(grep -E '^(THREADS|AUTH_ADMINS)' "$into/checkout.conf" | paste -sd ' ')" \
    "AUTH_ADMINS=\"it's me\" THREADS='3'" "what the environment says is in it"
cp "$into/checkout.conf" "$state/before.conf"
SAID=$(AUTH_ADMINS="it's \"me\"" bookpay config split --to "$into" \
    --program checkout 2>&1)
like "$? $SAID" '^1 .*AUTH_ADMINS cannot be written' \
    "what no line can hold is refused"
SAID=$(AUTH_ADMINS=$'a\nLINK_SECRET_FILE=/x' bookpay config split \
    --to "$into" --program checkout 2>&1)
like "$? $SAID" '^1 .*AUTH_ADMINS cannot be written' "nor does one line become two"
is "$(cmp "$into/checkout.conf" "$state/before.conf")$(ls -A "$into" | wc -l)" 10 \
    "and what was there stays"
split --program nobody
like "$CHECKED $SAID" '^2 .*no program nobody' "a program that there is not"
SAID=$(bookpay config split --to "$state/nowhere" 2>&1)
is "$?" 3 "a folder that there is not"
split --from "$state/nowhere.conf"
like "$CHECKED $SAID" '^2 .*nowhere.conf: No such file' "a file that there is not"

# --- While all of it runs --------------------------------------------------------------
# shown: where a secret is on a command line or in an environment, of whomever.
for key in "${secrets[@]}"; do
	conf_get "$key"
done >"$state/secrets"
shown() {
	grep -lasF -f "$state/secrets" /proc/[0-9]*/cmdline \
	    /proc/[0-9]*/environ
}
next_slot
touch "$state/busy"
watch() {
	while [ -e "$state/busy" ]; do
		shown
	done >"$state/seen"
}
watch &
watching=$!
checkout_at_once 60 "$(order review-45 "$START")"
for program in "${routes[@]}" worker; do
	restart_program "$program"
done
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "programs start and work"
rm "$state/busy"
wait "$watching"
is "$(cat "$state/seen")" '' "and no secret is on a command line or in an environment"
(exec -a "$(conf_get LINK_SECRET)" sleep 60) &
sleeper=$!
is_shown() {
	[ "$(shown)" = "/proc/$sleeper/cmdline" ]
}
ok "one that is would be found" wait_until 10 is_shown
kill "$sleeper"

own=$(cat "$state/run/booking.pid")
is "$(tr '\0' '\n' <"/proc/$own/environ" | sed -n 's/^BOOKPAY_CONFIG=//p')" \
    "$state/conf/booking.conf" "a program is told of its own config"
conf_set LOG_LEVEL error
restart_program booking
is "$(grep -c "^LOG_LEVEL='error'" "$state/conf/booking.conf")" 1 \
    "which is what bookpay.conf says when it starts"
conf_set LOG_LEVEL info

# --- No secret, no service ----------------------------------------------------------------
# without KEY PROGRAM ROUTE: refuses to start, and nobody answers for it.
without() {
	local value
	value=$(conf_get "$1")
	expect_in_logs " $2 ended with status (0|2)\$"
	sed -i "/^$1=/d" "$state/bookpay.conf"
	kill "$(cat "$state/run/$2.pid")"
	wait_until 20 grep -q "cannot start: .*$1" "$state/log/$2.log"
	post "$3" '{}'
	refused 503 INTERNAL "without $1 nobody answers at $3"
	like "$(header Retry-After)" '^[1-9]' "but says that it may be later"
	conf_set "$1" "$value"
	ok "with it, somebody does, without more" wait_until 20 answers_post "$3"
}
answers_post() {
	post "$1" '{}'
	[ "$STATUS" != 503 ]
}
# Its socket is open all the same.
nginx_waits 1s
without STRIPE_WEBHOOK_SECRET stripe-webhook /api/webhooks/stripe
without CALENDLY_WEBHOOK_SIGNING_KEY calendly-webhook /api/webhooks/calendly
without LINK_SECRET checkout /api/stripe/checkout
done_testing
