#!/bin/bash
# SEC-15  Formulas in an exported table (Appointment Booking Calendar <= 1.3.34).
# We read CSV, and export none, and nothing that a spreadsheet opens by itself: this test is
# to notice when we do.  What there is instead, JSON and tables for people,
# keeps every text a text in its place.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene

# makes FOLDER: sources that say they make something for spreadsheets; those
# that import it say so, too.
makes() {
	grep -rliE 'text/csv|\bcsv\b|spreadsheet|\.xlsx?\b|application/vnd\.(ms|openxml)' "$1" |
	    grep -vE '/src/(admin/(csv|import)\.[ch]|bookpay\.(c|1))$'
}
is "$(makes "$srcdir/src"; makes "$srcdir/nginx")" '' \
    "no program, no page and no man page has an export for spreadsheets"
is "$(bookpay --help | grep -iE 'csv|xls' | grep -cv ' import ')" 0 \
    "nor has the command"
mkdir "$state/planted"
echo 'resp_header(c, rs, "Content-Type", "text/csv");' >"$state/planted/a.c"
isnt "$(makes "$state/planted")" '' "one that had would be found"

names=('=HYPERLINK("https://evil.example","x")' '+1+cmd|" /C calc"!A0' \
    '-2+3' '@SUM(1)' '|=1' ';=1' ',=1' '"=1')
for name in "${names[@]}"; do
	next_slot
	ask_checkout "$(order review-45 "$START" | jq -c --arg name "$name" \
	    '.name = $name')" || fail "$name is a name"
	is "$(bookpay --json bookings show "$BOOKING" | jq -r .name)" "$name" \
	    "as JSON, ${name:0:9} is what was written"
done
for name in $'\t=1' $'\r=1' $'Ada\n=1+1' $'Ada\r\n=1,2,3'; do
	next_slot
	ask checkout POST /api/stripe/checkout "$(order review-45 "$START" |
	    jq -c --arg name "$name" '.name = $name')"
	says 400 INVALID_REQUEST "a name with a tab or a line end is none"
done
is "$(bookpay bookings list | wc -l)" "$((${#names[@]} + 1))" \
    "in the table for people each of them is one line"
is "$(bookpay bookings list | grep -c $'\t')" 0 "in which no tab makes a column"
is "$(bookpay --json bookings list | jq length)" "${#names[@]}" \
    "and in JSON one element"
done_testing
