#!/bin/bash
# Builders and session types out of tables and out of Calendly.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
no_programs=1
world_start
host=https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001

# import NOUN [ARGUMENTS]: STATUS and ANSWER of bookpay NOUN import; its words
# in SAID.
import() {
	ANSWER=$(bookpay --json "$1" import "${@:2}" 2>"$state/import.err")
	STATUS=$?
	SAID=$(cat "$state/import.err")
}

# table LINE...: a file of these.
table() {
	printf '%s\n' "$@" >"$state/table.csv"
}

# refused NOUN LIKE NAME LINE...: such a table is, with words, and nothing of it
# is taken.
refused() {
	local noun=$1 words=$2 name=$3 before
	shift 3
	table "$@"
	before=$(sql 'select count(*) from event')
	import "$noun" --csv "$state/table.csv"
	like "$STATUS $SAID $(($(sql 'select count(*) from event') - before))" \
	    "^2 bookpay: .*$words.* 0\$" "$name"
}

# --- Builders -------------------------------------------------------------------
table 'id,name,timezone,email,calendly-user' \
    "robin,\"Coach, \"\"Robin\"\"\",America/New_York,,$host" \
    'lena,Lena Berg,Europe/Berlin,lena@example.org,'
import builders --csv "$state/table.csv"
is "$STATUS $SAID $(json 'map(.id) | join(" ")' "$ANSWER")" '0  robin lena' \
    "builders come in a table"
is "$(sql 'select id, name, email is null from builder order by id')" \
    'lena|Lena Berg|0
robin|Coach, "Robin"|1' "with commas and quotes, and cells that say nothing"
printf '\xef\xbb\xbfid,email\r\n\r\nrobin,robin@example.org\r\n' \
    >"$state/table.csv"
import builders --csv "$state/table.csv"
is "$STATUS $(sql "select name, email from builder where id = 'robin'")" \
    '0 Coach, "Robin"|robin@example.org' \
    "as spreadsheets write it; what is not named stays"
refused builders 'table.csv:3: .*time zone' "a wrong row, and all with it" \
    id,name,timezone 'aiko,Aiko,Asia/Tokyo' 'bob,Bob,Nowhere/At_All'
refused builders 'table.csv:2: unknown argument --colour' \
    "a column that is none" id,colour robin,red
refused builders 'table.csv:2: more cells' "a row that is too long" \
    id,name robin,Robin,more
refused builders 'line 2: a quote is not closed' "a quote that is open" \
    id,name 'robin,"Robin'
refused builders 'line 2: text behind a quote' "text behind a quote" \
    id,name 'robin,"Robin"son'
refused builders 'table.csv:2: an ID is missing' "a row without an id" \
    id,name ,Robin
refused builders 'plain UTF-8' "what is no plain text" \
    id,name $'robin,"a\tb"'
import builders --csv "$state/none.csv"
like "$STATUS $SAID" '^2 .*none.csv: No such file' "a file that is not there"
printf 'id,name\nrobin,\xff\n' >"$state/table.csv"
import builders --csv "$state/table.csv"
like "$STATUS $SAID" '^2 .*not UTF-8' "one that is not UTF-8"

# --- Session types -------------------------------------------------------------------
table id,builder,title,minutes,amount,currency,policy,auto-refund,direct \
    'talk,robin,A Talk,30,5000,usd,24:100,yes,yes' \
    'walk,lena,"A Walk",60,7000,eur,,no,'
import session-types --csv "$state/table.csv"
is "$STATUS $SAID" '0 ' "session types come in a table"
is "$(sql 'select id, amount, policy, auto_refund, direct from session_type
    order by id')" 'talk|5000|24:100|1|1
walk|7000||0|0' "with prices and policies"
table id,amount,active 'talk,6000,no' 'walk,8000,'
import session-types --csv "$state/table.csv"
is "$(sql 'select id, amount, policy, active from session_type order by id')" \
    'talk|6000|24:100|0
walk|8000||1' "prices are changed by one"
refused session-types 'table.csv:3: .*(policy|12)' "a policy that is none" \
    id,amount,policy talk,100,24:100 walk,200,12:50:7
is "$(sql "select amount from session_type where id = 'talk'")" 6000 \
    "and the row before it"
refused session-types 'table.csv:2: there is no builder nobody' \
    "a builder that is none" id,builder talk,nobody
refused session-types 'table.csv:2: active is yes or no' "an answer that is none" \
    id,active talk,maybe

# --- From Calendly -------------------------------------------------------------------------
import session-types
like "$STATUS $SAID" '^2 .*one of --csv and --from-calendly' "a source is needed"
bookpay session-types set strategy --builder robin --title Strategy \
    --minutes 45 --amount 15000 --currency usd --policy 24:100 \
    --calendly-type "$STRATEGY"
bookpay builders set zoe --name Zoe --timezone Europe/Paris \
    --calendly-user "$host"
calendly_behave '{"pageMax":2}'
import session-types --from-calendly --currency eur
calendly_behave '{}'
is "$STATUS $SAID" '0 ' "event types come from Calendly, page by page"
is "$(json 'length == (map(.id) | unique | length)' "$ANSWER")" true \
    "each of them once, though two builders share a user"
is "$(json '.[] | select(.id == "strategy") | .action' "$ANSWER")" changed \
    "one that is sold already follows"
is "$(sql "select minutes, amount, policy, active from session_type
    where id = 'strategy'")" '60|15000|24:100|1' \
    "in its length, and not in its price"
is "$(sql "select builder, currency, amount, active from session_type
    where calendly_type = '$WORKSHOP'")" 'robin|eur|0|0' \
    "a new one is not active, as nobody knows its price"
count=$(sql 'select count(*) from session_type where calendly_type is not null')
import session-types --from-calendly
is "$STATUS $(json 'map(.action) | unique | join(" ")' "$ANSWER") $(sql '
    select count(*) from session_type where calendly_type is not null')" \
    "0 as it was $count" "a second time nothing changes"
before=$(sql 'select count(*) from event')
import session-types --from-calendly
is "$(sql 'select count(*) from event')" "$before" "nor is there an event"
sql "delete from session_type where calendly_type = '$WORKSHOP'"
bookpay session-types set workshop --builder lena --title Other --minutes 10 \
    --amount 0 --currency eur
import session-types --from-calendly --builder lena
is "$(sql "select id, builder from session_type
    where calendly_type = '$WORKSHOP'")" "$WORKSHOP|lena" \
    "where another has its name it takes its own id"
bookpay builders set robin --calendly-user https://api.calendly.com/users/none
import session-types --from-calendly
is "$STATUS" 3 "a user that Calendly does not show us is none"
# A row was deleted by hand.
rows_by_hand=1
done_testing
