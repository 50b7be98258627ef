# SPDX-License-Identifier: GPL-3.0-or-later
# A board with two chips and one programmer, at a terminal: the clip is put where it should
# be, where it should not, nowhere, and is taken off in the middle of a write.
. "$TOP/tests/tools/lib.sh"

export XDG_STATE_HOME=$PWD/state
CLIP=dummy:clip=clip
put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT BYTES
says() { grep -qE -- "$1" out; }

# at STATUS COMMAND...: at a terminal, by the script on standard input; the transcript, its
# lines joined and without returns, is ./out.
at() {
	_status=$1
	shift
	cat >script
	at-tty script "$@" >raw 2>err
	_got=$?
	tr -d '\r' <raw | tr '\n' ' ' | tr -s ' ' >out
	[ $_got -eq "$_status" ] || { echo "# exit status $_got: $(tail -c 2000 out)"; return 1; }
}
# on CHIP [PARAMETERS]: a line of a script that puts the clip onto it.
on() {
	case $1 in
	bottom) echo "run echo emulate=W25Q64BV,image=bottom.chip${2-} >clip" ;;
	top) echo "run echo emulate=W25Q32BV,image=top.chip${2-} >clip" ;;
	nothing) echo "run : >clip" ;;
	*) echo "run echo $1 >clip" ;;
	esac
	echo "expect q leaves: "
	echo "send "
}
guided="rom-flash -b x230_12mb -p $CLIP"

"$HELPERS/make-image" x230_12mb seabios image.rom
head -c 8388608 image.rom >want.bottom
tail -c 4194304 image.rom >want.top

# --- as it should be ---
{ on bottom && echo "expect Power off first" && on top && echo "expect Power off first"; } >right
it "both chips, the first one first" at 0 $guided -w image.rom <right
same "the bottom chip" bottom.chip want.bottom
same "the top chip" top.chip want.top
it "it told how the machine is made ready" says 'power - guides: battery and AC off'
it "and the voltage, before the clip went on" says 'voltage 3\.3 V.*Clip on, power on\?'
it "and which chip comes first" says 'Clip onto bottom, 8 MiB, SOIC-8, soldered; the one closer to you'
it "which one it was" says 'This is bottom: by its size\.'
it "and what to do then" says 'bottom is written and verified. Power off first, then take the clip off\. .*Clip onto top, 4 MiB'
it "in the end a summary of both" says 'bottom: erased .*programmed .* top: erased .*programmed '
it "read, as one image" at 0 $guided -r back.rom <right
same "in image order" back.rom image.rom
it "verified" at 0 $guided -v image.rom <right
it "the same image again" at 0 $guided -w image.rom <right
it "changes nothing" says 'bottom: the chip holds it already; nothing was changed'

# --- the other order ---
rm -f bottom.chip top.chip
{ on top && echo "expect Power off first" && on bottom && echo "expect Power off first"; } >turned
it "the other chip first" at 0 $guided -w image.rom <turned
it "is recognised" says 'This is top: by its size.*This is bottom: by its size'
same "the bottom chip is right" bottom.chip want.bottom
same "the top chip is right" top.chip want.top
it "read in that order, into a pipe" at 0 sh -c "$guided -r - | cat >piped.rom" <turned
same "as one image, too" piped.rom image.rom
it "as JSON" at 0 $guided --json -r turned.rom <turned
same "it is the same image" turned.rom image.rom
it "from a pipe, answered at the terminal" at 0 sh -c "$guided -w - <image.rom" <turned

# --- twice the same ---
put want.bottom 6000000 'x' && cat want.bottom want.top >next.rom
{ on bottom && echo "expect Power off first" && on bottom && echo "expect finished" && on top &&
	echo "expect Power off first"; } >twice
it "the clip stays on the first chip" at 0 $guided -w next.rom <twice
it "which is said" says '! This is bottom again \(.*\), which is finished: the clip has to go onto the other'
same "the bottom chip is right again" bottom.chip want.bottom
same "and so is the top chip" top.chip want.top

