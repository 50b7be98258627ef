#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The work on releases and images beside the installed peers, in one run: the same bytes in, the
# same bytes out, in turns, the least time of several runs of each and the most memory.
#
#	RUNS=5		how often each is run; small things ten times as often
#
# The peers' way with a release is lbmk's (unpack, drop the pad, put the ME in, check the hashes,
# pack with xz -T1 -9e), without its git, make and python. Status 0 when it could be measured;
# whether a number is as it should be is in the last column.
set -eu

RUNS=${RUNS:-5}
PATH=$PATH:/usr/sbin:/sbin
board=x230_12mb
prefix=DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_
work=$BUILD/bench
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

die() { echo "bench: $*" >&2; exit 2; }
have() { command -v "$1" >/dev/null; }

# --- measuring and printing -------------------------------------------------------------

# timed NAME COMMAND...: one more run of it, into NAME.times
timed() {
	_name=$1
	shift
	measure "$_name.times" "$@" >said 2>&1 || die "$_name: $(tail -n 1 said)"
}
# turns N FUNCTION...: calls each in turn, N times
turns() {
	_turns=$1
	shift
	while [ "$_turns" -gt 0 ]; do
		for _function; do $_function; done
		_turns=$((_turns - 1))
	done
}
least() { sort -n "$1.times" | awk 'NR == 1 { print $1 }'; }		# microseconds
most() { awk '$2 > m { m = $2 } END { print m * 1024 }' "$1.times"; }	# bytes of memory

ms() { awk -v n="$1" 'BEGIN { printf n < 1e6 ? "%.1f ms" : "%.2f s", n / (n < 1e6 ? 1e3 : 1e6) }'; }
mb() { awk -v n="$1" 'BEGIN { printf n < 1e7 ? "%.3f MB" : "%.0f MB", n / 1e6 }'; }
line() { printf '%-42s %10s %10s  %-6s %-8s %s\n' "$@"; }
# row WORK UNIT THEIRS OURS TARGET [LIMIT]: their ratio
row() {
	_ratio=$(awk -v a="$4" -v b="$3" 'BEGIN { printf "%.3f", a / b }')
	line "$1" "$($2 "$3")" "$($2 "$4")" "$_ratio" "$5" \
		"$(awk -v r="$_ratio" -v l="${6-}" 'BEGIN { if (l != "") print r <= l ? "pass" : "FAIL" }')"
}
# limit WORK THEIRS OURS TARGET BYTES: ours against a fixed number
limit() {
	line "$1" "$(mb "$2")" "$(mb "$3")" "" "$4" "$([ "$3" -le "$5" ] && echo pass || echo FAIL)"
}
head_line() { echo && line "$1" peers ours ratio target ""; }

# --- releases ---------------------------------------------------------------------------

if [ -n "${CORPUS-}" ]; then
	archive=$CORPUS/release/libreboot-20250202_$board.tar.xz
	vendor=$CORPUS/release/$board.vendorfiles
else
	make-release $board rel
	archive=$work/rel/synthetic-20260101_$board.tar.xz
	vendor=$work/rel/vendor
fi
mkdir first && tar -xJf "$archive" -C first
first=first/bin/$board

# Where 1 KiB may differ from ROM to ROM, as keymaps do: free space in the CBFS of this ROM.
free_place() {
	_at=11534336
	while [ $_at -gt 1048576 ]; do
		if [ "$(tail -c +$((_at + 1)) "$1" | head -c 4096 | tr -d '\377' | wc -c)" -eq 0 ]; then
			echo $_at
			return
		fi
		_at=$((_at - 65536))
	done
	die "no free place in $1"
}
put_me() { dd if="$vendor/me.bin" of="$1" bs=4096 seek=3 conv=notrunc 2>/dev/null; }

