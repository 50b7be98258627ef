# SPDX-License-Identifier: GPL-3.0-or-later
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

printf abc >abc
seq 1 100000 >'two words'
odd=$(printf 'a\nb\\c')
printf odd >"$odd"

# --- lists: the same bytes as coreutils -------------------------------------------------

for a in md5 sha1 sha224 sha256 sha384 sha512; do
	${a}sum abc 'two words' "$odd" >want
	it "makes a list of $a" runs 0 rom-verify-hash -a $a abc 'two words' "$odd"
	same "as ${a}sum does" out want
	cp out list.$a
	it "checks it" runs 0 rom-verify-hash -c list.$a
	${a}sum -c list.$a >want
	it "makes one in BSD style" runs 0 rom-verify-hash -a $a --tag abc 'two words' "$odd"
	${a}sum --tag abc 'two words' "$odd" >want
	same "as ${a}sum --tag does" out want
	cp out bsd.$a
	it "checks that" runs 0 rom-verify-hash -c bsd.$a
	it "and coreutils checks it" sh -c "${a}sum --quiet -c bsd.$a"
done
it "hashes standard input" sh -c 'rom-verify-hash - <abc >out && sha512sum - <abc | cmp - out'
sha512sum abc 'two words' "$odd" >list
it "checks several lists, also from standard input" \
	sh -c 'rom-verify-hash -c list.sha1 - <list >out 2>err && [ $(grep -c OK out) -eq 6 ]'
sha512sum -c list >want
it "says what coreutils says" runs 0 rom-verify-hash -c list
same "line for line" out want
it "--quiet is quiet" runs 0 rom-verify-hash -c --quiet list
it "really" [ ! -s out ]
it "takes the words of coreutils" runs 0 rom-verify-hash --check --strict --warn --status list
it "--status says nothing" [ ! -s out ]
it "-w is a switch" runs 0 rom-verify-hash -cw list

# --- what is wrong ----------------------------------------------------------------------

cp abc good
printf abd >abc
it "a mismatch is a no" runs 1 rom-verify-hash -c list
it "it is named" grep -qx 'abc: FAILED' out
it "the others are checked" grep -qx 'two words: OK' out
it "in one sentence with both hashes and the line" grep -Eqx "rom-verify-hash: abc: sha512 differs: \
expected ddaf35a[0-9a-f]{121} \(line 1 of the list\), found $(sha abc)" err
it "one sentence" [ "$(wc -l <err)" -eq 1 ]
it "--status tells by its exit" runs 1 rom-verify-hash -c --status list
it "and says nothing" [ ! -s out -a ! -s err ]
it "--json has it" runs 1 rom-verify-hash -c --json list
json "each file" '.failed == 1 and .ok == 2 and .files[0].result == "failed" and
	(.files[0].expected | startswith("ddaf35a"))'
mv abc gone
it "a missing file is trouble" runs 2 rom-verify-hash -c list
it "it is named, too" grep -qx 'abc: FAILED open or read' out
it "with its line" grep -qx 'rom-verify-hash: abc: is not there; line 1 of list names it' err
it "--ignore-missing passes over it" runs 0 rom-verify-hash -c --ignore-missing list
it "--json has the trouble" runs 2 rom-verify-hash -c --json list
json "as an error" '.error.status == "absent" and .error.file == "abc" and .ok == 2'
mkdir d
cp list d
refuses "with none of them it is trouble all the same" 2 'd/list: none of the files it names is here' \
	rom-verify-hash -c --ignore-missing d/list
cp good 'two words' "$odd" d 2>/dev/null
mv d/good d/abc
it "names are relative to the list" runs 0 rom-verify-hash -c d/list
for bad in "$PWD/good" ../good d/../good; do
	printf '%s  %s\n' "$(sha good)" "$bad" >out-of
	it "a name that leaves the directory: $bad" runs 2 rom-verify-hash -c out-of
	it "is said" grep -q "line 1 names a file outside the list's directory" err
