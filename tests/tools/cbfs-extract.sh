# SPDX-License-Identifier: GPL-3.0-or-later
# rom-cbfs extract, and add of what is compressed or a program: on real images the bytes of
# cbfstool, with an installed cbfstool both ways, and every refusal.
. "$TOP/tests/tools/lib.sh"

json() { it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"; }
put() { dd of="$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null; } # put FILE OFFSET

command -v jq >/dev/null || { skip "jq is not installed" && exit 0; }
"$HELPERS/make-image" x230_12mb seabios in.rom || not_ok "no image"
before=$(sha in.rom)
seq 1 3000 >data
start=$(rom-cbfs list --json in.rom | jq .start)

# --- both ways -----------------------------------------------------------------------------
for alg in none lzma lz4 zstd; do
	it "adds with $alg" runs 0 rom-cbfs add -n d -f data -c $alg -A sha256 -o $alg.rom in.rom
	it "says nothing" [ ! -s out -a ! -s err ]
	it "lists it" runs 0 rom-cbfs list --json $alg.rom
	json "as $alg" ".files[] | select(.name == \"d\") | .compression == \"$alg\" and
		.decompressed_size == $(wc -c <data) and .hash == {algorithm: \"sha256\", valid: true}"
	it "extracts it" runs 0 rom-cbfs extract -n d -f back.$alg $alg.rom
	same "the same data" back.$alg data
	it "to standard output" sh -c "rom-cbfs extract -n d -f - - <$alg.rom | cmp - data"
	it "as stored" runs 0 rom-cbfs extract -U -n d -f raw.$alg $alg.rom
done
same "not compressed, the stored data are the data" raw.none data
for alg in lzma lz4 zstd; do
	it "$alg makes it smaller" [ "$(wc -c <raw.$alg)" -lt "$(wc -c <data)" ]
done
it "LZMA with its length" sh -c 'od -An -tx1 -N 13 raw.lzma | tr -d " \n" |
	grep -q "^01004000004536000000000000$"'
if command -v lz4 >/dev/null; then
	it "lz4 reads it" sh -c 'lz4 -dc raw.lz4 | cmp - data'
fi
it "xz reads it" sh -c 'xz -dc --format=lzma raw.lzma | cmp - data'
head -c 500 /dev/urandom >noise
it "what does not shrink" runs 0 rom-cbfs add -n d -f noise -c lzma -o noise.rom in.rom
it "is noted" grep -q 'in.rom: note: d does not become smaller' err
it "and stored as it is" sh -c 'rom-cbfs list noise.rom | grep -Eq "^d +0x[0-9a-f]+ +raw +500 none$"'
it "extracts in a pipe" sh -c 'rom-cbfs add -n d -f data -c lz4 -o - in.rom |
	rom-cbfs extract -n d -f - - | cmp - data'
it "as JSON" runs 0 rom-cbfs extract --json --force -n d -f back.lzma lzma.rom
json "with its hash" ".name == \"d\" and .size == $(wc -c <data) and
	.sha256 == \"$(sha256sum data | cut -d' ' -f1)\""
it "a dry run" runs 0 rom-cbfs extract --dry-run -n d -f dry lzma.rom
absent "writes nothing" dry

# --- other kinds ---------------------------------------------------------------------------
it "an integer" runs 0 rom-cbfs add -n n -i 0x123456789a -o int.rom in.rom
it "of 8 bytes" sh -c 'rom-cbfs extract -n n -f - int.rom | od -An -tx1 | grep -qx " 9a 78 56 34 12 00 00 00"'
it "a flat binary" runs 0 rom-cbfs add -n p -t payload -f data -l 0x100000 -e 0x100010 -c lzma \
	-o flat.rom in.rom
it "is a payload" sh -c 'rom-cbfs list flat.rom | grep -Eq "^p +0x[0-9a-f]+ +simple elf +"'
it "becomes an ELF file" runs 0 rom-cbfs extract -m x86 -n p -f p.elf flat.rom
it "with the program in it" sh -c 'tail -c "$(wc -c <data)" p.elf | cmp - data'
it "which is a payload again" runs 0 rom-cbfs add -n p -t payload -f p.elf -c lzma -o elf.rom in.rom
same "the same one" elf.rom flat.rom
it "and a stage" runs 0 rom-cbfs add -n s -t stage -f p.elf -o stage.rom in.rom
it "which comes out" runs 0 rom-cbfs extract -n s -f s.elf stage.rom
it "with the program" sh -c 'tail -c "$(wc -c <data)" s.elf | cmp - data'
it "a payload as stored" runs 0 rom-cbfs extract -U -n p -f p.self flat.rom
it "can be stored again" runs 0 rom-cbfs add -n p -t payload -f p.self -o self.rom in.rom
same "and is the same" self.rom flat.rom

# --- areas ---------------------------------------------------------------------------------
it "lists the areas" runs 0 rom-cbfs list --areas in.rom
it "those with a CBFS" grep -Eq "^ *COREBOOT +0x[0-9a-f]+ bytes at 0x$(printf %x $start), a CBFS$" out
it "the others, too" grep -Eq '^ *FMAP +0x[0-9a-f]+ bytes at 0x[0-9a-f]+$' out
it "as JSON" runs 0 rom-cbfs list --areas --json in.rom
json "likewise" ".areas | map(select(.cbfs)) | map(.region) == [\"COREBOOT\"] and
	.[0].start == $start and .[0].depth == 1"
refuses "areas without FMAP" 2 'no FMAP' rom-cbfs list --areas data
# An image without FMAP: the boot block is 4096 bytes, and in front of it the master header.
{
	printf 'LARCHIVE\0\0\0\5\0\0\0\120\0\0\0\0\0\0\0\034old\0hello' && head -c 31 /dev/zero
	printf 'LARCHIVE\0\0\056\144\377\377\377\377\0\0\0\0\0\0\0\034\0\0\0\0'
	head -c 11876 /dev/zero | tr '\0' '\377'
	head -c 256 /dev/zero | tr '\0' '\377'
	printf 'ORBC1112\0\0\100\0\0\0\020\0\0\0\0\100\0\0\0\0\0\0\0\001\0\0\0\0'
	head -c 32 /dev/zero
	head -c 4092 /dev/zero && printf '\300\357\377\377'
} >legacy.rom
it "the legacy image is made" [ "$(wc -c <legacy.rom)" -eq 16384 ]
it "an image without FMAP" runs 0 rom-cbfs list --all legacy.rom
it "by its master header" grep -q '^CBFS of a master header: 0x2fc0 bytes at 0x0$' out
it "with its file" grep -Eq '^old +0x0 +raw +5 none$' out
it "as JSON" runs 0 rom-cbfs list --json legacy.rom
json "without a region" '.region == null and .findings == []'
it "extracts from it" sh -c '[ "$(rom-cbfs extract -n old -f - legacy.rom)" = hello ]'
seq 1 100 >few
it "adds to it" runs 0 rom-cbfs add -n new -f few -b 0x1000 -o grown.rom legacy.rom
it "at an offset from the start of the image" sh -c \
	'tail -c +4097 grown.rom | head -c "$(wc -c <few)" | cmp - few'
it "header and boot block stay" cmp -s -i 12224 grown.rom legacy.rom
it "removes from it" runs 0 rom-cbfs remove -n new -o shrunk.rom grown.rom
it "nothing of it remains" sh -c '! LC_ALL=C grep -qa "^77$" shrunk.rom'
it "and the other file does" sh -c '[ "$(rom-cbfs extract -n old -f - shrunk.rom)" = hello ]'

# --- refusals ------------------------------------------------------------------------------
refuses "a file that is there" 2 'data: exists; give' rom-cbfs extract -n d -f data lzma.rom
refuses "a name that is not" 2 'no file none in this CBFS' rom-cbfs extract -n none -f x in.rom
refuses "no -f" 2 '-f FILE is missing' rom-cbfs extract -n d lzma.rom
refuses "no -n" 2 '-n NAME is missing' rom-cbfs extract -f x lzma.rom
refuses "-o" 2 'say -f FILE, not -o' rom-cbfs extract -n d -f x -o y lzma.rom
refuses "another machine" 2 'for x86 only, not for arm' rom-cbfs extract -m arm -n d -f x lzma.rom
it "data and JSON in one place" runs 2 rom-cbfs extract --json -n d -f - lzma.rom
it "cannot be" grep -q 'both want standard output' err
refuses "an unknown compression" 2 'no compression is called xz' \
	rom-cbfs add -n x -f data -c xz -o x.rom in.rom
refuses "a stage of no ELF file" 2 'data: .*no ELF file' \
	rom-cbfs add -n x -t stage -f data -o x.rom in.rom
refuses "a payload of nothing" 2 'data: .*neither an ELF file nor a payload' \
	rom-cbfs add -n x -t payload -f data -o x.rom in.rom
{ printf '\320\15\376\355'; cat data; } >tree.itb
it "a FIT image" runs 0 rom-cbfs add -n p -t payload -f tree.itb -o fit.rom in.rom
it "has a type of its own" sh -c 'rom-cbfs list fit.rom | grep -q "^p .* fit_payload "'
it "and comes out" sh -c 'rom-cbfs extract -n p -f - fit.rom | cmp - tree.itb'
refuses "a FIT image to be compressed" 2 'tree.itb: .*stored as it is' \
	rom-cbfs add -n p -t payload -c lzma -f tree.itb -o x.rom in.rom
{ head -c 514 /dev/zero; printf HdrS; head -c 1000 /dev/zero; } >bzImage
refuses "a kernel alone" 2 'bzImage: .*Linux kernel' \
	rom-cbfs add -n p -t payload -f bzImage -o x.rom in.rom
refuses "half a flat binary" 2 'needs -l ADDR and -e ADDR' \
	rom-cbfs add -n x -t payload -l 0x1000 -f data -o x.rom in.rom
refuses "a start outside" 2 'start in itself' \
	rom-cbfs add -n x -t payload -l 0x1000 -e 0x10 -f data -o x.rom in.rom
refuses "a raw flat binary" 2 'are for payloads' \
	rom-cbfs add -n x -l 0x1000 -e 0x1000 -f data -o x.rom in.rom
refuses "a file and an integer" 2 'exclude each other' \
	rom-cbfs add -n x -i 1 -f data -o x.rom in.rom
refuses "no integer" 2 'ten is no integer' rom-cbfs add -n x -i ten -o x.rom in.rom
refuses "--xip of no FSP" 2 'goes with -t fsp' rom-cbfs add --xip -n x -f data -o x.rom in.rom

# --- damage --------------------------------------------------------------------------------
at=$((start + $(rom-cbfs list --json lzma.rom | jq '.files[] | select(.name == "d").offset')))
cp lzma.rom bad.rom
printf 'XX' | put bad.rom $((at + 200))
refuses "data that do not have their hash" 1 'the data of d do not have the sha256 hash' \
	rom-cbfs extract -n d -f x bad.rom
refuses "not as stored either" 1 'the data of d do not' rom-cbfs extract -U -n d -f x bad.rom
absent "nothing is written" x
it "the list says so" runs 1 rom-cbfs list --json bad.rom
json "as a finding" '.findings[0] | .id == "cbfs-hash" and .severity == "error"'
json "and at the file" '.files[] | select(.name == "d").hash.valid == false'
it "without hash" runs 0 rom-cbfs add -n d -f data -c lzma -o plain.rom in.rom
cp plain.rom bad.rom
printf '\377\377\377\377' | put bad.rom $((at + 100))
refuses "damaged compressed data" 2 'LZMA data are damaged' rom-cbfs extract -n d -f x bad.rom
# The size is the last word of the compression attribute, whose tag is "BCZL".
size_at=$((at + 12 + $(tail -c +$((at + 1)) plain.rom | head -c 256 | grep -obUa BCZL | cut -d: -f1)))
cp plain.rom bad.rom
printf '\377\377\377\377' | put bad.rom "$size_at"
refuses "a size to believe" 2 'that say they become 4294967295 bytes' \
	rom-cbfs extract -n d -f x bad.rom
cp plain.rom bad.rom
printf '\1' | put bad.rom "$size_at"
refuses "another size" 2 'become less than the' rom-cbfs extract -n d -f x bad.rom
second=$((start + $(rom-cbfs list --json plain.rom | jq '.files[1].offset')))
cp plain.rom bad.rom
printf 'X' | put bad.rom $second
it "behind a damaged header" runs 1 rom-cbfs extract -n d -f found bad.rom
same "the file is found" found data
it "the damage is said" grep -q "bad.rom: .*0x$(printf %08x $second): " err
it "--replace" runs 0 rom-cbfs add --replace -n d -f data -c lzma -o again.rom plain.rom
same "stores the same again" again.rom plain.rom
[ "$(sha in.rom)" = "$before" ] && ok "in all of this IMAGE was not changed" ||
	not_ok "IMAGE was changed"

# --- cbfstool ------------------------------------------------------------------------------
if command -v cbfstool >/dev/null; then
	for alg in lzma lz4 zstd; do
		cbfstool $alg.rom extract -n d -f peer >/dev/null 2>&1
		case $? in
		0) same "cbfstool reads $alg" peer data ;;
		*) skip "this cbfstool does not read $alg" ;;
		esac
		cp in.rom peer.rom
		if cbfstool peer.rom add -n d -f data -t raw -c $alg >/dev/null 2>&1; then
			it "we read $alg of cbfstool" \
				sh -c 'rom-cbfs extract -n d -f - peer.rom | cmp - data'
			size() { rom-cbfs list "$1" | awk '$1 == "d" { print $4 }'; }
			[ $alg = zstd ] || it "ours is not larger" \
				[ "$(size $alg.rom)" -le "$(size peer.rom)" ]
		fi
	done
else
	skip "cbfstool is not installed"
fi

# --- real images ---------------------------------------------------------------------------
if ! have_corpus; then
	skip "real images: the data are not here"
	exit 0
fi
# golden NAME IMAGE FILTER: every file, decompressed and as stored. The ELF files cbfstool makes of
# payloads have section names out of freed memory, so those are compared as stored only.
golden() {
	jq -r "$3 | to_entries[] | select(.key != \"layout\") | .key as \$area | .value.files[] |
		select(.type != \"null\") | [\$area, .name, .type, .extract.sha256,
		.extract_raw.sha256] | @tsv" "$4" >files
	while IFS='	' read -r area file type extracted stored; do
		sum=$(rom-cbfs extract -r "$area" -n "$file" -f - -U "$2" | sha256sum | cut -d' ' -f1)
		it "$1: $area $file as stored" [ "$sum" = "$stored" ]
		[ "$type" != "simple elf" ] || continue
		sum=$(rom-cbfs extract -r "$area" -n "$file" -f - "$2" | sha256sum | cut -d' ' -f1)
		it "$1: $area $file" [ "$sum" = "$extracted" ]
	done <files
}
for golden in "$CORPUS"/golden/images/*.json; do
	name=$(basename "$golden" .json)
	xz -dc "$CORPUS/images/$name.rom.xz" >real.rom
	golden "$name" real.rom .cbfs "$golden"
	it "$name: hashes are valid" runs 0 rom-cbfs list --json real.rom
	json "$name: as cbfstool says" "([.files[] | select(.hash.valid)] | length) ==
		$(jq '[.cbfs.COREBOOT.print_kv[] | select(test("hash:.*:valid"))] | length' "$golden")"
done
golden coreboot_256k "$CORPUS/cbfs/coreboot_256k.rom" '."cbfs/coreboot_256k.rom"' \
	"$CORPUS/golden/cbfs.json"
