# SPDX-License-Identifier: GPL-3.0-or-later
# Each example of the manual is run as it stands there, in a directory with the files it names.
. "$TOP/tests/tools/lib.sh"

board=x230_12mb
mkdir files
(
	cd files || exit
	make-image $board seabios image.rom
	cp image.rom x230.rom
	make-release $board rel
	mv rel/vendor vendor
	mv rel/synthetic-20260101_$board.tar.xz libreboot-20250202_$board.tar.xz
	rom-split -b $board -o chips image.rom
	cp chips/image.bottom.rom dump1.bin
	cp chips/image.top.rom dump2.bin
	make-image d945gclf_512kb seabios bios.rom
	make-image $board seagrub backup.rom
	make-me 2 stock_me.bin
	unhex "$TOP/fixtures/good-ifd-6-series.hex" fd
	ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; }
	{ cat fd && ff 8192 && cat stock_me.bin && ff 12582912; } | head -c 12582912 >stock.rom
	rm fd
	rom-pad --to 16M --image-at low -o chip.bin image.rom
	cp vendor/me.bin mrc.bin
	rom-cbfs add -n mrc.bin -f mrc.bin -t mrc -o with-mrc.rom image.rom
	rom-verify-hash image.rom >vendorhashes
) >said 2>&1 || not_ok "the files could not be made: $(cat said)"

# What one example needs in place of a file that another one needs.
special() {
	case $1 in
	rom-verify-hash*--same*) cp dump1.bin dump2.bin && cp dump1.bin dump3.bin ;;
	rom-verify-hash*--manifest*) cp chips/image.top.rom dump.bin ;;
	rom-verify-hash*--key*) # signed is a text, whatever its name
		cp "$TOP/fixtures/good-minisign.pub" release.pub
		cp "$TOP/fixtures/signed.txt" "${1##* }"
		cp "$TOP/fixtures/good-minisign-hashed.minisig" "${1##* }.minisig" ;;
	rom-gbe*gbe.bin*) rom-split -q --region gbe -o gbe.bin image.rom ;;
	*new.layout*) rom-ifd-parse --layout image.rom >new.layout ;;
	rom-cbfs*remove*) cp with-mrc.rom image.rom ;;
	rom-me*info*) cp stock.rom image.rom ;;
	rom-split*Fsp.fd*) make-release t480_vfsp_16mb fsp >said && cat fsp/vendor/fsp[ms].bin >Fsp.fd ;;
	rom-split* | "rom split"*) rm -rf chips ;;
	rom-join*backup.rom*) rm backup.rom ;;
	rom-join*image.rom*) mv image.rom kept.rom ;;
	rom-pad*trim*) rm image.rom ;;
	rom-pad*to*) rm chip.bin ;;
	rom-flash* | rom-serprogd*) rm chip.bin ;;	# a blank one
	rom-inject*roms/*) rom-inject -q --vendor vendor -o roms libreboot-*.tar.xz >said 2>&1 ;;
	*my.yaml*) sed -n '/^\.EX/,/^\.EE/p' "$TOP/tools/rom/romwright-board.5" |
		sed '/^\.E/d; s/\\-/-/g' >my.yaml ;;
	esac
}

# Real hardware and real networks have a stand-in.
stand_in() {
	sed 's/linux_spi:[^ ]*/dummy:emulate=W25Q64BV,image=chip.bin/
		s/serprog:dev=[^ ]*/dummy:emulate=W25Q64BV,image=chip.bin/
		s/--listen [^ ]*/--listen 127.0.0.1:0/'
}

# Somebody sits at a terminal and clips onto one chip after the other.
at_terminal() { # at_terminal COMMAND
	cat >place/script <<'END'
run echo emulate=W25Q64BV,image=bottom.chip >clip
expect q leaves
send
expect Power off first
run echo emulate=W25Q32BV,image=top.chip >clip
expect q leaves
send
expect Power off first
END
	(cd place && at-tty script sh -c "$(echo "$1" | sed 's/serprog:dev=[^ ]*/dummy:clip=clip/')")
}

# A server is asked to stop when it says that it is ready.
serves() {
	(cd place && exec sh -c "exec $1") >out 2>err &
	_i=0
	while [ $_i -lt 100 ] && ! grep -q '^listening ' out; do sleep 0.05 && _i=$((_i + 1)); done
	kill $! && wait $!
	grep -q '^listening ' out
}

# Lines of .EX blocks, as man shows them; a backslash at the end of a line continues it.
for page in "$TOP"/tools/*/*.1; do
	name=$(basename "$page")
	sed -n '/^\.EX/,/^\.EE/{ /^\.E/d; s/\\-/-/g; s/\\e/\\/g; s/\\&//g; s/\\f.//g; p; }' "$page" |
		sed ':a; /\\$/ { N; s/ *\\\n */ /; b a }' >examples
	it "$name has examples" [ -s examples ]
	while read -r example; do
		if echo "$example" | grep -q '| jq' && ! command -v jq >/dev/null; then
			skip "$example: jq is not installed"
			continue
		fi
		rm -rf place
		cp -r files place
		(cd place && special "$example") || not_ok "nothing could be prepared for: $example"
		command=$(echo "$example" | stand_in)
		case $example in
		"rom-flash -b"*serprog:*) it "$name: $example" runs 0 at_terminal "$example" ;;
		rom-serprogd*) it "$name: $example" serves "$command" ;;
		rom*) it "$name: $example" runs 0 sh -c "cd place && $command" ;;
		flashrom* | flashprog*) skip "$name: $example: that program's part" ;;
		*) not_ok "$name: no command of ours: $example" ;;
		esac
	done <examples
done

it "romwright-board.5 holds a board file" runs 0 sh -c 'cd place && rm -f my.yaml &&
	sed -n "/^\.EX/,/^\.EE/p" "$TOP/tools/rom/romwright-board.5" | sed "/^\.E/d; s/\\\\-/-/g" >my.yaml &&
	rom boards ./my.yaml'
it "it is read as written" grep -q 'ThinkPad T440p' out

# Commands that the text of the README shows, with the same files.
sed -n '/^Three jobs/,/^Architecture/{ s/^    \(rom.*\)/\1/p; s/^ \{10,\}\(-.*\)/\1/p; }' "$TOP/README" |
	sed 's/   .*//' | sed ':a; /\\$/ { N; s/ *\\\n */ /; b a }' >examples
it "the README has examples" [ -s examples ]
rm -rf place && cp -r files place && rm -r place/chips
while read -r example; do
	case $example in
	rom-me*) cp place/stock.rom place/image.rom ;;
	rom-join*) cp place/dump1.bin place/chip1.bin && cp place/dump2.bin place/chip2.bin &&
		mv place/image.rom place/kept.rom ;;
	esac
	case $example in
	"rom-flash -b"*serprog:*) it "README: $example" runs 0 at_terminal "$example" ;;
	*) it "README: $example" runs 0 sh -c "cd place && $example" ;;
	esac
done <examples
for page in "$TOP"/tools/*/*.[57]; do
	if command -v mandoc >/dev/null; then
		it "$(basename "$page") is clean" runs 0 mandoc -Tlint -Wwarning "$page"
	else
		skip "$(basename "$page") is clean: mandoc is not installed"
	fi
done
sed -n '/^\.EX/,/^\.EE/{ /^\.E/d; s/\\-/-/g; p; }' \
	"$TOP/tools/flash/romwright-before-you-flash.7" >examples
while read -r example; do
	it "romwright-before-you-flash.7: $example" runs 0 sh -c "$example"
done <examples
