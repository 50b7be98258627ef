# SPDX-License-Identifier: GPL-3.0-or-later
# --allow of rom-flash: what can be done instead is done, and what cannot be allowed says why.
. "$TOP/tests/tools/lib.sh"

says() { grep -q -- "$2" "$1"; }
ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; } # ff BYTES
export XDG_STATE_HOME="$PWD/state"
B=x230_12mb
make-image $B seabios image.rom
rom-split -q -b $B -o . image.rom

# --- what cannot be allowed: each id, and what to do instead ---
while read -r id words; do
	refuses "$id cannot be allowed" 2 "^rom-flash: --allow=$id: that cannot be allowed: .*$words" \
		rom-flash -p dummy:image=x --allow=$id -w image.bottom.rom
done <<END
chip-name leave -c out
chip-mirror contacts
id-shifted lower the clock
image-size rom-pad
region-size rom-pad
keep-size leave --keep out
state-home XDG_STATE_HOME
voltage --voltage
END
refuses "what is no check at all" 2 'no check is called nonsense' \
	rom-flash -p dummy:image=x --allow=nonsense -w image.bottom.rom
# Every id that a sentence ends with has the one or the other.
(cd "$TOP" && grep -hoE '\([a-z]+(-[a-z0-9]+)+\)' tools/flash/*.c tools/programmer/*/*.c) | tr -d '()' |
	sort -u | while read -r id; do
	rom-flash -p dummy --allow="$id" -r /dev/null >out 2>err
	! grep -q 'no check is called' err || echo "$id"
done >without
it "every id can be allowed, or says why not: $(tr '\n' ' ' <without)" [ ! -s without ]

# --- a larger chip than the board's ---
ff 8388608 >top.chip
TOPCHIP="-b $B -p top=dummy:image=top.chip"
refuses "a chip that is larger" 1 '\(chip-size\); nothing was changed$' rom-flash $TOPCHIP -w image.rom
it "--allow=chip-size" runs 0 rom-flash $TOPCHIP --allow=chip-size -w image.rom
it "says what it does" says err 'more than the 4194304 of x230_12mb.*(chip-size, allowed)$'
{ cat image.top.rom && ff 4194304; } >want
same "with a descriptor the place is as on its own" top.chip want
it "which can be verified" runs 0 rom-flash $TOPCHIP --allow=chip-size -v image.rom
head -c 4194304 /dev/zero >bottom.chip
refuses "a chip that is smaller has no place for it" 1 '\(chip-size\)' \
	rom-flash -b $B -p bottom=dummy:image=bottom.chip --allow=chip-size -w image.rom
make-image d945gclf_512kb seabios small.rom
ff 1048576 >large.chip
it "without a descriptor" runs 0 rom-flash -b d945gclf_512kb -p dummy:image=large.chip \
	--allow=chip-size -w small.rom
{ ff 524288 && cat small.rom; } >want
same "the place is at the end" large.chip want

# --- sectors that do not read the same at first ---
cp image.top.rom top.chip
noise 4194304 >other.rom
ONE=dummy:image=top.chip
refuses "an unstable sector" 1 '\(unstable-read\)' rom-flash -p $ONE,fault=read-once@0x64123 -w other.rom
same "is not written over" top.chip image.top.rom
it "--allow=unstable-read" runs 0 rom-flash -p $ONE,fault=read-once@0x64123 --allow=unstable-read -w other.rom
it "says where it was" says err '2 times in a row (0x00064000-0x00064fff)'
same "writes" top.chip other.rom
it "and what was there is what settled" cmp image.top.rom \
	"state/romwright/backups/$(sha256sum <image.top.rom | cut -d' ' -f1).bin"

# --- a GbE region without a good bank ---
rm -f whole.chip && cp image.bottom.rom whole.chip
for at in 4100 8196; do printf x | dd of=whole.chip bs=1 seek=$at conv=notrunc 2>/dev/null; done
cp whole.chip was
refuses "nothing to keep" 1 '\(keep-nothing\)' rom-flash -p dummy:image=whole.chip --keep=gbe -w image.bottom.rom
it "--allow=keep-nothing" runs 0 rom-flash -p dummy:image=whole.chip --keep=gbe --allow=keep-nothing \
	-w image.bottom.rom
same "keeps it as it is" whole.chip was
