# shellcheck shell=bash
# apache.sh: an account for shared hosting as scripts/hosting lays it out, and a
# real Apache as a host runs it, in nginx's place.  world.sh reads it, after
# stack.sh, where a test says with_apache=1; then the same tests do.
#
# The account is <state>/account: site and bookpay, its private folder.
command -v apache2 >/dev/null || skip_all "there is no apache2"
apache_modules=$(dirname "$(find /usr/lib/apache2 /usr/libexec/apache2 \
    -name mod_rewrite.so -print -quit 2>/dev/null)")
[ -e "$apache_modules/mod_cgid.so" ] || skip_all "Apache has no mod_cgid"

# Apache does not work as root; then the account is nobody's.
as_account=()
[ "$(id -u)" != 0 ] ||
    as_account=(setpriv --reuid=nobody --regid=nogroup --clear-groups)

# The database and the logs are in the account; tests find them by links.
account_begin() {
	account=$state/account
	mkdir -p "$account"/{site,bookpay}
	ln -s ../../log "$account/bookpay/log"
	ln -s account/bookpay/bookpay.db "$state/bookpay.db"
	# Such an account has no server of its own.
	BOOKPAY_DATABASE='' database_url=sqlite:$account/bookpay/bookpay.db
	conf_set DATABASE_URL "$database_url"
	chmod 711 "$state" "$account"
	give_to_account
}

give_to_account() {
	[ ${#as_account[@]} = 0 ] ||
	    chown -R nobody:nogroup "$account" "$state/log"
}

# Lays it out, or upgrades it: by the account's user, who may not be let into the
# source folder.
hosting() {
	local tree=$state/tree
	[ -d "$tree" ] || {
		mkdir "$tree" && cp -R "$srcdir/scripts" "$srcdir/nginx" "$tree"
	} || return 1
	chmod -R a+rX,u+w "$tree" "$state/bin"
	cp "$state/bookpay.conf" "$account/bookpay" && give_to_account
	"${as_account[@]}" bash "$tree/scripts/hosting" \
	    --public "$account/site" --private "$account/bookpay" \
	    --programs "$state/bin" --url "$(conf_get PUBLIC_BASE_URL)" \
	    --calendly "$(conf_get CALENDLY_API_BASE)" \
	    >"$state/hosting" 2>&1
}

# in_account COMMAND...: by its user, who has no other settings than cron's.
in_account() {
	"${as_account[@]}" env -i HOME="$account" LOGNAME=account SHELL=/bin/sh \
	    PATH=/usr/bin:/bin ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
	    UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" "$@"
}

# cron WORD: the line that scripts/hosting has printed, as cron runs it.
cron() {
	in_account sh -c "$(sed -n "s|^[*0-9 ]* \(/.*$1\)\$|\1|p" \
	    "$state/hosting")"
}

# --- What stack.sh starts otherwise ----------------------------------------------
stack_routes() {
	hosting || {
		say "$(cat "$state/hosting")"
		return 1
	}
}

# nginx is still to be had, to be compared with.
eval "real_$(declare -f stack_nginx)"
stack_nginx() {
	local module
	{
		for module in mpm_event authz_core dir mime alias env setenvif \
		    headers rewrite cgid; do
			echo "LoadModule ${module}_module \
$apache_modules/mod_$module.so"
		done
		cat <<END
ServerName 127.0.0.1
ServerRoot $state/run
Listen 127.0.0.1:$port
PidFile $state/account/apache.pid
ScriptSock $state/account/cgid.sock
DefaultRuntimeDir $state/account
Mutex file:$state/account
ErrorLog $state/log/apache-error.log
TypesConfig /dev/null
DocumentRoot $account/site
ScriptAlias /cgi-bin/ $account/site/cgi-bin/
PassEnv ASAN_OPTIONS UBSAN_OPTIONS
<Directory />
	Require all denied
</Directory>
<Directory $account/site>
	Options SymLinksIfOwnerMatch
	AllowOverride FileInfo
	Require all granted
</Directory>
${apache_more:-}
END
	} >"$account/apache.conf"
	give_to_account
	supervise apache "${as_account[@]}" apache2 -f "$account/apache.conf" \
	    -DFOREGROUND
}

all_answer() {
	answers /readyz && answers /api/session-types
}
