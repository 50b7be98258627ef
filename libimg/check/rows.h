/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every check, a row each: id, severity of its findings, scope, function, what is right when it
 * passes. Included once for what is said of them (rows.c) and once for what they do (check.c): a
 * program that knows the ids is not linked with all that the functions need.
 *
 * The first error is the one that programs name: what explains others comes before them.
 */
#define D IMG_CHECK_DESCRIPTOR
#define F IMG_CHECK_FILE
#define B IMG_CHECK_BOARD
#define C IMG_CHECK_CONTENT
#define P IMG_CHECK_PLACE

CHECK(IMG_CHECK_STRIPPED, IMG_ERROR, F, img_check_stripped,
      "neither name nor size have the mark of a release image without vendor files")
CHECK("blank-image", IMG_ERROR, F, img_check_blank, "the bytes are not all the same")
CHECK("parts-swapped", IMG_ERROR, P, img_check_parts_swapped,
      "chip 1 of 2 comes before chip 2")
CHECK("descriptor-moved", IMG_ERROR, P, img_check_descriptor_moved,
      "the descriptor is where the file begins")
CHECK(IMG_CHECK_UNKNOWN, IMG_NOTE, F, img_check_unknown,
      "something in the image is known: a descriptor, FMAP, CBFS or coreboot")
CHECK("board-size", IMG_ERROR, B, img_check_board_size,
      "the image is as large as the board's")
CHECK("board-descriptor", IMG_ERROR, B, img_check_board_descriptor,
      "there is a descriptor where the board has one")
CHECK("board-densities", IMG_ERROR, B, img_check_board_densities,
      "the descriptor is for the board's chips")
CHECK("board-regions", IMG_ERROR, B, img_check_board_regions,
      "the regions are where the board has them")
CHECK("board-identity", IMG_ERROR, B, img_check_board_identity,
      "the mainboard that coreboot names is the board")
CHECK("emulator-image", IMG_WARNING, B, img_check_emulator,
      "the firmware is for a machine, not for an emulator")
CHECK("descriptor-region", IMG_ERROR, D, img_check_descriptor_region,
      "the descriptor says where it is itself")
CHECK("generation-unknown", IMG_WARNING, D, img_check_generation,
      "the chipset generation can be told")
CHECK("component-count", IMG_ERROR, D, img_check_component_count,
      "the descriptor is for one or two chips")
CHECK("component-density", IMG_ERROR, D, img_check_component_density,
      "the sizes of the chips have codes that exist")
CHECK("clock-reserved", IMG_WARNING, D, img_check_reserved_clock,
      "the clocks have codes that exist")
CHECK("vscc-outside", IMG_WARNING, D, img_check_vscc_table,
      "the table of chips is in the descriptor")
CHECK("region-zero", IMG_ERROR, D, img_check_zero_region, "no region has a register of zeros")
CHECK("region-overlap", IMG_ERROR, D, img_check_region_overlap, "no two regions overlap")
CHECK("region-outside", IMG_ERROR, D, img_check_region_outside,
      "no region ends behind the chips")
CHECK("pd-outside", IMG_NOTE, D, img_check_pd_outside,
      "the platform data region is in the image")
CHECK("image-part", IMG_ERROR, D, img_check_image_part, "the image is not one chip of two")
CHECK("image-truncated", IMG_ERROR, D, img_check_image_truncated,
      "every region is wholly in the image")
CHECK("image-size", IMG_WARNING, D, img_check_image_size,
      "the image is as large as the chips of its descriptor")
CHECK("odd-size", IMG_ERROR, F, img_check_odd_size, "the image is of whole 4 KiB blocks")
CHECK("fmap-outside", IMG_ERROR, C, img_check_fmap_outside,
      "the areas of the FMAP are in the image and in their region")
CHECK("fmap-regions", IMG_WARNING, C, img_check_fmap_regions,
      "areas of the FMAP that are regions have their size")
CHECK("cbfs-outside", IMG_ERROR, C, img_check_cbfs_outside,
      "the CBFS is in the BIOS region")
CHECK("cbfs-damaged", IMG_ERROR, C, img_check_cbfs_damaged,
      "the files of the CBFS follow each other, and have their hashes")
CHECK("me-blank", IMG_ERROR, C, img_check_me_blank, "the ME region is not blank")
CHECK("me-header", IMG_ERROR, C, img_check_me_header, "the ME region begins like one")
CHECK("me-manifest", IMG_ERROR, C, img_check_me_manifest,
      "the ME's tables lead to its manifest")
CHECK("me-code", IMG_ERROR, C, img_check_me_code,
      "what the ME needs to start is there, and as its maker signed it")
CHECK("vendor-missing", IMG_ERROR, C, img_check_vendor_missing,
      "the vendor files that the machine needs are in the CBFS")
CHECK("vendor-blank", IMG_ERROR, C, img_check_vendor_blank, "they are not blank")
CHECK("vendor-place", IMG_ERROR, C, img_check_vendor_place,
      "they have the type and address that firmware looks for")
CHECK("ec-pointers", IMG_ERROR, C, img_check_ec_pointers,
      "a KBC1126 finds its firmware, and its sums are right")
CHECK("boot-top", IMG_ERROR, P, img_check_boot_top,
      "there is boot code where the processor starts")
CHECK("gbe-banks", IMG_ERROR, C, img_check_gbe_banks, "one of the GbE banks is good")
CHECK("gbe-mac", IMG_ERROR, C, img_check_gbe_mac,
      "the MAC address is neither zero nor multicast")
CHECK("gbe-checksum", IMG_WARNING, C, img_check_gbe_checksum,
      "the checksums of both GbE banks are right")
CHECK("gbe-stock-mac", IMG_NOTE, C, img_check_gbe_stock_mac,
      "the MAC address is the machine's own")
CHECK("masters-version", IMG_WARNING, D, img_check_masters_version,
      "the permissions are of the descriptor's version")
CHECK("regions-locked", IMG_NOTE, D, img_check_regions_locked,
      "the running machine may write every region")

#undef D
#undef F
#undef B
#undef C
#undef P
