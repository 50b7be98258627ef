# SPDX-License-Identifier: GPL-3.0-or-later
# rom-cbfs: on real images the rows and the bytes of cbfstool; on synthetic ones every refusal.
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() { it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"; }
# put FILE OFFSET: standard input over the bytes there
put() { dd of="$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null; }

command -v jq >/dev/null || { skip "jq is not installed" && exit 0; }
seq 1 30 >new.txt
"$HELPERS/make-image" x230_12mb seabios in.rom || not_ok "no image"
before=$(sha in.rom)

# --- list ----------------------------------------------------------------------------------
it "lists" runs 0 rom-cbfs list in.rom
it "where it is" grep -q '^FMAP area COREBOOT: 0x[0-9a-f]* bytes at 0x[0-9a-f]*$' out
it "a file" grep -Eq '^fallback/payload +0x[0-9a-f]+ +raw +262150 none$' out
it "no free space" sh -c '! grep -q empty out'
it "reads standard input" sh -c 'rom-cbfs list - <in.rom | cmp - out'
it "lists free space when asked" runs 0 rom-cbfs list --all in.rom
it "which is the largest part" grep -Eq '^\(empty\) +0x[0-9a-f]+ +null +[0-9]{7,8} none$' out
it "lists as JSON" runs 0 rom-cbfs list --json in.rom
json "with the area" '.region == "COREBOOT" and .start + .size == 12582912 and .findings == []'
json "and the files" '[.files[].name] == ["fallback/romstage", "fallback/ramstage", "config",
	"fallback/payload", "etc/ps2-keyboard-spinup", "bootblock"]'
json "in the contract's words" '.files[2] | keys == ["compression", "decompressed_size", "name",
	"offset", "sha256", "size", "type"] and .type == "raw" and .size == 5105 and
	.decompressed_size == 5105 and .compression == "none"'
refuses "a full disk" 2 'standard output: No space left' sh -c 'rom-cbfs list in.rom >/dev/full'
refuses "a full disk (JSON)" 2 'No space left' sh -c 'rom-cbfs list --json in.rom >/dev/full'
refuses "no such area" 2 'the FMAP has no area NONE' rom-cbfs list -r NONE in.rom
refuses "an area that is no CBFS" 2 'FMAP area SI_ME holds no CBFS' rom-cbfs list -r SI_ME in.rom

