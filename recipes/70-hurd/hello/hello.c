/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A task for a bare GNU Mach: no C library, no server, all by stubs that MIG made. It says hello on the
 * kernel's console, has the kernel allocate, copy and free memory, and reboots the machine. The kernel
 * gives it two ports, by their numbers:
 *
 *   hello ${host-port} ${device-port}
 */
#include <stddef.h>

#include <mach/mig_support.h>

#include "device.h"
#include "mach.h"
#include "mach_host.h"
#include "traps.h"

enum { PAGE = 4096, WRITE = 2 };

static mach_port_t console;

static void say(const char *text)
{
	int n = 0, written = 0;
	while (text[n])
		n++;
	device_write_inband(console, 0, 0, text, (mach_msg_type_number_t)n, &written);
}

/* Says NAME and whether it went well. Returns whether it did. */
static int check(const char *name, int ok)
{
	say(ok ? "ok - " : "not ok - ");
	say(name);
	say("\r\n");
	return ok;
}

static unsigned number(const char *text)
{
	unsigned n = 0;
	while (text && *text >= '0' && *text <= '9')
		n = n * 10 + (unsigned)(*text++ - '0');
	return n;
}

/* Memory: allocated by the kernel it is zero; a copy of it by the kernel has what was written. */
static int memory(void)
{
	vm_address_t at = 0;
	vm_offset_t copy = 0;
	mach_msg_type_number_t n = 0;
	mach_port_t self = mach_task_self();
	if (vm_allocate(self, &at, 2 * PAGE, 1) != KERN_SUCCESS)
		return check("vm_allocate", 0);
	char *p = (char *)at;
	int ok = check("memory of the kernel is zero", p[0] == 0 && p[2 * PAGE - 1] == 0);
	for (int i = 0; i < 2 * PAGE; i++)
		p[i] = (char)(i * 7);
	kern_return_t r = vm_read(self, at, 2 * PAGE, &copy, &n);
	const char *q = (const char *)copy;
	int same = r == KERN_SUCCESS && n == 2 * PAGE;
	for (int i = 0; same && i < 2 * PAGE; i++)
		same = q[i] == p[i];
	ok &= check("vm_read copies it, out of line", same);
	return ok & check("vm_deallocate", vm_deallocate(self, at, 2 * PAGE) == KERN_SUCCESS);
}

/* A message from this task to itself. */
static int message(void)
{
	struct {
		mach_msg_header_t head;
		mach_msg_type_t type;
		int body;
	} m = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0),
			.msgh_size = sizeof m,
			.msgh_id = 4711},
	       .type = {.msgt_name = MACH_MSG_TYPE_INTEGER_32,
			.msgt_size = 32,
			.msgt_number = 1,
			.msgt_inline = TRUE},
	       .body = 1234567};
	mach_port_t port = mach_reply_port();
	m.head.msgh_remote_port = port;
	int sent = mach_msg(&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL, 0,
			    MACH_PORT_NULL) == MACH_MSG_SUCCESS;
	m.body = 0;
	int came = sent && mach_msg(&m.head, MACH_RCV_MSG, 0, sizeof m, port, 0,
				    MACH_PORT_NULL) == MACH_MSG_SUCCESS;
	return check("a message comes as it was sent",
		     came && m.head.msgh_id == 4711 && m.body == 1234567);
}

void hello(long *stack)
{
	char **argv = (char **)(stack + 1);
	mach_port_t host_priv = number(stack[0] > 1 ? argv[1] : NULL);
	mach_port_t devices = number(stack[0] > 2 ? argv[2] : NULL);
	static char console_name[128] = "console";
	static char version[512];
	if (device_open(devices, WRITE, console_name, &console) != KERN_SUCCESS)
		for (;;)
			; /* nowhere to say so: the test's time ends */
	say("hello from i586-pc-gnu\r\n");
	int ok = check("the kernel tells its version",
		       host_kernel_version(mach_host_self(), version) == KERN_SUCCESS &&
			   version[0] == 'G' && version[3] == ' ');
	say("# ");
	say(version);
	say("\r\n");
	ok &= memory();
	ok &= message();
	say(ok ? "hello: all is well\r\n" : "hello: something failed\r\n");
	host_reboot(host_priv, 0);
	for (;;)
		;
}
