# SPDX-License-Identifier: GPL-3.0-or-later
# Every program as a filter: the same results and the same checks on pipes as on files, and
# one voice when something is wrong.
. "$TOP/tests/tools/lib.sh"

# json NAME FILTER: is it true of ./out?
json() {
	if ! command -v jq >/dev/null; then skip "$1: jq is not installed"; return; fi
	it "$1" sh -c 'jq -e "$1" out >/dev/null' json "$2"
}

"$HELPERS/make-image" x230_12mb seabios x.rom
head -c 8388608 x.rom >bottom
tail -c 4194304 x.rom >top
head -c 50000 x.rom | tail -c 40000 >data
rom-verify-hash x.rom | sed 's/x\.rom/-/' >want.hash
rom-cbfs list x.rom >want.list
rom-ifd-parse --layout x.rom >want.layout
rom-cbfs add -n new -f data -o want.add x.rom

# filter NAME EXPECTED COMMAND: the pipeline's output is that file, and nothing is said
filter() {
	if sh -c "$3" >out 2>err && [ ! -s err ] && cmp -s "$2" out; then ok "$1"; else
		not_ok "$1: $3"
	fi
}

filter "one chip" top 'cat x.rom | rom-split -b x230_12mb --chip top -o - -'
tail -c +110593 x.rom >bios
filter "one region" bios 'cat x.rom | rom-split --region bios -o - -'
filter "an area, its layout from a pipe" top \
	'echo 00800000:00bfffff upper | rom-split -l - --region upper -o - x.rom'
filter "join, one part from a pipe" x.rom 'cat bottom | rom-join -o - top -'
filter "split and join" x.rom \
	'cat x.rom | rom-split -b x230_12mb --chip bottom -o - - | rom-join -o - - top'
filter "grown and trimmed" x.rom \
	'cat x.rom | rom-pad -q --to 16M --image-at low -o - - | rom-pad -q --trim 4M --image-at low -o - -'
filter "a list of CBFS files" want.list 'cat x.rom | rom-cbfs list -'
filter "add to a CBFS" want.add 'cat x.rom | rom-cbfs add -n new -f data -o - -'
filter "data from a pipe" want.add 'cat data | rom-cbfs add -n new -f - -o - x.rom'
filter "add and remove" x.rom \
	'cat x.rom | rom-cbfs add -n new -f data -o - - | rom-cbfs remove -n new -o - -'
filter "a descriptor as a layout" want.layout 'cat x.rom | rom-ifd-parse --layout -'
filter "a hash" want.hash 'cat x.rom | rom-verify-hash -'
filter "a dump compared" /dev/null 'cat x.rom | rom-verify-hash --same x.rom -'
echo "$(sha x.rom)  x.rom" >list
filter "a hash list" list 'rom-verify-hash x.rom | tee kept | rom-verify-hash -q -c - && cat kept'
rom-split -b x230_12mb -o parts x.rom
filter "a manifest" /dev/null 'cat parts/x.manifest | rom-verify-hash -q --manifest - top bottom'
filter "by the dispatcher" top 'cat x.rom | rom split -b x230_12mb --chip top -o - -'
it "regions to files from a pipe" runs 0 sh -c 'cat x.rom | rom-ifd-parse --extract regions -'
same "they are the same" bios regions/bios.bin

# --- the same checks --------------------------------------------------------------------

printf '\0' | cat x.rom - >stripped
for command in 'split -b x230_12mb --chip top -o -' 'split --region bios -o -' \
	'pad --to 16M --image-at low -o -'; do
	refuses "a stripped image: $command" 1 'standard input: .*stripped-image' \
		sh -c "cat stripped | rom-$command -"
done
refuses "another board's" 1 'standard input: .*board-regions' \
	sh -c 'cat x.rom | rom-split -b t440plibremrc_12mb --chip top -o - -'
