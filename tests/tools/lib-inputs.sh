# SPDX-License-Identifier: GPL-3.0-or-later
# For tests that give every program bad files: sourced behind lib.sh. Makes a good image and what
# goes with it, and the lists ./commands and ./other-commands out of commands.list.

# Address space in KiB: twice the largest image, and what libraries need. Sanitizers need more.
limit=420000
nm -D "$BIN/rom-split" 2>/dev/null | grep -q __asan && limit=unlimited
# A guard against hanging, far from what anything takes, and what each may take of a processor, in
# microseconds: an answer in a second. Sanitizers need more.
seconds=60
at_most=1000000
[ $limit != unlimited ] || at_most=10000000

board=hp8200sff_4mb	# a small image, with descriptor, GbE, ME and CBFS
"$HELPERS/make-image" $board seabios good.rom
head -c 20000 good.rom >data
rom-verify-hash good.rom >good.list
make-release $board rel
cp "$TOP/fixtures/good-minisign.pub" key
rom-split -b $board -o good.parts good.rom
[ -f good.parts/good.manifest ] || not_ok "the good image is not good"
: >layout
rom-ifd-parse --layout good.rom >layout

# pick KIND: the lines of that kind, of the programs that are here
pick() {
	sed -n "s/^$1 //p" "$TOP/tests/tools/commands.list" | sed "s/BOARD/$board/g" |
		while read -r _program _rest; do
			[ ! -x "$BIN/$_program" ] || echo "$_program $_rest"
		done
}
pick image >commands
pick other >other-commands

# put WHAT PLACE: the input, as PLACE/input and where a name has to end so with .yaml, .tar.xz
put() {
	for _name in input input.yaml input.tar.xz; do
		case $1 in
		FIFO) mkfifo "$2/$_name" ;;
		DIRECTORY) mkdir "$2/$_name" ;;
		MISSING) ;;
		LOOP) ln -s $_name "$2/$_name" ;;
		/dev/* | /proc/*) ln -s "$1" "$2/$_name" ;;
		*) ln "$1" "$2/$_name" ;;
		esac
	done
}

# lines_ok COMMAND STATUS LINES: one sentence, but for lists with one for each entry or region
lines_ok() {
	case $2$1 in
	*"verify-hash -c"*) [ "$3" -ge 1 ] ;;
	1*"verify-hash --json"* | 1*--extract* | [12]*"cbfs extract"* | 1*"cbfs list"* | 1*rom-check* | 1*"rom-me info"*) ;;
	1*ifd-parse* | 1*"gbe dump"* | 1*rom-map*) ;;
	*) [ "$3" -eq 1 ] ;;
	esac
}

# quick PLACE: is what it took of a processor, children and all, no more than it may?
quick() {
	awk -v most=$at_most '$3 > most { exit 1 }' "$1.cost"
}

# attempt COMMAND PLACE WHAT [refused]: runs it in PLACE, and adds to PLACE.bad what was wrong.
attempt() {
	mkdir "$2"
	put "$3" "$2"
	(cd "$2" && find . | LC_ALL=C sort) >"$2.before"
	(
		cd "$2" || exit 99
		ulimit -v $limit
		# Words are split, and nothing else.
		set -f
		# shellcheck disable=SC2086
		exec measure "../$2.cost" timeout $seconds ${run_by-} \
			${1%IN*}${input_name-input}${1##*IN}
	) >"$2.out" 2>"$2.err" </dev/null
	_status=$?
	_lines=$(wc -l <"$2.err")
	: >"$2.bad"
	case $_status in
	0) [ "${4-}" != refused ] || echo "$1: done" >>"$2.bad" ;;
	1 | 2) lines_ok "$1" $_status "$_lines" || echo "$1: $_lines lines" >>"$2.bad" ;;
	*) echo "$1: status $_status" >>"$2.bad" ;;
	esac
	quick "$2" || echo "$1: $(cut -d' ' -f3 "$2.cost") us of processor time" >>"$2.bad"
	! LC_ALL=C tr -d '\n' <"$2.err" | LC_ALL=C grep -q '[[:cntrl:]]' ||
		echo "$1: control bytes on standard error" >>"$2.bad"
	! grep -q 'Sanitizer\|runtime error' "$2.err" || head -c 300 "$2.err" >>"$2.bad"
	case $_status$1 in
	0* | 1*--extract* | 1*"cbfs extract"*) rm -rf "$2"/OUT* ;;		# what was asked for
	esac
	(cd "$2" && find . | LC_ALL=C sort) >"$2.after"
	cmp -s "$2.before" "$2.after" ||
		echo "$1: status $_status, and $(diff "$2.before" "$2.after" | tail -n +2)" >>"$2.bad"
}

# try NAME WHAT [refused]: every command of ./commands with that input; one result for all of them.
# refused: not one of them may succeed. WHAT is a file, or a word that put() knows. With $at_once
# they all run at once: most of them only wait.
try() {
	_count=0
	while read -r _command; do
		_count=$((_count + 1))
		if [ -n "${at_once-}" ]; then
			attempt "$_command" "place$_count" "$2" "${3-}" &
		else
			attempt "$_command" "place$_count" "$2" "${3-}"
		fi
	done <commands
	[ -z "${at_once-}" ] || wait
	cat place*.bad >bad
	largest=$(cat place*.cost | awk '$2 > n { n = $2 } END { print n + 0 }')
	rm -rf place*
	: >err
	it "$1: $_count commands$(sed 's/^/; /' bad | tr '\n' ' ')" [ ! -s bad ]
}
