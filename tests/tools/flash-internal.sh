# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash on the flash of the machine itself: a stub in the place of flashprog, and a machine
# that umockdev makes of a folder.
. "$TOP/tests/tools/lib.sh"

put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT BYTES
says() { grep -q -- "$2" "$1"; }

mkdir bin
ln -s "$TOP/tests/helpers/flashprog-stub.sh" bin/flashprog
export PATH="$PWD/bin:$PATH"

# Only the program is on that machine: the tools of this test would be puzzled by it.
UMOCKDEV_DIR=$PWD/machine
preload=libumockdev-preload.so.0
there() { # ASan wants to be in front of all, and need not be
	UMOCKDEV_DIR=$UMOCKDEV_DIR LD_PRELOAD=$preload \
		ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "$@"
}
fact() { mkdir -p "machine/$(dirname "$1")" && printf '%s\n' "$2" >"machine/$1"; } # fact PATH TEXT
fact sys/class/dmi/id/sys_vendor LENOVO
fact sys/class/dmi/id/product_name 2325AB1
fact sys/class/dmi/id/product_version 'ThinkPad X230'
fact proc/cmdline 'quiet iomem=relaxed'
fact sys/kernel/security/lockdown '[none] integrity confidentiality'
fact dev/mem ''
if [ "$(there cat /sys/class/dmi/id/sys_vendor 2>/dev/null)" != LENOVO ] ||
	! there rom-flash --version >/dev/null 2>&1; then
	skip "a machine made of a folder: umockdev is not here, or not with this build"
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	skip "the machine's own flash: that takes root"
	exit 0
fi

flash() { there rom-flash "$@"; }
# fresh: the chip as it was, and nothing said of closed regions
fresh() { cp old.bin chip.bin && : >ran && rm -f says; }

make-image x230_12mb seabios image.rom || make-image x230_12mb '' image.rom
noise 12582912 >rest.bin
# On the machine: the same regions, another BIOS and another ME.
cp image.rom old.bin
dd if=rest.bin of=old.bin bs=4096 seek=3 skip=3 count=24 conv=notrunc 2>/dev/null
put old.bin 7000000 'before'
cp image.rom new.bin
put new.bin 7000000 'behind'
put new.bin 12582000 'boot'

# --- all is open ---
fresh
it "probes" runs 0 flash -p internal
it "as one chip" says out '^internal: Stubby ST8, 12 MiB, by flashprog$'
it "it can be written" says out 'this machine can be written internally, because the chipset opens every region$'
it "as JSON" runs 0 flash -p internal --json
it "likewise" says out '"writable": true,$'
it "two chips are one, without a name" runs 0 flash -b x230_12mb -p internal -w new.bin
same "and get the whole image" chip.bin new.bin
it "nothing remains" sh -c '! grep -q remains out'
it "parameters are passed on" runs 0 flash -p internal:laptop,boardmismatch=force --reads 1 -r back.bin
it "bare ones, too" says ran '^-p internal:laptop,boardmismatch=force -r '
same "and all is read" back.bin new.bin
it "both chips are verified at once" runs 0 flash -b x230_12mb -p internal -v new.bin
refuses "a name" 2 'sees its chips as one, so give -p internal and the whole image' \
	flash -b x230_12mb -p bottom=internal -w new.bin
head -c 8388608 new.bin >bottom.bin
refuses "a half" 1 '\(board-size\)' flash -b x230_12mb -p internal -w bottom.bin

# --- some is closed ---
closed() {
	cat >says <<EOF
SPI Configuration is locked down.
FREG0: Flash Descriptor region (0x00000000-0x00000fff) is read-only.
FREG2: Management Engine region (0x00003000-0x0001afff) is locked.
Not all flash regions are freely accessible by flashprog.
EOF
}
fresh
closed
it "probes" runs 0 flash -p internal
it "and names what is closed" says out 'opens the BIOS region; closed are: Flash Descriptor (0x00000000-0x00000fff) read-only, Management Engine (0x00003000-0x0001afff) locked$'
it "writes what is open" runs 0 flash -p internal -w new.bin
head -c 110592 old.bin >want.bin
tail -c +110593 new.bin >>want.bin
same "and nothing else" chip.bin want.bin
it "its backup says what it does not have" \
	sh -c 'grep -h -o "\"closed\":.*" ~/.local/state/romwright/backups/*.json >found; grep -q "Management Engine (0x00003000-0x0001afff)" found'
