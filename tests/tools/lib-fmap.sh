# SPDX-License-Identifier: GPL-3.0-or-later
# For tests that need an FMAP with areas of their own; fmap.h has the bytes.

_le() { # _le BYTES VALUE
	_left=$1 _value=$2
	while [ "$_left" -gt 0 ]; do
		printf "\\$(printf %03o $((_value & 255)))"
		_value=$((_value >> 8)) _left=$((_left - 1))
	done
}
_name() { printf %s "$1" && head -c $((32 - ${#1})) /dev/zero; }
# put_fmap FILE AT SIZE NAME START LENGTH...: the map of an image of so many bytes, with these areas
put_fmap() {
	_file=$1 _at=$2
	{
		printf '__FMAP__\1\1' && _le 8 0 && _le 4 "$3" && _name FLASH
		shift 3
		_le 2 $(($# / 3))
		while [ $# -gt 0 ]; do
			_le 4 "$2" && _le 4 "$3" && _name "$1" && _le 2 0
			shift 3
		done
	} | dd of="$_file" bs=1 seek=$((_at)) conv=notrunc 2>/dev/null
}
