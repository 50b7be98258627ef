# SPDX-License-Identifier: GPL-3.0-or-later
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

# fill COUNT OCTAL: so many bytes of one value
fill() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' "\\$2"; }

seq 1 30000 | head -c 131072 >in
fill 65536 377 >ff64k
cat in ff64k >low
cat ff64k in >high

it "puts fill above an image that stays low" runs 0 rom-pad --to 192K --image-at low -o o in
same "its bytes" o low
it "puts fill below an image that goes high" runs 0 rom-pad --to 196608 --image-at high -o o2 in
same "its bytes (high)" o2 high
it "grows at the end" runs 0 rom-pad --grow 64K -o o3 in
same "its bytes (grow)" o3 low
it "grows below when told" runs 0 rom-pad --grow 0x10000 --image-at high -o o4 in
same "its bytes (grow high)" o4 high
it "trims again" runs 0 rom-pad --trim 64K -o o5 low
same "its bytes (trim)" o5 in
it "trims from below when told" runs 0 rom-pad --trim 64K --image-at high -o o6 high
same "its bytes (trim high)" o6 in
it "has another fill byte" runs 0 rom-pad --grow 65536 --fill 0x41 -o o7 in
fill 65536 101 | cat in - >want
same "its bytes (fill)" o7 want
it "trims another fill byte" runs 0 rom-pad --trim 64K --fill 65 -o o8 o7
same "its bytes (trim fill)" o8 in
it "a size that is there already needs no side" runs 0 rom-pad --to 128K -o o9 in
same "its bytes (same size)" o9 in
it "is a filter" sh -c 'rom-pad --grow 64K -o - - <in | rom-pad --trim 64K -o - - >f'
same "its bytes (filter)" f in
it "and reads a pipe" sh -c 'cat in | rom-pad --to 192K --image-at high -o p -'
same "its bytes (pipe)" p high

refuses "never guesses the side" 2 'give --image-at low or high' rom-pad --to 192K -o x in
refuses "does not make shorter what should be longer" 2 '131072 bytes are more than the 65536' \
	rom-pad --to 64K --image-at low -o x in
refuses "does not cut content" 1 '0x0001fc00: cutting 0x0001fc00-0x0001ffff .*\(trim-content\)' \
	rom-pad --trim 1K -o x in
printf 'Q' | dd of=low bs=1 seek=150000 conv=notrunc 2>/dev/null
refuses "names the first byte that is content" 1 'low: 0x000249f0: cutting 0x00020000-0x0002ffff' \
	rom-pad --trim 64K -o x low
absent "no output after a refusal" x
it "cuts content when told so" runs 0 rom-pad --trim 64K --allow=trim-content -o o10 low
same "its bytes (allowed)" o10 in
refuses "cannot cut everything" 2 'nothing would be left' rom-pad --trim 128K -o x in
refuses "is not for more than a chip can hold" 2 'over 128 MiB' rom-pad --grow 128M -o x in

# The marks of release images without their vendor files.
fill 1 0 | cat in - >padded
for args in '--to 192K --image-at low' '--grow 4095' '--trim 1 --fill 0'; do
	refuses "keeps the release pad byte ($args)" 1 '0x00020000: .*rom-inject.*\(stripped-image\)' \
		rom-pad $args -o x padded
done
cp in DO_NOT_FLASH_YET._in.rom
refuses "keeps the name's mark" 1 'rom-inject.*\(stripped-image\)' \
	rom-pad --grow 1K -o x DO_NOT_FLASH_YET._in.rom
it "takes the pad byte off when told so" \
	runs 0 rom-pad --trim 1 --fill 0 --allow=stripped-image -o o11 padded
same "its bytes (pad byte)" o11 in

refuses "an existing output stays" 2 'exists; give -f' rom-pad --grow 1 -o o in
it "-f replaces it" runs 0 rom-pad -f --grow 64K --fill 0x41 -o o in
same "its bytes (replaced)" o want
it "a dry run writes nothing" runs 0 rom-pad --grow 1 -o x --dry-run in
refuses "a dry run checks" 1 'trim-content' rom-pad --trim 1 --dry-run in
refuses "a full disk" 2 'standard output: cannot write: No space left' \
	sh -c 'rom-pad --grow 1 -o - in >/dev/full'
refuses "a full device" 2 '/dev/full: cannot write: No space left' rom-pad --grow 1 -o /dev/full in
refuses "a file-size limit" 2 'x: cannot write: File too large' \
	sh -c 'ulimit -f 64; exec rom-pad --grow 1 -o x in'
refuses "a missing input" 2 'none: cannot open: No such file' rom-pad --grow 1 -o x none
: >empty
refuses "an empty input" 2 'empty: empty' rom-pad --grow 1 -o x empty
absent "nothing was left behind" x

refuses "no action" 2 'give --to, --grow or --trim' rom-pad -o x in
refuses "two actions" 2 'only one of' rom-pad --grow 1 --trim 1 -o x in
refuses "no output" 2 'give the output with -o' rom-pad --grow 1 in
refuses "no image" 2 'give one image' rom-pad --grow 1 -o x
refuses "a bad size" 2 '12Q is not a size' rom-pad --grow 12Q -o x in
refuses "a bad byte" 2 '256 is not a byte' rom-pad --grow 1 --fill 256 -o x in
refuses "a bad side" 2 'low or high' rom-pad --grow 1 --image-at middle -o x in
refuses "an unknown check" 2 'no check is called' rom-pad --grow 1 --allow=all -o x in
it "--json says what was done" runs 0 rom-pad --json --to 192K --image-at high -o j in
json "in one object" '.size == 196608 and .added.below == 65536 and .kept.size == 131072'
it "--json says what went wrong" runs 1 rom-pad --json --trim 1 -o x in
json "as the contract has it" \
	'.error.status == "refused" and .error.at == 131071 and (.error.text | length > 0)'