done
printf '%s  good\nnot a hash\n' "$(sha good)" >broken
refuses "a malformed list" 2 'broken: line 2: is neither' rom-verify-hash -c broken
refuses "a file that is no list" 2 'two words: line 1: is neither' rom-verify-hash -c 'two words'
: >empty
refuses "an empty list" 2 'empty: empty' rom-verify-hash -c empty
refuses "an empty file" 2 'empty: empty' rom-verify-hash empty
refuses "a missing file" 2 'none: cannot open: No such file' rom-verify-hash none
refuses "a directory" 2 'd: is a directory' rom-verify-hash d
it "the others are hashed" runs 2 rom-verify-hash none good
it "on standard output" [ "$(wc -l <out)" -eq 1 ]
refuses "a full disk" 2 'standard output: cannot write: No space' sh -c 'rom-verify-hash good >/dev/full'
refuses "a full disk while checking" 2 'cannot write: No space' sh -c 'rom-verify-hash -c d/list >/dev/full'
refuses "no operand" 2 'give a file' rom-verify-hash
refuses "an unknown algorithm" 2 'no algorithm is called crc' rom-verify-hash -a crc good
refuses "two ways at once" 2 'only one of' rom-verify-hash -c --same good good
refuses "standard input twice" 2 'only once' rom-verify-hash - -

# --- releases ---------------------------------------------------------------------------

mkdir rel
mark='DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_'
for r in a b; do
	printf $r >"rel/$mark$r.rom"
	printf '%s  ./%s.rom\n' "$(sha good)" $r >>rel/vendorhashes
done
it "vendorhashes beside stripped images is trouble" runs 2 rom-verify-hash -c rel/vendorhashes
it "it says what to do, once" sh -c '[ $(wc -l <err) -eq 1 ] &&
	grep -q "vendorhashes: here are only the DO_NOT_FLASH_YET images of 2 .*rom-inject" err'
cp good rel/a.rom
cp good rel/b.rom
it "vendorhashes beside the finished ROMs" runs 0 rom-verify-hash -c rel/vendorhashes

# --- manifests --------------------------------------------------------------------------

"$HELPERS/make-image" x230_12mb seabios x.rom
rom-split -b x230_12mb -o parts x.rom
it "the parts of a split" runs 0 rom-verify-hash -c parts/x.manifest
it "are both named" [ "$(grep -c OK out)" -eq 2 ]
cp x.rom parts
it "and the image, when it is there" sh -c 'rom-verify-hash -c parts/x.manifest | grep -qx "x.rom: OK"'
mv parts/x.top.rom parts/read.bin
it "the image alone will do" runs 0 rom-verify-hash -c parts/x.manifest
rm parts/x.rom
mkdir st && cp parts/x.manifest st && cp x.rom st/DO_NOT_FLASH_YET._x.rom
it "a manifest beside a stripped image is trouble" runs 2 rom-verify-hash -c st/x.manifest
it "it says what to do" grep -q 'x.rom: is there only as DO_NOT_FLASH_YET image.*rom-inject' err
it "one part alone will not" runs 2 rom-verify-hash -c parts/x.manifest
it "the other is missing" grep -q 'x.top.rom: cannot open' err
it "one file whatever its name" runs 0 rom-verify-hash -v --manifest parts/x.manifest parts/read.bin
it "says what it is" grep -q 'parts/read.bin: is chip top of x.rom' err
it "also from a pipe" sh -c 'rom-verify-hash --manifest parts/x.manifest - <x.rom | grep -q OK'
cp parts/read.bin t.bin
printf Q | dd of=t.bin bs=1 seek=77 conv=notrunc 2>/dev/null
it "a changed part is a no" runs 1 rom-verify-hash --manifest parts/x.manifest t.bin
it "with both hashes" grep -Eq "expected $(sha parts/read.bin) .*, found $(sha t.bin)" err
it "what is nothing of it is a no" runs 1 rom-verify-hash --manifest parts/x.manifest good
it "in a sentence" grep -q 'is no image and no part of one in parts/x.manifest: its sha512 is' err
printf '{"romwright_manifest": 2}' >new.manifest
refuses "a manifest of a later version" 2 'new.manifest: a manifest of version 2' \
	rom-verify-hash -c new.manifest
refuses "the same for one file" 2 'new.manifest: a manifest of version 2' \
	rom-verify-hash --manifest new.manifest good

# A ROM with another MAC address: known by the hash that leaves its GbE region out.
masked=$( (head -c 4096 x.rom; head -c 8192 /dev/zero | LC_ALL=C tr '\0' '\377'
	tail -c +12289 x.rom) | sha512sum | cut -d' ' -f1)
