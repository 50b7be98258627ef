# SPDX-License-Identifier: GPL-3.0-or-later
# For the tests of programs: sourced as ". $TOP/tests/tools/lib.sh". Speaks TAP.
set -u
n=0

ok() { n=$((n + 1)) && echo "ok $n - $*"; }
not_ok() {
	n=$((n + 1)) && echo "not ok $n - $*"
	[ ! -s err ] || sed 's/^/#   stderr: /' err
}
skip() { n=$((n + 1)) && echo "ok $n # skip $*"; }

# noise BYTES: random, but for the last 16: one noise in a hundred would end as boot code does, and
# be taken for an image.
noise() { head -c $(($1 - 16)) /dev/urandom && head -c 16 /dev/zero; }

# it NAME COMMAND...: passes when the command does.
it() {
	_name=$1
	shift
	if "$@"; then ok "$_name"; else not_ok "$_name: $*"; fi
}

# none NAME COMMAND...: passes when the command finds nothing; what it finds is shown.
none() {
	_name=$1
	shift
	"$@" >found 2>&1
	if [ -s found ]; then not_ok "$_name" && sed 's/^/#   /' found; else ok "$_name"; fi
}

# runs STATUS COMMAND...: the exit status; standard output goes to ./out, error to ./err.
runs() {
	_want=$1
	shift
	"$@" >out 2>err
	_got=$?
	[ $_got -eq "$_want" ] || { echo "# $*: exit status $_got, expected $_want"; return 1; }
}

# refuses NAME STATUS PATTERN COMMAND...: that status, exactly one line on standard error
# which matches the extended regular expression, and nothing on standard output. How far long
# work is does not count, nor do notes of what to do next where rom-flash left a chip half written.
one_line() {
	if [ "$1" -eq 3 ]; then grep -v '^rom-flash: note: ' err; else cat err; fi |
		grep -Evc ': [0-9]+ of [0-9]+ [A-Za-z]+, [0-9]+ %'
}
refuses() {
	_name=$1 _status=$2 _pattern=$3
	shift 3
	if runs "$_status" "$@" && [ "$(one_line "$_status")" -eq 1 ] && grep -Eq -- "$_pattern" err &&
		[ ! -s out ]; then
		ok "$_name"
	else
		not_ok "$_name: $* (expected status $_status and: $_pattern)"
	fi
}

# same NAME FILE FILE: byte for byte.
same() {
	if cmp "$2" "$3" >/dev/null 2>&1; then ok "$1"; else not_ok "$1: $2 and $3 differ"; fi
}

absent() { # absent NAME PATH...: none of them exists, and no temporary is left beside them
	_name=$1
	shift
	for _p; do
		for _f in "$_p" "$_p".*.part; do
			[ ! -e "$_f" ] || { not_ok "$_name: $_f was left behind"; return; }
		done
	done
	ok "$_name"
}

sha() { sha512sum <"$1" | cut -d' ' -f1; } # sha FILE: its SHA-512

have_corpus() { [ -n "$CORPUS" ]; }
