# SPDX-License-Identifier: GPL-3.0-or-later
# rom-cbfs and the FIT: listed, and kept right when microcode comes, moves and goes.
. "$TOP/tests/tools/lib.sh"

# le WIDTH NUMBER: little endian
le() {
	_v=$2
	for _i in $(seq "$1"); do printf "\\$(printf %03o $((_v & 255)))"; _v=$((_v >> 8)); done
}
put() { dd of="$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null; }
# An update of 2048 bytes for the processor with this signature.
update() { le 4 1; le 8 0; le 4 $1; le 4 $(((1 << 32) - 2 - $1)); le 4 1; head -c 2024 /dev/zero; }

"$HELPERS/make-image" x230_12mb seabios in.rom || not_ok "no image"
{ update 0x306a9; update 0x206a7; } >two.bin
update 0x306a9 >one.bin
{ cat two.bin; update 0x40651; } >three.bin
refuses "an image without a FIT" 2 'no FIT in this image' rom-cbfs list --fit in.rom
it "add to it" runs 0 rom-cbfs add -n cpu_microcode_blob.bin -t microcode -f two.bin -o plain.rom in.rom
it "says nothing" [ ! -s err ]

# A table at 0xbff000 with two unused entries, and its pointer.
size=$((0xc00000))
row() { le 8 "$1"; le 4 "$2"; le 2 256; le 1 "$3"; le 1 "$4"; }
cp in.rom fit.rom
le 8 $((0xfffff000)) | put fit.rom $((size - 64))
{ printf '_FIT_   '; le 4 3; le 2 256; le 1 128; le 1 $((0x77)); row 0 0 127 0; row 0 0 127 0; } \
	>table
sum=$(od -An -v -tu1 table | tr -s ' \n' '++' | sed 's/^+//; s/+$//')
le 1 $((256 - (($sum) - 0x77) % 256)) | put table 15
put fit.rom 0xbff000 <table
it "lists it" runs 0 rom-cbfs list --fit fit.rom
it "with its unused entries" [ "$(grep -c unused out)" -eq 2 ]
add() { rom-cbfs add -n cpu_microcode_blob.bin -t microcode "$@"; }
it "microcode comes" runs 0 add -f two.bin -o a.rom fit.rom
it "the FIT names both updates" runs 0 rom-cbfs list --fit a.rom
it "in the file" [ "$(grep -c 'microcode .*good, in cpu_microcode_blob.bin' out)" -eq 2 ]
it "it moves" runs 0 add --replace -b 0xffb00000 -f two.bin -o b.rom a.rom
it "the FIT follows" runs 0 rom-cbfs list --fit b.rom
it "to the address" grep -q 'microcode .*0xffb00000  good, in cpu_microcode_blob.bin' out
it "and to the second update" grep -q '0xffb00800  good' out
it "it becomes less" runs 0 add --replace -f one.bin -o c.rom b.rom
it "one entry is unused then" sh -c 'rom-cbfs list --fit c.rom >out &&
	[ "$(grep -c unused out)" -eq 1 ] && [ "$(grep -c good out)" -eq 1 ]'
it "it becomes more than there are entries" runs 0 add --replace -f three.bin -o d.rom b.rom
it "which is said" grep -q 'the FIT has no unused entry for 1 of the updates' err
it "it goes" runs 0 rom-cbfs remove -n cpu_microcode_blob.bin -o e.rom a.rom
same "and all is as before" e.rom fit.rom
it "other files" runs 0 rom-cbfs remove -n config -o f.rom a.rom
it "do not matter" sh -c 'rom-cbfs list --fit f.rom | grep -c good | grep -q 2'
# cbfstool moves the file and not the table.
printf X | put a.rom 0xbff010
it "a damaged table" runs 1 rom-cbfs list --fit a.rom
it "is called so" grep -q 'checksum wrong' out
if command -v cbfstool >/dev/null; then
	cp b.rom p.rom && cbfstool p.rom remove -n cpu_microcode_blob.bin >/dev/null 2>&1
	cbfstool p.rom add -n cpu_microcode_blob.bin -t microcode -f two.bin >/dev/null 2>&1
	head -c 8192 /dev/zero | put p.rom 0x700000
	it "what cbfstool left behind" runs 1 rom-cbfs list --fit p.rom
	it "is not microcode" grep -q '0xffb00000  no microcode there' out
fi
if command -v jq >/dev/null; then
	it "JSON" sh -c 'rom-cbfs list --fit --json b.rom | jq -e ".fit | length == 2 and
		.[0].type == \"microcode\" and .[0].state == \"good\" and .[0].address == 4289724416 and
		.[0].file == \"cpu_microcode_blob.bin\"" >/dev/null'
fi
