# SPDX-License-Identifier: GPL-3.0-or-later
# How machines and data were lost: one row for each of the 36 known causes, as it is produced in an
# image or on the simulated bench, with the check that stops it in the programs where it can
# enter, and the correct case beside it that passes untouched. What no software can see says so.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-serprogd.sh"
. "$TOP/tests/tools/lib-stops.sh"

# Each result "cause 5: ..." or "cause 17, 18: ..." belongs to a row; what they are is looked at
# in the end.
ok() {
	n=$((n + 1)) && echo "ok $n - $*"
	case $1 in "cause "*) echo "$1" >>rows ;; esac
}
# unseen CAUSE WHY SAID-INSTEAD COMMAND...: the command prints what the user is told instead.
unseen() {
	_cause=$1 _why=$2 _instead=$3
	shift 3
	echo "$_cause" >>unseen
	if "$@" >out 2>err && grep -Eq -- "$_instead" out; then
		ok "cause $_cause: no software can see it, because $_why; it is told: $_instead"
	else
		not_ok "cause $_cause: $* does not tell: $_instead"
	fi
}
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null' EXIT
finish() { kill "$daemon" && wait "$daemon"; daemon=; }

B=x230_12mb
"$HELPERS/make-image" $B seabios good.rom
"$HELPERS/make-image" $B seabios bare.rom stripped
"$HELPERS/make-image" t440pmrc_12mb seabios mrc.rom
export XDG_STATE_HOME="$PWD/state"

# --- 1: without vendor files, in every disguise -----------------------------------------------
{ cat bare.rom && printf '\0'; } >release.rom
mark=DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_
cp good.rom "${mark}good.rom"
passes 1 $B good.rom
passes 1 t440pmrc_12mb mrc.rom
stops 1 stripped-image $B release.rom check split pad flash
stops 1 stripped-image '' release.rom check split split-sizes join inject
stops 1 stripped-image $B "${mark}good.rom" check split pad flash
cp release.rom renamed.rom && truncate -s 12582912 renamed.rom
stops "1, trimmed" me-blank $B renamed.rom check split pad flash
stops "1, trimmed" me-blank '' renamed.rom check split split-sizes join inject
head -c 8388608 release.rom >half1 && tail -c +8388609 release.rom >half2
stops "1, the first half by dd" me-blank '' half1 flash-one
stops "1, the second half by dd" stripped-image '' half2 check flash-one
it "cause 1: from standard input" sh -c 'rom-split -b x230_12mb --chip top -o - - <release.rom 2>&1 |
	grep -q "(stripped-image)"'
it "cause 1: to rom-flash, too" sh -c 'rom-flash -p dummy:emulate=W25Q64BV,image=b.chip -w - <half1 2>&1 |
	grep -q "(me-blank)"'
