# SPDX-License-Identifier: GPL-3.0-or-later
# Killed at any moment, a second run beside it, a full disk, a target that may not be written:
# there is the old file or the new one, never half of one, and nothing else.
. "$TOP/tests/tools/lib.sh"

# A leak cannot be looked for in a process that is traced.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0

"$HELPERS/make-image" x230_12mb seabios x.rom
"$HELPERS/make-image" x230_12mb seagrub y.rom
head -c 8388608 x.rom >bottom
tail -c 4194304 x.rom >top
head -c 100000 x.rom | tail -c 90000 >data
make-release hp8200sff_4mb rel

# The commands, their outputs in made/; "old": over older ones, of which there is a copy in old/.
cat >commands <<'END'
new rom-split -b x230_12mb -o made x.rom
old rom-split -f -b x230_12mb -o made x.rom
new rom-join -o made/image bottom top
old rom-join -f -o made/image bottom top
new rom-pad --to 16M --image-at low -o made/padded x.rom
old rom-cbfs add -n new -f data --force -o made/added x.rom
old rom-ifd-parse -f --extract made x.rom
new rom-inject -q --vendor rel/vendor -o made rel/synthetic-20260101_hp8200sff_4mb.tar.xz
END

nameless=
"$HELPERS/kill-at" nameless . && nameless=yes || skip "no trace at all: this file system has no nameless files"

# prepare KIND COMMAND: new/ is what the command makes, old/ what is there before.
prepare() {
	rm -rf made new old
	mkdir made
	$2 >said 2>&1 || return 1
	mv made new
	mkdir old
	[ "$1" = new ] || (cd new && for f in *; do head -c 1000000 ../y.rom >../old/"$f"; done)
}
restore() { rm -rf made && cp -r old made; }

# judge SIGNAL KIND: what is wrong with made/ after a kill; nothing: nothing is
judge() {
	for f in made/*; do
		name=${f##*/}
		[ -e "$f" ] || continue
		case $name in
		*.part)
			# Between two calls what replaces a file has this name; whole.
			name=${name%.??????.part}
			[ -n "$nameless" ] || continue
			[ "$2" = old ] && cmp -s "$f" new/"$name" || echo "$f is left after signal $1" ;;
		*)
			cmp -s "$f" new/"$name" || cmp -s "$f" old/"$name" || echo "$f is neither" ;;
		esac
	done
	for f in old/*; do
		[ ! -e "$f" ] || [ -e "made/${f##*/}" ] || echo "${f##*/} is gone"
	done
	[ "$(ls -A . | tr '\n' ' ')" = "$here" ] || echo "there is more than before: $(ls -A)"
}

# --- at random moments ------------------------------------------------------------------

now() { date +%s%N; }
seed=0 total=0 killed=0
: >err
while read -r kind command; do
	if ! prepare "$kind" "$command"; then
		not_ok "$command: $(cat said)"
		continue
	fi
	restore
	: >said
	: >bad
	here=$(ls -A . | tr '\n' ' ')
	begin=$(now)
	$command >said 2>&1
	usec=$((($(now) - begin) / 1000))
	# The same fractions of that time in every run.
	seed=$((seed + 1))
	awk -v seed=$seed -v usec=$usec 'BEGIN {
		srand(seed)
		for (i = 0; i < 25; i++) printf "%d %d\n", rand() * usec * 1.02,
			i % 2 ? 9 : i % 3 == 0 ? 15 : i % 3 == 1 ? 2 : 1
	}' | while read -r moment signal; do
		restore
		"$HELPERS/kill-at" $signal usec "$moment" $command >said 2>&1
		status=$?
		echo $status >>../moments
		[ $status -le 1 ] || echo "status $status after $moment us: $(cat said)" >>bad
		judge $signal "$kind" >>bad
	done
	it "25 random moments: $command: $(head -n 3 bad)" [ ! -s bad ]
done <commands
total=$(wc -l <../moments) killed=$(grep -c '^0' ../moments)
rm ../moments
it "they were 200 moments, and $killed of them in time" [ "$total" -eq 200 -a "$killed" -gt 100 ]

# --- at every system call of the writing ------------------------------------------------

