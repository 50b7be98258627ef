# SPDX-License-Identifier: GPL-3.0-or-later
# rom-serprogd: simulated chips behind it, rom-flash and an installed flashrom before it.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-serprogd.sh"

daemon=
trap '[ -z "$daemon" ] || kill "$daemon"' EXIT

# finish: SIGTERM; passes when it ends with 0 and has nothing to complain about
finish() {
	kill "$daemon"
	wait "$daemon"
	_got=$?
	daemon=
	[ $_got -eq 0 ] && [ ! -s serve.err ]
}

noise() { # noise BYTES SEED: the same bytes every time
	openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"
}

# A sparse image of so many bytes: a write takes little, and every kind of erase.
image() {
	head -c "$1" /dev/zero | tr '\0' '\377' >"$2"
	noise 70000 1 | dd of="$2" bs=4096 seek=3 conv=notrunc 2>/dev/null
	noise 5000 2 | dd of="$2" bs=65536 seek=5 conv=notrunc 2>/dev/null
	noise 4096 3 | dd of="$2" bs=4096 seek=$(($1 / 4096 - 1)) conv=notrunc 2>/dev/null
}
old() { # what is there before
	image "$1" "$2"
	noise 9000 4 | dd of="$2" bs=4096 seek=2 conv=notrunc 2>/dev/null
	noise 3000 5 | dd of="$2" bs=65536 seek=6 conv=notrunc 2>/dev/null
}

# both CHIP SIZE [FLASHROM-NAME [FIRMWARE]]: FIRMWARE is for flashrom
both() {
	chip=$1 size=$2 theirs=${3-} firmware=${4-ideal}
	image "$size" want.bin
	old "$size" chip.bin
	cp chip.bin was.bin
	serve -p "dummy:emulate=$chip,image=chip.bin" --stats stats.json || {
		not_ok "$chip: it does not start"
		return
	}
	it "$chip: rom-flash reads it" runs 0 rom-flash -p "serprog:ip=$address" -f -r read.bin
	same "$chip: as it was" read.bin was.bin
	it "$chip: writes it" runs 0 rom-flash -p "serprog:ip=$address" -w want.bin
	finish && ok "$chip: ends cleanly" || not_ok "$chip: ends cleanly"
	same "$chip: and that is in the file" chip.bin want.bin
	it "$chip: no limit was broken" jq -e \
		'.overruns == 0 and .overflows == 0 and .lost == 0 and .refused == 0 and
		 .most_unread <= 2048' stats.json >/dev/null
	if ! command -v flashrom >/dev/null; then
		skip "$chip: flashrom is not installed"
		return
	fi
	cp was.bin chip.bin
	serve -p "dummy:emulate=$chip,image=chip.bin" --firmware "$firmware" ||
		not_ok "$chip: it does not start again"
	# With 1 where several of its chips have this id.
	flashrom -p "serprog:ip=$address" >out 2>err
	it "$chip: flashrom probes it" grep -Fq "flash chip \"$theirs\"" out
	it "$chip: flashrom writes and verifies" runs 0 flashrom -p "serprog:ip=$address" \
		${theirs:+-c "$theirs"} -w want.bin
	it "$chip: flashrom reads it" runs 0 flashrom -p "serprog:ip=$address" \
		${theirs:+-c "$theirs"} -r read.bin
	same "$chip: the same bytes" read.bin want.bin
	finish && ok "$chip: ends cleanly" || not_ok "$chip: ends cleanly"
	same "$chip: flashrom's bytes are in the file" chip.bin want.bin
}

MIB=1048576
both W25Q64BV $((8 * MIB)) W25Q64BV/W25Q64CV/W25Q64FV
both W25Q128.V $((16 * MIB)) W25Q128.V
both MX25L6405D $((8 * MIB)) MX25L6405D
both MX25L6406E $((8 * MIB)) MX25L6406E/MX25L6408E
both MX25L25635E $((32 * MIB)) MX25L25635F/MX25L25645G
both N25Q064..3E $((8 * MIB)) N25Q064..3E
both S25FL128S......0 $((16 * MIB)) S25FL128S......0
# Of this one flashrom 1.3.0 makes 512 bytes a page and then refuses to send more than 256 at a
# time, where the programmer does not say that it takes no more.
both S25FL128S......1 $((16 * MIB)) S25FL128S......1 pages
both SST25VF032B $((4 * MIB)) SST25VF032B
both SFDP $((8 * MIB)) "SFDP-capable chip"

# --- each firmware, with a cable, in real time ---
image 524288 want.bin
for firmware in ideal pages pico pico-libreboot vserprog duino; do
	rm -f chip.bin
	serve -p dummy:emulate=W25Q40.V,image=chip.bin --firmware $firmware --rtt 200 \
		--rate 2000000 --speed 4 --stats stats.json || not_ok "$firmware does not start"
	it "$firmware: rom-flash writes" runs 0 rom-flash -p "serprog:ip=$address" -w want.bin
	finish && ok "$firmware ends cleanly" || not_ok "$firmware ends cleanly"
	same "$firmware: and right" chip.bin want.bin
	it "$firmware: no limit was broken" jq -e '.overruns == 0 and .overflows == 0 and .lost == 0' \
		stats.json >/dev/null
done

# --- a client that dies leaves nothing behind, and nobody who is not a client hurts ---
rm -f chip.bin
serve -p dummy:emulate=W25Q40.V,image=chip.bin || not_ok "it does not start"
printf '\023\377\377\377\377\377\377garbage' | timeout 5 openssl s_client -connect "$address" \
	>/dev/null 2>&1
