# SPDX-License-Identifier: GPL-3.0-or-later
# rom-check: what is right passes without a word of error or warning, for every board there is.
. "$TOP/tests/tools/lib.sh"

# quiet NAME ARGUMENTS...: passes, and neither an error nor a warning is printed.
quiet() {
	_name=$1
	shift
	rom-check "$@" >out 2>err
	if [ $? -eq 0 ] && ! grep -qE '^(error|warning)' out && [ ! -s err ]; then
		ok "$_name"
	else
		not_ok "$_name: $(grep -E '^(error|warning)' out)"
	fi
}

for file in "$TOP"/layouts/*.yaml; do
	board=$(basename "$file" .yaml)
	"$HELPERS/make-image" "$board" seabios "$board.rom"
	quiet "the image of $board" -b "$board" "$board.rom"
	quiet "the same, not named" "$board.rom"
	rm "$board.rom"
done

"$HELPERS/make-image" x230_12mb seabios x.rom
it "from standard input" sh -c 'rom-check -b x230_12mb - <x.rom >out'
it "the last line counts" grep -qE '^[0-9]+ checks passed, [0-9]+ failed, [0-9]+ not applicable$' out
"$HELPERS/make-image" x230_12mb seabios bare.rom stripped
it "an error is a no" runs 1 rom-check -b x230_12mb bare.rom
it "and has place, sentence and id" \
	grep -qE '^error: 0x00003000: the ME region .*rom-inject \(me-blank\)$' out
it "one that is allowed is not" runs 0 rom-check -b x230_12mb --allow=me-blank bare.rom
it "but it is printed" grep -q '(me-blank, allowed)$' out
it "--json" runs 1 rom-check --json -b x230_12mb bare.rom
if command -v jq >/dev/null; then
	it "has the findings" jq -e '.findings | map(select(.severity == "error")) == [{
		"id": "me-blank", "severity": "error", "at": 12288,
		"text": .[0].text}] and (.[0].text | length > 40)' out >/dev/null
fi
it "-q prints errors alone" sh -c 'rom-check -q bare.rom >out; [ "$(wc -l <out)" -eq 1 ]'
refuses "an unknown check" 2 'no check is called me' rom-check --allow=me x.rom
refuses "an unknown board" 2 'x230_12mb' rom-check -b x230 x.rom
refuses "no image" 2 'give one image' rom-check
refuses "a missing image" 2 'none.rom: cannot open' rom-check none.rom
refuses "a full disk" 2 'No space left' sh -c 'rom-check x.rom >/dev/full'
rom-check --list >list
it "the manual explains every check" sh -c 'cut -d" " -f1 list | while read -r id; do
	sed "s/\\\\-/-/g" "$TOP/tools/check/rom-check.1" | grep -q "^\.BR $id " || echo "$id"
	done | { ! grep .; }'
it "and they are told apart by name" [ "$(cut -d' ' -f1 list | sort | uniq -d | wc -l)" -eq 0 ]

# What is nobody's image is one note.
noise 1048576 >ec.bin
it "an unknown image passes" runs 0 rom-check ec.bin
it "with one note" [ "$(grep -c '^note: .*(content-unknown)$' out)" -eq 1 ]

if ! have_corpus; then
	skip "real images"
else
	for image in "$CORPUS"/images/*.xz; do
		xz -dc "$image" >real.rom
		quiet "$(basename "$image" .xz)" real.rom
	done
	xz -dc "$CORPUS/images/ivb_xx30_12m.rom.xz" >real.rom
	it "firmware of an emulator, for a board" runs 0 rom-check -b x230_12mb real.rom
	it "is a warning" grep -q '^warning: .*(emulator-image)$' out
	for tar in "$CORPUS"/release/*.tar.xz; do
		board=$(basename "$tar" .tar.xz) board=${board#*_}
		rm -rf roms
		rom-inject -q --vendor "$CORPUS/release/$board.vendorfiles" -o roms "$tar" 2>/dev/null
		for rom in roms/*.rom; do
			quiet "$(basename "$rom")" -b "$board" "$rom"
			quiet "the same, not named" "$rom"
		done
	done
fi

cp x.rom changed.rom && printf Z | dd of=changed.rom bs=1 seek=$((0x3428)) conv=notrunc 2>/dev/null
it "an ME that nobody signed" runs 1 rom-check -b x230_12mb changed.rom
it "is found" grep -qE '^error: 0x00003400: the signature of .* rom-inject \(me-code\)$' out
it "and can be allowed" runs 0 rom-check -b x230_12mb --allow=me-code changed.rom

# What a file is called is somebody else's text: a terminal obeys none of it, JSON has all of it.
printf 'data of the file' >f
rom-cbfs add -q -n tty-name -A sha256 -f f -o named.rom x.rom
patch() { # patch WHAT BYTES: puts them where WHAT is
	printf "$2" | dd of=named.rom bs=1 seek="$(grep -abo "$1" named.rom | head -n 1 |
		cut -d : -f 1)" conv=notrunc 2>/dev/null
}
patch 'data of the file' D
patch tty-name '\033[1m\377\n\303\244'
it "a name that moves terminals" runs 1 rom-check -b x230_12mb named.rom
it "is shown as text" grep -qF 'data of \x1b[1m\xff\x0aä in the CBFS do not have the hash' out
it "in the descriptor's report, too" sh -c 'rom-ifd-parse named.rom >out; ! grep -q "$(printf "\33")" out'
it "--json of it" runs 1 rom-check --json -b x230_12mb named.rom
it "has the finding" grep -q '"text": "the data of .*do not have the hash' out
