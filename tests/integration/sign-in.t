#!/bin/bash
# Who is calling, by the tokens of three sign-in services, at every program.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
world_start AUTH=guest,remote-user
# A token opens what its owner may do: no log has any.
world_private+=(eyJ)

# --- Keys and tokens ----------------------------------------------------------
now=$(date +%s)
here=$(conf_get PUBLIC_BASE_URL)
keys=$state/keys
mkdir "$keys"

base64url() {
	openssl base64 -A | tr '+/' '-_' | tr -d =
}

# sealed_by SECRET HEAD CLAIMS: a token of HS256, by openssl.
sealed_by() {
	local text
	text=$(printf '%s' "$2" | base64url).$(printf '%s' "$3" | base64url)
	printf '%s.%s' "$text" "$(printf '%s' "$text" |
	    openssl dgst -sha256 -mac HMAC -macopt "key:$1" -binary |
	    base64url)"
}

# What each service says of Ada.
clerk_claims() {
	jq -nc --argjson now "$now" --arg here "$here" '{azp: $here,
	    exp: ($now + 60), fva: [2, -1], iat: $now,
	    iss: "https://clerk.book.example.org", nbf: ($now - 10),
	    sid: "sess_2ada", sts: "active", sub: "user_2ada", v: 2}'
}

auth0_claims() {
	jq -nc --argjson now "$now" '{iss: "https://book.eu.auth0.com/",
	    sub: "auth0|ada", aud: ["https://book.example.org/api",
	    "https://book.eu.auth0.com/userinfo"], iat: $now,
	    exp: ($now + 86400), azp: "AbCdEf", scope: "openid email",
	    email: "ada.lovelace@example.org", email_verified: true}'
}

supabase_claims() {
	jq -nc --argjson now "$now" '{aal: "aal1", amr: [{method: "password",
	    timestamp: $now}], app_metadata: {provider: "email",
	    providers: ["email"]}, aud: "authenticated",
	    email: "ada.lovelace@example.org", exp: ($now + 3600), iat: $now,
	    iss: "https://abcd.supabase.co/auth/v1", phone: "",
	    role: "authenticated", session_id: "5d0c", is_anonymous: false,
	    sub: "11111111-0000-4000-8000-0000000000ad",
	    user_metadata: {email_verified: true, roles: ["admin"]}}'
}

wanted() {
	jq -n --argjson clerk "$(clerk_claims)" --argjson auth0 \
	    "$(auth0_claims)" --argjson supabase "$(supabase_claims)" '
	def token($key; $claims): {key: $key, head: {}, claims: $claims};
	{keys: {clerk: "RS256", auth0: "RS256", supabase: "ES256",
	    other: "EdDSA", stranger: "RS256"},
	tokens: {
	    clerk: {key: "clerk", head: {cat: "cl_B7d4PD111AAA"}, claims: $clerk},
	    "clerk-old": token("clerk"; $clerk + {exp: ($clerk.iat - 31)}),
	    "clerk-late": token("clerk"; $clerk + {exp: ($clerk.iat - 5)}),
	    "clerk-early": token("clerk"; $clerk + {nbf: ($clerk.iat + 90)}),
	    "clerk-eve": token("clerk"; $clerk + {sub: "user_2eve"}),
	    "clerk-other-site": token("clerk"; $clerk +
		{azp: "https://evil.example.org"}),
	    "clerk-pending": token("clerk"; $clerk + {sts: "pending"}),
	    "clerk-stranger": {key: "stranger", head: {kid: "clerk"},
		claims: $clerk},
	    auth0: token("auth0"; $auth0),
	    "auth0-eve": token("auth0"; $auth0 + {sub: "auth0|eve"}),
	    "auth0-unverified": token("auth0"; $auth0 + {sub: "auth0|eve",
		email_verified: false}),
	    "auth0-admin": token("auth0"; $auth0 + {sub: "auth0|chief",
		email_verified: false,
		"https://book.example.org/roles": ["staff", "admin"]}),
	    "auth0-other-api": token("auth0"; $auth0 +
		{aud: "https://other.example.org/api"}),
	    supabase: token("supabase"; $supabase),
	    "supabase-eve": token("supabase"; $supabase + {sub: "eve"}),
	    "supabase-admin": token("supabase"; $supabase + {sub: "chief",
		app_metadata: {roles: ["admin"]}}),
	    other: token("other"; $clerk),
	}}'
}

