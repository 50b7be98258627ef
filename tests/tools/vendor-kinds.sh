# SPDX-License-Identifier: GPL-3.0-or-later
# One board for each kind of vendor file, from a synthetic release to finished ROMs.
. "$TOP/tests/tools/lib.sh"

# refcode and mrc.bin; FSP-M, FSP-S and Thunderbolt; KBC1126; SCH5545; VGA ROM; a whole ME
for board in hp820g2_12mb t480_vfsp_16mb hp2560p_8mb t1650_12mb e6400nvidia_4mb x2e_n150; do
	make-release $board $board
	it "$board: injects" runs 0 rom-inject --vendor $board/vendor -o $board/roms \
		$board/synthetic-20260101_$board.tar.xz
	it "$board: the ROMs are those that were stripped" \
		runs 0 sh -c "cd $board/roms && sha512sum -c ../SHA512SUMS"
done

cp -r t480_vfsp_16mb/vendor bad
cp bad/fsps.bin bad/fspm.bin
printf X | dd of=bad/fspm.bin bs=1 seek=40 conv=notrunc 2>/dev/null
refuses "a damaged FSP-M" 2 'fspm.bin cannot be relocated, at 0x0 of the file: no firmware volume' \
	rom-inject -q --vendor bad -o o t480_vfsp_16mb/synthetic-20260101_t480_vfsp_16mb.tar.xz
cp t480_vfsp_16mb/vendor/fspm.bin bad && printf XX >bad/fsps.bin
refuses "another FSP-S" 1 'fsps.bin' \
	rom-inject -q --vendor bad -o o t480_vfsp_16mb/synthetic-20260101_t480_vfsp_16mb.tar.xz
cp -r hp820g2_12mb/vendor worse
printf X | dd of=worse/refcode bs=1 seek=18 conv=notrunc 2>/dev/null
refuses "a refcode for another machine" 2 'fallback/refcode cannot be made a relocatable module' \
	rom-inject -q --vendor worse -o o hp820g2_12mb/synthetic-20260101_hp820g2_12mb.tar.xz
absent "nothing was left" o

# --- an FSP of Intel's, executed in place: as cbfstool stores it ------------------------------

PATH=$PATH:/usr/sbin
if have_corpus && command -v cbfstool >/dev/null; then
	"$HELPERS/make-image" x230_12mb seabios ours.rom
	cp ours.rom peer.rom
	cp "$CORPUS/blob/BSWFSP.fd" fsp.fd
	it "cbfstool adds it" runs 0 cbfstool peer.rom add -f fsp.fd -n fsp.bin -t fsp --xip
	it "rom-cbfs adds it" runs 0 rom-cbfs add -f fsp.fd -n fsp.bin -t fsp --xip -o xip.rom ours.rom
	it "at the same place" [ "$(rom-cbfs list peer.rom | grep fsp.bin)" = "$(rom-cbfs list xip.rom | grep fsp.bin)" ]
	cbfstool peer.rom extract -n fsp.bin -f peer.fsp >said 2>&1
	cbfstool xip.rom extract -n fsp.bin -f our.fsp >said 2>&1
	same "with the same bytes" our.fsp peer.fsp
	it "which are not those of the file: it was relocated" sh -c '! cmp -s our.fsp fsp.fd'
else
	skip "an FSP of Intel's: no real data, or no cbfstool"
fi
