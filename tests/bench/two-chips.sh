#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash on two chips with two simulated Picos (1 ms, 1 MB/s), beside the slower of them alone.
# The programmers are simulated in the process itself, so that all of it runs, in simulated time:
# each thread has a clock, which its waiting sets ahead and its computing lets go on, and which it
# gets from the thread that begins it and gives to the one that waits for it. What one thread does
# for both, or both do one after the other, takes its time.
#
# Status 1 when a ratio is beyond its limit, or the measure does not see two jobs done one after
# the other.
set -eu

work=$BUILD/bench-two-chips
rm -rf "$work"
mkdir -p "$work"
cd "$work"
HOME=$work/home
export HOME
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

MIB=1048576
status=0

die() { echo "bench: $*" >&2; exit 2; }
noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }

# board NAME BOTTOM TOP: sizes in MiB
board() {
	cat >"$1" <<END
name: Two chips
rom_size: $(($2 + $3))M
chips:
  - {name: bottom, size: ${2}M}
  - {name: top, size: ${3}M}
END
}
# chips BOTTOM TOP: files of what they hold, or nothing
chips() {
	rm -rf bottom.chip top.chip home
	mkdir home
	[ -z "$1" ] || cp "$1" bottom.chip
	[ -z "$2" ] || cp "$2" top.chip
}
part() { case $1 in 8) echo W25Q64BV ;; *) echo W25Q32BV ;; esac }
# together WHICH OPERATION...: microseconds until the last of the chips WHICH is let go of
together() {
	_which=$1
	shift
	rm -f ./*.st
	set -- -b ./board.yaml "$@"
	for _chip in $_which; do
		_size=$bottom_size
		[ "$_chip" = bottom ] || _size=$top_size
		set -- "$@" -p "$_chip=dummy:emulate=$(part "$_size"),image=$_chip.chip,stats=$_chip.st,firmware=pico,rtt=1000,rate=1000000"
	done
	$before rom-flash "$@" >said 2>&1 || die "$(tail -n 1 said)"
	sed -n 's/.*"us":\([0-9]*\).*/\1/p' ./*.st | sort -n | tail -n 1
}
# both LIMIT NAME BOTTOM TOP OPERATION...: the chips hold BOTTOM and TOP before
both() {
	_limit=$1 _name=$2 _bottom=$3 _top=$4
	shift 4
	_slower=0
	for _chip in bottom top; do
		chips "$_bottom" "$_top"
		_alone=$(together $_chip "$@")
		[ "$_alone" -le "$_slower" ] || _slower=$_alone
	done
	chips "$_bottom" "$_top"
	_both=$(together "bottom top" "$@")
	awk -v name="$_name" -v both="$_both" -v alone="$_slower" -v limit="$_limit" 'BEGIN {
		printf "  %-37s %7.2f s  the slower one alone %6.2f  ratio %.3f", name, both / 1e6,
			alone / 1e6, both / alone
		if (limit == "")
			exit
		printf " (<= %s)%s\n", limit, (both > limit * alone) ? "  TOO SLOW" : ""
		exit (both > limit * alone)
	}' || status=1
	[ -n "$_limit" ] || echo "  (all is read before anything is written)"
}
# One after the other, where the system has no room for a thread.
alone_each() { (ulimit -s 3000000 && ulimit -v 2500000 && exec "$@"); }

echo "Two chips on two programmers, over simulated Picos, in simulated time"
before=
bottom_size=8 top_size=4
board board.yaml $bottom_size $top_size
noise $((12 * MIB)) 2 >both.rom
noise $((8 * MIB)) 3 >bottom.old
noise $((4 * MIB)) 4 >top.old
head -c $((8 * MIB)) both.rom >bottom.same
tail -c $((4 * MIB)) both.rom >top.same
cp bottom.same bottom.update
noise $((6 * 65536)) 5 | dd of=bottom.update bs=65536 seek=9 conv=notrunc 2>/dev/null
cp top.same top.update
noise $((3 * 65536)) 7 | dd of=top.update bs=65536 seek=20 conv=notrunc 2>/dev/null
both 1.05 "8 + 4 MiB, read" bottom.old top.old --reads 1 -f -r back
both 1.05 "8 + 4 MiB, write, blank" "" "" -w both.rom
both 1.05 "8 + 4 MiB, write, other content" bottom.old top.old -w both.rom
both 1.05 "8 + 4 MiB, write, the same" bottom.same top.same -w both.rom
both 1.05 "8 + 4 MiB, write, update" bottom.update top.update -w both.rom
both 1.05 "8 + 4 MiB, write, the bottom is done" bottom.same top.old -w both.rom
both "" "8 + 4 MiB, write, update + other" bottom.update top.old -w both.rom
bottom_size=4
board board.yaml $bottom_size $top_size
noise $((8 * MIB)) 6 >both.rom
both 1.05 "4 + 4 MiB, write, other content" top.old top.old -w both.rom
# Does the measure see it when one is done after the other?
chips top.old top.old
slower=$(together bottom -w both.rom)
chips top.old top.old
before=alone_each
after=$(together "bottom top" -w both.rom)
awk -v a="$after" -v b="$slower" 'BEGIN {
	printf "  %-37s %7.2f s  one of them alone    %6.2f  ratio %.3f (the measure sees it)\n",
		"the same, one after the other", a / 1e6, b / 1e6, a / b
	exit (a < 1.9 * b)
}' || status=1
exit $status
