#!/bin/bash
# SEC-10  Links that can be guessed (CVE-2026-9188: the MD5 of a sequential id,
# a start and a name).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
guess=$programs/../tests/security/guess
[ -x "$guess" ] || skip_all "tests/security/guess was not built: make check"

# told SOURCE NAME: what its ids tell.
for source in ours:1000000 seeded:1000000 counter:10000; do
	"$guess" "${source%:*}" "${source#*:}" >"$state/${source%:*}"
done
told() {
	sed -n "s/^$2 //p" "$state/$1"
}
is "$(told ours again)" 0 "a million ids of ours: none comes twice"
is "$(told ours shared)" 0 "another process makes others"
is "$(($(told ours sigma) < 7))" 1 \
    "each of their 128 bits is as often set as not, whatever came before" ||
    diag "$(told ours sigma) standard deviations"
isnt "$(told seeded again)" 0 "32 random bits, spread out, are found to be few"
is "$(told counter shared)" 1000 "a counter is found to be shared"
is "$(($(told counter sigma) > 50))" 1 "and to count"

book_direct
first=$TOKEN mine=$BOOKING
like "$mine" '^bk_[0-9a-f]{32}$' "a booking's id has 128 bits"
like "$first" '\.[0-9a-f]{64}$' "a link ends with 256 more, of an HMAC"
book_direct
isnt "${TOKEN##*.}" "${first##*.}" "another booking has another one"
secret=$(conf_get LINK_SECRET)
ends=${first%.*} ends=${ends##*.}
is "$(resign "$first" "$ends")" "$first" "it is made with LINK_SECRET"
conf_set LINK_SECRET "$(random_hex 32)"
isnt "$(resign "$first" "$ends")" "$first" "and with another one is another"
conf_set LINK_SECRET "$secret"

# opens TOKEN: does it?
opens() {
	ask booking GET "/api/bookings/$mine" '' HTTP_AUTHORIZATION="Guest $1"
	[ "$STATUS" = 200 ]
}
ok "the link opens its booking" opens "$first"
wrong=''
for ((i = 0; i < ${#first}; i += 5)); do
	char=${first:i:1}
	[ "$char" = 0 ] && char=1 || char=0
	! opens "${first:0:i}$char${first:i+1}" || wrong+=" $i"
done
is "$wrong" '' "with any character of it changed it opens nothing"
wrong=''
for token in "${first%?}" "${first}0" "${first%.*}." "${first%.*}" \
    "${first^^}" "${first/./..}" "$mine" "$mine." ".$first" "$first " \
    "$mine.$ends.$(printf '%s' "$mine.$ends" | md5sum | cut -c1-32)" \
    "$mine.$ends.$(printf '%s' "$mine.$ends" | sha256sum | cut -c1-64)" \
    "$mine.$ends.$(printf 'booking\n%s' "${first%.*}" | hmac '')" \
    "${first%.*}.$(printf '%s' "${first%.*}" | hmac "$secret")" \
    "${first%.*}.${TOKEN##*.}"; do
	! opens "$token" || wrong+=" $token"
done
is "$wrong" '' "nor does any other way to write or to make one"

if weak link-mac; then
	ok "without the guard any digits would do" \
	    opens "${first%.*}.$(printf '0%.0s' {1..64})"
	strong
fi
done_testing
