/* SPDX-License-Identifier: GPL-3.0-or-later */
/* debian: URIs over a fake apt, which comes first in PATH: what it says is what is used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "source/debian.h"
#include "source/debian_sources.h"
#include "source/source.h"

static char folder[64];

/* Makes NAME a program that does SCRIPT; NULL: there is none. */
static void fake(const char *name, const char *script)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
	if (!script)
		return;
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", script);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
}

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/boot-hurd-apt.XXXXXX");
	return mkdtemp(folder) && setenv("PATH", folder, 1) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	fake("apt-get", NULL);
	fake("apt-config", NULL);
	return rmdir(folder);
}

static void expect_urls(const char *const *want)
{
	char **urls = NULL;
	struct fault f = FAULT_INIT;
	assert_int_equal(source_debian_urls("h/hello/hello_1.orig.tar.gz", &urls, &f), 0);
	size_t n = 0;
	for (; want[n]; n++) {
		assert_string_equal(urls[n], want[n]);
		free(urls[n]);
	}
	assert_null(urls[n]);
	free(urls);
}

static void expect_fault(const char *what)
{
	char **urls = NULL;
	struct fault f = FAULT_INIT;
	assert_int_equal(source_debian_urls("h/hello/hello_1.orig.tar.gz", &urls, &f),
			 ERR_CONFIG);
	assert_non_null(strstr(f.what, what));
	assert_null(urls);
}

static void archives_once_in_order(void **state)
{
	(void)state;
	static const char *const want[] = {
	    "http://b.example/debian/pool/main/h/hello/hello_1.orig.tar.gz",
	    "https://a.example/pool/main/h/hello/hello_1.orig.tar.gz",
	    "file:///srv/pool/main/h/hello/hello_1.orig.tar.gz", NULL};
	fake("apt-get", "echo http://b.example/debian/\necho https://a.example\n"
			"echo http://b.example/debian/\necho cdrom:[disc]/\n"
			"echo mirror+file:/etc/list\necho file:///srv/");
	expect_urls(want);
}

/* Without lists: what `apt-get update` would ask. */
static void before_the_first_update(void **state)
{
	(void)state;
	static const char *const want[] = {
	    "http://a.example/debian/pool/main/h/hello/hello_1.orig.tar.gz", NULL};
	fake("apt-get", "[ \"$1\" = update ] || exit 0\n"
			"echo \"'http://a.example/debian/dists/x/InRelease' x_InRelease 0\"\n"
			"echo \"nonsense\"\n"
			"echo \"'http://a.example/debian/dists/y/InRelease' y_InRelease 0\"");
	expect_urls(want);
}

static void no_archive(void **state)
{
	(void)state;
	fake("apt-get", "exit 0");
	expect_fault("apt's configuration names no archive");
}

/* What could not be asked is not an empty answer. */
static void no_apt(void **state)
{
	(void)state;
	fake("apt-get", NULL);
	expect_fault("cannot ask apt-get");
	fake("apt-get", "exit 100");
	expect_fault("apt-get");
}

static void bad_path(void **state)
{
	(void)state;
	char **urls = NULL;
	struct fault f = FAULT_INIT;
	assert_int_equal(source_debian_urls("../x", &urls, &f), ERR_SYNTAX);
}

static void expect_proxy(const char *url, const char *want)
{
	char *proxy = NULL;
	assert_int_equal(debian_proxy(url, &proxy), 0);
	if (want)
		assert_string_equal(proxy, want);
	else
		assert_null(proxy);
	free(proxy);
}

static void proxies(void **state)
{
	(void)state;
	char *proxy = NULL;
	fake("apt-config", "echo 'Acquire::http::Proxy http://p:1/'\n"
			   "echo 'Acquire::http::Proxy::near.example DIRECT'\n"
			   "echo 'Acquire::https::Proxy http://s:2/'");
	expect_proxy("http://a.example/x", "http://p:1/");
	expect_proxy("https://a.example/x", "http://s:2/");
	expect_proxy("http://near.example:80/x", "");
	fake("apt-config", "echo 'Acquire::http::Proxy http://p:1/'");
	expect_proxy("https://a.example/x", "http://p:1/");
	fake("apt-config", "exit 0");
	expect_proxy("http://a.example/x", NULL);
	fake("apt-config", NULL);
	assert_true(debian_proxy("http://a.example/x", &proxy) < 0);
	assert_null(proxy);
}

static void expect_pin(const char *list, bool listed, bool other, const char *version)
{
	struct debian_pin pin = {.path = "h/hello/hello_1.orig.tar.gz"};
	struct fault f = FAULT_INIT;
	memset(pin.sha256, 'a', DIGEST_HEX);
	assert_int_equal(debian_sources_scan(view_of(list), &pin, 1, &f), 0);
	assert_int_equal(pin.listed, listed);
	assert_int_equal(pin.other, other);
	assert_int_equal(pin.versions.n, version != NULL);
	if (version)
		assert_string_equal(pin.versions.items[0], version);
	strlist_release(&pin.versions);
}

#define A16  "aaaaaaaaaaaaaaaa"
#define B16  "bbbbbbbbbbbbbbbb"
#define A64  A16 A16 A16 A16
#define B64  B16 B16 B16 B16
#define HEAD "Package: hello\nVersion: 1-2\nDirectory: pool/main/h/hello\nChecksums-Sha256:\n "

static void lists_of_sources(void **state)
{
	(void)state;
	static const char *const bad[] = {"Rubbish\n", "Package: x\nno field\n", "\n\n:\nx"};
	expect_pin("", false, false, NULL);
	expect_pin(HEAD A64 " 7 hello_1.orig.tar.gz\n", true, false, "1-2");
	/* without its last line's end; in the archive of security fixes; the folder behind the sums */
	expect_pin(HEAD A64 " 7 hello_1.orig.tar.gz", true, false, "1-2");
	expect_pin("Checksums-Sha256:\n " A64 " 7 hello_1.orig.tar.gz\nVersion: 3\n"
		   "Directory: pool/updates/main/h/hello\n\n",
		   true, false, "3");
	/* of the same name with other bytes; the same bytes by another name, or in another folder, or as MD5 */
	expect_pin(HEAD B64 " 7 hello_1.orig.tar.gz\n", false, true, "1-2");
	expect_pin(HEAD A64 " 7 hello_2.orig.tar.gz\n", false, false, "1-2");
	expect_pin("Directory: pool/main/h/hell\nVersion: 1\nChecksums-Sha256:\n " A64
		   " 7 hello_1.orig.tar.gz\n",
		   false, false, NULL);
	expect_pin("Directory: pool/main/h/hello\nVersion: 1\nFiles:\n " A64
		   " 7 hello_1.orig.tar.gz\n",
		   false, false, "1");
	/* the sums of one paragraph are not those of the next; two versions: the first is looked at, both count */
	expect_pin("Checksums-Sha256:\n " A64 " 7 hello_1.orig.tar.gz\n\nVersion: 4\n"
		   "Directory: pool/main/h/hello\n\n",
		   false, false, "4");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fault f = FAULT_INIT;
		assert_int_equal(debian_sources_scan(view_of(bad[i]), NULL, 0, &f), ERR_SYNTAX);
		assert_non_null(strstr(f.what, "is none of a list of sources"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(archives_once_in_order),
	    cmocka_unit_test(before_the_first_update),
	    cmocka_unit_test(no_archive),
	    cmocka_unit_test(no_apt),
	    cmocka_unit_test(bad_path),
	    cmocka_unit_test(proxies),
	    cmocka_unit_test(lists_of_sources),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