wanted | node "$srcdir/tests/lib/tokens.mjs" "$keys" 2>"$state/log/tokens" || {
	[ $? = 77 ] || { cat "$state/log/tokens"; exit 1; }
	skip_all "there is no jose to make tokens (tests/package.json)"
}

token() {
	cat "$keys/$1.jwt"
}

# The services' settings, over those of the file.
clerk=("AUTH=guest,jwt" AUTH_JWT_KEY_FILE="$keys/clerk.pem"
    AUTH_JWT_ALGORITHMS=RS256 AUTH_JWT_ISSUER=https://clerk.book.example.org
    AUTH_JWT_COOKIE=__session)
auth0=("AUTH=guest,jwt" AUTH_JWT_KEY_FILE="$keys/auth0.jwks"
    AUTH_JWT_ALGORITHMS=RS256
    AUTH_JWT_ISSUER=https://book.eu.auth0.com/ AUTH_JWT_COOKIE=access_token
    AUTH_JWT_AUDIENCE=https://book.example.org/api
    AUTH_JWT_ROLES=https://book.example.org/roles)
supabase=("AUTH=guest,jwt" AUTH_JWT_KEY_FILE="$keys/supabase.jwks"
    AUTH_JWT_ALGORITHMS=ES256
    AUTH_JWT_ISSUER=https://abcd.supabase.co/auth/v1
    AUTH_JWT_AUDIENCE=authenticated AUTH_JWT_COOKIE=sb-abcd-auth-token
    AUTH_JWT_ROLES=app_metadata.roles)

# see BOOKING TOKEN [NAME=value...]: what the booking's program says to it.
see() {
	local id=$1 text=$2
	shift 2
	ask booking GET "/api/bookings/$id" '' \
	    HTTP_AUTHORIZATION="Bearer $text" "$@"
}

# see_by_cookie BOOKING COOKIE [NAME=value...]
see_by_cookie() {
	local id=$1 text=$2
	shift 2
	ask booking GET "/api/bookings/$id" '' HTTP_COOKIE="$text" "$@"
}

# answered STATUS [CODE] NAME
answered() {
	is "$STATUS $(json '.error.code // ""')" "$1 ${2-}" "$3"
}

book_for() {
	next_slot
	new_booking review-45 "$START" --client "$1"
}
book_for user_2ada
of_clerk=$BOOKING
book_for 'auth0|ada'
of_auth0=$BOOKING
book_for 11111111-0000-4000-8000-0000000000ad
of_supabase=$BOOKING
# Somebody else's, in name and address.
EMAIL=grace@example.org book_for grace
of_grace=$BOOKING

# --- Clerk ------------------------------------------------------------------------
see "$of_clerk" "$(token clerk)" "${clerk[@]}"
answered 200 '' "Clerk: the token of its client shows a booking"
see_by_cookie "$of_clerk" "a=b; __session=$(token clerk)" "${clerk[@]}"
answered 200 '' "Clerk: so does the cookie __session"
see "$of_clerk" "$(token clerk-eve)" "${clerk[@]}"
answered 404 BOOKING_NOT_FOUND "Clerk: somebody else is told that it is not there"
see "$of_clerk" "$(token clerk-late)" "${clerk[@]}"
answered 200 '' "a clock may be half a minute late"
see "$of_clerk" "$(token clerk-late)" "${clerk[@]}" AUTH_JWT_LEEWAY=2
answered 401 AUTHENTICATION_REQUIRED "unless the settings say less"
for bad in old early other-site pending stranger; do
	see "$of_clerk" "$(token "clerk-$bad")" "${clerk[@]}"
	answered 401 AUTHENTICATION_REQUIRED \
	    "SEC-13 Clerk: a token that is ${bad/-/ }'s counts for nothing"
	see_by_cookie "$of_clerk" "__session=$(token "clerk-$bad")" "${clerk[@]}"
	answered 401 AUTHENTICATION_REQUIRED "nor does it as a cookie"
done
see bk_00000000000000000000000000000000 "$(token clerk-old)" "${clerk[@]}"
answered 401 AUTHENTICATION_REQUIRED \
    "a booking that there is not looks the same to it"
like "$(tail -n 1 "$state/log/booking.log")" 'jwt: expired [0-9]+ s ago' \
    "the log says why"

good=$(token clerk)
IFS=. read -r head claims seal <<<"$good"
none=$(printf '{"alg":"none","typ":"JWT"}' | base64url)
crossed='{"alg":"HS256","typ":"JWT"}'
as_admin=$(clerk_claims | jq -c '.roles = "admin"')
for bad in \
    "its claims are others:$head.$(printf '%s' "$as_admin" | base64url).$seal" \
    "nobody signed it:$none.$claims." \
    "the seal is cut off:$head.$claims." \
    "the seal is another's:$head.$claims.$(token clerk-eve | sed 's/.*\.//')" \
    "the public key signed as a secret:$(
	sealed_by "$(cat "$keys/clerk.pem")" "$crossed" "$as_admin")" \
    "it is a Supabase token:$(token supabase)" \
    "it is of an algorithm that is not allowed:$(token other)" \
    "it is very long:$good$(printf 'a%.0s' {1..9000})" \
    "it is empty:"; do
	see "$of_clerk" "${bad#*:}" "${clerk[@]}"
	answered 401 AUTHENTICATION_REQUIRED "SEC-12 no entry when ${bad%%:*}"
