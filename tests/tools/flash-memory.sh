# SPDX-License-Identifier: GPL-3.0-or-later
# At most three images are in memory for each chip: what the largest process holds may grow by
# no more when the chip does. The file in memory that another program writes into or reads from
# counts as one.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-serprogd.sh"
. "$TOP/tests/tools/lib-fmap.sh"

if ldd "$BIN/rom-flash" | grep -q asan; then
	skip "AddressSanitizer keeps what was freed"
	exit 0
fi
noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }
MIB=1048576
SMALL=4 LARGE=16

daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null' EXIT
HOME=$PWD/home
export HOME

let_go() { # of the programmer, which then stores what its chip holds
	kill "$daemon"
	wait "$daemon"
	daemon=
}
# held NAME COMMAND...: KiB into NAME.SIZE, of the largest process
held() {
	_file=$1.$size
	shift
	rm -f "$_file"
	it "$_file" runs 0 measure "$_file" "$@"
}
# grows NAME IMAGES: from the small chip to the large one by no more than so many images
grows() {
	_grown=$(awk 'NR == FNR { small = $2; next } { print $2 - small }' "$1.$SMALL" "$1.$LARGE")
	_images=$(awk -v kib="$_grown" -v mib=$((LARGE - SMALL)) 'BEGIN { printf "%.2f", kib / 1024 / mib }')
	it "$1: $_images images, of at most $2" awk -v is="$_images" -v most="$2" \
		'BEGIN { exit !(is < most + 0.1) }'
}
whole() { # whole NAME: three images and 4 MiB are room for all of it but the libraries
	_limit=$((3 * LARGE * 1024 + 4096))
	_own=$(awk 'NR == FNR { none = $2; next } { print $2 - none }' empty.$LARGE "$1.$LARGE")
	it "$1: $_own KiB in all, of $_limit" [ "$_own" -le $_limit ]
}

for size in $SMALL $LARGE; do
	noise $((size * MIB)) 1 >image
	noise $((size * MIB)) 2 >chip.bin
	rm -rf home
	mkdir home
	chip=W25Q32BV
	[ $size -eq $SMALL ] || chip=W25Q128.V
	serve -p "dummy:emulate=$chip,image=chip.bin" || not_ok "it does not start"
	held empty rom-flash --version
	held read rom-flash -p "serprog:ip=$address" -f -r back
	held write rom-flash -p "serprog:ip=$address" -w image
	held verify rom-flash -p "serprog:ip=$address" -v image
	let_go
	same "$size MiB are written" chip.bin image
done
for what in read write verify; do
	grows $what 3
	whole $what
done

# --- parts of an image, and what stays; also where a write of them is gone on with ---
# An FMAP with one area, which is most of the image.
put_map() { put_fmap "$1" 4096 $((size * MIB)) MOST $((MIB / 2)) $(((size - 1) * MIB)); } # put_map FILE
CUT=3000 # commands: more than reading takes, fewer than all
# goes NAME SHOULD OPTION...: all at once; then power fails in between, and the same command again
goes() {
	_what=$1 _should=$2
	shift 2
	for _cut in "" $CUT; do
		rm -rf home
		mkdir home
		cp old.bin chip.bin
		if [ -n "$_cut" ]; then
			serve -p "dummy:emulate=$chip,image=chip.bin,power_lost_after=$_cut" ||
				not_ok "it does not start"
			it "$_what: power fails while $size MiB are written" \
				runs 3 rom-flash -p "serprog:ip=$address" "$@" -w image
			let_go
			_what=$_what-again
		fi
		serve -p "dummy:emulate=$chip,image=chip.bin" || not_ok "it does not start"
		held "$_what" rom-flash -p "serprog:ip=$address" "$@" -w image
		[ -z "$_cut" ] || it "$_what: goes on" grep -q 'went on with a write begun' out
		let_go
		same "$_what: $size MiB are as they should be" chip.bin "$_should"
	done
}
for size in $SMALL $LARGE; do
	noise $((size * MIB)) 2 >old.bin
	put_map old.bin
	cp old.bin image
	noise $MIB 1 | dd of=image bs=$MIB conv=notrunc 2>/dev/null
	noise $MIB 3 | dd of=image bs=$MIB seek=$((size - 1)) conv=notrunc 2>/dev/null
	put_map image
	chip=W25Q32BV
	[ $size -eq $SMALL ] || chip=W25Q128.V
	# It ends within blocks, of which the rest is erased with it and has to come back.
	from=$((MIB / 2 + 4096)) to=$((size * MIB - MIB / 2 - 4096))
	printf '%08x:%08x part\n' $from $((to - 1)) >layout
	{ head -c $from old.bin; tail -c +$((from + 1)) image | head -c $((to - from)); tail -c +$((to + 1)) old.bin; } >with-part
	{ head -c $((MIB / 2)) image; tail -c +$((MIB / 2 + 1)) old.bin | head -c $(((size - 1) * MIB)); tail -c $((MIB / 2)) image; } >with-most
	goes part with-part -l layout -i part
	goes keep with-most --keep fmap:MOST
	rm -rf home
	mkdir home
	cp old.bin chip.bin
	serve -p "dummy:emulate=$chip,image=chip.bin" || not_ok "it does not start"
	held contents rom-flash -p "serprog:ip=$address" --flash-contents old.bin -l layout -i part -w image
	let_go
	same "contents: $size MiB are as they should be" chip.bin with-part
done
for what in part part-again keep keep-again contents; do
	grows $what 3
	whole $what
done

# --- through another program, which notes what both hold when it runs ---
# What its files in memory have, and the largest sum of that and of the memory of rom-flash.
mkdir bin
cat >bin/flashprog <<END
#!/bin/sh
held=\$(awk '/^RssAnon:/ { print \$2 }' /proc/\$PPID/status)
for fd in /proc/\$PPID/fd/*; do
	case \$(readlink "\$fd") in *memfd*) stat -L -c '%s %b' "\$fd" ;; esac
done >"$PWD/memfd"
awk '{ sum += \$1 } END { print sum + 0 }' "$PWD/memfd" >>files
"$TOP/tests/helpers/flashprog-stub.sh" "\$@"
status=\$?
for fd in /proc/\$PPID/fd/*; do
	case \$(readlink "\$fd") in *memfd*) stat -L -c '%s %b' "\$fd" ;; esac
done >>"$PWD/memfd"
awk -v held="\$held" '\$2 > most { most = \$2 } END { print 0, held + most / 2 }' "$PWD/memfd" >>together
exit \$status
END
chmod +x bin/flashprog
PATH=$PWD/bin:$PATH
for size in $SMALL $LARGE; do
	noise $((size * MIB)) 1 >image
	cp image chip.bin
	noise 8192 2 | dd of=chip.bin bs=4096 seek=7 conv=notrunc 2>/dev/null
	printf '%08x:%08x part\n' 0 $((size * MIB - 1)) >layout
	cp chip.bin old.bin
	rm -rf home files together
	mkdir home
	held external-read rom-flash -p stub -f -r back
	held external-write rom-flash -p stub -w image
	noise $((size * MIB)) 3 >chip.bin
	held external-write-part rom-flash -p stub -l layout -i part -w image
	same "$size MiB are written by another program" chip.bin image
	it "$size MiB: in one file in memory" awk -v most=$(((size + 1) * MIB)) \
		'$1 > most { exit 1 } $1 > most / 2 { seen = 1 } END { exit !seen }' files
	sort -n -k 2 together | tail -n 1 >together.$size
done
grows external-read 2
grows external-write 2
grows external-write-part 3
grows together 3
