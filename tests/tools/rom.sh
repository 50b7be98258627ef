#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The dispatcher: which program it becomes, and its own list of boards.
. "$TOP/tests/tools/lib.sh"

# Programs of our own beside a copy of rom, and others in PATH.
mkdir beside path
cp "$BIN/rom" beside/rom
for dir in beside path; do
	for name in split join me; do
		printf '#!/bin/sh\necho "%s $0 $#"\nfor a; do echo "<$a>"; done\nexit 7\n' $dir \
			>$dir/rom-$name
		chmod +x $dir/rom-$name
	done
done
rm beside/rom-me
printf '#!/bin/sh\nexit 0\n' >path/rom-own
chmod +x path/rom-own
echo 'no program' >beside/rom-map
PATH=$PWD/path:/usr/bin:/bin
rom=$PWD/beside/rom

it "a command becomes the program beside, with its exit status" runs 7 "$rom" split -b 'a b' ''
cat >expected <<END
beside $PWD/beside/rom-split 3
<-b>
<a b>
<>
END
same "arguments arrive untouched" out expected
it "a program that is only in PATH" runs 7 "$rom" me info
grep -q '^path ' out && ok "is taken from there" || not_ok "is taken from there"
it "any rom-NAME in PATH is a command" runs 0 "$rom" own
it "found through PATH, rom still looks beside itself" \
	runs 7 env PATH="$PWD/beside:$PATH" rom split
grep -q '^beside ' out && ok "and finds it" || not_ok "and finds it"

it "--help" runs 0 "$rom" --help
grep '^  [a-z]' out | awk '{ print $1 }' >listed
printf '%s\n' split join me boards help >expected
same "lists the programs that are there, and no others" listed expected
it "help is the same" runs 0 "$rom" help
it "--version" runs 0 "$rom" --version
grep -Eq '^rom [0-9]' out && ok "prints a version" || not_ok "prints a version"

# help COMMAND: a page where one is installed, else --help.
it "help COMMAND runs COMMAND --help" runs 7 "$rom" help split
grep -q '^<--help>$' out && ok "with that argument" || not_ok "with that argument"
mkdir -p share/man/man1
echo '.TH x 1' >share/man/man1/rom-split.1
printf '#!/bin/sh\necho "man $1"\n' >path/man
chmod +x path/man
it "help COMMAND with an installed page" runs 0 "$rom" help split
grep -q '^man .*/share/man/man1/rom-split\.1$' out && ok "shows it" || not_ok "shows it"
it "help boards" runs 0 "$rom" help boards

refuses "an unknown command" 2 '^rom: unknown command nosuch; see rom --help$' "$rom" nosuch
refuses "one that is nearly known" 2 'unknown command spilt; did you mean split\?' "$rom" spilt
refuses "one that begins like a known one" 2 'did you mean boards\?' "$rom" board
refuses "one that is known and not there" 2 'unknown command flash;' "$rom" flash
refuses "a program that cannot be executed" 2 'unknown command map;' "$rom" map
refuses "no command" 2 'which command\?' "$rom"
refuses "an unknown option" 2 'unknown option --nosuch;' "$rom" --nosuch
refuses "a path" 2 'unknown command \.\./split;' "$rom" ../split
refuses "a path behind help" 2 'unknown command \./split;' "$rom" help ./split
refuses "an empty command" 2 'unknown command ;' "$rom" ''
refuses "help for an unknown command" 2 'unknown command nosuch;' "$rom" help nosuch

# --- rom boards ---------------------------------------------------------------------------

it "boards" runs 0 "$rom" boards
grep -q '^x230_12mb  *12M  bottom 8M + top 4M  *Lenovo ThinkPad X230; me\.bin$' out &&
	ok "has the X230" || not_ok "has the X230"
grep -q '^hp820g2_12mb  *12M  chip1 16M (low end)  *HP EliteBook 820 G2; refcode, mrc\.bin, me' \
	out && ok "tells where a small image goes" || not_ok "tells where a small image goes"
[ "$(wc -l <out)" -eq "$(ls "$TOP"/layouts/*.yaml | wc -l)" ] &&
	ok "has one line for each" || not_ok "has one line for each"

