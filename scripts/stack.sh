# shellcheck shell=bash
# stack.sh: all of bookpay on one machine, in one state folder: config,
# database, fakes, programs, nginx.  For scripts/run and tests/lib/world.sh.
#
# Uses lib.sh, and these, set by the caller:
#   state     the state folder, an absolute path
#   port      where nginx listens on 127.0.0.1
#   programs  where they were built: checkout, fake-stripe and the others
# and perhaps
#   tls_port  where nginx listens for https as well, with <state>/tls.{pem,key}
#   database_url  if it is not in a file in the state folder
# shellcheck disable=SC2154 # they are

# Programs with a route; nginx/bookpay-http.conf.in has an upstream for each.
routes=(checkout session stripe-webhook calendly-webhook booking cancel
    catalogue health metrics)

random_hex() {
	od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

# --- The config in use --------------------------------------------------------
conf_get() {
	sed -n "s/^$1=//p" "$state/bookpay.conf" | tail -n 1 |
	    sed "s/^'\(.*\)'\$/\1/; s/^\"\(.*\)\"\$/\1/"
}

# Changes one line, and keeps what people wrote around it.
conf_set() {
	local file=$state/bookpay.conf
	if grep -q "^$1=" "$file"; then
		sed -i "s|^$1=.*|$1='$2'|" "$file"
	else
		printf "%s='%s'\n" "$1" "$2" >>"$file"
	fi
}

stack_config() {
	[ ! -e "$state/bookpay.conf" ] || return 0
	cat >"$state/bookpay.conf" <<END
# Made by scripts/run for a try-out with the fake Stripe and Calendly.
# All keys: bookpay.conf(5).  The environment overrides what is written here.

# What people have in their address bar.
PUBLIC_BASE_URL='http://127.0.0.1:$port'
DATABASE_URL='${database_url:-sqlite:$state/bookpay.db}'

# Stripe: secret key, signing secret of the webhook endpoint, and where its API
# is (written anew at every start: the fake takes a free port).
STRIPE_SECRET_KEY='sk_test_fake$(random_hex 16)'
STRIPE_WEBHOOK_SECRET='whsec_$(random_hex 24)'
STRIPE_API_BASE='http://127.0.0.1:0'

# Calendly: personal access token, signing key of the webhook subscription,
# its API, and the script of its calendar (both written anew as well).
CALENDLY_TOKEN='fake_$(random_hex 16)'
CALENDLY_WEBHOOK_SIGNING_KEY='$(random_hex 24)'
CALENDLY_API_BASE='http://127.0.0.1:0'
CALENDLY_WIDGET_URL='http://127.0.0.1:0/assets/external/widget.js'

# Who may do what: guests come by links that are signed with LINK_SECRET.
AUTH='guest'
LINK_SECRET='$(random_hex 32)'

# What programs count, for /metrics.
METRICS_DIR='$state/metrics'

LOG_LEVEL='info'
END
}

# --- Pieces ---------------------------------------------------------------------
# Its command line must name something in the state folder: after a restart of
# the machine a number in a pid file may be anybody's.
pid_alive() {
	local pid
	pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] &&
	    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" |
	    grep -qF -- "$state"
}

