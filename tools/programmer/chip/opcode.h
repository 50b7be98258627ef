/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the 25 series and the bits of the first status register. Which chip has
 * which is in parts.tsv; the same byte may mean different things on different chips. */
#ifndef PROGRAMMER_CHIP_OPCODE_H
#define PROGRAMMER_CHIP_OPCODE_H

enum {
	OP_WRSR = 0x01,
	OP_PROGRAM = 0x02,
	OP_READ = 0x03,
	OP_WRDI = 0x04,
	OP_RDSR1 = 0x05,
	OP_WREN = 0x06,
	OP_RDSR2_SPANSION = 0x07,
	OP_FAST_READ = 0x0b,
	OP_FAST_READ_4 = 0x0c,
	OP_WRSR3 = 0x11,
	OP_PROGRAM_4 = 0x12,
	OP_READ_4 = 0x13,
	OP_RDSR3 = 0x15,
	OP_RDCR = 0x15,		/* Macronix */
	OP_RDID_AT25F = 0x15,
	OP_RDBANK = 0x16,
	OP_WRBANK = 0x17,
	OP_ERASE_4K_4 = 0x21,
	OP_RDSCUR = 0x2b,	/* Macronix */
	OP_CLSR = 0x30,		/* Spansion */
	OP_WRSR2 = 0x31,
	OP_RDSR2 = 0x35,
	OP_WRITE_LOCKS = 0x42,	/* SST26 */
	OP_VOLATILE_WREN = 0x50,
	OP_CLEAR_FLAGS = 0x50,	/* Micron */
	OP_ERASE_32K_4_ISSI = 0x53,
	OP_SFDP = 0x5a,
	OP_ERASE_32K_4 = 0x5c,
	OP_CHIP_ERASE = 0x60,
	OP_RESET_ENABLE = 0x66,
	OP_READ_FLAGS = 0x70,	/* Micron */
	OP_READ_LOCKS = 0x72,	/* SST26 */
	OP_REMS = 0x90,
	OP_UNLOCK_ALL = 0x98,	/* SST26 */
	OP_RESET = 0x99,
	OP_RDID = 0x9f,
	OP_WAKE = 0xab,		/* and the id RES */
	OP_AAI_WORD = 0xad,	/* SST25 */
	OP_ENTER_4BYTE = 0xb7,
	OP_POWER_DOWN = 0xb9,
	OP_WREAR = 0xc5,
	OP_CHIP_ERASE_C7 = 0xc7,
	OP_RDEAR = 0xc8,
	OP_ERASE_64K_4 = 0xdc,
	OP_LEAVE_4BYTE = 0xe9,
};

enum {
	SR1_WIP = 0x01,		/* an erase, program or status write is under way */
	SR1_WEL = 0x02,		/* write enable latch */
	SR1_EPE = 0x20,		/* Atmel: the last erase or program failed */
	SR1_E_ERR = 0x20,	/* Spansion */
	SR1_P_ERR = 0x40,
	SR1_AAI = 0x40,		/* SST25 */
};

enum {				/* Micron's flag status register */
	FSR_4BYTE = 0x01,
	FSR_PROTECTED = 0x02,
	FSR_PROGRAM = 0x10,
	FSR_ERASE = 0x20,
	FSR_READY = 0x80,
	FSR_ERRORS = FSR_PROTECTED | FSR_PROGRAM | FSR_ERASE,
};

#endif
