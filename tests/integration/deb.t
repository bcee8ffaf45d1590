#!/bin/bash
# The Debian package: builds, is without errors in lintian's eyes, and installs,
# upgrades and goes in a root of its own.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
for tool in dpkg-buildpackage dh systemd-sysusers systemd-tmpfiles \
    deb-systemd-helper; do
	command -v "$tool" >/dev/null || skip_all "THERE IS NO $tool"
done
SAID=$(dpkg-checkbuilddeps "$srcdir/scripts/debian/control" 2>&1) ||
    skip_all "WHAT IT TAKES TO BUILD IS NOT THERE: $SAID"
no_programs=1
world_start
bookpay builders set robin --name Robin --timezone UTC \
    --email robin@example.org >/dev/null

# What is packaged is the same without optimizing, and sooner there.
build() {
	env -u MAKEFLAGS -u MAKELEVEL -u CC DEB_BUILD_OPTIONS='noopt noautodbgsym' \
	    "$srcdir/scripts/deb" "$state/deb"
}
SAID=$(build 2>&1)
is "$?" 0 "scripts/deb makes it" || { diag "$SAID"; done_testing; }
package=${SAID##*$'\n'}
if command -v lintian >/dev/null; then
	# As for root, who a test may be.
	is "$(lintian --allow-root --fail-on error --tag-display-limit 0 \
	    "$state"/deb/*.changes 2>&1)" '' "lintian finds nothing"
else
	skip "lintian finds nothing" "THERE IS NO lintian"
fi

# --- A root of its own ----------------------------------------------------------
# Scripts run outside of it, told by DPKG_ROOT where it is; what the package
# depends on is outside, too.
root=$state/root
if [ "$(id -u)" != 0 ]; then
	skip "it can be installed" "IT TAKES ROOT to install a package"
	done_testing
fi
mkdir -p "$root"/{etc,run,tmp,var/lib/dpkg/{info,updates,triggers}}
: >"$root/var/lib/dpkg/status"
package() {
	dpkg --root="$root" --force-script-chrootless --force-depends \
	    --force-confold --log="$state/log/dpkg.log" "$@" \
	    2>&1 </dev/null >"$state/log/package.log" ||
	    { cat "$state/log/package.log"; return 1; }
}

# left: what is in the root and not dpkg's or the user's.
left() {
	(cd "$root" && find . -mindepth 1 ! -type d \
	    ! -path './var/lib/dpkg/*' ! -name '*passwd*' ! -name '*group*' \
	    ! -name '*shadow*' ! -name '.pwd.lock' "$@" | sort)
}

ok "it can be installed" package -i "$package"
is "$("$root/usr/libexec/bookpay/checkout" --version | sed 's/ .*//')" \
    checkout "programs are where Debian wants them"
like "$(cat "$root/etc/passwd")" '^bookpay:' "they have a user"
user=$(sed -n 's/^bookpay:x:\([0-9]*\):.*/\1/p' "$root/etc/passwd")
is "$(stat -c '%a %u' "$root/var/lib/bookpay")" "750 $user" \
    "who alone gets at the database"
is "$(left -path './etc/systemd/*')" '' \
    "nothing is started before it is configured"

# The config and the books that an admin makes.
sed "s|^DATABASE_URL=.*|DATABASE_URL=sqlite:$root/var/lib/bookpay/bookpay.db|" \
    "$state/bookpay.conf" >"$root/etc/bookpay/bookpay.conf"
chmod 0600 "$root/etc/bookpay/bookpay.conf"
installed() {
	BOOKPAY_CONFIG="$root/etc/bookpay/bookpay.conf" \
	    "$root/usr/bin/bookpay" "$@"
}
ok "the database is made" installed migrate
ok "and each program's config" installed config split --to "$root/etc/bookpay"
checks() {
	local program
	for program in "${routes[@]}" worker; do
		BOOKPAY_CONFIG="$root/etc/bookpay/$program.conf" \
		    "$root/usr/libexec/bookpay/$program" --check || return 1
	done
}
ok "with which every program can start" checks

# Debian's nginx reads conf.d by itself; one line is the admin's.
nginx_takes() {
	mkdir -p "$state/etc"
	cp -r "$root/etc/nginx" "$state/etc"
	sed -i -e "s|/var/log/nginx|$state/log|; s|/usr/share|$root&|" \
	    "$state"/etc/nginx/*/bookpay*.conf
	cat >"$state/etc/nginx/nginx.conf" <<END
pid $state/run/nginx.pid;
events { }
http {
	include $state/etc/nginx/conf.d/*.conf;
	server { listen 127.0.0.1:$port; include snippets/bookpay.conf; }
}
END
	nginx -t -e "$state/log/nginx-error.log" \
	    -c "$state/etc/nginx/nginx.conf"
}
ok "nginx takes its files, one include line away" nginx_takes

# --- The next version -----------------------------------------------------------
# newer: the same with a higher version and another line in its files.
newer() {
	local folder=$state/newer
	dpkg-deb -R "$package" "$folder" &&
	    sed -i 's/^Version: .*/Version: 99.0/' "$folder/DEBIAN/control" &&
	    echo '# newer' | tee -a "$folder/etc/nginx/snippets/bookpay.conf" \
	    >>"$folder/etc/nginx/conf.d/bookpay-http.conf" &&
	    dpkg-deb --root-owner-group -b "$folder" "$state/newer.deb" \
	    >/dev/null
}
newer || fail "a newer package"
echo '# of an admin' >>"$root/etc/nginx/snippets/bookpay.conf"
before=$(cat "$root"/etc/bookpay/*.conf "$root/var/lib/bookpay/bookpay.db" |
    sha256sum)
ok "it can be upgraded" package -i "$state/newer.deb"
is "$(dpkg-query --root="$root" -W -f '${Version} ${db:Status-Status}' \
    bookpay)" '99.0 installed' "to the version that follows"
is "$(tail -qn 1 "$root/etc/nginx/snippets/bookpay.conf" \
    "$root/etc/nginx/conf.d/bookpay-http.conf" | paste -sd ' ')" \
    '# of an admin # newer' "what an admin changed is kept, the rest is new"
is "$(cat "$root"/etc/bookpay/*.conf "$root/var/lib/bookpay/bookpay.db" |
    sha256sum)" "$before" "and so are config and books"
ok "and they still fit" checks

# --- And away -------------------------------------------------------------------
ok "it can be removed" package -r bookpay
is "$(left ! -path './etc/*' ! -path './var/lib/bookpay/*' \
    ! -path './var/lib/systemd/deb-systemd-helper-*')" '' \
    "nothing but config and books is left"
ok "installed again it goes on" package -i "$package"
ok "with what was there" checks
ok "it can be purged" package -P bookpay
is "$(left ! -name '*-wal' ! -name '*-shm' ! -name '*.gate')" ./var/lib/bookpay/bookpay.db \
    "only the books are left, which nobody but people remove"
is "$(find "$root/etc/bookpay" "$root/etc/nginx" "$root/run/bookpay" \
    2>/dev/null)" '' "not even a folder"
rm -f "$root"/var/lib/bookpay/*
ok "once more" package -i "$package"
ok "without books" package -P bookpay
is "$(left)$(find "$root/var/lib" -name bookpay)" '' "it leaves nothing"
done_testing
