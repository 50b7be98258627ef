# SPDX-License-Identifier: GPL-3.0-or-later
# rom-map: the picture in letters, as a drawing and as JSON; of good and of hostile images.
. "$TOP/tests/tools/lib.sh"
unset COLUMNS NO_COLOR TERM
export LC_ALL=C

"$HELPERS/make-image" x230_12mb seabios x230.rom
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

# What every picture owes, of the JSON in ./out: things of a column are in order and in the image,
# none over another; what is inside covers it.
in_order='.image.size as $size | (.items | all(.size > 0 and .start + .size <= $size)) and
	([.items | group_by(.level)[] | . as $c | range(1; length) |
	$c[.].start >= $c[. - 1].start + $c[. - 1].size] | all)'
covered='([.items[] | select(.column == "inside") | .size] | add) == .image.size'

# fits NAME WIDTH: of ./out no line is wider, nor ends with a space, nor has another control byte
# than a newline.
fits() {
	it "$1" awk -v width="$2" '
		length > width || / $/ || /[\001-\011\013-\037\177]/ { print "# " $0; bad = 1 }
		END { exit bad || !NR }' out
}

# Of a drawing, ./out: boxes of the same left edge do not overlap, every label lies in its box (12
# pixel letters are 7.3 wide), and no two labels of one left edge are closer than a line.
drawn='
	function number(name) {
		match($0, " " name "=\"[0-9]+")
		return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0
	}
	function fail(why) { print "# " why ": " $0; bad = 1 }
	/^<rect class="(chip|region|area|file|part|data|free|erased)"/ {
		x = number("x"); y = number("y"); w = number("width"); h = number("height")
		if (w < 60) next	# of the legend
		if (y < bottom[x]) fail("overlap")
		if (h < 18 || x + w > 1200 - 24) fail("size")
		bottom[x] = y + h; boxes++
	}
	/^<text/ {
		tx = number("x"); ty = number("y"); text = $0
		sub(/<text[^>]*>/, "", text); sub(/<.text>/, "", text)
		gsub(/&#[0-9]+;/, "x", text); gsub(/\342\200\246/, "x", text)
		wide = length(text) * (/class="title"/ ? 11 : 7.3)
		left = /class="size"/ ? tx - wide : tx
		if (left < 0 || left + wide > 1200) fail("label leaves the drawing")
		if (/class="size"/ && left < ends) fail("size over name")
		ends = left + wide
		if (!/class="size"/ && tx in last && ty < last[tx] + 17) fail("labels overlap")
		if (!/class="size"/) last[tx] = ty
	}
	/<\/g>/ { groups++ }
	END { exit bad || !boxes || boxes != groups }'
drawing() { # drawing NAME: of ./out
	it "$1" awk "$drawn" out
	if command -v xmllint >/dev/null; then
		it "$1 is XML" xmllint --noout out
	fi
}

# --- letters
it "a picture" runs 0 rom-map x230.rom
fits "of 80 columns" 80
it "has chips and their sizes" sh -c 'grep -q "^00000000[! ] +chip1 .*+fd" out &&
	grep -q "^00800000[! ] +chip2" out && grep -q "|8M" out'
it "and regions" grep -q '^00003000[! ] .*+me ' out
it "and areas" grep -q '+COREBOOT ' out
it "and files" grep -q '+fallback/payload ' out
it "and erased space" grep -q '^0001b000[! ] .*+erased  *64K$' out
it "and free space" grep -q '| -   -   -' out
it "and a legend" grep -q 'erased (all 0xff)' out
it "no colours" sh -c '! grep -q "$(printf "\033")" out'
it "with a board" runs 0 rom-map -b x230_12mb x230.rom
it "its names of the chips" sh -c 'grep -q "+bottom" out && grep -q "+top" out'
for width in 40 59 60 80 99 100 200 1; do
	COLUMNS=$width runs 0 rom-map x230.rom
	[ $width -ge 40 ] || width=40
	[ $width -le 100 ] || width=100
	fits "COLUMNS=$width" $width
done
it "colours when asked" runs 0 rom-map --color=always x230.rom
it "are there" grep -q "$(printf '\033\\[32m')" out
sed "s/$(printf '\033')\[[0-9;]*m//g; s/ *\$//" out >stripped
runs 0 rom-map --color=never x230.rom
sed 's/ *$//' out >plain
same "and change no letter" stripped plain
if command -v script >/dev/null; then
	colored() { # colored ENVIRONMENT...: on a terminal
		env "$@" script -qec 'rom-map x230.rom' /dev/null </dev/null | grep -q "$(printf '\033\\[')"
	}
	it "colours on a terminal" colored TERM=xterm
	it "not with NO_COLOR" sh -c '! "$@"' sh env TERM=xterm NO_COLOR=1 sh -c \
		'script -qec "rom-map x230.rom" /dev/null </dev/null | grep -q "$(printf "\033\\[")"'
	it "not on a dumb one" sh -c '! "$@"' sh env TERM=dumb sh -c \
		'script -qec "rom-map x230.rom" /dev/null </dev/null | grep -q "$(printf "\033\\[")"'
else
	skip "colours on a terminal: script is not installed"
fi
it "UTF-8" env LC_ALL=C.UTF-8 sh -c 'rom-map x230.rom >utf8'
it "draws lines" grep -q '┌fd' utf8
sed 's/┌/+/g; s/│/|/g' utf8 | grep '^[0-9a-f ]\{8\} ' >a
runs 0 rom-map x230.rom
grep '^[0-9a-f ]\{8\} ' out >b
same "and nothing else" a b

# --- JSON
it "--json" runs 0 rom-map --json x230.rom
json "in order" "$in_order"
json "covers the image" "$covered"
json "has the regions" '[.items[] | select(.column == "region") | .name] | index("bios") != null'

# --- drawings
it "a drawing" runs 0 rom-map --svg -o x230.svg x230.rom
it "on standard output" runs 0 rom-map --svg -o - x230.rom
same "the same" out x230.svg
drawing "labels and boxes"
it "1200 pixels wide" grep -q '^<svg [^>]*width="1200"' out
refuses "an output that exists" 2 'exists' rom-map --svg -o x230.svg x230.rom

# --- comparing
cp x230.rom new.rom
printf 'changed' | dd of=new.rom bs=1 seek=$((0x900ffe)) conv=notrunc 2>/dev/null
it "--diff" runs 0 rom-map --diff x230.rom new.rom
fits "fits" 80
it "says where" grep -qE ' \* 2/[0-9]+$' out
it "and where not" grep -qE '^00001000[! ] .* same$' out
it "by chip" grep -qx 'chip chip2: 2 of 1024 blocks differ' out
it "and not the other" sh -c '! grep -q "^chip chip1" out'
it "--diff --json" runs 0 rom-map --json --diff x230.rom new.rom
json "counts" '[.items[] | select(.column == "chip") | .changed] == [0, 2]'
it "--diff --svg" runs 0 rom-map --svg -o - --diff x230.rom new.rom
drawing "labels and boxes of a comparison"
it "shows the change" grep -q '>2 of [0-9]* differ<' out
it "of equals" runs 0 rom-map --diff x230.rom x230.rom
it "there is none" sh -c '! grep -q " \* [0-9]\|differ$" out'
head -c 8388608 x230.rom >part.rom
refuses "of different sizes" 1 'one cannot be written over the other' \
	rom-map --diff x230.rom part.rom

# --- parts, and what is no image
it "a part" runs 0 rom-map part.rom
fits "of an image" 80
it "has a mark and says why" grep -qE '^! .*\((image-part|region-outside)\)$|^! ' out
head -c 4096 x230.rom >fd.rom
it "a descriptor alone" runs 0 rom-map fd.rom
printf 'x' >one.rom
it "one byte" runs 0 rom-map one.rom
fits "fits as well" 80
head -c 100000 /dev/zero | tr '\0' '\377' >blank.rom
it "a blank file" runs 0 rom-map blank.rom
it "is erased" grep -q '^00000000[! ] .*+erased .*97.6K$' out
"$HELPERS/make-me" 2 me.bin
it "an ME region alone" runs 0 rom-map me.bin
it "has partitions" grep -q '^00004000[! ] .*+FTPR ' out
: >empty.rom
refuses "an empty file" 2 'empty' rom-map empty.rom
for args in '' 'x230.rom x230.rom' '--diff x230.rom' '--svg x230.rom' '-o x x230.rom' \
	'--color=pink x230.rom' '--diff - -'; do
	refuses "usage: $args" 2 'see rom-map --help' rom-map $args
done
it "-o - --json" runs 2 rom-map --svg -o - --json x230.rom

# --- hostile names and tables
cp x230.rom names.rom
at=$(grep -abo '__FMAP__' names.rom | head -1 | cut -d: -f1)
printf '<b>&"\033[31m\n' | dd of=names.rom bs=1 seek=$((at + 56 + 8)) conv=notrunc 2>/dev/null
it "hostile names" runs 0 rom-map names.rom
fits "are only letters" 80
it "also in a drawing" runs 0 rom-map --svg -o - names.rom
drawing "and its boxes"
it "escaped" sh -c '! grep -q "<b>" out'
mutants=${MUTANTS:-120} seed=0 bad=0
while [ $seed -lt $mutants ]; do
	"$HELPERS/mutate" $seed x230.rom mutant.rom
	timeout 10 rom-map mutant.rom >out 2>err
	status=$?
	timeout 10 rom-map --svg -o - mutant.rom >svg 2>err
	if [ $status -ne 0 ] || ! awk 'length > 80 || / $/ { exit 1 }' out ||
		! awk "$drawn" svg; then
		echo "# mutant $seed: status $status"
		bad=$((bad + 1))
	fi
	seed=$((seed + 1))
done
it "$mutants damaged images have a picture" [ $bad -eq 0 ]

# --- real images
if ! have_corpus; then
	skip "pictures of real images: no data"
	exit 0
fi
for image in "$CORPUS"/images/*.xz; do
	name=$(basename "$image" .rom.xz)
	xz -dc "$image" >image.rom
	it "$name" runs 0 rom-map image.rom
	fits "in 80 columns" 80
	COLUMNS=100 runs 0 rom-map image.rom
	fits "in 100 columns" 100
	it "$name as JSON" runs 0 rom-map --json image.rom
	json "$name in order" "$in_order"
	json "$name covered" "$covered"
	it "$name as a drawing" runs 0 rom-map --svg -o - image.rom
	drawing "$name, its labels and boxes"
done
bad=0
for image in "$CORPUS"/hostile/*.xz; do
	xz -dc "$image" >image.rom
	timeout 10 rom-map image.rom >out 2>err
	case $? in
	0) awk 'length > 80 || / $/ { exit 1 }' out || { echo "# $image"; bad=$((bad + 1)); } ;;
	2) [ "$(wc -l <err)" -eq 1 ] || { echo "# $image"; bad=$((bad + 1)); } ;;
	*) echo "# $image" && bad=$((bad + 1)) ;;
	esac
done
it "hostile inputs have a picture or a sentence" [ $bad -eq 0 ]
