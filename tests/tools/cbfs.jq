# Rows of cbfstool's "print -k" as rom-cbfs lists them, for comparison.
def hex: ltrimstr("0x") | explode | map(if . > 96 then . - 87 else . - 48 end)
	| reduce .[] as $d (0; . * 16 + $d);
def peer: [.print_k[1:][] | split("\t")
	| {name: .[0], offset: (.[1] | hex), type: .[2], size: (.[4] | hex)}];
def ours: [.files[] | {name, offset, type, size}];
# SHA-256 of the data as stored
def peer_stored: [.files[] | select(.extract_raw.exit_code == 0)
	| {name, sha256: .extract_raw.sha256}];
def ours_stored: [.files[] | {name, sha256}];
# "comp:LZMA:0x249f0" in the verbose rows
def peer_compressed: [.print_kv[2:][] | split("\t") | .[0] as $name | .[]
	| select(startswith("comp:")) | split(":")
	| {name: $name, compression: (.[1] | ascii_downcase), decompressed_size: (.[2] | hex)}];
def ours_compressed: [.files[] | select(.compression != "none")
	| {name, compression, decompressed_size}];
