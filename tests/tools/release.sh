# SPDX-License-Identifier: GPL-3.0-or-later
# Both directions of the release engine, from and to whatever releases come in.
. "$TOP/tests/tools/lib.sh"

prefix=DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_
board=t440pmrc_12mb
make-release $board rel
archive=rel/synthetic-20260101_$board.tar.xz
inject="rom-inject -q --vendor rel/vendor"
sums() { (cd "$1" && sha512sum -c --quiet "$2"); }
list() { tar -tJf "$1" | sort; }
member() { tar -xJf "$1" -O "bin/$board/$2"; }

# --- the way there and back -------------------------------------------------------------

it "inject" runs 0 $inject -o roms $archive
it "gives the ROMs" sums roms ../rel/SHA512SUMS
it "strip" runs 0 rom-inject -q --strip -o synthetic-20260101_$board.tar.xz roms/*.rom
stripped=synthetic-20260101_$board.tar.xz
member $archive vendorhashes >hashes.want
member $stripped vendorhashes >hashes
same "the same vendorhashes" hashes hashes.want
tar -xJf $archive --one-top-level=a && tar -xJf $stripped --one-top-level=b
for rom in a/bin/$board/*.rom; do
	same "the same stripped ROM ${rom#*ORG_}" "$rom" "b/bin/$board/${rom##*/}"
done
it "and nothing else but lists and notes" [ "$(ls b/bin/$board | grep -v "^$prefix" | tr '\n' ' ')" = \
	"projectname $board.manifest vendorhashes version versiondate " ]
it "inject of that" runs 0 $inject -o again $stripped
it "gives the ROMs again" sums again ../rel/SHA512SUMS
same "and the same manifest" roms/$board.manifest again/$board.manifest
same "which strip had packed, too" roms/$board.manifest b/bin/$board/$board.manifest
it "the manifest verifies them" runs 0 rom-verify-hash -q --check roms/$board.manifest

# --- archives ---------------------------------------------------------------------------

it "--repack" runs 0 $inject --repack -o full_$board.tar.xz $archive
tar -xJf full_$board.tar.xz --one-top-level=full
it "holds the ROMs" sums full/bin/$board ../../../rel/SHA512SUMS
it "and no list of hashes any more" [ ! -e full/bin/$board/vendorhashes ]
it "but the manifest, and the notes" [ "$(ls full/bin/$board | grep -v rom$ | tr '\n' ' ')" = \
	"README.md projectname $board.manifest version versiondate " ]
it "sorted, owned by root, of the release's date" sh -c "
	tar -tvJf full_$board.tar.xz | awk '\$2 != \"root/root\" || \$4 != \"2026-01-01\" { exit 1 }' &&
	tar -tJf full_$board.tar.xz | sed 1d | LC_ALL=C sort -c"
it "in one xz block" sh -c "[ \$(xz --robot --list full_$board.tar.xz | awk '\$1 == \"file\" { print \$3 }') = 1 ]"
it "strip of an archive" runs 0 rom-inject -q --strip -o s_$board.tar.xz full_$board.tar.xz
member s_$board.tar.xz vendorhashes >hashes
same "has the same list" hashes hashes.want
it "keeps the notes" [ "$(member s_$board.tar.xz version)" = 20260101 ]
it "inject of that, too" runs 0 $inject -o third s_$board.tar.xz
it "gives the ROMs" sums third ../rel/SHA512SUMS

for jobs in 1 2 7; do
	it "--jobs $jobs" runs 0 $inject --jobs $jobs --repack -f -o j_$board.tar.xz $archive
	same "gives the same archive" j_$board.tar.xz full_$board.tar.xz
done
it "SOURCE_DATE_EPOCH" runs 0 env SOURCE_DATE_EPOCH=86400 $inject --repack -f -o j_$board.tar.xz $archive
it "is the date of the members" sh -c "tar -tvJf j_$board.tar.xz | grep -q 1970-01-02"
refuses "a SOURCE_DATE_EPOCH that is none" 2 'SOURCE_DATE_EPOCH is "noon"' \
	env SOURCE_DATE_EPOCH=noon $inject --repack -f -o j_$board.tar.xz $archive

