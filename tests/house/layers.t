#!/bin/bash
# Which room may include which.  Rooms are folders of src/; includes name the
# room, so an arrow is visible in the file.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

forbidden() {
	(cd "$1" && find src -mindepth 2 -name '*.[ch]' -exec awk '
	BEGIN {
		may["base"] = " base "
		may["db"] = " db base "
		may["web"] = " web base "
		may["provider"] = " provider web base "
		may["booking"] = " booking db base "
		may["app"] = " app booking provider web db base "
		may["admin"] = " admin" may["app"]
	}
	{
		split(FILENAME, part, "/")
		room = part[2]
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		target = quoted[2]
		if (target !~ /\//)
			print FILENAME ": " target " without its room"
		else if (!index(may[room], " " substr(target, 1,
		    index(target, "/") - 1) " "))
			print FILENAME ": " room " may not include " target
	}' {} + | sort)
}

plan 4
is "$(forbidden "$srcdir")" "" "every include points to a room it may"
is "$(cd "$srcdir" && grep -rlE '#[ 	]*include[ 	]*"\.\.?/' src)" "" \
    "no include climbs out of its room"

copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/src/booking" "$copy/src/base"
printf '#include "booking/a.h"\n#include "provider/b.h"\n' \
    >"$copy/src/booking/a.c"
printf '#include "web/req.h"\n' >"$copy/src/base/b.h"
is "$(forbidden "$copy" | wc -l)" 2 "arrows that point up are found"
printf '#include "a.h"\n' >"$copy/src/booking/c.c"
is "$(forbidden "$copy" | grep -c 'without its room')" 1 \
    "an include without its room is found"