done

# --- Changing keys ----------------------------------------------------------------
cat "$keys/stranger.pem" "$keys/clerk.pem" >"$keys/both.pem"
jq -s '{keys: map(.keys[])}' "$keys"/{stranger,clerk,other,supabase}.jwks \
    >"$keys/all.jwks"
for file in both.pem all.jwks; do
	see "$of_clerk" "$(token clerk)" "${clerk[@]}" \
	    AUTH_JWT_KEY_FILE="$keys/$file"
	answered 200 '' "with the next key beside it, $file, the old one is good"
done
see "$of_clerk" "$(token clerk-stranger)" "${clerk[@]}" \
    AUTH_JWT_KEY_FILE="$keys/both.pem"
answered 200 '' "and so is the next one"
see "$of_clerk" "$(token clerk-stranger)" "${clerk[@]}" \
    AUTH_JWT_KEY_FILE="$keys/all.jwks"
answered 401 AUTHENTICATION_REQUIRED "where it does not pose as the old one"
see "$of_clerk" "$(token other)" "${clerk[@]}" \
    AUTH_JWT_KEY_FILE="$keys/all.jwks" AUTH_JWT_ALGORITHMS=EdDSA,RS256
answered 200 '' "EdDSA counts where the settings allow it"

# --- Auth0 -------------------------------------------------------------------------
see "$of_auth0" "$(token auth0)" "${auth0[@]}"
answered 200 '' "Auth0: a token for our API among others shows the booking"
see_by_cookie "$of_auth0" "access_token=$(token auth0)" "${auth0[@]}"
answered 200 '' "Auth0: so it does in the cookie of the site"
see "$of_auth0" "$(token auth0-eve)" "${auth0[@]}"
answered 200 '' "an address that was verified opens, too"
see "$of_auth0" "$(token auth0-unverified)" "${auth0[@]}"
answered 404 BOOKING_NOT_FOUND "SEC-11 one that was not does not"
see "$of_grace" "$(token auth0)" "${auth0[@]}"
answered 404 BOOKING_NOT_FOUND "and a client is no admin"
see "$of_grace" "$(token auth0-admin)" "${auth0[@]}"
answered 200 '' "Auth0: the role is in a claim of the site's own"
see "$of_grace" "$(token auth0-admin)" "${auth0[@]}" AUTH_JWT_ROLES=roles
answered 404 BOOKING_NOT_FOUND "and nowhere else"
see "$of_grace" "$(token auth0)" "${auth0[@]}" AUTH_ADMINS='auth0|ada'
answered 200 '' "an admin may be named in the settings"
see "$of_auth0" "$(token auth0-other-api)" "${auth0[@]}"
answered 401 AUTHENTICATION_REQUIRED "SEC-13 a token for another API counts for nothing"

