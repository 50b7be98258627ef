# SPDX-License-Identifier: GPL-3.0-or-later
. "$TOP/tests/tools/lib.sh"

# --- a release of synthetic ROMs --------------------------------------------------------

make-release x230_12mb rel
good=rel/synthetic-20260101_x230_12mb.tar.xz
it "injects a release" runs 0 rom-inject --vendor rel/vendor -o roms $good
it "the ROMs are those that were stripped" runs 0 sh -c 'cd roms && sha512sum -c ../rel/SHA512SUMS'
it "three ROMs and the manifest, nothing else" [ "$(ls roms | wc -l)" -eq 4 ]
it "the manifest holds" runs 0 rom-verify-hash --check roms/x230_12mb.manifest

refuses "does not replace" 2 'exists; give -f' rom-inject -q --vendor rel/vendor -o roms $good
it "replaces with -f" runs 0 rom-inject -f --vendor rel/vendor -o roms $good
it "a dry run writes nothing" runs 0 rom-inject --dry-run --vendor rel/vendor -o dry $good
absent "no directory after a dry run" dry

cp $good renamed.tar.xz
refuses "a name that does not tell the board" 2 'does not say which board' \
	rom-inject -q --vendor rel/vendor -o o renamed.tar.xz
it "-b tells it" runs 0 rom-inject -b x230_12mb --vendor rel/vendor -o o renamed.tar.xz
rm -r o
refuses "another board" 1 'not of board t430_12mb' \
	rom-inject -q -b t430_12mb --vendor rel/vendor -o o $good
cp $good synthetic-1_nosuchboard.tar.xz
refuses "a board nobody knows" 2 'unknown board nosuchboard' \
	rom-inject -q --vendor rel/vendor -o o synthetic-1_nosuchboard.tar.xz
cp $good synthetic-1_src.tar.xz
refuses "sources" 2 'source archive' rom-inject -q --vendor rel/vendor -o o synthetic-1_src.tar.xz
absent "nothing was left" o

# --- vendor files -----------------------------------------------------------------------

mkdir none
refuses "a missing vendor file is named" 2 'me.bin is missing in none' \
	rom-inject -q --vendor none -o o $good
cp -r rel/vendor bad
printf X | dd of=bad/me.bin bs=1 seek=5000 conv=notrunc 2>/dev/null
refuses "a wrong vendor file is named with both hashes" 1 \
	"me.bin \(SHA-512 $(sha bad/me.bin), expected [0-9a-f]{128}" \
	rom-inject -q --vendor bad -o o $good
it "and both hashes of the ROM" grep -Eq 'has SHA-512 [0-9a-f]{128}, but vendorhashes line 1 says' err
: >bad/me.bin
refuses "an empty vendor file" 2 'me.bin: empty' rom-inject -q --vendor bad -o o $good
dd if=/dev/zero of=bad/me.bin bs=1k count=97 2>/dev/null
refuses "a vendor file larger than its region" 2 'has 99328 bytes, but region me only 98304' \
	rom-inject -q --vendor bad -o o $good
absent "nothing was left" o

# --- damaged archives -------------------------------------------------------------------

# refuses_both NAME STATUS PATTERN ARCHIVE: to a directory, and in place, where the archive stays.
refuses_both() {
	refuses "$1" "$2" "$3" rom-inject -q --vendor rel/vendor -o o "$4"
	cp "$4" before
	refuses "$1, in place" "$2" "$3.*; the archive was left as it was\$" \
		rom-inject -q --vendor rel/vendor --repack -f -o "$4" "$4"
	same "$1: the archive is as it was" "$4" before
}

