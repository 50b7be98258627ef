# SPDX-License-Identifier: GPL-3.0-or-later
# What every program owes its user: --help, --version and a page of the manual.
. "$TOP/tests/tools/lib.sh"

version=$(sed -n 's/.*ROMWRIGHT_VERSION "\(.*\)"/\1/p' "$TOP/tools/common/options.h")

# section NAME: of ./page, the text between its heading and the next
section() { awk -v name="$1" '/^\.SH/ { on = $0 ~ name } on' page; }

# The page as text of one line each: quotes and fonts gone, arguments set side by side.
plain() {
	awk '
		/^\.[BIR][BIR] / {	# fonts alternate: only quoted spaces are spaces
			line = ""
			for (i = 5; i <= length($0); i++) {
				c = substr($0, i, 1)
				if (c == "\"") quoted = !quoted
				else if (c != " " || quoted) line = line c
			}
			print line
			next
		}
		{ sub(/^\.[BI] /, ""); print }' page
}

words() { tr -c 'a-zA-Z0-9-' '\n' | grep -E '^--?[a-zA-Z0-9]' | LC_ALL=C sort -u; }

# Every library takes time at each start; ldd -u tells of those nobody calls.
ldd --help 2>&1 | grep -q -e '--unused' && tells=yes || tells=
[ -n "$tells" ] || skip "no ldd here that tells of unused libraries"

for folder in "$TOP"/tools/*/; do
	tool=$(basename "$folder")
	case $tool in
	common | release | programmer | vendor) continue ;;
	rom) name=rom ;;
	*) name=rom-$tool ;;
	esac
	if ! [ -x "$BIN/$name" ]; then
		not_ok "$name is not built"
		continue
	fi
	[ -z "$tells" ] ||
		it "$name is linked with what it uses" [ -z "$(ldd -u "$BIN/$name" 2>&1 | grep lib)" ]
	it "$name --help" runs 0 "$name" --help
	it "$name --help is on standard output alone" [ -s out -a ! -s err ]
	cp out help
	sed -n 's/^  \(-.,\)\{0,1\} *\(--[a-z0-9-]*\).*/\2/p' out | LC_ALL=C sort -u >options
	it "$name names its exit status" grep -qi 'exit status' out
	it "$name --version" runs 0 "$name" --version
	echo "$name $version" | cmp -s - out && ok "$name has the common version" ||
		not_ok "$name: $(cat out)"
	refuses "$name knows no --no-such-option" 2 '--no-such-option' "$name" --no-such-option

	page=$folder$name.1
	if ! [ -f "$page" ]; then
		not_ok "$name has no page in the manual"
		continue
	fi
	sed 's/\\-/-/g; s/\\f.//g' "$page" >page
	missing=
	while read -r option; do
		grep -qE -- "$option([^a-z0-9-]|\$)" page || missing="$missing $option"
	done <options
	it "$name.1 has every option:$missing" [ -z "$missing" ]
	# "  -b, --board BOARD   the board": the same, word for word, heads a paragraph of the page.
	plain >text
	sed -n 's/^  \{1,6\}\(-[-a-zA-Z].*\)/\1/p' help | sed 's/  .*//; s/ \([a-z][a-z ,].*\)$//' |
		while read -r option; do
			# Names of arguments are in capitals, or alternatives as low|high.
			grep -qF -- "$option" text || echo "$option"
		done >found
	it "$name.1 has every option as --help has it: $(tr '\n' ';' <found)" [ ! -s found ]
	sed '/^$/q' help | words >usage
	section SYNOPSIS | words >synopsis
	it "$name.1 and --help have one synopsis" cmp usage synopsis
	missing=
	for status in $(sed -n '/^Exit status/,$p' help | grep -o '[0-9]'); do
		section 'EXIT STATUS' | grep -qE "(^|[^0-9])$status([^0-9]|\$)" || missing="$missing $status"
	done
	it "$name.1 explains each exit status:$missing" [ -z "$missing" ]
	missing=
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		grep -qE "^\.SH \"?$section\"?\$" page || missing="$missing $section"
	done
	it "$name.1 has the usual sections:$missing" [ -z "$missing" ]
	if command -v mandoc >/dev/null; then
		it "$name.1 is clean" runs 0 mandoc -Tlint -Wwarning "$page"
	else
		skip "$name.1 is clean: mandoc is not installed"
	fi
done

# A library that a program is not about comes with an object file that does too much.
if command -v readelf >/dev/null && ! ldd "$BIN/rom-gbe" | grep -q 'lib[at]san\|not a dynamic'; then
	for pair in gbe:crypto gbe:lzma serprogd:crypto me:lz4 me:zstd ifd-edit:lz4 \
		ifd-parse:crypto ifd-parse:lzma verify-hash:lzma pad:lz4 flash:zstd; do
		it "rom-${pair%:*} does not load lib${pair#*:}" \
			[ -z "$(readelf -d "$BIN/rom-${pair%:*}" | grep "NEEDED.*lib${pair#*:}")" ]
	done
else
	skip "which libraries a program loads: no readelf, or none is shared"
fi
