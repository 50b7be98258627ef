# SPDX-License-Identifier: GPL-3.0-or-later
# Input of every bad kind, given to every program that takes an image: an answer or one sentence,
# the right exit status, in bounded time and memory, and no file where none belongs.
. "$TOP/tests/tools/lib.sh"

# Address space in KiB: twice the largest image, and what libraries need. Sanitizers need more.
limit=420000
nm -D "$BIN/rom-split" 2>/dev/null | grep -q __asan && limit=unlimited

board=hp8200sff_4mb	# a small image, with descriptor, GbE, ME and CBFS
"$HELPERS/make-image" $board seabios good.rom
head -c 20000 good.rom >data
rom-verify-hash good.rom >good.list
make-release $board rel
rom-split -b $board -o good.parts good.rom
[ -f good.parts/good.manifest ] || not_ok "the good image is not good"
: >layout
rom-ifd-parse --layout good.rom >layout

# The commands; IN is the input, everything they write is called OUT.
cat >commands <<END
rom-split -b $board -o OUT IN
rom-split -o OUT IN
rom-split --sizes 2M,2M -o OUT IN
rom-split -b $board --chip chip1 -o OUT IN
rom-split --regions -o OUT IN
rom-split -l ../layout -o OUT IN
rom-split --region bios -o OUT IN
rom-split --json --dry-run -o OUT IN
rom-join -o OUT IN
rom-join -b $board -o OUT IN
rom-join --in-order -o OUT IN ../data
rom-join -o OUT ../good.rom IN
rom-pad --to 32M --image-at high -o OUT IN
rom-pad --trim 4K -o OUT IN
rom-verify-hash IN
rom-verify-hash --json IN
rom-verify-hash --same ../good.rom IN
rom-verify-hash --manifest ../good.parts/good.manifest IN
rom-verify-hash -c IN
rom-ifd-parse -v IN
rom-ifd-parse --json IN
rom-ifd-parse --layout IN
rom-ifd-parse --extract OUT IN
rom-cbfs list --all IN
rom-cbfs list --json IN
rom-cbfs add -n new -f ../data -o OUT IN
rom-cbfs add -n new -f ../data -b 0xfff80000 -A sha256 -o OUT IN
rom-cbfs remove -n config -o OUT IN
rom-me info --json IN
rom-me clean -r -t -o OUT IN
rom-map IN
rom-map --svg -o OUT IN
rom-map --json --diff ../good.rom IN
rom-flash -p dummy:emulate=W25Q64BV,image=OUT -w IN
rom-inject -q -b $board --vendor ../rel/vendor -o OUT IN
END
# The same input where something else is expected.
cat >other-commands <<END
rom-split -l IN -o OUT ../good.rom
rom-split -b ./IN.yaml -o OUT ../good.rom
rom-join -o OUT ../good.rom IN
rom-verify-hash --manifest IN ../good.rom
rom-verify-hash -c IN
rom-cbfs add -n new -f IN -o OUT ../good.rom
rom boards ./IN.yaml
rom-inject -q --vendor IN -o OUT ../rel/synthetic-20260101_$board.tar.xz
END

seconds=20
# try NAME IN [refused]: every command of ./commands with that input; one result for all of them.
# refused: not one of them may succeed.
try() {
	_try=$1 bad= count=0
	mkdir place
	case $2 in
	FIFO) mkfifo place/input place/input.yaml ;;
	DIRECTORY) mkdir place/input place/input.yaml ;;
	*) ln "$2" place/input && ln "$2" place/input.yaml ;;
	esac
	find . >before
	while read -r command; do
		count=$((count + 1))
		(
			cd place || exit 99
			ulimit -v $limit
			# Words are split, and nothing else.
			set -f
			# shellcheck disable=SC2086
			exec timeout $seconds ${command%IN*}input${command##*IN}
		) >out 2>err
		status=$?
		lines=0
		while read -r _; do lines=$((lines + 1)); done <err
		case $status$command in
		*"verify-hash -c"*) [ $lines -eq 0 ] || lines=1 ;;	# one for each file of the list
		1*--extract* | 1*"cbfs list"*) lines=1 ;;	# one for each region or damaged file
		1*"me info"*) lines=1 ;;	# what is wrong is the answer
		esac
		case $status in
		0) [ "${3-}" != refused ] || bad="$bad; $command: done" ;;
		1 | 2) [ $lines -eq 1 ] || bad="$bad; $command: $lines lines" ;;
		*) bad="$bad; $command: status $status" ;;
		esac
		case $status$command in
		0*rom-inject*) rm -rf place/OUT place/OUT.manifest ;;		# what was asked for
		0* | 1*--extract*) [ ! -e place/OUT ] || rm -r place/OUT ;;
		esac
		find . >after
		cmp -s before after || {
			bad="$bad; $command: status $status, and $(diff before after | tail -n +2)"
			rm -rf place/OUT*
		}
		! grep -q 'Sanitizer\|runtime error' err || bad="$bad; $command: $(head -c 300 err)"
	done <commands
	rm -r place
	: >err
	it "$_try: $count commands$bad" [ -z "$bad" ]
}
: >before
: >after
: >out
: >err

