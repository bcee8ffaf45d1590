# shellcheck shell=bash
# tap.sh: a test's words in TAP.  Read it in; say `plan N' first, or
# `done_testing' last; names are sentences.

tap_count=0 tap_failed=0

plan() {
	echo "1..$1"
}

done_testing() {
	echo "1..$tap_count"
	exit $((tap_failed != 0))
}

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $*"
}

# Returns 1, so that a test may say more: is … || diag …
fail() {
	tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $*"
	return 1
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# ok NAME COMMAND...: the command succeeds; what it prints is shown if not.
ok() {
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name"
		diag "$* says: $said"
		return 1
	fi
}

# is GOT WANTED NAME
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
		return 1
	fi
}

isnt() {
	if [ "$1" != "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got what it must not be: $1"
		return 1
	fi
}

# like GOT EXTENDED-REGULAR-EXPRESSION NAME
like() {
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3"
		diag "got:       $1"
		diag "not like:  $2"
		return 1
	fi
}

unlike() {
	if [[ $1 =~ $2 ]]; then
		fail "$3"
		diag "got:      $1"
		diag "is like:  $2"
		return 1
	fi
	pass "$3"
}
