# shellcheck shell=bash
# faults.sh: programs that die where a test wants them to (base/fault.h).
# It reads world.sh.

# Were the programs built with --enable-faults?
need_faults() {
	grep -q BOOKPAY_FAULT_FILE "$programs/worker" ||
	    skip_all "the programs were configured without --enable-faults"
}

# kill_at PROGRAM N [POINT]: it will be killed at its Nth point from now on.
kill_at() {
	printf '%s\n' "$*" >"$state/fault"
}

# Has it been?  Then DIED is the name of the point.
was_killed() {
	[ ! -e "$state/fault" ] || return 1
	read -r _ _ DIED <"$state/fault.died"
}

# Leases of workers that died run out.
time_passes() {
	sql "update job set lease_at = 0, due_at = 1 where done_at = 0"
}
