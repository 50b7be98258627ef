# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash on simulated chips: the two chips of a board, one chip, and what it refuses.
. "$TOP/tests/tools/lib.sh"

put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT BYTES
says() { grep -q -- "$2" "$1"; }

BOTTOM="bottom=dummy:emulate=W25Q64BV,image=bottom.bin"
TOPCHIP="top=dummy:emulate=W25Q32BV,image=top.bin"
"$HELPERS/make-image" x230_12mb seabios image.rom
put image.rom 4660 '\000'
put image.rom 12582911 '\000'
head -c 8388608 image.rom >want.bottom
tail -c 4194304 image.rom >want.top

# --- the two chips of an X230 ---
it "dry run on blank chips" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP --dry-run -w image.rom
it "it tells what it would do" says out '^  program 0x00000000-0x0000[0-9a-f]*ff '
absent "a dry run writes nothing" bottom.bin top.bin

it "writes both chips" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -w image.rom
same "the bottom chip" bottom.bin want.bottom
same "the top chip" top.bin want.top
it "reads both, given in the other order" \
	runs 0 rom-flash -b x230_12mb -p $TOPCHIP -p $BOTTOM -r back.rom
same "what is read is the image" back.rom image.rom
cat bottom.bin top.bin >joined.rom
same "so are the files joined" joined.rom image.rom
it "verifies both" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -v image.rom
before=$(stat -c %i bottom.bin)
it "the same image again" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -w image.rom
it "changes nothing" says out '^bottom: .* nothing was changed$'
it "nor the file" [ "$(stat -c %i bottom.bin)" = "$before" ]

cp image.rom next.rom
put next.rom 4660 '\377'
put next.rom 12582911 '\377'
it "an update is planned" runs 0 rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP --dry-run -w next.rom
it "with one sector of the bottom" says out '^  erase   0x00001000-0x00001fff 4 KiB, opcode 20$'
it "and the last of the top" says out '^  erase   0x003ff000-0x003fffff 4 KiB, opcode 20$'
it "one chip alone" runs 0 rom-flash -b x230_12mb -p $TOPCHIP -w next.rom
it "what remains is said" says out '^top: erased 4 KiB, programmed .*$'
it "by name" says out '^bottom: remains to be done'
same "the other is as before" bottom.bin want.bottom
it "from standard input" sh -c 'rom-flash -b x230_12mb -p "$0" -w - <next.rom >out' "$BOTTOM"
it "to standard output" sh -c 'rom-flash -b x230_12mb -p "$0" -p "$1" -r - >back.rom 2>err' \
	"$BOTTOM" "$TOPCHIP"
same "the updated image" back.rom next.rom
cp bottom.bin keep.bottom
cp top.bin keep.top

refuses "the chips exchanged" 1 'bottom: this chip has 4194304 bytes.*\(chip-size\); nothing was changed$' \
	rom-flash -b x230_12mb -p bottom=dummy:image=top.bin -p top=dummy:image=bottom.bin -w image.rom
refuses "a part instead of the image" 1 'want.bottom: 8388608 bytes long, .*12582912.*\(board-size\)' \
	rom-flash -b x230_12mb -p $BOTTOM -w want.bottom
{ cat image.rom && printf '\0'; } >long.rom
refuses "a release image" 1 '^rom-flash: long.rom: 0x00c00000: .*\(stripped-image\)' \
	rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -w long.rom
cp image.rom DO_NOT_FLASH_YET._x.rom
refuses "by its name" 1 'stripped-image' \
	rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -w DO_NOT_FLASH_YET._x.rom
refuses "an image that is not there" 2 '^rom-flash: none.rom: .*No such file' \
	rom-flash -b x230_12mb -p $BOTTOM -p $TOPCHIP -w none.rom
refuses "an unknown board" 2 'x230_12m' rom-flash -b x230_12m -p $BOTTOM -r x
refuses "an unknown chip of a board" 2 'no such chip; it has bottom and top' \
	rom-flash -b x230_12mb -p middle=dummy:image=x -r x
