# SPDX-License-Identifier: GPL-3.0-or-later
# rom-gbe: on a GbE file and in a whole image.
. "$TOP/tests/tools/lib.sh"

"$HELPERS/unhex" "$TOP/fixtures/good-gbe.hex" gbe.bin
"$HELPERS/unhex" "$TOP/fixtures/good-ifd-6-series.hex" fd.bin
cp gbe.bin want
{ cat fd.bin gbe.bin; head -c $((0xbfd000)) /dev/zero; } >whole.rom
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}
bytes() { od -An -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'; } # bytes FILE AT COUNT
spoil() { printf 'Z' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

it "dump" runs 0 rom-gbe dump gbe.bin
it "bank 0" grep -q '^0x00000000 bank 0: MAC 02:00:00:12:34:56, checksum ok .*, signature ok' out
it "bank 1 is good by its sum only" grep -q '^0x00001000 bank 1: .*checksum ok .*signature bad' out
it "dump of an image" runs 0 rom-gbe dump whole.rom
it "has the image's offsets" grep -q '^0x00002000 bank 1: MAC 02:00:00:65:43:21' out
it "dump --json" runs 0 rom-gbe dump --json gbe.bin
json "as promised" '.banks | length == 2 and .[0].mac == "02:00:00:12:34:56" and .[0].checksum_ok
	and .[0].signature_ok and .[1].checksum_ok and (.[1].signature_ok | not)'

it "setmac" runs 0 rom-gbe setmac 00:1F:16:12:34:56 -o o gbe.bin
it "in bank 0" [ "$(bytes o 0 6)" = 001f16123456 ]
it "in bank 1" [ "$(bytes o 4096 6)" = 001f16123456 ]
it "says before and after" sh -c 'grep -q "^before: .*02:00:00:12" out &&
	grep -q "^after: .*00:1f:16:12:34:56, checksum ok" out'
it "in an image" runs 0 rom-gbe setmac 00:1F:16:12:34:56 -o w whole.rom
{ cat fd.bin o; head -c $((0xbfd000)) /dev/zero; } >want
same "the same, and nothing else" w want
it "random digits" runs 0 rom-gbe setmac '00:1f:16:?x:X?:xx' -o o1 gbe.bin
it "only these" [ "$(bytes o1 0 3)" = 001f16 ]
it "random" runs 0 rom-gbe setmac random -o o2 gbe.bin
it "is local and unicast" sh -c 'case $1 in ?[26ae]*) ;; *) exit 1 ;; esac' sh "$(bytes o2 0 1)"
it "keep" runs 0 rom-gbe setmac keep -o o3 gbe.bin
same "changes nothing" o3 gbe.bin
it "swap" runs 0 rom-gbe swap -o o4 gbe.bin
{ tail -c 4096 gbe.bin; head -c 4096 gbe.bin; } >want
same "exchanges the banks" o4 want
it "copy" runs 0 rom-gbe copy 0 -o o5 gbe.bin
{ head -c 4096 gbe.bin; head -c 4096 gbe.bin; } >want
same "bank 0 over bank 1" o5 want
cp gbe.bin bad0.bin && spoil bad0.bin 126
it "one bad bank is skipped" runs 0 rom-gbe setmac 00:1f:16:12:34:56 -o o6 bad0.bin
it "and left alone" [ "$(bytes o6 0 6)" = 020000123456 ]
refuses "a bad bank is not copied" 2 'bank 0 is not copied: its checksum is wrong' \
	rom-gbe copy 0 -o x bad0.bin
it "setchecksum" runs 0 rom-gbe setchecksum 0 -o o7 bad0.bin
same "repairs it" o7 gbe.bin
cp bad0.bin bad.bin && spoil bad.bin 4222
it "dump of two bad banks" runs 1 rom-gbe dump bad.bin
it "shows them and says so" sh -c 'grep -q "checksum bad" out && grep -q "neither bank" err'
it "with one JSON object" runs 1 rom-gbe dump --json bad.bin
json "of two banks" '.banks | map(.checksum_ok) == [false, false]'
refuses "setmac on two bad banks" 2 'neither bank' rom-gbe setmac 00:1f:16:12:34:56 -o x bad.bin
refuses "swap of two bad banks" 2 'neither bank' rom-gbe swap -o x bad.bin
it "setchecksum all" runs 0 rom-gbe setchecksum all -o o8 bad.bin
same "repairs both" o8 gbe.bin
{ head -c 4096 bad0.bin; head -c 4096 /dev/zero | LC_ALL=C tr '\0' '\377'; } >blank.bin
it "setchecksum all with a blank bank" runs 0 rom-gbe setchecksum all -o o9 blank.bin
it "leaves it blank" cmp -s -n 4096 -i 4096 o9 blank.bin

it "a dry run" runs 0 rom-gbe swap --dry-run gbe.bin
it "a filter" sh -c 'rom-gbe swap -o - - <gbe.bin 2>/dev/null | rom-gbe swap -q -o - - >f'
same "there and back" f gbe.bin
for mac in 00:00:00:00:00:00 01:00:00:00:00:01 ff:ff:ff:ff:ff:ff 00-1f-16-12-34-56 \
	00:1f:16:12:34 ''; do
	refuses "no address: '$mac'" 2 'see rom-gbe --help' rom-gbe setmac "$mac" -o x gbe.bin
done
for args in '' brick 'copy gbe.bin -o x' 'copy 2 -o x gbe.bin' 'swap gbe.bin' 'dump -o x gbe.bin' \
	'setchecksum both -o x gbe.bin' 'swap 0 -o x gbe.bin' 'swap --allow=all -o x gbe.bin'; do
	refuses "usage: $args" 2 'see rom-gbe --help' rom-gbe $args
done
head -c 4096 gbe.bin >half.bin
refuses "half a region" 2 'this one has 4096' rom-gbe dump half.bin
refuses "a descriptor on its own" 2 'region gbe ends at' rom-gbe dump fd.bin
refuses "an output that exists" 2 'exists' rom-gbe copy 0 -o o gbe.bin
cp gbe.bin DO_NOT_FLASH_YET.bin
refuses "the name's mark stays" 1 '\(stripped-image\)' rom-gbe swap -o x DO_NOT_FLASH_YET.bin
absent "nothing was written" x
