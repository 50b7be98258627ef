# SPDX-License-Identifier: GPL-3.0-or-later
# Under sudo what rom-flash keeps belongs to the user who called it, and nothing of root's is
# touched in that user's name. A user there is not is put into a passwd file of our own.
. "$TOP/tests/tools/lib.sh"

uid=61234 gid=61235
# Where it is reached by anybody, unlike the directory of this test.
home=$(mktemp -d) && closed=$(mktemp -d) && trap 'rm -rf "$home" "$closed"' EXIT
sed "/:$uid:/d" /etc/passwd >passwd
echo "romtest:x:$uid:$gid::$home:/bin/sh" >>passwd
if [ "$(id -u)" -ne 0 ] || ! unshare -m mount --bind passwd /etc/passwd 2>err; then
	skip "this needs root, and a mount of our own"
	exit 0
fi
# sudo_flash ARGUMENT...: rom-flash as root, called by that user; what the environment says of
# directories is root's, or anybody's.
sudo_flash() {
	unshare -m sh -c 'mount --bind passwd /etc/passwd && exec "$@"' sh \
		env SUDO_UID=$uid SUDO_GID=$gid SUDO_USER=romtest HOME="$PWD/root" \
		XDG_STATE_HOME="$PWD/evil" rom-flash "$@"
}
says() { grep -q -- "$2" "$1"; }
others() { find "$1" \( ! -uid $uid -o ! -gid $gid \) -print; } # others DIRECTORY: not the user's

mkdir root && chown $uid:$gid "$home"
noise 524288 >new.rom
noise 524288 >chip
cp chip was
store=$home/.local/state/romwright
backup=$store/backups/$(sha256sum <was | cut -d' ' -f1).bin

it "a write that is cut off" runs 3 sudo_flash -p dummy:image=chip,power_lost_after=300 -w new.rom
it "says how to go back and on, under sudo" sh -c \
	"grep -q 'sudo rom-flash restore $store/backups/' err && grep -q 'this stopped: sudo rom-flash -p' err"
same "what was there is with the user" "$backup" was
it "all of it is the user's: $(others $home | tr '\n' ' ')" [ -z "$(others $home)" ]
it "and nobody else may look" [ "$(stat -c %a "$store")" = 700 ]
it "a journal is there" [ -n "$(ls "$store/journal")" ]
it "the same command goes on" runs 0 sudo_flash -p dummy:image=chip -w new.rom
it "from that journal" says out 'went on with a write begun'
same "and finishes" chip new.rom
it "the record is the user's, too" [ -z "$(others $home)" -a -s "$store/records.jsonl" ]
absent "what the environment says is not believed" evil root/.local
it "it goes back" runs 0 sudo_flash restore "$backup" -p dummy:image=chip
same "to what was there" chip was

# What the user's name does not open stays closed.
rm -rf "$store" && ln -s "$closed" "$store"
refuses "a link to what is root's alone" 2 'no backup, so nothing is written.*Permission denied; nothing was changed$' \
	sudo_flash -p dummy:image=chip -w new.rom
it "nothing was put there" [ -z "$(ls "$closed")" ]
same "and the chip is as it was" chip was