cp $archive inplace_$board.tar.xz
it "in place" runs 0 $inject --repack -f -o inplace_$board.tar.xz inplace_$board.tar.xz
same "is the same as anywhere" inplace_$board.tar.xz full_$board.tar.xz
cp $archive inplace_$board.tar.xz
mkdir none
refuses "in place, and a vendor file missing" 2 'mrc.bin is missing' \
	rom-inject -q --vendor none --repack -f -o inplace_$board.tar.xz inplace_$board.tar.xz
same "leaves the archive alone" inplace_$board.tar.xz $archive

xz -dc $archive >p_$board.tar
gzip -1 <p_$board.tar >p_$board.tar.gz
if command -v zstd >/dev/null; then zstd -q -1 <p_$board.tar >p_$board.tar.zst; else skip "no zstd here"; fi
for packed in p_$board.tar*; do
	it "from $packed" runs 0 $inject -f -o other $packed
	it "the same ROMs" sums other ../rel/SHA512SUMS
	head -c $(($(stat -c %s $packed) - 600)) $packed >"cut_${packed#p_}"
	refuses "cut off: $packed" 2 "(cut off|Truncated)" $inject -o o "cut_${packed#p_}"
done
printf x >>p_$board.tar.gz
refuses "a byte behind the end of .tar.gz" 2 'bytes behind the end' $inject -o o p_$board.tar.gz
cp p_$board.tar download && touch download
it "an archive without its name, by its bytes" runs 0 $inject -b $board -f -o other download
absent "nothing was left" o

# --- directories and single ROMs --------------------------------------------------------

it "from an unpacked release" runs 0 $inject -o fromdir a
it "the same ROMs" sums fromdir ../rel/SHA512SUMS
it "from the directory of the ROMs" runs 0 $inject -b $board -f -o fromdir a/bin/$board
refuses "a directory that does not say the board" 2 'give -b BOARD' $inject -o o a/bin/$board
it "strip of a directory" runs 0 rom-inject -q --strip -b $board -o dir_$board.tar.xz roms
member dir_$board.tar.xz vendorhashes >hashes
same "has the same list" hashes hashes.want
it "--only" runs 0 $inject --only 'seabios*' -o only $archive
it "is one ROM" [ "$(ls only/*.rom)" = only/seabios_${board}_libgfxinit_corebootfb.rom ]
refuses "--only, and nothing is called so" 2 'no ROM image is called so' \
	$inject --only 'x*' -o o $archive

one=$(ls a/bin/$board/*seabios*.rom)
final=roms/seabios_${board}_libgfxinit_corebootfb.rom
it "one stripped ROM" runs 0 $inject -b $board -o one.rom "$one"
same "becomes the ROM" one.rom $final
it "with its manifest" runs 0 rom-verify-hash -q --manifest one.manifest one.rom
it "which names it, and not what it was made of" sh -c 'rom-verify-hash -q --check one.manifest &&
	[ "$(jq -r ".images[0].name, .images[0].parts[0].name" one.manifest | tr "\n" " ")" = "one.rom one.bottom.rom " ]'
it "in a pipe" sh -c "cat '$one' | $inject -b $board -o - - | cmp - $final"
it "without the board there is nothing to go by" runs 2 $inject -o o "$one"
it "into a split" sh -c "
	cat '$one' | $inject -b $board -o - - | rom-split -b $board --chip top -o - - >top &&
	tail -c 4194304 $final | cmp - top"
it "one ROM, stripped" runs 0 rom-inject -q --strip -b $board -o back.rom $final
same "is padded, and what it was" back.rom "$one"

refuses "strip of what is stripped" 1 'is stripped already \(stripped-image\)' \
	rom-inject -q --strip -o o_$board.tar.xz $archive
refuses "one ROM, likewise" 1 'is stripped already' rom-inject -q --strip -b $board -o o "$one"
head -c 12582912 "$one" >trimmed.rom
refuses "and trimmed by hand" 1 'is stripped already' \
	rom-inject -q --strip -b $board -o o trimmed.rom
it "which can be filled all the same" runs 0 $inject -b $board -f -o one.rom trimmed.rom
same "with the same result" one.rom $final
refuses "strip to a name without a board" 2 'give -b BOARD' rom-inject -q --strip -o o.tar.xz $final
absent "nothing was left" o o_$board.tar.xz o.tar.xz

# --- what a release holds may not be there any more -------------------------------------

# A copy of the vendor file at another place: removed in one, it would be published in the other.
cp $final twice.rom
dd if=rel/vendor/mrc.bin of=twice.rom bs=1 count=4096 seek=$((0x21000)) conv=notrunc 2>/dev/null
refuses "vendor bytes are left elsewhere" 1 'mrc.bin' \
	rom-inject -q --strip -b $board -o o twice.rom
rom-cbfs remove -n mrc.bin -o half.rom $final
refuses "one of the pieces is not there" 2 'mrc.bin' \
	rom-inject -q --strip -b $board -o o half.rom
absent "nothing was left" o

# --- without a board --------------------------------------------------------------------

base=trimmed.rom
it "--region and --cbfs" runs 0 rom-inject -q \
	--cbfs mrc.bin=rel/vendor/mrc.bin,type=mrc,at=0xfffa0000 \
	--region me=rel/vendor/me.bin -o explicit.rom $base
same "give the ROM" explicit.rom $final
refuses "an unknown region" 2 'no region is called zz' \
	rom-inject --region zz=rel/vendor/me.bin -o o $base
refuses "a region that is not used" 2 'descriptor has no pd region' \
	rom-inject --region pd=rel/vendor/me.bin -o o $base
refuses "not NAME=FILE" 2 'not of the form NAME=FILE' rom-inject --region me -o o $base
refuses "an unknown word" 2 'not size=1' rom-inject --cbfs a=b,size=1 -o o $base
refuses "an address that is none" 2 'at=top is no address' \
	rom-inject --cbfs a=rel/vendor/mrc.bin,at=top -o o $base
refuses "with --vendor" 2 'without --vendor' \
	rom-inject --region me=rel/vendor/me.bin --vendor rel/vendor -o o $base

# --- the MAC address --------------------------------------------------------------------

mac() { rom-ifd-parse --extract gbe.dir -f "$1" >/dev/null && od -An -tx1 -N6 gbe.dir/gbe.bin | tr -d ' \n'; }
$inject --mac 00:1F:16:12:34:56 -o mac $archive 2>err
for rom in mac/*.rom; do
	it "--mac sets it in ${rom##*/}" [ "$(mac $rom)" = 001f16123456 ]
