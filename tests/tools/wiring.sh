# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash --wiring: pins against the table of facts, rules where they belong, widths, JSON.
. "$TOP/tests/tools/lib.sh"

says() { grep -qE -- "$1" out; }
hides() { ! grep -qE -- "$1" out; }
export COLUMNS=80

it "a chip to a programmer" runs 0 rom-flash --wiring soic8 --for pico
it "draws the chip with its pin 1" says '^ +7 \(GP5\)   CS#  1 \| o     \| 8  VCC   36 \(3V3\)$'
it "and says the same in a table" says '^  CS#    1        7 \(GP5\)$'
it "the programmer" says 'serprog:dev=/dev/ttyACM0,spispeed=16M'
for rule in 'power last; at the end power off first' "never the programmer's 3.3 V and the board's" \
	'3.3 V chips take 2.7 to 3.6 V' 'no CH341A' 'X60 and T60 \(charger' 'kohm' '100 nF' \
	'about 10 cm' 'GP5 or GP1' '12 mA'; do
	it "the rule: $rule" sh -c "tr -s ' \n' ' ' <out | grep -qE -- \"$rule\""
done
it "not those of others" hides 'pigpiod'
it "a Raspberry Pi" runs 0 rom-flash --wiring soic16 --for rpi40
it "has its drive strength" says 'pigs pads 0 16'
it "a chip out of its socket" runs 0 rom-flash --wiring dip8 --for bbb
it "has no clip" hides 'Pomona'
it "but an extractor" says 'extractor'
it "and no neighbour" hides 'two chips'
it "a chip without legs" runs 0 rom-flash --wiring wson8
it "is told to have none that hold" says 'none holds well'
it "all programmers fit into the width" sh -c '! grep -q ".\{81\}" out'
it "nothing but pins for everybody" says '^  CS#    1        7 \(GP5\)              2 \(GP1\)$'
it "a narrow terminal" runs 0 env COLUMNS=60 rom-flash --wiring soic8
it "is not written over" sh -c '! grep -q ".\{61\}" out'
it "without a chip it is the usual one" runs 0 rom-flash --wiring
it "of eight pins" says 'SOIC-8 from above'

it "a board" runs 0 rom-flash --wiring -b x230_12mb --for pico
it "its chips first" says '^  bottom      8 MiB, SOIC-8, soldered; the one closer to you'
it "how it is made ready" says 'battery and AC off, the programmer gives 3.3 V'
it "a soldered chip needs no pull-ups" hides 'a loose chip'
it "a board that gives the power" runs 0 rom-flash --wiring -b x60
it "says so" says 'the board gives VCC: leave that wire'
it "a board of several packages" runs 0 rom-flash --wiring -b x200_8mb --for pico
it "draws both" sh -c 'grep -c "from above" out | grep -qx 2'
it "and names the third" says 'WSON-8 has the same pins'
it "a socket" runs 0 rom-flash --wiring -b hp2170p_16mb
it "has rules for a loose chip" says 'a loose chip'
refuses "LPC flash" 2 'kfsn4_dre_1mb: its chip is LPC flash' rom-flash --wiring -b kfsn4_dre_1mb
refuses "an emulator" 2 'it has no chip' rom-flash --wiring -b qemu_x86_12mb
refuses "an unknown chip" 2 'there are soic8\|soic16\|wson8\|dip8$' rom-flash --wiring soic9
refuses "an unknown programmer" 2 'there are rpi40\|rpi26\|lepotato\|bbb\|pico\|pico-stack' \
	rom-flash --wiring soic8 --for ch341a
refuses "two chips" 2 'takes one kind of chip' rom-flash --wiring soic8 soic16
refuses "--for alone" 2 'is for --wiring' rom-flash -p dummy --for pico
refuses "an unknown board" 2 'x230_12m' rom-flash --wiring -b x230_12m
it "JSON" runs 0 rom-flash --wiring -b t480_vfsp_16mb --for esp32 --json
it "has all of it" sh -c 'jq -e ".board == \"t480_vfsp_16mb\" and .hardware.other[0].size == 1048576
	and .chips[0].pin.VCC == 8 and .programmers[0].name == \"esp32\"
	and (.rules | map(.topic) | index(\"no CH341A\"))" out >/dev/null'
it "an error as JSON" runs 2 rom-flash --wiring soic9 --json
it "is an object" sh -c 'jq -e .error.text out >/dev/null'

if [ -z "$FACTS" ]; then
	skip "the tables of facts are not here"
	exit 0
fi
# Every number of the facts' table: its pins as NAME and the first number of each cell.
sed -n '/^| signal /,/^$/p' "$FACTS/wiring.md" | grep -E '^[|] [A-Z]' |
	sed 's/VCC 3.3 V/VCC/; s/MISO (DO)/MISO/; s/MOSI (DI)/MOSI/; s/CLK (SCK)/CLK/' |
	awk -F ' *[|] *' '{ line = $2; for (i = 3; i <= 8; i++) {
		n = $i; sub(/ .*/, "", n); line = line " " n } print line }' >want
rom-flash --wiring --json >all.json
rom-flash --wiring soic16 --json >sixteen.json
for s in 'CS#' MISO 'WP#' GND MOSI CLK 'HOLD#' VCC; do
	eight=$(jq --arg s "$s" '.chips[0].pin[$s]' all.json)
	sixteen=$(jq --arg s "$s" '.chips[0].pin[$s]' sixteen.json)
	echo "$s $eight $sixteen $(for p in rpi40 bbb pico pico-stacksmashing; do
		jq -r --arg s "$s" --arg p "$p" \
			'.programmers[] | select(.name == $p) | .pin[$s] // "-"' all.json |
			sed 's/ .*//'
	done | paste -sd ' ')"
done >got
it "the facts have eight signals" [ "$(wc -l <want)" -eq 8 ]
same "pins as in the facts" got want
