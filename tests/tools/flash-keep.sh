# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash does not write the wrong chip, and loses nothing that only this machine has.
. "$TOP/tests/tools/lib.sh"

says() { grep -q -- "$2" "$1"; }
put() { dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT: standard input
export XDG_STATE_HOME="$PWD/state"
board=x230_12mb
BOTTOM=bottom=dummy:emulate=W25Q64BV,image=bottom.chip
TOPCHIP=top=dummy:emulate=W25Q32BV,image=top.chip

make-image $board seabios image.rom
rom-split -q -b $board -o . image.rom
rom-gbe setmac 00:21:cc:12:34:56 -o own.rom image.rom >/dev/null 2>&1
own() { cp own.rom whole && head -c 8388608 whole >bottom.chip && tail -c 4194304 whole >top.chip; }
mac() { rom-gbe dump "$1" | grep -c "$2"; } # mac FILE ADDRESS: in how many banks

# --- the MAC address ---
own
refuses "a MAC address about to be lost" 1 \
	'bottom: .*00:21:cc:12:34:56.*--keep=gbe.*--allow=mac-change.*\(mac-change\); nothing was changed$' \
	rom-flash -b $board -p $BOTTOM -p $TOPCHIP -w image.rom
refuses "also in a dry run" 1 '\(mac-change\)' \
	rom-flash -b $board -p $BOTTOM -p $TOPCHIP --dry-run -w image.rom
refuses "also of one chip alone" 1 '\(mac-change\)' rom-flash -p dummy:image=bottom.chip -w image.bottom.rom
cat bottom.chip top.chip | cmp -s - own.rom && ok "nothing was written" || not_ok "something was written"
it "the same MAC address" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP -w own.rom
it "--keep=gbe, as a plan" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP --keep gbe --dry-run -w image.rom
it "says what stays" says out '^bottom: gbe would stay as it is'
it "--keep=gbe" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP --keep=gbe -w image.rom
it "kept it" [ "$(mac bottom.chip 00:21:cc:12:34:56)" -eq 2 ]
it "the other chip alone, with the same command" \
	runs 0 rom-flash -b $board -p $TOPCHIP --keep=gbe -w image.rom
it "--allow=mac-change" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP --allow=mac-change -w image.rom
cat bottom.chip top.chip | cmp -s - image.rom && ok "writes the image" || not_ok "it is not the image"
it "a stock address may go" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP -w own.rom
noise 8192 | put bottom.chip 4096
it "so may a GbE region that is none" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP -w own.rom
noise 8192 | put bottom.chip 4096
refuses "which cannot be kept" 1 '\(keep-nothing\)' \
	rom-flash -b $board -p $BOTTOM -p $TOPCHIP --keep=gbe -w image.rom
refuses "nor what is not there" 2 '--keep=pd: the chips at hand and the image do not both' \
	rom-flash -b $board -p $BOTTOM -p $TOPCHIP --keep=pd -w image.rom
refuses "nor by -r" 2 '--keep is for -w' rom-flash -p $ --keep=gbe -r x
own
it "a restore is not asked" runs 0 rom-flash restore image.rom -b $board -p $BOTTOM -p $TOPCHIP

# Where the block with the GbE region has to be erased, and power fails then, the region is on no
# chip any more: it comes from the backup.
noise 57344 | put own.rom 12288
n=20 went=0 lost=0
while [ $n -lt 400 ]; do
	rm -rf "$XDG_STATE_HOME"
	own
	rom-flash -p dummy:image=bottom.chip,power_lost_after=$n --keep=gbe -w image.bottom.rom >out 2>err
	[ $? -eq 3 ] || { n=$((n + 1)) && continue; }
	went=$((went + 1))
	[ "$(mac bottom.chip 00:21:cc:12:34:56)" -eq 2 ] || lost=$((lost + 1))
	rom-flash -p dummy:image=bottom.chip --keep=gbe -w image.bottom.rom >out 2>err || break
	[ "$(mac bottom.chip 00:21:cc:12:34:56)" -eq 2 ] || break
	n=$((n + 9))
done
it "power failed $went times, $lost of them without the region: it is there again" \
	[ $n -ge 400 -a $went -gt 3 -a $lost -gt 0 ]

# --- which chip ---
head -c 4194304 image.rom >wrong.chip
refuses "the last chip's part onto the first chip" 1 'holds a flash descriptor.*\(chip-role\); nothing was' \
	rom-flash -p dummy:image=wrong.chip -w image.top.rom
refuses "the board's last chip, and a first one there" 1 '^rom-flash: top: .*and top belongs.*\(chip-role\)' \
	rom-flash -b $board -p top=dummy:image=wrong.chip -w image.rom
refuses "to erase it, likewise" 1 '\(chip-role\)' rom-flash -b $board -p top=dummy:image=wrong.chip -E
{ head -c 4194304 /dev/zero | tr '\0' '\377' && cat image.top.rom; } >wrong2.chip
refuses "the first chip's part onto the last chip" 1 'no flash descriptor.*\(chip-role\)' \
	rom-flash -p dummy:image=wrong2.chip -w image.bottom.rom
it "--allow=chip-role" runs 0 rom-flash -p dummy:image=wrong.chip --allow=chip-role -w image.top.rom
same "has it written" wrong.chip image.top.rom
it "over one of its kind" runs 0 rom-flash -p dummy:image=wrong2.chip --allow=chip-role -w image.bottom.rom
same "the other, too" wrong2.chip image.bottom.rom
noise 4194304 >other.chip
it "over what nobody knows" runs 0 rom-flash -p dummy:image=other.chip -w image.top.rom
make-image hp8200sff_4mb seabios whole.rom
noise 4194304 >whole.chip
it "a whole image over anything" runs 0 rom-flash -p dummy:image=whole.chip -w whole.rom
it "and over a whole one" runs 0 rom-flash -p dummy:image=whole.chip --allow=mac-change -w whole.rom

# --- the manifest beside the file ---
mkdir m
rom-split -q -b $board -o m image.rom
cp image.rom m/image.rom
own
ONE="dummy:image=top.chip"
it "a part that the manifest lists" runs 0 rom-flash -V -p $ONE -w m/image.top.rom
it "is said to be it" says err 'm/image.top.rom: is what m/image.manifest says$'
it "so is the image" runs 0 rom-flash -V -b $board -p $BOTTOM -p $TOPCHIP --allow=mac-change -w m/image.rom
it "by the same list" says err 'm/image.rom: is what m/image.manifest says$'
rom-gbe setmac 00:21:cc:12:34:57 -f -o m/image.rom image.rom >/dev/null 2>&1
it "with a MAC address of its own" runs 0 rom-flash -b $board -p $BOTTOM -p $TOPCHIP -w m/image.rom
cp top.chip before.chip
printf damage | put m/image.top.rom 1000000
refuses "a damaged part" 1 \
	'm/image.top.rom: is not what m/image.manifest says.*expected sha512 [0-9a-f]{128}, found [0-9a-f]{128}; .*\(manifest-mismatch\)$' \
	rom-flash -p $ONE -w m/image.top.rom
refuses "before any chip is asked" 1 '\(manifest-mismatch\)' \
	rom-flash -p serprog:dev=nowhere -w m/image.top.rom
same "nothing is written" top.chip before.chip
it "--allow=manifest-mismatch" runs 0 rom-flash -p $ONE --allow=manifest-mismatch -w m/image.top.rom
same "writes it" top.chip m/image.top.rom
cp m/image.top.rom m/else.rom
it "a file in no manifest" runs 0 rom-flash -V -p $ONE -w m/else.rom
it "of which nothing is said" sh -c '! grep -q manifest err'
cp image.top.rom m/image.bottom.rom
refuses "a part of another size" 1 'has 4194304 bytes, and 8388608 when m/image.manifest was made.*\(manifest-mismatch\)' \
	rom-flash -p $ONE -w m/image.bottom.rom
cp image.top.rom m/image.top.rom
refuses "a part for the other chip" 1 'is the part for top, says m/image.manifest, and would go to bottom \(chip-role\)' \
	rom-flash -b $board -p $BOTTOM -w m/image.top.rom
printf damage | put m/image.top.rom 1000000
echo '{' >m/aa.manifest
refuses "what is no manifest hides none" 1 '\(manifest-mismatch\)' rom-flash -p $ONE -w m/image.top.rom
refuses "also from its own directory" 1 'image.top.rom: is not what image.manifest says' \
	sh -c 'cd m && rom-flash -p dummy:image=../top.chip -w image.top.rom'