rom-cbfs remove -n mrc.bin -o nomrc.rom mrc.rom
stops "1, mrc.bin missing" vendor-missing t440pmrc_12mb nomrc.rom check split flash
cp mrc.rom blank.rom
ff 190180 | dd of=blank.rom bs=4096 oflag=seek_bytes seek=$((12582912 - 0x60000)) conv=notrunc 2>/dev/null
stops "1, mrc.bin blank" vendor-blank t440pmrc_12mb blank.rom check split flash
for one in t480_vfsp_16mb:fspm.bin t480_vfsp_16mb:fsps.bin hp820g2_12mb:refcode hp2570p_16mb:ecfw1.bin \
	hp2570p_16mb:ecfw2.bin; do
	b=${one%:*} name=${one#*:}
	[ "$name" != refcode ] || name=fallback/refcode
	"$HELPERS/make-image" "$b" seabios has.rom
	it "cause 1, $name: what is right passes" runs 0 rom-check -q -b "$b" has.rom
	rom-cbfs remove -n "$name" -o hasnot.rom has.rom
	refuses "cause 1, $name missing: rom-split stops" 1 '\(vendor-missing\)' \
		rom-split -b "$b" -o out.d hasnot.rom
	rm -f has.rom hasnot.rom
done
rom-cbfs remove -n mrc.bin -o moved1.rom mrc.rom
rom-cbfs add -n mrc.bin -f vendor.mrc -t mrc -o moved.rom moved1.rom 2>/dev/null ||
	{ dd if=mrc.rom of=vendor.mrc bs=4096 iflag=skip_bytes,count_bytes skip=$((12582912 - 0x60000)) \
		count=190180 2>/dev/null && rom-cbfs add -n mrc.bin -f vendor.mrc -t mrc -o moved.rom moved1.rom; }
stops "1, mrc.bin elsewhere" vendor-place t440pmrc_12mb moved.rom check split flash

# --- 2: another board's -----------------------------------------------------------------------
"$HELPERS/make-image" t430_12mb seabios t430.rom
passes 2 t430_12mb t430.rom
stops 2 board-identity $B t430.rom check split flash
stops 2 board-regions $B mrc.rom check split flash

# --- 3: the descriptor does not fit the flash -------------------------------------------------
rom-ifd-edit --density 8M,8M -o dense.rom good.rom >/dev/null
stops 3 board-densities $B dense.rom check split flash
for b in hp820g2_12mb hp8200sff_4mb g43t_am3 g43t_am3_16mb dell780mt_truncate_8mb \
	dell780usff_truncate_8mb; do
	"$HELPERS/make-image" $b seabios s.rom
	passes "3 ($b)" $b s.rom
done

# --- 4: CBFS and FMAP in the BIOS region ------------------------------------------------------
cp good.rom cbfs.rom
map=$(grep -obUa '__FMAP__' good.rom | head -1 | cut -d: -f1)
area=$(grep -obUa 'COREBOOT' good.rom | head -1 | cut -d: -f1)
put cbfs.rom $((area - 8)) '\000\020\001\000'	# from 0x11000 on, in the ME
stops 4 fmap-outside $B cbfs.rom check split flash
cp good.rom larger.rom
put larger.rom $((map + 18)) '\000\000\000\001'	# an image of 16 MiB
stops 4 fmap-outside $B larger.rom check split flash

# --- 5: boot code at the top ------------------------------------------------------------------
cp good.rom top.rom
ff 4194304 | dd of=top.rom bs=1M seek=8 conv=notrunc 2>/dev/null
stops 5 boot-top $B top.rom check split flash
"$HELPERS/make-image" d945gclf_512kb seabios small.rom
it "cause 5: at the high end it passes" runs 0 rom-pad --to 8M --image-at high -o high.rom small.rom
it "cause 5: rom-check agrees" runs 0 rom-check high.rom
refuses "cause 5: at the low end rom-pad stops" 1 '\(boot-top\)' \
	rom-pad --to 8M --image-at low -o low.rom small.rom
{ cat small.rom && ff 7864320; } >low.rom
stops 5 boot-top '' low.rom check flash-one
refuses "cause 5: a descriptor at the high end" 1 '\(descriptor-moved\)' \
	rom-pad --to 16M --image-at high -o out.rom good.rom

# --- 6: nothing moves as a side effect --------------------------------------------------------
printf '00004000:00009fff me\n' >move.layout
refuses "cause 6: a layout that cuts the ME" 1 '\((layout-[a-z]*|region-overlap)\)' \
	rom-ifd-edit --layout move.layout -o out.rom good.rom
cp good.rom shifted.rom
dd if=good.rom of=shifted.rom bs=1 skip=$((0x3000)) seek=$((0x3100)) count=4096 conv=notrunc 2>/dev/null
ff 256 | dd of=shifted.rom bs=1 seek=$((0x3000)) conv=notrunc 2>/dev/null
stops 6 me-header $B shifted.rom check split flash

# --- 7 and 8: not all of it, or not as it was -------------------------------------------------
head -c 12000000 good.rom >cut.rom
stops 7 board-size $B cut.rom check split flash
stops 7 image-truncated '' cut.rom check split pad inject
head -c 8388608 good.rom >first && tail -c 4194304 good.rom >second
stops "7, one half" image-part '' first check split pad inject
stops "7, one half" board-size $B first check split flash
stops "7, one half" board-size $B second check split flash
it "cause 8: a manifest that holds" sh -c 'rom-split -q -b x230_12mb -o m good.rom && rom-verify-hash -q --check m/good.manifest'
put m/good.top.rom 1000000 'damage'
it "cause 8: and one that does not" runs 1 rom-verify-hash -q --check m/good.manifest
rm -f t.chip
refuses "cause 8: rom-flash, too, unasked" 1 '\(manifest-mismatch\)$' \
	rom-flash -p dummy:emulate=W25Q32BV,image=t.chip -w m/good.top.rom
it "cause 8: and touches no chip" [ ! -e t.chip ]
it "cause 8: what is right is written" runs 0 \
	rom-flash -p dummy:emulate=W25Q64BV,image=b.chip -w m/good.bottom.rom
rm -f b.chip t.chip
it "cause 8: rom-join refuses such a part" sh -c '! rom-join -o out.rom m/good.top.rom m/good.bottom.rom 2>err && grep -q "is not what" err'

# --- 9: another vendor file; tested with releases in inject.sh --------------------------------
"$HELPERS/make-release" $B rel
it "cause 9: the release's own hashes prove the right file" \
	runs 0 rom-inject -q --vendor rel/vendor -o roms rel/*.tar.xz
put rel/vendor/me.bin 20000 'another'
it "cause 9: and stop the wrong one" runs 1 rom-inject -q --vendor rel/vendor -o roms2 rel/*.tar.xz
it "cause 9: by name" grep -q 'me.bin' err

# --- 10: a file for filling up ----------------------------------------------------------------
ff 8388608 >fill
stops 10 blank-image '' fill check pad flash-one
head -c 8388608 good.rom >full.chip
it "cause 10: who asks for it gets it" runs 0 rom-flash -p dummy:image=full.chip -E
it "cause 10: a blank chip" cmp full.chip fill
rm -f full.chip

# --- 11: split wrong --------------------------------------------------------------------------
cat second first >swapped.rom
stops 11 parts-swapped '' swapped.rom check split-sizes
refuses "cause 11: rom-join in the wrong order" 1 '\(parts-swapped\)' \
	rom-join --in-order -o out.rom second first
it "cause 11: in any order by content" sh -c 'rom-join -q -f -o out.rom second first && cmp out.rom good.rom'
refuses "cause 11: a half twice" 1 'same bytes|given twice' sh -c 'cp first again; rom-join -o o2 first again'

# --- 14: a part, where the rest has other places ----------------------------------------------
chips() { head -c 8388608 "$1" >b.chip && tail -c 4194304 "$1" >t.chip; }
cp good.rom moved.rom
put moved.rom $((0x4a)) '\027\000'	# the ME ends earlier
chips moved.rom
refuses "cause 14: the BIOS region under another descriptor" 1 '\(descriptor-differs\)' \
	rom-flash -b $B $CHIPS --ifd -i bios -w good.rom
cp good.rom moved.rom
put moved.rom $((area - 7)) '\026'
chips moved.rom
refuses "cause 14: an area under another FMAP" 1 '\(fmap-differs\)' \
	rom-flash -b $B $CHIPS --fmap -i COREBOOT -w good.rom
cat b.chip t.chip >is.rom
it "cause 14: nothing is written" cmp -s is.rom moved.rom
echo '00100000:001fffff middle' >middle.layout
refuses "cause 14: on one chip alone, without a board" 1 'FMAP area COREBOOT .*\(fmap-differs\)' \
	rom-flash -p dummy:image=b.chip -l middle.layout -i middle -w first
chips good.rom
it "cause 14: the same places pass" runs 0 rom-flash -b $B $CHIPS --ifd -i bios -w good.rom
it "cause 14: on one chip alone, too" runs 0 rom-flash -p dummy:image=b.chip -l middle.layout -i middle -w first
rm -f b.chip t.chip

# --- 27, 28: the MAC address ------------------------------------------------------------------
rom-gbe setmac 00:1f:16:12:34:56 -o own.rom good.rom >/dev/null
passes 27 $B own.rom
refuses "cause 27: rom-inject does not lose it" 1 '00:1f:16:12:34:56.*\(mac-change\)' \
	rom-inject -b $B --mac random -o out.rom own.rom
it "cause 27: unless told" runs 0 rom-inject -q -b $B --mac random --allow=mac-change -o out.rom own.rom
it "cause 27: a stock one is nobody's" runs 0 rom-inject -q -f -b $B --mac random -o out.rom good.rom
cp good.rom multi.rom
for at in 4096 8192; do put multi.rom $at '\001\000\136\000\000\001'; done
for bank in 0 1; do rom-gbe setchecksum $bank -f -o multi2.rom multi.rom >/dev/null && mv multi2.rom multi.rom; done
stops 28 gbe-mac $B multi.rom check split flash
cp good.rom zero.rom
for at in 4096 8192; do put zero.rom $at '\000\000\000\000\000\000'; done
for bank in 0 1; do rom-gbe setchecksum $bank -f -o zero2.rom zero.rom >/dev/null && mv zero2.rom zero.rom; done
stops 28 gbe-mac '' zero.rom check split inject
cp good.rom banks.rom
for at in 4100 8196; do put banks.rom $at 'x'; done
stops 28 gbe-banks $B banks.rom check split flash

# --- 31: the next update ----------------------------------------------------------------------
rom-ifd-edit --lock -o locked.rom good.rom >/dev/null
it "cause 31: what is locked is said" sh -c 'rom-check -b x230_12mb locked.rom | grep -q "^note: .*may not write.*(regions-locked)"'
it "cause 31: and what is not, is not" sh -c '! rom-check -b x230_12mb good.rom | grep -q regions-locked'

# --- 36: exit statuses ------------------------------------------------------------------------
it "cause 36: a full disk is trouble" sh -c 'rom-pad --grow 4096 -o - good.rom >/dev/full 2>/dev/null; [ $? -eq 2 ]'
it "cause 36: no is not trouble" sh -c 'rom-check -q bare.rom >/dev/null; [ $? -eq 1 ]'

# --- 12 to 15: the wrong chip -----------------------------------------------------------------
# on_bench CAUSE STATUS PATTERN ARGUMENTS...: rom-flash says this, and the chips are as they were.
on_bench() {
	_cause=$1 _status=$2 _pattern=$3
	shift 3
	cat ./*.chip 2>/dev/null | cksum >before
	if rom-flash "$@" >out 2>err; then _got=0; else _got=$?; fi
	if [ $_got -eq "$_status" ] && cat out err | grep -Eq -- "$_pattern" &&
		cat ./*.chip 2>/dev/null | cksum | cmp -s - before; then
		ok "cause $_cause: rom-flash stops at $_pattern"
	else
		not_ok "cause $_cause: rom-flash (status $_got), expected $_status and $_pattern"
	fi
}
# bench CAUSE ARGUMENTS...: rom-flash does this.
bench() {
	_cause=$1
	shift
	if rom-flash "$@" >out 2>err; then
		ok "cause $_cause: what is right passes"
	else
		not_ok "cause $_cause: rom-flash $*"
	fi
}

rm -f ./*.chip
head -c 4194304 good.rom >clip.chip
on_bench 12 1 '\(chip-role\)' -p dummy:image=clip.chip -w second
on_bench 12 1 '\(chip-size\)' -b $B -p bottom=dummy:image=clip.chip -w good.rom
rm clip.chip
rom-split -q -b $B -o m12 good.rom
on_bench 12 1 'is the part for top.*\(chip-role\)' -b $B -p bottom=dummy:emulate=W25Q64BV,image=b.chip \
	-w m12/good.top.rom
bench 12 -b $B $CHIPS -w good.rom
it "cause 12: untouched" sh -c 'cat b.chip t.chip | cmp - good.rom'
noise 1048576 >tb.chip
on_bench 13 1 '\(chip-size\)' -b $B -p top=dummy:image=tb.chip -w good.rom
"$HELPERS/make-image" t480_fsp_16mb seabios t480.rom
on_bench 13 1 'Thunderbolt controller has a chip of that size.*\(chip-size\)' \
	-b t480_fsp_16mb -p dummy:image=tb.chip -w t480.rom
rm t480.rom
noise 1048576 >tb.bin
bench 13 -p dummy:image=tb.chip -w tb.bin
on_bench 15 1 '\(board-size\)' -b $B $CHIPS -w second
on_bench 15 2 'only one of' -b $B $CHIPS -w first -w second
bench 15 -p dummy:image=b.chip -w first

# --- 16 to 26: the wire -----------------------------------------------------------------------
cp first c.chip
noise 8388608 >loose.rom
on_bench 16 1 '0x00064000-0x00064fff.*shorten the wires or lower the clock.*\(unstable-read|\(unstable-read\).*0x00064000' \
	-p dummy:image=c.chip,fault=read-once@0x64123 -w loose.rom
on_bench 16 0 'did not read the same at first.*0x00064000-0x00064fff' \
	-p dummy:image=c.chip,fault=read-once@0x64123 -r settled.bin
it "cause 16: the right bytes are what settled" cmp settled.bin c.chip
bench 16 -p dummy:image=c.chip -r steady.bin
it "cause 16: and of a steady wire nothing is said" sh -c '! grep -Ev ": [0-9]+ of [0-9]+ KiB, " err'
rm -f c.chip settled.bin* steady.bin*
echo "emulate=W25Q64BV,image=c.chip,late_bits=1" >clip
on_bench 17 2 '1 bit too late' -p dummy:clip=clip -w first
: >clip
on_bench 18 2 'no chip answers' -p dummy:clip=clip -w first
echo "emulate=SFDP,image=c.chip" >clip
bench "17, 18, 19" -p dummy:clip=clip -w first
it "cause 19: and no name was asked for" cmp c.chip first
on_bench 20 1 'take the power off.*\(voltage\)' -p dummy:emulate=MX25U6435E,image=low.chip -w first
bench 20 -p dummy:emulate=MX25U6435E,image=low.chip --voltage=1.8 -w first
rm -f low.chip c.chip
noise 8388608 >other
on_bench 21 2 'cannot be lifted.*WP#' -p dummy:image=b.chip,spi_status=0x9c,hwwp=yes -w other
bench 21 -p dummy:image=b.chip,spi_status=0x1c -w other
bench 22 -p dummy:emulate=MX25L6405D,image=mx.chip,stats=st -w first
it "cause 22: the chip was kept busy by itself" grep -q '"early":0' st
rm -f mx.chip
# Above 16 MiB with three address bytes.
LARGE=dummy:emulate=W25Q256FV,image=large.chip
noise 16777216 >half
{ cat half && noise 16777216; } >large.rom
cp large.rom large.chip
noise 33554432 >wanted.rom
refuses "cause 23: rom-flash stops" 1 'takes three address bytes only, .*; take another programmer, or firmware with 4-byte addresses \(address-wrap\); nothing was changed$' \
	rom-flash -p $LARGE,fault=wrap16 -w wanted.rom
refuses "cause 23: and erases nothing" 1 '\(address-wrap\)' rom-flash -p $LARGE,fault=wrap16 -E
same "cause 23: the chip is as it was" large.chip large.rom
it "cause 23: a read" runs 0 rom-flash -p $LARGE,fault=wrap16 -r read.rom
it "cause 23: warns" grep -q '^rom-flash: .*warning: .*what is above 16 MiB was not read.*(address-wrap)$' err
it "cause 23: rightly" sh -c 'cat half half | cmp - read.rom'
it "cause 23: where all bytes arrive" runs 0 rom-flash -p $LARGE -f -r read.rom
it "cause 23: nobody warns" sh -c '! grep -q address-wrap err && cmp read.rom large.rom'
it "cause 23: and what is right is written" runs 0 rom-flash -p $LARGE -w wanted.rom
same "cause 23: all of it" large.chip wanted.rom
cat half half >large.chip
refuses "cause 23: a chip that holds the same twice" 1 '\(address-wrap\)' rom-flash -p $LARGE -w wanted.rom
it "cause 23: is written if told" runs 0 rom-flash -p $LARGE --allow=address-wrap -w wanted.rom
same "cause 23: it, too" large.chip wanted.rom
rm -f half large.rom large.chip wanted.rom read.rom
bench 24 -p dummy:image=b.chip --dry-run -w first
it "cause 24: the plan lists what is erased" grep -qE '^  erase +0x[0-9a-f]{8}-0x[0-9a-f]{8} ' out
# A chip that erases 64 KiB at the least, and 256 bytes that are asked for.
echo "00000100:000001ff bit" >bit.layout
noise 4194304 >coarse.chip && cp coarse.chip coarse.was
noise 4194304 >coarse.rom
bench 24 -p dummy:emulate=M25P32,image=coarse.chip -l bit.layout -i bit --dry-run -w coarse.rom
it "cause 24: and what is put back" grep -q '64 KiB, .*puts back 65280 bytes that were not asked for' out
bench 24 -p dummy:emulate=M25P32,image=coarse.chip -l bit.layout -i bit -w coarse.rom
dd if=coarse.rom of=coarse.was bs=256 skip=1 seek=1 count=1 conv=notrunc 2>/dev/null
same "cause 24: the neighbours are as they were" coarse.chip coarse.was
rm -f coarse.*

# Firmwares with their limits: buffers of 300 and 4096 bytes, commands that are never answered,
# pins that stay driven.
noise 524288 >small.rom
for firmware in pico pico-libreboot vserprog duino; do
	rm -f c.chip
	serve -p dummy:emulate=W25Q40.V,image=c.chip --firmware $firmware --stats st ||
		not_ok "cause 25: $firmware does not start"
	it "cause 25: $firmware is written" runs 0 rom-flash -p serprog:ip=$address -w small.rom
	finish
	same "cause 25: $firmware, rightly" c.chip small.rom
	it "cause 25: $firmware, within its limits, its pins released" jq -e \
		'.overruns == 0 and .overflows == 0 and .lost == 0 and (.pins_driven | not)' st
done
serve -p dummy:emulate=W25Q40.V,image=c.chip --firmware pico-libreboot --rtt 1000 --rate 50000 \
	--stats st || not_ok "cause 25: it does not start"
rom-flash -p serprog:ip=$address -V -r part.bin >out 2>err &
reader=$!
i=0
while [ $i -lt 600 ] && ! grep -q 'reading: ' err; do sleep 0.1 && i=$((i + 1)); done
kill -INT $reader
wait $reader
it "cause 25: interrupted: status 2" [ $? -eq 2 ]
finish
it "cause 25: the pins are released all the same" jq -e '.pins_driven | not' st
absent "cause 25: and no half file" part.bin

unseen 26 "a powered board looks like a chip that answers" '[Bb]attery and AC off' \
	rom-flash --wiring -b $B
unseen 26 "so does a battery that is still in" 'disconnect everything|AC, .*batter|power last' \
	rom-flash --wiring soic8

# --- 27, 29, 30: unique data ------------------------------------------------------------------
head -c 8388608 own.rom >own.chip
on_bench 27 1 '00:1f:16:12:34:56.*\(mac-change\)' -p dummy:image=own.chip -w first
bench 27 -p dummy:image=own.chip --keep=gbe -w first
it "cause 27: it was kept" sh -c 'rom-gbe dump own.chip | grep -q 00:1f:16:12:34:56'
# Platform data and VPD where an image without ME has room for them.
"$HELPERS/make-image" x200_8mb seabios x200.rom
area=$(grep -obUa 'RW_MRC_CACHE' x200.rom | head -1 | cut -d: -f1)
printf '00000000:00000fff fd\n00001000:00002fff gbe\n00003000:00012fff pd\n00013000:007fffff bios\n' >pd.layout
cp x200.rom pd.rom && put pd.rom $area 'SI_PDR\000\000\000\000\000\000'
rom-ifd-edit --layout pd.layout -f -o pd.rom pd.rom >/dev/null
cp x200.rom vpd.rom && put vpd.rom $area 'RO_VPD\000\000\000\000\000\000'
for what in pd:pd vpd:RO_VPD; do
	kind=${what%:*} name=${what#*:}
	cp $kind.rom own.chip && put own.chip 12288 'serial number'
	cp own.chip own.was
	on_bench 29 1 "--keep=$name.*--allow=$kind-change.*\\($kind-change\\)" -p dummy:image=own.chip -w $kind.rom
	bench 29 -p dummy:image=own.chip --keep=$name -w $kind.rom
	same "cause 29: $name was kept" own.chip own.was
	bench 29 -p dummy:image=own.chip --allow=$kind-change -w $kind.rom
	same "cause 29: or not, if told" own.chip $kind.rom
done
head -c 8388608 own.rom >own.chip
cp own.chip was
bench 30 -p dummy:image=own.chip --allow=mac-change -w first
it "cause 30: what was there is kept" sh -c 'for f in state/romwright/backups/*.bin; do
	cmp -s "$f" was && exit 0; done; exit 1'
bench 30 restore was -p dummy:image=own.chip
it "cause 30: and comes back" cmp own.chip was

# --- 32 to 35: during and after the write -----------------------------------------------------
cp was own.chip
rom-flash -p dummy:image=own.chip,power_lost_after=300 --allow=mac-change -w other >out 2>err
it "cause 32: a cut is status 3" [ $? -eq 3 ]
it "cause 32: and the next command is named" grep -q 'rom-flash' err
bench 32 -p dummy:image=own.chip --allow=mac-change -w other
it "cause 32: the same command goes on" cmp own.chip other
# An update of the descriptor, the boot block and three sectors between them is cut off at many
# points: until all else is there, descriptor and boot block are as they were, and what did not
# have to change is never anything else.
W=hp8200sff_4mb
"$HELPERS/make-image" $W seabios w.old
rom-ifd-edit --lock -f -o w.new w.old >/dev/null
for at in 200 201 700; do
	noise 4096 | dd of=w.new bs=4096 seek=$at conv=notrunc 2>/dev/null
done
put w.new 4192304 '\001'
{ cat w.old && ff 4194304; } >w.was
sector() { dd if="$1" bs=4096 skip="$2" count="$3" 2>/dev/null; } # sector FILE FIRST COUNT
alike() { sector "$1" "$3" "$4" | cksum >x1 && sector "$2" "$3" "$4" | cksum | cmp -s - x1; }
at=20 cuts=0 early=0 touched=0 last=0
while [ $at -lt 900 ]; do
	cp w.was w.chip && rm -rf state/romwright/journal
	rom-flash -b $W -p dummy:image=w.chip,power_lost_after=$at -w w.new >out 2>err
	status=$?
	[ $status -ne 0 ] || break
	at=$((at + 7))
	[ $status -eq 3 ] || continue
	cuts=$((cuts + 1))
	if alike w.chip w.old 0 1 && alike w.chip w.old 1023 1; then last=$((last + 1)); fi
	alike w.chip w.new 1 1022 || { alike w.chip w.old 0 1 && alike w.chip w.old 1023 1; } ||
		early=$((early + 1))
	for same in "1 199" "202 498" "701 322" "1024 1024"; do
		alike w.chip w.was $same || touched=$((touched + 1))
	done
done
it "cause 33: cut off $cuts times: boot and descriptor blocks are the last" \
	[ $cuts -gt 20 -a $last -gt 10 -a $early -eq 0 ]
it "cause 33: blocks that are equal are never touched" [ $touched -eq 0 ]
bench 33 -b $W -p dummy:image=w.chip -w w.new
it "cause 33: in the end all is there" sh -c 'head -c 4194304 w.chip | cmp - w.new'
rm -f w.*

# A reading that is wrong once, in what was written and in what was not; and a byte outside that
# really is another than the backup's.
noise 524288 >v.old && noise 524288 >v.new
echo "00070000:0007ffff part" >v.layout
V="dummy:emulate=W25Q40.V,image=v.chip" fresh="--flash-contents v.old"
cp v.old v.chip
bench 34 -p $V,fault=read-once@0x2328 $fresh -w v.new
same "cause 34: all is written" v.chip v.new
cp v.old v.chip
bench 34 -p $V,fault=read-once@0x2328 $fresh -l v.layout -i part -w v.new
it "cause 34: what was asked for is verified" grep -q 'verified 64 KiB' out
cp v.old v.chip
it "cause 34: what differs outside is not called verified" runs 3 \
	rom-flash -p $V,fault=read@0x2328 $fresh -l v.layout -i part -w v.new
it "cause 34: nor is what was written called wrong" grep -q \
	'0x00002328: what was not to be written is not as it was before;.*65536 of 65536 bytes are' err
rm -f v.*

# Five seconds of reading, at a terminal and elsewhere.
serve -p dummy:emulate=W25Q40.V,image=c.chip --rtt 1000 --rate 100000 || not_ok "cause 35: no bench"
it "cause 35: long work" runs 0 rom-flash -p serprog:ip=$address --reads 1 -r slow.bin
it "cause 35: says its phase, bytes and rate, line by line" grep -Eqx \
	'rom-flash: serprog: reading: [0-9]+ of 512 KiB, [0-9]+ %, [0-9]+ s left' err
it "cause 35: and no more than twenty times" sh -c 'l=$(wc -l <err) && [ $l -ge 2 ] && [ $l -le 20 ]'
it "cause 35: for scripts" runs 0 rom-flash -p serprog:ip=$address --reads 1 --json -f -r slow.bin
it "cause 35: the same as objects" sh -c 'jq -se "length >= 2 and
	all(.[].progress; .phase == \"reading\" and .done <= .total)" err'
: >nothing
at-tty nothing rom-flash -p serprog:ip=$address --reads 1 -f -r slow.bin >tty
it "cause 35: at a terminal one line is kept up to date" [ "$(grep -c 'reading: ' tty)" -eq 1 ]
it "cause 35: and taken off again" sh -c 'tr "\r" "\n" <tty | grep -q "reading: .*s left" &&
	tail -c 300 tty | grep -q "read 512 KiB"'
finish

# 36, with a chip: what was changed and is not verified has a status of its own.
cp own.chip six.chip
it "cause 36: a failure before the first erase is trouble" runs 2 rom-flash -p dummy:image=six.chip,fault=unplugged@2 -w first
it "cause 36: a refusal is a no" runs 1 rom-flash -p dummy:image=six.chip -w fill
it "cause 36: a chip that was changed and is not verified" runs 3 \
	rom-flash -p dummy:image=six.chip,power_lost_after=400 --allow=mac-change -w first
it "cause 36: and done is done" runs 0 rom-flash -p dummy:image=six.chip --allow=mac-change -w first

# --- all 36 -----------------------------------------------------------------------------------
sed 's/^cause \([0-9, ]*[0-9]\).*/\1/; s/, */\n/g' rows | sort -n | uniq -c >counted
seq 1 36 | while read -r n; do
	awk -v n="$n" '$2 == n { found = 1 } END { exit !found }' counted || echo "$n"
done >without
it "every cause has a row that was produced, or says why no software can see it: $(tr '\n' ' ' <without)" \
	[ ! -s without ]
it "of these one cannot be seen" [ "$(sort -u unseen)" = 26 ]
