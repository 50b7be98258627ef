# SPDX-License-Identifier: GPL-3.0-or-later
# rom-ifd-parse: what it prints, writes and refuses; on real descriptors against the goldens.
. "$TOP/tests/tools/lib.sh"

for f in "$TOP"/fixtures/*-ifd-*.hex; do
	"$HELPERS/unhex" "$f" "$(basename "$f" .hex).bin" || not_ok "unhex $f"
done

# image FIXTURE SIZE OUT: the descriptor with numbered sectors behind it
image() {
	awk -v sectors=$(($2 / 4096)) 'BEGIN { for (i = 1; i < sectors; i++)
		printf "%-4095d\n", i }' | cat "$1" - >"$3"
}
M=1048576
image good-ifd-6-series.bin $((12 * M)) whole.rom
head -c $((8 * M)) whole.rom >bottom.rom

# --- text ----------------------------------------------------------------------------------
it "text of a descriptor alone" runs 0 rom-ifd-parse good-ifd-6-series.bin
it "generation" grep -q '^Descriptor  version 1, 6/7 series' out
it "chips" grep -q '^Chips       8 MiB + 4 MiB = 12 MiB; the file has 4 KiB (only the desc' out
it "region table is sorted by address" test \
	"$(awk '/^Region/ { on = 1; next } /^$/ { on = 0 } on { printf "%s ", $1 }' out)" \
	= "fd gbe me bios "
it "one closing sentence" test "$(tail -n 1 out)" = "Internal updates: this descriptor lets \
the running machine write bios, gbe, but not fd, me; it cannot read me."
it "no findings to speak of" test -z "$(grep Findings out)"
it "verbose" runs 0 rom-ifd-parse -v good-ifd-6-series.bin
it "straps and chips are in it" grep -q 'ID c2 20 17  VSCC 0x20452045' out

it "so is the OEM section" grep -q '^OEM section (0xf00): blank' out
cp good-ifd-6-series.bin oem.bin
printf 'ACME' | dd of=oem.bin bs=1 seek=$((0xf10)) conv=notrunc 2>/dev/null
rom-ifd-parse -v oem.bin >out 2>err
it "with its bytes" grep -q '^  41 43 4d 45 ff' out

it "standard input" runs 0 rom-ifd-parse - <whole.rom
it "says its size" grep -q 'the file has 12 MiB' out
it "half an image is read" runs 1 rom-ifd-parse bottom.rom
it "and recognised" grep -q 'error: 0x00800000: this looks like chip 1 of 2' out
it "to the closing sentence" grep -q '^Internal updates: ' out
it "as JSON" runs 1 rom-ifd-parse --json bottom.rom
it "with the same finding" grep -q '"image-part"' out
refuses "a full disk" 2 'cannot write standard output' \
	sh -c 'rom-ifd-parse "$1" >/dev/full' sh whole.rom

# --- what contradicts itself ---------------------------------------------------------------
# region_register FILE REGION OCTAL-BYTES: base and limit, of 4 KiB each
region_register() {
	printf "$3" | dd of="$1" bs=1 seek=$((0x40 + 4 * $2)) conv=notrunc 2>/dev/null
}
cp whole.rom over.rom		# the BIOS over all of the first chip, as on H55 boards
region_register over.rom 1 '\000\000\377\007'
cp good-ifd-6-series.bin outside.bin
region_register outside.bin 1 '\200\001\377\014'
for case in over.rom:region-overlap outside.bin:region-outside; do
	file=${case%:*} id=${case#*:}
	it "$id: exit status 1" runs 1 rom-ifd-parse "$file"
	it "$id: said" grep -q "^  error: 0x.*($id)" out
	it "$id: all else is shown" grep -q '^Internal updates: ' out
	it "$id: JSON too" runs 1 rom-ifd-parse --json "$file"
	it "$id: in it" grep -q "\"$id\"" out
	it "$id: the layout is still there" runs 0 rom-ifd-parse --layout "$file"
	it "$id: warned of" grep -q "warning: .*($id)" err
done
it "extraction where regions overlap" runs 0 rom-ifd-parse --extract over over.rom
it "is warned of" grep -q 'warning: .*(region-overlap)' err
it "and whole" test "$(wc -c <over/bios.bin)" -eq $((8 * M))
head -c $((12 * M - 1)) whole.rom >short.rom
it "an image that ends too early" runs 1 rom-ifd-parse short.rom
it "is named" grep -q '(image-truncated)' out
cat whole.rom good-ifd-6-series.bin >long.rom
it "a warning changes nothing" runs 0 rom-ifd-parse long.rom
it "but is there" grep -q '^  warning: .*(image-size)' out
for f in good-ifd-*.bin; do
	it "$f alone is right" runs 0 rom-ifd-parse "$f"
	it "$f as JSON" runs 0 rom-ifd-parse --json "$f"
done

# --- layout --------------------------------------------------------------------------------
cat >want.layout <<'LAYOUT'
00000000:00000fff fd
00001000:00002fff gbe
00003000:0017ffff me
00180000:00bfffff bios
LAYOUT
rom-ifd-parse --layout whole.rom >got.layout 2>err
same "layout" want.layout got.layout
it "nothing else is said" test ! -s err
it "a finding of weight goes to standard error" runs 0 rom-ifd-parse --layout bottom.rom
it "with its id" grep -q 'warning: .*(image-part)' err
same "and not into the layout" want.layout out

# --- extraction ----------------------------------------------------------------------------
it "extract" runs 0 rom-ifd-parse --extract parts whole.rom
it "its files" test "$(ls parts | tr '\n' ' ')" = "bios.bin fd.bin gbe.bin me.bin "
same "fd.bin" good-ifd-6-series.bin parts/fd.bin
cat parts/fd.bin parts/gbe.bin parts/me.bin parts/bios.bin >again.rom
same "the parts make the image" whole.rom again.rom
echo mine >parts/me.bin
refuses "existing files" 2 'parts/fd.bin: exists' rom-ifd-parse --extract parts whole.rom
it "are left alone" test "$(cat parts/me.bin)" = mine
it "-f" runs 0 rom-ifd-parse -f --extract parts whole.rom
it "replaces them" test "$(wc -c <parts/me.bin)" -eq $((0x17d000))
it "one region" runs 0 rom-ifd-parse --extract one --region gbe whole.rom
it "and no other" test "$(ls one)" = gbe.bin
it "a dry run" runs 0 rom-ifd-parse --dry-run --extract none --region gbe whole.rom
it "tells what it would write" [ "$(cat out)" = none/gbe.bin ]
refuses "or why it could not" 2 '^rom-ifd-parse: parts/fd.bin: exists' \
	rom-ifd-parse --dry-run --extract parts whole.rom
refuses "without --extract" 2 'goes with --extract' rom-ifd-parse --dry-run whole.rom
refuses "a region that is not used" 2 'has no region pd' \
	rom-ifd-parse --extract none --region pd whole.rom
absent "no directory for it" none

refuses "extract of a half" 1 'region bios .* not wholly in the file' sh -c \
	'rom-ifd-parse -q --extract half bottom.rom'
it "the others are written" test "$(ls half | tr '\n' ' ')" = "fd.bin gbe.bin me.bin "
it "extract of a half as JSON" runs 1 rom-ifd-parse --json --extract half2 bottom.rom
it "has the finding" grep -q '"region-not-in-file"' out
refuses "no room for the files" 2 'parts2/bios.bin: cannot write' sh -c \
	'ulimit -f 2000 && rom-ifd-parse --extract parts2 whole.rom'
it "none is left" test -z "$(ls -A parts2)"

# --- refusals ------------------------------------------------------------------------------
refuses "sections over each other" 2 '0x00000040: the descriptor.s region and master sections' \
	rom-ifd-parse bad-ifd-overlap.bin
refuses "room for four regions" 2 'room for 4 regions' rom-ifd-parse bad-ifd-no-room.bin
refuses "straps outside" 2 'soft strap section of 1020 bytes leaves' \
	rom-ifd-parse bad-ifd-straps-outside.bin
refuses "an AMD image" 2 'no flash descriptor: there is a signature, but' \
	rom-ifd-parse bad-ifd-amd-dummy.bin
head -c 3839 good-ifd-6-series.bin >short.bin
refuses "cut off" 2 'short.bin: 0x00000eff: the data end inside' rom-ifd-parse short.bin
: >empty
refuses "an empty file" 2 'empty' rom-ifd-parse empty
printf x >one.bin
refuses "one byte" 2 'no flash descriptor: 1 bytes are too few' rom-ifd-parse one.bin
refuses "no descriptor" 2 '0x00000010: no flash descriptor: its signature is' \
	rom-ifd-parse parts/bios.bin
refuses "a directory" 2 'is a directory' rom-ifd-parse parts
truncate -s 200M huge.bin
refuses "over 128 MiB" 2 'not a ROM image' rom-ifd-parse huge.bin
refuses "no operand" 2 'give one image' rom-ifd-parse
refuses "two outputs" 2 'stands alone' rom-ifd-parse --layout --extract d whole.rom
refuses "an unknown region" 2 'no region is called ME' \
	rom-ifd-parse --extract d --region ME whole.rom
refuses "-f alone" 2 'goes with --extract' rom-ifd-parse -f whole.rom
it "an error as JSON" runs 2 rom-ifd-parse --json short.bin
it "has its status and place" test "$(tr -d ' \n' <out | cut -c1-47)" \
	= '{"error":{"status":"bounds","at":3839,"text":"t'

# --- JSON and the goldens --------------------------------------------------------------------
if ! command -v jq >/dev/null; then
	skip "JSON and the goldens: jq is not installed"
	exit 0
fi
rom-ifd-parse --json good-ifd-100-series.bin >json 2>err
it "JSON is the contract" jq -e '
	.image.size == 4096 and .descriptor.version == 2 and .descriptor.signature_at == 16 and
	(.descriptor.generation | startswith("100/200 series")) and
	.components == [{size: 16777216}] and
	(.regions | map(.name)) == ["fd", "bios", "me", "gbe"] and
	.regions[2] == {index: 2, name: "me", start: 12288, size: 1118208} and
	.masters[0] == {name: "bios", read: ["fd", "bios", "gbe"], write: ["bios", "gbe"]} and
	.me_disable.supported and .me_disable.set and .me_disable.strap == 0 and
	.me_disable.bit == 16 and
	(.findings | map([.id, .severity, .at])) == [["regions-locked", "note", 128]]
	' json >out 2>err

if ! have_corpus; then
	skip "real descriptors"
	exit 0
fi
checked=0
for golden in "$CORPUS"/golden/ifd/*.json; do
	name=$(basename "$golden" .json)
	checked=$((checked + 1))
	it "$name: status of the text" runs 0 rom-ifd-parse "$CORPUS/ifd/$name"
	if rom-ifd-parse --json "$CORPUS/ifd/$name" >json 2>err &&
		jq -r --slurpfile ours json -f "$TOP/tests/tools/ifd-parse.jq" "$golden" \
			>differences 2>err && [ ! -s differences ] && [ ! -s err ]; then
		ok "$name is as its golden file says"
	else
		not_ok "$name differs from its golden file"
		sed 's/^/# /' differences
	fi
	# An unused region has no line, however ifdtool writes it.
	jq -r '.flashrom_layout[] | select(.[0:8] <= .[9:17] and .[0:8] != "07fff000")' \
		"$golden" | sort >want.layout
	rom-ifd-parse --layout "$CORPUS/ifd/$name" 2>err | sort >got.layout
	same "$name as a layout" want.layout got.layout
done
it "every golden file was compared" test "$checked" -eq 36

for golden in "$CORPUS"/golden/images/*.json; do
	name=$(basename "$golden" .json)
	rm -rf d
	xz -dc "$CORPUS/images/$name.rom.xz" >image.rom
	it "$name is extracted" runs 0 rom-ifd-parse --extract d image.rom
	it "$name: nothing is said" test ! -s err
	jq -r '.regions_true[].sha256' "$golden" | sort >want
	sha256sum d/* | cut -d' ' -f1 | sort >got
	same "$name: bytes of all regions" want got
done

# Whatever is in these files: an answer or one sentence, at once.
for f in "$CORPUS"/hostile/ifd_*.bin.xz; do
	xz -dc "$f" >hostile.bin
	bad=
	for how in -v --json --layout "-f --extract d"; do
		# shellcheck disable=SC2086
		timeout 10 rom-ifd-parse $how hostile.bin >out 2>err
		status=$? answer=0
		case $how in
		-v) ! grep -q '^  error: ' out || answer=1 ;;
		--json) ! grep -q '"severity": "error"' out || answer=1 ;;
		*extract*) ! grep -q ': region .* is not wholly in the file' err || answer=1 ;;
		esac
		[ $status -eq $answer ] || [ $status -eq 2 ] || bad="$bad, $how: status $status"
		[ $status -ne 2 ] || [ "$(wc -l <err)" -eq 1 ] || bad="$bad, $how: not one line"
		[ $status -ne 2 ] || [ "$how" = --json ] || [ ! -s out ] ||
			bad="$bad, $how: output beside an error"
	done
	it "$(basename "$f")$bad" test -z "$bad"
done
