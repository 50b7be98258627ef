# SPDX-License-Identifier: GPL-3.0-or-later
# For tests of what stops a bad image: sourced behind lib.sh.

put() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; } # put FILE AT BYTES
ff() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; } # ff BYTES
CHIPS="-p bottom=dummy:emulate=W25Q64BV,image=b.chip -p top=dummy:emulate=W25Q32BV,image=t.chip"

# stops CAUSE ID BOARD FILE PROGRAM...: each program refuses with the id, and nothing comes out. A
# program with "-" behind its name gets the image from standard input. $no is the status (1).
stops() {
	_cause=$1 _id=$2 _board=$3 _file=$4
	shift 4
	for _p; do
		rm -rf out.d out.rom b.chip t.chip
		_in=$_file
		[ "$_p" = "${_p%-}" ] || _in=-
		case ${_p%-} in
		check) set -- rom-check -q ${_board:+-b $_board} "$_in" ;;
		split) set -- rom-split ${_board:+-b $_board} -o out.d "$_in" ;;
		split-sizes) set -- rom-split --sizes 8M,4M -o out.d "$_in" ;;
		pad) set -- rom-pad --to 16M --image-at low -o out.rom "$_in" ;;
		join)	# as chips that somebody read, put together in their order
			head -c 8388608 "$_file" >part1 && tail -c +8388609 "$_file" >part2
			set -- rom-join ${_board:+-b $_board} --in-order -o out.rom part1 part2 ;;
		join-content) # in any order, found by what is in them
			head -c 8388608 "$_file" >part1 && tail -c +8388609 "$_file" >part2
			set -- rom-join ${_board:+-b $_board} -o out.rom part2 part1 ;;
		inject)	# anything put in without a board; the rest stays as it is
			echo x >extra
			set -- rom-inject --cbfs zz=extra -o out.rom "$_in" ;;
		inject-board)
			mkdir -p vendor-none
			set -- rom-inject -b "$_board" --vendor "${vendor-vendor-none}" -o out.rom "$_in" ;;
		flash) set -- rom-flash -b "$_board" ${chips-$CHIPS} -w "$_in" ;;
		flash-one) set -- rom-flash -p dummy:emulate=W25Q64BV,image=b.chip -w "$_in" ;;
		esac
		if "$@" <"$_file" >out 2>err; then _got=0; else _got=$?; fi
		if [ $_got -eq ${no-1} ] && cat out err | grep -q "($_id)" && [ ! -e out.d ] &&
			[ ! -e out.rom ] && [ ! -e b.chip ] && [ ! -e t.chip ]; then
			ok "cause $_cause: $_p stops at $_id"
		else
			not_ok "cause $_cause: $_p does not stop at $_id (status $_got): $(head -c 400 out)"
		fi
	done
}
# passes CAUSE BOARD FILE: and what is right goes through all of them, untouched.
passes() {
	rm -rf out.d out.rom
	if rom-check -q -b "$2" "$3" >out 2>err && rom-split -q -b "$2" -o out.d "$3" 2>err &&
		rom-join -q -b "$2" -o out.rom out.d/*.rom 2>err && cmp -s out.rom "$3"; then
		ok "cause $1: what is right passes"
	else
		not_ok "cause $1: what is right does not pass: $(cat out)"
	fi
	rm -rf out.d out.rom
}
