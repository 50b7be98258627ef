# SPDX-License-Identifier: GPL-3.0-or-later
# What was injected can be verified for ever: with another MAC address, cut for its chips, by
# its manifest or by a plain list.
. "$TOP/tests/tools/lib.sh"

board=x230_12mb
make-release $board rel
archive=rel/synthetic-20260101_$board.tar.xz
rom-inject -q --vendor rel/vendor -o roms $archive
rom-inject -q --vendor rel/vendor --mac 00:1f:16:12:34:56 -o mac $archive
manifest=roms/$board.manifest
name=$(basename "$(ls roms/*.rom | head -n 1)" .rom)
count=$(ls roms/*.rom | wc -l)
poke() { printf Q | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }

# --- whole ROMs -------------------------------------------------------------------------

it "as injected" runs 0 rom-verify-hash -c $manifest
it "each is OK, and no more is said" [ "$(grep -c ': OK$' out)" -eq "$count" -a ! -s err ]
it "with another MAC address, by the manifest written then" runs 0 rom-verify-hash -c mac/$board.manifest
it "each is OK, and no more is said" [ "$(grep -c ': OK$' out)" -eq "$count" -a ! -s err ]

mkdir later
cp mac/*.rom $manifest later
it "with another MAC address, by the manifest from before" runs 0 rom-verify-hash -c later/$board.manifest
it "each is OK, and what differs is said" \
	[ "$(grep -cx '[^:]*: OK (GbE region differs)' out)" -eq "$count" ]
it "also on standard error" [ "$(grep -c 'note: the same but for the GbE region' err)" -eq "$count" ]
it "-q" runs 0 rom-verify-hash -q -c later/$board.manifest
it "says nothing" [ ! -s out -a ! -s err ]
if command -v jq >/dev/null; then
	it "--json" runs 0 rom-verify-hash --json -q -c later/$board.manifest
	it "has it" sh -c 'jq -e "(.files | length) == $0 and all(.files[]; .gbe_differs)" out >/dev/null' \
		"$count"
else
	skip "--json: jq is not installed"
fi
it "one ROM, whatever its name" sh -c "cp mac/$name.rom any && rom-verify-hash --manifest $manifest any >out"
it "says the same" grep -qx 'any: OK (GbE region differs)' out
rom-split -b $board -o whole any >/dev/null
rom-join -o joined whole/any.bottom.rom whole/any.top.rom
it "split and joined" sh -c "rom-verify-hash --manifest $manifest joined | grep -q 'GbE region differs'"
# The GbE region is 0x1000 to 0x2fff: the byte before and the byte behind it are not left out.
for at in 4095 12288 12582911 300; do
	cp mac/$name.rom any && poke any $at
	it "another byte at $at is a no" runs 1 rom-verify-hash --manifest $manifest any
	cp any later/$name.rom
	it "also in a list" runs 1 rom-verify-hash -c later/$board.manifest
	it "only that ROM is" [ "$(grep -c FAILED out)" -eq 1 ]
done
cp mac/$name.rom any && poke any 8191
it "another byte in the GbE region is not" runs 0 rom-verify-hash --manifest $manifest any

# --- chip parts -------------------------------------------------------------------------

mkdir chips && cp $manifest chips
one() { rom-verify-hash --ignore-missing -c chips/$board.manifest; }
rom-split -b $board -o chips roms/$name.rom >/dev/null && rm chips/$name.manifest
it "both parts" runs 0 one
it "are OK" [ "$(grep -c "^$name\.\(bottom\|top\)\.rom: OK$" out)" -eq 2 ]
for chip in bottom top; do
	it "the $chip part alone, whatever its name" sh -c "
		cp chips/$name.$chip.rom dump && rom-verify-hash -v --manifest $manifest dump 2>err"
	it "is named" grep -q "dump: is chip $chip of " err
done
mv chips/$name.top.rom top
it "one part alone, by its name" runs 0 one
poke chips/$name.bottom.rom 5000000
it "which was changed" runs 1 one
it "is named" grep -q "^$name.bottom.rom: FAILED" out
rm chips/*.rom
rom-split -b $board -o chips mac/$name.rom >/dev/null && rm chips/$name.manifest
it "both parts with another MAC address" runs 0 one
it "what differs is said of the one that has it" grep -qx "$name.bottom.rom: OK (GbE region differs)" out
it "and not of the other" grep -qx "$name.top.rom: OK" out
poke chips/$name.top.rom 77
it "and another byte in the other" runs 1 one
it "only that one is bad" grep -qx "$name.top.rom: FAILED" out
it "the first is known by its own hash" grep -qx "$name.bottom.rom: OK (GbE region differs)" out
cp top chips/$name.top.rom
it "both parts again" runs 0 one
poke chips/$name.bottom.rom 12288
it "and another byte behind the region" runs 1 one
rm chips/$name.top.rom
cp whole/any.bottom.rom chips/$name.bottom.rom
it "one part alone" runs 0 one
it "says what differs" grep -qx "$name.bottom.rom: OK (GbE region differs)" out
it "whatever its name" sh -c "cp chips/$name.bottom.rom dump && rom-verify-hash -v --manifest $manifest dump 2>err >out"
it "says so, too" grep -qx 'dump: OK (GbE region differs)' out
rom-split -b $board -o own mac/$name.rom >/dev/null
cp whole/any.bottom.rom own/$name.bottom.rom
rom-inject -q -b $board --mac 00:1f:16:65:43:21 -f -o other.rom mac/$name.rom
rom-split -b $board -o other other.rom >/dev/null
cp other/other.bottom.rom own/$name.bottom.rom
it "by the manifest of rom-split" runs 0 rom-verify-hash -c own/$name.manifest
it "likewise" [ "$(cat out)" = "$name.bottom.rom: OK (GbE region differs)
$name.top.rom: OK" ]

# --- plain lists ------------------------------------------------------------------------

it "vendorhashes of the archive" sh -c "
	tar -xJf $archive --strip-components=2 -C roms bin/$board/vendorhashes &&
	rom-verify-hash -c roms/vendorhashes >out"
it "says what sha512sum says" sh -c 'cd roms && sha512sum -c vendorhashes >../want; cmp ../out ../want'
for style in '' --tag; do
	(cd roms && sha512sum $style *.rom) >roms/list
	for words in -c --check '-c --quiet' '-c --status' '-c --strict --warn' '-c --ignore-missing' \
		'-cw' '--check -w --strict --quiet'; do
		(cd roms && sha512sum $words list) >want 2>/dev/null
		it "a list ($style) with $words" runs 0 rom-verify-hash $words roms/list
		same "as sha512sum" out want
	done
done
cp roms/list later/list
it "a plain list does not know another MAC address" runs 1 rom-verify-hash -c later/list
