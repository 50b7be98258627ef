# SPDX-License-Identifier: GPL-3.0-or-later
# What is known of the machines' chips: every board has it, and it is what the facts say.
. "$TOP/tests/tools/lib.sh"

it "all boards as JSON" runs 0 rom boards --json
cp out boards.json
it "each names its hardware" sh -c \
	'[ "$(jq "[.boards[] | select(.hardware == null)] | length" boards.json)" -eq 0 ]'
files=$(ls "$TOP"/layouts/hardware/*.yaml | wc -l)
used=$(jq -r '.boards[].hardware.id' boards.json | sort -u | wc -l)
it "each file of layouts/hardware is used" [ "$files" -eq "$used" ]

it "for people" runs 0 env COLUMNS=60 rom boards --hardware x230_12mb t480_vfsp_16mb r500_4mb
it "in the given width" sh -c '! grep -q ".\{61\}" out'
it "the chips by their names" grep -q '^  bottom      8 MiB, SOIC-8, soldered; the one closer' out
it "the chip that is not meant" grep -q '^  not this    Thunderbolt controller, 1 MiB' out
it "what is not known is said" grep -q '^  voltage     not known: read the marking' out
it "an own board of that hardware" sh -c '
	sed "s/^name:.*/name: Mine/" "$TOP/layouts/x230_12mb.yaml" >my.yaml &&
	rom boards --hardware ./my.yaml 2>err | grep -q "closer to CPU and screen"'
sed 's/^hardware: .*/hardware: x231/' "$TOP/layouts/x230_12mb.yaml" >bad.yaml
refuses "of no hardware" 2 'bad.yaml: line 2: unknown hardware "x231"' rom boards ./bad.yaml

if [ -z "$FACTS" ]; then
	skip "the tables of facts are not here"
	exit 0
fi
facts=$FACTS/board_hardware.tsv

# column NAME: ID and that column, one line for each board; sources are in braces.
column() {
	awk -F '\t' -v want="$1" '/^#/ { next }
		!at { for (i = 1; i <= NF; i++) if ($i == want) at = i; next }
		{ n = split($1, id, ","); gsub(/ *{[^}]*}/, "", $at)
		  for (i = 1; i <= n; i++) print id[i] "\t" $at }' "$facts" | LC_ALL=C sort
}
# ours JQ: ID and what the expression gives of .hardware (null and nothing: "-")
ours() {
	jq -r ".boards[] | select(.id != \"t440pmrc_12mb\") | .id + \"\\t\" +
		((.hardware | $1) // \"-\" | tostring)" boards.json | LC_ALL=C sort
}
# agree NAME: ./got is ./want, and not empty.
agree() {
	[ -s want ] || { not_ok "$1: nothing to compare"; return; }
	diff want got >differences && ok "$1" && return
	sed 's/^/# /' differences
	not_ok "$1"
}
known() { sed 's/	[^-].*/	known/; s/	-./	known/'; }	# of a value only whether it is there

column boards | cut -f 1 >want
ours .id | cut -f 1 >got
agree "every board of the facts"

# Which boards share a hardware: the ids of each in one line.
awk -F '\t' '!/^#/ && $1 != "boards" { print $1 }' "$facts" |
	while read -r line; do echo "$line" | tr ',' '\n' | LC_ALL=C sort | paste -sd ,; done |
	LC_ALL=C sort >want
ours .id | awk -F '\t' '{ s[$2] = s[$2] (s[$2] ? "," : "") $1 } END { for (i in s) print s[i] }' |
	LC_ALL=C sort >got
agree "and its hardware is that of the same boards"

for pair in access:access internal_vendor:internal_vendor internal_coreboot:internal_coreboot \
	protection:protection; do
	column "${pair%:*}" | known >want
	ours ".${pair#*:}" | known >got
	agree "${pair%:*} is known where the facts know it"
done
column models | known >want
ours '[.chips[].models // empty] | if . == [] then null else join(" ") end' | known >got
agree "models are known where the facts know them"
# An absence that the facts state is a remark here.
column other_spi | sed 's/	no .*/	-/' | known >want
ours '.other[0].what' | known >got
agree "other chips are known where the facts know them"

# The general rule is no fact of the board.
column power | sed 's/; general rule only:.*//; s/	general rule only:.*/	-/' | known >want
ours '.power[0]' | known >got
agree "rules of power likewise"

packages() { grep -Eo 'SOIC-8|SOIC-16|WSON-8|DIP-8|PLCC-32' | LC_ALL=C sort -u | paste -sd ,; }
column chips | grep -v 'SOIC-8 and SOIC-16 not' | while IFS='	' read -r id text; do
	echo "$id	$(echo "$text" | sed 's/P-DIP/DIP/' | packages)"
done >want
jq -r '.boards[] | select(.id != "t440pmrc_12mb") |
	.id + "\t" + ([.hardware.chips[].package[]] | unique | sort | join(","))' boards.json |
	LC_ALL=C sort >got
agree "packages"

column voltage | sed -E 's/	3\.3 V.*/	3300/; s/	may be.*/	-/' >want
ours .voltage >got
agree "voltages"
column power | awk -F '\t' '{ open = tolower($2) ~ /vcc [a-z ]*open/
	print $1 "\t" (open ? "board" : "-") }' >want
ours 'if .supply == "board" or .supply == "either" then "board" else null end' >got
agree "where the board can give VCC"

# Names of parts, in whatever words.
parts() { grep -Eo '[A-Z]{2,4}[0-9]{2}[A-Z]{1,2}[0-9]{3,4}[A-Z]*' | LC_ALL=C sort -u | paste -sd ,; }
column models | grep -v '	-' | grep -v '^x230' | while IFS='	' read -r id text; do
	echo "$id	$(echo "$text" | sed 's,E/64,E/MX25L64,g; s/; Thunderbolt.*//; s/, U15.*//' |
		parts)"
done >want
cut -f 1 want | while read -r id; do
	echo "$id	$(jq -r --arg id "$id" '.boards[] | select(.id == $id) |
		.hardware.chips[].models // empty' boards.json | parts)"
done >got
agree "names of parts"
column unique_data | awk -F '\t' '{ print $1 "\t" ($2 ~ /^GbE NVM region/ ? "gbe" : "-") }' >want
ours 'if .keep | index("gbe") then "gbe" else null end' >got
agree "the MAC address is kept where it is in the image"
