/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Folders that list in reverse, whatever the file system. A listing is read whole when a process
 * begins it (offset 0) and kept, last name first, in a ring of RING bytes; what the process gets as
 * its offset in the folder is the place of the next record in that ring, so seekdir, rewinddir and
 * duplicated descriptors work, and names removed or added meanwhile disturb nothing.
 *
 * Places go up for ever, in units of 8 bytes, and a record holds its own, so that an offset that a
 * process made up, or one of a listing that was overwritten since, is found out.
 */
enum { RING = 64 << 20, RAW = 64 << 20, NAMES = 4 << 20, UNIT = 8, OUT = 32 << 10 };

struct record {
	uint64_t place;
	uint64_t inode;
	unsigned char type;
	unsigned char len; /* bytes of name; 0 = end of the listing */
	char name[256];
};

struct sandbox_listing {
	char ring[RING];
	char slack[sizeof(struct record)]; /* a forged record may reach this far */
	char raw[RAW];                     /* a listing as the kernel gives it */
	uint32_t at[NAMES];                /* where in raw each name stands */
	uint64_t next;                     /* place of the next record, in units */
	int fd;     /* the folder of the last answer, with its place there moved; -1 = none */
	off_t back; /* where the place was before */
};

/* Formats of the two calls; getdents has longs of the ABI, and the type at the end. */
enum format { GETDENTS64, GETDENTS_X64, GETDENTS_I386 };

struct sandbox_listing *sandbox_listing_new(void)
{
	void *p = mmap(NULL, sizeof(struct sandbox_listing), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct sandbox_listing *l = p == MAP_FAILED ? NULL : p;
	if (l)
		l->fd = -1;
	return l;
}

static struct record *record_at(struct sandbox_listing *l, uint64_t place)
{
	return (void *)(l->ring + place * UNIT % RING);
}

/* Returns the units that a record with a name of LEN bytes occupies. */
static uint64_t units(size_t len)
{
	return (offsetof(struct record, name) + len + UNIT - 1) / UNIT;
}

static void add_record(struct sandbox_listing *l, const struct dirent64 *e)
{
	size_t len = e ? strlen(e->d_name) : 0;
	struct record *r = record_at(l, l->next);
	r->place = l->next;
	r->len = (unsigned char)len;
	if (e) {
		r->inode = e->d_ino;
		r->type = e->d_type;
		memcpy(r->name, e->d_name, len);
	}
	l->next += units(len);
}

/*
 * Takes the whole listing of folder FD, which stands at its beginning. Its first record's place goes
 * to RET. 0 or a negated errno.
 */
static int take(struct sandbox_listing *l, int fd, uint64_t *ret)
{
	size_t used = 0, names = 0, total = units(0);
	long n;
	do {
		n = syscall(SYS_getdents64, fd, l->raw + used, RAW - used, 0, 0, SANDBOX_OWN);
		used += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	/* EINVAL: the rest of RAW is too small for another name. */
	if (n < 0)
		return errno == EINVAL && used ? -ENOMEM : -errno;
	for (size_t at = 0; at < used; names++) {
		const struct dirent64 *e = (const void *)(l->raw + at);
		if (names == NAMES)
			return -ENOMEM;
		l->at[names] = (uint32_t)at;
		total += units(strlen(e->d_name));
		at += e->d_reclen;
	}
	if (total * UNIT > RING)
		return -ENOMEM;
	/* In one piece. */
	if (l->next * UNIT % RING + total * UNIT > RING)
		l->next += (RING - l->next * UNIT % RING) / UNIT;
	*ret = l->next;
	while (names-- > 0)
		add_record(l, (const void *)(l->raw + l->at[names]));
	add_record(l, NULL);
	return 0;
}

/* Puts R, after which record NEXT comes, in FORMAT at TO. Returns its length, 0 when over ROOM. */
static size_t put_record(const struct record *r, uint64_t next, enum format format, char *to,
			 size_t room)
{
	size_t word = format == GETDENTS_I386 ? 4 : 8;
	size_t head = 2 * word + 2 + (format == GETDENTS64);
	/* A NUL and, but for getdents64, the type come behind the name. */
	size_t len = head + r->len + 1 + (format != GETDENTS64);
	len = (len + word - 1) & ~(word - 1);
	if (format == GETDENTS64)
		len = (head + r->len + 1 + 7) & ~(size_t)7;
	if (len > room)
		return 0;
	uint64_t offset = next + 1;
	uint16_t reclen = (uint16_t)len;
	memset(to, 0, len);
	memcpy(to, &r->inode, word);
	memcpy(to + word, &offset, word);
	memcpy(to + 2 * word, &reclen, 2);
	memcpy(to + head, r->name, r->len);
	to[format == GETDENTS64 ? head - 1 : len - 1] = (char)r->type;
	return len;
}

/* Makes a descriptor of ours of the process's FD. Returns it or a negated errno. */
static int borrow(const struct question *q, int fd)
{
	char path[32], text[512];
	int pidfd = (int)syscall(SYS_pidfd_open, q->pid, 0);
	if (pidfd < 0) {
		/* A thread that is not its process's first. */
		snprintf(path, sizeof path, "%d/status", q->pid);
		const char *at = sandbox_watch_read(q->proc, path, text, sizeof text)
				     ? strstr(text, "\nTgid:")
				     : NULL;
		pidfd = at ? (int)syscall(SYS_pidfd_open, atoi(at + 6), 0) : -1;
	}
	int got = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	got = got < 0 ? -errno : got;
	if (pidfd >= 0)
		close(pidfd);
	return got;
}

/* Gives the listing of FD, from where it stands, to the process. */
static struct answer give(struct sandbox_listing *l, const struct question *q, int fd,
			  enum format format)
{
	static char out[OUT];
	size_t room = q->args[2] & 0xffffffff, used = 0;
	off_t offset = lseek(fd, 0, SEEK_CUR);
	uint64_t place = (uint64_t)offset - 1;
	room = room < OUT ? room : OUT;
	int e = offset < 0 ? -errno : offset == 0 ? take(l, fd, &place) : 0;
	if (e < 0)
		return (struct answer){.error = e};
	for (;;) {
		const struct record *r = record_at(l, place);
		if (r->place != place)
			return (struct answer){.error = -EIO};
		if (!r->len)
			break;
		size_t n =
		    put_record(r, place + units(r->len), format, out + used, room - used);
		if (n == 0 && used == 0)
			return (struct answer){.error = -EINVAL};
		if (n == 0)
			break;
		used += n;
		place += units(r->len);
	}
	if (!question_write(q, q->args[1], out, used))
		return (struct answer){.error = -EFAULT};
	if (lseek(fd, (off_t)place + 1, SEEK_SET) < 0)
		return (struct answer){.error = -EIO};
	return (struct answer){.value = (int64_t)used};
}

struct answer listing_answer(struct sandbox_listing *l, const struct question *q)
{
	enum format format = q->nr == (q->i386 ? 220 : SYS_getdents64) ? GETDENTS64
			     : q->i386                                 ? GETDENTS_I386
								       : GETDENTS_X64;
	int fd = borrow(q, (int)q->args[0]);
	if (fd < 0)
		return (struct answer){.error = fd};
	l->fd = fd;
	l->back = lseek(fd, 0, SEEK_CUR);
	return give(l, q, fd, format);
}

void listing_settle(struct sandbox_listing *l, bool sent)
{
	if (l->fd < 0)
		return;
	if (!sent)
		lseek(l->fd, l->back, SEEK_SET);
	close(l->fd);
	l->fd = -1;
}
