/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sources: Libreboot's SPI guide and ch341a page; coreboot's flashing tutorial (ext_power);
 * README and main.c of stacksmashing's and of Libreboot's pico-serprog; heads-wiki's programmer
 * best practices; skulls; geo-tp's ESP32 Bit Pirate. Pin 1 is where the chip's mark is.
 */
#include "tools/flash/say/wiring.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *const wiring_signal_names[] = {
	[WIRING_CS] = "CS#", [WIRING_MISO] = "MISO", [WIRING_WP] = "WP#", [WIRING_GND] = "GND",
	[WIRING_MOSI] = "MOSI", [WIRING_CLK] = "CLK", [WIRING_HOLD] = "HOLD#",
	[WIRING_VCC] = "VCC",
};

/* In the order of the signals: CS#, MISO, WP#, GND, MOSI, CLK, HOLD#, VCC. */
const struct wiring_chip wiring_chips[] = {
	{ "soic8", IMG_SOIC8, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } },
	{ "soic16", IMG_SOIC16, 16, { 7, 8, 9, 10, 15, 16, 1, 2 } },
	{ "wson8", IMG_WSON8, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } },
	{ "dip8", IMG_DIP8, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } },
};
const size_t wiring_chip_count = COUNT(wiring_chips);

#define PI_PINS { "24 (GPIO8)", "21 (GPIO9)", NULL, "25", "19 (GPIO10)", "23 (GPIO11)", NULL, \
		  "1 (or 17)" }
#define PI_USE "-p linux_spi:dev=/dev/spidev0.0,spispeed=32768 (kHz; T60: 4096, or 512)"

const struct wiring_programmer wiring_programmers[] = {
	{ "rpi40", "Raspberry Pi, 40 pins", PI_PINS, PI_USE },
	{ "rpi26", "Raspberry Pi, 26 pins", PI_PINS, PI_USE },
	{ "lepotato", "Le Potato", PI_PINS,
	  "-p linux_spi:dev=/dev/spidev0.0,spispeed=512 (kHz; more where it reads the same)" },
	{ "bbb", "BeagleBone Black, P9",
	  { "17", "21", NULL, "1 (or 2)", "18", "22", NULL, "3 (or 4)" },
	  "-p linux_spi:dev=/dev/spidev1.0,spispeed=128 (kHz; below 512)" },
	{ "pico", "Pico, Libreboot's firmware",
	  { "7 (GP5)", "6 (GP4)", NULL, "38", "5 (GP3)", "4 (GP2)", NULL, "36 (3V3)" },
	  "-p serprog:dev=/dev/ttyACM0,spispeed=16M (Hz; a Pico 2 up to 32M)" },
	{ "pico-stacksmashing", "Pico, stacksmashing's",
	  { "2 (GP1)", "6 (GP4)", NULL, "38", "5 (GP3)", "4 (GP2)", NULL, "36 (3V3)" },
	  "-p serprog:dev=/dev/ttyACM0,spispeed=12M (Hz; 1 MHz where nothing is asked)" },
	{ "esp32", "ESP32 Bit Pirate",
	  { "GPIO you set (12)", "GPIO you set (39)", NULL, "GND", "GPIO you set (14)",
	    "GPIO you set (40)", NULL, "3V3" },
	  "-p serprog:dev=/dev/ttyACM0,spispeed=8M (Hz)" },
};
const size_t wiring_programmer_count = COUNT(wiring_programmers);

enum { RPI40, RPI26, LEPOTATO, BBB, PICO, STACKSMASHING, ESP32 };

#define FOR(programmer) ((unsigned)WIRING_PROGRAMMER << (programmer))

