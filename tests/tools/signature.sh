# SPDX-License-Identifier: GPL-3.0-or-later
# rom-verify-hash --key. What the fixtures hold was made by the real minisign, signify and GnuPG.
. "$TOP/tests/tools/lib.sh"

fixtures=$TOP/fixtures
cp "$fixtures"/*minisign* "$fixtures"/*signify* "$fixtures"/*openpgp* "$fixtures/signed.txt" .
key=$(sed -n 2p good-minisign.pub)
sed s/the/teh/ signed.txt >changed.txt

# --- minisign and signify ---------------------------------------------------------------

for kind in hashed plain; do
	it "minisign, $kind" runs 0 rom-verify-hash --key good-minisign.pub \
		--signature good-minisign-$kind.minisig signed.txt
	it "says so" grep -qx 'signed.txt: OK' out
	it "and by which key, as minisign numbers it" grep -q 'key: B6E86B5872307C73 (minisign)' out
	it "and the trusted comment" grep -q 'trusted comment: trusted words' out
	it "another file is a no" runs 1 rom-verify-hash --key good-minisign.pub \
		--signature good-minisign-$kind.minisig changed.txt
	it "says so" grep -qx 'changed.txt: FAILED' out
	it "and why" grep -q "^rom-verify-hash: changed.txt: signature good-minisign-$kind.minisig: is \
not of these bytes" err
	it "in one sentence" [ "$(wc -l <err)" -eq 1 ]
done
it "signify" runs 0 rom-verify-hash --key good-signify.pub --signature good-signify.sig signed.txt
it "says so, and has no trusted comment" sh -c "grep -q 'key: D6F1A51FAFEC6AF2 (signify)' out &&
	! grep -q comment out"
it "another file is a no, too" runs 1 rom-verify-hash --key good-signify.pub \
	--signature good-signify.sig changed.txt
it "the key as base64" runs 0 rom-verify-hash --key "$key" \
	--signature good-minisign-hashed.minisig signed.txt
it "the wrong key is a no" runs 1 rom-verify-hash --key good-signify.pub \
	--signature good-minisign-hashed.minisig signed.txt
it "that names both" grep -q \
	'made with the key B6E86B5872307C73, but the key given is D6F1A51FAFEC6AF2' err
it "a signature through a pipe" sh -c \
	'rom-verify-hash --key "$0" --signature - signed.txt <good-minisign-hashed.minisig' "$key"
it "a file through a pipe" sh -c \
	'cat signed.txt | rom-verify-hash --key "$0" --signature good-minisign-hashed.minisig -' "$key"
it "also for the plain kind" sh -c \
	'cat signed.txt | rom-verify-hash --key "$0" --signature good-minisign-plain.minisig -' "$key"
it "--status says nothing" runs 1 rom-verify-hash --status --key "$key" \
	--signature good-minisign-hashed.minisig changed.txt
it "really" [ ! -s out -a ! -s err ]
it "-q says nothing of good ones" runs 0 rom-verify-hash -q --key "$key" \
	--signature good-minisign-hashed.minisig signed.txt
it "really" [ ! -s out -a ! -s err ]
if command -v jq >/dev/null; then
	it "--json" runs 0 rom-verify-hash --json --key "$key" \
		--signature good-minisign-hashed.minisig signed.txt
	it "has it all" sh -c 'jq -e ".ok == 1 and .failed == 0 and (.files[0] | .result == \"ok\" and
		.kind == \"minisign\" and .key == \"B6E86B5872307C73\" and
		.words == \"trusted words\")" out >/dev/null'
	it "--json of a bad one" runs 1 rom-verify-hash --json --key "$key" \
		--signature good-minisign-hashed.minisig changed.txt
	it "has why" sh -c 'jq -e ".failed == 1 and (.files[0].text | contains(\"not of these bytes\"))" \
		out >/dev/null'
	it "--json of trouble" runs 2 rom-verify-hash --json --key none signed.txt
	it "has the error" sh -c 'jq -e ".error.status == \"absent\"" out >/dev/null'
else
	skip "--json: jq is not installed"
fi

# --- beside the file --------------------------------------------------------------------

mkdir d && cp signed.txt d/x
refuses "no signature" 2 'd/x: has no signature beside it: .*\.minisig, \.sig and \.asc' \
	rom-verify-hash --key "$key" d/x
cp good-openpgp.asc d/x.asc
refuses "an .asc is found" 2 'signature d/x.asc: a signature of OpenPGP, and the key is none' \
	rom-verify-hash --key "$key" d/x
cp good-signify.sig d/x.sig
it "a .sig is found before it" runs 0 rom-verify-hash --key good-signify.pub d/x
cp good-minisign-plain.minisig d/x.minisig
it "a .minisig is found before that" runs 0 rom-verify-hash --key good-minisign.pub d/x
it "and named" grep -q 'signature: d/x.minisig' out
cp signed.txt d/y && cp good-minisign-hashed.minisig d/y.minisig
it "several files, each with its own" runs 0 rom-verify-hash --key "$key" d/x d/y
it "each is named" [ "$(grep -c OK out)" -eq 2 ]
echo >>d/y
it "one of them bad" runs 1 rom-verify-hash --key "$key" d/x d/y
it "the other is checked" grep -qx 'd/x: OK' out
rm d/y.minisig
it "trouble comes before a no" runs 2 rom-verify-hash --key "$key" d/x d/y
cp good-openpgp.asc d/z.minisig && cp signed.txt d/z
refuses "the content tells, not the name" 2 'a signature of OpenPGP' rom-verify-hash --key "$key" d/z

# --- made here --------------------------------------------------------------------------

head -c 3000000 /dev/urandom >big
sign key me >me.pub
for kind in minisign minisign-plain signify; do
	sign $kind me big >big.sig
	it "a larger file: $kind" runs 0 rom-verify-hash --key me.pub big
	sign $kind you big >you.sig
	it "somebody else's" runs 1 rom-verify-hash --key me.pub --signature you.sig big
done
: >empty
for kind in minisign minisign-plain signify; do
	sign $kind me signed.txt >empty.sig
	it "an empty file is not what was signed: $kind" runs 1 rom-verify-hash --key me.pub empty
done
sign minisign me big "$(printf 'a\033[31mb')" >big.sig
it "a comment that speaks to the terminal" runs 0 rom-verify-hash --key me.pub big
it "does not reach it" grep -qF 'a\x1b[31mb' out
sign minisign me signed.txt >big.sig
it "another file's signature" runs 1 rom-verify-hash --key me.pub big

# --- what is wrong ----------------------------------------------------------------------

bad() { # bad NAME PATTERN FILE: as signature, refused with one sentence
	refuses "$1" 2 "signed.txt: signature $3: $2" \
		rom-verify-hash --key "$key" --signature "$3" signed.txt
}
bad "no signature file" 'there is no such file' none.minisig
bad "not a signature" 'no signature of minisign, signify or OpenPGP' signed.txt
: >nothing
bad "an empty one" 'empty' nothing
head -n 1 good-minisign-hashed.minisig >cut
bad "one that is cut off" 'ends before line 2' cut
head -n 3 good-minisign-hashed.minisig >cut
bad "later" 'ends before line 4' cut
(cat good-minisign-hashed.minisig; echo more) >long
bad "one with more behind it" 'line 5 should not be there' long
sed '2s/^../RE/' good-minisign-hashed.minisig >other
bad "another algorithm" 'line 2: the algorithm has the mark 0x4444' other
(echo 'untrusted comment: x'; head -c 100000 /dev/zero | tr '\0' A) >large
bad "a large one" '100021 bytes, and at most 65536 do' large
refuses "no key file" 2 'key none: there is no such file, and it is no public key' \
	rom-verify-hash --key none --signature good-signify.sig signed.txt
refuses "a key that is none" 2 'key signed.txt: line|and the key is none of that tool' \
	rom-verify-hash --key signed.txt --signature good-signify.sig signed.txt
head -n 1 good-signify.pub >half.pub
refuses "half a key" 2 'key half.pub: ends before line 2' \
	rom-verify-hash --key half.pub --signature good-signify.sig signed.txt
refuses "a missing file" 2 'none: there is no such file' rom-verify-hash --key "$key" none
refuses "a directory" 2 'd: is a directory' rom-verify-hash --key "$key" d
refuses "a directory as a signature" 2 'signature d: is a directory' \
	rom-verify-hash --key "$key" --signature d signed.txt
refuses "--signature without --key" 2 'goes with --key' rom-verify-hash --signature a signed.txt
refuses "--signature for two" 2 'that of one file, not of 2' \
	rom-verify-hash --key "$key" --signature a b c
refuses "two ways at once" 2 'only one of' rom-verify-hash --key "$key" -c list
refuses "standard input twice" 2 'only once' rom-verify-hash --key "$key" --signature - -
refuses "a stream, and nothing to find it by" 2 'give the signature' \
	sh -c 'rom-verify-hash --key "$0" - <signed.txt' "$key"
refuses "a full disk" 2 'standard output: cannot write' \
	sh -c 'rom-verify-hash --key "$0" d/x >/dev/full' "$key"

# --- OpenPGP ----------------------------------------------------------------------------

pgp() { rom-verify-hash --key "${3-good-openpgp.key}" --signature "$1" "${2-signed.txt}"; }

# A gpgv that says what a test has it say: FAKE_STATUS lines of its status, exit status FAKE_EXIT.
mkdir fake
cat >fake/gpgv <<'END'
#!/bin/sh
printf '%s\n' "$@" >>"$FAKE_LOG"
printf '%b' "$FAKE_STATUS"
echo 'gpgv: these are my words' >&2
exit "$FAKE_EXIT"
END
chmod +x fake/gpgv
faked() { # faked STATUS EXIT LINES
	export FAKE_EXIT="$2" FAKE_STATUS="$3" FAKE_LOG="$PWD/log"
	: >log
	PATH="$PWD/fake:$PATH" runs "$1" pgp good-openpgp.asc
}
id='9FF8E0DA01A8728E'
new='[GNUPG:] NEWSIG\n' good="[GNUPG:] GOODSIG $id Somebody\n"
valid="[GNUPG:] VALIDSIG 7FB5 2024-01-02 1704164645 0 4 0 22 8 00 7FB5\n"
it "good, as gpgv says it" faked 0 0 "$new$good$valid"
it "it was asked without a shell, about three descriptors" [ "$(tr '\n' ' ' <log)" = \
	"--status-fd 1 --keyring /proc/self/fd/3 -- /proc/self/fd/4 /proc/self/fd/5 " ]
it "good words and a bad exit status" faked 2 1 "$new$good$valid"
it "are told, with gpgv's own" grep -q 'gpgv does not find it good, and says: these are my words' err
it "a good exit status and no words" faked 2 0 ''
it "good, but not valid" faked 2 0 "$new$good"
it "valid, but not good" faked 2 0 "$new$valid"
it "good, and another of which nothing is said" faked 2 0 "$new$good$valid$new"
it "good, and a bad one" faked 1 1 "$new$good$valid$new[GNUPG:] BADSIG $id Somebody\n"
it "good, but a key that was revoked" faked 1 0 \
	"$new[GNUPG:] REVKEYSIG $id Somebody\n$valid"
it "is told" grep -q 'made by Somebody with a key that was revoked' err
it "good, but of no file" faked 1 0 "$new$good$(echo "$valid" | sed 's/ 00 / 02 /')"
it "an algorithm that it has not" faked 2 2 "$new[GNUPG:] ERRSIG $id 99 8 00 1704164645 4 7FB5\n"
it "words that only look like its status" faked 2 0 "x$new${good#?}$valid"
mkdir empty.path
for tool in rom-verify-hash sh; do ln -s "$(command -v $tool)" empty.path/; done
refuses "without gpgv" 2 'checked by gpgv, and gpgv is not installed; install it' \
	env PATH="$PWD/empty.path" rom-verify-hash --key good-openpgp.key \
	--signature good-openpgp.asc signed.txt
refuses "a signed message" 2 'a signed message with its own text' pgp unsupported-openpgp-message.asc
refuses "a key as a signature" 2 'something of OpenPGP, but no signature' pgp good-openpgp.key
refuses "a minisign signature, an OpenPGP key" 2 'a signature of minisign, and the key is none' \
	pgp good-minisign-plain.minisig
refuses "an OpenPGP signature, a minisign key" 2 'a signature of OpenPGP, and the key is none' \
	pgp good-openpgp.asc signed.txt good-minisign.pub
sed 5s/./_/ good-openpgp.asc >damaged.asc
refuses "a damaged one" 2 'line 5: is not base64' pgp damaged.asc
refuses "a damaged key" 2 'key signed.txt: holds no OpenPGP public key' \
	pgp good-openpgp.asc signed.txt signed.txt

if ! command -v gpgv >/dev/null; then
	skip "OpenPGP: gpgv is not installed"
	exit 0
fi
binary() { sed -n '/^$/,/^=/p' "$1" | sed '1d;$d' | base64 -d; }
binary good-openpgp.asc >good-openpgp.sig
binary good-openpgp.key >good-openpgp.gpg
for s in asc sig; do
	for k in key gpg; do
		it "OpenPGP, .$s by .$k" runs 0 pgp good-openpgp.$s signed.txt good-openpgp.$k
		it "says whose" grep -qx '  signed by: Test Release <release@example.org>' out
		it "by its fingerprint" grep -q '7FB562C3DF2B5909101D86F69FF8E0DA01A8728E (openpgp)' out
		it "another file is a no" runs 1 pgp good-openpgp.$s changed.txt good-openpgp.$k
		it "says so" grep -q 'made by Test Release .*, but not of these bytes' err
	done
done
it "through a pipe" sh -c 'cat signed.txt | rom-verify-hash --key good-openpgp.key \
	--signature good-openpgp.asc -'
it "a key of somebody else" runs 1 pgp bad-openpgp-other-key.asc
it "is named" grep -q 'made with the key 04DF723E45AE0193, which is not in the key file' err
(cat good-openpgp.sig; binary bad-openpgp-other-key.asc) >both.sig
it "two signatures, one of them unknown" runs 1 pgp both.sig
it "a signature that has ended" runs 1 pgp bad-openpgp-ended.asc
it "says so" grep -q 'to hold until a day that is past' err
it "a key that has expired" runs 1 pgp bad-openpgp-expired.asc signed.txt bad-openpgp-expired.key
it "says so" grep -q 'with a key that has expired' err
head -c 3000000 /dev/urandom >big
it "a larger file is read to its end" runs 1 pgp good-openpgp.asc big
