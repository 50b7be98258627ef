# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash through another program: a stub that does all that can go wrong, and the installed
# flashrom with its simulated chips.
. "$TOP/tests/tools/lib.sh"

put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT BYTES
says() { grep -q -- "$2" "$1"; }
fresh() { cp old.bin chip.bin && : >ran; }

mkdir bin
ln -s "$TOP/tests/helpers/flashprog-stub.sh" bin/flashprog
outer=$PATH
PATH=$PWD/bin:$PATH
noise 1048576 >old.bin
cp old.bin new.bin
put new.bin 4096 'one'
put new.bin 700000 'two'
fresh

it "probes" runs 0 rom-flash -p stub:a=b,c
it "and says by whom" says out '^stub: Stubby ST8, 1 MiB, by flashprog$'
it "parameters are passed on unchanged" says ran '^-p stub:a=b,c$'
it "reads" runs 0 rom-flash -p stub -r back.bin
same "what is there" back.bin old.bin
it "plans" runs 0 rom-flash -p stub -w new.bin --dry-run
it "sectors" says out '^  program 0x000aa000-0x000aafff 4 KiB$'
same "and writes nothing" chip.bin old.bin
fresh
it "writes" runs 0 rom-flash -p stub -w new.bin
same "what was asked for" chip.bin new.bin
it "which is said" says out '^stub: wrote 8 KiB by flashprog, read back all and verified$'
it "by ranges" sh -c '[ "$(grep -c -- "-w .* -i r0 -i r1$" ran)" -eq 1 ]'
it "the same image again" runs 0 rom-flash -p stub -w new.bin
it "changes nothing" says out 'nothing was changed$'
it "verifies" runs 0 rom-flash -p stub -v new.bin
refuses "what differs" 1 '^rom-flash: stub: 0x00001000: ' rom-flash -p stub -v old.bin
fresh
it "with contents from a file" runs 0 rom-flash -p stub -w new.bin --flash-contents old.bin
it "one pass confirms them" sh -c '[ "$(grep -c -- " -r " ran)" -eq 2 ]'
same "it is written" chip.bin new.bin
fresh
it "without verification" runs 0 rom-flash -p stub -n -w new.bin
it "which is said" says out 'by flashprog, not verified$'
it "-c is passed on" runs 0 rom-flash -p stub -c ST8 -r back.bin -f
it "as it is" says ran '^-p stub -c ST8 -r '
refuses "an image of another size" 1 'the chip has 1048576.*\(image-size\)' \
	sh -c 'head -c 524288 old.bin >half.bin && rom-flash -p stub -w half.bin'
it "erases" runs 0 rom-flash -p stub -E
it "to FF" [ "$(tr -d '\377' <chip.bin | wc -c)" -eq 0 ]

# goes STUB STATUS PATTERN: a write that goes wrong so, from the old contents to the new.
goes() {
	fresh
	export STUB="$1"
	refuses "$1" "$2" "$3" rom-flash -p stub -w new.bin
	unset STUB
}

# --- before anything is changed ---
goes probe-none 2 'no chip answers flashprog'
goes probe-two 2 'one of "A1", "B2".*-c$'
goes probe-garbage 2 'ended with success and does not say which chip'
goes probe-exit1 2 'flashprog failed .exit status 1.: Error: something is wrong'
goes probe-signal 2 'ended by signal 9'
goes read-short 2 'left has 1000000 bytes and the chip 1048576.*nothing was changed$'
goes read-lie 2 'left has 0 bytes and the chip 1048576.*nothing was changed$'
goes read-exit3 2 'exit status 3.*nothing was changed$'
goes read-garbage 2 'left has 0 bytes.*nothing was changed$'
goes read-flip 1 'unstable.*\(unstable-read\).*nothing was changed$|not written to .unstable-read'
same "none of these changed the chip" chip.bin old.bin
fresh
it "much that is said does no harm" env STUB=probe-huge rom-flash -p stub -w new.bin

# --- while it is changed ---
goes lie 2 'ended with success, and the chip holds what it held before; nothing was changed$'
goes exit1 2 'exit status 1.: Error: something is wrong.; nothing was changed$'
goes exit2 2 'exit status 2. and gives no reason; nothing was changed$'
goes exit3 2 'exit status 3.*nothing was changed$'
goes signal 2 'ended by signal 9; nothing was changed$'
goes garbage 2 'holds what it held before; nothing was changed$'
goes half 3 'unknown state.*was changed and is not verified .4096 of 8192'
goes wrong 3 '0x00001000: reading back what was written found 01 where .* was expected.*not verified'
goes outside 3 '0x000f4240: the chip changed where nothing was to be written: .*not verified'
it "the same command again" runs 0 rom-flash -p stub -w new.bin
same "puts it right" chip.bin new.bin
fresh
it "it says that it failed, and the chip is right" env STUB=fails rom-flash -p stub -w new.bin
same "as reading back found" chip.bin new.bin
fresh
it "much that is said while it writes does no harm" env STUB=huge rom-flash -p stub -w new.bin
same "it is written" chip.bin new.bin
fresh
STUB=half runs 3 rom-flash -p stub -w new.bin --json
it "a failure as JSON" says out '"status": "io"'