# --- nothing, and something else ---
{ on nothing && echo "expect no chip answers" && on bottom ',late_bits=1' &&
	echo "expect id-shifted" && on emulate=W25Q80BV,image=tb.chip && echo "expect chip-size" &&
	on bottom && echo "expect Power off" && on nothing && echo "expect no chip" && on top &&
	echo "expect Power off"; } >bad
it "a clip on nothing, noise, a chip of another size" at 0 $guided -v next.rom <bad
it "which is described" says 'this chip has 1 MiB, and bottom of x230_12mb has 8 MiB, top 4 MiB'
absent "and not touched" tb.chip
"$HELPERS/make-image" t480_vfsp_16mb seabios t480.rom 2>err || : >t480.rom
refuses "the Thunderbolt controller's chip" 1 \
	'has 1048576 bytes, chip1 of t480_vfsp_16mb has 16777216.*Thunderbolt controller has a chip of that size.*chip-size' \
	rom-flash -b t480_vfsp_16mb -p dummy:emulate=W25Q80BV -r tb.rom

# Two chips that answer at once: the half of it twice.
noise 4194304 >half && cat half half >want.mirror && cp want.mirror mirror.chip
{ on emulate=W25Q64BV,image=mirror.chip && echo "expect chip-mirror" && on nothing &&
	echo "expect no chip" && echo "expect q leaves" && echo "send q"; } >script.mirror
it "a chip that is two" at 2 $guided -w image.rom <script.mirror
it "is named so" says 'answers the same from the middle on: it is one of 4 MiB'
same "and not written to" mirror.chip want.mirror

# --- taken off in the middle ---
cp image.rom other.rom
for at in 5000000 5100000 5200000 5300000 9000000 12000000; do put other.rom $at 'removed'; done
head -c 8388608 other.rom >want.bottom && tail -c 4194304 other.rom >want.top
head -c 8388608 /dev/zero >bottom.chip
on bottom ,stats=st >script.dry
{ cat script.dry && echo "expect Power off" && on top && echo "expect Power off"; } >dry
it "what a look costs" at 0 $guided --dry-run -w other.rom <dry
cut=$(($(sed 's/.*"frames":\([0-9]*\).*/\1/' st) + 60))
{ on bottom ",power_lost_after=$cut" && echo "expect stopped answering" &&
	echo "expect put the clip back" && on nothing && echo "expect no chip answers" &&
	on top && echo "expect Power off" && on bottom && echo "expect Power off"; } >removed
it "removed in the middle of a write" at 0 $guided -w other.rom <removed
it "it says what it sees" says 'did the clip slip or the power fail\?'
it "and what to do" says 'bottom was changed and is not finished: leave the machine off, put the clip back'
same "the bottom chip is whole" bottom.chip want.bottom
same "the top chip, too" top.chip want.top
head -c 8388608 /dev/zero >bottom.chip
{ on bottom ",power_lost_after=$cut" && echo "expect put the clip back" &&
	echo "expect q leaves" && echo "send q"; } >leaves
it "removed and left so" at 3 $guided -w other.rom <leaves
it "is said with what remains" says 'left before the end: bottom and top remain; .*bottom was changed and is not verified'
it "the same command again" at 0 $guided -w other.rom <right
same "finishes it" bottom.chip want.bottom

# --- two chips of one size: what they hold decides ---
sed 's/  - {name: chip1, size: 16M}/  - {name: bottom, size: 8M}\n  - {name: top, size: 8M}/
	/^hardware/d' "$TOP/layouts/x230_16mb.yaml" >own.yaml
"$HELPERS/make-image" x230_16mb seabios both.rom
head -c 8388608 both.rom >a.want && tail -c 8388608 both.rom >b.want
cp a.want a.chip && cp b.want b.chip
for chip in a b; do # something else but for what tells which it is
	noise 6291456 | dd of=$chip.chip bs=1M seek=1 conv=notrunc 2>/dev/null
done
own="rom-flash -b ./own.yaml -p $CLIP"
A=emulate=W25Q64BV,image=a.chip B=emulate=W25Q64BV,image=b.chip
{ on $B && echo "expect Power off" && on $B && echo "expect which is finished" && on $A &&
	echo "expect Power off"; } >eights