# Does the stack run, or anything of it?
stack_runs() {
	local file
	for file in "$state"/run/*.supervisor "$state"/run/*.pid; do
		pid_alive "$file" && return 0
	done
	return 1
}

port_is_free() {
	! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_until SECONDS COMMAND...: asks again and again, no longer than that.
wait_until() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# supervise NAME [--once] [--config-of PROGRAM] COMMAND...
supervise() {
	# A session of its own: Ctrl-C and a closed terminal are for scripts/run.
	setsid "$top/scripts/supervise" "$state" "$@" \
	    </dev/null >/dev/null 2>&1 9>&- &
}

# Starts a program with a route.  The supervisor holds the socket: it stays open
# while programs come and go.
supervise_route() {
	setsid spawn-fcgi -n -M 0600 -b 511 -s "$state/run/$1.sock" -- \
	    "$top/scripts/supervise" "$state" "$1" --socket --config-of "$1" \
	    "$state/bin/$1" </dev/null >/dev/null 2>&1 9>&- &
}

# own_config PROGRAM: OWN is its file, with what it reads of bookpay.conf, as it
# is now, and nothing else.
own_config() {
	OWN=$state/conf/$1.conf
	[ "$OWN" -nt "$state/bookpay.conf" ] ||
	    bookpay config split --to "$state/conf" --program "$1" >/dev/null
}

# Copies, so that a build does not change what runs, and a person can.
stack_programs() {
	local program
	for program in "${routes[@]}" bookpay worker fake-stripe \
	    fake-calendly; do
		[ -x "$programs/$program" ] || continue
		cp "$programs/$program" "$state/bin/.$program" &&
		    mv "$state/bin/.$program" "$state/bin/$program" || return 1
	done
}

stack_folder() {
	case $state in
	*[!A-Za-z0-9._/+=,-]*)
		say "$state: letters, digits and . _ + = , - only, please"
		return 1 ;;
	esac
	# The name of a socket has at most 107 characters.
	if [ ${#state} -gt 80 ]; then
		say "$state: the name is too long for sockets"
		return 1
	fi
	# Secrets and people's data: nobody else's.
	umask 077
	mkdir -p "$state"/{bin,conf,run/tmp,log} && chmod 700 "$state" &&
	    ln -sfn "$top/nginx/www" "$state/www"
}

# The fakes take the port they had, so that an open page goes on working.
start_fake() {
	local name=$1 key=$2 old
	shift 2
	old=$(conf_get "$key")
	old=${old##*:}
	port_is_free "$old" || old=0
	rm -f "$state/run/$name.port"
	supervise "$name" --once "$state/bin/$name" --port "$old" \
	    --port-file "$state/run/$name.port" "$@"
	wait_until 60 test -s "$state/run/$name.port" ||
	    { say "$name does not start: $state/log/$name.log"; return 1; }
	conf_set "$key" "http://127.0.0.1:$(cat "$state/run/$name.port")"
}

# FAKE_SPEED: how many times faster than life (retries of webhooks, expiry).
stack_fakes() {
	local url hooks speed=${FAKE_SPEED:-60}
	url=$(conf_get PUBLIC_BASE_URL)
	# The fakes would not believe a certificate that we made ourselves.
	hooks=${tls_port:+http://127.0.0.1:$port}
	hooks=${hooks:-$url}/api/webhooks
	start_fake fake-stripe STRIPE_API_BASE \
	    --contract "$top/tests/contract/stripe" --speed "$speed" \
	    --secret-key @<(conf_get STRIPE_SECRET_KEY) \
	    --webhook-url "$hooks/stripe" \
	    --webhook-secret @<(conf_get STRIPE_WEBHOOK_SECRET) &&
	    start_fake fake-calendly CALENDLY_API_BASE \
	    --contract "$top/tests/contract/calendly" --speed "$speed" \
	    --token @<(conf_get CALENDLY_TOKEN) \
	    --webhook-url "$hooks/calendly" \
	    --signing-key @<(conf_get CALENDLY_WEBHOOK_SIGNING_KEY) \
	    --redirect-url "$url/booking/confirmation" &&
	    conf_set CALENDLY_WIDGET_URL \
	    "$(conf_get CALENDLY_API_BASE)/assets/external/widget.js"
}

bookpay() {
	BOOKPAY_CONFIG="$state/bookpay.conf" "$state/bin/bookpay" "$@"
}

# A demo: every way to be paid or free, through Calendly or direct.
stack_demo() {
	local page type=e7e70001-0000-4000-8000-00000000000
	# The fake's one user, to whom all its event types belong.
	local host=f1c0a001-0000-4000-8000-000000000001
	host=https://api.calendly.com/users/$host
	page=$(conf_get CALENDLY_API_BASE)/robin-coach
	{
		bookpay builders set robin --name 'Robin Coach' \
		    --timezone America/New_York --email robin@example.org \
		    --calendly-user "$host" &&
		bookpay builders set lena --name 'Lena Berg' \
		    --timezone Europe/Berlin --email lena@example.org \
		    --calendly-user "$host" &&
		bookpay builders set aiko --name 'Aiko Tanaka' \
		    --timezone Asia/Tokyo --email aiko@example.org \
		    --calendly-user "$host" &&
		bookpay session-types set strategy-60 --builder robin \
		    --title '60 Minute Strategy Session' --minutes 60 \
		    --amount 15000 --currency usd --policy '24:100 12:50' \
		    --calendly-type ${type}1 \
		    --scheduling-url "$page/strategy-60" \
		    --description 'One hour on the one thing that holds you up.' &&
		bookpay session-types set workshop --builder lena \
		    --title 'Group Workshop' --minutes 60 \
		    --amount 4900 --currency eur --policy '48:100' \
		    --calendly-type ${type}2 \
		    --scheduling-url "$page/workshop" \
		    --description 'Up to ten people, one table.' &&
		bookpay session-types set panel --builder aiko \
		    --title 'Panel Call' --minutes 30 \
		    --amount 12000 --currency jpy --policy '24:100' \
		    --calendly-type ${type}3 \
		    --scheduling-url "$page/panel" \
		    --description 'Half an hour with the whole team.' &&
		bookpay session-types set free-intro --builder robin \
		    --title 'Free Intro' --minutes 15 \
		    --amount 0 --currency usd \
		    --calendly-type ${type}5 \
		    --scheduling-url "$page/free-intro" \
		    --description 'Get to know each other.' &&
		bookpay session-types set review-45 --builder robin \
		    --title 'Plan Review' --minutes 45 \
		    --amount 9000 --currency usd --policy '24:100 12:50' \
		    --direct --hours 'mon-fri 09:00-17:00' \
		    --description 'Bring your plan, leave with a better one.' &&
		bookpay session-types set hello-15 --builder lena \
		    --title 'Say Hello' --minutes 15 \
		    --amount 0 --currency eur \
		    --direct --hours 'mon-fri 10:00-16:00' \
		    --description 'Fifteen minutes, no strings attached.'
	} >"$state/log/demo.log" 2>&1
}

stack_database() {
	local said
	said=$(bookpay migrate 2>&1) || {
		say "$said"
		return 1
	}
}

# --check says what is wrong with the config, in words, before anything runs.
stack_check() {
	local program
	for program in "${routes[@]}" worker; do
		[ -x "$state/bin/$program" ] || continue
		own_config "$program" && BOOKPAY_CONFIG=$OWN \
		    "$state/bin/$program" --check || return 1
	done
}

stack_routes() {
	local program
	for program in "${routes[@]}"; do
		supervise_route "$program"
	done
	[ ! -x "$state/bin/worker" ] ||
	    supervise worker --config-of worker "$state/bin/worker"
}

# nginx_files: how many files each worker of nginx may have open; connections
# are files, too, and some are kept for pages.
stack_nginx() {
	local files=${nginx_files:-4096} most file
	local sources='https://assets.calendly.com https://calendly.com'
	[ -z "${with_fakes:-}" ] || sources=$(conf_get CALENDLY_API_BASE)
	most=$(ulimit -Hn)
	[ "$most" = unlimited ] || [ "$files" -le "$most" ] || files=$most
	for file in bookpay-http.conf bookpay.conf; do
		"$top/scripts/fill" rundir="$state/run" logdir="$state/log" \
		    wwwdir="$state/www" calendly_sources="$sources" \
		    <"$top/nginx/$file.in" >"$state/run/$file" || return 1
	done
	[ -z "${hardly_limited:-}" ] ||
	    sed -i -e 's/ rate=[0-9]*r/ rate=5000r/' \
	    -e 's/ burst=[0-9]*/ burst=5000/' \
	    -e 's/^\(.*limit_conn [a-z_]*\) [0-9]*;/\1 500;/' \
	    "$state"/run/bookpay{-http,}.conf
	{
		# Started by root, nginx would work as nobody, whom the state
		# folder keeps out.
		[ "$(id -u)" != 0 ] || echo 'user root;'
		cat <<END
daemon off;
worker_processes 2;
pid $state/run/nginx.pid;
error_log $state/log/nginx-error.log;
worker_rlimit_nofile $files;
events { worker_connections $((files * 3 / 4)); }
http {
	client_body_temp_path $state/run/tmp;
	fastcgi_temp_path $state/run/tmp;
	proxy_temp_path $state/run/tmp;
	scgi_temp_path $state/run/tmp;
	uwsgi_temp_path $state/run/tmp;
	include $state/run/bookpay-http.conf;
	server {
		listen 127.0.0.1:$port backlog=4096;
		${tls_port:+listen 127.0.0.1:$tls_port ssl;
		ssl_certificate $state/tls.pem;
		ssl_certificate_key $state/tls.key;}
		include $state/run/bookpay.conf;
	}
}
END
	} >"$state/run/nginx.conf"
	supervise nginx nginx -e "$state/log/nginx-error.log" \
	    -c "$state/run/nginx.conf"
}