for command in 'split --sizes 8M --chip chip1 -o -' 'join --in-order -o -' \
	'pad --to 16M --image-at low -o -' 'ifd-parse' 'cbfs list' 'cbfs remove -n x -o -' \
	'verify-hash'; do
	refuses "nothing comes: $command" 2 'standard input: empty: there is no data' \
		sh -c "rom-$command - </dev/null"
	refuses "a directory comes: $command" 2 'standard input: is a directory' \
		sh -c "rom-$command - <."
	refuses "no standard input: $command" 2 'standard input: cannot read: Bad file' \
		sh -c "rom-$command - <&-"
	# Something for ever: 128 MiB and no more.
	[ "$command" = 'split --sizes 8M --chip chip1 -o -' ] || [ "$command" = ifd-parse ] ||
		refuses "something without end: $command" 2 'over 128 MiB' \
			sh -c "rom-$command - </dev/zero"
done
refuses "two operands from one pipe" 2 'can be read only once' rom-join -o o - -
refuses "two of another kind" 2 'can be read only once' rom-cbfs add -n x -f - -o o -
refuses "layout and image" 2 'can be read only once' rom-split -l - -o o -

# --- outputs that are no files ----------------------------------------------------------

# What is behind /dev/stdout is not replaced: it may be appended to.
for command in 'split -b x230_12mb --chip top -o' 'join -o' 'pad --grow 1K -o' \
	'cbfs remove -n config -o'; do
	case $command in join*) operands='bottom top' ;; *) operands=x.rom ;; esac
	rom-$command - $operands >want
	it "/dev/stdout: $command" runs 0 rom-$command /dev/stdout $operands
	same "has the same bytes ($command)" want out
	echo before >o
	rom-$command /dev/stdout $operands >>o
	it "and can be appended to ($command)" \
		sh -c '(echo before && cat want) | cmp - o && rm o'
	refuses "a full disk: $command" 2 'standard output: cannot write: No space' \
		sh -c "rom-$command - $operands >/dev/full"
	refuses "a full device: $command" 2 '/dev/full: cannot write: No space' \
		rom-$command /dev/full $operands
	it "a device is not replaced ($command)" [ -c /dev/full ]
	refuses "a closed pipe: $command" 2 'standard output: cannot write: Broken pipe' sh -c \
		"(rom-$command - $operands; echo \$? >status) | head -c 10 >/dev/null; exit \$(cat status)"
	refuses "no standard output: $command" 2 'standard output: cannot write: Bad file' \
		sh -c "rom-$command - $operands >&-"
	mkfifo fifo
	cat fifo >got &
	it "a FIFO: $command" runs 0 rom-$command fifo $operands
	wait
	same "takes the same bytes ($command)" want got
	it "and stays one ($command)" [ -p fifo ]
	rm fifo got
done
for command in 'ifd-parse x.rom' 'ifd-parse --json x.rom' 'ifd-parse --layout x.rom' \
	'cbfs list x.rom' 'cbfs list --json x.rom' 'verify-hash x.rom' 'verify-hash --json x.rom' \
	'split --json --dry-run -o d x.rom' 'split --dry-run -o d x.rom' 'split --help' \
	'join --help' 'pad --version' 'join --json -o o bottom top'; do
	it "a full disk: $command" runs 2 sh -c "rom-$command >/dev/full"
	it "is one sentence ($command)" [ "$(grep -c 'cannot write.*: No space left' err)" = 1 ]
	rm -f o
done
for command in boards 'boards --json' --help --version; do
	refuses "a full disk: rom $command" 2 'cannot write.*: No space left' \
		sh -c "rom $command >/dev/full"
done
refuses "a closed pipe: rom boards" 2 'cannot write.*: Broken pipe' \
	sh -c '(sleep 0.1; rom boards; echo $? >status) | exec true; sleep 0.4; exit $(cat status)'

# With one of the three closed, nothing that is said ends up in a file.
it "standard error is closed" runs 0 sh -c 'rom-split -v -b x230_12mb -o closed x.rom 2>&-'
same "the parts are whole" closed/x.top.rom top
rm -r closed
it "all three are closed" runs 2 \
	sh -c 'rom-split --json -v -b x230_12mb -o closed x.rom <&- >&- 2>&-'
same "the parts are whole, still" closed/x.bottom.rom bottom