while read -r kind command; do
	case $kind$command in oldrom-split* | newrom-join* | oldrom-cbfs*) ;; *) continue ;; esac
	prepare "$kind" "$command" || continue
	restore
	: >bad
	: >said
	here=$(ls -A . | tr '\n' ' ')
	stops=$("$HELPERS/kill-at" 0 call 0 $command 2>/dev/null)
	if [ -z "$stops" ]; then
		skip "each system call: processes cannot be traced here"
		break
	fi
	# The writing is in the last of them: some thirty for each file.
	last=40
	[ "$kind" = new ] || last=110
	at=$((stops > last ? stops - last : 1))
	while [ $at -le "$stops" ]; do
		restore
		"$HELPERS/kill-at" $((at % 4 == 1 ? 15 : 9)) call $at $command >said 2>&1
		[ $? -le 1 ] || echo "at call $at: $(cat said)" >>bad
		judge 9 "$kind" >>bad
		at=$((at + 1))
	done
	it "each of the last system calls: $command: $(head -n 3 bad)" [ ! -s bad ]
done <commands

# --- a second run beside it -------------------------------------------------------------

i=0
: >bad
while [ $i -lt 10 ]; do
	rm -rf made && mkdir made
	rom-join -o made/image bottom top >said.1 2>&1 &
	rom-join -o made/image bottom top >said.2 2>&1
	second=$?
	wait $!
	first=$?
	[ $((first + second)) -eq 2 ] && cat said.1 said.2 | grep -Eq 'exists|appeared meanwhile' ||
		echo "status $first and $second: $(cat said.1 said.2)" >>bad
	cmp made/image x.rom >>bad 2>&1
	[ "$(ls made)" = image ] || ls made >>bad
	i=$((i + 1))
done
it "of two at once one does it, the other says so: $(head -n 3 bad)" [ ! -s bad ]
rom-split -b x230_12mb -o one x.rom
rom-split -b x230_12mb -o two x.rom
mkdir y && cp y.rom y/x.rom
rom-split -f -b x230_12mb -o two y/x.rom
i=0
: >bad
while [ $i -lt 10 ]; do
	rom-split -f -b x230_12mb -o made x.rom >said.1 2>&1 &
	rom-split -f -b x230_12mb -o made y/x.rom >said.2 2>&1
	second=$?
	wait $!
	[ $? -eq 0 ] && [ $second -eq 0 ] || cat said.1 said.2 >>bad
	for f in x.bottom.rom x.top.rom x.manifest; do
		cmp -s made/$f one/$f || cmp -s made/$f two/$f || echo "$f is neither" >>bad
	done
	ls made | grep part >>bad
	i=$((i + 1))
done
it "with -f each file is one or the other: $(head -n 3 bad)" [ ! -s bad ]

# --- a full disk, a target that may not be written --------------------------------------

# In a mount namespace of our own, which ends with the command.
in_namespace() {
	if unshare -m true 2>/dev/null; then unshare -m "$@"; else unshare -rm "$@"; fi
}
mkdir disk
if ! in_namespace mount -t tmpfs -o size=5m none disk 2>/dev/null; then
	skip "a full disk, a read-only disk: nothing can be mounted here"
	exit 0
fi
# on_disk MOUNT-OPTIONS COMMAND: with such a disk, where old is; what is on it then goes to after/
on_disk() {
	rm -rf after && mkdir after
	in_namespace sh -c 'mount -t tmpfs -o size=5m none disk && echo mine >disk/old &&
		mkdir disk/empty && mount -o "remount,$1" disk && { '"$2"'; status=$?; cp -r disk/. after
		exit $status; }' sh "$1"
}
for command in 'rom-split -b x230_12mb -o disk x.rom' 'rom-split -b x230_12mb -o disk/new x.rom' \
	'rom-join -o disk/image bottom top' 'rom-join -f -o disk/old bottom top' \
	'rom-pad --grow 1K -o disk/image x.rom' 'rom-pad --grow 1K -f -o disk/old x.rom' \
	'rom-cbfs add -n new -f data -o disk/image x.rom' \
	'rom-cbfs remove -n config --force -o disk/old x.rom' \
	'rom-ifd-parse -q --extract disk x.rom'; do
	refuses "a full disk: $command" 2 ': cannot write: No space left' \
		on_disk size=5m "$command"
	it "the old file and nothing else ($command)" \
		[ "$(find after -type f) $(cat after/old)" = "after/old mine" -a ! -d after/new ]
	refuses "a read-only disk: $command" 2 ': cannot (create|make the directory): Read-only' \
		on_disk ro "$command"
	it "the old file is there ($command)" [ "$(find after -type f) $(cat after/old)" = "after/old mine" ]
	dry=$(echo "$command" | sed 's/rom-[a-z-]*/& --dry-run/; s/--dry-run \(add\|remove\)/\1 --dry-run/')
	refuses "a dry run knows: $dry" 2 ': cannot create: Read-only' on_disk ro "$dry"
done
