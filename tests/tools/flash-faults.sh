# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever goes wrong: rom-flash ends by itself, with the right status, says what it was and
# what to do, and the same command once more completes the job.
. "$TOP/tests/tools/lib.sh"
. "$TOP/tests/tools/lib-serprogd.sh"

noise() { openssl enc -aes-128-ctr -K 00 -iv "$2" -in /dev/zero 2>/dev/null | head -c "$1"; }
put() { dd of="$1" bs=4096 seek="$2" conv=notrunc 2>/dev/null; } # put FILE SECTOR <BYTES

daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null' EXIT

# Old contents, and an update of several kinds of places; small, so that all is quick.
noise 524288 1 >old.bin
cp old.bin new.bin
noise 6000 2 | put new.bin 2
noise 40000 3 | put new.bin 64
head -c 4096 /dev/zero | tr '\0' '\377' | put new.bin 127
CHIP=dummy:emulate=W25Q40.V,image=chip.bin

# In simulated time, over a cable: how long the same write takes when nothing goes wrong.
CABLE=firmware=pico,rtt=1000,rate=1000000
us() { jq .us st; }
cp old.bin chip.bin
mkdir home
it "with nothing wrong" runs 0 env HOME="$PWD/home" rom-flash -p "$CHIP,$CABLE,stats=st" -w new.bin
good=$(us)
it "takes its time: $good us" [ "$good" -gt 1000000 ]

# A fault may take what this chip may need for a block (2 s), and 2 s more.
in_time() {
	cp old.bin chip.bin
	rm -rf home && mkdir home
	timeout 60 env HOME="$PWD/home" rom-flash -p "$CHIP,$CABLE,stats=st,fault=$1" -w new.bin \
		>out 2>err
	[ $? -ne 124 ] && [ "$(us)" -lt $((good + 4000000)) ]
}

# row FAULT STATUS SENTENCE [PARAMETERS]: what is expected of a write. "0" has nothing to say.
row() {
	fault=$1 want=$2 sentence=${3-} more=${4-}
	cp old.bin chip.bin
	rm -rf home && mkdir home
	it "$fault: status $want" runs "$want" env HOME="$PWD/home" timeout 60 \
		rom-flash -p "$CHIP,fault=$fault$more" -w new.bin
	[ "$want" -eq 0 ] || it "$fault: says what it is" grep -Eq -- "$sentence" err
	case $want in
	3) it "$fault: and what is next" grep -q 'leave the machine off; to go on where this stopped: rom-flash -p' err ;;
	1 | 2) same "$fault: the chip is as it was" chip.bin old.bin ;;
	esac
	it "$fault: the same command again" runs 0 env HOME="$PWD/home" timeout 60 \
		rom-flash -p "$CHIP,stats=st" -w new.bin
	same "$fault: completes it" chip.bin new.bin
	it "$fault: with nothing done that must not be" \
		grep -q '"raised":0,"early":0,"outside":0' st
	it "$fault: ends in time" in_time "$fault$more"
}

#   fault                status  what it is called
row stuck                   3 'still busy .status .* the most it may take'
row no-wel                  2 'does not take a write enable .*WP# and HOLD#'
row read@9000               3 'the erase of .* left something here, which is not FF'
row read-once@9000          1 'unstable|differs'
row program@3               0
row lost@5                  0
row power@20                2 'stopped answering .*did the clip slip or the power fail'
row power@90                3 'stopped answering .*did the clip slip or the power fail'
row power@300               3 'stopped answering .*did the clip slip or the power fail'
row unplugged@2             2 'went away'
row unplugged@120           3 'went away'
row no-wel                  2 'WP# is low and holds it; connect WP#' ,spi_status=0x9c,hwwp=yes

# --- what is found before anything is touched ---
cp old.bin chip.bin
refuses "a fault that there is not" 2 'no fault "fire"; there are stuck, no-wel' \
	rom-flash -p "$CHIP,fault=fire" -w new.bin
refuses "no chip" 2 'no chip answers .*check that the clip sits' rom-flash -p dummy -w new.bin
refuses "another chip" 1 'a W25Q40.V.*, not a MX25L1605D \(chip-name\); nothing was changed$' \
	rom-flash -p $CHIP -c MX25L1605D -w new.bin
same "none of which changed it" chip.bin old.bin

# --- the programmer at the end of a cable ---
finish() {
	kill "$daemon"
	wait "$daemon"
	daemon=
}

# cable FAULT STATUS SENTENCE
cable() {
	cp old.bin chip.bin
	rm -rf home && mkdir home
	serve -p "$CHIP" --fault "$1" || not_ok "$1: it does not start"
	it "$1: status $2" runs "$2" env HOME="$PWD/home" timeout 60 \
		rom-flash -p "serprog:ip=$address" -w new.bin
	[ "$2" -eq 0 ] || it "$1: says what it is" grep -Eq -- "${3-}" err
	[ "$2" -ne 3 ] || it "$1: and what is next" grep -Eq 'leave the machine off; to go on where this stopped: rom-flash -p' err
	finish
	serve -p "$CHIP" || not_ok "$1: it does not start again"
	it "$1: the same command again" runs 0 env HOME="$PWD/home" timeout 60 \
		rom-flash -p "serprog:ip=$address" -w new.bin
	finish
	same "$1: completes it" chip.bin new.bin
}
cable silent@20 2 'has not answered|did not answer'
cable silent@150 3 'did not answer.*unplug it'
cable closed@150 3 'closed the connection: check its cable and power'
cable lost-answer@2000 0
refuses "a fault of no cable" 2 '^rom-serprogd: --fault: no fault "fire@1"; there are lost-byte' \
	rom-serprogd -p "$CHIP" --fault fire@1

# The server is killed in the middle of the work: the connection is closed.
cp old.bin chip.bin
serve -p "$CHIP" --rtt 1000 --rate 200000 || not_ok "it does not start"
rom-flash -p "serprog:ip=$address" -r part.bin >out 2>err &
reader=$!
sleep 1
kill -9 "$daemon"
wait "$reader"
status=$?
daemon=
[ $status -eq 2 ] && ok "a server that dies: status 2" || not_ok "a server that dies: status $status"
it "is called by its name" grep -Eq 'closed the connection|went away' err
absent "and leaves no half file" part.bin
