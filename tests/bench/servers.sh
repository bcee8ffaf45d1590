# shellcheck shell=bash
# servers.sh: our programs and what others would build, each behind the same
# nginx and on the same database; for scripts/bench.
#
# Uses lib.sh and stack.sh, and these, set by the caller:
#   state, port, programs   as for stack.sh
#   peers                   folder with node_modules and the peer of Go
# shellcheck disable=SC2154 # they are

bench=$top/tests/bench

# Ports behind the first, each with one kind of server on one socket: only one
# server runs at a time.
http_port() { echo $((port + 1)); }
php_port() { echo $((port + 2)); }
empty_port() { echo $((port + 3)); }

# --- nginx --------------------------------------------------------------------
# Ours by its shipped files, hardly limited; the others by the least there is.
bench_nginx_conf() {
	local file
	for file in bookpay-http.conf bookpay.conf; do
		"$top/scripts/fill" rundir="$state/run" logdir="$state/log" \
		    wwwdir="$state/www" calendly_sources=https://calendly.com \
		    <"$top/nginx/$file.in" |
		    sed -e 's/ rate=[0-9]*r/ rate=1000000r/' \
		    -e 's/ burst=[0-9]*/ burst=100000/' \
		    -e 's/^\(.*limit_conn [a-z_]*\) [0-9]*;/\1 5000;/' \
		    >"$state/run/$file" || return 1
	done
	[ "$(id -u)" != 0 ] || echo 'user root;'
	cat <<END
daemon off;
worker_processes 2;
pid $state/run/nginx.pid;
error_log $state/log/nginx-error.log;
worker_rlimit_nofile 4096;
events { worker_connections 2048; }
http {
	client_body_temp_path $state/run/tmp;
	fastcgi_temp_path $state/run/tmp;
	proxy_temp_path $state/run/tmp;
	scgi_temp_path $state/run/tmp;
	uwsgi_temp_path $state/run/tmp;
	keepalive_requests 1000000;
	include $state/run/bookpay-http.conf;
	upstream peer {
		server unix:$state/run/peer.sock;
		keepalive 64;
	}
	access_log $state/log/nginx-access.log bookpay;
	client_body_buffer_size 64k;
	server {
		listen 127.0.0.1:$port backlog=4096;
		include $state/run/bookpay.conf;
	}
	server {
		listen 127.0.0.1:$(http_port) backlog=4096;
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		location / { proxy_pass http://peer; }
	}
	server {
		listen 127.0.0.1:$(php_port) backlog=4096;
		fastcgi_param REQUEST_METHOD \$request_method;
		fastcgi_param CONTENT_TYPE \$content_type;
		fastcgi_param CONTENT_LENGTH \$content_length;
		fastcgi_param SCRIPT_FILENAME $bench/peers/webhook.php;
		location / { fastcgi_pass unix:$state/run/php.sock; }
	}
	server {
		listen 127.0.0.1:$(empty_port) backlog=4096;
		fastcgi_param REQUEST_METHOD \$request_method;
		fastcgi_param CONTENT_LENGTH \$content_length;
		location / { fastcgi_pass unix:$state/run/empty.sock; }
	}
}
END
}

nginx_listens() {
	! port_is_free "$(empty_port)"
}

bench_nginx() {
	bench_nginx_conf >"$state/run/nginx.conf" || return 1
	supervise nginx nginx -e "$state/log/nginx-error.log" \
	    -c "$state/run/nginx.conf"
	wait_until 20 nginx_listens
}

# --- Database -----------------------------------------------------------------
# Bookings 1 … seeds, each with an open session, and as many without.
make_seed() {
	bookpay migrate >"$state/log/migrate.log" 2>&1 &&
	    sed "s/:count/$seeds/g" "$bench/seed.sql" |
	    sqlite3 -batch "$state/bookpay.db" &&
	    sqlite3 -batch "$state/bookpay.db" 'PRAGMA wal_checkpoint(TRUNCATE);
		ANALYZE; PRAGMA journal_mode' >"$state/log/seed.log" &&
	    cp "$state/bookpay.db" "$state/seed.db"
}

fresh_database() {
	rm -f "$state"/bookpay.db-*
	cp "$state/seed.db" "$state/bookpay.db"
	sync "$state/bookpay.db"
}

# --- Start and stop -----------------------------------------------------------
# SERVER_PIDS: a line for each that runs; a session is a server with all its
# children.
server_sessions=()

# in_session COMMAND...
in_session() {
	setsid "$@" </dev/null >>"$state/log/server.log" 2>&1 9>&- &
	server_sessions+=($!)
}

# ours PROGRAM: a program of ours on its socket.
ours() {
	own_config "$1"
	rm -f "$state/run/$1.sock"
	BOOKPAY_CONFIG=$OWN in_session spawn-fcgi -n -M 0600 -b 511 \
	    -s "$state/run/$1.sock" -- "$state/bin/$1"
	wait_until 20 program_listens "$1"
}

# listens NAME: as program_listens, for servers that others wrote.
listens() {
	[ -S "$state/run/$1.sock" ] && program_listens "$1"
}

# peer COMMAND...: of those that speak HTTP.
peer() {
	rm -f "$state/run/peer.sock"
	STRIPE_WEBHOOK_SECRET=$(conf_get STRIPE_WEBHOOK_SECRET) \
	    STRIPE_SECRET_KEY=$(conf_get STRIPE_SECRET_KEY) \
	    STRIPE_API_BASE=$(conf_get STRIPE_API_BASE) \
	    LINK_SECRET=$(conf_get LINK_SECRET) NODE_ENV=production \
	    BENCH_DATABASE=$state/bookpay.db \
	    BENCH_SOCKET=$state/run/peer.sock in_session "$@"
	wait_until 20 listens peer
}

php_fpm() {
	local binary
	binary=$(command -v php-fpm php-fpm8.2 php-fpm8.4 | head -n 1)
	cat >"$state/run/php.conf" <<END
[global]
error_log = $state/log/php.log
daemonize = no
[bench]
listen = $state/run/php.sock
listen.backlog = 511
pm = static
pm.max_children = 16
clear_env = no
END
	if [ "$(id -u)" = 0 ]; then
		printf 'user = root\ngroup = root\n' >>"$state/run/php.conf"
		set -- --allow-to-run-as-root
	fi
	rm -f "$state/run/php.sock"
	STRIPE_WEBHOOK_SECRET=$(conf_get STRIPE_WEBHOOK_SECRET) \
	    BENCH_DATABASE=$state/bookpay.db in_session "$binary" -F "$@" \
	    -y "$state/run/php.conf"
	wait_until 20 listens php
}

# start_server NAME PROGRAM: sets SERVER_PORT; PROGRAM says which of ours.
start_server() {
	server_sessions=()
	SERVER_PORT=$(http_port)
	case $1 in
	ours) SERVER_PORT=$port; ours "$2" ;;
	express) peer node "$peers/express.js" ;;
	fastify) peer node "$peers/fastify.js" ;;
	fastify-group) BENCH_GROUP=1 peer node "$peers/fastify.js" ;;
	sdk) peer node "$peers/sdk.js" ;;
	go) peer "$peers/peer" ;;
	php) SERVER_PORT=$(php_port); php_fpm ;;
	empty)
		SERVER_PORT=$(empty_port)
		rm -f "$state/run/empty.sock"
		in_session spawn-fcgi -n -M 0600 -b 511 \
		    -s "$state/run/empty.sock" -- "$state/bin/bench-empty" 8
		wait_until 20 listens empty ;;
	esac || {
		say "$1 does not start: $(tail -n 3 "$state/log/server.log")"
		return 1
	}
}

# All processes of the servers that run.
server_pids() {
	local session
	for session in "${server_sessions[@]}"; do
		pgrep -s "$session"
	done
}

# signal_server SIGNAL
signal_server() {
	local pid
	for pid in $(server_pids); do
		kill -s "$1" "$pid" 2>/dev/null
	done
}

server_is_gone() {
	[ -z "$(server_pids)" ]
}

stop_server() {
	signal_server TERM
	wait_until 15 server_is_gone || signal_server KILL
	wait "${server_sessions[@]}" 2>/dev/null
	server_sessions=()
}

# --- What it costs ------------------------------------------------------------
# Nanoseconds of CPU that the server's threads have had.
server_cpu() {
	local pid
	for pid in $(server_pids); do
		cat "/proc/$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ sum += $1 } END { printf "%.0f", sum }'
}

# KiB of memory, of pages that others share their part.
server_pss() {
	local pid
	for pid in $(server_pids); do
		cat "/proc/$pid/smaps_rollup" 2>/dev/null
	done | awk '$1 == "Pss:" { sum += $2 } END { print sum + 0 }'
}
