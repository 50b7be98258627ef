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
refuses "of no hardware" 2 'bad.yaml: line 2: unknown hardware "x231".*hardware/x231.yaml beside this file' \
	rom boards ./bad.yaml

# --- hardware of the user's own, beside the board file ---
mkdir -p own/hardware
cp bad.yaml own/mine.yaml
cat >own/hardware/x231.yaml <<END
name: A machine of mine
chips:
  - {package: [SOIC-8], where: under the blue sticker}
  - {package: [SOIC-8], where: behind the fan}
voltage: 3.3
keep: ["fmap:RW_MRC_CACHE"]
END
it "is read" runs 0 rom boards --hardware ./own/mine.yaml
it "and shown" grep -q 'under the blue sticker' out
it "both files are named, with their hashes" sh -c "
	grep -q 'own/mine.yaml: note: this board file is used, SHA-256 $(sha256sum <own/mine.yaml | cut -d' ' -f1)' err &&
	grep -q 'own/hardware/x231.yaml: note: this hardware file is used, SHA-256 $(sha256sum <own/hardware/x231.yaml | cut -d' ' -f1)' err"
it "from its own directory" sh -c 'cd own && rom boards --hardware mine.yaml 2>&1 | grep -q "blue sticker"'
mkdir -p config/romwright && cp -r own config/romwright/layouts
it "by its name" sh -c 'XDG_CONFIG_HOME=$PWD/config rom boards --hardware mine 2>&1 | grep -q "blue sticker"'
refuses "not under sudo" 1 'is not read under sudo' env SUDO_UID=1 rom boards ./own/mine.yaml
it "rom-flash --wiring knows it" sh -c 'rom-flash --wiring -b own/mine.yaml 2>/dev/null | grep -q "behind the fan"'
sed 's/hardware: .*/hardware: x231/' "$TOP/layouts/d945gclf_512kb.yaml" >own/d945gclf_512kb.yaml
make-image d945gclf_512kb seabios small.rom
sed -i "s/RW_MRC_CACHE/FMAP/" own/hardware/x231.yaml
cp small.rom s.chip
at=$(grep -obUa __FMAP__ small.rom | head -1 | cut -d: -f1)
printf kept | dd of=s.chip bs=1 seek=$((at + 3000)) conv=notrunc 2>/dev/null
refuses "rom-flash keeps what it lists" 1 'fmap:FMAP belongs to this machine alone.*\(keep-change\)' \
	sh -c 'XDG_STATE_HOME=$PWD/state rom-flash -b own/d945gclf_512kb.yaml -p dummy:image=s.chip -w small.rom 2>&1 |
		grep -v "file is used" >&2; exit 1'
sed 's/^voltage: .*/voltage: 9/' own/hardware/x231.yaml >x && mv x own/hardware/x231.yaml
refuses "a hardware file with a mistake" 2 \
	'own/mine.yaml: its hardware file ./?own/hardware/x231.yaml: line 5: ' rom boards ./own/mine.yaml
mv own/hardware/x231.yaml own/hardware/x230.yaml
sed 's/^voltage: .*/voltage: 3.3/' own/hardware/x230.yaml >x && mv x own/hardware/x230.yaml
sed 's/^hardware: .*/hardware: x230/' bad.yaml >own/mine.yaml
it "takes the place of a compiled one" sh -c 'rom boards --hardware ./own/mine.yaml 2>/dev/null | grep -q "blue sticker"'
mkfifo own/hardware/fifo.yaml && sed 's/^hardware: .*/hardware: fifo/' bad.yaml >own/mine.yaml
refuses "a FIFO in its place" 2 'is no regular file' rom boards ./own/mine.yaml
sed 's/^hardware: .*/hardware: ..\/..\/x/' bad.yaml >own/mine.yaml
refuses "what leads elsewhere" 2 'unknown hardware' rom boards ./own/mine.yaml

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