# --- add -----------------------------------------------------------------------------------
it "adds" runs 0 rom-cbfs add -n etc/new -f new.txt -o out.rom in.rom
it "says nothing" [ ! -s out -a ! -s err ]
it "IMAGE stays" [ "$(sha in.rom)" = "$before" ]
it "lists it" runs 0 rom-cbfs list --json out.rom
json "with its data" "[.files[] | select(.name == \"etc/new\")] ==
	[{name: \"etc/new\", offset: .files[-1].offset, type: \"raw\", size: $(wc -c <new.txt),
	compression: \"none\", decompressed_size: $(wc -c <new.txt),
	sha256: \"$(sha256sum new.txt | cut -d' ' -f1)\"}] or .files[-2].name == \"etc/new\""
it "removes it" runs 0 rom-cbfs remove -n etc/new -o back.rom out.rom
it "in a pipe" sh -c 'rom-cbfs add -n etc/new -f new.txt -o - - <in.rom | cmp - out.rom'
it "data from standard input" sh -c 'rom-cbfs add -n etc/new -f - -o - in.rom <new.txt |
	cmp - out.rom'
it "adds again to what was cleaned" runs 0 rom-cbfs add -n etc/new -f new.txt -o again.rom back.rom
same "the same image" again.rom out.rom
it "at an address" runs 0 rom-cbfs add -v -n mrc.bin -t mrc -b 0xfffa0000 -f new.txt -o mrc.rom in.rom
it "says where" grep -q 'mrc.bin: 0x51 bytes at 0xba0000' err
tail -c +$((0xba0001)) mrc.rom | head -c 81 | cmp -s - new.txt && ok "it is there" ||
	not_ok "mrc.bin is not at 0xba0000"
start=$(rom-cbfs list --json in.rom | jq .start)
size=$((12582912 - start))
it "at an offset in the area" runs 0 rom-cbfs add -n mrc.bin -t mrc \
	-b $((0xba0000 - start)) -f new.txt -o offset.rom in.rom
same "which is the same place" offset.rom mrc.rom
it "counted from the end" runs 0 rom-cbfs add -n mrc.bin -t mrc \
	-b -$((12582912 - 0xba0000)) -f new.txt -o end.rom in.rom
same "which is the same place, too" end.rom mrc.rom
it "aligned" runs 0 rom-cbfs add -v -n aligned -a 64K -f new.txt -o a.rom in.rom
it "at a multiple in the image" grep -Eq 'at 0x[0-9a-f]+0000$' err
for alg in sha1 sha256 sha384 sha512; do
	it "with $alg" runs 0 rom-cbfs add -n h -A $alg -f new.txt -o $alg.rom in.rom
	digest=$(${alg}sum new.txt | cut -d' ' -f1)
	at=$((start + $(rom-cbfs list --json $alg.rom | jq '.files[] | select(.name == "h").offset')))
	it "the digest of $alg is in it" sh -c \
		'od -An -v -tx1 -j "$1" -N 256 "$2" | tr -d " \n" | grep -q "$3"' \
		sh $at $alg.rom "$digest"
done
it "a dry run" runs 0 rom-cbfs add --dry-run -n x -f new.txt in.rom
it "a dry run with -o" runs 0 rom-cbfs add --dry-run -n x -f new.txt -o dry.rom in.rom
absent "writes nothing" dry.rom

# --- refusals ------------------------------------------------------------------------------
: >empty
no() { # no NAME PATTERN OPTION...: add refuses
	_what=$1 _says=$2
	shift 2
	refuses "$_what" 2 "$_says" rom-cbfs add "$@" -o x.rom in.rom
}
no "a name twice" 'in.rom: 0x[0-9a-f]{8}: the CBFS already has a file config' -n config -f new.txt
no "a name of [" 'cannot be called "\[x\]"' -n '[x]' -f new.txt
no "no name" 'cannot be called ""' -n '' -f new.txt
no "a long name" 'too long' -n "$(printf '%0240d' 0)" -f new.txt
no "empty data" 'rom-cbfs: empty: empty: there is no data' -n x -f empty
no "missing data" 'none: cannot open: No such file' -n x -f none
no "an unknown type" 'no CBFS type is called foo' -n x -f new.txt -t foo
no "the type of free space" 'free space' -n x -f new.txt -t null
no "the type of deleted files" 'free space' -n x -f new.txt -t deleted
no "an unknown hash" 'no hash is called crc' -n x -f new.txt -A crc
no "a hash CBFS has no number for" 'cannot have a md5 hash' -n x -f new.txt -A md5
no "an address below the image" '0xff3fffff is not mapped.*begins at 0xff400000' \
	-n x -f new.txt -b 0xff3fffff
no "an address above 4 GiB" '0x100000000 is not mapped' -n x -f new.txt -b 0x100000000
no "an address in the boot block" '0x00bffff0: x .*not free' -n x -f new.txt -b 0xfffffff0
no "an offset behind the area" 'is not in the area' -n x -f new.txt -b 0xc00000
no "an offset before the area" 'is not in the area' -n x -f new.txt -b -0xc00000
no "no address" 'fffa0000 is no address' -n x -f new.txt -b fffa0000
no "no alignment" '0 is no alignment' -n x -f new.txt -a 0
no "address and alignment" 'exclude each other' -n x -f new.txt -a 64 -b 0x1000
head -c $size /dev/zero >large
no "too large" "x needs 0x[0-9a-f]+ bytes, but the largest free space of this CBFS has 0x[0-9a-f]+" \
	-n x -f large
absent "no output of a refusal" x.rom
refuses "removes only what is there" 2 'no file none in this CBFS' \
	rom-cbfs remove -n none -o x.rom in.rom
refuses "with respect to case" 2 'no file CONFIG' rom-cbfs remove -n CONFIG -o x.rom in.rom
refuses "a missing -f" 2 '-f FILE is missing' rom-cbfs add -n x -o x.rom in.rom
refuses "a missing -n" 2 '-n NAME is missing' rom-cbfs remove -o x.rom in.rom
refuses "a missing -o" 2 '-o OUT is missing' rom-cbfs remove -n config in.rom
refuses "a missing verb" 2 'list, extract, add or remove' rom-cbfs
refuses "another verb" 2 'compact is not something to do' rom-cbfs compact in.rom
refuses "two images" 2 'list needs one image' rom-cbfs list in.rom in.rom
refuses "no image" 2 'list needs one image' rom-cbfs list
it "an error as JSON" runs 2 rom-cbfs remove --json -n none -o x.rom in.rom
json "has status and sentence" '.error.status == "absent" and (.error.text | test("no file none"))'

# --- outputs -------------------------------------------------------------------------------
echo mine >mine
refuses "what exists stays" 2 'mine: exists; give' rom-cbfs remove -n config -o mine in.rom
it "and is as it was" [ "$(cat mine)" = mine ]
it "--force replaces it" runs 0 rom-cbfs remove --force -n config -o mine in.rom
it "with the new image" [ "$(wc -c <mine)" -eq 12582912 ]
cp in.rom self.rom
it "--force on IMAGE itself" runs 0 rom-cbfs remove --force -n config -o self.rom self.rom
same "is the same" self.rom mine
refuses "a full device" 2 '/dev/full: cannot write: No space left' \
	rom-cbfs remove -n config -o /dev/full in.rom
refuses "a file-size limit" 2 'x.rom: cannot write: File too large' \
	sh -c 'ulimit -f 64; exec rom-cbfs remove -n config -o x.rom in.rom'
refuses "a missing directory" 2 'no/x.rom: cannot create: No such file' \
	rom-cbfs remove -n config -o no/x.rom in.rom
refuses "a reader that went away" 2 'standard output: cannot write: Broken pipe' \
	sh -c '{ sleep 0.2; rom-cbfs remove -n config -o - in.rom; echo $? >status; } | :
	exit "$(cat status)"'
absent "nothing is left behind" x.rom no

# --- damage --------------------------------------------------------------------------------
# The header of "config": 2 headers in front of it, 3 behind.
at=$((start + $(rom-cbfs list --json in.rom | jq '.files[2].offset')))
damage() { # damage NAME OFFSET OCTAL
	cp in.rom bad.rom
	printf "$3" | put bad.rom $((at + $2))
	it "$1: the list goes on" runs 1 rom-cbfs list bad.rom
	it "$1: in front of it and behind" sh -c 'grep -q romstage out && grep -q bootblock out'
	it "$1: without it" sh -c '! grep -q "^config" out'
	it "$1: says where" grep -q "bad.rom: 0x$(printf %08x $at): " err
	it "$1: in JSON" runs 1 rom-cbfs list --json bad.rom
	json "$1: as a finding" ".findings[0] | .id == \"cbfs-damaged\" and .at == $at and
		.severity == \"error\""
	refuses "$1: nothing is added" 2 "0x$(printf %08x $at): " \
		rom-cbfs add -n x -f new.txt -o x.rom bad.rom
	refuses "$1: nothing is removed" 2 "0x$(printf %08x $at): " \
		rom-cbfs remove -n fallback/romstage -o x.rom bad.rom
}
damage magic 0 X
damage length 8 '\377'
damage attributes 18 '\377'
damage metadata 22 '\377'
# What leads on to a later header, or is called free space: nothing is gone without a word.
cp in.rom bad.rom
payload=$((start + $(rom-cbfs list --json in.rom | jq '.files[3].offset')))
# The length of config, up to the first header behind the payload.
next=$((start + $(rom-cbfs list --json in.rom | jq '.files[4].offset')))
length=$((next - at - $(od -An -tu1 -j $((at + 23)) -N 1 in.rom)))
put32() {	# VALUE FILE OFFSET
	printf "$(printf '\\%03o' $(($1 >> 24)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)))" |
		put "$2" "$3"
}
put32 $length bad.rom $((at + 8))
it "a length that leads to a later header" runs 1 rom-cbfs list bad.rom
it "what it reaches over is told" grep -q "0x$(printf %08x $at): damaged CBFS file header: config \
reaches over fallback/payload at 0x$(printf %08x $payload)\$" err
it "and listed" grep -q '^fallback/payload' out
refuses "nothing is added" 2 'config reaches over' rom-cbfs add -n x -f new.txt -o x.rom bad.rom
it "rom-check knows it" runs 1 rom-check -b x230_12mb bad.rom
it "by a name" grep -q 'config reaches over .*(cbfs-damaged)$' out
# The same of free space: a small file, in the middle of nothing, is all that it hides.
cp mrc.rom bad.rom
rom-cbfs list --all --json mrc.rom >rows
free=$((start + $(jq '.files[5].offset' rows)))
hidden=$((start + $(jq '.files[6].offset' rows)))
length=$((start + $(jq '.files[8].offset' rows) - hidden + $(jq '.files[5].size' rows)))
put32 $length bad.rom $((free + 8))
for how in "" --json; do
	it "free space that leads over a file $how" runs 1 rom-cbfs list $how bad.rom
	cat out err >said
	it "is told" grep -q "reaches over mrc.bin at 0x$(printf %08x $hidden)" said
	it "and the file listed" grep -q 'mrc\.bin.* mrc\|"type": *"mrc"' out
done
cp in.rom bad.rom
printf '\377\377\377\377' | put bad.rom $((at + 12))
it "a file called free space" runs 1 rom-cbfs list bad.rom
it "is told" grep -q 'free space that is called config' err
yes compressible | head -c 5000 >plain
for kind in lzma lz4 zstd; do
	rom-cbfs add -q --force -n packed -f plain -c $kind -o packed.rom in.rom
	packed=$((start + $(rom-cbfs list --json packed.rom |
		jq '.files[] | select(.name == "packed").offset')))
	case $kind in
	lz4) field=8 value='\0\0\0\7' ;;	# there is no length in it: another kind of compression
	*) field=12 value='\0\0\1\7' ;;
	esac
	cp packed.rom bad.rom
	printf "$value" | put bad.rom $((packed + field + $(od -An -tu1 -j $((packed + 19)) \
		-N 1 packed.rom)))
	it "$kind that is not what the header says" runs 1 rom-cbfs list bad.rom
	it "is told" grep -q ': packed: ' err
	it "and in JSON" runs 1 rom-cbfs list --json bad.rom
	json "as a finding" '[.findings[].id] == ["cbfs-compression"]'