it "the next client is served" runs 0 rom-flash -p "serprog:ip=$address" -w want.bin
finish && ok "it ends cleanly" || not_ok "it ends cleanly"
same "and its bytes are right" chip.bin want.bin

refuses "no programmer" 2 'give -p' rom-serprogd
refuses "a firmware of packets" 2 'USB packets' rom-serprogd -p dummy --firmware picoprog
refuses "no such firmware" 2 'expected ideal, pages, pico' rom-serprogd -p dummy --firmware frser
refuses "no address" 2 'HOST:PORT' rom-serprogd -p dummy:emulate=W25Q40.V --listen 5555
refuses "nobody listens" 2 'no programmer answers' rom-flash -p serprog:ip=127.0.0.1:1
refuses "no port" 2 'needs dev=PORT or ip=HOST:PORT' rom-flash -p serprog

# --- two programmers at the same time: as long as the slower one, not as long as both ---
# Simulated in the process itself, so that the time is the clocks' and not this machine's.
noise 2097152 6 >bottom.bin
noise 2097152 7 >top.bin
cat bottom.bin top.bin >both.bin
cat >two.yaml <<'END'
name: Two chips
rom_size: 4M
chips:
  - {name: bottom, size: 2M}
  - {name: top, size: 2M}
END
cable=firmware=pico,rtt=1000,rate=1000000
bottom=bottom=dummy:emulate=W25Q16BV,image=bottom.bin,stats=bottom.st,$cable
top=top=dummy:emulate=W25Q16BV,image=top.bin,stats=top.st,$cable
us() { jq -s 'map(.us) | max' "$@"; }
it "one chip" runs 0 rom-flash -b ./two.yaml -p "$bottom" --reads 1 -f -r one.read
alone=$(us bottom.st)
it "takes as long as its bytes on the cable: $alone us" [ "$alone" -gt 2097152 ]
it "and little more" [ "$alone" -lt 3000000 ]
it "both chips" runs 0 rom-flash -b ./two.yaml -p "$bottom" -p "$top" --reads 1 -f -r both.read
together=$(us bottom.st top.st)
it "take no longer: $together us" [ "$together" -lt $((alone * 5 / 4)) ]
same "and each is where it belongs" both.read both.bin
noise 4194304 9 >new.bin
it "a write of both" runs 0 env HOME="$PWD/home" rom-flash -b ./two.yaml -p "$bottom" -p "$top" -w new.bin
cat bottom.bin top.bin >both.bin
same "is what was asked for" both.bin new.bin
it "with nothing done that must not be" jq -se 'map(.raised + .early + .outside + .again) | add == 0' \
	bottom.st top.st >/dev/null
# A machine that has no room for a second thread.
if (ulimit -s 3000000 && ulimit -v 2500000 && rom-flash --version) >/dev/null 2>&1; then
	it "one after the other" runs 0 bash -c 'ulimit -s 3000000 && ulimit -v 2500000 && exec "$@"' _ \
		rom-flash -b ./two.yaml -p "$bottom" -p "$top" --reads 1 -f -r both.read
	together=$(us bottom.st top.st)
	it "takes as long as both: $together us" [ "$together" -gt $((alone * 9 / 5)) ]
	same "and reads the same" both.read both.bin
else
	skip "one after the other: this build does not run in so little memory"
fi

# --- that cable by itself ---
refuses "a cable and no programmer's firmware" 2 'firmware=frser: expected ideal, pages, pico' \
	rom-flash -p dummy:emulate=W25Q40.V,firmware=frser
refuses "a cable that carries next to nothing" 2 'rate=10: 1000 bytes a second at least' \
	rom-flash -p dummy:emulate=W25Q40.V,rate=10
refuses "two cables, one behind the other" 2 'options of their own: --firmware, --rtt, --rate' \
	rom-serprogd -p dummy:emulate=W25Q40.V,rtt=1000
for firmware in ideal pages pico pico-libreboot picoprog vserprog duino; do
	image 524288 want.bin
	rm -f chip.bin
	it "$firmware in the process itself" runs 0 rom-flash \
		-p dummy:emulate=W25Q40.V,image=chip.bin,firmware=$firmware,rtt=500 -w want.bin
	same "$firmware: and right" chip.bin want.bin
done

# --- a signal in the middle: status 3, the pins released, and the same command finishes ---
image 8388608 want.bin
noise 1000000 8 | dd of=want.bin bs=65536 seek=20 conv=notrunc 2>/dev/null
rm -f chip.bin
# This firmware hangs for the next client if the pins were not released and taken again.
serve -p dummy:emulate=W25Q64BV,image=chip.bin --firmware pico-libreboot --rtt 1000 \
	--rate 1000000 --speed 4 || not_ok "it does not start"
rom-flash -p "serprog:ip=$address" --reads 1 -w want.bin >out 2>err &
writer=$!
_i=0	# how long the reading before it takes is nobody's business here
while [ $_i -lt 600 ] && ! grep -q 'writing: ' err; do sleep 0.1 && _i=$((_i + 1)); done
kill -TERM $writer
wait $writer
status=$?
[ $status -eq 3 ] && ok "interrupted: status 3" || not_ok "interrupted: status $status, not 3"
it "says what was done" grep -q 'interrupted; the chip was changed' err
it "says how to go on" grep -q 'to go on where this stopped: rom-flash -p ' err
it "the same command goes on" runs 0 rom-flash -p "serprog:ip=$address" --reads 1 -w want.bin
finish && ok "it ends cleanly" || not_ok "it ends cleanly"
same "and the chip is right" chip.bin want.bin
