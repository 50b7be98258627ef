# SPDX-License-Identifier: GPL-3.0-or-later
# One line for each field in which the answer of rom-ifd-parse --json (file $ours) differs from
# the golden file (input). No line: they agree. Where the peer that made the golden file is
# wrong, its own "independent" decode counts.
def digit: . as $d | "0123456789abcdef" | index($d);
def hex: ltrimstr("0x") | ascii_downcase | explode | map([.] | implode | digit)
	| reduce .[] as $d (0; . * 16 + $d);
def differs($what; $want; $got): if $want == $got then empty
	else "\($what): expected \($want), found \($got)" end;

$ours[0] as $our | . as $golden |

# Fillers are unused, although ifdtool prints them as a region at 0x7fff000.
def used_regions: [.regions[] | select(.unused | not)
	| select(.flreg != "0x7fff7fff" and .flreg != "0xffffffff")
	| [.index, (.base | hex), (.limit | hex)]];

def short: {"Flash Descriptor": "fd", "Host CPU/BIOS": "bios", "Intel ME": "me", "GbE": "gbe",
	"Platform Data": "pd", "EC": "ec"}[.];

def access($rights): [$rights | to_entries[] | select(.value) | .key | short] | sort;

# Codes that ifdtool reads by the table of another generation.
def peer_knows_clocks: .platform_flag != "ehl" and .platform_flag != "glk";

differs("regions"; $golden | used_regions;
	[$our.regions[] | [.index, .start, .start + .size - 1]]),
differs("components"; .independent.sizes; [$our.components[].size]),
differs("flash size"; .independent.total; [$our.components[].size] | add),
differs("version"; if .independent.ifd_v2 then 2 else 1 end; $our.descriptor.version),
(.independent.me_disable as $me
	| differs("ME disable"; [$me.strap, $me.bit, $me.set];
		[$our.me_disable | .strap, .bit, .set]),
	differs("ME disable supported"; $me.strap != null and ($me.kind | test("unconfirmed") | not);
		$our.me_disable.supported)),
(.masters[] as $master | ($master.name | short) as $name
	| ($master.read | keys | map(short)) as $known
	| [$our.masters[] | select(.name == $name)] as $found
	| differs("master \($name)"; 1; $found | length),
	($found[] as $m
		| differs("\($name) reads"; access($master.read);
			$m.read | map(select(IN($known[]))) | sort),
		differs("\($name) writes"; access($master.write);
			$m.write | map(select(IN($known[]))) | sort))),
(if peer_knows_clocks then .frequencies | to_entries[]
	| {read: "read", fast_read: "fast_read", write_erase: "write", read_id_status: "read_id",
		espi_ec_bus: "espi"}[.key] as $key
	| differs("clock \($key)"; .value | rtrimstr("MHz") | tonumber; $our.clocks_mhz[$key])
	else empty end)
