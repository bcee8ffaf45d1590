#!/bin/bash
# The look through all logs of the suite, at its end, finds what is planted.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/logs/a.t.1" "$folder/logs/b.t.2" "$folder/words"
printf '%s\n' 'Ada Lovelace' ada.lovelace@example.org Ada \
    >"$folder/words/a.t.1"
echo 'GET /api/bookings/- 200 Adam' >"$folder/logs/b.t.2/nginx-access.log"

look() {
	"$srcdir/tests/lib/private-words" "$folder"
}

# finds TEXT NAME: in a log it is found.
finds() {
	echo "a line with $1 in it" >"$folder/logs/b.t.2/session.log"
	like "$(look)" 'b\.t\.2/session\.log:1:' "$2"
}

plan 10
ok "logs without people pass" look
finds 'ADA LOVELACE' "a name is found, in another world's log"
finds 'ada.lovelace@example.org' "an address is"
finds 'someone@else.org' "and one that nobody has in these tests"
finds 'sk_test_51HxABC' "a key of Stripe's is found"
finds 'bk_0123456789abcdef0123456789abcdef.1795400000.AbC_-9' \
    "the link of a guest is"
finds 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0' "a token is"
finds 'card 4242424242424242' "a card is"
rm "$folder/logs/b.t.2/session.log"
ok "once they are gone it passes again" look
rm -rf "${folder:?}/logs"
like "$(look)" 'no logs' "no logs are no proof"
