# SPDX-License-Identifier: GPL-3.0-or-later
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

"$HELPERS/make-image" x230_12mb seabios x.rom
"$HELPERS/make-image" x230_12mb seagrub y.rom
rom-split -b x230_12mb -o d x.rom
mkdir bare
cp d/x.bottom.rom bare/b.bin
cp d/x.top.rom bare/t.bin

# joins NAME ORDER OPERAND...: it does, by that, and the image is x.rom
joins() {
	_name=$1 _by=$2
	shift 2
	rm -f o
	it "$_name" runs 0 rom-join -v -o o "$@"
	same "$_name: the image" o x.rom
	it "$_name: by $_by" grep -q "0x00800000-0x00bfffff by $_by" err
}

joins "parts beside their manifest" manifest d/x.bottom.rom d/x.top.rom
joins "in the other order" manifest d/x.top.rom d/x.bottom.rom
joins "parts without a manifest" content bare/b.bin bare/t.bin
joins "in the other order (content)" content bare/t.bin bare/b.bin
joins "with a manifest from elsewhere" manifest bare/t.bin bare/b.bin d/x.manifest
joins "one of them beside the manifest" manifest bare/b.bin d/x.top.rom
joins "by board" board -b x230_12mb bare/t.bin bare/b.bin
joins "as given" given --in-order bare/b.bin bare/t.bin
it "one from standard input" sh -c 'rom-join -o - bare/t.bin - <bare/b.bin | cmp - x.rom'
it "says nothing" runs 0 rom-join -f -o o d/x.top.rom d/x.bottom.rom
it "really" [ ! -s out -a ! -s err ]
it "--in-order does as it is told" runs 0 rom-join -f --in-order --allow=parts-swapped -o o bare/t.bin bare/b.bin
it "whatever it is" sh -c 'cat bare/t.bin bare/b.bin | cmp - o'
rm o

# Three chips that no descriptor names: the manifest knows.
rom-split --sizes 2M,2M,8M -o three x.rom
it "three parts" runs 0 rom-join -o o three/x.chip3.rom three/x.chip1.rom three/x.chip2.rom
same "three parts: the image" o x.rom
rm o

# --- what does not belong together ------------------------------------------------------

refuses "a part is missing (manifest)" 1 \
	'part bottom \(x.bottom.rom, 8388608 bytes\) of x.rom is missing, says d/x.manifest' \
	rom-join -o o d/x.top.rom
refuses "a part is missing (content)" 1 'for 2 chips, but 1 part was given' rom-join -o o bare/b.bin
refuses "only the top" 1 'no part begins with a flash descriptor' rom-join -o o bare/t.bin
cp bare/t.bin t2.bin
refuses "one too many" 1 'for 2 chips, but 3 parts were given' rom-join -o o bare/b.bin bare/t.bin t2.bin
refuses "the same file twice" 1 'bare/b.bin: is given twice' rom-join -o o bare/b.bin bare/b.bin
cp bare/b.bin b2.bin
refuses "the same bytes twice" 1 'both begin with a flash descriptor.*the same bytes' \
	rom-join -o o bare/b.bin b2.bin
refuses "the same file twice, with --in-order" 1 'given twice' \
	rom-join --in-order -o o bare/b.bin ./bare/b.bin
refuses "twice the same part (manifest)" 1 'are the same part' \
	rom-join -o o bare/t.bin t2.bin d/x.manifest
head -c 2097152 bare/t.bin >half
refuses "a part too short" 1 'chip 2 has 4194304 bytes, but its part has 2097152' \
	rom-join -o o bare/b.bin half
printf '\0' | cat bare/t.bin - >padded
refuses "cut from a stripped release image" 1 'rom-inject.*\(stripped-image\)' \
	rom-join -o o bare/b.bin padded
cp bare/b.bin DO_NOT_FLASH_YET.b.bin
refuses "the name of one" 1 'the name says.*\(stripped-image\)' \
	rom-join -o o DO_NOT_FLASH_YET.b.bin bare/t.bin
head -c 4194304 /dev/zero | LC_ALL=C tr '\0' '\377' >blank
refuses "a blank top" 1 '0x00bffff0: nothing where the processor starts' \
	rom-join -o o bare/b.bin blank
refuses "a wrong number for the board" 1 'board x230_16mb has 1 chip, but 2 parts were given' \
	rom-join -b x230_16mb -o o bare/b.bin bare/t.bin
refuses "wrong sizes for the board" 1 'chip chip2 of board e6220_10mb has 2097152 bytes, but its part has 4194304' \
	rom-join -b e6220_10mb -o o bare/b.bin bare/t.bin
refuses "another board's image" 1 '\(board-regions\)' \
	rom-join -b t440plibremrc_12mb -o o bare/b.bin bare/t.bin

# --- manifests that say no --------------------------------------------------------------

