# SPDX-License-Identifier: GPL-3.0-or-later
# rom-cbfs, rom-ifd-parse and rom-ifd-edit beside the coreboot tools that are installed: what we
# write they list and extract, what they write we list and extract.
. "$TOP/tests/tools/lib.sh"

for tool in cbfstool ifdtool rmodtool fmaptool; do
	command -v $tool >/dev/null && continue
	skip "$tool is not installed"
	[ $tool != cbfstool ] || exit 0
done
command -v jq >/dev/null || { skip "jq is not installed" && exit 0; }
peer() { cbfstool "$@" >peer.out 2>&1; }
# holds PROGRAM FILE: are its first 64 KiB somewhere in the file, at a multiple of 4?
holds() {
	_at=$(LC_ALL=C grep -obUaP "$(head -c 16 "$1" | od -An -v -tx1 | tr -d '\n' |
		sed 's/ /\\x/g')" "$2" | head -n 1 | cut -d: -f1)
	[ -n "$_at" ] && tail -c +$((_at + 1)) "$2" | head -c 65536 | cmp -s -n 65536 - "$1"
}
size_of() { rom-cbfs list --json "$1" | jq ".files[] | select(.name == \"$2\").size"; }

# --- what we add, they list and extract -----------------------------------------------------
"$HELPERS/make-image" x230_12mb seabios in.rom || not_ok "no image"
seq 1 20000 >text
head -c 100000 "$HELPERS/make-image" >program
cp in.rom ours.rom
# ours NAME SOURCE OPTION...: to ours.rom
ours() {
	_n=$1 _f=$2
	shift 2
	it "we add $_n" runs 0 rom-cbfs add --force -n "$_n" -f "$_f" "$@" -o ours.rom ours.rom
}
# theirs NAME FILE: comes out of ours.rom
theirs() {
	rm -f got
	peer ours.rom extract -n "$1" -f got ${3+-m} ${3-}
	same "cbfstool extracts $1" got "$2"
}
ours raw text
ours lzma text -c lzma
ours lz4 program -c lz4
ours hashed text -A sha256
ours sha1 text -A sha1
ours sha512 text -A sha512
ours aligned program -a 4096
ours fixed text -b 0xffa00000 -t mrc
ours flat program -t payload -l 0x100000 -e 0x100000 -c lzma
for name in raw lzma hashed sha1 sha512 fixed; do theirs $name text; done
for name in lz4 aligned; do theirs $name program; done
it "we add an integer" runs 0 rom-cbfs add --force -n int -i 0x1122334455667788 -o ours.rom ours.rom
printf '\210\167\146\125\104\63\42\21' >want
theirs int want
it "cbfstool makes an ELF file of the payload" peer ours.rom extract -n flat -f flat.elf -m x86
it "with the program in it" holds program flat.elf
rom-cbfs list --json ours.rom | jq -r '.files[] | "\(.name) \(.offset) \(.size)"' | sort >want
# Debian's 4.15 has offset in the second column, in hexadecimal; so have later ones.
cbfstool ours.rom print -k 2>err | awk -F'\t' 'NR > 1 && $1 != "(empty)" { print $1, $2, $5 }' |
	while read -r name at size; do echo "$name $((at)) $((size))"; done | sort >got
same "cbfstool lists the same" got want
for hash in SHA1 SHA256 SHA512; do
	it "and finds the $hash valid" sh -c "cbfstool ours.rom print -v 2>&1 |
		grep -q 'hash $hash:.* valid'"
done
for name in raw hashed int; do
	it "we remove $name" runs 0 rom-cbfs remove --force -n $name -o ours.rom ours.rom
done
it "cbfstool adds to what we changed" peer ours.rom add -n again -f text -t raw
it "and we list it" sh -c '[ "$(rom-cbfs list ours.rom | grep -c "^again ")" -eq 1 ]'

