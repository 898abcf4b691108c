/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/path.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

bool path_is_component(struct view name)
{
	if (name.len == 0 || view_is(name, ".") || view_is(name, ".."))
		return false;
	return !memchr(name.ptr, '/', name.len) && !memchr(name.ptr, '\0', name.len);
}

bool path_is_clean(struct view path)
{
	for (;;) {
		const char *slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
		size_t n = slash ? (size_t)(slash - path.ptr) : path.len;
		if (!path_is_component((struct view){path.ptr, n}))
			return false;
		if (!slash)
			return true;
		path.ptr += n + 1;
		path.len -= n + 1;
	}
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool path_is_name(struct view name)
{
	if (name.len == 0 || name.len > LIMIT_RECIPE_NAME || !is_alnum(name.ptr[0]))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_alnum(name.ptr[i]) && !(name.ptr[i] && strchr("+._-", name.ptr[i])))
			return false;
	return true;
}

char *path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);
	const char *slash = n && dir[n - 1] == '/' ? "" : "/";
	char *p = NULL;
	if (asprintf(&p, "%s%s%s", dir, slash, name) < 0)
		return NULL;
	return p;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

bool path_is_under(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n == 1 && dir[0] == '/')
		return path[0] == '/';
	return strncmp(path, dir, n) == 0 && (path[n] == '\0' || path[n] == '/');
}