# repack NAME COMMAND: unpacks the release, changes it, packs it as NAME.
repack() {
	rm -rf t && mkdir t && tar -xJf $good -C t
	(cd t && cd bin/x230_12mb && eval "$2") &&
		tar -cf - -C t bin | xz -0 >"$1_x230_12mb.tar.xz"
}
first=$(tar -tJf $good | grep -m1 rom$)
first=${first##*/}

size=$(stat -c %s $good)
for part in 1 10 $((size / 2)) $((size - 1)); do
	head -c "$part" $good >cut_x230_12mb.tar.xz
	refuses_both "cut off after $part bytes" 2 'cut_x230_12mb.tar.xz: 0x[0-9a-f]{8}: ' cut_x230_12mb.tar.xz
done
cp $good tail_x230_12mb.tar.xz && printf x >>tail_x230_12mb.tar.xz
refuses_both "a byte behind the end" 2 '0x[0-9a-f]{8}: there are bytes behind the end' tail_x230_12mb.tar.xz
(head -c 1000 $good && printf '\1\2\3\4' && tail -c +1005 $good) >flip_x230_12mb.tar.xz
refuses_both "damaged in the middle" 2 '0x[0-9a-f]{8}: the archive is damaged here' flip_x230_12mb.tar.xz

repack long "printf x >>\"\$first\""
refuses_both "a ROM one byte too long" 2 \
	'0x00c00001: .*12582914 bytes, but a stripped ROM of this board has 12582913' long_x230_12mb.tar.xz
repack short "truncate -s -1 \"\$first\""
refuses_both "a ROM one byte too short" 2 '0x00c00000: .*12582912 bytes.*cut off here' short_x230_12mb.tar.xz
repack pad "truncate -s -1 \"\$first\" && printf x >>\"\$first\""
refuses_both "a pad byte that is not zero" 2 '0x00c00000: the pad byte of .* is 0x78, expected 0x00' pad_x230_12mb.tar.xz
repack nohash "rm vendorhashes"
refuses_both "no list of hashes" 1 'no vendorhashes to prove' nohash_x230_12mb.tar.xz
repack unlisted "sed -i 1d vendorhashes"
refuses_both "a ROM that is not listed" 2 'not in vendorhashes' unlisted_x230_12mb.tar.xz
repack fewer "rm \"\$first\""
refuses_both "a listed ROM that is not there" 2 'line 1 names .*, which is not there' fewer_x230_12mb.tar.xz
repack garbled "echo nonsense >>vendorhashes"
refuses_both "a damaged list" 2 'vendorhashes: line 4' garbled_x230_12mb.tar.xz
repack empty "rm *.rom"
refuses_both "no ROM at all" 2 'holds no ROM image' empty_x230_12mb.tar.xz
repack link "ln -s version x.rom"
refuses_both "a link" 2 'x.rom is a link or a special file' link_x230_12mb.tar.xz
repack fifo "mkfifo x.rom"
refuses_both "a FIFO" 2 'special file' fifo_x230_12mb.tar.xz
repack newline "cp version \"a
b\""
refuses_both "a name with a newline" 2 'control characters' newline_x230_12mb.tar.xz
repack deeper "mkdir d && cp version d"
refuses_both "a directory below" 2 'in a directory below' deeper_x230_12mb.tar.xz
repack other "mkdir ../t430_12mb && cp version ../t430_12mb"
refuses_both "two boards" 1 'not of board x230_12mb' other_x230_12mb.tar.xz
repack zeros "head -c 300M /dev/zero >z.rom"
refuses_both "a bomb" 2 'z.rom has 314572800 bytes' zeros_x230_12mb.tar.xz
rm -rf t && mkdir t && tar -xJf $good -C t
(cd t && tar -cP --transform 's,^bin,/tmp/bin,' -f - bin) | xz -0 >absolute_x230_12mb.tar.xz
refuses_both "absolute names" 2 'not in bin/' absolute_x230_12mb.tar.xz
(cd t && tar -cP --transform 's,^bin,bin/../../bin,' -f - bin) | xz -0 >up_x230_12mb.tar.xz
refuses_both "names with .." 1 'not of board' up_x230_12mb.tar.xz
tar -cf twice.tar -C t bin && tar -rf twice.tar -C t bin/x230_12mb/version
xz -0 <twice.tar >twice_x230_12mb.tar.xz
refuses_both "a member twice" 2 'version is there twice' twice_x230_12mb.tar.xz
tar -cf - -C t bin | xz --lzma2=preset=0,dict=128MiB >dict_x230_12mb.tar.xz
refuses_both "a dictionary of 128 MiB" 2 'dictionary over 64 MiB' dict_x230_12mb.tar.xz
tar -cf - -C t bin | xz --lzma2=preset=0,dict=64MiB >dict_x230_12mb.tar.xz
it "a dictionary of 64 MiB" runs 0 rom-inject -q --vendor rel/vendor -o o dict_x230_12mb.tar.xz
rm -r o
refuses "not an archive" 2 '0x00017000: me.bin has 94208 bytes, but a ROM of this board has' \
	rom-inject -q -b x230_12mb --vendor rel/vendor -o o rel/vendor/me.bin
refuses "a directory without ROMs" 2 'holds no ROM image' \
	rom-inject -q -b x230_12mb --vendor rel/vendor -o o rel/vendor/..
refuses "nothing" 2 'nosuch_x230_12mb.tar.xz: cannot open: No such file' \
	rom-inject -q --vendor rel/vendor -o o nosuch_x230_12mb.tar.xz
absent "nothing was left of any of them" o

# --- ROMs that are complete already -----------------------------------------------------

repack complete "rm DO_NOT* vendorhashes && cp ../../../roms/*.rom ."
it "complete ROMs are copied" runs 0 rom-inject --vendor rel/vendor -o o complete_x230_12mb.tar.xz
it "with a note" grep -q 'has its vendor files already' err
it "unchanged" runs 0 sh -c 'cd o && sha512sum -c ../rel/SHA512SUMS'
rm -r o

# --- outputs that cannot be written -----------------------------------------------------

(
	ulimit -f 8000
	runs 2 rom-inject -q --vendor rel/vendor -o o $good
) >said && ok "a file-size limit" || not_ok "a file-size limit: $(cat said)"
it "is one sentence" grep -Eq '^rom-inject: .*: output o/.*: cannot write: File too large$' err
absent "and leaves nothing" o
: >file
refuses "a file where the directory should be" 2 'output file: exists and is not a directory' \
	rom-inject -q --vendor rel/vendor -o file $good
refuses "no directory to make it in" 2 'cannot make the directory' \
	rom-inject -q --vendor rel/vendor -o no/such/o $good

# --- the command line -------------------------------------------------------------------

refuses "no vendor directory" 2 'vendor DIR is missing' rom-inject -o o $good
refuses "no output" 2 '-o OUT is missing' rom-inject --vendor rel/vendor $good
refuses "no archive" 2 'a release archive, a directory or a ROM image is needed' rom-inject --vendor rel/vendor -o o
refuses "an unknown option" 2 'unknown option --bogus' rom-inject --bogus
it "--json is one object" sh -c \
	"rom-inject -q -f --json --vendor rel/vendor -o roms $good | jq -e '.roms | length == 3' >out"
rom-inject -q --json --vendor none -o o $good >out 2>err
it "an error is one, too" jq -e '.error.status == "absent"' out

# --- real releases ----------------------------------------------------------------------

if have_corpus; then
	for board in x230_12mb t440pmrc_12mb; do
		archive=$(ls "$CORPUS"/release/*_$board.tar.xz)
		it "$board: injects the real release" \
			runs 0 rom-inject -q --vendor "$CORPUS/release/$board.vendorfiles" -o $board "$archive"
		grep -v -e '^#' -e '^final_name' "${archive%.tar.xz}.expected.tsv" |
			while IFS='	' read -r name _ _ injected _; do
				echo "$injected  $name"
			done >$board.sums
		it "$board: every ROM is the expected one" \
			runs 0 sh -c "cd $board && sha512sum -c --strict ../$board.sums"
		it "$board: and there are no others" \
			[ "$(ls $board/*.rom | wc -l)" -eq "$(wc -l <$board.sums)" ]
	done
else
	skip "no real releases here"
fi
