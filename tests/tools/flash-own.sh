# SPDX-License-Identifier: GPL-3.0-or-later
# What the board's file says is the machine's own (its keep list) is not lost by a write.
. "$TOP/tests/tools/lib.sh"

says() { grep -q -- "$2" "$1"; }
put() { dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT: standard input
export XDG_STATE_HOME="$PWD/state"

# name IMAGE OLD NEW: another name for an area of its FMAP
name() { printf '%s\000' "$3" | put "$1" "$(grep -obUa "$2" "$1" | head -1 | cut -d: -f1)"; }
make-image gru_bob seabios bob.rom
name bob.rom RW_MRC_CACHE RW_VPD
cp bob.rom own.chip
noise 300 | put own.chip 4096
cp own.chip own.was
BOB="-b gru_bob -p dummy:emulate=W25Q64BV,image=own.chip"
refuses "an area of the FMAP that the board lists" 1 \
	'RW_VPD belongs to this machine alone.*--keep=fmap:RW_VPD carries.*--allow=vpd-change.*\(vpd-change\); nothing was changed$' \
	rom-flash $BOB -w bob.rom
same "is not written over" own.chip own.was
it "without the board nobody knows of it" runs 0 rom-flash -p dummy:image=own.chip --dry-run -w bob.rom
it "--keep=fmap:RW_VPD" runs 0 rom-flash $BOB --keep=fmap:RW_VPD -w bob.rom
it "says so" says out '^chip1: fmap:RW_VPD stays as it is on the chip$'
same "kept it, and all else was the same" own.chip own.was
it "also without the word for its kind" runs 0 rom-flash $BOB --keep=RW_VPD -w bob.rom
cp bob.rom gone.rom
name gone.rom RW_VPD RW_OTHER
refuses "an image without a place for it" 1 \
	'RW_VPD belongs .*the image has no place for it: --allow=vpd-change.*\(vpd-change\)' rom-flash $BOB -w gone.rom
refuses "where nothing can be kept" 2 'keep=fmap:RW_VPD: the chips at hand and the image do not both have that' \
	rom-flash $BOB --keep=fmap:RW_VPD -w gone.rom
it "--allow=vpd-change" runs 0 rom-flash $BOB --allow=vpd-change -w gone.rom
same "writes the image" own.chip gone.rom
it "an area that is blank on the chip" runs 0 rom-flash $BOB -w bob.rom
name own.chip RW_VPD GBB && name bob.rom RW_VPD GBB && noise 300 | put own.chip 8192
refuses "another area that the board lists" 1 '--keep=fmap:GBB.*\(keep-change\)' rom-flash $BOB -w bob.rom
it "--allow=keep-change" runs 0 rom-flash $BOB --allow=keep-change -w bob.rom
printf '\000\020\000' | put bob.rom "$(($(grep -obUa GBB bob.rom | head -1 | cut -d: -f1) - 4))"
noise 300 | put own.chip 8192
refuses "an area of another size" 1 \
	'^rom-flash: chip1: --keep=fmap:GBB: it has 65536 bytes on the chip and 4096 in the image \(keep-size\)' \
	rom-flash $BOB --keep=fmap:GBB -w bob.rom

# A file in the CBFS.
make-image ga_g41m_es2l seabios plain.rom
file=rt8168-macaddress
printf '00:1f:d0:12:34:56' >mac
printf '00:1f:d0:65:43:21' >mac2
cbfs_of() { rom-cbfs extract -n $file -f "$2" "$1" >/dev/null; } # cbfs_of IMAGE FILE
rom-cbfs add -n $file -f mac -t raw -o ga.was plain.rom
cp ga.was own.chip
GA="-b ga_g41m_es2l -p dummy:emulate=SST25VF080B,image=own.chip"
refuses "a file in the CBFS that the board lists" 1 "--keep=cbfs:$file carries.*\\(keep-change\\)" \
	rom-flash $GA -w plain.rom
it "the same image" runs 0 rom-flash $GA -w ga.was
it "--keep=cbfs:FILE" runs 0 rom-flash $GA --keep=cbfs:$file -w plain.rom
same "put it where it was" own.chip ga.was
rom-cbfs add -n before -f mac -t raw -o other1.rom plain.rom
rom-cbfs add -n $file -f mac2 -t raw -o other.rom other1.rom
refuses "an image with another" 1 "\\(keep-change\\)" rom-flash $GA -w other.rom
it "--keep=cbfs:FILE over it" runs 0 rom-flash $GA --keep=cbfs:$file -w other.rom
it "put it where the image had its" runs 0 cbfs_of own.chip kept
same "byte for byte" kept mac
rom-cbfs list other.rom >list1
rom-cbfs list own.chip >list2
same "and moved nothing" list1 list2
it "the chip passes" runs 0 rom-check -q -b ga_g41m_es2l own.chip
# No room: what is free is too small, and too scattered.
free=$(rom-cbfs list --all --json plain.rom | jq '[.files[] | select(.type == "null").size] | max')
noise $((free - 64)) >filler
rom-cbfs add -n filler -f filler -t raw -o full.rom plain.rom
noise 4096 >large
rom-cbfs remove -n $file -o large1.rom ga.was
rm own.chip && rom-cbfs add -n $file -f large -t raw -o own.chip large1.rom
refuses "no room for it" 1 "chip1: .*--keep=cbfs:$file: .*needs 0x1[0-9a-f]* bytes, but the largest free space.*\\(keep-size\\); nothing was changed$" \
	rom-flash $GA --keep=cbfs:$file -w full.rom
cp plain.rom own.chip
it "a chip without it" runs 0 rom-flash $GA -w other.rom