backup=$(grep -l '"closed"' ~/.local/state/romwright/backups/*.json | sed 's/json$/bin/')
it "it goes back while the same is closed" runs 0 flash restore "$backup" -p internal
same "as it was" chip.bin old.bin
mv says closed
refuses "but not where that is open" 1 'has FF instead of Management Engine.*\(closed-regions\).*nothing was changed$' \
	flash restore "$backup" -p internal
mv closed says
same "so nothing is lost" chip.bin old.bin
refuses "no whole image can be read" 1 'closed to reading.* is Management Engine .0x00003000-0x0001afff.*\(closed-regions\)' \
	flash -p internal -r x.bin
absent "so there is none" x.bin
it "unless that is allowed" runs 0 flash -p internal --allow=closed-regions -r x.bin
it "which is said" says err 'closed to reading.*(closed-regions, allowed)'
it "then it is FF" [ "$(dd if=x.bin bs=4096 skip=3 count=24 2>/dev/null | tr -d '\377' | wc -c)" -eq 0 ]
refuses "or compared" 1 '\(closed-regions\)' flash -p internal -v new.bin
cp new.bin other.bin
put other.bin 72 '\021'
fresh
closed
it "a descriptor with other regions" runs 1 flash -p internal --allow=me-header -w other.bin
it "is refused" grep -qE '\(closed-descriptor\).*nothing was changed$' err
same "nothing was written" chip.bin old.bin
echo 'Not all flash regions are freely accessible by flashprog.' >says
refuses "closed regions in other words" 1 '\(closed-regions\)' flash -p internal -w new.bin
echo 'FREG1: BIOS region (0x0001b000-0x00bfffff) is read-only.' >says
refuses "a closed BIOS region" 1 'cannot be written internally, because the descriptor or a protected range closes the BIOS region.*\(internal-closed\)' \
	flash -p internal -w new.bin
echo 'Warning: BIOS region SMM protection is enabled!' >says
refuses "SMM protection" 1 'by SMM.*\(internal-closed\)' flash -p internal:laptop=force_I_want_a_brick -w new.bin
echo 'PR0: Warning: 0x00600000-0x00bfffff is read-only.' >says
it "a protected range" runs 0 flash -p internal -w new.bin
it "stays as it is" says err 'PR0 .0x00600000-0x00bfffff. is closed, so it stays as it is'
tail -c 6291456 old.bin >want.bin
tail -c 6291456 chip.bin >rest.bin
same "byte for byte" rest.bin want.bin

# --- the machine ---
fresh
fact sys/class/dmi/id/product_version 'ThinkPad X220'
refuses "another machine" 1 'x230_12mb is for a LENOVO ThinkPad X230, and this machine is a LENOVO ThinkPad X220 .2325AB1. \(other-machine\)' \
	flash -b x230_12mb -p internal:boardmismatch=force -w new.bin
refuses "or by what the image says" 1 'new.bin is for a LENOVO ThinkPad X230, and this machine is .*\(other-machine\)' \
	flash -p internal -w new.bin
it "unless that is allowed" runs 0 flash -b x230_12mb -p internal --allow=other-machine -w new.bin
fresh
fact sys/class/dmi/id/product_version 'ThinkPad X230'
fact sys/class/power_supply/BAT0/type Battery
fact sys/class/power_supply/BAT0/capacity 12
refuses "a battery that is almost empty" 1 'the battery has 12 % and no adapter.*\(power\)' \
	flash -p internal -w new.bin
it "is enough to read" runs 0 flash -p internal -f -r back.bin
fact sys/class/power_supply/AC/type Mains
fact sys/class/power_supply/AC/online 1
fact sys/kernel/security/lockdown 'none [integrity] confidentiality'
refuses "a kernel that is locked down" 1 'the kernel is locked down.*\(internal-closed\)' \
	flash -p internal -w new.bin
fact sys/kernel/security/lockdown '[none] integrity confidentiality'
fact proc/cmdline quiet
echo '/dev/mem mmap failed: Operation not permitted' >says
STUB=probe-exit1 && export STUB
refuses "a kernel that guards devices" 2 'cannot be written internally, because.*iomem=relaxed' \
	flash -p internal -w new.bin
unset STUB
rm says
same "none of these changed the chip" chip.bin old.bin

# --- while it is written ---
cat >bin/systemd-inhibit <<'EOF'
#!/bin/sh
while :; do case $1 in --*) echo "$1" >>inhibited && shift ;; *) break ;; esac; done
exec "$@"
EOF
chmod +x bin/systemd-inhibit
fresh
it "logind is asked to keep the machine awake" runs 0 flash -p internal -w new.bin
it "for the write" says inhibited '^--what=sleep:idle:shutdown'
rm -f inhibited
it "reading" runs 0 flash -p internal -v new.bin
it "does not need that" [ ! -e inhibited ]
printf '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n' >bin/systemd-inhibit
fresh
it "nor where logind is not" runs 0 flash -p internal -w new.bin
same "it is written all the same" chip.bin new.bin
fresh
STUB=half && export STUB
it "a write that fails" runs 3 flash -p internal -w new.bin
unset STUB
it "leaves a machine that must not be switched off" \
	says err 'flash of this machine was changed and is not verified.*DO NOT REBOOT OR POWER OFF'
it "and the next command" says err 'to go on where this stopped: rom-flash -p internal -w new.bin$'
it "and the way back" says err 'to go back .*: rom-flash restore .*\.bin -p internal$'
it "the same command again" runs 0 flash -p internal -w new.bin
same "puts it right" chip.bin new.bin
