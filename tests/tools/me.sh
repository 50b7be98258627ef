# SPDX-License-Identifier: GPL-3.0-or-later
# rom-me: on regions and in whole images; on real ones byte for byte as me_cleaner.
. "$TOP/tests/tools/lib.sh"

for g in 1 2 3 ifwi; do "$HELPERS/make-me" $g me$g.bin; done
"$HELPERS/unhex" "$TOP/fixtures/good-ifd-6-series.hex" fd.bin
"$HELPERS/unhex" "$TOP/fixtures/good-ifd-600-series.hex" fd600.bin
ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; }
# whole FD ME AT SIZE: an image of that size with the region there, for the rest 0xff
whole() { cat "$1" && ff $(($3 - 4096)) && cat "$2" && ff $(($4 - $3 - $(stat -c %s "$2"))); }
whole fd.bin me2.bin $((0x3000)) $((0xc00000)) >whole.rom
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}
bytes() { od -An -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'; } # bytes FILE AT COUNT
size_is() { [ "$(stat -c %s "$1")" -eq "$2" ]; }


# --- info
it "info" runs 0 rom-me info me2.bin
it "has version and generation" grep -q '^0x00000000 ME 8.1.20.1336 (generation 2' out
it "and the signature" grep -q '^0x00004000 the signature of FTPR is valid$' out
it "and partitions" grep -q '^0x00004000    32768 FTPR$' out
it "also without data" grep -q '^ *-  *- NVCL  no data$' out
it "and modules" grep -q '^0x00006400      928   BUP  *Huffman  !$' out
it "is wary of an unknown key" grep -q '^0x00004080 warning: the key of .* (me-key)$' out
it "info of CSME" runs 0 rom-me info meifwi.bin
it "knows no keys there" sh -c '! grep -q me-key out'
it "info --json" runs 0 rom-me info --json me2.bin
json "as promised" '.generation == "2" and .version == "8.1.20.1336" and .signature_ok == true
	and (.partitions | map(select(.name == "FTPR")) | .[0].offset == 16384 and .[0].size == 32768)
	and (.findings | map(.id) == ["me-key"])'
it "info of an image" runs 0 rom-me info --json whole.rom
json "counts in the region" '.region.start == 12288 and .partitions[4].offset == 16384'
json "but findings in the image" '.findings[0].at == 28800'
cp me2.bin bad.bin && printf 'Z' | dd of=bad.bin bs=1 seek=$((0x4100)) conv=notrunc 2>/dev/null
it "a bad signature" runs 1 rom-me info --json bad.bin
json "is said" '.signature_ok == false and (.findings | map(.id) | index("me-signature"))'
cp me2.bin changed.bin && printf 'Z' | dd of=changed.bin bs=1 seek=$((0x7810)) conv=notrunc 2>/dev/null
it "a changed module" runs 1 rom-me info changed.bin
it "is said" grep -q '^0x00007800 error: module UPDATE of FTPR .* (me-module)$' out
it "the signature does not see it" grep -q 'the signature of FTPR is valid' out
cp me3.bin changed.bin && printf 'Z' | dd of=changed.bin bs=1 seek=$((0x8123)) conv=notrunc 2>/dev/null
it "one of a version that was not measured" runs 0 rom-me info changed.bin
it "is said" grep -q '^0x00008000 warning: module policy of FTPR .*hash in its .met.* (me-module)$' out
it "taken out it is nothing" runs 0 rom-me clean -f -o cleaned.bin changed.bin
it "to speak of" runs 0 rom-me info cleaned.bin
cp meifwi.bin changed.bin && printf 'Z' | dd of=changed.bin bs=1 seek=$((0x100c)) conv=notrunc 2>/dev/null
it "a changed BPDT" sh -c 'rom-me info changed.bin >out; grep -q "^0x00001000 warning: .*BPDT.*(me-checksum)$" out'
head -c 26000 me2.bin >cut.bin
it "a cut region" runs 1 rom-me info cut.bin
it "says what is missing" grep -q 'error: .*cut off: module .*(me-incomplete)' out
printf '\033[1m\377' | dd of=cut.bin bs=1 conv=notrunc 2>/dev/null \
	seek="$(grep -abo BUP cut.bin | head -n 1 | cut -d : -f 1)"
it "a name that moves terminals" runs 1 rom-me info cut.bin
it "is shown as text" sh -c 'grep -qF "\x1b[1m\xff" out && ! grep -q "$(printf "\33")" out'
it "and is not lost" runs 1 rom-me info --json cut.bin
it "in JSON" grep -q '"name": ".u001B.1m' out
ff 8192 >blank.bin
refuses "a blank region" 2 'blank: all its 0x2000 bytes are 0xff' rom-me info blank.bin
head -c 4096 me2.bin >short.bin
refuses "a truncated region" 2 'ends? at|cut off|leaves the region' rom-me info short.bin
cp "$HELPERS/make-me" program && refuses "another file" 2 'no ME region' rom-me info program

# --- clean
for g in 2 3; do
	for mode in '' '-k' '-t' '-r -t' '-k -r -t' '-w MFS -t' '--blacklist NFTP'; do
		it "clean $mode of generation $g" runs 0 rom-me clean $mode -f -o o1 me$g.bin
		it "again" runs 0 rom-me clean $mode -f -o o2 o1
		same "changes nothing" o1 o2
		it "and can be read" runs 0 rom-me info -q o1
	done
done
it "clean" runs 0 rom-me clean -r -t -o small me2.bin
it "to what is needed" size_is small $((0x7000))
it "leaves FTPR alone" sh -c 'rom-me info --json small | grep -c "\"name\": \"FTPR\"" | grep -qx 1'
it "says what" sh -c 'grep -q "MFS   removed" out && grep -q "BUP .* kept" out &&
	grep -q "^0x00000480 FTPR goes here" out && grep -q "needs 28672 bytes" out'
it "a dry run" runs 0 rom-me clean -r -t --dry-run --json me2.bin
json "says the same" '.needed == 28672 and .boot_at == 1152 and
	(.modules | map(select(.action == "kept") | .name) == ["ROMP", "BUP"])'
it "a filter" sh -c 'rom-me clean -q -r -t -o - - <me2.bin >piped'
same "the same bytes" piped small
it "an image" runs 0 rom-me clean -r -t -S -d -M me.out -D fd.out -o image whole.rom
same "its region" me.out small
it "keeps its size" size_is image $((0xc00000))
it "has the bit set" runs 0 rom-ifd-parse --json image
json "in the descriptor" '.me_disable.set == true'
it "and the ME's access taken" [ "$(bytes image $((0x64)) 4)" = "$(bytes fd.out $((0x64)) 4)" ]
it "a descriptor for it" runs 0 rom-ifd-parse --layout fd.out
it "with a shorter me" grep -q '^00003000:00009fff me$' out
it "and more bios" grep -q '^0000a000:00bfffff bios$' out
it "only the bit" runs 0 rom-me clean -s -o bit whole.rom
it "and nothing else" sh -c '[ "$(cmp -l whole.rom bit | wc -l)" -eq 1 ]'
it "the note on -t" sh -c 'rom-me clean -t -f -o bit whole.rom 2>&1 | grep -q "keeps its size"'

for bad in bad cut; do
	refuses "nothing is taken out of $bad.bin" 1 '\(me-(signature|incomplete)\)' \
		rom-me clean -k -o x $bad.bin
	refuses "with --json" 1 . sh -c 'rom-me clean --json -o x "$1" >json' sh $bad.bin
	absent "nothing is written" x
done
refuses "generation 1 alone" 2 'give the whole image' rom-me clean -o x me1.bin
refuses "CSME" 2 'nothing can be removed' rom-me clean -o x meifwi.bin
refuses "a blank region" 2 'is blank' rom-me clean -o x blank.bin
refuses "an output that exists" 2 'exists' rom-me clean -o small me2.bin
refuses "one of three that exists" 2 'small: .*exists' rom-me clean -o x -D y -M small whole.rom
absent "writes none" x y
refuses "the name's mark stays" 1 '\(stripped-image\)' sh -c \
	'cp me2.bin DO_NOT_FLASH_YET.bin; rom-me clean -o x DO_NOT_FLASH_YET.bin'
refuses "the bit of a region" 2 'need a whole image' rom-me clean -S -o x me2.bin
whole fd.bin me1.bin $((0x3000)) $((0xc00000)) >old.rom
it "generation 1 in an image" runs 0 rom-me clean -o wiped old.rom
it "is wiped" sh -c 'head -c 1572864 wiped | tail -c 1560576 | LC_ALL=C tr -d "\377" | wc -c |
	grep -qx 0'
whole fd600.bin meifwi.bin $((0x1000)) $((0x1000000)) >set.rom
rom-ifd-edit -q --me-disable=off -o new.rom set.rom
it "CSME in an image" runs 0 rom-me clean -S -o x new.rom
it "gets its bit, and nothing else" sh -c 'grep -q "only the bit" err &&
	[ "$(cmp -l new.rom x | wc -l)" -eq 1 ]'
for args in '' 'info' 'clean' 'shrink me2.bin' 'info -r me2.bin' 'clean me2.bin' 'info me2.bin x' \
	'clean -r -w MFS -o x me2.bin' 'clean -w MFS --blacklist MFS -o x me2.bin' \
	'clean -s -r -o x whole.rom' 'clean -o - -M - whole.rom' \
	'clean --blacklist FTPR -o y me2.bin' 'clean --allow=all -o x me2.bin'; do
	refuses "usage: $args" 2 'see rom-me --help|FTPR cannot be removed' rom-me $args
done

it "usage: -o - --json" runs 2 rom-me clean -o - --json me2.bin

# --- real regions
if ! have_corpus || ! command -v jq >/dev/null; then
	skip "what me_cleaner made of real regions: no data, or no jq"
	exit 0
fi
sum() { sha256sum <"$1" | cut -d' ' -f1; }
cp "$CORPUS/me/lumpy_me7.bin" samsung_lumpy.me
cp "$CORPUS/me/stout_me8.bin" google_stout.me
cp "$CORPUS/me/ms7d25_csme16.bin" msi_ms7d25.me
image() { # image NAME DESCRIPTOR: as the golden files have them
	at=$(rom-ifd-parse --json "$CORPUS/ifd/$2" |
		jq '(.regions[] | select(.name == "me") | .start), ([.regions[] | .start + .size] | max)')
	# shellcheck disable=SC2086
	whole "$CORPUS/ifd/$2" $1.me $at >$1.full
}
image samsung_lumpy lumpy_stumpy_cpt.bin
image google_stout parrot_link_stout_ppt.bin
image msi_ms7d25 ms7d25_adls.bin
# wants FILE SIZE SHA256: as the table says, "-" is not there
wants() { if [ "$2" = - ]; then [ ! -e "$1" ]; else size_is "$1" "$2" && [ "$(sum "$1")" = "$3" ]; fi; }
grep -v -e '^#' -e '^tool' "$CORPUS/golden/me_cleaner.tsv" | sort -u >rows
it "rows to compare with" [ "$(wc -l <rows)" -ge 110 ]
while IFS='	' read -r tool input isum kind case args status osize osum msize msum dsize dsum _; do
	in=$input.$kind
	[ "$(sum "$in")" = "$isum" ] || { not_ok "$in is not the input of the row"; continue; }
	rm -f OUT ME IFD
	args=$(echo "$args" | sed "s/-O/-o/; s/-b ''/--blacklist=/")
	case "$input $args" in
	msi*\ -[Ss]*)	# no peer knows its bit; here the rest stays
		it "$input $case" runs 0 rom-me clean $args "$in"
		it "changes the descriptor alone" sh -c 'cmp -l "$1" OUT | awk "\$1 > 4096" | wc -l |
			grep -qx 0' sh "$in"
		;;
	*\ -c)
		[ "$status" -eq 0 ] || continue
		it "$input $case" runs 0 rom-me info "$in"
		;;
	*)
		[ "$status" -eq 0 ] || status=2
		it "$tool $input $case" runs "$status" rom-me clean $args "$in"
		it "writes the same" wants OUT $osize $osum
		[ "$status" -eq 2 ] || it "ME as well" wants ME $msize $msum
		[ "$status" -eq 2 ] || it "descriptor as well" wants IFD $dsize $dsum
		;;
	esac
