# SPDX-License-Identifier: GPL-3.0-or-later
# Every golden file, entry by entry: what the other tests of real data do not compare is compared
# here, and an entry that nobody knows fails. Those tests: ifd-parse.sh (decoded descriptors,
# layouts, regions), cbfs.sh and cbfs-extract.sh (lists, contents, edits of a CBFS),
# split.sh, verify-hash.sh, me.sh, and test_ifd_golden, test_gbe_edit.
. "$TOP/tests/tools/lib.sh"

have_corpus || { skip "golden files: the data are not here" && exit 0; }
command -v jq >/dev/null || { skip "jq is not installed" && exit 0; }

sha256() { sha256sum <"$1" | cut -d' ' -f1; }
# is NAME FILE SHA256
is() { it "$1" [ "$(sha256 "$2")" = "$3" ]; }
# known NAME GOLDEN FILTER WORDS: the keys there are these words, all of them and no other
known() {
	jq -r "$3 | keys[]" "$2" | sort >keys
	printf '%s\n' $4 | sort >words
	same "$1: no entry is unknown" keys words
}

# --- every field is accounted for ------------------------------------------------------------
# fields KIND FILTER GOLDEN...: the paths to all there is, with numbers of lists as N
fields() {
	_kind=$1 _filter=$2
	shift 2
	jq -r "$_filter"' | [paths(scalars) | map(if type == "number" then "N" else . end)
		| join(".")] | unique | .[]' "$@" | sed "s/^/$_kind	/"
}
golden=$CORPUS/golden
{
	fields ifd . "$golden"/ifd/*.json
	fields images . "$golden"/images/*.json
	fields cbfs '.[]' "$golden/cbfs.json"
	fields me '.[]' "$golden/me.json"
	fields gbe '.[]' "$golden/gbe.json"
} | sort -u >paths
it "there are fields" [ "$(wc -l <paths)" -gt 200 ]
awk -F'\t' 'NR == FNR { if (!/^#/) { n++; kind[n] = $1; path[n] = $2 } next }
	{ hit = 0
	for (i = 1; i <= n; i++)
		if (kind[i] == $1 && $2 ~ "^(" path[i] ")$") hit = used[i] = 1
	if (!hit) print "nobody compares", $0 }
	END { for (i = 1; i <= n; i++) if (!used[i]) print "no field is", kind[i], path[i] }' \
	"$TOP/tests/tools/goldens.list" paths >unknown
it "each is compared, or it is said why not: $(head -n 3 unknown | tr '\n' ';')" [ ! -s unknown ]
it "every test that is named there is here" sh -c 'grep -v "^#" "$TOP/tests/tools/goldens.list" |
	cut -f3 | grep -o "\(tools\|libimg\)/[a-z_-]*" | sort -u | while read -r t; do
	[ -e "$TOP/tests/$t.sh" ] || [ -e "$TOP/tests/$t.c" ] || echo "$t"; done | { ! grep .; }'
it "every file is of one of these kinds" [ "$(ls "$golden" | tr '\n' ' ')" = \
	"cbfs.json gbe.json ifd images me.json me_cleaner.tsv nvmutil.tsv text " ]

# --- descriptors ---------------------------------------------------------------------------
# What ifd-parse.jq does not look at is in the text: straps, VSCC, registers and sections.
strap_words() { awk '/^PCH straps/ { on = 1; next } /^$/ { on = 0 }
	on { for (i = 2; i <= NF; i += 2) print $i }' "$@"; }
for golden in "$CORPUS"/golden/ifd/*.json; do
	name=$(basename "$golden" .json)
	known "$name" "$golden" '.edits' \
		'unlock lock altmedisable0 altmedisable1 em100 spifreq20'
	rom-ifd-parse -v "$CORPUS/ifd/$name" >text 2>err
	jq -r '.straps[]' "$golden" >want
	strap_words text >got
	it "$name: has straps" [ -s want ]
	same "$name: straps in their order" got want
	# ifdtool prints at most 8.
	jq -r '.vscc_entries[]? | "\(.jid) \(.vscc)"' "$golden" | tr 'A-F' 'a-f' >want
	awk '/^  ID / { printf "0x00%s%s%s %s\n", $4, $3, $2, $6 }' text | head -n 8 >got
	same "$name: VSCC" got want
	jq -r 'def bytes: ltrimstr("0x") | [.[6:8], .[4:6], .[2:4], .[0:2]];
		(("flmap0", "flmap1", "flmap2", "flmap3", "flcomp", "flumap1") as $key | .[$key] |
			select(.) | "\($key) \(.)"),
		(("fcba", "frba", "fmba", "fpsba") as $key | "\($key) \(.[$key])"),
		([(.flill, .flill1) | select(.) | bytes[] | select(. != "00")] | select(length > 0)
			| "opcodes \(join(" "))"),
		"fast read \(.fast_read_support | startswith("supported"))",
		"dual output \(.dual_output_fast_read | startswith("supported"))",
		(.masters[] | "flmstr\(.index) \(.flmstr)"),
		(.regions[] | "flreg\(.index) \(.flreg)")' "$golden" |
		tr 'A-F' 'a-f' | sort -u >want
	awk '/^  FL(MAP[0123]|UMAP1|COMP|REG[0-9]+|MSTR[0-9]+) / { print tolower($1), $2 }
		/^  sections:/ { gsub(",", ""); printf "fcba %s\nfrba %s\nfmba %s\nfpsba %s\n",
			short($3), short($5), short($7), short($9) }
		# ifdtool has the second four of some parts only.
		/^  forbidden opcodes:/ { said = "opcodes"
			for (i = 3; i <= NF; i++) print said = said " " $i }
		/^Read modes/ { print "fast read", /fast read on/ ? "true" : "false"
			print "dual output", /dual output on/ ? "true" : "false" }
		function short(n) { sub("0x0*", "0x", n); return n == "0x" ? "0x0" : n }' text |
		sort -u >got
	# Everything ifdtool says is in ours; each of these has one line there.
	it "$name: has registers" [ "$(wc -l <want)" -gt 14 ]
	comm -23 want got >missing
	it "$name: registers: $(head -n 2 missing | tr '\n' ';')" [ ! -s missing ]
done

# --- GbE -----------------------------------------------------------------------------------
gbe=$CORPUS/golden/gbe.json
for file in $(jq -r 'keys[]' "$gbe"); do
	known "$file" "$gbe" ".\"$file\".edits" \
		"setmac_00:11:22:33:44:55 swap copy_0 copy_1 brick_0 brick_1"
	rom-gbe dump --json "$CORPUS/$file" >out 2>err
	it "$file: banks" jq -e --slurpfile our out --arg file "$file" '
		def hex: ltrimstr("0x") | explode | map(if . > 96 then . - 87 else . - 48 end)
			| reduce .[] as $d (0; . * 16 + $d);
		[.[$file].banks[] | {mac, checksum_ok: .checksum_valid, blank,
			signature_ok: .signature_valid, at: (.offset | hex),
			checksum: (.checksum_word | hex), word13: (.["word_0x13"] | hex)}] ==
		[$our[0].banks[] | {mac, checksum_ok, blank, signature_ok, at, checksum, word13}]' \
		"$gbe" >jq.out
	for key in $(jq -r ".\"$file\".edits | keys[]" "$gbe"); do
		want=$(jq -r ".\"$file\".edits.\"$key\".sha256" "$gbe")
		case $key in
		setmac_*) set -- setmac "${key#setmac_}" ;;
		copy_*) set -- copy "${key#copy_}" ;;
		brick_*)	# we have no such command, but one that repairs it
			half=$(($(wc -c <"$CORPUS/$file") / 2))
			bank=${key#brick_}
			cp "$CORPUS/$file" bricked && chmod +w bricked
			byte=$(od -An -tu1 -j $((bank * half + 126)) -N 1 bricked)
			# A bank without a right checksum is refused, and stays.
			[ "$(jq -r ".\"$file\".edits.$key.exit_code" "$gbe")" -ne 0 ] ||
				printf "\\$(printf %03o $((byte ^ 255)))" |
				dd of=bricked bs=1 seek=$((bank * half + 126)) conv=notrunc 2>/dev/null
			is "$file: $key" bricked "$want"
			continue ;;
		*) set -- "$key" ;;
		esac
		if [ "$(jq -r ".\"$file\".edits.\"$key\".exit_code" "$gbe")" -eq 0 ]; then
			rom-gbe "$@" -q -f -o edited "$CORPUS/$file" 2>err
			is "$file: $key" edited "$want"
		else
			it "$file: $key is refused" runs 2 rom-gbe "$@" --dry-run "$CORPUS/$file"
		fi
	done
done

# nvmutil's dump is the only thing test_gbe_edit leaves out, with what its second revision has not.
awk -F'\t' '$6 == "dump"' "$CORPUS/golden/nvmutil.tsv" >rows
it "dumps to compare with" [ "$(wc -l <rows)" -eq 50 ]
# A bank is made bad by the low byte of its checksum.
spoil() {
	_at=$(($2 * $(wc -c <"$1") / 2 + 126))
	printf "\\$(printf %03o $(($(od -An -tu1 -j $_at -N 1 "$1") ^ 255)))" |
		dd of="$1" bs=1 seek=$_at conv=notrunc 2>/dev/null
}
while IFS='	' read -r tool file variant input size args exit same sums; do
	cp "$CORPUS/gbe/$file" dumped && chmod +w dumped
	case $variant in bad0 | badboth) spoil dumped 0 ;; esac
	case $variant in bad1 | badboth) spoil dumped 1 ;; esac
	is "$file, $variant: the input" dumped "$input"
	# With no good bank the one says 125 and the other 0; ours is a no.
	[ "$sums" != bad/bad ] || exit=1
	rom-gbe dump dumped >out 2>err
	it "$file, $variant: dump of $tool" [ $? -eq "$exit" ]
	rom-gbe dump --json dumped >out 2>err
	it "$file, $variant: the checksums" [ "$(jq -r '[.banks[] | if .checksum_ok then "ok" else "bad"
		end] | join("/")' out)" = "$sums" ]
done <rows
awk -F'\t' '!/^#/ && $1 != "tool" { print $1, $6 }' "$CORPUS/golden/nvmutil.tsv" |
	sed 's/ \(setmac\|copy\|setchecksum\) .*/ \1/' | sort -u >keys
printf '%s\n' "2025-02 copy" "2025-02 dump" "2025-02 setchecksum" "2025-02 setmac" \
	"2025-02 swap" "2026-04 copy" "2026-04 dump" "2026-04 setchecksum" "2026-04 setmac" \
	"2026-04 swap" >words
same "nvmutil.tsv: no command is unknown" keys words

# --- a CBFS on its own ---------------------------------------------------------------------
it "cbfs.json: no file is unknown" [ "$(jq -r 'keys | join(" ")' "$CORPUS/golden/cbfs.json")" = \
	"cbfs/coreboot_256k.rom cbfs/fw_main_peppy.bin" ]

# --- whole images --------------------------------------------------------------------------
# areas GOLDEN-FILTER GOLDEN IMAGE: the FMAP as cbfstool's layout says it
areas() {
	jq -r "$1[]" "$2" | sed "s/^'\([^']*\)' (\(.*, \)*size \([0-9]*\), offset \([0-9]*\))/\4 \3 \1/" |
		sort >want
	rom-cbfs list --areas --json "$3" 2>err |
		jq -r '.areas[] | "\(.start) \(.size) \(.region)"' | sort >got
	it "$3: has areas" [ -s want ]
	same "$3: areas as in the golden" got want
}
awk 'BEGIN { for (i = 0; i < 64; i++) print "hello coreboot" }' >add.txt
awk 'BEGIN { for (i = 0; i < 8192; i++) printf "\\%03o", i % 256 }' >escapes
printf "$(cat escapes)" >gbe0
head -c 65536 /dev/zero | LC_ALL=C tr '\0' '\245' >short_bios
for golden in "$CORPUS"/golden/images/*.json; do
	name=$(basename "$golden" .json)
	xz -dc "$CORPUS/images/$name.rom.xz" >"$name"
	is "$name" "$name" "$(jq -r .sha256 "$golden")"
	it "$name: size" [ "$(wc -c <"$name")" -eq "$(jq -r .size "$golden")" ]
	keys="cbfs edit_inputs edits extract file ifd image independent me_cleaner_check
		platform_flag regions_true sha256 sha512 size validate_fmap what"
	[ "$(jq 'has("split")' "$golden")" = false ] || keys="$keys split"
	known "$name" "$golden" . "$keys"
	known "$name: edits" "$golden" .edits "add_align4k add_raw add_sha256 altme1 \
		inject_bios_short inject_gbe lock remove_config remove_vbt unlock"
	areas .cbfs.layout "$golden" "$name"
	for area in $(jq -r '.cbfs | keys[] | select(. != "layout")' "$golden"); do
		jq -r ".cbfs.$area.print_kv[2:][] | split(\"\\t\") | .[0] as \$name | .[] |
			select(startswith(\"hash:\")) | split(\":\") |
			[\$name, (.[1] | ascii_downcase), .[3]] | @tsv" "$golden" >want
		rom-cbfs list --json -r "$area" "$name" 2>err | jq -r '.files[] | select(.hash) |
			[.name, .hash.algorithm, if .hash.valid then "valid" else "invalid" end] |
			@tsv' >got
		same "$name: hashes of $area" got want
	done
	it "$name: map and descriptor agree" [ "$(jq .validate_fmap.exit_code "$golden")" -eq \
		"$(rom-check -q "$name" 2>&1 | grep -c '(fmap-[a-z]*)')" ]
	rom-ifd-parse --json "$name" >json 2>err
	jq '.ifd + {independent: (.independent + {me_disable: {}}), platform_flag}' "$golden" |
		jq -r --slurpfile ours json -f "$TOP/tests/tools/ifd-parse.jq" |
		grep -v '^ME disable' >differences
	it "$name: the descriptor in it" [ ! -s differences ]
	rom-ifd-parse -f --extract parts "$name" 2>err
	# ifdtool writes regions that are not used as files of 0 bytes.
	jq -r '.extract.files[] | select(.size > 0) | .sha256' "$golden" | sort >want
	sha256sum parts/* | cut -d' ' -f1 | sort >got
	same "$name: what ifdtool extracted" got want
	rm -r parts
	for key in unlock lock altme1 inject_gbe inject_bios_short; do
		want=$(jq -r ".edits.$key.sha256" "$golden")
		[ "$(jq -r ".edits.$key.exit_code" "$golden")" -eq 0 ] || want=
		case $key in
		unlock | lock) runs 0 rom-ifd-edit -q --$key -f -o edited "$name" ;;
		altme1) runs 0 rom-ifd-edit -q --me-disable=on -f -o edited "$name" ;;
		inject_gbe)
			if [ -z "$want" ]; then
				refuses "$name: $key" 2 'no gbe region' \
					rom-inject --region gbe=gbe0 -f -o edited "$name"
				continue
			fi
			runs 0 rom-inject -q --region gbe=gbe0 -f -o edited "$name" ;;
		inject_bios_short) runs 0 rom-inject -q --region bios=short_bios -f -o edited "$name" ;;
		esac
		if [ $key = altme1 ] && [ "$(jq -r .platform_flag "$golden")" = adl ]; then
			# ifdtool sets an unrelated strap there; ours is bit 16 of PCHSTRP55.
			rom-ifd-parse --json edited >json 2>err
			it "$name: $key" jq -e '.me_disable | .set and .strap == 55 and .bit == 16' json
			continue
		fi
		is "$name: $key" edited "$want"
	done
	rm -f edited "$name"
done