# --- what they add, we list and extract -----------------------------------------------------
cp in.rom peer.rom
for args in 'raw -f text -t raw' 'lzma -f program -t raw -c lzma' 'lz4 -f program -t raw -c lz4' \
	'hashed -f text -t raw -A sha512' 'sha1 -f program -t raw -c lzma -A sha1' \
	'sha256 -f text -t raw -A sha256' 'aligned -f program -t raw -a 4096' \
	'fixed -f text -t mrc -b 0xffa00000' 'gaps -f text -t raw -b 0x220100 -g' \
	'padded -f text -t raw -p 32'; do
	name=${args%% *}
	# shellcheck disable=SC2086
	peer peer.rom add -n $args || { skip "this cbfstool does not add $name"; continue; }
	case $args in *program*) want=program ;; *) want=text ;; esac
	it "we extract $name" runs 0 rom-cbfs extract -f got --force -n "$name" peer.rom
	same "and it is right" got $want
	case $args in *-A*) it "its hash as well" sh -c "rom-cbfs list --json peer.rom |
		jq -e '.files[] | select(.name == \"$name\").hash.valid'" ;; esac
done
it "cbfstool adds an integer" peer peer.rom add-int -n int -i 72623859790382856
rom-cbfs extract -n int -f got --force peer.rom 2>err
printf '\10\7\6\5\4\3\2\1' >want
same "we extract it" got want
it "a flat binary" peer peer.rom add-flat-binary -n flat -f program -l 0x100000 -e 0x100000 -c lzma
cp in.rom flat.rom
rom-cbfs extract -n flat -f got.elf --force peer.rom 2>err
cp in.rom again.rom && peer again.rom add-payload -n flat -f got.elf -c lzma
rom-cbfs extract -U -n flat -f one --force again.rom && rom-cbfs extract -U -n flat -f two --force peer.rom
same "our ELF file is the same payload again" one two
it "we list all of it" runs 0 rom-cbfs list peer.rom
rom-cbfs list --json --all peer.rom | jq -r '.files[] | "\(.name) \(.offset) \(.size)"' | sort >want
cbfstool peer.rom print -k 2>err | awk -F'\t' 'NR > 1 { print $1, $2, $5 }' |
	while read -r name at size; do echo "$name $((at)) $((size))"; done | sort >got
same "with its free space" got want
it "we remove what it added" runs 0 rom-cbfs remove -n aligned -o less.rom peer.rom
it "and it lists the rest" sh -c 'cbfstool less.rom print | grep -q "^lz4 "'
it "without it" sh -c '! cbfstool less.rom print | grep -q "^aligned "'

