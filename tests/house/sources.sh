# SPDX-License-Identifier: GPL-3.0-or-later
# Rules of the house that can be read off the sources.
. "$TOP/tests/tools/lib.sh"

(cd "$TOP" && find libimg tools tests -name '*.[ch]' | LC_ALL=C sort) >files

# Runs a command with all sources as its last arguments. Names of sources have no spaces.
# shellcheck disable=SC2046
sources() { (cd "$TOP" && "$@" $(cat "$OLDPWD/files")); }
of() { # of PATTERN COMMAND...: the same with the sources whose path matches
	_pattern=$1
	shift
	# shellcheck disable=SC2046
	(cd "$TOP" && "$@" $(grep -E "$_pattern" "$OLDPWD/files") /dev/null)
}

# Our style has a function's braces alone in the first column.
long_functions() {
	sources awk -v limit="$1" -v only="$2" '
		/^[A-Za-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		/^{/ { start = FNR }
		/^}/ && start {
			if (FNR - start + 1 > limit && (only == "" || name == only))
				print FILENAME ": " name " has " FNR - start + 1 " lines"
			start = 0
		}'
}
long_files() { sources awk 'FNR == 501 { print FILENAME }'; }
long_lines() {
	while read -r f; do
		# A character of several bytes is one column.
		LC_ALL=C tr -d '\200-\277' <"$TOP/$f" | expand -t 8 |
			awk -v f="$f" 'length > 100 { print f ":" FNR ": " length " columns" }'
	done <files
}
without_licence() {
	sources awk 'FNR == 1 && !/SPDX-License-Identifier: GPL-3.0-or-later/ { print FILENAME }'
}
trailing_space() { sources grep -nE '[ 	]+$'; }
loose_ends() { sources grep -nwE 'TODO|FIXME|XXX|HACK'; }
em_dashes() { sources grep -n '—'; }

it "there are sources" [ -s files ]
none "no function is longer than 80 lines" long_functions 80 ""
none "no main() is longer than 60 lines" long_functions 60 main
none "no file is longer than 500 lines" long_files
none "no line is longer than 100 columns" long_lines
none "every file begins with its licence" without_licence
none "no space ends a line" trailing_space
none "nothing is left for later" loose_ends
none "no em dashes" em_dashes

# Rooms and doors.
outside_view() {
	(cd "$TOP" && grep -nwE 'base_|size_|origin_' $(grep -v '^libimg/core/view\.[ch]$' \
		"$OLDPWD/files"))
}
foreign_includes() { # foreign_includes FILES ALLOWED: includes of ours that do not match
	of "$1" grep -nE '^#include "' | grep -vE ":#include \"($2)"
}
# A format's files are NAME.c, NAME.h and NAME_more.c: they know core and each other.
# What is carried inside another format: an FSP holds PE images, an rmodule and a payload are made
# of an ELF file.
carried='fsp pe|rmodule elf|payload elf'
formats_that_meet() {
	(cd "$TOP" && grep -nE '^#include "libimg/format/' libimg/format/*.[ch]) |
		awk -F '[:"]' -v carried="^($carried)\$" '{
			own = $1; sub(/.*\//, "", own); sub(/[_.].*/, "", own)
			other = $4; sub(/.*\//, "", other); sub(/[_.].*/, "", other)
			if (own != other && (own " " other) !~ carried) print
		}'
}
# The folders of tools/ that several programs share.
shared='common|release|vendor|programmer'
programs_that_meet() {
	of '^tools/' grep -nE '^#include "tools/' |
		awk -F '[:/"]' -v shared="^($shared)\$" '{
			own = $2; other = ""
			for (i = 3; i < NF; i++) if ($i == "tools") other = $(i + 1)
			if (other != own && other !~ shared) print
		}'
}
common_knows_more() { foreign_includes '^tools/common/' 'libimg/|tools/common/'; }

none "only core/view reaches for pointers" outside_view
none "libimg includes nothing but libimg" foreign_includes '^libimg/' 'libimg/'
none "core includes nothing but core" foreign_includes '^libimg/core/' 'libimg/core/'
none "formats include core and themselves" \
	foreign_includes '^libimg/format/' 'libimg/(core|format)/'
none "formats know nothing of each other" formats_that_meet
none "programs do not include each other" programs_that_meet
none "the store of rom-flash knows nothing of its jobs" \
	foreign_includes '^tools/flash/store/' 'libimg/|tools/common/|tools/flash/store/'
none "what is said decides nothing" \
	foreign_includes '^tools/flash/say/' \
	'libimg/|tools/(common|programmer)/|tools/flash/(say/|job.h)'
none "common includes libimg and itself" common_knows_more
none "the programmer core knows no other room" \
	foreign_includes '^tools/programmer/' 'libimg/core/|tools/(common|programmer)/'