refuses "a chip named twice" 2 'is given twice' rom-flash -b x230_12mb -p $TOPCHIP -p $TOPCHIP -r x
refuses "a chip not named" 2 'say which' rom-flash -b x230_12mb -p dummy:image=x -r x
refuses "a name without a board" 2 'needs -b' rom-flash -p $BOTTOM -r x
refuses "the second programmer is wrong" 2 'top: programmer dummy has no parameter "imag"' \
	rom-flash -b x230_12mb -p $BOTTOM -p top=dummy:imag=x -w image.rom
same "none of these touched the bottom chip" bottom.bin keep.bottom
same "or the top chip" top.bin keep.top
absent "or wrote a file" x

# --- one chip ---
ONE=dummy:image=one.bin
noise 2097152 >two.rom
put two.rom 70000 '\000'
it "a missing file is a blank chip" runs 0 rom-flash -p dummy:emulate=W25Q16BV,image=one.bin -r blank.bin
it "which is all FF" [ "$(tr -d '\377' <blank.bin | wc -c)" -eq 0 ]
absent "reading does not make the file" one.bin
it "the image tells the size of a new chip" runs 0 rom-flash -p $ONE -w two.rom
same "written" one.bin two.rom
it "probe" runs 0 rom-flash -p $ONE
it "tells the chip" says out '^dummy: Winbond W25Q16.V, 2 MiB, id EF4015, status 0x00, no block protection$'
it "probe as JSON" runs 0 rom-flash -p $ONE --json
it "has the size" says out '"size": 2097152,$'
it "-c with its name" runs 0 rom-flash -p $ONE -c W25Q16BV
refuses "-c with another" 1 'is a W25Q16.V, not a MX25L1605D \(chip-name\)' \
	rom-flash -p $ONE -c MX25L1605D -w two.rom
refuses "-c with none at all" 2 'no such chip' rom-flash -p $ONE -c W25Q
refuses "no chip" 2 'no chip answers' rom-flash -p dummy
refuses "no programmer" 2 'no programmer' rom-flash -w two.rom
refuses "an unknown programmer" 2 'unknown programmer "nosuch_spi"' rom-flash -p nosuch_spi -r x
refuses "two operations" 2 'only one of' rom-flash -p $ONE -r x -w two.rom
refuses "--reads 0" 2 'from 1 to 99' rom-flash -p $ONE --reads 0
refuses "an operand" 2 'takes no operands' rom-flash -p $ONE two.rom
refuses "an image of another size" 1 'image.rom: has 12582912 bytes, the chip has 2097152' \
	rom-flash -p $ONE -w image.rom
refuses "a file that is not the chip's size" 2 'two.rom has 2097152 bytes, a W25Q64BV has 8388608' \
	rom-flash -p dummy:emulate=W25Q64BV,image=two.rom
refuses "a file of no chip's size" 2 'image.rom' rom-flash -p dummy:image=image.rom
refuses "a full disk" 2 '^rom-flash: /dev/full: .*No space left' rom-flash -p $ONE -r /dev/full
refuses "an output that exists" 2 '^rom-flash: two.rom: exists' rom-flash -p $ONE -r two.rom
it "-f lets -r replace it" runs 0 rom-flash -p $ONE --reads 1 -f -r blank.bin
same "and it is read" blank.bin two.rom

cp two.rom three.rom
put three.rom 70000 '\001\002\003'
refuses "what differs" 1 '^rom-flash: dummy: 0x00011170: ' rom-flash -p $ONE -v three.rom
refuses "block protection that WP# holds" 2 'cannot be lifted .status 9C.*WP#.*; nothing was changed$' \
	rom-flash -p $ONE,spi_status=0x9c,hwwp=yes -w three.rom
same "the protected chip is as before" one.bin two.rom
refuses "the chip's file does not fit on the disk" 2 'dummy: the simulated chip.s file one.bin: ' \
	sh -c "ulimit -f 100 && exec rom-flash -p $ONE -w three.rom"
same "it is whole, as before" one.bin two.rom
it "with nothing beside it" sh -c '! ls ./*.part 2>/dev/null'