done
# A header in every 64 bytes: much damage, or many files.
many() { # many OUT OCTAL: the length in the headers
	{ printf "LARCHIVE$2\\0\\0\\0\\120\\0\\0\\0\\0\\0\\0\\0\\034a" && head -c 39 /dev/zero; } >block
	while [ "$(wc -c <block)" -lt 2097152 ]; do cat block block >twice && mv twice block; done
	{ head -c $start in.rom && cat block && tail -c +$((start + 2097153)) in.rom; } >"$1"
}
many damaged.rom '\177\377\377\377'
it "much damage" runs 1 rom-cbfs list damaged.rom
it "is told a hundred times" [ "$(wc -l <err)" -eq 100 ]
it "and that this was not all" sh -c 'tail -n 1 err | grep -q "the last damage listed here"'
many files.rom '\0\0\0\1'
it "too many files" runs 2 rom-cbfs list files.rom
it "in a sentence" grep -q 'over 20000 files in one CBFS' err
refuses "too many files (JSON)" 2 'over 20000 files' sh -c 'rom-cbfs list --json files.rom >/dev/null'
head -c 8388608 in.rom >half.rom
refuses "one chip of two" 2 'FMAP describes an image of 0xc00000 bytes, but this one has 0x800000' \
	rom-cbfs list half.rom
