#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The board files, field by field against the tables of facts.
. "$TOP/tests/tools/lib.sh"

"$HELPERS/dump-boards" >have

files=$(ls "$TOP"/layouts/*.yaml | wc -l)
it "every file of layouts/ is in the table" [ "$(wc -l <have)" -eq "$files" ]

# What is compiled in and what is parsed at run time come from one parser.
it "the files read at run time" runs 0 "$BIN/rom" boards -q "$TOP"/layouts/*.yaml
sort out >by-file
it "the compiled table" runs 0 "$BIN/rom" boards
sort out >by-table
same "both list the same" by-file by-table

# The images that are smaller than their chip.
cut -f 1,2,3,9,10 have | awk -F '\t' '$5 == "low" { print $1, $2, $3 }' >small
cat >small.expected <<'END'
dell780mt_truncate_8mb 6291456 8M
dell780usff_truncate_8mb 6291456 8M
g43t_am3 2097152 4M
hp8200sff_4mb 4194304 8M
hp820g2_12mb 12582912 16M
END
same "five images are placed low on a larger chip" small small.expected

grep '^g43t_am3_16mb	' have | cut -f 2-4 >g43t
echo '16777216	16M	4M' >g43t.expected
same "g43t_am3_16mb has a density of 4M on a chip of 16M" g43t g43t.expected

# The one board that the tables do not have: an older release's.
grep '^t440pmrc_12mb	' have | cut -f 2-8,10- >mrc
grep '^t440plibremrc_12mb	' have | cut -f 2-6 >libremrc
it "t440pmrc_12mb has the layout of t440plibremrc_12mb" \
	[ "$(cut -f 1-5 mrc)" = "$(cat libremrc)" ]
cut -f 6- mrc >mrc.rest
cut -f 1,4- mrc.rest | cut -f 1,3 >mrc.pieces
printf '%s\tmrc.bin;me.bin\n' 'cbfs|mrc.bin|mrc|0xfffa0000;ifd|me|region|-' >mrc.expected
same "t440pmrc_12mb has mrc.bin and me.bin in insertion order" mrc.pieces mrc.expected
it "and the ME file of t440plibremrc_12mb" \
	[ "$(cut -f 2 mrc.rest | cut -d ';' -f 2)" = \
	"$(grep '^t440plibremrc_12mb	' have | tr '\t' '\n' | grep -E '^[0-9a-f]{128}$')" ]

if [ -z "$FACTS" ]; then
	skip "the tables of facts are not here"
	exit 0
fi

# column NAME: that column of boards.tsv, after the id.
column() {
	awk -F '\t' -v want="$1" '/^#/ { next }
		!at { for (i = 1; i <= NF; i++) if ($i == want) at = i; next }
		{ print $1 "\t" $at }' "$FACTS/boards.tsv" | sort
}

# agrees FIELD COLUMN: field number FIELD of the dump and that column of the facts.
agrees() {
	cut -f "1,$1" have | grep -v '^t440pmrc_12mb	' | sort >got
	column "$2" >want
	diff want got >differences && return
	sed 's/^/# /' differences
	return 1
}

boards=$(column board | wc -l)
it "the facts have boards" [ "$boards" -gt 100 ]
it "all of their boards, and one more" [ "$files" -eq $((boards + 1)) ]
it "sizes of the images" agrees 2 rom_size
it "chips" agrees 3 chips
it "densities" agrees 4 ifd_components
it "regions" agrees 5 regions
it "MAC addresses of the stock GbE files" agrees 6 gbe_mac
it "identities" agrees 9 name

# The dump has no paths of a build system, and writes "-" for every unknown hash.
placement() {
	cut -f 1,7 have | grep -v '^t440pmrc_12mb	' | sort >got
	column placement | sed 's/|[^|;]*\(;\|$\)/\1/g' >want
	diff want got
}
it "places of the vendor files, in insertion order" placement
hashes() {
	cut -f 1,8 have | grep -v '^t440pmrc_12mb	' | sed 's/	-\(;-\)*$/	-/' | sort >got
	column sha512 | sed 's/	-\(;-\)*$/	-/' >want
	diff want got
}
it "hashes of the vendor files" hashes

kinds() {
	cut -f 1,12 have | grep -v '^t440pmrc_12mb	' | sort >got
	column vendor_files | sed 's/,/;/g
		s/\([	;]\)kbc1126_fw\([12]\)/\1ecfw\2.bin/g
		s/\([	;]\)sch5545/\1sch5545_ecfw.bin/
		s/\([	;]\)vga/\1pci10de,06eb.rom/
		s/\([	;]\)tbfw/\1tb.bin/
		s/\([	;]\)\(me\|mrc\|fspm\|fsps\)\(;\|$\)/\1\2.bin\3/g
		s/\([	;]\)\(me\|mrc\|fspm\|fsps\)\(;\|$\)/\1\2.bin\3/g' >want
	diff want got
}
it "names of the prepared files" kinds

chip_names() {
	awk -F '\t' '{ two = index($3, "+"); lenovo = $9 ~ /^LENOVO /
		want = !two ? "chip1" : lenovo ? "bottom+top" : "chip1+chip2"
		if ($11 != want) { print "# " $1 ": " $11; bad = 1 } } END { exit bad }' have
}
it "names of the chips" chip_names

# A release of the test data says the same as its board.
if have_corpus; then
	for board in x230_12mb t440pmrc_12mb; do
		awk -F '\t' 'NR > 1 && $1 != "gbe" {
			print $1 "|" $2 "|" ($1 == "ifd" ? "region" : $3) "|" $4 }' \
			"$CORPUS/release/$board.vendorfiles/MANIFEST.tsv" >want
		grep "^$board	" have | cut -f 7 | tr ';' '\n' >got
		same "$board has the vendor files of its release" want got
	done
else
	skip "real releases are not here"
fi