# --- what chips are like ---
it "a protected range is shown" runs 0 rom-flash -p $ONE,spi_status=0x04
it "by its addresses" says out 'protection is set: 0x001f0000-0x001fffff$'
it "protection that nothing holds is lifted" runs 0 rom-flash -p $ONE,spi_status=0x1c -w three.rom
same "for the write" one.bin three.rom
noise 8388608 >eight.rom
for chip in MX25L6405D MX25L6406E N25Q064 SFDP; do
	rm -f kind.bin
	it "$chip" runs 0 rom-flash -p dummy:emulate=$chip,image=kind.bin,stats=st -w eight.rom
	same "$chip is written" kind.bin eight.rom
	it "$chip was used well" says st '"raised":0,"early":0,"outside":0,"again":0}$'
done
noise 4194304 >four.rom
rm -f kind.bin
it "words by AAI" runs 0 rom-flash -p dummy:emulate=SST25VF032B,image=kind.bin -w four.rom
same "are written" kind.bin four.rom
it "a chip that is in no table" runs 0 rom-flash -p dummy:emulate=SFDP --json
it "tells what it is" says out '"sfdp": true,$'
refuses "--size against the chip" 1 'size says 4194304 bytes.*\(chip-size\)' \
	rom-flash -p dummy:emulate=SFDP --size 4M
it "--size as the chip says" runs 0 rom-flash -p dummy:emulate=SFDP --size 8M
refuses "--size of no chip" 2 'not the size of a chip' rom-flash -p dummy:emulate=SFDP --size 3M
it "-m" runs 0 rom-flash -p $ONE -m -v three.rom
refuses "hwwp=maybe" 2 'yes or no' rom-flash -p $ONE,hwwp=maybe
cp two.rom one.bin

# --- power fails in the middle ---
noise 2097152 >four.rom
it "power fails" runs 3 rom-flash -p $ONE,power_lost_after=4000 -w four.rom
it "which is said" says err 'stopped answering.*; the chip was changed and is not verified (.*are)$'
it "with the way back" says err 'to go back .*: rom-flash restore .*/backups/[0-9a-f]*.bin -p dummy'
it "and the way on" says err ": rom-flash -p $ONE,power_lost_after=4000 -w four.rom\$"
it "the chip is half written" sh -c '! cmp -s one.bin four.rom && ! cmp -s one.bin two.rom'
it "the same command again" runs 0 rom-flash -p $ONE -w four.rom
same "completes it" one.bin four.rom
it "power fails, as JSON" runs 3 rom-flash -p $ONE,power_lost_after=4000 --json -w two.rom
it "is an error object" says out '"status": "io",$'
it "without verification" runs 0 rom-flash -p $ONE -n -w two.rom
it "which is said" says out 'not verified$'
same "but written" one.bin two.rom

it "erase" runs 0 rom-flash -p $ONE -E
it "leaves FF" [ "$(tr -d '\377' <one.bin | wc -c)" -eq 0 ]
it "the list of chips" runs 0 rom-flash --list-chips
it "has them by name" says out 'MX25L6406E/MX25L6408E'
it "as JSON, too" runs 0 rom-flash --list-chips --json
it "also by name" says out '"chip": "MX25L6406E/MX25L6408E",$'

# --- an image smaller than its chip ---
"$HELPERS/make-image" hp820g2_12mb seabios hp.rom
noise 16777216 >hp.bin
tail -c 4194304 hp.bin >hp.rest
it "the image at the low end of its chip" runs 0 rom-flash -b hp820g2_12mb -p dummy:image=hp.bin -w hp.rom
cat hp.rom hp.rest >hp.want
same "the rest is left as it was" hp.bin hp.want
it "a backup has all of the chip" runs 0 rom-flash -b hp820g2_12mb -p dummy:image=hp.bin -r hp.back
same "byte for byte" hp.back hp.want
it "and can be written back" runs 0 rom-flash -b hp820g2_12mb -p dummy:image=hp.bin -w hp.back