done <rows

jq -r 'to_entries[] | .key as $file | .value.edits | to_entries[] | [$file, .key,
	(.value.exit_code | tostring), (.value.size | tostring), (.value.sha256 // "-"),
	(.value.args | join(" "))] | join("\t")' "$CORPUS/golden/me.json" >rows
it "edits to compare with" [ "$(wc -l <rows)" -ge 16 ]
while IFS='	' read -r file edit status size hash args; do
	rm -f OUT
	[ "$status" -eq 0 ] || status=2 size=-
	it "$file $edit" runs "$status" rom-me clean $args -o OUT "$CORPUS/$file"
	it "is as me_cleaner's" wants OUT "$size" "$hash"
done <rows

for golden in "$CORPUS"/golden/images/*.json; do
	name=$(basename "$golden" .json)
	xz -dc "$CORPUS/images/$name.rom.xz" >image.rom
	it "info of $name" runs 0 rom-me info image.rom
	version=$(jq -r '.me_cleaner_check.output[]' "$golden" |
		sed -n 's/.*firmware version \([0-9.]*\) .*/\1/p')
	it "its version" grep -qF "${version:-16.1.30.2307}" out
	it "its signature" grep -q 'FTPR is valid' out
	it "its sums" sh -c '! grep -q "warning\|error" out'
	[ -n "$version" ] || continue
	it "cleaned" runs 0 rom-me clean -f -o once.rom image.rom
	it "cleaned again" runs 0 rom-me clean -f -o again.rom once.rom
	same "it is what it was" again.rom once.rom
done

update=$CORPUS/release/me7_update
xz -dc "$update/me7_update.bin.xz" >update.bin
it "info of an update" runs 0 rom-me info update.bin
it "says what it is" grep -q 'an update image' err
it "its region" runs 0 rom-me clean -r -t -f -o OUT update.bin
xz -dc "$update/me7_region.bin.xz" >want
same "as it should be" OUT want
head -c 483327 update.bin >cut.bin
refuses "a cut update" 2 'it is cut off' rom-me clean -r -t -o x cut.bin
