#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# embed.sh CLANG - program.c, compiled for BPF of both byte orders, as a C header
# on stdout; embed.sh sum - only what tells whether one is of this source.
set -eu
cd "$(dirname "$0")"

sum() {
	cat program.c layout.h ../core/siphash.h ../core/special.h | cksum | tr ' ' -
}

compile() {	# byte order: el or eb
	object=$(mktemp)
	"$clang" -target "bpf$1" -mcpu=v3 -O2 -ffreestanding -fno-ident -I.. \
	    -Wall -Wextra -Wundef -Wmissing-prototypes \
	    -c program.c -o "$object" || { rm -f "$object"; exit 1; }
	od -An -v -tu1 "$object" | awk -v "name=fp" -f embed.awk || {
		rm -f "$object"
		exit 1
	}
	rm -f "$object"
}

if [ "$1" = sum ]; then
	sum
	exit
fi
clang=$1
cat <<-HEADER
	/* SPDX-License-Identifier: BSD-2-Clause */
	/* Made from program.c by embed.sh: $(sum) */
	#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
HEADER
compile el
echo '#else'
compile eb
echo '#endif'
