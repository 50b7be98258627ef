# SPDX-License-Identifier: GPL-3.0-or-later
# What must not get through, in every program where it can enter: one table, a row for each
# cause, with the id it is stopped with, and the programs. Each has the right case beside it.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-stops.sh"

export XDG_STATE_HOME="$PWD/state"
B=x230_12mb M=t440pmrc_12mb
mark=DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_

# --- the images ---
make-image $B seabios good.rom
make-image $B seabios bare.rom stripped
make-image $M seabios mrc.rom
make-image hp820g2_12mb seabios hp820.rom
make-image t430_12mb seabios t430.rom
head -c 8388608 good.rom >half1
tail -c 4194304 good.rom >half2
cat half2 half1 >swapped.rom
{ cat bare.rom && printf '\0'; } >release.rom
cp release.rom renamed.rom
cp bare.rom "${mark}x.rom"
cp good.rom "${mark}good.rom"
head -c 8388608 release.rom >rhalf1
tail -c +8388609 release.rom >rhalf2
cp good.rom zeros.rom
dd if=/dev/zero of=zeros.rom bs=4096 seek=3 count=24 conv=notrunc 2>/dev/null
rom-cbfs remove -n mrc.bin -o nomrc.rom mrc.rom
rom-cbfs remove -n mrc.bin -o nomrc2.rom hp820.rom
cp good.rom cbfs.rom
area=$(grep -obUa 'COREBOOT' good.rom | head -1 | cut -d: -f1)
put cbfs.rom $((area - 8)) '\000\020\001\000'	# from 0x11000 on, in the ME
cp good.rom zero.rom && cp good.rom multi.rom && cp good.rom banks.rom
for at in 4096 8192; do
	put zero.rom $at '\000\000\000\000\000\000'
	put multi.rom $at '\001\000\136\000\000\001'
	put banks.rom $((at + 4)) 'x'
done
for f in zero multi; do
	for bank in 0 1; do
		rom-gbe setchecksum $bank -f -o x.rom $f.rom >/dev/null && mv x.rom $f.rom
	done
done
head -c 12000000 good.rom >cut.rom
head -c 10485760 good.rom >cut10.rom
ff 12582912 >blank.rom
cp good.rom top.rom
ff 4194304 | dd of=top.rom bs=1M seek=8 conv=notrunc 2>/dev/null
rom-gbe setmac 00:1f:16:12:34:56 -o own.rom good.rom >/dev/null

make-release $B rel
vendor=rel/vendor

# --- the right case: through every program, byte for byte ---
passes "right" $B good.rom
passes "right" $M mrc.rom
passes "right" t430_12mb t430.rom
passes "right" hp820g2_12mb hp820.rom
it "right: the halves, in any order" sh -c 'rom-join -q -o j.rom half2 half1 && cmp j.rom good.rom'
it "right: from standard input" sh -c 'rom-check -q -b x230_12mb - <good.rom &&
	rom-split -q -b x230_12mb --chip top -o - - <good.rom | cmp - half2'
