# SPDX-License-Identifier: GPL-3.0-or-later
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

"$HELPERS/make-image" x230_12mb seabios x.rom
head -c 8388608 x.rom >bottom
tail -c 4194304 x.rom >top

it "splits by board" runs 0 rom-split -b x230_12mb -o d x.rom
it "and says nothing" [ ! -s out -a ! -s err ]
same "the bottom chip" d/x.bottom.rom bottom
same "the top chip" d/x.top.rom top
it "with a manifest, and nothing else" [ "$(ls d | tr '\n' ' ')" = "x.bottom.rom x.manifest x.top.rom " ]
it "which holds" runs 0 rom-verify-hash -c d/x.manifest
it "and is of the image" grep -q "\"sha512\": \"$(sha x.rom)\"" d/x.manifest
it "splits by the descriptor" runs 0 rom-split -o d2 x.rom
same "the first chip" d2/x.chip1.rom bottom
same "the second chip" d2/x.chip2.rom top
it "splits by sizes" runs 0 rom-split --sizes 4M,4096K,0x400000 -o d3 x.rom
same "the last of three" d3/x.chip3.rom top
it "one part as a filter" sh -c 'rom-split -b x230_12mb --chip top -o - - <x.rom | cmp - top'
it "one part as a file" runs 0 rom-split -b x230_12mb --chip bottom -o b.rom x.rom
same "its bytes" b.rom bottom
it "standard input has a name" runs 0 sh -c 'rom-split -b x230_12mb -o d4 - <x.rom'
it "image" [ -f d4/image.top.rom -a -f d4/image.manifest ]
it "the same image, the same manifest" runs 0 sh -c 'rom-split -b x230_12mb -o d5 x.rom && cmp d/x.manifest d5/x.manifest'

# --- regions ----------------------------------------------------------------------------

rom-ifd-parse --extract regions x.rom
it "the regions of the descriptor" runs 0 rom-split --regions -o r x.rom
it "and says nothing, again" [ ! -s out -a ! -s err ]
for region in fd gbe me bios; do same "region $region" regions/$region.bin r/x.$region.bin; done
it "with a manifest, and nothing else, too" [ "$(ls r | wc -l)" -eq 5 ]
it "which holds for all of them" runs 0 rom-verify-hash -c r/x.manifest
it "and rom-join puts them together" runs 0 rom-join -o back r/x.me.bin r/x.fd.bin r/x.bios.bin r/x.gbe.bin
same "to the image" back x.rom
rm back
rom-ifd-parse --layout x.rom >layout
it "the same by a layout" runs 0 rom-split -l layout -o r2 x.rom
it "is the same" diff -r r r2
it "one region" runs 0 rom-split --region gbe -o gbe x.rom
same "is that region" gbe regions/gbe.bin
it "one area as a filter" sh -c 'rom-split -l layout --region me -o - - <x.rom | cmp - regions/me.bin'
printf '# upper half, and what is in it\n00800000:00bfffff top\n00bf0000:00bfffff boot\n' >areas
it "areas that are not the whole image" runs 0 rom-split -l areas -o r3 x.rom
it "one within another" [ "$(ls r3 | tr '\n' ' ')" = "x.boot.bin x.top.bin " ]
same "the larger" r3/x.top.bin top
it "no manifest, says a note" grep -q 'note: no manifest: the regions do not make up the image' err
it "-q: not even that" sh -c 'rom-split -q -l areas -o r4 x.rom 2>&1 | cmp - /dev/null'
it "--json of regions" runs 0 rom-split --json --dry-run -l areas -o r5 x.rom
json "has them" '.manifest == null and .parts[1].region == "boot" and
	.parts[1].offset == 12517376 and .parts[1].size == 65536'
refuses "an area behind the image" 2 'x.rom: 0x00bf0000: region z .* is not wholly in the image' \
	sh -c 'echo bf0000:c00000 z | rom-split -l - -o no x.rom'
refuses "no area" 2 'standard input: the layout names no area' \
	sh -c 'echo "#" | rom-split -l - -o no x.rom'
refuses "a layout that is none" 2 'x.rom: ' rom-split -l x.rom -o no x.rom
refuses "one chip's part" 2 'bottom: 0x[0-9a-f]*: region bios .* is not wholly in the image' \
	rom-split --regions -o no bottom
refuses "no descriptor" 2 'give a layout with -l' rom-split --regions -o no top
refuses "an unknown region" 2 'there is no region pd; the first is called fd' \
	rom-split --region pd -o no x.rom
refuses "regions of a board" 2 'are about chips, not regions' \
	rom-split --regions -b x230_12mb -o no x.rom
refuses "a chip and a region" 2 'give one --chip or one --region' \
	rom-split --chip top --region me -o no x.rom
