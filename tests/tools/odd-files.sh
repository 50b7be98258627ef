# SPDX-License-Identifier: GPL-3.0-or-later
# Files that are none: what every program says to a directory, a device, a pipe nobody writes to,
# 4 GiB of nothing, a name that draws on the terminal; and to an output that takes nothing.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-inputs.sh"

for program in "$BIN"/*; do
	it "$(basename "$program") is tried here" \
		grep -q "^[a-z]* $(basename "$program") " "$TOP/tests/tools/commands.list"
done

# --- inputs -----------------------------------------------------------------------------

# With these in place of an image or of something else nothing can succeed.
: >empty
truncate -s 4G sparse
all() { # all NAME WHAT [refused]
	cp commands image-commands
	try "$1 as an image" "$2" "${3-}"
	most=$largest
	cp other-commands commands
	try "$1 as something else" "$2" "${3-}"
	[ "$most" -ge "$largest" ] || most=$largest
	cp image-commands commands
}
# Of these only some commands may say yes: an empty chip image is refused, an empty list is not.
all "a file that is not there" MISSING
all "an empty file" empty refused
all "a directory" DIRECTORY
all "a link to itself" LOOP refused
all "/dev/null" /dev/null refused
all "a file that cannot be read" /proc/self/mem refused
bounded=
for what in /dev/zero sparse; do
	# Hashes are made of files of any size; that is no trouble but takes its time.
	grep -v 'verify-hash IN$\|verify-hash --json IN$' commands >some
	mv some commands
	all "$what" $what
	pick image >commands
	[ $limit = unlimited ] || [ "$most" -le 320000 ] || bounded="$what: $most KiB"
done
it "memory stays bounded: $bounded" [ -z "$bounded" ]
at_once=yes
all "a FIFO that nobody writes to" FIFO
at_once=

if [ "$(id -u)" -ne 0 ]; then
	cp good.rom secret && chmod 000 secret
	all "a file nobody may read" secret
elif setpriv --bounding-set=-dac_override,-dac_read_search true 2>/dev/null; then
	cp good.rom secret && chmod 000 secret
	run_by='setpriv --bounding-set=-dac_override,-dac_read_search'
	all "a file nobody may read" secret
	run_by=
else
	skip "a file nobody may read: root may, and there is no setpriv"
fi

# --- standard input ----------------------------------------------------------------------

# Every command whose input may be "-", with nothing there.
grep ' IN$' image-commands | grep -v -- '--repack\|--same\|-c IN' >commands
input_name=-
try "standard input that is empty" MISSING refused
input_name=input

# --- names ------------------------------------------------------------------------------

# Newline, escape sequences as bytes and as UTF-8, half a character, and what looks like an option.
ugly=$(printf 'a\nb\033[1m\233\302\2332J\342\202-c')
cp image-commands commands
i=0
while read -r command; do
	i=$((i + 1))
	set -f
	# shellcheck disable=SC2086
	(mkdir ugly$i && cd ugly$i && head -c 5000 ../good.rom >"$ugly" &&
		set -- ${command%IN*} && timeout $seconds "$@" "./$ugly" >../out 2>../err </dev/null)
	status=$?
	set +f
	case $status in
	0 | 1 | 2) ;;
	*) echo "$command: status $status" >>bad-names ;;
	esac
	for f in out err; do
		# A hash list is for programs and has the name as it is, as that of sha512sum.
		case $f$command in "outrom-verify-hash IN") continue ;; esac
		! LC_ALL=C tr -d '\n\t' <$f | LC_ALL=C grep -q '[[:cntrl:]]' ||
			echo "$command: control bytes on $f" >>bad-names
		! LC_ALL=C grep -q "$(printf '[\200-\237]\|\302[\200-\237]')" $f ||
			echo "$command: C1 control characters on $f" >>bad-names
	done
	[ "$(wc -l <err)" -le 1 ] || case $command in
	*"verify-hash -c"* | *--extract* | *"cbfs list"* | *rom-check* | *"me info"*) ;;
	*) echo "$command: $(wc -l <err) lines on standard error" >>bad-names ;;
	esac
	rm -rf ugly$i
done <image-commands
: >>bad-names
: >err
it "no name reaches the terminal as it is: $(tr '\n' ';' <bad-names)" [ ! -s bad-names ]

# --- outputs ----------------------------------------------------------------------------

# gives NAME TARGET COMMAND...: with OUT being that, no command may say that it is done.
outputs() {
	_what=$1 _make=$2
	: >bad-outputs
	grep ' OUT' image-commands >some
	while read -r command; do
		rm -rf place
		mkdir place
		(cd place && eval "$_make")
		set -f
		# shellcheck disable=SC2086
		(cd place && timeout $seconds ${command%IN*}../good.rom${command##*IN} >../out 2>../err \
			</dev/null)
		status=$?
		set +f
		lines=$(wc -l <err)
		case $status$command in
		[12]*) [ "$lines" -ge 1 ] || echo "$command: no word" >>bad-outputs ;;
		0*"rom-flash"* | 0*--dry-run*) ;;	# a chip's file may be anything; none is written
		*) echo "$command: status $status" >>bad-outputs ;;
		esac
		(cd place && find . -name '*.part') >>bad-outputs
	done <some
	rm -rf place
	: >err
	it "$_what as an output$(sed 's/^/; /' bad-outputs | tr '\n' ' ')" [ ! -s bad-outputs ]
}
outputs "/dev/full" 'ln -s /dev/full OUT; ln -s /dev/full OUT.tar.xz'
outputs "a link to itself" 'ln -s OUT OUT; ln -s OUT.tar.xz OUT.tar.xz'
outputs "a file that is there" 'ln ../data OUT; ln ../data OUT.tar.xz'

# What is printed is either all there or not called done.
: >bad-outputs
grep -v ' OUT' image-commands | while read -r command; do
	set -f
	# shellcheck disable=SC2086
	set -- ${command%IN*}./good.rom${command##*IN}
	set +f
	case $command in *../*) continue ;; esac
	timeout $seconds "$@" >plain 2>err </dev/null
	[ -s plain ] || continue
	timeout $seconds "$@" >/dev/full 2>err </dev/null
	[ $? -eq 2 ] && [ "$(wc -l <err)" -ge 1 ] || echo "$command >/dev/full" >>bad-outputs
	timeout $seconds "$@" >&- 2>err </dev/null
	[ $? -eq 2 ] && [ "$(wc -l <err)" -ge 1 ] || echo "$command >&-" >>bad-outputs
done
: >err
it "a full or closed standard output$(sed 's/^/; /' bad-outputs | tr '\n' ' ')" [ ! -s bad-outputs ]
