# SPDX-License-Identifier: GPL-3.0-or-later
# What is on the clip: nothing, noise on the wire, a chip for another voltage.
. "$TOP/tests/tools/lib.sh"

CLIP="dummy:clip=clip"
noise 8388608 >eight.rom

absent "nothing is clipped yet" clip
refuses "a clip on nothing" 2 'no chip answers .*FF FF FF.*that the clip sits, its direction' \
	rom-flash -p $CLIP -r x
echo "emulate=W25Q64BV,image=chip.bin" >clip
it "the clip is put on" runs 0 rom-flash -p $CLIP -w eight.rom
same "and the chip is written" chip.bin eight.rom
: >clip
refuses "and taken off" 2 'no chip answers' rom-flash -p $CLIP -v eight.rom
echo "emulate=W25Q64BV,imag=chip.bin" >clip
it "what the file says is read like -p" runs 0 rom-flash -p $CLIP

for late in 1 2 7; do
	echo "emulate=W25Q64BV,image=chip.bin,late_bits=$late" >clip
	refuses "answers $late bits late" 2 "which is EF 40 17 .Winbond W25Q64.* $late bits? too late.*lower the clock.*.id-shifted" \
		rom-flash -p $CLIP -w eight.rom
done

LOW="dummy:emulate=MX25U6435E,image=low.bin"
for operation in '-r x' '-w eight.rom' '-v eight.rom' '-E' ''; do
	refuses "a chip for 1.8 V, with ${operation:-nothing asked}" 1 \
		'for 1.65 to 2.00 V .*take the power off now.*--voltage=1.8 \(voltage\)' \
		rom-flash -p $LOW $operation
done
absent "is not touched" low.bin x
it "at 1.8 V" runs 0 rom-flash -p $LOW --voltage=1.8 -w eight.rom
same "it is written" low.bin eight.rom
refuses "at 3.3 V on purpose" 1 'must not get 3.3 V' rom-flash -p $LOW --voltage=3.3
refuses "a chip for 3.3 V at 1.8 V" 1 'wants 2.70 to 3.60 V' \
	rom-flash -p dummy:emulate=W25Q64BV --voltage=1.8
MIXED=dummy:emulate=MX25L3239E
refuses "an id of both" 1 'read the marking on the chip.*--voltage=1.8 or --voltage=3.3' rom-flash -p $MIXED
it "which was looked at" runs 0 rom-flash -p $MIXED --voltage=3.3
it "and the other way" runs 0 rom-flash -p $MIXED --voltage=1.8V
it "a board that is known to be of 3.3 V" runs 0 rom-flash -b e6400_4mb -p $MIXED
refuses "a board of which both are seen" 1 'read the marking' \
	rom-flash -b x230_12mb -p top=$MIXED
refuses "any other voltage" 2 'not 3.3 or 1.8' rom-flash -p $LOW --voltage=5
