/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static pthread_once_t setup_once = PTHREAD_ONCE_INIT;
static struct fault setup_fault;

/* What libgcrypt asks the kernel first: when it cannot, we know why. */
static const char FIPS[] = "/proc/sys/crypto/fips_enabled";

static int check_fips(struct fault *f)
{
	CLOSE_FD int fd = open(FIPS, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT && errno != EACCES)
		return fault_set(f, -errno, "cannot prepare hashing: cannot open %s:", FIPS);
	return 0;
}

/* libgcrypt aborts where it cannot begin (no memory, no descriptor), having said why; it has no other way. */
static void end_by_error(int signal)
{
	(void)signal;
	dprintf(STDERR_FILENO, "%s: cannot prepare hashing: libgcrypt gave up\n",
		program_invocation_short_name);
	_exit(EXIT_FAILURE);
}

static void setup(void)
{
	if (check_fips(&setup_fault) < 0)
		return;
	struct sigaction ours = {.sa_handler = end_by_error}, before;
	sigaction(SIGABRT, &ours, &before);
	const char *version = gcry_check_version(GCRYPT_VERSION);
	sigaction(SIGABRT, &before, NULL);
	if (!version) {
		fault_set(&setup_fault, ERR_CONFIG,
			  "libgcrypt is older than the one that this was built "
			  "with, " GCRYPT_VERSION);
		return;
	}
	/* Only public data is hashed; signing keys are wiped by their owner. */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

int hash_setup(struct fault *f)
{
	pthread_once(&setup_once, setup);
	if (setup_fault.code && f)
		*f = setup_fault;
	return setup_fault.code;
}

int sha256_init(struct sha256 *h)
{
	gcry_md_hd_t md;
	h->handle = NULL;
	int r = hash_setup(NULL);
	if (r < 0)
		return r;
	if (gcry_md_open(&md, GCRY_MD_SHA256, 0))
		return -ENOMEM;
	h->handle = md;
	return 0;
}

void sha256_update(struct sha256 *h, const void *bytes, size_t n)
{
	gcry_md_write(h->handle, bytes, n);
}

void sha256_final(struct sha256 *h, struct digest *ret)
{
	memcpy(ret->b, gcry_md_read(h->handle, GCRY_MD_SHA256), DIGEST_LEN);
	sha256_release(h);
}

void sha256_release(struct sha256 *h)
{
	gcry_md_close(h->handle);
	h->handle = NULL;
}

void sha256_view(struct view v, struct digest *ret)
{
	hash_setup(NULL);
	gcry_md_hash_buffer(GCRY_MD_SHA256, ret->b, v.len ? v.ptr : "", v.len);
}

int sha256_file(const char *path, struct digest *ret, unsigned long long *ret_size,
		struct fault *f)
{
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fault_set(f, -errno, "cannot open %s:", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, ERR_UNSAFE, "%s is not a regular file", path);
	struct sha256 h;
	int r = sha256_init(&h);
	if (r < 0)
		return fault_set(f, r, "cannot hash %s:", path);
	static const size_t block = 256 * 1024;
	FREE_PTR char *bytes = malloc(block);
	unsigned long long size = 0;
	ssize_t n = bytes ? 0 : -1;
	while (bytes && (n = read(fd, bytes, block)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		sha256_update(&h, bytes, (size_t)n);
		size += (size_t)n;
	}
	if (n < 0) {
		r = -errno;
		sha256_release(&h);
		return fault_set(f, r, "cannot read %s:", path);
	}
	sha256_final(&h, ret);
	if (ret_size)
		*ret_size = size;
	return 0;
}