printf '\0' | cat x.rom - >padded.rom
refuses "regions of a release image" 1 '\(stripped-image\)' rom-split --regions -o no padded.rom
rm padded.rom

# --- images smaller than their chip -----------------------------------------------------

for b in hp820g2_12mb:16 hp8200sff_4mb:8 g43t_am3:4 dell780mt_truncate_8mb:8 \
	dell780usff_truncate_8mb:8; do
	size=$((${b#*:} * 1048576)) b=${b%:*}
	"$HELPERS/make-image" "$b" seabios s.rom
	it "a small image: $b" runs 0 rom-split -b "$b" -o small s.rom
	head -c $((size - $(wc -c <s.rom))) /dev/zero | LC_ALL=C tr '\0' '\377' | cat s.rom - >want
	same "is at the low end, the rest is 0xff ($b)" small/s.chip1.rom want
	it "and comes back ($b)" runs 0 rom-join -f -o back small/s.chip1.rom
	same "as it was ($b)" back s.rom
	rm -r small
done

# --- what is refused --------------------------------------------------------------------

refuses "what is there stays" 2 'd/x.bottom.rom: exists; give -f' rom-split -b x230_12mb -o d x.rom
rm d/x.bottom.rom
refuses "also the last of several" 2 'd/x.top.rom: exists; give -f' rom-split -b x230_12mb -o d x.rom
absent "and the first is not there without it" d/x.bottom.rom
it "-f replaces" runs 0 rom-split -f -b x230_12mb -o d x.rom
same "all of them" d/x.bottom.rom bottom

printf '\0' | cat x.rom - >padded.rom
for how in '-b x230_12mb' '--sizes 8M,4M' ''; do
	refuses "a release image without vendor files ($how)" 1 \
		'padded.rom: 0x00c00000: one byte longer .*rom-inject.*\(stripped-image\)' \
		rom-split $how -o no padded.rom
done
refuses "the same on standard input" 1 'standard input: .*\(stripped-image\)' \
	sh -c 'rom-split -b x230_12mb --chip top -o - - <padded.rom'
mark='DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_'
cp x.rom "${mark}x.rom"
refuses "the name tells it, too" 1 'the name says .*\(stripped-image\)' \
	rom-split -b x230_12mb -o no "${mark}x.rom"
head -c 12582911 x.rom >short.rom
refuses "one byte too short" 1 'short.rom: 0x00bfffff: 12582911 bytes long, not the 12582912 of board x230_12mb' \
	rom-split -b x230_12mb -o no short.rom
refuses "one chip of two" 1 'looks like chip 1 of 2.*\(image-part\)' rom-split -o no d/x.bottom.rom
refuses "too long" 2 '12582912 bytes long, not the 10485760' rom-split --sizes 8M,2M -o no x.rom
refuses "the image of another board" 1 'region bios is at .*\(board-regions\)' \
	rom-split -b t440plibremrc_12mb -o no x.rom
refuses "densities of another board" 1 'for chips of 8388608 and 4194304.*\(board-densities\)' \
	rom-split -b hp820g2_12mb -o no x.rom
it "unless told" runs 0 rom-split -b t440plibremrc_12mb --allow=board-regions \
	--allow=board-identity -o d6 x.rom
head -c 12582912 /dev/zero >zero.rom
{ tail -c 12582911 zero.rom && printf x; } >some.rom
refuses "no descriptor where the board has one" 1 '\(board-descriptor\)' \
	rom-split -b x230_12mb -o no some.rom
refuses "nothing at all" 1 'every byte is 0x00.*\(blank-image\)' rom-split -b x230_12mb -o no zero.rom
refuses "no descriptor and no sizes" 2 'give -b or --sizes' rom-split -o no some.rom
refuses "an unknown board, with the nearest" 2 'x230_12mb' rom-split -b x230 -o no x.rom
refuses "an unknown chip" 2 'no chip middle' rom-split -b x230_12mb --chip middle -o no x.rom
refuses "a bad list of sizes" 2 'not a list like 8M,4M' rom-split --sizes 8M,,4M -o no x.rom
refuses "board and sizes" 2 'not both' rom-split -b x230_12mb --sizes 8M,4M -o no x.rom
refuses "no directory" 2 'with -o' rom-split -b x230_12mb x.rom
refuses "all parts on standard output" 2 'name it with --chip' rom-split -b x230_12mb -o - x.rom
refuses "an unknown check" 2 'is called all' rom-split --allow=all -b x230_12mb -o no x.rom
refuses "a file where the directory should be" 2 'top: exists and is not a directory' \
	rom-split -b x230_12mb -o top x.rom
refuses "a missing image" 2 'none.rom: cannot open' rom-split -b x230_12mb -o no none.rom

refuses "a file-size limit" 2 'no/x.(bottom|top).rom: cannot write: File too large' \
	sh -c 'ulimit -f 10000; exec rom-split -b x230_12mb -o no x.rom'
refuses "a limit that the first part meets" 2 'no/x.chip2.rom: cannot write: File too large' \
	sh -c 'ulimit -f 10000; exec rom-split --sizes 4M,8M -o no x.rom'
refuses "a full disk" 2 'standard output: cannot write: No space left' \
	sh -c 'rom-split -b x230_12mb --chip top -o - x.rom >/dev/full'
mkdir ro && ln -s /dev/full ro/x.top.rom
refuses "a full disk under one of the names" 2 'ro/x.top.rom: cannot write: No space left' \
	rom-split -b x230_12mb -o ro x.rom
it "leaves none of the others" [ "$(ls ro)" = x.top.rom ]
absent "nothing was left behind" no
it "a dry run writes nothing" runs 0 rom-split -b x230_12mb --dry-run -o no x.rom
it "and says what it would write" grep -qx '0x00800000-0x00bfffff  no/x.top.rom' out
absent "not even the directory" no

it "--json" runs 0 rom-split --json -b x230_12mb -o d7 x.rom
json "has the parts" '.board == "x230_12mb" and .image.size == 12582912 and
	.parts[1] == {"chip": "top", "file": "d7/x.top.rom", "offset": 8388608, "size": 4194304,
	"sha512": "'"$(sha top)"'"} and .manifest == "d7/x.manifest"'
it "--json of a refusal" runs 1 rom-split --json -b x230_12mb -o no padded.rom
json "has the error" '.error.status == "refused" and .error.at == 12582912'

# --- real data --------------------------------------------------------------------------

# --- FSP -----------------------------------------------------------------------------------
make-release t480_vfsp_16mb rel 2026-04 >make.out 2>&1
cat rel/vendor/fspm.bin rel/vendor/fsps.bin >Fsp.fd
it "an FSP" runs 0 rom-split --fsp -o fsp Fsp.fd
same "its memory component" fsp/Fsp.fd.fspm.bin rel/vendor/fspm.bin
same "its silicon component" fsp/Fsp.fd.fsps.bin rel/vendor/fsps.bin
it "one of them" sh -c 'rom-split --fsp --region fsps -o - - <Fsp.fd | cmp - rel/vendor/fsps.bin'
refuses "one it has not" 2 'fspt' rom-split --fsp --region fspt -o no Fsp.fd
refuses "no FSP" 2 'no Intel FSP' rom-split --fsp -o no "$HELPERS/unhex"
cat rel/vendor/fspm.bin rel/vendor/fspm.bin >twice.fd
refuses "a component twice" 2 'second component fspm' rom-split --fsp -o no twice.fd
head -c 20000 rel/vendor/fspm.bin >cut.fd
refuses "an FSP that is cut off" 2 '0x' rom-split --fsp -o no cut.fd
refuses "an FSP by layout" 2 'not both' rom-split --fsp -l x -o no Fsp.fd
absent "nothing of a refusal" no

if ! have_corpus; then
	skip "real images"
else
	for name in ivb_xx30_12m snb_xx20_8m skl_t480_16m; do
		rm -rf real back
		xz -dc "$CORPUS/images/$name.rom.xz" >real.rom
		it "a real image: $name" runs 0 rom-split -o real real.rom
		sed -n '/"split": \[/,/\]/s/.*"sha256": "\(.*\)".*/\1/p' \
			"$CORPUS/golden/images/$name.json" >want
		[ -s want ] || sha256sum <real.rom | cut -d' ' -f1 >want
		sha256sum real/*.rom | cut -d' ' -f1 >got
		same "its golden hashes ($name)" got want
		it "and back ($name)" runs 0 rom-join -o back real/*.rom
		same "as it was ($name)" back real.rom
	done
	it "the image is for X230, too" sh -c "xz -dc '$CORPUS/images/ivb_xx30_12m.rom.xz' |
		rom-split -b x230_12mb --chip bottom -o - - | sha256sum | grep -q ^92fe9b7775b25b0d"
	it "a real FSP of one component" runs 0 rom-split --fsp -o bsw "$CORPUS/blob/BSWFSP.fd"
	it "is found" [ -s bsw/BSWFSP.fd.fsp.bin ]
	for tar in "$CORPUS"/release/*.tar.xz; do
		b=${tar##*_} b=$(basename "$tar" .tar.xz) b=${b#*_}
		member=$(tar -tJf "$tar" | grep -m1 'rom$')
		tar -xJOf "$tar" "$member" >stripped.rom
		refuses "a real stripped image ($b)" 1 'stripped-image' rom-split -b "$b" -o no stripped.rom
	done
	absent "nothing was left behind" no
fi
