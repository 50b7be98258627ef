/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serprog, version 1: opcode and parameters there, ACK and data or NAK back, in order. All
 * numbers are little endian, lengths and addresses have 24 bits. There is no checksum and
 * no cancel.
 *
 *	00 NOP					08 Q_WRNMAXLEN -> u24, 0: 2^24
 *	01 Q_IFACE -> u16, 1			10 SYNCNOP -> NAK ACK
 *	02 Q_CMDMAP -> 32 bytes, a bit each	11 Q_RDNMAXLEN -> u24, 0: 2^24
 *	03 Q_PGMNAME -> 16 bytes, NUL padded	12 S_BUSTYPE u8
 *	04 Q_SERBUF -> u16, FFFF: any		13 O_SPIOP u24 slen, u24 rlen, slen bytes
 *						   -> rlen bytes
 *	05 Q_BUSTYPE -> u8, bit 3: SPI		14 S_SPI_FREQ u32 Hz -> u32 really set
 *						15 S_PIN_STATE u8, 1: drive, 0: release
 *						16 S_SPI_CS u8
 */
#ifndef PROGRAMMER_BUS_SERPROG_PROTOCOL_H
#define PROGRAMMER_BUS_SERPROG_PROTOCOL_H

enum {
	SP_NOP = 0x00,
	SP_Q_IFACE = 0x01,
	SP_Q_CMDMAP = 0x02,
	SP_Q_PGMNAME = 0x03,
	SP_Q_SERBUF = 0x04,
	SP_Q_BUSTYPE = 0x05,
	SP_Q_WRNMAXLEN = 0x08,
	SP_SYNCNOP = 0x10,
	SP_Q_RDNMAXLEN = 0x11,
	SP_S_BUSTYPE = 0x12,
	SP_O_SPIOP = 0x13,
	SP_S_SPI_FREQ = 0x14,
	SP_S_PIN_STATE = 0x15,
	SP_S_SPI_CS = 0x16,
};

#define SP_ACK 0x06
#define SP_NAK 0x15
#define SP_BUS_SPI 8
#define SP_NAME_SIZE 16
#define SP_MAP_SIZE 32
#define SP_LENGTH_MAX 0xffffffu

#endif
