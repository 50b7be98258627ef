/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/access.h"

#include <errno.h>
#include <grp.h>
#include <sys/stat.h>

#include "tools/common/names.h"

enum img_status access_fail(const char *path, int why, struct img_error *err)
{
	const struct group *group;
	struct stat st;

	if ((why != EACCES && why != EPERM) || stat(path, &st))
		return img_fail_errno(err, why, "cannot open %s", path);
	names_prepare();
	group = getgrgid(st.st_gid);
	if (!group)
		return img_fail_errno(err, why, "cannot open %s, which belongs to group %lu", path,
				      (unsigned long)st.st_gid);
	return img_fail_errno(err, why, "no permission for %s, which belongs to group %s: sudo "
			      "usermod -aG %s $USER, and log in again", path, group->gr_name,
			      group->gr_name);
}
