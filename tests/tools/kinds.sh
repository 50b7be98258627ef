# SPDX-License-Identifier: GPL-3.0-or-later
# Releases of every kind of vendor file and of every style of metadata, there and back.
. "$TOP/tests/tools/lib.sh"

# there_and_back BOARD STYLE KIND
there_and_back() {
	board=$1
	rm -rf rel roms again out_*
	make-release $board rel $2 || { not_ok "$board: no release"; return; }
	archive=$(ls rel/*.tar.xz)
	it "$board ($3, $2): inject" runs 0 rom-inject -q --vendor rel/vendor -o roms $archive
	it "$board: as they were before" runs 0 sh -c 'cd roms && sha512sum -c --quiet --strict ../rel/SHA512SUMS'
	it "$board: strip" runs 0 rom-inject -q --strip -b $board -o out_$board.tar.xz roms
	# Releases of old had no marks on their ROMs; ours do.
	[ $2 = legacy ] || it "$board: the same stripped ROMs" sh -c "
		tar -xJf $archive --one-top-level=out_a bin && tar -xJf out_$board.tar.xz --one-top-level=out_b bin &&
		for rom in out_a/bin/$board/DO_NOT*; do cmp \"\$rom\" \"out_b\${rom#out_a}\" || exit 1; done"
	it "$board: inject of that" runs 0 rom-inject -q --vendor rel/vendor -o again out_$board.tar.xz
	it "$board: the same again" diff -r roms again
}

there_and_back x230_12mb 2025-02 ME
there_and_back t440pmrc_12mb 2026-04 "MRC at its address, ME"
there_and_back hp820g2_12mb 2026-04 "refcode, MRC, ME; image smaller than its chip"
there_and_back hp9470m_16mb 2025-02 "ME, KBC1126 EC firmware"
there_and_back t1650_12mb 2026-04 "ME, SCH5545 EC firmware"
there_and_back e6400nvidia_4mb 2026-04 "VGA option ROM"
there_and_back t480_vfsp_16mb 2026-04 "ME, FSP-M executed in place, FSP-S; Thunderbolt elsewhere"
there_and_back e5420_6mb legacy "ME, 2 + 4 MiB"

it "a Thunderbolt file is reported as one for another chip" sh -c '
	make-release t480_vfsp_16mb tb 2026-04 &&
	rom-inject --vendor tb/vendor -o tbroms tb/*.tar.xz 2>&1 | grep -q "tb.bin: note: belongs on a chip of its own"'
make-release x200_8mb free 2026-04
refuses "a board without vendor files has nothing to strip" 1 'no-vendor-files' \
	rom-inject -q --strip -o o_x200_8mb.tar.xz free/*.tar.xz