# A terminal is nothing to read an image from, or to write one to.
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	# at_terminal STATUS PATTERN COMMAND
	at_terminal() {
		script -qec "$3" /dev/null >out 2>&1 </dev/null
		[ $? -eq "$1" ] && [ "$(wc -l <out)" -eq 1 ] && grep -q "$2" out && ok "$3" || {
			cp out err
			not_ok "$3"
		}
	}
	for command in 'split -o d' 'join -o o' 'pad --grow 1 -o o' ifd-parse 'cbfs list'; do
		at_terminal 2 'standard input: is a terminal' "rom-$command -"
	done
	at_terminal 2 'standard output: is a terminal' 'rom-split --chip chip1 -o - x.rom'
	at_terminal 2 'standard output: is a terminal' 'rom-join -o - bottom top'
	at_terminal 2 'standard output: is a terminal' 'rom-pad --grow 1K -o - x.rom'
	at_terminal 2 'standard output: is a terminal' 'rom-cbfs remove -n config -o - x.rom'
else
	skip "terminals: script cannot make one"
fi

# --- dry runs ---------------------------------------------------------------------------

mkdir full
: >before
: >after
echo mine >full/x.chip2.rom
echo mine >full/gbe.bin
for command in 'split -o DIR x.rom' 'split --chip chip1 -o FILE x.rom' \
	'split --regions -o DIR x.rom' 'join -o FILE bottom top' 'pad --grow 1K -o FILE x.rom' \
	'cbfs add -n new -f data -o FILE x.rom' 'cbfs remove -n config -o FILE x.rom' \
	'ifd-parse --extract DIR x.rom'; do
	# in_dry PLACE: the command, as a dry run, with its output at that place
	in_dry() {
		echo "rom-$command" | sed "s|DIR|$1|; s|FILE|$1|; s/rom-\([^ ]*\)/& --dry-run/"
	}
	case $command in *DIR*) there=full again='full/[a-z0-9.]*: exists; give -f' ;;
	*) there=data again='data: exists; give -f' ;; esac
	find . | sort >before
	it "a dry run: $command" runs 0 sh -c "$(in_dry new)"
	case $command in *regions*) ;; *)
		refuses "of what cannot be done, as it is there: $command" 2 "$again" \
			sh -c "$(in_dry $there)" ;;
	esac
	it "with -f it can ($command)" runs 0 sh -c "$(in_dry $there | sed 's/ --dry-run/& -f/; s/cbfs --dry-run -f/cbfs --dry-run --force/')"
	refuses "no directory for it: $command" 2 'none/new: cannot create: No such file' \
		sh -c "$(in_dry none/new)"
	find . | sort >after
	same "it wrote nothing ($command)" before after
done

# --- errors as JSON ---------------------------------------------------------------------

for command in 'split -o d none' 'split --nosuch -o d' 'split --sizes 8M -o d x.rom' 'join -o o none' \
	'join -o o top' 'join' 'pad --grow 1K -o o none' 'pad --grow x' 'verify-hash none' \
	'verify-hash --same x.rom none' 'verify-hash -c none' 'ifd-parse none' 'ifd-parse top' \
	'ifd-parse' 'cbfs list none' 'cbfs list top' 'cbfs add -n n -f none -o o x.rom' \
	'cbfs remove -n n -o o x.rom' 'cbfs' 'cbfs boil'; do
	rom-$command --json >out 2>err
	it "one sentence: $command --json" [ $? -gt 0 -a "$(wc -l <err)" -eq 1 ]
	json "and one object ($command)" 'has("error") and (.error | has("at")) and
		(.error.status | test("^[a-z]+$")) and (.error.text | length > 0)'
	it "with the same words ($command)" sh -c \
		'jq -r .error.text out | cut -c1-30 | grep -qF -f - err || ! command -v jq >/dev/null'
done
rom nosuch --json >out 2>err
json "the dispatcher, too" '.error.status == "usage"'
it "added, as JSON" runs 0 rom-cbfs add -n new -f data -o o --json x.rom
json "says where" '.name == "new" and .size == 40000 and .image.sha512 == "'"$(sha want.add)"'"'
it "removed, as JSON" runs 0 rom-cbfs remove -n new -o o2 --json o
json "says what came out" '.name == "new" and .image.size == 12582912'
it "an argument that looks like an option is none" runs 0 rom-pad --grow 1K -o --json x.rom
it "so there is no JSON" [ ! -s out -a -f ./--json ]
