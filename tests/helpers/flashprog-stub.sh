#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A flashprog for tests: reads and writes the file ./chip.bin as its chip. $STUB says
# how it misbehaves, where that begins with "read-" at reading, with "probe-" at looking, else at
# writing; ./says, if it is there, is printed in front of all else, and what it closes is closed:
# reading or writing there fails. ./ran has its command lines.
set -u
echo "$*" >>ran
operation=none layout= file= include=
while [ $# -gt 0 ]; do
	case $1 in
	-p | -c) shift ;;
	-l) layout=$2 && shift ;;
	-i) include="$include $2 " && shift ;;
	-r) operation=read file=$2 && shift ;;
	-w) operation=write file=$2 && shift ;;
	-n) ;;
	*) echo "Error: unknown option $1" >&2 && exit 1 ;;
	esac
	shift
done
STUB=${STUB-}
size=$(wc -c <chip.bin)
case $operation:$STUB in
read:read-* | none:probe-*) how=${STUB#*-} ;;
write:*) how=$STUB ;;
*) how= ;;
esac

# closed FIRST BLOCKS: is part of it in ./says, and not open for this operation?
closed() {
	[ -e says ] || return 1
	sed -n 's/.*0x\([0-9a-f]*\)-0x\([0-9a-f]*\).* is \([a-z-]*\)\..*/\1 \2 \3/p' says >closed
	while read -r from to word; do
		case $operation:$word in read:read-only | *:read-write) continue ;; esac
		[ $((0x$to / 4096)) -lt "$1" ] || [ $((0x$from / 4096)) -ge $(($1 + $2)) ] || return 0
	done <closed
	return 1
}
# each COMMAND: for every included range with its first block and blocks of 4096 bytes.
each() {
	if [ -z "$layout" ]; then
		"$1" 0 $((size / 4096))
		return
	fi
	while IFS=': ' read -r start last name; do
		case $include in
		*" $name "*) "$1" $((0x$start / 4096)) $(((0x$last + 1 - 0x$start) / 4096)) ;;
		esac
	done <"$layout"
}
copy() {
	if closed "$1" "$2"; then
		echo "Transaction error between blocks $1 and $2!" >&2
		exit 1
	fi
	transfer "$1" "$2"
}
transfer() { dd if="$source" of="$target" bs=4096 skip="$1" seek="$1" count="$2" conv=notrunc 2>/dev/null; }
poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

[ ! -e says ] || cat says
case $how in
garbage) head -c 3000 /dev/urandom && exit 0 ;;
huge) yes "an endless story" | head -c 3000000 ;;
hang) exec sleep 600 ;;
deaf)
	trap '' TERM
	while :; do sleep 1; done
	;;
exit[0-9]) [ "$how" != exit1 ] || echo "Error: something is wrong." >&2; exit "${how#exit}" ;;
signal) kill -9 $$ ;;
lie) exit 0 ;;
none) echo "No EEPROM/flash device found." && exit 1 ;;
two) echo 'Multiple flash chip definitions match the detected chip(s): "A1", "B2"' && exit 1 ;;
esac
echo "Found Stubby flash chip \"ST8\" ($((size / 1024)) kB, SPI) on stub."
case $operation in
read)
	source=chip.bin target=$file
	head -c "$size" /dev/zero >"$target"
	each copy
	case $how in
	short) head -c 1000000 chip.bin >"$file" ;;
	flip) poke "$file" "$(($(wc -l <ran) * 5000))" x ;;
	esac
	;;
write)
	source=$file target=chip.bin
	case $how in
	half) layout= && copy 0 100 ;;
	*) each copy ;;
	esac
	case $how in
	wrong) poke chip.bin 4096 '\001\002' ;;
	outside) poke chip.bin 1000000 '\001\002' ;;
	half) echo "Your flash chip is in an unknown state." >&2 && exit 1 ;;
	fails) echo "VERIFICATION FAILED" >&2 && exit 3 ;;
	slow) sleep 3 ;;
	esac
	;;
esac
exit 0
