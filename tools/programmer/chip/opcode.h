/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the 25 series and the bits of the first status register. */
#ifndef PROGRAMMER_CHIP_OPCODE_H
#define PROGRAMMER_CHIP_OPCODE_H

enum {
	OP_WRSR = 0x01,
	OP_PROGRAM = 0x02,
	OP_READ = 0x03,
	OP_WRDI = 0x04,
	OP_RDSR1 = 0x05,
	OP_WREN = 0x06,
	OP_FAST_READ = 0x0b,
	OP_WRSR3 = 0x11,
	OP_RDSR3 = 0x15,
	OP_WRSR2 = 0x31,
	OP_RDSR2 = 0x35,
	OP_SFDP = 0x5a,
	OP_CHIP_ERASE = 0x60,
	OP_RESET_ENABLE = 0x66,
	OP_REMS = 0x90,
	OP_RESET = 0x99,
	OP_RDID = 0x9f,
	OP_WAKE = 0xab,		/* and the one-byte id RES */
	OP_POWER_DOWN = 0xb9,
	OP_CHIP_ERASE_C7 = 0xc7,
};

enum {
	SR1_WIP = 0x01,		/* an erase, program or status write is under way */
	SR1_WEL = 0x02,		/* write enable latch */
};

#endif
