# SPDX-License-Identifier: BSD-2-Clause
#
# embed.awk - the octets of an object file for BPF (od -An -v -tu1) to C: its
# instructions, and which of them refer to what layout.h numbers.  -v name=NAME.
# No linker: there is one section of code, it begins with fast_path, and it has
# no data.

{
	for (i = 1; i <= NF; i++)
		octet[octets++] = $i
}

function number(at, n,		i, v) {
	for (i = 0; i < n; i++)
		v = v * 256 + octet[at + (big ? i : n - 1 - i)]
	return v
}

function signed(v, bits) {
	return v >= 2 ^ (bits - 1) ? v - 2 ^ bits : v
}

function text(at,	s) {
	while (octet[at] != 0)
		s = s sprintf("%c", octet[at++])
	return s
}

function fail(why) {
	print "embed.awk: " why >"/dev/stderr"
	failed = 1
	exit 1
}

# Of section i: its header's place, and the fields of it.
function header(i)	{ return number(40, 8) + i * number(58, 2) }
function type(i)	{ return number(header(i) + 4, 4) }
function flags(i)	{ return number(header(i) + 8, 8) }
function offset(i)	{ return number(header(i) + 24, 8) }
function size(i)	{ return number(header(i) + 32, 8) }
function link(i)	{ return number(header(i) + 40, 4) }
function info(i)	{ return number(header(i) + 44, 4) }

function symbol_name(i, table) {
	return text(offset(link(table)) + number(offset(table) + i * 24, 4))
}

# SHT_PROGBITS 1, SHT_SYMTAB 2, SHT_REL 9, SHT_NOBITS 8; SHF_ALLOC 2.
function find_sections(		i) {
	for (i = 1; i < number(60, 2); i++) {
		if (type(i) == 2)
			symbols = i
		if (type(i) == 9 && int(flags(info(i)) / 2) % 2)
			references = i
		if ((type(i) == 1 || type(i) == 8) &&
		    int(flags(i) / 2) % 2 && size(i) > 0) {
			if (code)
				fail("more than one section")
			code = i
		}
	}
	if (!code || !symbols || !references)
		fail("no program")
}

function check_entry(		i, at) {
	for (i = 0; i * 24 < size(symbols); i++) {
		at = offset(symbols) + i * 24
		if (symbol_name(i, symbols) == "fast_path" &&
		    number(at + 6, 2) == code && number(at + 8, 8) == 0)
			return
	}
	fail("fast_path does not come first")
}

function put_code(	i, at, regs) {
	printf "static const struct fp_insn %s_code[] = {\n", name
	for (i = 0; i * 8 < size(code); i++) {
		at = offset(code) + i * 8
		regs = octet[at + 1]
		printf "\t{ 0x%02x, %d, %d, %d, %d },\n", octet[at],
		    big ? int(regs / 16) : regs % 16,
		    big ? regs % 16 : int(regs / 16),
		    signed(number(at + 2, 2), 16),
		    signed(number(at + 4, 4), 32)
	}
	print "};\n"
}

# R_BPF_64_64 is 1; the type is the low half of r_info.
function put_references(	i, at, s, kind) {
	kind["control_array"] = "FP_CONTROL"
	kind["map_array"] = "FP_MAPS"
	kind["map4_array"] = "FP_MAPS4"
	kind["map6_array"] = "FP_MAPS6"
	kind["lease_array"] = "FP_LEASES"
	kind["lease4_array"] = "FP_LEASES4"
	kind["lease6_array"] = "FP_LEASES6"
	kind["count_array"] = "FP_COUNTS"
	kind["ident_array"] = "FP_IDENT"
	kind["held_array"] = "FP_HELD"
	printf "static const struct fp_reference %s_references[] = {\n", name
	for (i = 0; i * 16 < size(references); i++) {
		at = offset(references) + i * 16
		s = symbol_name(number(at + (big ? 8 : 12), 4), symbols)
		if (number(at + (big ? 12 : 8), 4) != 1 || !(s in kind))
			fail("cannot refer to " s)
		printf "\t{ %d, %s },\n", number(at, 8) / 8, kind[s]
	}
	print "};"
}

END {
	if (failed)
		exit 1
	big = octet[5] == 2
	if (octet[0] != 127 || octet[4] != 2)
		fail("no ELF file of 64 bits")
	find_sections()
	check_entry()
	put_code()
	put_references()
}