it "boards --json" runs 0 "$rom" boards --json t440pmrc_12mb
tr -d ' \n' <out >compact
cat >expected <<'END'
{"boards":[{"id":"t440pmrc_12mb","name":"LenovoThinkPadT440p","rom_size":12582912,
"chips":[{"name":"bottom","size":8388608},{"name":"top","size":4194304}],
"densities":[8388608,4194304],
"regions":[{"name":"fd","start":0,"size":4096},{"name":"gbe","start":4096,"size":8192},
{"name":"me","start":12288,"size":122880},{"name":"bios","start":135168,"size":12447744}],
"vendor":[{"file":"mrc.bin","place":"cbfs","name":"mrc.bin","type":"mrc","xip":false,
"at":4294574080,"update":null,"clean":null,"sha512":"8e5eb3aa8672f7122bfd05a0271f657b8d25439dedac9cce749ed15967cb7ddd45571c64439b47984a1ae07bf76a6f4677783086766fd80671a2a03b1581c696"},
{"file":"me.bin","place":"region","name":"me","type":null,"xip":false,"at":null,
"update":"lenovo-glrg22ww","clean":"relocate+truncate","sha512":"8629caded7efd2aa234cc378b7118f0d300402537b8aff6aa3d9b895c6b14590a79cb02d1db7a91de36d36f5612386fc99ddcb57c9d78b1e75b5864e68763de1"}],
"place":null,"identity":["LENOVO","ThinkPadT440p"],"gbe_mac":"68:f7:28:7d:f1:74",
"hardware":{"id":"t440p","name":"LenovoThinkPadT440p","bus":"spi","voltage":3300,
END
tr -d '\n' <expected >expected.compact
head -c "$(wc -c <expected.compact)" compact >begin.compact
same "says all that is known of images" begin.compact expected.compact
it "boards --json of all" runs 0 "$rom" boards --json
[ "$(grep -c '^ \{6\}"id":' out)" -eq "$(ls "$TOP"/layouts/*.yaml | wc -l)" ] &&
	ok "has every board" || not_ok "has every board"

refuses "an unknown board" 2 'unknown board x230; did you mean x230_12mb or x230_16mb\?' \
	"$rom" boards x230
it "the same with --json" runs 2 "$rom" boards --json x230_12mb x230
grep -q '"status": "absent"' out && ! grep -q '"id"' out &&
	ok "is one object, the error" || not_ok "is one object, the error"
refuses "standard output that is full" 2 'cannot write standard output' \
	sh -c '"$0" boards >/dev/full' "$rom"

# --- board files of the user --------------------------------------------------------------

own=$HOME/.config/romwright/layouts
mkdir -p "$own"
sed 's/^name: .*/name: My X230/' "$TOP/layouts/x230_12mb.yaml" >"$own/x230_12mb.yaml"
cp "$own/x230_12mb.yaml" "$own/mine.yaml"
cp "$own/x230_12mb.yaml" "$own/not mine.yaml"
digest=$(sha256sum <"$own/mine.yaml" | cut -d ' ' -f 1)
it "boards, some of them the user's" runs 0 "$rom" boards
grep -q '^x230_12mb .*My X230' out && grep -q '^mine .*My X230' out && ! grep -q '^not' out &&
	ok "lists them in place of and beside the compiled ones" || not_ok "lists them"
grep -q "^rom boards: $own/x230_12mb.yaml: note: .*SHA-256 $digest$" err &&
	ok "names the file and its SHA-256" || not_ok "names the file and its SHA-256"
it "under sudo" runs 0 env SUDO_UID=1000 "$rom" boards x230_12mb
grep -q 'Lenovo ThinkPad X230' out && grep -q "x230_12mb.yaml: note: .*ignored under sudo" err &&
	ok "the compiled one is used, with a note" || not_ok "the compiled one is used"
refuses "one of the user's alone, under sudo" 2 'unknown board mine; .* not read under sudo' \
	env SUDO_UID=1000 "$rom" boards mine
refuses "a path under sudo" 1 'my\.yaml: sudo-board-file: ' \
	env SUDO_UID=1000 "$rom" boards ./my.yaml
mkdir other other/romwright other/romwright/layouts
it "XDG_CONFIG_HOME is obeyed" runs 0 env XDG_CONFIG_HOME="$PWD/other" "$rom" boards x230_12mb
grep -q 'Lenovo ThinkPad X230' out && [ ! -s err ] && ok "there is none" || not_ok "there is none"

sed 's/rom_size: 12M/rom_size: 12MB/' "$own/mine.yaml" >bad.yaml
refuses "a board file with a mistake" 2 '\./bad\.yaml: line 3: rom_size: "12MB" is no' \
	"$rom" boards ./bad.yaml
refuses "a board file that is not there" 2 '\./absent\.yaml: cannot open' \
	"$rom" boards ./absent.yaml
mkfifo fifo.yaml
refuses "a FIFO" 2 'no regular file' "$rom" boards ./fifo.yaml
mkdir dir.yaml
refuses "a directory" 2 'no regular file' "$rom" boards dir.yaml
: >empty.yaml
refuses "an empty file" 2 'empty' "$rom" boards empty.yaml
head -c 300000 /dev/zero >zero.yaml
refuses "300 kB of zeros" 2 'over 256 KiB' "$rom" boards zero.yaml

# The example of the manual page is a board file.
sed -n '/^\.EX$/,/^\.EE$/p' "$TOP/tools/rom/romwright-board.5" | sed '/^\.E[XE]$/d; s/\\-/-/g' \
	>example.yaml
it "the example of romwright-board(5)" runs 0 "$rom" boards example.yaml
