/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/hardware_words.h"

const char *const hardware_package_words[IMG_PACKAGES] = {
	[IMG_SOIC8] = "SOIC-8", [IMG_SOIC16] = "SOIC-16", [IMG_WSON8] = "WSON-8",
	[IMG_DIP8] = "DIP-8", [IMG_PLCC32] = "PLCC-32",
};

const char *const hardware_bus_words[] = {
	[IMG_BUS_SPI] = "spi", [IMG_BUS_LPC] = "lpc", [IMG_BUS_NONE] = "none",
};

const char *const hardware_fitted_words[] = {
	[IMG_FITTED_UNKNOWN] = "unknown", [IMG_FITTED_SOLDERED] = "soldered",
	[IMG_FITTED_SOCKET] = "socket",
};

const char *const hardware_supply_words[] = {
	[IMG_SUPPLY_UNKNOWN] = "unknown", [IMG_SUPPLY_PROGRAMMER] = "programmer",
	[IMG_SUPPLY_BOARD] = "board", [IMG_SUPPLY_EITHER] = "either",
};

const char *const hardware_other_words[] = {
	[IMG_OTHER_EC] = "ec", [IMG_OTHER_THUNDERBOLT] = "thunderbolt", [IMG_OTHER_BMC] = "bmc",
	[IMG_OTHER_PRIVATE] = "private",
};
