# SPDX-License-Identifier: GPL-3.0-or-later
# What every program owes its user: --help, --version and a page of the manual.
. "$TOP/tests/tools/lib.sh"

version=$(sed -n 's/.*ROMWRIGHT_VERSION "\(.*\)"/\1/p' "$TOP/tools/common/options.h")

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
	it "$name --help" runs 0 "$name" --help
	it "$name --help is on standard output alone" [ -s out -a ! -s err ]
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
