# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash on parts of the image: -l, --ifd, --fmap, -i, -N; and what -o writes down.
. "$TOP/tests/tools/lib.sh"

noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }
put() { dd of="$1" bs=4096 seek="$2" conv=notrunc 2>/dev/null; } # put FILE SECTOR <BYTES
says() { grep -q -- "$2" "$1"; }

MIB=1048576
CHIP=dummy:emulate=W25Q128FV,image=chip.bin
noise $((16 * MIB)) 1 >old.bin
noise $((16 * MIB)) 2 >new.bin
# A part that begins and ends within a sector, and one that is whole blocks.
printf '00000000:00000fff fd\n00012345:000167ff odd\n00200000:002fffff block\n' >layout
cp old.bin want.bin
for part in $((0x12345)):$((0x16800)) $((0x200000)):$((0x300000)); do
	first=${part%:*} end=${part#*:}
	tail -c +$((first + 1)) new.bin | head -c $((end - first)) |
		dd of=want.bin bs=65536 seek="$first" oflag=seek_bytes conv=notrunc 2>/dev/null
done

cp old.bin chip.bin
it "parts are planned" runs 0 rom-flash -p $CHIP -l layout -i odd -i block --dry-run -w new.bin
it "with what is put back" says out ' 32 KiB, opcode 52, puts back 15173 bytes that were not asked for$'
it "parts are written" runs 0 rom-flash -p $CHIP -l layout -i odd -i block -w new.bin
same "and nothing else" chip.bin want.bin
it "verified by their parts" runs 0 rom-flash -p $CHIP -l layout -i block -i odd -v new.bin
refuses "which the whole is not" 1 'holds something else than new.bin' rom-flash -p $CHIP -v new.bin
refuses "nor another part" 1 '^rom-flash: dummy: 0x00000000: ' \
	rom-flash -p $CHIP -l layout -i fd -v new.bin
cp old.bin chip.bin
it "-N" runs 0 rom-flash -p $CHIP -l layout -i odd -i block -N -w new.bin
same "writes the same" chip.bin want.bin
it "reads a part" runs 0 rom-flash -p $CHIP -l layout -i odd:odd.bin -r part.bin
it "with 00 around it" [ "$(tr -d '\000' <part.bin | wc -c)" -le $((0x16800 - 0x12345)) ]
tail -c +$((0x12345 + 1)) want.bin | head -c $((0x16800 - 0x12345)) >odd.want
same "and into its own file" odd.bin odd.want
tail -c +$((0x12345 + 1)) part.bin | head -c $((0x16800 - 0x12345)) >odd.is
same "where it is in the whole" odd.is odd.want
noise $((0x16800 - 0x12345)) 3 >odd.new
it "writes a part from its file" runs 0 rom-flash -p $CHIP -l layout -i odd:odd.new -w old.bin
it "reads it back" runs 0 rom-flash -p $CHIP -l layout -i odd:odd.back -f -r part.bin
same "as it was there" odd.back odd.new
it "erases a part" runs 0 rom-flash -p $CHIP -l layout -i odd -E
it "which is FF then" runs 0 rom-flash -p $CHIP -l layout -i odd:odd.back -f -r part.bin
it "all of it" [ "$(tr -d '\377' <odd.back | wc -c)" -eq 0 ]
head -c $((0x12345)) want.bin >before.want
head -c $((0x12345)) chip.bin >before.is
same "and nothing before it" before.is before.want
cp chip.bin keep.bin
refuses "a part that is not there" 2 '-i bios: there is no such region; nothing was changed$' \
	rom-flash -p $CHIP -l layout -i bios -w new.bin
refuses "a file of another size" 1 'old.bin: has 16777216 bytes, and the region 17595 .region-size' \
	rom-flash -p $CHIP -l layout -i odd:old.bin -w new.bin
refuses "a part without a layout" 2 'say where it is: -l LAYOUT' rom-flash -p $CHIP -i odd -w new.bin
refuses "two layouts" 2 'only one of -l, --ifd' rom-flash -p $CHIP --ifd --fmap -i x -w new.bin
refuses "a part of a probe" 2 '-i is for -r, -w' rom-flash -p $CHIP -l layout -i odd
printf '00000000:01ffffff all\n' >beyond
refuses "a part beyond the chip" 1 'leaves the image' rom-flash -p $CHIP -l beyond -i all -w new.bin
refuses "no descriptor" 2 '--ifd: the chips hold no descriptor' rom-flash -p $CHIP --ifd -i bios -w new.bin
refuses "no FMAP" 2 '--fmap: the chips hold none' rom-flash -p $CHIP --fmap -i BIOS -w new.bin
printf 'what\n' >bad
refuses "no layout" 2 '^rom-flash: bad: ' rom-flash -p $CHIP -l bad -i what -w new.bin
same "none of these changed the chip" chip.bin keep.bin

# --- power fails in the middle: what shares a block with the part is not lost ---
cp old.bin chip.bin
it "one part" runs 0 rom-flash -p $CHIP,stats=st -l layout -i odd -N -w new.bin
cp chip.bin odd.chip
frames=$(sed 's/.*"frames":\([0-9]*\).*/\1/' st)
for before in 8 60 120 200; do
	cp old.bin chip.bin
	it "$before commands before the end power fails" runs 3 \
		rom-flash -p $CHIP,fault=power@$((frames - before)) -l layout -i odd -N -w new.bin
	it "the same command" runs 0 rom-flash -p $CHIP -l layout -i odd -N -w new.bin
	same "puts all of it right" chip.bin odd.chip
done

# --- the peer does the same with the same letters ---
if command -v flashrom >/dev/null; then
	cp old.bin theirs.bin
	cp old.bin chip.bin
	it "flashrom writes the parts" runs 0 flashrom -p dummy:emulate=W25Q128FV,image=theirs.bin \
		-l layout -i odd -i block -w new.bin
	it "so do we" runs 0 rom-flash -p $CHIP -l layout -i odd -i block -w new.bin
	same "the same bytes" chip.bin theirs.bin
	it "flashrom reads a part" runs 0 flashrom -p dummy:emulate=W25Q128FV,image=theirs.bin \
		-l layout -i odd -r theirs.part
	it "so do we again" runs 0 rom-flash -p $CHIP -l layout -i odd -f -r part.bin
	same "the same file" part.bin theirs.part
else
	skip "flashrom is not installed"
fi

# --- the regions of the chip itself, on two chips ---
make-image x230_12mb seabios board.rom 2>/dev/null
if [ -s board.rom ]; then
	make-image x230_12mb grub other.rom
	noise 100 4 | dd of=other.rom bs=4096 seek=16 conv=notrunc 2>/dev/null # in the ME
	BOTTOM="bottom=dummy:emulate=W25Q64BV,image=bottom.bin"
	TOPCHIP="top=dummy:emulate=W25Q32BV,image=top.bin"
	head -c $((8 * MIB)) board.rom >bottom.bin
	tail -c $((4 * MIB)) board.rom >top.bin
	rom-ifd-parse --layout board.rom >ifd.layout 2>/dev/null
	first=$(sed -n 's/^\([0-9a-f]*\):.* bios$/\1/p' ifd.layout)
	it "there is a bios region" [ -n "$first" ]
	{ head -c $((0x$first)) board.rom && tail -c +$((0x$first + 1)) other.rom; } >want.rom
	it "--ifd over two chips" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP --ifd -i bios \
		-w other.rom
	cat bottom.bin top.bin >is.rom
	it "the ME differs" sh -c '! cmp -s other.rom want.rom'
	same "writes its region on both" is.rom want.rom
	it "--ifd reads" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP --ifd \
		-i bios:bios.bin -r all.bin
	tail -c +$((0x$first + 1)) want.rom >bios.want
	same "its region from both into one file" bios.bin bios.want

	# --- what is around the part has to have the image's places ---
	BOTH="-b x230_12mb -p $BOTTOM -p $TOPCHIP"
	bytes() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
	fresh() { head -c $((8 * MIB)) board.rom >bottom.bin && tail -c $((4 * MIB)) board.rom >top.bin; }
	unchanged() { cat bottom.bin top.bin | cmp -s - before.rom && ok "$1" || not_ok "$1"; }
	fresh
	bytes bottom.bin $((0x4a)) '\027\000' # the ME's last block; the BIOS begins behind it
	cat bottom.bin top.bin >before.rom
	refuses "another descriptor on the chip" 1 \
		'^rom-flash: other.rom: region me is at 0x00003000-0x00017fff on the chip and at 0x00003000-0x0001[0-9a-f]*fff in the image.*\(descriptor-differs\); nothing was changed$' \
		rom-flash $BOTH --ifd -i bios -w other.rom
	refuses "also in a dry run" 1 '\(descriptor-differs\)' \
		rom-flash $BOTH --ifd -i bios --dry-run -w other.rom
	refuses "and with a layout" 1 '\(descriptor-differs\)' \
		rom-flash $BOTH -l ifd.layout -i gbe -w other.rom
	unchanged "neither writes"
	it "the chip without it is not asked" runs 0 rom-flash -b x230_12mb -p $TOPCHIP \
		-l ifd.layout -i bios -w other.rom
	fresh
	bytes bottom.bin $((0x4a)) '\027\000'
	it "the descriptor itself may be written" runs 0 rom-flash $BOTH -l ifd.layout -i fd -w other.rom
	it "which makes it equal" runs 0 rom-flash $BOTH --ifd -i bios -w other.rom
	fresh
	bytes bottom.bin $((0x4a)) '\027\000'
	it "--allow=descriptor-differs" runs 0 rom-flash $BOTH --allow=descriptor-differs \
		--ifd -i bios -w other.rom
	fresh
	bytes bottom.bin 16 '\377\377\377\377'
	refuses "no descriptor on the chip" 1 'is nowhere on the chip.*\(descriptor-differs\)' \
		rom-flash $BOTH -l ifd.layout -i bios -w other.rom
	fresh
	it "equal ones: an area of the FMAP" runs 0 rom-flash $BOTH --fmap -i COREBOOT -w other.rom
	fresh
	area=$(grep -obUa 'COREBOOT' bottom.bin | head -1 | cut -d: -f1)
	bytes bottom.bin $((area - 7)) '\026' # begins somewhere else
	cat bottom.bin top.bin >before.rom
	refuses "another FMAP on the chip" 1 \
		'^rom-flash: other.rom: FMAP area COREBOOT is at .* on the chip and at .* in the image.*\(fmap-differs\); nothing was changed$' \
		rom-flash $BOTH --fmap -i COREBOOT -w other.rom
	unchanged "nothing is written"
	it "the region that it is in may be written" runs 0 rom-flash $BOTH --ifd -i bios -w other.rom
	fresh
	bytes bottom.bin $((area - 7)) '\026'
	it "--allow=fmap-differs" runs 0 rom-flash $BOTH --allow=fmap-differs --fmap -i FMAP -w other.rom
	it "makes the map that of the image" runs 0 rom-flash $BOTH --fmap -i COREBOOT -w other.rom
	fresh
	bytes bottom.bin $((area - 7)) '\026'
	bytes bottom.bin $((0x4a)) '\027\000'
	it "a restore is not asked" runs 0 rom-flash restore board.rom $BOTH --ifd -i bios
else
	skip "no image with a descriptor can be made here"
fi

# --- what was said ---
cp old.bin chip.bin
rm -f log
it "-o" runs 0 rom-flash -p $CHIP -o log -l layout -i odd -w new.bin
it "has the result" says log '^dummy: erased 32 KiB, programmed .*, verified 32 KiB$'
it "and what was done, without -V" says log '^rom-flash: dummy: reading 16777216 bytes$'
it "which was not shown" sh -c '! grep -q reading err'
it "fails with -o" runs 1 rom-flash -p $CHIP -o log -v new.bin
it "has the error, too" says log '^rom-flash: dummy: 0x00000000: from here on'
refuses "a log that cannot be written" 2 '^rom-flash: none/log: cannot be written: No such file' \
	rom-flash -p $CHIP -o none/log
