# SPDX-License-Identifier: GPL-3.0-or-later
# rom-flash keeps what was there, goes on where it was cut off, and can go back.
. "$TOP/tests/tools/lib.sh"

put() { dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT: standard input
says() { grep -q -- "$2" "$1"; }
hash() { sha256sum <"$1" | cut -d' ' -f1; }
blank() { head -c "$1" /dev/zero | tr '\0' '\377'; }

export XDG_STATE_HOME="$PWD/state"
store=$XDG_STATE_HOME/romwright
stored() { [ "$(hash "$store/backups/$(hash "$1").bin")" = "$(hash "$1")" ]; } # stored FILE

# A board of 128 + 64 KiB: two chips that nothing but their size tells apart.
cat >tiny.yaml <<END
name: A board for tests
rom_size: 192K
chips:
  - {name: bottom, size: 128K}
  - {name: top, size: 64K}
END
board="-b ./tiny.yaml"
bottom="-p bottom=dummy:emulate=SFDP,image=bottom.chip"
top="-p top=dummy:emulate=SFDP,image=top.chip"

# --- the backup ---
# Few pages that are not blank, so that a write takes few commands: one sector of the bottom
# chip's first block, most of its second, and on the top chip the last sector and one before.
blank 196608 >old.rom
for at in 0 4096 8192 65536 69632 73728 77824 81920 86016 90112 135168 192512; do
	noise 256 | put old.rom $at
done
cp old.rom new.rom
for at in 4096 65536 69632 73728 77824 81920 86016 90112 139264 192512; do
	noise 256 | put new.rom $at
done
fresh() {
	head -c 131072 old.rom >bottom.chip
	tail -c 65536 old.rom >top.chip
	cp bottom.chip was.bottom
	cp top.chip was.top
}
head -c 131072 new.rom >new.bottom
is_new() { cat bottom.chip top.chip | cmp -s - new.rom; }

fresh
it "a dry run" runs 0 rom-flash $board $bottom $top --dry-run -w new.rom
absent "keeps nothing" "$XDG_STATE_HOME"
it "a write" runs 0 rom-flash $board $bottom $top -w new.rom
it "has written" is_new
it "says where the backup is" says out "^bottom: what was there before is in $store/backups/$(hash was.bottom).bin "
it "and that a copy belongs elsewhere" says out '; a copy of it belongs on another medium$'
it "the backup of the bottom chip is right" stored was.bottom
it "so is that of the top chip" stored was.top
it "it says what is in it" jq -e '.board == "tiny" and .chip == "bottom" and .size == 131072 and
	.id == "2a5311" and .holds == "nothing that is recognised" and .sha256 == $hash and
	(.confirmed | test("passes"))' --arg hash "$(hash was.bottom)" \
	"$store/backups/$(hash was.bottom).json"
it "nobody else may look" [ "$(stat -c %a "$store")" = 700 ]
it "two records" [ "$(wc -l <"$store/records.jsonl")" -eq 2 ]
it "with all that was asked for" sh -c "grep bottom \"$store/records.jsonl\" | jq -e '
	.operation == \"write\" and .board == \"tiny\" and .file == \"new.rom\" and .verified and
	.sha512 == \"$(sha new.rom)\" and .backup == \"$(hash was.bottom)\" and
	.chip_sha256 == \"$(hash bottom.chip)\"'"
it "no journal is left" [ -z "$(ls "$store/journal")" ]
it "the same again" runs 0 rom-flash $board $bottom $top -w new.rom
it "keeps nothing new" [ "$(ls "$store/backups" | wc -l)" -eq 4 ]
fresh
it "the old contents again" runs 0 rom-flash $board $bottom $top --json -w new.rom
it "are one copy" [ "$(ls "$store/backups" | wc -l)" -eq 4 ]
it "and named in JSON" jq -e ".chips[0].backup == \"$(hash was.bottom)\"" out

# --- the way back ---
was=$(hash was.bottom)
it "a backup goes back by the digits of its hash" \
	runs 0 rom-flash restore "$(echo "$was" | cut -c1-12)" $board $bottom
same "onto its chip" bottom.chip was.bottom
it "which is a record, too" sh -c "tail -n 1 \"$store/records.jsonl\" | grep -q '\"operation\":\"restore\"'"
it "what was there in between is a backup" stored new.bottom
it "two backups, by their files" runs 0 rom-flash restore "$store/backups/$was.bin" was.top $board $bottom $top
it "are the whole board" sh -c 'cat bottom.chip top.chip | cmp -s - old.rom'
it "without a board" runs 0 rom-flash restore new.bottom -p dummy:emulate=SFDP,image=bottom.chip
same "likewise" bottom.chip new.bottom
it "a backup of all chips in one file" runs 0 rom-flash restore old.rom $board $bottom $top
it "is cut" sh -c 'cat bottom.chip top.chip | cmp -s - old.rom'
refuses "the backup of the other chip" 1 'was.top: has 65536 bytes.*131072.*\(image-size\)' \
	rom-flash restore was.top -p dummy:emulate=SFDP,image=bottom.chip
refuses "no backup at all" 2 'restore takes a backup' rom-flash restore $board $bottom
refuses "a backup that is not there" 2 'no backup.s hash begins with 0123456789' \
	rom-flash restore 0123456789 -p dummy:image=x
refuses "what cannot be one" 2 'nope is no file, nor the first digits' rom-flash restore nope -p dummy:image=x
refuses "restore and -w" 2 'restore is what is done' rom-flash restore was.top -w new.rom $board $bottom
it "the list" runs 0 rom-flash backups
it "has each, oldest first" says out "^$(echo "$was" | cut -c1-12)  20.*Z    128K  tiny bottom  .*: nothing that is"
it "as JSON" runs 0 rom-flash backups --json
it "with their files" jq -e --arg f "$store/backups/$was.bin" '[.backups[].file] | index($f) != null' out
it "what pruning would do" runs 0 rom-flash backups --prune 0 --dry-run
it "is told and not done" [ "$(grep -c '^would be removed: ' out)" -eq 2 -a -f "$store/backups/$(hash new.bottom).bin" ]
it "pruning" runs 0 rom-flash backups --prune 0
absent "takes what is neither oldest nor newest enough" "$store/backups/$(hash new.bottom).bin"
it "and leaves the oldest" stored was.bottom
refuses "--prune of a write" 2 'is for "backups"' rom-flash $board $bottom --prune 1 -w new.rom

# --- what it was written with is known by its hash, and read once ---
# confirmed TEXT: so the backup of a write of other contents is believed, after *us
us=0
confirmed() {
	cp new.rom other.rom
	noise 256 | put other.rom 73728
	rom-flash $board $bottom,stats=stats -w other.rom >out 2>err &&
		says out "^bottom: .*bin ($1)" && us=$(sed 's/.*"us":\([0-9]*\).*/\1/' stats)
}
written() {
	rm -rf "$XDG_STATE_HOME"
	fresh
	rom-flash $board $bottom "$@" -w new.rom >out 2>err
}
bottom="$bottom,firmware=pico,rtt=4000,rate=100000"
it "a first write" written
it "is known at the second" confirmed "it was written and verified before"
once=$us
it "and so is that at the third" confirmed "it was written and verified before"
it "without its record" sh -c 'written=$1; grep -v chip_sha256 <"$1" >kept; cp kept "$1"' x "$store/records.jsonl"
it "it is not" confirmed "several passes of reading agree"
it "and read twice: $us us, not $once" [ "$us" -gt $((once + 1000000)) ]
it "a record of another chip" written
sed -i 's/"id":"2a5311"/"id":"ef4017"/' "$store/records.jsonl"
it "says nothing" confirmed "several passes of reading agree"
it "one of a write that nobody verified" written --noverify
it "neither" confirmed "several passes of reading agree"
it "records among lines that are none" written
{ noise 300; echo; echo "{\"verified\":true,"; echo '[1]'; cat "$store/records.jsonl"; noise 20; } >kept
cp kept "$store/records.jsonl"
it "are found" confirmed "it was written and verified before"
it "too many of them" written
blank 2200000 >>"$store/records.jsonl"
it "are not looked at" confirmed "several passes of reading agree"
bottom="-p bottom=dummy:emulate=SFDP,image=bottom.chip"
rm -rf "$XDG_STATE_HOME"
fresh

# --- dumps ---
for i in 1 2 3; do rom-flash -p dummy:emulate=SFDP,image=bottom.chip -r dump_$i.bin >out 2>err; done
it "three dumps, as in the guides" [ "$(sha512sum dump_?.bin | cut -d' ' -f1 | uniq | wc -l)" -eq 1 ]
same "each as the chip" dump_3.bin bottom.chip
it "what it looks like is said" says out '^dump_3.bin: nothing that is recognised; its hash is in dump_3.bin.sha512$'
it "sha512sum reads the list" runs 0 sha512sum -c dump_1.bin.sha512
it "rom-verify-hash, too" runs 0 rom-verify-hash --check dump_1.bin.sha512
echo mine >dump_4.bin.sha512
refuses "a list that is there" 2 'its list of hashes, dump_4.bin.sha512: exists' \
	rom-flash -p dummy:emulate=SFDP,image=bottom.chip -r dump_4.bin
absent "then there is no dump" dump_4.bin
it "-f" runs 0 rom-flash -p dummy:emulate=SFDP,image=bottom.chip -f -r dump_4.bin
it "replaces both" runs 0 sha512sum -c dump_4.bin.sha512
it "as JSON" sh -c 'rom-flash -p dummy:emulate=SFDP,image=bottom.chip --json -r dump_5.bin >out &&
	jq -e ".holds == \"nothing that is recognised\"" out'
it "a pipe" sh -c 'rom-flash -p dummy:emulate=SFDP,image=bottom.chip -r - 2>err | cmp - bottom.chip'

# --- a store that is not as it should be ---
one="-p dummy:emulate=SFDP,image=bottom.chip"
try_store() { # try_store NAME PATTERN: a write with the store that is there is refused
	fresh
	refuses "$1" 2 "no backup, so nothing is written.*$2.*; nothing was changed" rom-flash $one -w new.bottom
	same "$1: the chip is as it was" bottom.chip was.bottom
}
export XDG_STATE_HOME="$PWD/bad"
mkdir -p bad && : >bad/romwright
try_store "a file where the store goes" 'Not a directory'
rm -rf bad && mkdir -p bad/romwright && : >bad/romwright/backups
try_store "a file where backups go" 'Not a directory'
rm -rf bad && mkdir -p bad/romwright/backups && mkfifo "bad/romwright/backups/$(hash was.bottom).bin"
try_store "a FIFO where the backup goes" 'no regular file'
rm -rf bad && mkdir -p bad/romwright/backups && ln -s nowhere "bad/romwright/backups/$(hash was.bottom).bin"
try_store "a link that leads nowhere" 'there is no'
rm -rf bad && mkdir -p bad/romwright && : >bad/romwright/journal
try_store "a file where journals go" 'Not a directory'
rm -rf bad
fresh
it "a full disk" sh -c "ulimit -f 100; rom-flash $one -w new.bottom 2>err; [ \$? -eq 2 ]"
same "the chip is as it was" bottom.chip was.bottom
it "--allow=no-backup" runs 0 env XDG_STATE_HOME=/proc/nothing rom-flash $one --allow=no-backup -w new.bottom
it "says what is amiss" says err 'warning: no backup: '
fresh
mkdir -p bad/romwright/backups bad/romwright/journal
noise 131072 >"bad/romwright/backups/$(hash was.bottom).bin"
mkfifo bad/romwright/journal/2a5311-x.journal bad/romwright/records.jsonl
it "a damaged backup, FIFOs for a journal and the records" runs 0 rom-flash $one -w new.bottom
it "the damaged one is moved aside" [ -f "bad/romwright/backups/$(hash was.bottom).bin.damaged1" ]
it "and the right one stored" [ "$(hash "bad/romwright/backups/$(hash was.bottom).bin")" = "$(hash was.bottom)" ]
it "the missing record is said" says err 'done, but not recorded'
it "a relative XDG_STATE_HOME" runs 0 env XDG_STATE_HOME=here rom-flash backups
absent "is ignored" here
it "nothing says where" runs 2 env -u HOME -u XDG_STATE_HOME rom-flash backups
it "under sudo, of nobody" runs 1 env SUDO_UID=4000000 rom-flash backups
it "is refused" says err '(state-home)$'
export XDG_STATE_HOME="$PWD/state"

# --- power fails after every single command ---
# again N HOW: power of both chips fails after N commands; what is left of the journal is HOW;
# then the same command again. Fails when the chips or the backups are not as they should be.
again() {
	rm -rf "$XDG_STATE_HOME"
	fresh
	rom-flash $board $bottom,power_lost_after=$1 $top,power_lost_after=$1 -w new.rom >out 2>err
	first=$?
	[ $first -ne 0 ] || return 1
	begun=$(cat "$store"/journal/* 2>/dev/null | grep -c '^block')
	case $2 in
	lost) rm -rf "$store/journal" ;;
	garbage) for _j in "$store"/journal/*; do [ ! -f "$_j" ] || noise 500 >"$_j"; done ;;
	cut) for _j in "$store"/journal/*; do [ ! -f "$_j" ] || truncate -s -3 "$_j"; done ;;
	unbacked) rm -rf "$store/backups" ;;
	spoiled) for _b in "$store"/backups/*.bin; do [ ! -f "$_b" ] || echo spoiled | put "$_b" 70000; done ;;
	esac
	rom-flash $board $bottom $top -w new.rom >out 2>err || { echo "# $1 $2: $(cat err)"; return 2; }
	is_new || { echo "# $1 $2: the chips are not as wanted"; return 2; }
	if [ "$begun" -gt 0 ] && [ "$2" = whole ]; then
		says out 'went on with a write begun' || { echo "# $1: did not go on"; return 2; }
	fi
	# What was changed has its backup, which is what there was before anything.
	if [ $first -eq 3 ]; then
		went=$((went + 1))
		case $2 in unbacked | spoiled)
			says out 'went on with' && { echo "# $1 $2: it went on"; return 2; }
			return 0 ;;
		esac
		for _b in "$store"/backups/*.bin; do
			[ "$(hash "$_b").bin" = "${_b##*/}" ] || { echo "# $_b is damaged"; return 2; }
		done
		stored was.bottom || stored was.top || { echo "# $1 $2: no backup"; return 2; }
	fi
	[ -z "$(ls "$store/journal" 2>/dev/null)" ] || [ "$2" = garbage ]
}
n=0 went=0 status=0
while [ $status -eq 0 ] && [ $n -lt 2000 ]; do
	n=$((n + 1))
	again $n whole
	status=$?
done
it "after each of $n commands, $went of them in mid-write, the same command makes it good" \
	[ $status -eq 1 -a $went -gt 20 ]
last=$n n=0 went=0 status=0
while [ $status -eq 0 ] && [ $n -lt $((last - 5)) ]; do
	again $((n + 1)) lost && again $((n + 2)) garbage && again $((n + 3)) cut &&
		again $((n + 4)) unbacked && again $((n + 5)) spoiled
	status=$?
	n=$((n + 5))
done
it "also when the journal is lost, garbage or cut off, or the backup is lost or damaged" [ $status -eq 0 -a $went -gt 20 ]
