# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash --flash-contents: believed when 64 spots agree, else the chip is read; and what a dry
# run says of the time.
. "$TOP/tests/tools/lib.sh"

noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }
reads() { grep -q 'reading [0-9]* bytes' err; }

noise 524288 1 >old.bin
cp old.bin new.bin
noise 6000 2 | dd of=new.bin bs=4096 seek=2 conv=notrunc 2>/dev/null
CHIP=dummy:emulate=W25Q40.V,image=chip.bin

cp old.bin chip.bin
it "contents that agree" runs 0 rom-flash -V -p $CHIP --flash-contents old.bin -w new.bin
it "are not read" sh -c '! grep -q "reading [0-9]* bytes" err'
same "and written over" chip.bin new.bin
noise 524288 3 >wrong.bin
cp old.bin chip.bin
it "contents of something else" runs 0 rom-flash -V -p $CHIP --flash-contents wrong.bin -w new.bin
it "are told from the chip's" grep -q 'warning: this chip does not hold what is in wrong.bin, so it is read' err
it "which is read" reads
same "and written" chip.bin new.bin
cp old.bin chip.bin
head -c 262144 old.bin >half.bin
refuses "contents of another size" 2 'half.bin has 262144 bytes, and what the chips hold is 524288' \
	rom-flash -p $CHIP --flash-contents half.bin -w new.bin
refuses "contents that are not there" 2 '^rom-flash: none.bin: .*No such file' \
	rom-flash -p $CHIP --flash-contents none.bin -w new.bin
refuses "contents for a read" 2 'flash-contents is for -w and -E' \
	rom-flash -p $CHIP --flash-contents old.bin -r x.bin
same "none of which changed the chip" chip.bin old.bin
# A byte that the file has wrong where the write goes: the verification finds it, and repairs.
cp old.bin chip.bin
printf '\000' | dd of=chip.bin bs=1 seek=9000 conv=notrunc 2>/dev/null
it "contents with a mistake" runs 0 rom-flash -p $CHIP --flash-contents old.bin -w new.bin
same "are written all the same" chip.bin new.bin

cp old.bin chip.bin
it "a dry run" runs 0 rom-flash -p $CHIP --dry-run -w new.bin
it "says how long the write would take" grep -Eq '^dummy: that would take about [0-9.]+ s$' out
it "and which steps" grep -q '^  erase   0x00002000-0x00002fff 4 KiB, opcode 20$' out
same "and changes nothing" chip.bin old.bin
it "as JSON" runs 0 rom-flash -p $CHIP --dry-run --json -w new.bin
it "in microseconds" grep -Eq '"expected_us": [0-9]+' out
