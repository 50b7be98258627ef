# SPDX-License-Identifier: GPL-3.0-or-later
# Power fails at random points of a job at full size: a board of 8 + 4 MiB goes from what its
# vendor had there to an image. The same command once more makes it good, and what was there
# before is in the store and goes back, whatever happened in between. Chips in virtual time.
#
#	POWER_POINTS=N	so many points (200)
#	POWER_SEED=N	others than usual
. "$TOP/tests/tools/lib.sh"

POINTS=${POWER_POINTS:-200} SEED=${POWER_SEED:-1}
B=x230_12mb
MIB=1048576

noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }
put() { dd of="$1" bs=$MIB seek="$2" conv=notrunc 2>/dev/null; } # put FILE MIB <BYTES
hash() { sha256sum <"$1" | cut -d' ' -f1; }

export XDG_STATE_HOME="$PWD/state"
store=$XDG_STATE_HOME/romwright/backups
bottom=bottom=dummy:emulate=W25Q64BV,image=bottom.chip
top=top=dummy:emulate=W25Q32BV,image=top.chip

# A vendor's BIOS fills its region, which both chips have a part of.
"$HELPERS/make-image" $B seabios new.rom
cp new.rom old.rom
noise $((7 * MIB)) 1 | put old.rom 5
head -c $((8 * MIB)) old.rom >old.bottom
tail -c $((4 * MIB)) old.rom >old.top
was_bottom=$(hash old.bottom) was_top=$(hash old.top)

fresh() {
	rm -rf "$XDG_STATE_HOME"
	cp old.bottom bottom.chip
	cp old.top top.chip
}
holds() { cat bottom.chip top.chip | cmp -s - "$1"; } # holds IMAGE
stored() { [ "$(hash "$store/$1.bin")" = "$1" ]; } # stored HASH
work() { rom-flash -b $B -p "$bottom${1-}" -p "$top${2-}" -w new.rom; } # work [MORE [MORE]]

# How many commands there are, on the chip that takes most.
fresh
it "a write that nothing stops" runs 0 work ,stats=bottom.st ,stats=top.st
it "has written" holds new.rom
most=$(cat bottom.st top.st | jq -s 'map(.frames) | max')
it "takes commands" [ "$most" -gt 1000 ]

# point N: fails, with a sentence, when not all is as it should be.
point() {
	fresh
	work ,power_lost_after=$1 ,power_lost_after=$1 >out 2>err
	status=$?
	case $status in
	1 | 2) before=$((before + 1)) && holds old.rom || { echo "# $1: changed, and not said"; return 1; } ;;
	3) during=$((during + 1)) ;;
	0) after=$((after + 1)) && holds new.rom || { echo "# $1: cut off, and not said"; return 1; } ;;
	*) echo "# $1: status $status: $(cat err)"; return 1 ;;
	esac
	for _b in "$store"/*.bin; do
		[ ! -e "$_b" ] || stored "$(basename "$_b" .bin)" || { echo "# $1: $_b is damaged"; return 1; }
	done
	work >out 2>err || { echo "# $1: not the second time: $(cat err)"; return 1; }
	holds new.rom || { echo "# $1: the chips are not as wanted"; return 1; }
	stored $was_bottom && stored $was_top || { echo "# $1: no backup"; return 1; }
	rom-flash restore $was_bottom $was_top -b $B -p "$bottom" -p "$top" >out 2>err ||
		{ echo "# $1: does not go back: $(cat err)"; return 1; }
	holds old.rom || { echo "# $1: goes back to something else"; return 1; }
}

before=0 during=0 after=0 wrong=0
for at in $(awk -v n="$POINTS" -v most="$most" -v seed="$SEED" \
	'BEGIN { srand(seed); while (n--) print 1 + int(rand() * (most - 1)) }'); do
	point "$at" || wrong=$((wrong + 1))
done
it "$POINTS points of $most commands, seed $SEED: $before before, $during in, $after after the write" \
	[ $wrong -eq 0 ]
it "some of them in mid-write" [ $during -gt $((POINTS / 10)) ]
