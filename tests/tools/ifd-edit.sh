# SPDX-License-Identifier: GPL-3.0-or-later
# rom-ifd-edit: what it writes and says, and when it writes nothing.
. "$TOP/tests/tools/lib.sh"

for f in 6-series 600-series 100-series ich9; do
	"$HELPERS/unhex" "$TOP/fixtures/good-ifd-$f.hex" $f.bin || not_ok "unhex $f"
done
"$HELPERS/unhex" "$TOP/fixtures/bad-ifd-overlap.hex" bad.bin

# with FILE OUT AT HEX...: a copy with these bytes at AT
with() {
	cp "$1" "$2" && _out=$2 _at=$(($3)) && shift 3
	for _b; do printf "\\$(printf %03o 0x$_b)"; done |
		dd of="$_out" bs=1 seek=$_at conv=notrunc 2>/dev/null
}
# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

# --- a descriptor on its own ---------------------------------------------------------------
it "unlocks" runs 0 rom-ifd-edit --unlock -o o 6-series.bin
with 6-series.bin want 0x60 00 00 ff ff 00 00 ff ff
same "and changes nothing else" o want
it "says register and values" grep -q '^0x00000060 FLMSTR1 *0x0a0b0000 -> 0xffff0000$' out
it "and what they mean" grep -q 'after:  bios reads fd, bios, me, gbe; writes fd, bios, me, gbe' out
it "locks it again" runs 0 rom-ifd-edit --lock -o o2 o
same "as it was" o2 6-series.bin
it "two edits" runs 0 rom-ifd-edit --me-disable=on --spi-freq 33 -o o3 6-series.bin
with 6-series.bin want 0x128 80 && with want want2 0x32 30 49
same "both are done" o3 want2
it "the ME bit of Alder Lake is not where ifdtool writes" \
	runs 0 rom-ifd-edit --me-disable=off -o o4 600-series.bin
with 600-series.bin want 0x17e 00
same "but in PCHSTRP31" o4 want
it "a strap" runs 0 rom-ifd-edit --strap 0x11=0x80000001 -o o5 6-series.bin
with 6-series.bin want 0x144 01 00 00 80
same "is written" o5 want
it "densities" runs 0 rom-ifd-edit --density 16M -o o6 6-series.bin
with 6-series.bin want 0x15 00 && with want want2 0x30 05
same "with their number" o6 want2
it "gpr0 off" runs 0 rom-ifd-edit --gpr0=off -o o7 600-series.bin
it "is said" grep -q 'before: GPR0 protects 0x00001000..0x00004fff from writing' out
it "nothing to change" runs 0 rom-ifd-edit --lock -o o8 6-series.bin
it "is said, too" grep -q '^No change' out
same "and copied" o8 6-series.bin

it "a dry run" runs 0 rom-ifd-edit --dry-run --em100 -o none 6-series.bin
it "shows it" grep -q 'FLCOMP *0x4990001c -> 0x0010001c' out
absent "and writes nothing" none
it "JSON" runs 0 rom-ifd-edit --json --unlock -o o9 6-series.bin
json "has the registers" '.written and (.changes | length == 2) and
	(.changes[0] | .register == "FLMSTR1" and .at == 96 and
	.before == 168493056 and .after == 4294901760)'
it "standard output is the image" sh -c 'rom-ifd-edit --unlock -o - - <6-series.bin >p 2>err'
same "and nothing but" p o
it "the changes are on standard error" grep -q FLMSTR1 err
it "unless quiet" runs 0 rom-ifd-edit -q --unlock -o - 6-series.bin
it "nothing there then" test ! -s err

# --- refusals ------------------------------------------------------------------------------
refuses "a clock the generation lacks" 2 'no SPI clock of 20 MHz; it has 48, 30, 17$' \
	rom-ifd-edit --spi-freq 20 -o x 100-series.bin