# --- Supabase ------------------------------------------------------------------------
session=$(jq -nc --arg token "$(token supabase)" '{access_token: $token,
    token_type: "bearer", expires_in: 3600, refresh_token: "r3fr3sh",
    user: {id: "11111111", app_metadata: {}, name: "Ada"}}')
world_private+=(r3fr3sh)
coded=base64-$(printf '%s' "$session" | base64url)
half=$((${#coded} / 2))
see "$of_supabase" "$(token supabase)" "${supabase[@]}"
answered 200 '' "Supabase: the token of its client shows a booking"
cookie=sb-abcd-auth-token
for shape in \
    "in base64:$cookie=$coded" \
    "in two pieces:$cookie.0=${coded:0:half}; $cookie.1=${coded:half}" \
    "in pieces out of order:$cookie.1=${coded:half}; $cookie.0=${coded:0:half}" \
    "in URL encoding:$cookie=$(jq -rn --arg x "$session" '$x | @uri')" \
    "as a list:$cookie=$(jq -rn --argjson x "$session" \
	'[$x.access_token, "r3fr3sh", null] | tojson | @uri')"; do
	see_by_cookie "$of_supabase" "${shape#*:}" "${supabase[@]}"
	answered 200 '' "Supabase: so does the cookie ${shape%%:*}"
done
see_by_cookie "$of_supabase" "$cookie=$coded; $cookie.0=x" \
    "${supabase[@]}"
answered 200 '' "what is whole is not pieced together"
see_by_cookie "$of_supabase" "$cookie.1=${coded:half}" "${supabase[@]}"
answered 401 AUTHENTICATION_REQUIRED "half a cookie is none"
see "$of_auth0" "$(token supabase)" "${supabase[@]}"
answered 404 BOOKING_NOT_FOUND \
    "SEC-11 that people say their address is verified does not make it so"
see "$of_grace" "$(token supabase)" "${supabase[@]}"
answered 404 BOOKING_NOT_FOUND "SEC-11 nor that they say they are admins"
see "$of_grace" "$(token supabase-admin)" "${supabase[@]}"
answered 200 '' "Supabase: the role is in app_metadata, which only the site writes"

secret=$(random_hex 32)
world_private+=("$secret")
older=("${supabase[@]}" AUTH_JWT_ALGORITHMS=HS256 AUTH_JWT_KEY_FILE="$keys/secret")
(umask 077; echo "$secret" >"$keys/secret")
shared=$(sealed_by "$secret" "$crossed" "$(supabase_claims)")
see "$of_supabase" "$shared" "${older[@]}"
answered 200 '' "Supabase: an older project signs with a secret"
# What every page of the site holds, signed with the same secret.
see "$of_supabase" "$(sealed_by "$secret" "$crossed" "$(jq -nc \
    --argjson now "$now" '{iss: "supabase", ref: "abcd", role: "anon",
    iat: $now, exp: ($now + 315360000)}')")" "${older[@]}"
answered 401 AUTHENTICATION_REQUIRED "SEC-13 its public key is nobody"

# --- Settings that cannot be right ----------------------------------------------------
# refuses_to_start REASON NAME=value...
refuses_to_start() {
	local reason=$1
	shift
	like "$(env BOOKPAY_CONFIG="$state/conf/booking.conf" "$@" \
	    "$state/bin/booking" --check 2>&1)" "$reason" \
	    "no start where $reason"
}
openssl genrsa -out "$keys/small" 1024 2>/dev/null
openssl rsa -in "$keys/small" -pubout -out "$keys/small.pem" 2>/dev/null
openssl genpkey -algorithm ed25519 -out "$keys/private" 2>/dev/null
chmod 600 "$keys/private"
cp "$keys/secret" "$keys/open"
chmod 644 "$keys/open"
refuses_to_start 'an RSA key of 1024 bits' "${clerk[@]}" \
    AUTH_JWT_KEY_FILE="$keys/small.pem"
refuses_to_start 'a private key: only public' "${clerk[@]}" \
    AUTH_JWT_KEY_FILE="$keys/private"
refuses_to_start 'AUTH_JWT_ALGORITHMS: HS256' "${clerk[@]}" \
    AUTH_JWT_ALGORITHMS=none
refuses_to_start 'AUTH_JWT_ALGORITHMS is not set' "${clerk[@]}" \
    AUTH_JWT_ALGORITHMS=
refuses_to_start 'no key for the algorithms' "${clerk[@]}" \
    AUTH_JWT_ALGORITHMS=HS256
refuses_to_start 'can be read by others' "${older[@]}" \
    AUTH_JWT_KEY_FILE="$keys/open"
refuses_to_start 'AUTH_JWT_KEY is too short' "${older[@]}" \
    AUTH_JWT_KEY_FILE= AUTH_JWT_KEY=hunter2
refuses_to_start 'people can change user_metadata' "${supabase[@]}" \
    AUTH_JWT_ROLES=user_metadata.roles

# --- Every program, behind nginx ---------------------------------------------------
for pair in "${clerk[@]:1}" AUTH=guest,jwt,remote-user; do
	conf_set "${pair%%=*}" "${pair#*=}"
done
restart_program booking
restart_program checkout
restart_program session
restart_program cancel
ada=(-H "Authorization: Bearer $(token clerk)" -H "Origin: $here")
eve=(-H "Authorization: Bearer $(token clerk-eve)" -H "Origin: $here")
old=(-H "Authorization: Bearer $(token clerk-old)" -H "Origin: $here")
at_cookie=(-H "Cookie: __session=$(token clerk)" -H "Origin: $here")
checkout_booking "$of_clerk" "${old[@]}"
refused 401 AUTHENTICATION_REQUIRED "checkout: an old token does not pay"
checkout_booking "$of_clerk" "${eve[@]}"
refused 404 BOOKING_NOT_FOUND "checkout: nor does somebody else's"
checkout_booking "$of_clerk" "${at_cookie[@]}"
is "$STATUS $(sessions "$of_clerk" '.[0].metadata.clientId')" \
    '200 user_2ada' "checkout: the client pays, and Stripe is told who"
for who in ada:200: at_cookie:200: eve:404:SESSION_NOT_FOUND \
    old:401:AUTHENTICATION_REQUIRED; do
	IFS=: read -r who status code <<<"$who"
	declare -n credentials=$who
	get "/api/stripe/sessions/$SESSION" "${credentials[@]}"
	answered "$status" "$code" "session: $who sees $status"
	code=${code/SESSION/BOOKING}
	get "/api/bookings/$of_clerk" "${credentials[@]}"
	answered "$status" "$code" "booking: $who sees $status"
	post "/api/bookings/$of_clerk/cancel" '{"dryRun":true}' \
	    "${credentials[@]}"
	answered "$status" "$code" "cancel: $who sees $status"
done
next_slot
checkout "$(order review-45 "$START")" "${ada[@]}"
is "$STATUS $(sql "select client from booking where id = '$BOOKING'")" \
    '200 user_2ada' "who is signed in books under that name"
as_guest "$of_grace"
get "/api/bookings/$of_grace" "${GUEST[@]}" -H "Cookie: __session=$(token clerk-old)"
is "$STATUS" 200 "a link opens, old cookies or not"

done_testing
