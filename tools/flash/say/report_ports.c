/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/common/json.h"
#include "tools/flash/say/report.h"
#include "tools/programmer/bus/tty.h"
#include "tools/programmer/external/program.h"

static json_t *ports_json(const struct tty_port *ports, size_t count)
{
	json_t *list = json_array(), *port;
	struct program p;
	size_t i;

	for (i = 0; i < count; i++) {
		port = json_pack("{s:o, s:o, s:o}", "port",
				 *ports[i].path ? json_string(ports[i].path) : json_null(), "what",
				 json_text(ports[i].what), "usb",
				 json_sprintf("%04x:%04x", ports[i].vendor, ports[i].product));
		json_array_append_new(list, port);
	}
	return json_pack("{s:o, s:o}", "programmers", list, "external",
			 program_find(&p) ? json_string(p.path) : json_null());
}

static void print_external(void)
{
	struct program p;

	if (program_find(&p))
		printf("other programmers are left to %s\n", p.path);
	else
		puts("neither flashprog nor flashrom is installed, and they do other programmers");
}

static void print_ports(const struct tty_port *ports, size_t count)
{
	size_t i;

	if (!count)
		puts("no USB serial port is attached");
	for (i = 0; i < count; i++) {
		if (*ports[i].path)
			printf("serprog:dev=%s  ", ports[i].path);
		printf("%s (USB %04x:%04x)\n", ports[i].what, ports[i].vendor, ports[i].product);
	}
	print_external();
}

enum img_status report_ports(bool json, struct img_error *err)
{
	struct tty_port *ports;
	size_t count;
	enum img_status st = tty_list(&ports, &count, err);

	if (st != IMG_OK)
		return st;
	if (json)
		st = json_print(ports_json(ports, count), err);
	else
		print_ports(ports, count);
	free(ports);
	if (!json && (fflush(stdout) || ferror(stdout)))
		return img_fail_errno(err, errno, "cannot write standard output");
	return st;
}