answers() {
	curl -fsS --noproxy '*' -m 5 -o /dev/null \
	    "http://127.0.0.1:$port$1" 2>/dev/null
}

# Whether its program serves or not.  The file is there before the socket listens,
# and the kernel's list has the sockets of other state folders, too.
program_listens() {
	awk -v path="$state/run/$1.sock" '$4 == "00010000" && $NF == path {
	    found = 1 } END { exit !found }' /proc/net/unix
}

# Every program listens, and nginx reaches one of them.
all_answer() {
	local program
	for program in "${routes[@]}"; do
		program_listens "$program" || return 1
	done
	answers /readyz && answers /api/session-types
}

stack_ready() {
	wait_until 60 all_answer && return 0
	say "Not all came up within a minute.  The last words in $state/log:"
	tail -n 3 "$state"/log/*.log >&2
	return 1
}

# --- Start and stop ----------------------------------------------------------------
# with_fakes=1: the demo.  Without, the config names the real Stripe and
# Calendly.  Stops what it started if it cannot start all.
stack_start() {
	if stack_pieces; then
		return 0
	fi
	stack_stop
	return 1
}

stack_pieces() {
	rm -f "$state"/run/*.sock
	stack_programs || return 1
	if [ -n "${with_fakes:-}" ]; then
		stack_config && stack_fakes || return 1
	fi
	stack_database || return 1
	[ -z "${with_fakes:-}" ] || stack_demo || {
		say "the demo's data: $(tail -n 1 "$state/log/demo.log")"
		return 1
	}
	stack_check && stack_routes && stack_nginx && stack_ready
}

# runs_from PID PATTERN: is that its first word?  Where exe leads to, of a
# program that nobody can debug, is for root only.
runs_from() {
	local word
	IFS= read -r -d '' word 2>/dev/null <"/proc/$1/cmdline" || return 1
	# shellcheck disable=SC2053 # a pattern it is
	[[ $word == $2 ]]
}

# What still runs from <state>/bin, whoever started it.
strays() {
	local folder
	for folder in /proc/[0-9]*; do
		! runs_from "${folder#/proc/}" "$state/bin/*" ||
		    printf '%s\n' "${folder#/proc/}"
	done
}

nothing_runs() {
	[ -z "$(strays)" ] && ! stack_runs
}

# nginx first, so that nobody is let in any more; SIGTERM lets requests in
# progress finish.  Idempotent.
stack_stop() {
	local file pid
	for file in "$state"/run/nginx.supervisor "$state"/run/*.supervisor; do
		pid_alive "$file" && kill "$(cat "$file")" 2>/dev/null
	done
	# Somebody may have killed the supervisor only.
	for file in "$state"/run/*.pid; do
		pid_alive "${file%.pid}.supervisor" || ! pid_alive "$file" ||
		    kill "$(cat "$file")" 2>/dev/null
	done
	if ! wait_until 15 nothing_runs; then
		for file in "$state"/run/*.supervisor "$state"/run/*.pid; do
			pid_alive "$file" && kill -9 "$(cat "$file")" 2>/dev/null
		done
		for pid in $(strays); do
			kill -9 "$pid" 2>/dev/null
		done
	fi
	rm -f "$state"/run/*.{sock,pid,port,supervisor,change}
}
