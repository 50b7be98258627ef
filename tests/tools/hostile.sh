# SPDX-License-Identifier: GPL-3.0-or-later
# Input of every bad kind, given to every program that takes an image: an answer or one sentence,
# the right exit status, in bounded time and memory, and no file where none belongs.
. "$TOP/tests/tools/lib.sh"

. "$TOP/tests/tools/lib-inputs.sh"

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
cp other-commands commands
for f in empty one blank text json good.rom other.rom; do
	try "in place of something else, $f" $f
done
try "in place of something else, a directory" DIRECTORY refused
mv image-commands commands

cp commands all-commands

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
cp other.rom growing
(while :; do truncate -s 8M growing; truncate -s 12M growing; done) &
mover=$!
bad= i=0
while [ $i -lt 30 ]; do
	timeout 10 rom-verify-hash growing >out 2>err
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
	1) # what was read may be a mixture that no check would pass
		grep -q '([a-z-]*)\(; rom-check tells [0-9]* more\)*$' err || bad="$bad, $(cat err)" ;;
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
rm growing moving piece

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
