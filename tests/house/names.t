#!/bin/bash
# foo.c exports only foo_*: a name tells its file.  Asked of the objects.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
nm=${NM:-nm}

# strays OBJECT...: exported names that do not begin with their file's.
strays() {
	local object file
	for object; do
		file=${object##*/}
		file=${file%.o}
		# The backends are one contract, db.h.
		[[ $object != */db/db_* ]] || file=db
		"$nm" --defined-only -g "$object" |
		    awk -v file="$file" -v object="${object##*src/}" '
			# Names of compilers and sanitizers begin with two
			# underscores.
			$3 ~ /^__/ || $3 == file { next }
			index($3, file "_") != 1 { print object ": " $3 }'
	done
}

objects=("${BOOKPAY_PROGRAMS:-bin}"/../src/*/*.o)
[ -e "${objects[0]}" ] || skip_all "there are no objects of a build"
plan 2
is "$(strays "${objects[@]}")" "" "every file exports only its own names"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
echo 'int foo_a(void); int foo_a(void) { return 1; }
int stray(void); int stray(void) { return 2; }' >"$folder/foo.c"
${CC:-cc} -c -o "$folder/foo.o" "$folder/foo.c"
is "$(strays "$folder/foo.o")" "$folder/foo.o: stray" "a stray one is found"
