#!/bin/bash
# Who is calling, as nginx says: by the examples that are installed.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start AUTH=guest,remote-user
here=$(conf_get PUBLIC_BASE_URL)
next_slot
new_booking review-45 "$START" --client ada
of_ada=$BOOKING

# --- oauth2-proxy, played by a second server --------------------------------
# example NAME: nginx reads it beside bookpay.conf.
example() {
	"$srcdir/scripts/fill" sysconfdir="$state/etc" logdir="$state/log" \
	    <"$srcdir/nginx/examples/$1.conf.in" >"$state/run/$1.conf"
	sed -i "s|^\(.*\)include .*/bookpay.conf;|&\n\1include $state/run/$1.conf;|" \
	    "$state/run/nginx.conf"
}
cp "$state/run/nginx.conf" "$state/run/nginx.before"
example oauth2-proxy
proxy="unix:$state/run/oauth2.sock"
sed -i "s|http://127.0.0.1:4180|http://$proxy:|" "$state/run/oauth2-proxy.conf"
sed -i '$d' "$state/run/nginx.conf"
cat >>"$state/run/nginx.conf" <<END
	map \$cookie__oauth2_proxy \$played_groups { chief "staff,admin"; }
	server {
		listen $proxy;
		location = /oauth2/auth {
			if (\$cookie__oauth2_proxy = "") { return 401; }
			add_header X-Auth-Request-User \$cookie__oauth2_proxy always;
			add_header X-Auth-Request-Email \$cookie__oauth2_proxy@example.org always;
			add_header X-Auth-Request-Groups \$played_groups always;
			add_header Set-Cookie "_oauth2_proxy=prolonged; HttpOnly" always;
			return 202;
		}
		location /oauth2/start {
			return 302 "https://sign-in.example.org/?to=\$arg_rd";
		}
	}
}
END
reload_nginx
get "/api/bookings/$of_ada"
refused 401 AUTHENTICATION_REQUIRED "oauth2-proxy: nobody is signed in"
get "/api/bookings/$of_ada" -H 'Cookie: _oauth2_proxy=ada'
is "$STATUS" 200 "oauth2-proxy: whom it knows is known to us"
is "$(header Set-Cookie)" '_oauth2_proxy=prolonged; HttpOnly' \
    "and what it sets comes to the browser"
get "/api/bookings/$of_ada" -H 'Cookie: _oauth2_proxy=eve'
refused 404 BOOKING_NOT_FOUND "oauth2-proxy: somebody else is told that it is not there"
get "/api/bookings/$of_ada" -H 'Cookie: _oauth2_proxy=ada.lovelace'
is "$STATUS" 200 "oauth2-proxy: its address opens, too"
get "/api/bookings/$of_ada" -H 'Cookie: _oauth2_proxy=chief'
is "$STATUS" 200 "oauth2-proxy: its group admin sees all"
for name in Remote-User Remote-Email Remote-Roles X-Auth-Request-User \
    X-Auth-Request-Email X-Auth-Request-Groups X-Forwarded-User \
    X-Forwarded-Groups X-Remote-User REMOTE_USER; do
	value='ada'
	[[ $name != *-Roles && $name != *-Groups ]] || value='admin'
	get "/api/bookings/$of_ada" -H "$name: $value" \
	    -H 'Cookie: _oauth2_proxy=eve'
	refused 404 BOOKING_NOT_FOUND \
	    "SEC-11 the header $name makes nobody somebody else"
	get "/api/bookings/$of_ada" -H "$name: $value"
	refused 401 AUTHENTICATION_REQUIRED "SEC-11 nor signs anybody in"
done
get /oauth2/auth
is "$STATUS" 404 "what nginx asks is not for others to ask"
get '/oauth2/start?rd=/book/'
is "$STATUS $(header Location)" '302 https://sign-in.example.org/?to=/book/' \
    "people are sent to sign in"
get /api/session-types
is "$STATUS" 200 "the catalogue is open to nobody, too"

# It is down: nobody is let in, and providers do not notice.
expect_in_logs 'oauth2.sock failed'
sed -i "s|listen unix:.*/oauth2.sock|listen unix:$state/run/gone.sock|" \
    "$state/run/nginx.conf"
reload_nginx
rm -f "$state/run/oauth2.sock"
get "/api/bookings/$of_ada" -H 'Cookie: _oauth2_proxy=ada'
refused 503 INTERNAL "oauth2-proxy: where it is down nobody is let in"
world_private+=(c0de-of-ada)
get '/oauth2/callback?code=c0de-of-ada&state=x'
is "$STATUS" 503 "oauth2-proxy: nor signed in, and no log has what was sent"
get /healthz
is "$STATUS" 200 "but we are alive"
post /api/webhooks/stripe '{}'
refused 401 WEBHOOK_VERIFICATION_FAILED "and webhooks are heard"

# --- Passwords ----------------------------------------------------------------
mkdir -p "$state/etc/bookpay"
for name in ada eve chief; do
	printf '%s:%s\n' "$name" "$(openssl passwd -apr1 "$name-secret")"
done >"$state/etc/bookpay/htpasswd"
world_private+=(-secret)
cp "$state/run/nginx.before" "$state/run/nginx.conf"
example basic-auth
reload_nginx
expect_in_logs 'password mismatch'
get "/api/bookings/$of_ada"
refused 401 AUTHENTICATION_REQUIRED "basic auth: nobody is let in"
is "$(header WWW-Authenticate)" 'Basic realm="Bookings"' \
    "basic auth: and is asked for a password"
get "/api/bookings/$of_ada" -u ada:eve-secret
refused 401 AUTHENTICATION_REQUIRED "basic auth: nor with another's"
get "/api/bookings/$of_ada" -u ada:ada-secret
is "$STATUS" 200 "basic auth: but with their own"
get "/api/bookings/$of_ada" -u eve:eve-secret -H 'Remote-User: ada'
refused 404 BOOKING_NOT_FOUND "SEC-11 basic auth: eve is eve, whatever she says"
get "/api/bookings/$of_ada" -u chief:chief-secret
refused 404 BOOKING_NOT_FOUND "basic auth: an admin is who the settings name"
reconfigure booking AUTH_ADMINS=chief
get "/api/bookings/$of_ada" -u chief:chief-secret
is "$STATUS" 200 "basic auth: then he sees all"
checkout_booking "$of_ada" -u ada:ada-secret -H "Origin: $here"
is "$STATUS" 200 "basic auth: who booked can pay"
post /api/webhooks/stripe '{}' -u chief:rubbish
refused 401 WEBHOOK_VERIFICATION_FAILED "basic auth: webhooks are heard"

done_testing
