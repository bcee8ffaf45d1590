# shellcheck shell=bash disable=SC2034 # used by those who read this in
# lib.sh: what scripts/run and scripts/test share: words, packages, building.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where Debian keeps nginx; not in everybody's PATH.
PATH=$PATH:/usr/sbin:/sbin

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "${0##*/}: $*"
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "installing needs root, or sudo: $*"
	fi
}

# Which of the wanted are not there?  A want is PACKAGE, or PACKAGE=COMMAND
# where it does not matter who brought the command.
missing_packages() {
	local want package
	for want; do
		package=${want%%=*}
		if [ "$want" != "$package" ]; then
			command -v "${want#*=}" >/dev/null && continue
		elif [ "$(dpkg-query -W -f '${db:Status-Status}' \
		    "$package" 2>/dev/null)" = installed ]; then
			continue
		fi
		printf '%s\n' "$package"
	done
}

# Speaks only when it fails.
apt() {
	local said
	# The lock: another apt may be at work, as just after a machine's start.
	said=$(as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq -o DPkg::Lock::Timeout=300 "$@" 2>&1) || {
		say "$said"
		return 1
	}
}

# Some of the packages come with a service.  It is not wanted: neither now
# (it would take port 80) nor when the machine starts again.
without_services() {
	local policy=/usr/sbin/policy-rc.d status=0 ours='' service
	if [ ! -e "$policy" ]; then
		ours=1
		as_root sh -c "printf '#!/bin/sh\nexit 101\n' >'$policy'
			chmod 755 '$policy'"
	fi
	"$@" || status=$?
	[ -z "$ours" ] || as_root rm -f "$policy"
	if [ -d /run/systemd/system ]; then
		for service in nginx postgresql; do
			case " $* " in *" $service "*)
				as_root systemctl --quiet disable "$service" ||
				    : ;;
			esac
		done
	fi
	return "$status"
}

# Installs what is missing of what cannot be done without.
need_packages() {
	local missing
	command -v dpkg-query >/dev/null || {
		say "This is not Debian or Ubuntu: hoping that all is there."
		return
	}
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "Installing: ${missing[*]}"
	apt update || die "apt-get update failed"
	without_services apt -y install --no-install-recommends \
	    "${missing[@]}" ||
	    die "apt-get could not install: ${missing[*]}"
}

# The same for what tests can be skipped without.
want_packages() {
	(need_packages "$@") ||
	    say "Going on without: $(missing_packages "$@" | tr '\n' ' ')"
}

# What it takes to build and run bookpay with its fakes.
build_packages=(autoconf automake pkg-config gcc libc6-dev make
    libfcgi-dev libcurl4-openssl-dev libsqlite3-dev libcjson-dev libssl-dev
    libseccomp-dev libmicrohttpd-dev)
run_packages=(nginx=nginx spawn-fcgi=spawn-fcgi curl=curl ca-certificates
    tzdata)

# A folder configured for an out-of-tree build: configure_in FOLDER ARGUMENT...
configure_in() {
	local folder=$1
	shift
	[ -x "$top/configure" ] ||
	    (cd "$top" && autoreconf -fi >"${TMPDIR:-/tmp}/autoreconf.$$" \
	    2>&1 || { cat "${TMPDIR:-/tmp}/autoreconf.$$" >&2; exit 1; }) ||
	    return 1
	rm -f "${TMPDIR:-/tmp}/autoreconf.$$"
	[ ! -e "$top/config.status" ] ||
	    die "there is a build in the source folder: make distclean first"
	mkdir -p "$folder" || return 1
	if [ ! -e "$folder/Makefile" ] ||
	    [ "$(cat "$folder/configured" 2>/dev/null)" != "$top $*" ]; then
		(cd "$folder" && "$top/configure" -q "$@") \
		    >"$folder/configure.log" 2>&1 || {
			tail -n 20 "$folder/configure.log" >&2
			return 1
		}
		printf '%s\n' "$top $*" >"$folder/configured"
	fi
}

# build_in FOLDER TARGET...: make, which speaks only when it fails.
build_in() {
	local folder=$1
	shift
	if ! make -C "$folder" -s -j"$(nproc)" "$@" \
	    >"$folder/make.log" 2>&1; then
		grep -vE '^  (CC|CCLD|AR|GEN) ' "$folder/make.log" |
		    tail -n 40 >&2
		return 1
	fi
}
