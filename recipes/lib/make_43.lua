-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU make 4.3 without its configure script, which Debian's source does not have: where the source is, the
-- config.h that stands for what configure finds on musl, and the files to compile.
local config = [[
#define _GNU_SOURCE 1
#define _FILE_OFFSET_BITS 64
#define PACKAGE "make"
#define PACKAGE_NAME "GNU make"
#define PACKAGE_VERSION "4.3"
#define PACKAGE_BUGREPORT ""
#define PACKAGE_URL ""
#define VERSION "4.3"
#define MAKE_HOST "i686-pc-linux-musl"
#define PATH_SEPARATOR_CHAR ':'
#define SCCS_GET "get"
#define LOCALEDIR ""
#define FILE_TIMESTAMP_HI_RES 1
#define GETLOADAVG_PRIVILEGED 0
#define HAVE_ALLOCA 1
#define HAVE_ALLOCA_H 1
#define HAVE_ATEXIT 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_DECL_BSD_SIGNAL 0
#define HAVE_DECL_DLERROR 0
#define HAVE_DECL_DLOPEN 0
#define HAVE_DECL_DLSYM 0
#define HAVE_DECL_SYS_SIGLIST 0
#define HAVE_DECL__SYS_SIGLIST 0
#define HAVE_DECL___SYS_SIGLIST 0
#define HAVE_DIRENT_H 1
#define HAVE_DUP 1
#define HAVE_DUP2 1
#define HAVE_FCNTL_H 1
#define HAVE_FDOPEN 1
#define HAVE_FILENO 1
#define HAVE_FORK 1
#define HAVE_GETCWD 1
#define HAVE_GETRLIMIT 1
#define HAVE_GETTIMEOFDAY 1
#define HAVE_INTTYPES_H 1
#define HAVE_ISATTY 1
#define HAVE_LIMITS_H 1
#define HAVE_LOCALE_H 1
#define HAVE_LSTAT 1
#define HAVE_MEMORY_H 1
#define HAVE_MEMRCHR 1
#define HAVE_MKSTEMP 1
#define HAVE_MKTEMP 1
#define HAVE_PIPE 1
#define HAVE_PSELECT 1
#define HAVE_READLINK 1
#define HAVE_REALPATH 1
#define HAVE_SA_RESTART 1
#define HAVE_SETEGID 1
#define HAVE_SETEUID 1
#define HAVE_SETLINEBUF 1
#define HAVE_SETREGID 1
#define HAVE_SETREUID 1
#define HAVE_SETRLIMIT 1
#define HAVE_SETVBUF 1
#define HAVE_SIGACTION 1
#define HAVE_SIGSETMASK 0
#define HAVE_STDINT_H 1
#define HAVE_STDLIB_H 1
#define HAVE_STPCPY 1
#define HAVE_STRCASECMP 1
#define HAVE_STRCOLL 1
#define HAVE_STRDUP 1
#define HAVE_STRERROR 1
#define HAVE_STRINGS_H 1
#define HAVE_STRING_H 1
#define HAVE_STRNCASECMP 1
#define HAVE_STRNDUP 1
#define HAVE_STRSIGNAL 1
#define HAVE_SYS_PARAM_H 1
#define HAVE_SYS_RESOURCE_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_WAIT_H 1
#define HAVE_TTYNAME 1
#define HAVE_UMASK 1
#define HAVE_UNISTD_H 1
#define HAVE_VFORK 1
#define HAVE_WAIT3 1
#define HAVE_WAITPID 1
#define MAKE_JOBSERVER 1
#define MAKE_SYMLINKS 1
#define ST_MTIM_NSEC st_mtim.tv_nsec
#define HAVE_STRUCT_DIRENT_D_TYPE 1
#define STDC_HEADERS 1
#define TIME_WITH_SYS_TIME 1
#undef HAVE_SIGSETMASK
]]

return {
  from = "make-4.3",
  sources = { text("config.h", config) },
  files = [[
      src/ar.c src/arscan.c src/commands.c src/default.c src/dir.c src/expand.c src/file.c \
      src/function.c src/getopt.c src/getopt1.c src/guile.c src/hash.c src/implicit.c src/job.c \
      src/load.c src/loadapi.c src/main.c src/misc.c src/output.c src/posixos.c src/read.c \
      src/remake.c src/remote-stub.c src/rule.c src/signame.c src/strcache.c src/variable.c \
      src/version.c src/vpath.c lib/glob.c lib/fnmatch.c
]],
}