# --- one that does not end ---
export STUB=hang
fresh
refuses "it hangs" 3 'did not end in 2 seconds; the chip was changed and is not verified' \
	rom-flash -p stub -w new.bin --patience 2
export STUB=read-hang
refuses "it hangs at reading" 2 'did not end in 1 seconds; nothing was changed$' \
	rom-flash -p stub -w new.bin --patience 1
export STUB=deaf
refuses "it does not hear that it shall end" 3 'did not end in 1 seconds' \
	rom-flash -p stub -w new.bin --patience 1
export STUB=probe-hang
refuses "it hangs at once" 2 'did not end in 1 seconds' rom-flash -p stub --patience 1
refuses "--patience 0" 2 'not a number of seconds' rom-flash -p stub --patience 0
unset STUB

# signalled NAME STUB SIGNALS STATUS: so many signals while it hangs.
signalled() {
	fresh
	STUB=$2 rom-flash -p stub -w new.bin >out 2>err &
	pid=$!
	tries=0
	while ! grep -q "$5" ran && [ $((tries += 1)) -lt 200 ]; do sleep 0.05; done
	for s in $3; do
		kill -"$s" $pid
		sleep 0.5
	done
	wait $pid
	got=$?
	it "$1: $got" [ $got -eq "$4" ]
}
signalled "a signal ends reading" read-hang TERM 2 ' -r '
it "at once" says err 'interrupted, and flashprog was stopped'
signalled "writing goes on" slow INT 0 ' -w '
same "to its end" chip.bin new.bin
it "which is said" says err 'it goes on to its end; a second signal stops it'
signalled "a second signal stops it" hang 'INT TERM' 3 ' -w '
it "which is said" says err 'interrupted, and flashprog was stopped; the chip was changed'

# --- nobody to ask ---
PATH=$BIN:/bin:/usr/bin
if [ -x /usr/sbin/flashrom ] || command -v flashrom >/dev/null || command -v flashprog >/dev/null; then
	skip "neither is installed: one is"
else
	refuses "neither is installed" 2 'neither flashprog nor flashrom is installed' rom-flash -p stub
fi
PATH=$outer

# --- the installed flashrom, with its simulated chips ---
flashrom=$(PATH=$PATH:/usr/sbin command -v flashrom)
if [ -z "$flashrom" ]; then
	skip "flashrom is not installed"
	exit 0
fi
rm bin/flashprog
cat >bin/flashprog <<EOF
#!/bin/sh
# Its simulated chip has the same name as ours.
set -- "\$@" end
while [ "\$1" != end ]; do
	case \$1 in sim:*) a=dummy:\${1#sim:} ;; *) a=\$1 ;; esac
	shift
	set -- "\$@" "\$a"
done
shift
exec $flashrom "\$@"
EOF
chmod +x bin/flashprog
PATH=$PWD/bin:$outer
SIM=sim:emulate=W25Q128FV,image=sim.bin
noise 16777216 >sim.bin
cp sim.bin sim.want
put sim.want 70000 'abc'
put sim.want 16777000 'xyz'
it "flashrom probes" runs 0 rom-flash -p $SIM --json
it "and is understood" says out '"size": 16777216,$'
it "flashrom writes" runs 0 rom-flash -p $SIM -w sim.want
same "what was asked for" sim.bin sim.want
it "flashrom verifies" runs 0 rom-flash -p $SIM -v sim.want
it "flashrom reads" runs 0 rom-flash -p $SIM --reads 1 -r sim.back
same "what is there" sim.back sim.want
refuses "several chips fit" 2 'one of "MX25L6405", .*-c$' rom-flash -p sim:emulate=MX25L6436
it "one of them is named" runs 0 rom-flash -p sim:emulate=MX25L6436 -c MX25L6405D
refuses "none is called so" 2 'flashprog has no such chip' rom-flash -p $SIM -c nosuch
refuses "a programmer nobody knows" 2 'unknown programmer "nosuch_spi"' rom-flash -p nosuch_spi
put sim.back 70000 ABC
mv sim.back sim.other
refuses "a chip that WP# protects" 2 'flashprog failed .exit status' \
	rom-flash -p $SIM,spi_status=0x9c,hwwp=yes -w sim.other
