# SPDX-License-Identifier: GPL-3.0-or-later
# A write of parts is gone on with: what is around them, and was erased with them, comes back.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-fmap.sh"

put() { dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT: standard input
range() { tail -c +$(($2 + 1)) "$1" | head -c $(($3)); } # range FILE START SIZE
export XDG_STATE_HOME="$PWD/state"

cat >two.yaml <<END
name: A board for tests
rom_size: 320K
chips:
  - {name: bottom, size: 256K}
  - {name: top, size: 64K}
END
# Both ends of PART are within a block of 64 KiB, most of which is written; one page in each
# sector, so that a write takes few commands.
PART=0x11000 LENGTH=0x1e000 LAST=0x45000
head -c 327680 /dev/zero | tr '\0' '\377' >old.rom
at=65536
while [ $at -lt 327680 ]; do
	noise 256 | put old.rom $at
	at=$((at + 4096))
done
put_fmap old.rom 0x38000 0x50000 FMAP 0x38000 0x1000 PART $PART $LENGTH LAST $LAST 0x1000
cp old.rom new.rom
at=65536
while [ $at -lt 327680 ]; do
	[ $at -eq $((0x38000)) ] || noise 256 | put new.rom $at
	at=$((at + 4096))
done
cp old.rom should.rom
range new.rom $PART $LENGTH | put should.rom $((PART))
range new.rom $LAST 0x1000 | put should.rom $((LAST))

bottom="-p bottom=dummy:emulate=SFDP,image=bottom.chip"
top="-p top=dummy:emulate=SFDP,image=top.chip"
write() { # write SUFFIX-OF-BOTTOM SUFFIX-OF-TOP OPTION...
	_bottom=$bottom$1 _top=$top$2
	shift 2
	rom-flash -b ./two.yaml $_bottom $_top "$@" -i PART -i LAST -w new.rom >out 2>err
}
# again N BOTTOM TOP OPTION...: the power of these chips fails after N commands, then the same again
again() {
	_cut=,power_lost_after=$1 _first=
	rm -rf state
	head -c 262144 old.rom >bottom.chip
	tail -c 65536 old.rom >top.chip
	[ "$2" = no ] || _first=$_cut
	[ "$3" = no ] && _cut=
	shift 3
	write "$_first" "$_cut" "$@" && return 1
	write "" "" "$@" || { echo "# $(tail -n 1 err)"; return 2; }
	cat bottom.chip top.chip | cmp - should.rom >where || { echo "# $(cat where)"; return 2; }
	! grep -q 'went on with' out || went=$((went + 1))
}
step=3
[ -z "${LONG-}" ] || step=1
# all NAME BOTTOM TOP OPTION...
all() {
	_what=$1
	shift
	cut=0 went=0 status=0
	while [ $status -eq 0 ] && [ $cut -lt 2000 ]; do
		cut=$((cut + step))
		again $cut "$@"
		status=$?
	done
	it "$_what: of $cut commands after each $step., $went times it went on" \
		[ $status -eq 1 -a $went -gt 5 ]
}
printf '%08x:%08x PART\n%08x:%08x LAST\n' $((PART)) $((PART + LENGTH - 1)) $((LAST)) \
	$((LAST + 0xfff)) >layout
all "both chips fail" yes yes --fmap
all "the bottom one fails, and the other is done" yes no --fmap
all "the other way round" no yes --fmap
all "parts of a layout" yes no -l layout

# One programmer, the chips in one order and then in the other: the parts are known by the chip
# that comes first.
on() { # on CHIP [PARAMETERS]: a line of a script that puts the clip onto it
	echo "run echo emulate=SFDP,image=$1.chip${2-} >clip"
	echo "expect q leaves: "
	echo "send "
}
guided() { at-tty "$1" rom-flash -b ./two.yaml -p dummy:clip=clip --fmap -i PART -i LAST -w new.rom >out 2>err; }
{ on bottom && echo "expect Power off first" && on top && echo "expect Power off first"; } >right
wrong=0 went=0
for cut in 60 90 120 150 180 210; do
	rm -rf state
	head -c 262144 old.rom >bottom.chip
	tail -c 65536 old.rom >top.chip
	{ on top && echo "expect Power off first" && on bottom ",power_lost_after=$cut" &&
		echo "expect q leaves: " && echo "send q"; } >left
	guided left
	[ $? -ne 3 ] || went=$((went + 1))
	guided right && cat bottom.chip top.chip | cmp -s - should.rom || wrong=$((wrong + 1))
done
it "with one programmer, the other chip first: $went times in mid-write" [ $wrong -eq 0 -a $went -gt 2 ]
