#!/bin/bash
# SEC-17  Requests forged through an address that somebody else chose
# (Easy!Appointments 1.6.0; Standard Webhooks).  We send no webhooks: whom we
# call stands in the config, Stripe and Calendly.  So: that nobody else gets us
# to call anybody, and that what we say to those two reaches no other.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
stripe_base=$(conf_get STRIPE_API_BASE)

# --- Addresses in the config -------------------------------------------------------
# takes KEY URL: does a program start with it?
takes() {
	set_own checkout "$1" "$2"
	starts checkout
}
# All kinds of them: tests/unit/url.c.
for key in STRIPE_API_BASE CALENDLY_API_BASE; do
	wrong=''
	for url in http://api.example.org http://169.254.169.254 \
	    http://127.0.0.1@evil.example file:///etc/passwd; do
		! takes $key "$url" || wrong+=" $url"
	done
	is "$wrong" '' "$key: only https, or this machine, and a host alone"
	like "$(cat "$state/said")" "$key" "which is said"
	if weak called-url; then
		ok "without the guard a key would travel for all to read" \
		    takes $key http://api.example.org
		strong
	fi
	touch "$state/bookpay.conf"
done

# --- Somebody who answers in Stripe's place sends us elsewhere ----------------------
# catcher NAME ANSWER: what comes there goes to $state/NAME; CAUGHT is its
# address.
catchers=()
catcher() {
	perl -MIO::Socket::INET -e '
		my ($file, $answer) = @ARGV;
		my $s = IO::Socket::INET->new(Listen => 8,
		    LocalAddr => "127.0.0.1", ReuseAddr => 1) or die;
		open my $port, ">", "$file.tmp" or die;
		print $port $s->sockport;
		close $port;
		rename "$file.tmp", "$file.port";
		while (my $c = $s->accept) {
			open my $log, ">>", $file or die;
			my $line;
			do { $line = <$c> // ""; print $log $line }
			    while $line =~ /\S/;
			close $log;
			print $c "$answer\r\nContent-Length: 0\r\n" .
			    "Connection: close\r\n\r\n";
			close $c;
		}' "$state/$1" "$2" &
	catchers+=($!)
	wait_until 20 test -s "$state/$1.port"
	CAUGHT=http://127.0.0.1:$(cat "$state/$1.port")
}
catcher elsewhere 'HTTP/1.1 400 Bad Request'
elsewhere=$CAUGHT
catcher redirects "HTTP/1.1 307 Moved"$'\r\n'"Location: $elsewhere/stolen"

next_slot
conf_set STRIPE_API_BASE "$CAUGHT"
ask checkout POST /api/stripe/checkout "$(order review-45 "$START")"
like "$STATUS" '^50[0-9]$|^402$' "an answer that is a redirect is none"
like "$(cat "$state/redirects")" 'Bearer sk_test' "(there the key did arrive)"
is "$(cat "$state/elsewhere" 2>/dev/null)" '' "and it is not followed: nothing comes there"
next_slot
if weak redirect; then
	# A confined program is kept from that port by the kernel, too.
	! bookpay config list | grep -q '^CONFINE' || conf_set CONFINE off
	ask checkout POST /api/stripe/checkout "$(order review-45 "$START")"
	like "$(cat "$state/elsewhere" 2>/dev/null)" stolen \
	    "without the guard we would call whom the answer names"
	strong
	rm -f "$state/elsewhere"
fi
conf_set STRIPE_API_BASE "$stripe_base"

# --- Addresses in what we are told ---------------------------------------------------
host=${elsewhere#http://}
uuid=55f0aaaa-0000-4000-8000-00000000000
n=0
for uri in "$elsewhere/scheduled_events/${uuid}1/invitees/${uuid}2" \
    "https://api.calendly.com@$host/scheduled_events/${uuid}1/invitees/${uuid}3" \
    "https://api.calendly.com.$host/scheduled_events/${uuid}1/invitees/${uuid}4" \
    "https://api.calendly.com/../../$host/scheduled_events/${uuid}1/invitees/${uuid}5"
do
	n=$((n + 1))
	tell calendly "$(jq -c --arg uri "$uri" --arg old "$elsewhere/old" '
	    .payload |= (.uri = $uri | .cancel_url = $uri |
	    .reschedule_url = $uri | .old_invitee = $old |
	    .scheduled_event.uri = $uri)' \
	    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")"
	[ "$STATUS" = 200 ] || fail "$uri is told"
done
is "$(count booking "invitee like '55f0%'")" 0 \
    "an invitee that is not at Calendly's address is none"
book_unheard "$STRATEGY" "$START"
for change in ".calendly.inviteeId = \"//$host/x\"" \
    ".calendly.inviteeId = \"../../$host\"" \
    ".calendly.eventId = \"$elsewhere\"" ".calendly.eventId = \"x@$host\"" \
    ".calendly.eventTypeId = \"x/../../$host\""; do
	ask checkout POST /api/stripe/checkout "$(claim "$REDIRECT" "$change")"
	says 400 INVALID_REQUEST "an id that is an address is none: ${change:0:24}"
done
ask checkout POST /api/stripe/checkout "$(claim "$REDIRECT" \
    ".calendly.uri = \"$elsewhere\" | .calendly.callbackUrl = \"$elsewhere\" |
    .webhookUrl = \"$elsewhere\" | .calendlyApiBase = \"$elsewhere\" |
    .imageUrl = \"$elsewhere\"")" HTTP_PROXY="$elsewhere" \
    HTTP_X_FORWARDED_HOST="$host" HTTP_HOST="$host"
is "$STATUS" 200 "fields and headers that name one are ignored"
work
bookpay heal >/dev/null 2>&1
is "$(cat "$state/elsewhere" 2>/dev/null)" '' \
    "whatever we were told, we called nobody else"
is "$(asked '[.[].headers // {} | tostring | contains("evil")] | any')" false \
    "nor told Stripe"
kill "${catchers[@]}"
done_testing