done
it "the manifest's masked hash does not change" sh -c '
	grep gbe_masked mac/*.manifest >m1; grep gbe_masked roms/*.manifest >m2; cmp m1 m2'
it "and the ROMs are what the manifest says" runs 0 rom-verify-hash -q -c mac/$board.manifest
$inject --mac random -o random $archive
first=$(mac "$(ls random/*.rom | head -n 1)")
for rom in random/*.rom; do
	it "--mac random is one for all" [ "$(mac $rom)" = "$first" ]
done
it "local and unicast" sh -c "case $first in ?[26ae]*) ;; *) false ;; esac"
$inject --mac '00:1f:16:??:xx:??' -f -o random $archive
it "a pattern" sh -c "case $(mac "$(ls random/*.rom | head -n 1)") in 001f16*) ;; *) false ;; esac"
$inject --mac stock -o stock $archive
it "--mac stock is the board's" sums stock ../rel/SHA512SUMS
$inject --gbe-from "$(ls mac/*.rom | head -n 1)" -o backup $archive
it "--gbe-from a backup" [ "$(mac "$(ls backup/*.rom | head -n 1)")" = 001f16123456 ]
same "is the same ROM" "$(ls backup/*.rom | head -n 1)" "$(ls mac/*.rom | head -n 1)"
it "the MAC of complete ROMs" runs 0 rom-inject -q --mac 00:1f:16:12:34:56 -b $board -o m.rom $final
same "without vendor files" m.rom mac/"${final#roms/}"
for bad in 00:00:00:00:00:00 01:00:00:00:00:01 00:1f:16:12:34 00-1f-16-12-34-56 00:1g:16:12:34:56; do
	refuses "--mac $bad" 2 "(all zeros|multicast|no MAC address)" $inject --mac $bad -o o $archive
done
refuses "--mac with nothing" 2 'mac is empty' $inject --mac '' -o o $archive
absent "nothing was left" o

# --- lists of old releases --------------------------------------------------------------

cp -r a legacy && (
	cd legacy/bin/$board && rm vendorhashes
	for rom in "$TOP"/none ../../../roms/*.rom; do
		[ ! -e "$rom" ] || echo "$(sha1sum <"$rom" | cut -d' ' -f1)  ./${rom##*/}"
	done >blobhashes
)
tar -cJf legacy_$board.tar.xz -C legacy bin
it "SHA-1 in blobhashes" runs 0 $inject -o old legacy_$board.tar.xz
it "gives the ROMs" sums old ../rel/SHA512SUMS
sed -i '1s/^..../0000/' legacy/bin/$board/blobhashes
tar -cJf legacy_$board.tar.xz -C legacy bin
refuses "and is believed" 1 'has SHA-1 [0-9a-f]{40}, but blobhashes line 1 says 0000' \
	$inject -o o legacy_$board.tar.xz

