# SPDX-License-Identifier: GPL-3.0-or-later
# What the checks say of what is read: of a dump and of a backup, as warnings that refuse nothing,
# and nothing at all of what is right.
. "$TOP/tests/tools/lib.sh"

export XDG_STATE_HOME="$PWD/state"
# Nothing on standard error but how far long work is.
silent() { ! grep -Ev ': [0-9]+ of [0-9]+ KiB, [0-9]+ %' err; }
says() { grep -q -- "$2" "$1"; }
ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; } # ff BYTES
B=x230_12mb
make-image $B seabios image.rom
rom-split -q -b $B -o . image.rom
CHIPS="-p bottom=dummy:image=bottom.chip -p top=dummy:image=top.chip"

# --- nothing is said of what is right ---
# quiet NAME FILE...: the chips read without a warning, alone
quiet() {
	_name=$1
	shift
	for _f; do
		cp "$_f" quiet.chip
		it "$_name: $(basename "$_f") is read" runs 0 \
			rom-flash -p "dummy:emulate=SFDP,image=quiet.chip" --reads 1 -f -r dump.bin
		it "$_name: without a warning" silent
	done
}
quiet "an image's parts" image.bottom.rom image.top.rom
for b in t480_vfsp_16mb hp820g2_12mb hp8200sff_4mb g43t_am3 g43t_am3_16mb dell780mt_truncate_8mb \
	dell780usff_truncate_8mb d945gclf_512kb ga_g41m_es2l gru_bob x200_8mb; do
	make-image $b seabios b.rom
	rm -rf parts && rom-split -q -b $b -o parts b.rom
	quiet $b parts/*.rom
done
ff 1048576 >blank && quiet "a blank chip" blank
noise 1048576 >noise && quiet "what nobody knows" noise
if have_corpus; then
	for f in "$CORPUS"/images/*.rom.xz; do
		xz -dc "$f" >real.rom
		size=$(stat -c %s real.rom)
		[ $((size & (size - 1))) -eq 0 ] || continue	# more than one chip
		[ "$size" -le 16777216 ] || continue
		quiet "$(basename "$f")" real.rom
	done
else
	skip "real images are not here"
fi
cp image.bottom.rom bottom.chip && cp image.top.rom top.chip
it "both chips of a board" runs 0 rom-flash -b $B $CHIPS -r whole.bin
it "without a warning" silent
same "are the image" whole.bin image.rom

# --- what is not right is a warning, and is stored all the same ---
dd if=/dev/zero of=bottom.chip bs=4096 seek=3 count=24 conv=notrunc 2>/dev/null
cp bottom.chip was
it "a dump of a chip with a blank ME" runs 0 rom-flash -p dummy:image=bottom.chip -r bad.bin
it "is a warning" says err '^rom-flash: bad.bin: warning: what was read: the ME region .*(me-blank)$'
same "and a dump" bad.bin was
it "as JSON" runs 0 rom-flash -p dummy:image=bottom.chip --json -f -r bad.bin
it "with the finding" jq -e '.findings[] | select(.id == "me-blank").severity == "warning"' out
it "a write over it" runs 0 rom-flash -p dummy:image=bottom.chip -w image.bottom.rom
it "warns of the backup" says err '^rom-flash: dummy: warning: what was read: .*(me-blank)$'
backup=$(sha256sum <was | cut -d' ' -f1)
it "which is stored" cmp was state/romwright/backups/$backup.bin
it "with what is known of it" jq -e '.findings == ["me-blank"]' state/romwright/backups/$backup.json
it "the list" runs 0 rom-flash backups
it "has it, too" sh -c "grep '^$(echo $backup | cut -c1-12) .*(me-blank)$' out"
cat image.top.rom image.bottom.rom >whole.chip && truncate -s 16777216 whole.chip
it "halves that are exchanged" runs 0 rom-flash -p dummy:emulate=SFDP,image=whole.chip -r swapped.bin
it "are a warning" says err '(descriptor-moved)$\|(parts-swapped)$'
echo "00000000:00000fff fd" >layout
it "of a region alone nothing is said" runs 0 \
	rom-flash -p dummy:emulate=SFDP,image=whole.chip -l layout -i fd -r region.bin
it "for the rest of it are zeros" silent

# --- what nobody knows can be written, with one note ---
# Where a machine would start there may be a jump by chance: of a hundred chips in one.
last() { dd of="$1" bs=1 seek=$(($(stat -c %s "$1") - 16)) conv=notrunc 2>/dev/null; }
noise 1048576 >tb.bin
ff 1048576 >tb.chip
it "what nobody knows" runs 0 rom-flash -p dummy:image=tb.chip -w tb.bin
it "is one note" sh -c "[ \$(grep -c ': note: ' err) -eq 1 ] && grep -q '^rom-flash: tb.bin: note: .*(content-unknown)\$' err"
it "also with -V" runs 0 rom-flash -V -p dummy:image=tb.chip -w tb.bin
it "is said once" [ "$(grep -c content-unknown err)" -eq 1 ]
it "or not, if told" runs 0 rom-flash --allow=content-unknown -p dummy:image=tb.chip -w tb.bin
it "then there is nothing to say" silent
it "of what is known there is no note" runs 0 rom-flash -p dummy:image=top.chip -w image.top.rom
it "nor a warning" silent

# --- a vendor's dump, an EC's, a Thunderbolt controller's and an ARM image: without a board ---
jump() { printf '\220\220\351\000\360' | last "$1"; }
# vendor IMAGE FIRST-BLOCK: what is in its BIOS region is no coreboot
vendor() {
	_size=$(stat -c %s "$1")
	head -c $((_size - $2 * 4096)) /dev/urandom | dd of="$1" bs=4096 seek=$2 conv=notrunc 2>/dev/null
	jump "$1"
}
make-image t480_vfsp_16mb seabios t480.rom
vendor t480.rom $((0x$(rom-ifd-parse --layout t480.rom | sed -n 's/:.* bios$//p') / 4096))
cp image.rom both.rom && vendor both.rom $((0x1b000 / 4096))
head -c 8388608 both.rom >vendor.bottom && tail -c 4194304 both.rom >vendor.top
head -c 16 /dev/zero | last vendor.bottom
noise 131072 >ec.bin
make-image gru_bob seabios arm.rom
for f in t480.rom vendor.bottom vendor.top ec.bin tb.bin arm.rom; do
	size=$(stat -c %s $f)
	ff "$size" >any.chip
	it "$f is written" runs 0 rom-flash -p dummy:emulate=SFDP,image=any.chip -w $f
	same "$f: byte for byte" any.chip $f
	it "$f: no warning, a note at most" sh -c '! grep -Ev ": note: |: [0-9]+ of [0-9]+ KiB, " err &&
		[ "$(grep -c ": note: " err)" -le 1 ]'
	noise "$size" >any.chip
	it "$f over anything" runs 0 rom-flash -p dummy:emulate=SFDP,image=any.chip -w $f
done