refuses "no FMAP" 2 'no FMAP in this image' rom-cbfs list new.txt
refuses "a directory" 2 'is a directory' rom-cbfs list .

[ "$(sha in.rom)" = "$before" ] && ok "in all of this IMAGE was not changed" ||
	not_ok "IMAGE was changed"

# --- real images ---------------------------------------------------------------------------
if ! have_corpus; then
	skip "real images: the data are not here"
	exit 0
fi

# compare NAME FILTER PEER: our filter on ./out against the peer's on the golden rows ./want
compare() {
	jq -L "$TOP/tests/tools" "include \"cbfs\"; ours$2" out >ours.json
	jq -L "$TOP/tests/tools" "include \"cbfs\"; peer$2" want >peer.json
	same "$1" ours.json peer.json
}
rows() { # rows NAME IMAGE AREA: ./want has what cbfstool said
	it "$1: $3 is listed" runs 0 rom-cbfs list --json --all -r "$3" "$2"
	compare "$1: rows of $3" ''
	jq '.files |= map(select(.type != "null"))' out >files && mv files out
	compare "$1: stored data of $3" _stored
	compare "$1: compression in $3" _compressed
}

awk 'BEGIN { for (i = 0; i < 64; i++) print "hello coreboot" }' >add.txt
edit() { # edit NAME GOLDEN KEY ARGUMENT...
	_edit="$1: $3 as cbfstool does it" _sha=$(jq -r ".edits.$3.sha256" "$2")
	shift 3
	if runs 0 rom-cbfs "$@" --force -o edited.rom real.rom &&
		[ "$(sha256sum <edited.rom | cut -d' ' -f1)" = "$_sha" ]; then
		ok "$_edit"
	else
		not_ok "$_edit"
	fi
}
for golden in "$CORPUS"/golden/images/*.json; do
	name=$(basename "$golden" .json)
	xz -dc "$CORPUS/images/$name.rom.xz" >real.rom
	for area in $(jq -r '.cbfs | keys[] | select(. != "layout")' "$golden"); do
		jq ".cbfs.$area" "$golden" >want
		rows "$name" real.rom "$area"
	done
	edit "$name" "$golden" add_raw add -f add.txt -n zz_new -t raw
	edit "$name" "$golden" add_align4k add -f add.txt -n zz_new -t raw -a 4096
	edit "$name" "$golden" add_sha256 add -f add.txt -n zz_new -t raw -A sha256
	edit "$name" "$golden" remove_vbt remove -n vbt.bin
	edit "$name" "$golden" remove_config remove -n config
done
jq '."cbfs/coreboot_256k.rom".COREBOOT' "$CORPUS/golden/cbfs.json" >want
rows coreboot_256k "$CORPUS/cbfs/coreboot_256k.rom" COREBOOT
refuses "fw_main_peppy.bin is no CBFS" 2 'no FMAP' rom-cbfs list "$CORPUS/cbfs/fw_main_peppy.bin"

# What crashes other tools: an answer in time, and a sentence where it is no.
for f in "$CORPUS"/hostile/cbfs_*.bin.xz; do
	name=$(basename "$f" .bin.xz)
	xz -dc "$f" >hostile.bin
	for verb in 'list' 'list --all --json' 'add -n x -f add.txt --dry-run' \
		'remove -n fallback/payload --dry-run'; do
		# shellcheck disable=SC2086
		timeout 10 rom-cbfs $verb hostile.bin >out 2>err
		case $? in
		0) it "$name: $verb: done" [ ! -s err ] ;;
		1) it "$name: $verb: no, with a reason" grep -q 'cbfs-damaged\|^rom-cbfs: ' out err ;;
		2) it "$name: $verb: one sentence" [ "$(wc -l <err)" -eq 1 ] ;;
		*) not_ok "$name: $verb" ;;
		esac
	done
done
