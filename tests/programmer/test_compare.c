/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a chip holds what it held: once wrong is the wire, and always is the chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/bus.h"

#define SIZE ((size_t)512 << 10)
#define WRONG_AT 0x2123u

struct bench {
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img *holds;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	uint64_t at;

	assert_non_null(b);
	assert_int_equal(sim_chip_new(chip_part_by_name("W25Q40.V"), 16000000, &b->sim, NULL),
			 IMG_OK);
	assert_int_equal(sim_bus_new(b->sim, NULL, &b->bus, NULL), IMG_OK);
	for (at = 0; at < SIZE; at += 7)
		assert_int_equal(img_span_fill(sim_chip_array(b->sim), at, 1, (uint8_t)(at >> 3),
					       NULL), IMG_OK);
	assert_int_equal(img_copy(img_span_view(sim_chip_array(b->sim)), &b->holds, NULL), IMG_OK);
	assert_int_equal(chip_open(b->bus, &b->chip, NULL), IMG_OK);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	assert_int_equal(chip_close(b->chip, NULL), IMG_OK);
	assert_int_equal(b->bus->close(b->bus, NULL), IMG_OK);
	img_close(b->holds);
	free(b);
	return 0;
}

/* A bit reads wrong so many times; 0: always. */
static enum img_status compare(struct bench *b, unsigned times, struct img_error *err)
{
	*sim_chip_faults(b->sim) = (struct sim_faults){
		.flip_read_mask = 1, .flip_read_at = WRONG_AT, .flip_read_count = times };
	return run_compare(b->chip, img_bytes(b->holds), NULL, err);
}

static void test_same(void **state)
{
	struct bench *b = *state;

	assert_int_equal(run_compare(b->chip, img_bytes(b->holds), NULL, NULL), IMG_OK);
}

static void test_wrong_once(void **state)
{
	assert_int_equal(compare(*state, 1, NULL), IMG_OK);
}

static void test_wrong_again(void **state)
{
	struct img_error err;

	assert_int_equal(compare(*state, 2, &err), IMG_E_MISMATCH);
	assert_int_equal(err.at, WRONG_AT);
	assert_int_equal(compare(*state, 0, &err), IMG_E_MISMATCH);
	assert_int_equal(err.at, WRONG_AT);
}

static void test_other(void **state)
{
	struct bench *b = *state;
	struct img_error err;

	assert_int_equal(img_span_fill(sim_chip_array(b->sim), SIZE - 1, 1, 0, NULL), IMG_OK);
	assert_int_equal(img_span_fill(img_span(b->holds), SIZE - 1, 1, 1, NULL), IMG_OK);
	assert_int_equal(run_compare(b->chip, img_bytes(b->holds), NULL, &err), IMG_E_MISMATCH);
	assert_int_equal(err.at, SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