# --- which piece is wrong ---------------------------------------------------------------

cp -r rel/vendor bad && printf X | dd of=bad/mrc.bin bs=1 seek=99 conv=notrunc 2>/dev/null
rom-inject -q --vendor bad -o o $stripped 2>err
it "the manifest of the release says which piece is wrong" sh -c '
	grep -q "not the vendor files of this release: mrc.bin (stored SHA-512" err && ! grep -q "me.bin (" err'

# --- signed releases --------------------------------------------------------------------

"$HELPERS/sign" key me >me.pub
"$HELPERS/sign" key other >other.pub
cp $archive signed_$board.tar.xz
"$HELPERS/sign" minisign me signed_$board.tar.xz >signed_$board.tar.xz.minisig
it "a good signature" runs 0 rom-inject --key me.pub --vendor rel/vendor -o signed signed_$board.tar.xz
it "is said" grep -q 'note: good signature by key' err
it "and the ROMs are those" sums signed ../rel/SHA512SUMS
refuses "another key" 1 'signature' $inject --key other.pub -o o signed_$board.tar.xz
refuses "no signature" 2 'signature' $inject --key me.pub -o o $archive
"$HELPERS/sign" signify me $archive >elsewhere.sig
it "a signature elsewhere" runs 0 $inject --key me.pub --signature elsewhere.sig -f -o signed $archive
printf x >>signed_$board.tar.xz
refuses "a byte more" 1 'signature .* is not of these bytes' \
	$inject --key me.pub -o o signed_$board.tar.xz
refuses "--signature without --key" 2 'needs the public key' $inject --signature x -o o $archive
refuses "--key for a ROM" 2 'is for release archives' $inject -b $board --key me.pub -o o "$one"
absent "nothing was left" o

# --- the wrong board --------------------------------------------------------------------

