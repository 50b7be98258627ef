# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong with releases when they are made and filled by scripts, and does not here. Each
# heading is one such weakness; below it a case in which it would show.
. "$TOP/tests/tools/lib.sh"

board=t440pmrc_12mb
make-release $board rel
archive=rel/synthetic-20260101_$board.tar.xz
inject="rom-inject -q --vendor rel/vendor"
$inject -o roms $archive
rom=$(ls roms/seabios*.rom)
name=${rom#roms/}
unpack() { rm -rf t && mkdir t && tar -xJf "$1" -C t; }
repack() { tar -cf - -C t --sort=name bin | xz -0 >"$1"; }

# --- a tool that says "done" and did nothing: the bytes are looked at -------------------------

rom-inject -q --strip -b $board -o s.rom "$rom"
rom-ifd-parse -q --json "$rom" >ifd
me=$(jq '.regions[] | select(.name == "me") | .start, .size' ifd | tr '\n' ' ')
bytes() { tail -c +$(($2 + 1)) "$1" | head -c "$3"; }
# shellcheck disable=SC2086
it "the ME region is 0xff from end to end" [ "$(bytes s.rom $me | tr -d '\377' | wc -c)" -eq 0 ]
it "mrc.bin is gone from the CBFS" sh -c \
	'rom-cbfs list --json s.rom | jq -e "all(.files[]; .name != \"mrc.bin\")" >out'
# Nothing of the vendor files, at any place: no 64 bytes of them that are not all alike.
cat >common.py <<'END'
import sys
rom = open(sys.argv[1], "rb").read()
for path in sys.argv[2:]:
    piece = open(path, "rb").read()
    for at in range(0, len(piece) - 63, 64):
        run = piece[at:at + 64]
        if len(set(run)) > 1 and run in rom:
            sys.exit("%s: 0x%x is still there" % (path, at))
END
if command -v python3 >/dev/null; then
	it "no run of 64 bytes of a vendor file is left" python3 common.py s.rom rel/vendor/me.bin \
		rel/vendor/mrc.bin
	it "and that would be seen" sh -c '! python3 common.py $0 rel/vendor/me.bin 2>said' "$rom"
else
	skip "no run of 64 bytes of a vendor file is left: no python3 to look with"
fi

# --- an output file that a failing tool left behind counts as made ----------------------------

cp -r rel/vendor half && head -c 50000 rel/vendor/me.bin >half/me.bin
refuses "half of a vendor file" 1 'me.bin \(SHA-512' rom-inject -q --vendor half -o o $archive
absent "leaves nothing" o

# --- the list of hashes decides, and passes over what it does not like ------------------------

unpack $archive
sed -i "/$name/d" t/bin/$board/vendorhashes && repack unlisted_$board.tar.xz
refuses "a ROM that is not listed" 2 "$name is not in vendorhashes" $inject -o o unlisted_$board.tar.xz
unpack $archive
sed -i "/$name/s/^..../0000/" t/bin/$board/vendorhashes && repack wrong_$board.tar.xz
refuses "which file is wrong" 1 "$name has SHA-512 [0-9a-f]{128}, but vendorhashes line [0-9] says 0000" \
	$inject -o o wrong_$board.tar.xz
(cd roms && sha1sum ./*.rom) >t/bin/$board/blobhashes && repack both_$board.tar.xz
refuses "a SHA-1 list does not make good a wrong SHA-512" 2 'both (vendor|blob)hashes and' \
	$inject -o o both_$board.tar.xz
unpack $archive
(cd roms && sha1sum ./*.rom) >>t/bin/$board/vendorhashes && repack mixed_$board.tar.xz
refuses "nor are there two lines for one ROM" 2 'vendorhashes line 4 names .* a second time' \
	$inject -o o mixed_$board.tar.xz
unpack $archive
sed 's/^\(.*\)  /\1  /; 1!G;h;$!d' t/bin/$board/vendorhashes >list &&
	cp list t/bin/$board/vendorhashes && repack order_$board.tar.xz
it "its order does not matter" runs 0 $inject --repack -f -o a_$board.tar.xz order_$board.tar.xz
it "" runs 0 $inject --repack -f -o b_$board.tar.xz $archive
same "the archive is the same" a_$board.tar.xz b_$board.tar.xz
absent "nothing was left" o

# --- after inject nothing can be verified any more --------------------------------------------

$inject --mac 00:1f:16:12:34:56 -o mac $archive
cp roms/$board.manifest mac
it "the ROMs, years later, with another MAC address" runs 0 rom-verify-hash -q -c mac/$board.manifest
cp mac/"$name" old && printf Q | dd of=old bs=1 seek=5000000 conv=notrunc 2>/dev/null
it "but not with another byte" runs 1 rom-verify-hash --manifest roms/$board.manifest old

# --- version and board come from whoever injects ----------------------------------------------

for style in 2025-02 2026-04; do
	dot=$([ $style = 2025-02 ] || echo .)
	make-release $board rel-$style $style
	unpack rel-$style/synthetic-20260101_$board.tar.xz
	printf '2.7-beta\n' >t/bin/$board/${dot}version
	repack other_$board.tar.xz
	it "$style: inject" runs 0 rom-inject -q --vendor rel-$style/vendor --repack -f -o v_$board.tar.xz \
		other_$board.tar.xz
	it "$style: the version stays the release's" \
		[ "$(tar -xJf v_$board.tar.xz -O bin/$board/${dot}version)" = 2.7-beta ]
	it "$style: strip" runs 0 rom-inject -q --strip -f -o w_$board.tar.xz v_$board.tar.xz
	it "$style: also then" [ "$(tar -xJf w_$board.tar.xz -O bin/$board/${dot}version)" = 2.7-beta ]
done

# --- the archive is replaced in place, and lost half way --------------------------------------

cp $archive p_$board.tar.xz
it "in place, with a limit of 1 MB for files" sh -c "
	ulimit -f 1000; $inject --repack -f -o p_$board.tar.xz p_$board.tar.xz 2>err; [ \$? -eq 2 ]"
it "the sentence says so" grep -q 'File too large; the archive was left as it was$' err
same "the archive is as it was" p_$board.tar.xz $archive
chmod 400 p_$board.tar.xz
for bad in "--vendor half" "--vendor none"; do
	it "in place, $bad" sh -c "! rom-inject -q $bad --repack -f -o p_$board.tar.xz p_$board.tar.xz 2>err"
	it "the sentence says so" grep -q 'the archive was left as it was$' err
	same "the archive is as it was" p_$board.tar.xz $archive
done
it "nothing lies beside it" [ -z "$(ls | grep part$)" ]
# (killed at any moment: release.sh; damaged in any way: inject.sh)

# --- the board is known by the file's name alone ----------------------------------------------

cp $archive renamed_x230_12mb.tar.xz
refuses "another board's name on it" 1 'is not of board x230_12mb' $inject -o o renamed_x230_12mb.tar.xz
unpack $archive
mv t/bin/$board t/bin/x230_12mb
for f in t/bin/x230_12mb/*$board*; do mv "$f" "$(echo "$f" | sed "s/$board/x230_12mb/")"; done
sed -i "s/$board/x230_12mb/" t/bin/x230_12mb/vendorhashes
repack forged_x230_12mb.tar.xz
refuses "also within" 1 'board-regions' $inject -o o forged_x230_12mb.tar.xz
absent "nothing was left" o

# --- fixed scratch places, one run at a time --------------------------------------------------

make-release hp8200sff_4mb small
pids= bad=
for i in 1 2 3; do
	$inject -o at-once-$i $archive & pids="$pids $!"
	rom-inject -q --vendor small/vendor -o small-$i small/*.tar.xz & pids="$pids $!"
done
for pid in $pids; do wait "$pid" || bad=1; done
for i in 1 2 3; do
	diff -r roms at-once-$i >said && (cd small-$i && sha512sum -c --quiet ../small/SHA512SUMS) || bad=1
done
it "six runs at the same time" [ -z "$bad" ]
it "and TMPDIR is as empty as before" sh -c "
	mkdir -p scratch && TMPDIR=\$PWD/scratch $inject -f -o roms $archive && [ -z \"\$(ls -A scratch)\" ]"

# --- the archive grows with the number of processors ------------------------------------------

for jobs in 1 2 5; do
	$inject --jobs $jobs --repack -f -o jobs-${jobs}_$board.tar.xz $archive
	same "--jobs $jobs" jobs-${jobs}_$board.tar.xz b_$board.tar.xz
done
it "one block" [ "$(xz --robot --list b_$board.tar.xz | awk '$1 == "file" { print $3 }')" = 1 ]

# --- two chips, and which half goes where, are left to the user -------------------------------

it "the manifest has the hash of each part" [ "$(jq '.images[0].parts | length' roms/$board.manifest)" = 2 ]
rom-split -q -b $board -o chips "$rom"
cp roms/$board.manifest chips && rm chips/*$name.manifest 2>/dev/null
it "and rom-split makes these" runs 0 rom-verify-hash -q --ignore-missing -c chips/$board.manifest
unpack $archive
stripped=$(ls t/bin/$board/DO*seabios*.rom)
refuses "what is stripped is not split" 1 'stripped-image' rom-split -b $board -o o "$stripped"
head -c -1 "$stripped" >trimmed
refuses "nor flashed" 1 'stripped-image' rom-flash -b $board -p bottom=dummy:emulate=W25Q64BV,image=chip \
	-w "$stripped"
absent "no chip was made" chip

# --- an ME that is shorter than the one before leaves the old tail ----------------------------

region=$(bytes "$rom" $me | wc -c)
head -c "$region" /dev/zero | tr '\0' Z >long-me
rom-inject -q --region me=long-me -o z.rom "$rom"
it "the longer one" [ "$(bytes z.rom $me | tr -d Z | wc -c)" -eq 0 ]
rom-inject -q --region me=rel/vendor/me.bin -o y.rom z.rom
same "the shorter one after it: the ROM as it was" y.rom "$rom"

# --- board files are run as programs ----------------------------------------------------------

cat >evil.yaml <<'END'
name: $(touch ran) `touch ran`; touch ran
rom_size: 4M
chips:
  - {name: chip1, size: 4M}
END
it "a board file is data" sh -c 'rom boards ./evil.yaml >out 2>err; [ ! -e ran ]'
it "" grep -q 'touch ran' out

# --- names of members of more than 100 characters ---------------------------------------------

tar -tJf b_$board.tar.xz | sort >gnu
it "GNU tar reads the injected archive" [ "$(grep -c "^bin/$board/.*rom$" gnu)" -eq 3 ]
rom-inject -q --strip -f -o c_$board.tar.xz b_$board.tar.xz
tar -tJf c_$board.tar.xz | sort >gnu
it "and the stripped one" [ "$(grep -c "^bin/$board/DO_NOT_FLASH_YET.*_$board.*rom$" gnu)" -eq 3 ]
it "whose names have over 100 characters" sh -c "awk '/rom\$/ && length <= 100 { exit 1 }' gnu"
if command -v bsdtar >/dev/null; then
	bsdtar -tf c_$board.tar.xz | sort >bsd
	same "bsdtar reads the same names" bsd gnu
	mkdir bsd-out gnu-out
	bsdtar -xf c_$board.tar.xz -C bsd-out && tar -xJf c_$board.tar.xz -C gnu-out
	it "and the same files" diff -r bsd-out gnu-out
else
	skip "bsdtar is not installed"
fi

# --- states of an archive ---------------------------------------------------------------------

# vendor files in, no list: strip does it, inject only sets the MAC
unpack b_$board.tar.xz
rm -f t/bin/$board/*.manifest && repack full_$board.tar.xz
it "complete: strip" runs 0 rom-inject -q --strip -f -o s_$board.tar.xz full_$board.tar.xz
it "complete: inject" runs 0 rom-inject --vendor rel/vendor -o done full_$board.tar.xz
it "says that there was nothing to do" grep -q 'has its vendor files already' err
it "and copies" sh -c 'cd done && sha512sum -c --quiet ../rel/SHA512SUMS'
it "complete: the MAC" runs 0 rom-inject -q --mac 00:1f:16:12:34:56 -o done2 full_$board.tar.xz
same "is set" done2/"$name" mac/"$name"
# stripped, with the list: strip has nothing to do, inject does it
refuses "stripped: strip" 1 'stripped-image' rom-inject -q --strip -o o_$board.tar.xz s_$board.tar.xz
it "stripped: inject" runs 0 $inject -o done3 s_$board.tar.xz
same "does it" done3/"$name" "$rom"
# a board without vendor files
make-release x200_8mb free
refuses "free: strip" 1 'no-vendor-files' rom-inject -q --strip -o o_x200_8mb.tar.xz free/*.tar.xz
it "free: inject" runs 0 rom-inject -q --mac 00:1f:16:12:34:56 -o done4 free/*.tar.xz
# what was never published
unpack s_$board.tar.xz
rm t/bin/$board/vendorhashes && repack nolist_$board.tar.xz
refuses "stripped, without a list" 1 'no vendorhashes to prove' $inject -o o nolist_$board.tar.xz
unpack full_$board.tar.xz
(cd roms && sha512sum ./*.rom) >t/bin/$board/vendorhashes && repack list_$board.tar.xz
refuses "complete, with a list" 2 'still have their vendor files although' $inject -o o list_$board.tar.xz
cp "$rom" s.rom && rom-cbfs remove -q -n mrc.bin -o gone.rom s.rom 2>/dev/null ||
	rom-cbfs remove -n mrc.bin -o gone.rom s.rom
refuses "half stripped: strip" 2 'mrc.bin' rom-inject -q --strip -b $board -o o gone.rom
absent "nothing was left" o o_$board.tar.xz o_x200_8mb.tar.xz