# --- LZMA: not larger ------------------------------------------------------------------------
if have_corpus; then
	head -c 4194304 "$CORPUS/me/ms7d25_csme16.bin" >big
	xz -dc "$CORPUS/images/ivb_xx30_12m.rom.xz" >real.rom
	for name in romstage.raw ramstage.raw payload dsdt.aml; do
		it "$name comes out" runs 0 rom-cbfs extract -n fallback/$name -f $name real.rom
	done
	for f in "$CORPUS"/blob/*.bin "$CORPUS"/blob/*.fd "$CORPUS"/blob/*.dat \
		"$CORPUS"/me/stout_me8.bin big text romstage.raw ramstage.raw payload \
		dsdt.aml; do
		name=$(basename "$f")
		cp in.rom a.rom
		peer a.rom add -n x -f "$f" -t raw -c lzma
		rom-cbfs add -q --force -n x -f "$f" -c lzma -o b.rom in.rom 2>err
		it "$name is not larger than cbfstool's" [ "$(size_of b.rom x)" -le "$(size_of a.rom x)" ]
		rm -f got
		peer b.rom extract -n x -f got
		same "and cbfstool reads it" got "$f"
	done
else
	skip "LZMA of real data: they are not here"
fi

# --- images they make -------------------------------------------------------------------------
if command -v fmaptool >/dev/null; then
	cat >map.fmd <<-'FMD'
	FLASH@0xff000000 16M {
		SI_BIOS 16M {
			RW_SECTION_A 4M { VBLOCK_A 8K FW_MAIN_A(CBFS) RW_FWID_A 256 }
			RO 12M { FMAP 4K RO_VPD(PRESERVE) 16K COREBOOT(CBFS) }
		}
	}
	FMD
	it "fmaptool" runs 0 fmaptool map.fmd map.fmap
	it "cbfstool makes an image" peer new.rom create -M map.fmap -r COREBOOT,FW_MAIN_A
	it "we add to its empty CBFS" runs 0 rom-cbfs add -n a -f text -r FW_MAIN_A -o one.rom new.rom
	it "and to the other" runs 0 rom-cbfs add -n a -f program -c lzma -o two.rom one.rom
	rm -f got
	peer two.rom extract -r FW_MAIN_A -n a -f got
	same "cbfstool extracts one" got text
	rm -f got
	peer two.rom extract -n a -f got
	same "and the other" got program
	cbfstool two.rom layout -w | sed -n "s/^'\([^']*\)' (\(.*, \)*size \([0-9]*\), offset \([0-9]*\))/\4 \3 \1/p" |
		sort >want
	rom-cbfs list --areas --json two.rom |
		jq -r '.areas[] | "\(.start) \(.size) \(.region)"' | sort >got
	it "its areas are in ours" [ -z "$(comm -23 want got)" ]
fi

# --- images of old: a master header and no FMAP ------------------------------------------------
head -c 4096 "$HELPERS/unhex" >block
it "cbfstool makes an image without FMAP" peer old.rom create -m x86 -s 1M -B block
it "we add to it" runs 0 rom-cbfs add -n a -f text -c lzma -o old2.rom old.rom
rm -f got
peer old2.rom extract -n a -f got
same "cbfstool extracts it" got text
it "we add at an offset" runs 0 rom-cbfs add -n b -f program -b 0x80000 -o old3.rom old2.rom
cp old2.rom peer.rom && peer peer.rom add -n b -f program -t raw -b 0x80000
for rom in old3 peer; do
	cbfstool $rom.rom print -k 2>err | grep -v '^(empty)' >$rom.rows
done
same "where cbfstool puts it" old3.rows peer.rows
it "it adds to ours" peer old3.rom add -n c -f text -t raw
rom-cbfs extract -n c -f got --force old3.rom 2>err
same "we extract it" got text
it "we remove" runs 0 rom-cbfs remove -n b -o old4.rom old3.rom
it "and cbfstool lists the rest" sh -c 'cbfstool old4.rom print | grep -c "^[ac] " | grep -q 2'
it "the boot block is still there" sh -c 'tail -c 4096 old4.rom | head -c 3000 | cmp -n 3000 - block'
it "and the size" [ "$(wc -c <old4.rom)" -eq 1048576 ]

# --- windows ----------------------------------------------------------------------------------
head -c 33554432 /dev/zero >large.rom
if command -v fmaptool >/dev/null; then
	printf 'FLASH 32M {\n SI_BIOS { FMAP 4K COREBOOT(CBFS) } }\n' >large.fmd
	fmaptool large.fmd large.fmap >peer.out 2>&1
	rm large.rom && peer large.rom create -M large.fmap -r COREBOOT
	it "we add at an address of a window" runs 0 rom-cbfs add -n w -f text -b 0xf8800000 \
		--mmap 0:0xf8000000:0x1000000 --mmap 0x1000000:0xff000000:0x1000000 -o w.rom large.rom
	cp large.rom p.rom
	# 4.15 has one such window, by other words.
	if peer p.rom add -n w -f text -t raw -b 0xf8800000 --ext-win-base 0xf8000000 \
		--ext-win-size 0x1000000; then
		for rom in w p; do cbfstool $rom.rom print -k | grep '^w' >$rom.rows; done
		same "where cbfstool puts it" w.rows p.rows
	else
		skip "this cbfstool has other windows"
	fi
	refuses "an address between them" 2 'in none of the windows' rom-cbfs add -n w -f text \
		-b 0xf9000000 --mmap 0:0xf8000000:0x1000000 -o x.rom large.rom
	refuses "windows that overlap" 2 'windows 1 and 2 overlap' rom-cbfs add -n w -f text \
		-b 0xf8800000 --mmap 0:0xf8000000:0x1000000 --mmap 0:0xfe000000:0x1000000 \
		-o x.rom large.rom
	refuses "a window outside" 2 'does not lie in the image' rom-cbfs add -n w -f text \
		-b 0xf8800000 --mmap 0x1800000:0xf8000000:0x1000000 -o x.rom large.rom
fi
refuses "a window that is none" 2 'is FLASH:ADDRESS:SIZE' rom-cbfs add -n w -f text \
	-b 0xf8800000 --mmap 1:2 -o x.rom in.rom

# --- stages -----------------------------------------------------------------------------------
cat >stage.c <<'C'
static int zero[100];
int data = 7;
int _start(int x) { zero[x & 63] = data; return zero[1]; }
C
if ${CC:-cc} -m32 -ffreestanding -nostdlib -static -no-pie -fno-pic -fno-asynchronous-unwind-tables \
	-Wl,-Ttext=0x100000,--build-id=none,-z,noseparate-code -o stage.elf stage.c >peer.out 2>&1; then
	cp in.rom a.rom
	it "cbfstool adds a stage" peer a.rom add-stage -n s -f stage.elf -c lzma
	it "we add it" runs 0 rom-cbfs add --force -n s -t stage -f stage.elf -c lzma -o b.rom in.rom
	rm -f one two
	peer a.rom extract -n s -f one -U && peer b.rom extract -n s -f two -U
	it "the stored bytes are not more" [ "$(wc -c <two)" -le "$(wc -c <one)" ]
	rm -f one two
	peer a.rom extract -n s -f one -m x86 && rom-cbfs extract --force -n s -f two a.rom 2>err
	it "we make an ELF file of its stage" [ -s two ]
	it "cbfstool adds a payload" peer a.rom add-payload -n p -f stage.elf
	it "we add it" runs 0 rom-cbfs add --force -n p -t payload -f stage.elf -o b.rom b.rom
	rom-cbfs extract --force -U -n p -f pa a.rom && rom-cbfs extract --force -U -n p -f pb b.rom
	same "the same payload" pa pb
else
	skip "no compiler makes x86 programs of 32 bits here"
fi

# --- modules ----------------------------------------------------------------------------------
cat >module.c <<'C'
static int zero[100];
int data = 7;
static int *const where[] = { &data, zero, &zero[3] };
int _start(int x) { zero[x & 63] = data; return *where[x % 3]; }
C
cat >module.ld <<'LD'
OUTPUT_FORMAT("elf32-i386")
ENTRY(_start)
PHDRS { load PT_LOAD FLAGS(7); }
SECTIONS {
	. = 0x1000;
	.text : { *(.text*) *(.rodata*) *(.data*) . = ALIGN(8); } : load
	.bss : { . = ALIGN(8); _bss = .; *(.bss*) . = ALIGN(8); _ebss = .; }
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
LD
if ! command -v rmodtool >/dev/null; then
	:
elif ${CC:-cc} -m32 -ffreestanding -fno-pic -fno-asynchronous-unwind-tables -fno-stack-protector \
	-c -o module.o module.c >peer.out 2>&1 &&
	ld -m elf_i386 -q -nostdlib -T module.ld -o module.elf module.o >peer.out 2>&1; then
	it "rmodtool makes a module" runs 0 rmodtool -i module.elf -o module.rmod
	for c in none lzma lz4; do
		cp in.rom a.rom
		it "cbfstool adds it ($c)" peer a.rom add-stage -n m -f module.rmod -c $c
		it "we add it ($c)" runs 0 rom-cbfs add --force -q -n m -t stage -f module.rmod -c $c \
			-o b.rom in.rom
		rom-cbfs extract --force -U -n m -f one a.rom && rom-cbfs extract --force -U -n m \
			-f two b.rom
		# Another version of LZ4 finds other matches.
		[ $c = lz4 ] || same "the same bytes" two one
		rm -f three
		peer b.rom extract -n m -f three -m x86
		it "we make an ELF file of cbfstool's" runs 0 rom-cbfs extract --force -n m -f four a.rom
		same "cbfstool makes the same of ours" three four
	done
	cp in.rom a.rom && peer a.rom add-stage -n m -f module.rmod
	rom-cbfs extract --force -U -n m -f want a.rom
	for elf in module.elf four; do
		it "we make the module ourselves, of $elf" runs 0 rom-inject -q -f \
			--cbfs m=$elf,type=stage -o b.rom in.rom
		rom-cbfs extract --force -U -n m -f got b.rom
		same "it is the one of rmodtool" got want
	done
	it "rmodtool takes the ELF file we made" runs 0 rmodtool -i four -o again.rmod
	cp in.rom a.rom && peer a.rom add-stage -n m -f again.rmod
	rom-cbfs extract --force -U -n m -f got a.rom
	same "and makes the same module of it" got want
else
	skip "no compiler makes x86 modules of 32 bits here"
fi

# --- descriptors --------------------------------------------------------------------------------
command -v ifdtool >/dev/null || exit 0
"$HELPERS/unhex" "$TOP/fixtures/good-ifd-6-series.hex" fd.bin
"$HELPERS/unhex" "$TOP/fixtures/good-gbe.hex" gbe.bin
{ cat fd.bin gbe.bin; seq 1 3000000; } | head -c 12582912 >whole.rom
it "we unlock" runs 0 rom-ifd-edit -q --unlock -o ours whole.rom
ifdtool -u -O theirs whole.rom >peer.out 2>&1
same "as ifdtool" ours theirs
it "we lock again" runs 0 rom-ifd-edit -q --lock -f -o ours theirs
ifdtool -l -O theirs2 theirs >peer.out 2>&1
same "as ifdtool" ours theirs2
it "ME disable" runs 0 rom-ifd-edit -q --me-disable=on -f -o ours whole.rom
ifdtool -M 1 -O theirs whole.rom >peer.out 2>&1
same "as ifdtool" ours theirs
it "em100" runs 0 rom-ifd-edit -q --em100 -f -o ours whole.rom
ifdtool -e -O theirs whole.rom >peer.out 2>&1
same "as ifdtool" ours theirs
mkdir -p d && (cd d && ifdtool -x ../whole.rom >../peer.out 2>&1)
it "we extract" runs 0 rom-ifd-parse --extract o whole.rom
for pair in flashdescriptor:fd bios:bios intel_me:me gbe:gbe; do
	same "${pair#*:} as ifdtool" o/${pair#*:}.bin d/flashregion_*_${pair%:*}.bin
done
head -c 8192 /dev/urandom >new
it "we put a region in" runs 0 rom-inject -q --allow=me-header --region gbe=new -o ours.rom -f whole.rom
ifdtool -i GbE:new -O theirs whole.rom >peer.out 2>&1
same "as ifdtool" ours.rom theirs
rom-ifd-parse --layout whole.rom >ours.layout
ifdtool -f theirs.layout whole.rom >peer.out 2>&1
# ifdtool writes regions that are not used, base behind limit.
awk '{ split($1, a, ":"); if (a[1] <= a[2]) print }' theirs.layout | sort >want
sort ours.layout >got
same "the layout is ifdtool's" got want
if command -v flashrom >/dev/null; then
	head -c 12582912 /dev/zero >chip
	it "flashrom takes the layout" sh -c 'flashrom -p dummy:emulate=VARIABLE_SIZE,size=12582912,image=chip \
		-l ours.layout -i gbe -r read >peer.out 2>&1'
fi