cp -r d damaged
printf Q | dd of=damaged/x.top.rom bs=1 seek=100000 conv=notrunc 2>/dev/null
refuses "a damaged part" 1 "damaged/x.top.rom: is not what damaged/x.manifest says: expected sha512 \
$(sha d/x.top.rom), found $(sha damaged/x.top.rom)" rom-join -o o damaged/x.top.rom damaged/x.bottom.rom
it "unless it is meant" runs 0 rom-join --in-order -o o damaged/x.bottom.rom damaged/x.top.rom
rm o
cp damaged/x.top.rom changed.bin
it "a new dump of one chip joins by content" runs 0 rom-join -o o d/x.bottom.rom changed.bin
it "with a warning" grep -q 'd/x.bottom.rom: warning: is a part of x.rom, but the others are not' err
rm o
refuses "but not against a manifest" 1 'changed.bin: is no part of an image that d/x.manifest lists' \
	rom-join -o o d/x.bottom.rom changed.bin d/x.manifest
printf Q | dd of=y.rom bs=1 seek=9000000 conv=notrunc 2>/dev/null
rom-split -b x230_12mb -o d y.rom
refuses "halves of two images" 1 'd/x.bottom.rom is a part of x.rom, but d/y.top.rom of y.rom' \
	rom-join -o o d/x.bottom.rom d/y.top.rom
it "while both are there each joins" runs 0 rom-join -o o d/y.top.rom d/y.bottom.rom
same "by its own manifest" o y.rom
rm o
sed "s/\"sha512\": \"$(sha x.rom)\"/\"sha512\": \"$(sha y.rom)\"/" d/x.manifest >lies
refuses "a manifest whose parts are not its image" 1 'the parts are as listed, but not x.rom' \
	rom-join -o o bare/b.bin bare/t.bin lies
cp bare/*.bin damaged
rm damaged/x.*.rom
echo '{"romwright_manifest":1,"images":7}' >damaged/x.manifest
printf '{' >damaged/y.manifest
mkdir damaged/z.manifest
it "what is no manifest is passed over" runs 0 rom-join -o o damaged/t.bin damaged/b.bin
rm o
refuses "but not when it was given" 2 'damaged/x.manifest: the manifest has a "images"' \
	rom-join -o o damaged/t.bin damaged/b.bin damaged/x.manifest
refuses "two manifests" 2 'd/y.manifest: a manifest: give one' \
	rom-join -o o bare/t.bin bare/b.bin d/x.manifest d/y.manifest
refuses "a manifest and a board" 2 'a manifest: give one' \
	rom-join -b x230_12mb -o o bare/t.bin bare/b.bin d/x.manifest
refuses "a manifest and no part" 2 'no part was given' rom-join -o o d/x.manifest

# --- whole-chip dumps -------------------------------------------------------------------

"$HELPERS/make-image" hp820g2_12mb seabios s.rom
(cat s.rom; noise 4194304) >dump
it "the image out of a dump of its larger chip" runs 0 rom-join -b hp820g2_12mb -o o dump
same "the image is its low end" o s.rom
rm o

# --- outputs ----------------------------------------------------------------------------

echo mine >o
refuses "what is there stays" 2 'o: exists; give -f' rom-join -o o bare/b.bin bare/t.bin
it "really" [ "$(cat o)" = mine ]
it "-f replaces it" runs 0 rom-join -f -o o bare/b.bin bare/t.bin
same "with the image" o x.rom
rm o
refuses "a full disk" 2 'standard output: cannot write: No space left' \
	sh -c 'rom-join -o - bare/b.bin bare/t.bin >/dev/full'
refuses "a full device" 2 '/dev/full: cannot write: No space left' \
	rom-join -o /dev/full bare/b.bin bare/t.bin
refuses "a file-size limit" 2 'o: cannot write: File too large' \
	sh -c 'ulimit -f 10000; exec rom-join -o o bare/b.bin bare/t.bin'
it "a dry run writes nothing" runs 0 rom-join --dry-run -o o bare/b.bin bare/t.bin
refuses "a missing part" 2 'none: cannot open' rom-join -o o bare/b.bin none
: >empty
refuses "an empty part" 2 'empty: empty' rom-join -o o bare/b.bin empty
refuses "a directory" 2 'bare: is a directory' rom-join -o o bare bare/t.bin
refuses "no part" 2 'give the parts' rom-join -o o
refuses "no output" 2 'give the output with -o' rom-join bare/b.bin bare/t.bin
refuses "board and order" 2 'not both' rom-join -b x230_12mb --in-order -o o bare/b.bin
refuses "standard input twice" 2 'only once' rom-join -o o - -
absent "nothing was left behind" o

it "--json" runs 0 rom-join --json -o o bare/t.bin bare/b.bin
json "has the parts in image order" '.order == "content" and .size == 12582912 and
	.sha512 == "'"$(sha x.rom)"'" and .manifest == null and
	.parts[0] == {"file": "bare/b.bin", "offset": 0, "size": 8388608}'
it "--json of a refusal" runs 1 rom-join --json -o o2 bare/t.bin
json "has the error" '.error.status == "refused" and .error.at == null'

# --- real data --------------------------------------------------------------------------

if ! have_corpus; then
	skip "real dumps"
else
	xz -dc "$CORPUS/images/ivb_xx30_12m.rom.xz" >real.rom
	head -c 8388608 real.rom >rb
	tail -c 4194304 real.rom >rt
	it "halves of a real image" runs 0 rom-join -f -o o rt rb
	same "are it again" o real.rom
	xz -dc "$CORPUS/images/snb_xx20_8m.rom.xz" >snb
	refuses "a half and another machine's image" 1 'both begin with a flash descriptor' \
		rom-join -o o2 rb snb
fi
