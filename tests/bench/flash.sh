#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash as a program, in real time, over a simulated Pico on TCP (1 ms, 1 MB/s, chip times
# of the model): memory, processor time, and an installed flashrom doing the same work on the same
# bench. What the protocol itself costs is in bench.c, in virtual time.
#
# Status 1 when memory or processor time (against the time of the model) is beyond its limit. Real
# times of a machine that does other things as well say little, so those are only printed.
set -eu

work=$BUILD/bench-flash
rm -rf "$work"
mkdir -p "$work/home"
cd "$work"
HOME=$work/home
export HOME
daemons=
trap 'for d in $daemons; do kill "$d" 2>/dev/null || :; done; wait; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

. "$TOP/tests/tools/lib-serprogd.sh"

MIB=1048576
CABLE="--firmware pico --rtt 1000 --rate 1000000"
status=0

die() { echo "bench: $*" >&2; exit 2; }
noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }

# cable CHIP FILE: $address is where
cable() {
	# shellcheck disable=SC2086
	serve -p "dummy:emulate=$1,image=$2" $CABLE || die "no programmer"
	daemons="$daemons $daemon"
}
# timed NAME COMMAND...: microseconds, KiB and processor time into NAME.times
timed() {
	_name=$1
	shift
	rm -f "$_name.times"
	measure "$_name.times" "$@" >said 2>&1 || die "$_name: $(tail -n 1 said)"
}
seconds() { awk '{ printf "%.2f", $1 / 1e6 }' "$1.times"; }

echo "rom-flash in real time, over a simulated Pico (1 ms, 1 MB/s)"

# --- processor and memory: the programmer is another process ---
# least NAME COMMAND...: adds to NAME.all what the runs took; the least processor time is the work
# itself, the rest is what a busy machine makes of it
least() {
	_all=$1.all
	timed "$@"
	cat "$1.times" >>"$_all"
}
# model NAME CHIP FILE OPTION...: the seconds that the model of cable and chip gives for that
model() {
	_model=$1 _chip=$2 _file=$3
	shift 3
	[ -z "$_file" ] || cp "$_file" model.chip
	rom-flash -p "dummy:emulate=$_chip,image=model.chip,stats=st,firmware=pico,rtt=1000,rate=1000000" \
		"$@" >said 2>&1 || die "$(tail -n 1 said)"
	sed -n 's/.*"us":\([0-9]*\).*/\1/p' st >"$_model.model"
	rm -rf model.chip home
	mkdir home
}
noise $((4 * MIB)) 1 >image
noise $MIB 2 >small.image
timed empty rom-flash --version
model read W25Q32BV image --reads 1 -f -r back
model write W25Q80BV "" -w small.image
cp image four.chip
cable W25Q32BV four.chip
least read rom-flash -p "serprog:ip=$address" --reads 1 -f -r back
least read rom-flash -p "serprog:ip=$address" --reads 1 -f -r back
for _i in 1 2; do
	rm -rf one.chip home
	mkdir home
	cable W25Q80BV one.chip
	least write rom-flash -p "serprog:ip=$address" -w small.image
done
for what in read write; do
	size=4
	[ $what = read ] || size=1
	awk -v what="$what" -v size="$size" -v empty="$(awk '{ print $2 }' empty.times)" \
		-v model="$(cat $what.model)" '
		NR == 1 || $3 < cpu { cpu = $3 }
		NR == 1 || $1 < real { real = $1 }
		$2 > held { held = $2 }
		END {
			limit = (3 * size + 4) * 1024	# three images and 4 MiB
			own = held - empty
			share = 100 * cpu / model
			bad = (own > limit) || (share > 5)
			printf "  %-5s %d MiB  %6.2f s  of the model %6.2f  processor %.1f %% of a core (<= 5)",
				what, size, real / 1e6, model / 1e6, share
			printf "  memory %.1f MiB beyond its libraries (<= %.0f)%s\n", own / 1024,
				limit / 1024, bad ? "  TOO MUCH" : ""
			exit bad
		}' "$what.all" || status=1
done

# --- the peer on the same bench: a chip of 512 KiB ---
command -v flashrom >/dev/null || { echo "  flashrom is not installed"; exit $status; }
{ noise 262144 4 && head -c 262144 /dev/zero | tr '\0' '\377'; } >small
noise 524288 5 >other
cp small update
noise 65536 6 | dd of=update bs=65536 seek=2 conv=notrunc 2>/dev/null

# versus NAME THEIR-OPTIONS OUR-OPTIONS BEFORE: BEFORE is what the chip holds at first, or nothing
versus() {
	for _who in theirs ours; do
		rm -f small.chip
		[ -z "$4" ] || cp "$4" small.chip
		cable W25Q40.V small.chip
		if [ $_who = theirs ]; then
			timed theirs sh -c "flashrom -p serprog:ip=$address -c W25Q40.V $2"
		else
			timed ours sh -c "rom-flash -p serprog:ip=$address --allow=no-backup $3"
		fi
	done
	echo "  $1  $(seconds ours) s  flashrom $(seconds theirs)" \
		"$(awk -v a="$(seconds ours)" -v b="$(seconds theirs)" 'BEGIN { printf " ratio %.3f", a / b }')"
}
echo "beside $(flashrom --version 2>/dev/null | sed -n 's/^\(flashrom [^ ]*\).*/\1/p' | head -n 1), 512 KiB"
versus "read                     " "-r back" "--reads 1 -f -r back" small
versus "write, blank chip        " "-w small" "-w small" ""
versus "write, other content     " "-w small" "-w small" other
versus "write, one of 8 blocks   " "-w update" "-w update" small
versus "write, the same image    " "-w small" "-w small" small
exit $status