refuses "sections over each other" 2 'sections overlap' rom-ifd-edit --unlock -o x bad.bin
with 6-series.bin over.bin 0x48 03 00 80 01
refuses "overlapping regions" 1 '\(region-overlap\)' rom-ifd-edit --unlock -o x over.bin
it "unless allowed" runs 0 rom-ifd-edit --allow=region-overlap --unlock -o o10 over.bin
refuses "a strap that is not there" 2 'has 18 straps' rom-ifd-edit --strap 18=1 -o x 6-series.bin
refuses "gpr0 on version 1" 2 'no global protected range' rom-ifd-edit --gpr0=on -o x 6-series.bin
refuses "no descriptor" 2 'no flash descriptor' rom-ifd-edit --unlock -o x /etc/passwd
refuses "a region that is not in the file" 2 'region gbe ends at' \
	rom-ifd-edit --erase gbe -o x 6-series.bin
refuses "densities that leave a region outside" 1 '\(region-outside\)' \
	rom-ifd-edit --density 8M -o x 6-series.bin
for args in '--lock --unlock' '--density 8M,4M,2M' '--density 8Q' '--strap 1' \
	'--strap 1=0x100000000' '--spi-freq fast' '--me-disable=maybe' '--gpr0=1' \
	'--allow=all --lock' ''; do
	refuses "usage: $args" 2 'see rom-ifd-edit --help$' rom-ifd-edit $args -o x 6-series.bin
done
refuses "no output" 2 'give the output with -o' rom-ifd-edit --lock 6-series.bin
absent "nothing was written" x
refuses "an output that exists" 2 'exists' rom-ifd-edit --unlock -o o 6-series.bin
cp 6-series.bin DO_NOT_FLASH_YET.rom
refuses "the name's mark stays" 1 '\(stripped-image\)' rom-ifd-edit --lock -o x DO_NOT_FLASH_YET.rom
if (: >/dev/full) 2>/dev/null; then
	refuses "a full disk" 2 'No space left' \
		sh -c 'rom-ifd-edit -q --unlock -o - 6-series.bin >/dev/full'
fi

# --- a whole image -------------------------------------------------------------------------
"$HELPERS/unhex" "$TOP/fixtures/good-gbe.hex" gbe.bin
ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; }
{ cat 6-series.bin gbe.bin; ff $((0x17d000)); seq 1 2000000 | head -c $((0xa80000 - 16))
	printf '\351\1\2'; ff 13; } >whole.rom
it "erases a region" runs 0 rom-ifd-edit --erase gbe -o e.rom whole.rom
{ cat 6-series.bin; ff 8192; tail -c +$((0x3001)) whole.rom; } >want
same "and only that" e.rom want
it "says so" grep -q '^0x00001000 region gbe: 8192 bytes -> all 0xff' out
refuses "never the descriptor" 2 'it is not erased' rom-ifd-edit --erase fd -o x whole.rom
printf '%s\n' 00001000:00020fff\ me 00021000:00022fff\ gbe >new.layout
it "moves regions" runs 0 rom-ifd-edit --layout new.layout -o m.rom whole.rom
rom-ifd-parse --extract parts m.rom >/dev/null 2>&1
same "with their content" parts/gbe.bin gbe.bin
it "and keeps the size" test "$(wc -c <m.rom)" = $((12 << 20))
rom-ifd-parse --layout whole.rom >old.layout
it "and back" runs 0 rom-ifd-edit --layout old.layout -o b.rom m.rom
same "nothing is lost" b.rom whole.rom
echo 00200000:00bfffff bios >cut.layout
refuses "cuts no content" 1 'region bios would lose.*\(layout-cut\)' \
	rom-ifd-edit --layout cut.layout -o x whole.rom
refuses "a bad layout is named" 2 'old.layoutx: cannot open' \
	rom-ifd-edit --layout old.layoutx -o x whole.rom
absent "nothing was written here either" x