it "8 and 8 MiB, the last first, then twice" at 0 $own -w both.rom <eights
it "the last by what the machine starts from" says 'This is top: it holds what the machine starts from'
it "the first by its descriptor" says 'This is bottom: it holds a flash descriptor'
same "the first is right" a.chip a.want
same "the last is right" b.chip b.want
rm -f a.chip b.chip
{ on $A && echo "expect cannot be told" && echo "expect or nothing): " && echo "send " &&
	echo "expect Nothing was done" && on $A && echo "expect or nothing): " &&
	echo "send middle" && echo "expect Nothing was done" && on $A &&
	echo "expect or nothing): " && echo "send top" && echo "expect Power off" && on $B &&
	echo "expect Name (bottom, or nothing): " && echo "send bottom" &&
	echo "expect Power off"; } >blank
it "blank chips are asked about" at 0 $own -w both.rom <blank
it "and nothing is guessed" says 'Which chip is this\? It cannot be told: nothing on it tells'
same "what was called top has the last part" a.chip b.want
same "the other the first" b.chip a.want
mv a.chip c && mv b.chip a.chip && mv c b.chip
it "chips that hold the image are told by it" at 0 $own -v both.rom <<END
$(on $B)
expect Power off
$(on $A)
expect Power off
END
it "also" says 'This is top: it holds what the image has for that chip already'
put a.chip 7000000 'x'
{ on $B && echo "expect Power off" && on $A && echo "expect Power off"; } >eights
it "what differs is the answer, of the first that does" at 1 $own -v both.rom <eights
it "after both were looked at" says 'top is compared.*bottom: 0x006acfc0: from here on'

# What nothing else tells: an earlier backup of the chip, which named it.
for chip in a b; do # and no code that a machine starts with, not even by chance
	noise 8388608 >$chip.chip
done
cp a.chip a.old && cp b.chip b.old
rom-flash -b ./own.yaml -p bottom=dummy:$A -p top=dummy:$B -w both.rom >out 2>err
same "backed up and written" a.chip a.want
cp a.old a.chip && cp b.old b.chip
{ on $B && echo "expect Power off" && on $A && echo "expect Power off"; } >eights
it "the same chips again" at 0 $own -w both.rom <eights
it "are told by their backups" says 'This is top: it holds what a stored backup of that chip has'
same "the first" a.chip a.want
same "the last" b.chip b.want
it "restored, the last first" at 0 rom-flash restore a.old b.old -b ./own.yaml -p $CLIP <eights
same "the first as it was" a.chip a.old
same "the last as it was" b.chip b.old
it "a backup of one chip" at 1 rom-flash restore a.old -b ./own.yaml -p $CLIP </dev/null
it "has to be for one" says 'give the backups of all of them, or say which chip this is for'

# The contents contradict the size: the first half on the small chip.
head -c 4194304 image.rom >top.chip && cp top.chip keep.top
{ on top && echo "expect its size is that of the other" && echo "expect Name (top, or nothing): " &&
	echo "send " && echo "expect q leaves" && echo "send q"; } >against
it "witnesses that disagree" at 2 $guided -w image.rom <against
same "are not overruled" top.chip keep.top

# --- leaving, and nobody there ---
it "q at once" at 2 $guided -w image.rom <<END
expect q leaves
send q
END
it "changes nothing" says 'left before the end: bottom and top remain'
it "another word is no answer" at 2 $guided -w image.rom <<END
expect q leaves
send yes
expect q leaves
key ^D
END
it "Control-C" at 2 $guided -w image.rom <<END
expect q leaves
key ^C
END
it "the programmer is not there" at 2 rom-flash -b x230_12mb -p serprog:dev=/dev/none -v image.rom <<END
expect q leaves
send
expect /dev/none
END
cp want.top top.chip
it "a dry run" at 0 $guided --dry-run -w image.rom <turned
same "writes nothing" top.chip want.top
refuses "nobody to ask" 2 'say which: -p bottom=.*-p top=.*at a terminal' $guided -w image.rom
echo "emulate=W25Q32BV,image=want.top" >clip
it "a probe tells which chip it is, without asking" runs 0 $guided
it "by its name" says '^top: Winbond W25Q32'