it "the good image is good" runs 0 rom-split -b $board -o OUT good.rom
rm -r OUT
try "the good image" good.rom

# --- what is no image at all ------------------------------------------------------------

: >empty
try "an empty file" empty refused
try "a directory" DIRECTORY refused
printf '\0' >one
try "one byte" one
truncate -s 134217729 huge
try "over 128 MiB" huge
rm huge
truncate -s 134217728 zeros
try "128 MiB of zeros" zeros
rm zeros
head -c 4194304 /dev/zero | LC_ALL=C tr '\0' '\377' >blank
try "a blank chip" blank
yes '0123456789abcdef' | head -c 4194304 >text
try "text" text
printf '{"romwright_manifest": 1, "images": [' >json
head -c 300000 /dev/zero | LC_ALL=C tr '\0' '[' >>json
try "deep JSON" json
"$HELPERS/make-image" x230_12mb seabios other.rom
try "another board's image" other.rom

mv commands image-commands
mv other-commands commands
for f in empty one blank text json good.rom other.rom; do
	try "in place of something else, $f" $f
done
try "in place of something else, a directory" DIRECTORY refused
mv commands other-commands
mv image-commands commands

# A FIFO that nobody writes to: img_open() waits 5 seconds for somebody.
cp commands all-commands
grep -E '^rom-(split -o|ifd-parse -v)' all-commands >commands
try "a FIFO that nobody writes to" FIFO refused
cp all-commands commands

# --- damaged in ways that hurt ----------------------------------------------------------

i=0
rounds=${HOSTILE_ROUNDS:-32}
while [ $i -lt "$rounds" ]; do
	"$HELPERS/mutate" $i good.rom mutant || not_ok "mutate $i"
	# Each kind of damage once for all commands, then for those that look deepest.
	if [ $i -lt 8 ]; then cp all-commands commands; else
		grep -E -- '--regions|join -o OUT IN|parse -v|--extract|list --all|cbfs add -n new -f ../data -o' \
			all-commands >commands
	fi
	try "damage $i" mutant
	i=$((i + 1))
done
cp all-commands commands

if ! have_corpus; then
	skip "real hostile files"
else
	for f in "$CORPUS"/hostile/*.xz; do
		xz -dc "$f" >hostile
		try "$(basename "$f")" hostile
	done
fi

# --- a file that changes while it is read -----------------------------------------------

# Longer and shorter in turn: what is read is the one or the other, or an error.
cp other.rom moving
(while :; do truncate -s 8M moving; truncate -s 12M moving; done) &
mover=$!
bad= i=0
while [ $i -lt 30 ]; do
	timeout 10 rom-verify-hash moving >out 2>err
	case $? in
	0) ;;
	2) grep -Eq 'was changed while it was read|is a' err || bad="$bad, $(cat err)" ;;
	*) bad="$bad, status $?" ;;
	esac
	i=$((i + 1))
done
kill $mover
wait $mover 2>/dev/null
: >err
it "a file that changes its length while it is read$bad" [ -z "$bad" ]
# Its content: what is hashed is what is written, whatever is in the file by then.
cp good.rom moving
head -c 8192 other.rom >piece
(i=0; while :; do i=$((i + 37)); dd if=piece of=moving bs=8k seek=$((i % 500 + 2)) conv=notrunc \
	2>/dev/null; done) &
mover=$!
bad= i=0
while [ $i -lt 20 ]; do
	timeout 20 rom-split -b $board -o OUT moving >out 2>err
	case $? in
	0) rom-verify-hash -q -c OUT/moving.manifest || bad="$bad, the manifest is wrong"
		rom-join -o joined OUT/moving.chip1.rom &&
			grep -q "\"sha512\": \"$(sha joined)\"" OUT/moving.manifest ||
			bad="$bad, the parts are wrong" ;;
	2) grep -q 'was changed while it was read' err || bad="$bad, $(cat err)" ;;
	*) bad="$bad, status $?" ;;
	esac
	rm -rf OUT joined
	i=$((i + 1))
done
kill $mover
wait $mover 2>/dev/null
: >err
it "a file whose content changes while it is read$bad" [ -z "$bad" ]
rm moving piece

# --- names ------------------------------------------------------------------------------

name=$(printf 'a\nb\033[1m.rom')
printf xy >"$name"
refuses "a name cannot draw on the terminal" 2 '^rom-split: a\\x0ab\\x1b\[1m\.rom: ' \
	rom-split -o OUT "$name"
for area in ../up a/b '.' "$(printf 'a\033b')"; do
	echo "00000000:00000fff $area" >names
	if [ "$area" = . ]; then
		it "a layout with an area called $area" runs 0 rom-split -q -l names -o OUT good.rom
		it "makes a file in the directory" [ "$(ls OUT)" = good...bin ]
		rm -r OUT
	else
		refuses "a layout with an area of a bad name" 2 'names: no file can be called' \
			rom-split -l names -o OUT good.rom
	fi
done
absent "nothing was left" OUT up