refuses "a ROM of another size" 2 'a ROM of this board has 8388608' $inject -b t420_8mb -o o $final
refuses "a ROM of another board" 1 'board-regions' $inject -b x230_12mb -o o $final
refuses "strip of another board's" 1 'board-regions' rom-inject -q --strip -b x230_12mb -o o $final
make-release x200_8mb free 2026-04
it "a board without vendor files: the MAC is changed" runs 0 \
	rom-inject -q --mac 00:1f:16:12:34:56 -o freeroms free/*.tar.xz
it "of every ROM" [ "$(mac "$(ls freeroms/*.rom | head -n 1)")" = 001f16123456 ]

# --- many members, devices --------------------------------------------------------------

mkdir -p many/bin/$board && (cd many/bin/$board && seq 5000 | xargs touch)
tar -cf - -C many bin | xz -0 >many_$board.tar.xz
refuses "5000 members" 2 'over 4096' $inject -o o many_$board.tar.xz
mkdir -p dev/bin/$board
if mknod dev/bin/$board/null c 1 3 2>/dev/null; then
	tar -cf - -C dev bin | xz -0 >dev_$board.tar.xz
	refuses "a device" 2 'a link or a special file' $inject -o o dev_$board.tar.xz
else
	skip "not root: no device could be made"
fi
absent "nothing was left" o

# --- killed while an archive is replaced ------------------------------------------------

cp $archive k_$board.tar.xz
begin=$(date +%s%N)
$inject --repack -f -o k_$board.tar.xz k_$board.tar.xz
span=$((($(date +%s%N) - begin) / 1000))
cp k_$board.tar.xz k.new
wrong=0 early=0
for moment in 1 5 10 20 30 40 50 60 70 80 85 90 92 94 95 96 97 98 99 100 101 103; do
	cp $archive k_$board.tar.xz
	usec=$((span * moment / 100))
	$inject --repack -f -o k_$board.tar.xz k_$board.tar.xz 2>/dev/null &
	pid=$!
	sleep "$((usec / 1000000)).$(printf %06d $((usec % 1000000)))"
	kill -9 $pid 2>/dev/null && early=$((early + 1))
	wait $pid 2>/dev/null
	cmp -s k_$board.tar.xz $archive || cmp -s k_$board.tar.xz k.new || wrong=$((wrong + 1))
done
it "the archive is always the old or the new one" [ $wrong -eq 0 ]
it "and it was killed before the end, too" [ $early -gt 5 ]

# --- dry runs ---------------------------------------------------------------------------

refuses "a dry run finds files that exist" 2 'exists; give -f' $inject --dry-run -o roms $archive
refuses "an archive, too" 2 'exists; give -f' $inject --dry-run --repack -o full_$board.tar.xz $archive
it "and is silent with -f" runs 0 $inject --dry-run -f -o roms $archive
it "or without an output" runs 0 $inject --dry-run $archive
it "or where nothing is" runs 0 $inject --dry-run -o nowhere $archive
absent "and makes nothing" nowhere

# --- a board that only its release knows ------------------------------------------------

cp -r b unknown && mv unknown/bin/$board unknown/bin/newboard_12mb
sed "s/$board/newboard_12mb/g" b/bin/$board/$board.manifest \
	>unknown/bin/newboard_12mb/newboard_12mb.manifest
rm unknown/bin/newboard_12mb/$board.manifest
sed -i "s/$board/newboard_12mb/g" unknown/bin/newboard_12mb/vendorhashes
for rom in unknown/bin/newboard_12mb/*.rom; do
	mv "$rom" "$(echo "$rom" | sed "s/$board/newboard_12mb/2; s/_${board}_/_newboard_12mb_/")" 2>/dev/null
done
tar -cJf x-1_newboard_12mb.tar.xz -C unknown bin
it "the release's manifest is enough" runs 0 rom-inject --vendor rel/vendor -o newboard x-1_newboard_12mb.tar.xz
it "and it says so" grep -q 'board newboard_12mb is not known here' err
it "the ROMs are the same" [ "$(sha512sum newboard/*.rom | cut -c1-128 | sort)" = \
	"$(cut -c1-128 rel/SHA512SUMS | sort)" ]
rm unknown/bin/newboard_12mb/*.manifest
tar -cJf x-1_newboard_12mb.tar.xz -C unknown bin
refuses "without it nothing is known" 2 'unknown board newboard_12mb' \
	rom-inject --vendor rel/vendor -o o x-1_newboard_12mb.tar.xz

# --- real releases ----------------------------------------------------------------------

if ! have_corpus; then
	skip "no real releases here"
	exit 0
fi
for board in x230_12mb t440pmrc_12mb; do
	real=$(ls "$CORPUS"/release/libreboot-*_$board.tar.xz)
	vendor=$CORPUS/release/$board.vendorfiles
	grep -v -e '^#' -e '^final_name' "${real%.tar.xz}.expected.tsv" >rows
	cut -f 1,4 rows | awk '{ print $2 "  " $1 }' >final.sums
	cut -f 2,6 rows | awk '{ print $2 "  " $1 }' >packed.sums
	cut -f 1,7 rows | awk '{ print $2 "  " $1 }' >mac.sums
	rm -rf real packed setmac out_*
	it "$board: inject" runs 0 rom-inject -q --vendor "$vendor" -o real "$real"
	it "$board: is as expected" sums real ../final.sums
	it "$board: strip" runs 0 rom-inject -q --strip -o out_$board.tar.xz real/*.rom
	tar -xJf out_$board.tar.xz --one-top-level=packed
	it "$board: is as it was packed" sums packed/bin/$board ../../../packed.sums
	tar -xJf "$real" -O bin/$board/vendorhashes >hashes.want
	same "$board: the same vendorhashes" packed/bin/$board/vendorhashes hashes.want
	it "$board: inject of that, repacked" runs 0 \
		rom-inject -q --vendor "$vendor" --repack -o out_full_$board.tar.xz -b $board out_$board.tar.xz
	rm -rf real && mkdir real && tar -xJf out_full_$board.tar.xz -C real --strip-components=2
	it "$board: is as expected again" sums real ../final.sums
	it "$board: with a fixed MAC" runs 0 \
		rom-inject -q --vendor "$vendor" --mac 00:1f:16:12:34:56 -o setmac "$real"
	it "$board: is as expected" sums setmac ../mac.sums
done