it "which the manifest has" grep -q "\"gbe_masked_sha512\": \"$masked\"" parts/x.manifest
cp parts/x.manifest m
printf '\001\002\003' | dd of=x.rom bs=1 seek=4099 conv=notrunc 2>/dev/null
it "a ROM whose MAC was changed" runs 0 rom-verify-hash --manifest m x.rom
it "with a note" grep -q 'another MAC address' err
it "also among its files" runs 0 rom-verify-hash -c m
printf Q | dd of=x.rom bs=1 seek=5000000 conv=notrunc 2>/dev/null
it "but not when something else was" runs 1 rom-verify-hash --manifest m x.rom

# --- --same -----------------------------------------------------------------------------

seq 1 1200000 | head -c 8388608 >1
cp 1 2
cp 1 3
it "three equal dumps" runs 0 rom-verify-hash --same 1 2 3
it "nothing to say" [ ! -s out -a ! -s err ]
byte=$(od -An -tu1 -j 5242915 -N 1 2)
printf "\\$(printf %o $((byte ^ 16)))" | dd of=2 bs=1 seek=5242915 conv=notrunc 2>/dev/null
it "one flipped bit in three dumps of 8 MiB" runs 1 rom-verify-hash --same 1 2 3
it "the sector and the dump are named" \
	grep -qx '0x00500000-0x00500fff  1 byte from 0x00500023, only in 2' out
it "and the likely cause" grep -q '1 of 2048 sectors differ, in 1 bit: a few sectors' err
it "one sentence" [ "$(wc -l <err)" -eq 1 ]
it "and the odd dump and the place are before it" \
	grep -q '^rom-verify-hash: 2: 0x00500023: .*; the other dumps agree$' err
it "--json has it" runs 1 rom-verify-hash --same --json 1 2 3
json "as one object" '.equal == false and .sectors_differ == 1 and .differences[0].odd == "2" and
	.differences[0].first == 5242915 and .odd == "2"'
it "of two dumps nobody knows which is right" runs 1 rom-verify-hash --same 1 2
it "so none is named" grep -qx '0x00500000-0x00500fff  1 byte from 0x00500023' out
it "nor in the sentence" grep -q '^rom-verify-hash: 0x00500023: 1 of 2048' err
cp 1 4 && printf Q | dd of=4 bs=1 seek=99 conv=notrunc 2>/dev/null
it "two dumps of four that differ elsewhere" runs 1 rom-verify-hash --same 1 2 3 4
it "are both named, each where it differs" [ "$(cut -d, -f2 out | tr '\n' ';')" = \
	" only in 4; only in 2;" ]
it "a file compared with itself" runs 0 rom-verify-hash --same 1 1
it "is not another dump" grep -q '1: warning: is the same file as 1' err
(printf x && head -c 8388607 1) >shifted
it "a dump that is shifted" runs 1 rom-verify-hash --same 1 shifted
it "is called so" grep -q 'shifted by some bits' err
head -c 8388608 /dev/zero | LC_ALL=C tr '\0' '\377' >ff
it "a dump of nothing" runs 1 rom-verify-hash --same 1 3 ff
it "is named" grep -q 'ff is nothing but 0xff' err
head -c 4194304 1 >half
it "lengths that differ" runs 1 rom-verify-hash --same 1 half
it "are said" grep -q '1 has 8388608 bytes and half 4194304' err
(head -c 2097152 1; head -c 4194304 ff; tail -c 2097152 1) >lost
it "contact lost in the middle" runs 1 rom-verify-hash --same 1 3 lost
it "is called so" grep -q 'contact or power was lost' err
refuses "one file is no comparison" 2 'two files or more' rom-verify-hash --same 1

# --- real data --------------------------------------------------------------------------

if ! have_corpus; then
	skip "real images"
else
	for name in ivb_xx30_12m snb_xx20_8m skl_t480_16m adls_ms7d25_32m; do
		want=$(grep -o '"sha512": "[0-9a-f]*"' "$CORPUS/golden/images/$name.json" | head -1)
		it "the golden hash of $name" sh -c "xz -dc '$CORPUS/images/$name.rom.xz' |
			rom-verify-hash - | grep -q '^$(echo "$want" | cut -d'"' -f4)  -'"
	done
fi