const struct wiring_rule wiring_rules[] = {
	{ 0, "order", "board without power (AC, every battery, coin cell; wait 30 s), then all "
	  "wires, power last; at the end power off first, then the clip comes off" },
	{ 0, "order", "never put a clip on or take it off while it carries power" },
	{ 0, "one supply", "never the programmer's 3.3 V and the board's at the same time; VCC "
	  "(pin 8, of 16 pin 2) stays open where the board gives it: X60 and T60 (charger in, not "
	  "switched on), GA-G41M-ES2L (standby)" },
	{ 0, "voltage", "3.3 V chips take 2.7 to 3.6 V. Chips of 1.65 to 2.0 V (names with LQ, "
	  "W25Q..W, N25Q..1E, MX25U; some Chromebooks) need a programmer of 1.8 V or a level "
	  "adapter. Read the marking and its data sheet first" },
	{ 0, "pin 1", "the dot, dimple or notch moulded into the case; a painted dot may be a "
	  "mark of a test" },
	{ WIRING_IN_CIRCUIT, "WP#, HOLD#", "of a chip on its board: open, and no capacitor, the "
	  "board has them" },
	{ WIRING_LOOSE, "WP#, HOLD#", "of a loose chip: each to VCC through 1 to 10 kohm, or "
	  "it does not answer" },
	{ WIRING_LOOSE, "capacitors", "for a loose chip: 100 nF and 4.7 uF (ceramic) from VCC to "
	  "GND, close to the pins" },
	{ 0, "wires", "all signals of the same length, about 10 cm and no longer; VCC and GND "
	  "may have 20 cm" },
	{ WIRING_SOIC8_CLIP, "clip", "Pomona 5250 or alike" },
	{ WIRING_SOIC16_CLIP, "clip", "Pomona 5252 or alike; pins 3 to 6 and 11 to 14 carry "
	  "nothing" },
	{ WIRING_WSON, "clip", "none holds well: a spring probe, or replace it by SOIC-8 (same "
	  "pins, the pads fit); never solder wires to the pads" },
	{ WIRING_SOCKET, "socket", "take the chip out with an extractor, and mark the notch "
	  "before" },
	{ WIRING_IN_CIRCUIT, "two chips", "of one board share all lines but CS#, and the one that "
	  "is not meant may answer, too: tie its CS# to VCC (47 ohm to 10 kohm). Signs: 4 MiB "
	  "where 8 are, an id or a dump that changes" },
	{ WIRING_IN_CIRCUIT, "current", "without a diode at VCC the clip feeds the whole rail and "
	  "parts of the chipset wake up: 400 mA have been seen. A USB 2.0 port gives 500 mA, a "
	  "Pi or BeagleBone restarts at about 250 mA" },
	{ 0, "optional", "47 ohm in series with CS#, CLK, MISO and MOSI (not VCC, GND) limit the "
	  "current of a mistake" },
	{ FOR(RPI40), "drive", "8 mA; 16 mA by \"pigs pads 0 16\" (pigpiod), never more. A chip "
	  "needs 2.31 V for a high" },
	{ FOR(RPI26), "drive", "8 mA; 16 mA by \"pigs pads 0 16\" (pigpiod), never more. A chip "
	  "needs 2.31 V for a high" },
	{ FOR(LEPOTATO), "set up", "ldto enable spicc spicc-spidev" },
	{ FOR(BBB), "set up", "config-pin P9.17 spi_cs, P9.18 spi, P9.21 spi, P9.22 spi_sclk" },
	{ FOR(BBB), "drive", "slow and unstable; another programmer is better" },
	{ FOR(PICO), "drive", "12 mA, 3.3 V only; CS# of a second chip can go to GP6, GP7 or GP8 "
	  "(cs=1, 2, 3)" },
	{ FOR(PICO), "firmware", "both call themselves pico-serprog and differ in CS#, GP5 or "
	  "GP1: answers of only FF or 00 may be that" },
	{ FOR(STACKSMASHING), "firmware", "both call themselves pico-serprog and differ in CS#, "
	  "GP5 or GP1: answers of only FF or 00 may be that. 3.3 V only" },
	{ FOR(ESP32), "set up", "the command \"adapters\" on its shell chooses the flash adapter "
	  "and the GPIOs; in parentheses what a generic build starts with. Of two USB sockets "
	  "the one marked USB. 3.3 V only, and WP# and HOLD# must not float" },
	{ 0, "no CH341A", "black boards put 5 V on the data lines, drive them weakly and protect "
	  "nothing. If it has to be: one modified to 3.3 V or with a selector, and only for a "
	  "chip out of its board" },
	{ 0, "no answer", "clean the pins with isopropyl alcohol, seat the clip again, shorten "
	  "the wires, lower the clock, then the supply; never try another voltage" },
	{ 0, "dumps", "that differ mean: do not write. A failed verification: mend the contact "
	  "before anything is repeated" },
};
const size_t wiring_rule_count = COUNT(wiring_rules);