# One more ROM, made of that one and named like it: number, stripped ROM, directory
vary() {
	_name=${2##*"$prefix"}
	_name=${_name%.rom}_k$(printf %02d "$1").rom
	head -c -1 "$2" >"$_name"
	for _k in 1 2 3 4 5 6 7 8; do echo "$1 $_k" | sha512sum | head -c 128; done >noise
	dd if=noise of="$_name" bs=4096 seek=$(($(free_place "$_name") / 4096)) conv=notrunc \
		2>/dev/null
	cp "$_name" "$3/$prefix$_name"
	printf '\0' >>"$3/$prefix$_name"
	put_me "$_name"
	echo "$(sha512sum <"$_name" | cut -d' ' -f1)  ./$_name" >>"$3/vendorhashes"
	rm "$_name"
}

# release_of N: a release of N ROMs from the first one, as NNroms_BOARD.tar.xz
release_of() {
	mkdir -p grown/bin && cp -r $first grown/bin
	chmod -R u+w grown
	_n=$(ls $first/$prefix* | wc -l)
	while [ "$_n" -lt "$1" ]; do
		_n=$((_n + 1))
		vary $_n "$(ls $first/$prefix* | awk -v n=$_n '{ a[NR] = $0 } END { print a[n % NR + 1] }')" \
			grown/bin/$board
	done
	tar -c -C grown --sort=name bin | xz -T1 -9e >"$1roms_$board.tar.xz"
	rm -rf grown
}

# --- inject -----------------------------------------------------------------------------

cat >pipeline.sh <<'END'
cd peers
tar -xJf "$archive"
cd "bin/$board"
for rom in "$prefix"*; do
	name=${rom#"$prefix"}
	head -c -1 "$rom" >"$name"
	rm "$rom"
	if [ "$way" = ifdtool ]; then
		ifdtool -i "me:$vendor/me.bin" "$name" -O "$name"
	else
		dd if=/dev/zero bs=4096 count=24 | tr '\0' '\377' |
			dd of="$name" bs=4096 seek=3 conv=notrunc
		dd if="$vendor/me.bin" of="$name" bs=4096 seek=3 conv=notrunc
	fi
done
sha512sum --status -c vendorhashes
rm vendorhashes
[ "$pack" = yes ] || exit 0
cd ../..
tar -c "bin/$board" | xz -T1 -9e >../peers.tar.xz
END
way=dd
if have ifdtool; then way=ifdtool; fi
export archive vendor board prefix way pack

peers() {
	rm -rf peers peers.tar.xz && mkdir peers
	pack=yes
	timed peers sh -eu pipeline.sh
}
peers_unpacked() {
	rm -rf peers && mkdir peers
	pack=no
	timed peers_unpacked sh -eu pipeline.sh
}
ours() {
	rm -rf ours
	timed ours rom-inject -q --vendor "$vendor" -o ours "$archive"
}
ours_repack() {
	rm -f ours_$board.tar.xz
	timed ours_repack rom-inject -q --vendor "$vendor" --repack -o ours_$board.tar.xz "$archive"
}

same_roms() { # same_roms DIRECTORY
	for _rom in peers/bin/$board/*.rom; do
		cmp "$_rom" "$1/${_rom##*/}" || die "the peers made another ${_rom##*/}"
	done
}
inject_table() { # inject_table N: a release of N ROMs
	rm -f ./*.times
	turns "$RUNS" peers ours_repack peers_unpacked ours
	same_roms ours
	rm -rf again && mkdir again && tar -xJf ours_$board.tar.xz -C again
	same_roms again/bin/$board
	_packed=$(wc -c <peers.tar.xz)
	head_line "inject, $1 ROMs of 12 MiB (ME by $way)"
	row "to a directory" ms "$(least peers)" "$(least ours)" "<= 1/10" 0.1
	limit "  memory" "$(most peers)" "$(most ours)" "160 MB" 160000000
	row "  the peers without packing" ms "$(least peers_unpacked)" "$(least ours)" ""
	row "repacked" ms "$(least peers)" "$(least ours_repack)" "<= 1/3" 0.3333
	row "  archive" mb "$_packed" "$(wc -c <ours_$board.tar.xz)" "<= 1.01" 1.01
	row "  memory" mb "$(most peers)" "$(most ours_repack)" ""
}

echo "$RUNS runs of each in turns, $(nproc) processors; the least time and the most memory"
[ -n "${CORPUS-}" ] || echo "synthetic ROMs: the real ones are not here"
release_of 6
archive=$work/6roms_$board.tar.xz
inject_table 6
few=$(most ours) few_repacked=$(most ours_repack)
release_of 29
archive=$work/29roms_$board.tar.xz
inject_table 29
line "" "6 ROMs" "29 ROMs" "" "" ""
row "memory, to a directory" mb "$few" "$(most ours)" "<= 1.05" 1.05
row "memory, repacked" mb "$few_repacked" "$(most ours_repack)" "<= 1.05" 1.05

# --- one image --------------------------------------------------------------------------

image=$(ls ours/*.rom | head -n 1)
cp "$image" image.rom
rm -rf ours peers again ./*.times ./*.tar.xz
head -c 8388608 image.rom >bottom
tail -c +8388609 image.rom >top
few=$((RUNS * 10))

peers_copy() {
	rm -f copy
	timed copy sh -c 'cp image.rom copy && sha512sum image.rom bottom top'
}
ours_split() {
	rm -rf chips
	timed split rom-split -b $board -o chips image.rom
}
ours_join() {
	rm -f joined
	timed join rom-join -o joined top bottom
}
turns $few peers_copy ours_split ours_join
cmp joined image.rom && cmp chips/image.bottom.rom bottom && cmp chips/image.top.rom top ||
	die "split and join are wrong"
head_line "one image of 12 MiB"
row "split, manifest; cp + sha512sum" ms "$(least copy)" "$(least split)" "<= 1" 1
row "join; cp + sha512sum" ms "$(least copy)" "$(least join)" "<= 1" 1

peers_dump() { timed peers_dump ifdtool -d image.rom; }
ours_dump() { timed ours_dump rom-ifd-parse image.rom; }
peers_list() { timed peers_list cbfstool image.rom print; }
ours_list() { timed ours_list rom-cbfs list image.rom; }
if have ifdtool; then
	turns $few peers_dump ours_dump
	row "descriptor dump; ifdtool -d" ms "$(least peers_dump)" "$(least ours_dump)" "<= 1/3" 0.3333
else
	echo "descriptor dump: ifdtool is not installed"
fi
if have cbfstool; then
	turns $few peers_list ours_list
	row "CBFS list; cbfstool print" ms "$(least peers_list)" "$(least ours_list)" "<= 1/3" 0.3333
else
	echo "CBFS list: cbfstool is not installed"
fi

# --- an ME region -----------------------------------------------------------------------

if [ -n "${CORPUS-}" ]; then
	cp "$CORPUS/me/stout_me8.bin" me.bin
else
	make-me 2 me.bin
	head -c $((2097152 - 131072)) /dev/zero | tr '\0' '\377' >>me.bin
fi
cleaner=$(command -v me_cleaner || command -v me_cleaner.py || true)
peers_clean() {
	rm -f peers_me
	timed peers_clean "$cleaner" -r -t -O peers_me me.bin
}
ours_clean() {
	rm -f ours_me
	timed ours_clean rom-me clean -q -r -t -o ours_me me.bin
}
head_line "an ME region of 2 MiB"
if [ -n "$cleaner" ]; then
	# Most of its time is its Python's start.
	interpreter=$(sed -n '1s/^#! *//p' "$cleaner")
	# shellcheck disable=SC2086
	echo "(me_cleaner by $interpreter, $($interpreter --version 2>&1 | head -n 1))"
	turns $few peers_clean ours_clean
	cmp peers_me ours_me || die "me_cleaner made another region"
	row "clean, relocate, truncate; me_cleaner" ms "$(least peers_clean)" \
		"$(least ours_clean)" "<= 1/20" 0.05
else
	turns $few ours_clean
	line "clean, relocate, truncate" "-" "$(ms "$(least ours_clean)")" "" "" \
		"me_cleaner is not installed"
fi

# 4 MiB compressed into it: the ME of a newer machine, or our own programs
if [ -n "${CORPUS-}" ]; then
	head -c 4194304 "$CORPUS/me/ms7d25_csme16.bin" >large
else
	cat "$BIN"/* | head -c 4194304 >large
fi
peers_lzma() {
	cp image.rom peers.rom
	timed peers_lzma cbfstool peers.rom add -n large -f large -t raw -c lzma
}
ours_lzma() {
	rm -f ours.rom
	timed ours_lzma rom-cbfs add -n large -f large -c lzma -o ours.rom image.rom
}
stored() { rom-cbfs list "$1" | awk '$1 == "large" { print $4 }'; }
if have cbfstool; then
	turns "$RUNS" peers_lzma ours_lzma
	row "CBFS add, LZMA of 4 MiB; cbfstool" ms "$(least peers_lzma)" "$(least ours_lzma)" "<= 1" 1
	row "  stored" mb "$(stored peers.rom)" "$(stored ours.rom)" "<= 1" 1
	cbfstool ours.rom extract -n large -f back >/dev/null && cmp back large ||
		die "cbfstool does not read what was added"
fi
