# SPDX-License-Identifier: GPL-3.0-or-later
# Rules for the inputs that are kept for the fuzz targets. That each is hex text, and that every
# target has some, is what the targets themselves look at.
. "$TOP/tests/tools/lib.sh"

SIZE_MAX=24000 ALL_MAX=600000

corpus=$TOP/tests/fuzz/corpus
(cd "$corpus" && find . -type f | sed 's/^\.\///' | LC_ALL=C sort) >files

without_target() {
	cut -d / -f 1 files | uniq | while read -r target; do
		[ -f "$TOP/tests/fuzz/fuzz_$target.c" ] || echo "$target"
	done
}
otherwise_named() { grep -vxE '[a-z0-9_]+/[a-z0-9-]+\.hex' files; }
without_sentence() {
	while read -r f; do
		head -n 1 "$corpus/$f" | grep -qxE '# .+\.' || echo "$f"
	done <files
}
large() { (cd "$corpus" && find . -type f -size +"$SIZE_MAX"c); }

none "every directory is that of a target" without_target
none "every file is NAME.hex, in the directory of its target" otherwise_named
none "each begins with a sentence on what it is" without_sentence
none "each is small" large
# shellcheck disable=SC2046
it "all together are small" [ "$(cd "$corpus" && cat $(cat "$OLDPWD/files") | wc -c)" -le $ALL_MAX ]

# Those two rules of the targets themselves: the real program, in trees that break them.
target=$BUILD/tests/fuzz/fuzz_layout
if [ -x "$target" ]; then
	mkdir -p none bad/tests/fuzz/corpus/layout
	printf '# Cut off.\nsize 10\n0000: 00 0x\n' >bad/tests/fuzz/corpus/layout/cut.hex
	TOP=none "$target" >out 2>err
	it "a target with nothing kept fails" grep -q '^not ok 1 - nothing is kept' out
	it "one that is no hex text ends it" sh -c \
		'! TOP=bad "$1" >out 2>err && grep -q "cut.hex: .*line 3 is no hex text" err' sh "$target"
else
	skip "there is no $target"
fi