it "right: rom-pad" sh -c 'rom-pad --to 16M --image-at low -o p.rom good.rom && head -c 12582912 p.rom | cmp - good.rom'
it "right: rom-inject, a release" runs 0 rom-inject -q -b $B --vendor rel/vendor -o whole.rom bare.rom
it "right: rom-inject" runs 0 sh -c 'echo x >extra && rom-inject --cbfs zz=extra -o i.rom good.rom'
it "right: rom-flash" sh -c "rom-flash -b $B $CHIPS -w good.rom >out 2>err && cat b.chip t.chip | cmp - good.rom"
rm -f b.chip t.chip
for half in half1:W25Q64BV half2:W25Q32BV; do
	it "right: ${half%:*} onto its chip" runs 0 rom-flash -p dummy:emulate=${half#*:},image=one.chip -w ${half%:*}
	same "right: byte for byte" one.chip ${half%:*}
	rm -f one.chip
done

# --- the table: CAUSE | ID | BOARD or none | IMAGE | PROGRAMS ---
# A program without a board is told none; flash-one is a chip of 8 MiB without a board, for which
# one chip's part is right, so that a half stops there only for what is in it or on the chip.
all="check split split-sizes pad join inject"
piped="check- split- pad- inject-"
board="check split join-content inject-board flash"
while IFS='|' read -r cause id with image programs; do
	eval "programs=\"$programs\""
	[ "$with" != none ] && eval "with=$with" || with=
	eval "image=\"$image\""
	# shellcheck disable=SC2086
	stops "$cause" "$id" "$with" "$image" $programs
done <<'END'
one half|image-part|none|half1|check split split-sizes pad inject check- split- pad-
one half of a board|board-size|$B|half1|check split flash check- split- flash-
the other half of a board|board-size|$B|half2|check split flash
exchanged halves|parts-swapped|none|swapped.rom|$all $piped
exchanged halves of a board|parts-swapped|$B|swapped.rom|check split flash flash-
a release image|stripped-image|none|release.rom|check split split-sizes pad join join-content inject $piped
a release image of a board|stripped-image|$B|release.rom|check split flash check- split- flash-
renamed|stripped-image|$B|renamed.rom|check split pad flash
trimmed|me-blank|none|bare.rom|$all join-content $piped
trimmed, of a board|me-blank|$B|bare.rom|check split join-content flash flash-
only its name says it|stripped-image|$B|${mark}good.rom|check split pad flash
its name and its content|stripped-image|none|${mark}x.rom|check split pad
split by dd, the first half|me-blank|none|rhalf1|check flash-one flash-one-
split by dd, the second half|stripped-image|none|rhalf2|check check- pad flash-one flash-one-
an ME of zeros|me-blank|none|zeros.rom|$all $piped
an ME of zeros, of a board|me-blank|$B|zeros.rom|check split join-content flash flash-
no mrc.bin|vendor-missing|none|nomrc2.rom|check split-sizes pad join inject check- pad- inject-
no mrc.bin, of a board|vendor-missing|$M|nomrc.rom|check split join-content flash flash-
CBFS beyond its region|fmap-outside|none|cbfs.rom|$all $piped
CBFS beyond its region, of a board|fmap-outside|$B|cbfs.rom|check split join-content flash
another board's|board-identity|$B|t430.rom|$board check- split- flash-
another board's, with other regions|board-regions|$B|mrc.rom|$board
a MAC address of zeros|gbe-mac|none|zero.rom|$all join-content $piped
a MAC address of zeros, of a board|gbe-mac|$B|zero.rom|check split join-content flash
a multicast MAC address|gbe-mac|none|multi.rom|$all $piped
a multicast MAC address, of a board|gbe-mac|$B|multi.rom|check split join-content flash
both GbE banks bad|gbe-banks|none|banks.rom|$all join-content $piped
both GbE banks bad, of a board|gbe-banks|$B|banks.rom|check split join-content flash
cut short|image-truncated|none|cut.rom|check split split-sizes pad inject $piped
cut short between blocks|image-truncated|none|cut10.rom|check split pad inject
cut short, of a board|board-size|$B|cut.rom|check split flash flash-
one byte over and over|blank-image|none|blank.rom|check split-sizes pad join check- pad-
one byte over and over, of a board|blank-image|$B|blank.rom|check split flash flash-
one byte over and over, for vendor files|board-descriptor|$B|blank.rom|inject-board
the BIOS at the wrong end|boot-top|none|top.rom|check split split-sizes pad join inject
the BIOS at the wrong end, of a board|boot-top|$B|top.rom|check split flash
its halves|join-parts|$B|top.rom|join-content
END
# A member of a release that has not its size is malformed, which is 2.
no=2
for f in half1 half2 cut.rom; do stops "not of its size, $f" board-size $B $f inject-board; done
no=1
refuses "one half: twice" 1 'given twice|same bytes' sh -c 'cp half1 again; rom-join -o o.rom half1 again'
refuses "one half: with another size" 1 '\(.*\)' sh -c 'head -c 1048576 half2 >small; rom-join -b x230_12mb -o o.rom half1 small'
# The wrong half for the chip that the clip is on.
cp half1 first.chip && cp half2 last.chip
head -c 4194304 good.rom >first4.chip && { ff 4194304 && cat half2; } >last8.chip
for row in "first4.chip half2" "last8.chip half1"; do
	chip=${row% *} part=${row#* }
	cp $chip was
	refuses "the wrong half for $chip" 1 '\(chip-role\); nothing was changed$' rom-flash -p dummy:image=$chip -w $part
	same "the wrong half: $chip is as it was" $chip was
done
refuses "the wrong half, by size" 1 '\(image-size\)' rom-flash -p dummy:image=first.chip -w half2
# The BIOS put at the wrong end by padding.
make-image d945gclf_512kb seabios small.rom
refuses "the BIOS at the wrong end: rom-pad" 1 '\(boot-top\)' rom-pad --to 8M --image-at low -o o.rom small.rom
it "right: at its end" runs 0 rom-pad --to 8M --image-at high -o high.rom small.rom

# A MAC address that somebody's machine has, about to be lost.
refuses "a MAC address: rom-inject, one image" 1 '00:1f:16:12:34:56.*\(mac-change\)' \
	rom-inject -b $B --mac random -o o.rom own.rom
absent "nothing came out" o.rom
head -c 8388608 own.rom >b.chip && tail -c 4194304 own.rom >t.chip
cat b.chip t.chip >was
for how in "-b $B $CHIPS -w good.rom" "-p dummy:image=b.chip -w half1" "-b $B $CHIPS --ifd -i gbe -w good.rom" \
	"-b $B -p bottom=dummy:image=b.chip -w good.rom"; do
	# shellcheck disable=SC2086
	refuses "a MAC address: rom-flash $how" 1 '00:1f:16:12:34:56.*\(mac-change\); nothing was changed$' rom-flash $how
done
refuses "a MAC address: from standard input" 1 '\(mac-change\)' sh -c 'rom-flash -p dummy:image=b.chip -w - <half1'
cat b.chip t.chip | cmp -s - was && ok "the chips are as they were" || not_ok "the chips were changed"
it "right: the same address" sh -c "rom-flash -b $B $CHIPS -w own.rom"
it "right: another part" sh -c "rom-flash -b $B $CHIPS --ifd -i bios -w good.rom"
