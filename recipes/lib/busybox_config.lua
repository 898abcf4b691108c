-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- busybox 1.35.0:
--
--   fields   for recipes by lib "script" that build it with a fixed choice of options, without its program
--            for them: the source, and the options as busybox-config.c reads them
--   files(SUFFIX)   the files of C that these options need, with SUFFIX in the place of .c
--   kconfig(NAMES, SETTINGS)   text for its program for options: NAMES are switched on, each of SETTINGS is NAME=VALUE

local options = [[
BUSYBOX INCLUDE_SUSv2 LONG_OPTS LFS STATIC INSTALL_APPLET_SYMLINKS NO_DEBUG_LIB FEATURE_BUFFERS_USE_MALLOC
FEATURE_SEAMLESS_XZ FEATURE_SEAMLESS_BZ2 FEATURE_SEAMLESS_GZ AR FEATURE_AR_LONG_FILENAMES
FEATURE_AR_CREATE GUNZIP ZCAT BUNZIP2 BZCAT UNXZ XZCAT XZ BZIP2 FEATURE_BZIP2_DECOMPRESS CPIO
FEATURE_CPIO_O FEATURE_CPIO_P GZIP FEATURE_GZIP_LONG_OPTIONS FEATURE_GZIP_DECOMPRESS TAR
FEATURE_TAR_LONG_OPTIONS FEATURE_TAR_CREATE FEATURE_TAR_AUTODETECT FEATURE_TAR_FROM
FEATURE_TAR_OLDGNU_COMPATIBILITY FEATURE_TAR_GNU_EXTENSIONS FEATURE_TAR_TO_COMMAND
FEATURE_TAR_UNAME_GNAME FEATURE_TAR_NOPRESERVE_TIME FEATURE_PRESERVE_HARDLINKS
FEATURE_HUMAN_READABLE BASENAME CAT FEATURE_CATN FEATURE_CATV CHGRP CHMOD CHOWN
FEATURE_CHOWN_LONG_OPTIONS CKSUM COMM CP FEATURE_CP_LONG_OPTIONS FEATURE_CP_REFLINK CUT
FEATURE_CUT_REGEX DATE FEATURE_DATE_ISOFMT FEATURE_DATE_COMPAT DD FEATURE_DD_SIGNAL_HANDLING
FEATURE_DD_IBS_OBS DF DIRNAME DU ECHO FEATURE_FANCY_ECHO ENV EXPAND UNEXPAND EXPR
EXPR_MATH_SUPPORT_64 FALSE FOLD HEAD FEATURE_FANCY_HEAD HOSTID ID GROUPS INSTALL
FEATURE_INSTALL_LONG_OPTIONS LINK LN LOGNAME LS FEATURE_LS_FILETYPES FEATURE_LS_FOLLOWLINKS
FEATURE_LS_RECURSIVE FEATURE_LS_SORTFILES FEATURE_LS_TIMESTAMPS FEATURE_LS_USERNAME MD5SUM SHA1SUM
SHA256SUM FEATURE_MD5_SHA1_SUM_CHECK MKDIR MKFIFO MKTEMP MV NICE NL NOHUP NPROC OD PASTE PRINTENV
PRINTF PWD READLINK FEATURE_READLINK_FOLLOW REALPATH RM RMDIR SEQ SHRED SHUF SLEEP
FEATURE_FANCY_SLEEP SORT FEATURE_SORT_BIG SPLIT FEATURE_SPLIT_FANCY STAT FEATURE_STAT_FORMAT STTY
SUM SYNC TAC TAIL FEATURE_FANCY_TAIL TEE FEATURE_TEE_USE_BLOCK_IO TEST TEST1 TEST2 FEATURE_TEST_64
TIMEOUT TOUCH FEATURE_TOUCH_SUSV3 TR FEATURE_TR_CLASSES FEATURE_TR_EQUIV TRUE TRUNCATE TTY UNAME
UNIQ UNLINK USLEEP WC WHOAMI YES WHICH AWK FEATURE_AWK_LIBM FEATURE_AWK_GNU_EXTENSIONS CMP DIFF
FEATURE_DIFF_LONG_OPTIONS FEATURE_DIFF_DIR ED PATCH SED FEATURE_ALLOW_EXEC FIND FEATURE_FIND_PRINT0
FEATURE_FIND_MTIME FEATURE_FIND_MMIN FEATURE_FIND_PERM FEATURE_FIND_TYPE FEATURE_FIND_EXECUTABLE
FEATURE_FIND_XDEV FEATURE_FIND_MAXDEPTH FEATURE_FIND_NEWER FEATURE_FIND_INUM FEATURE_FIND_SAMEFILE
FEATURE_FIND_EXEC FEATURE_FIND_EXEC_PLUS FEATURE_FIND_USER FEATURE_FIND_GROUP FEATURE_FIND_NOT
FEATURE_FIND_DEPTH FEATURE_FIND_PAREN FEATURE_FIND_SIZE FEATURE_FIND_PRUNE FEATURE_FIND_QUIT
FEATURE_FIND_DELETE FEATURE_FIND_EMPTY FEATURE_FIND_PATH FEATURE_FIND_REGEX FEATURE_FIND_LINKS GREP
EGREP FGREP FEATURE_GREP_CONTEXT XARGS FEATURE_XARGS_SUPPORT_CONFIRMATION
FEATURE_XARGS_SUPPORT_QUOTES FEATURE_XARGS_SUPPORT_TERMOPT FEATURE_XARGS_SUPPORT_ZERO_TERM
FEATURE_XARGS_SUPPORT_REPL_STR FEATURE_XARGS_SUPPORT_PARALLEL FEATURE_XARGS_SUPPORT_ARGS_FILE GETOPT
FEATURE_GETOPT_LONG HEXDUMP XXD REV BC DC FEATURE_DC_BIG STRINGS TIME KILL SH_IS_NONE BASH_IS_NONE

]]

local values = {
  'PID_FILE_PATH=""', 'BUSYBOX_EXEC_PATH="/proc/self/exe"', 'CROSS_COMPILER_PREFIX=""',
  'SYSROOT=""', 'EXTRA_CFLAGS=""', 'EXTRA_LDFLAGS=""', 'EXTRA_LDLIBS=""', 'PREFIX="./_install"',
  'PASSWORD_MINLEN=6', 'MD5_SMALL=1', 'SHA3_SMALL=1', 'FEATURE_COPYBUF_KB=4',
  'FEATURE_EDITING_MAX_LEN=0', 'FEATURE_EDITING_HISTORY=0', 'SUBST_WCHAR=0',
  'LAST_SUPPORTED_WCHAR=0', 'BZIP2_SMALL=0', 'GZIP_FAST=0', 'UNAME_OSNAME=""',
  'DEFAULT_SETFONT_DIR=""', 'FEATURE_VI_MAX_LEN=0', 'FEATURE_VI_UNDO_QUEUE_MAX=0',
  'TELINIT_PATH=""', 'FEATURE_KILL_DELAY=0', 'INIT_TERMINAL_TYPE=""', 'LAST_ID=0',
  'FIRST_SYSTEM_ID=0', 'LAST_SYSTEM_ID=0', 'FEATURE_DEFAULT_PASSWD_ALGO=""',
  'DEFAULT_MODULES_DIR=""', 'DEFAULT_DEPMOD_FILE=""', 'FEATURE_BEEP_FREQ=0',
  'FEATURE_BEEP_LENGTH_MS=0', 'FEATURE_CROND_DIR=""', 'FEATURE_LESS_MAXLINES=0',
  'FEATURE_HTTPD_PORT_DEFAULT=0', 'IFUPDOWN_IFSTATE_PATH=""', 'FEATURE_IP_ROUTE_DIR=""',
  'FEATURE_TELNETD_PORT_DEFAULT=0', 'DHCPD_LEASES_FILE=""', 'UDHCPC_DEFAULT_SCRIPT=""',
  'UDHCPC_DEFAULT_INTERFACE=""', 'UDHCP_DEBUG=0', 'UDHCPC_SLACK_FOR_BUGGY_SERVERS=0',
  'IFUPDOWN_UDHCPC_CMD_OPTIONS=""', 'FEATURE_MIME_CHARSET=""', 'SV_DEFAULT_SERVICE_DIR=""',
  'FEATURE_SYSLOGD_READ_BUFFER_SIZE=0', 'FEATURE_IPC_SYSLOG_BUFFER_SIZE=0',
}

local folders = {
  ["archival"] = [[
    ar bbunzip bzip2 chksum_and_xwrite_tar_header cpio gzip tar
]],
  ["archival/libarchive"] = [[
    common data_align data_extract_all data_extract_to_command data_extract_to_stdout data_skip
    decompress_bunzip2 decompress_gunzip decompress_unxz filter_accept_all filter_accept_list
    filter_accept_reject_list find_list_entry get_header_ar get_header_cpio get_header_tar
    header_list header_skip header_verbose_list init_handle open_transformer seek_by_jump
    seek_by_read unpack_ar_archive unsafe_prefix unsafe_symlink_target
]],
  ["coreutils"] = [[
    basename cat chgrp chmod chown cksum comm cp cut date dd df dirname du echo env expand expr
    false fold head hostid id install link ln logname ls md5_sha1_sum mkdir mkfifo mktemp
    mv nice nl nohup nproc od paste printenv printf pwd readlink realpath rm rmdir seq shred shuf
    sleep sort split stat stty sum sync tac tail tee test test_ptr_hack timeout touch tr true
    truncate tty uname uniq unlink usleep wc whoami yes
]],
  ["coreutils/libcoreutils"] = [[
    cp_mv_stat getopt_mk_fifo_nod
]],
  ["debianutils"] = [[
    which
]],
  ["editors"] = [[
    awk cmp diff ed patch sed
]],
  ["findutils"] = [[
    find grep xargs
]],
  ["libbb"] = [[
    appletlib ask_confirmation auto_string bb_askpass bb_bswap_64 bb_cat bb_do_delay bb_getgroups
    bb_getsockname bb_pwd bb_qsort bb_strtonum change_identity chomp common_bufsiz
    compare_string_array concat_path_file concat_subpath_file const_hack copy_file copyfd crc32
    default_error_retval device_open dump duration endofname executable fclose_nonstdin
    fflush_stdout_and_exit fgets_str find_mount_point find_pid_by_name find_root_device full_write
    get_console get_last_path_component get_line_from_file get_shell_name get_volsize getopt32
    getopt_allopts getpty hash_md5_sha herror_msg human_readable inet_common inode_hash
    isdirectory isqrt iterate_on_dir kernel_version last_char_is lineedit lineedit_ptr_hack llist
    login make_directory makedev messages missing_syscalls mode_string nuke_str parse_config
    parse_mode percent_decode perror_msg perror_nomsg perror_nomsg_and_die pidfile platform
    print_flags print_numbered_lines printable printable_string process_escape_sequence procps
    progress ptr_to_globals read read_key read_printf recursive_action remove_file replace
    run_shell safe_gethostname safe_poll safe_strncpy safe_write securetty setup_environment
    signals simplify_path single_argv skip_whitespace speed_table str_tolower strrstr sysconf time
    trim u_signal_names ubi uuencode verror_msg vfork_daemon_rexec warn_ignoring_args wfopen
    wfopen_input write xatonum xconnect xfunc_die xfuncs xfuncs_printf xgetcwd xgethostbyname
    xreadlink xrealloc_vector xregcomp
]],
  ["libpwdgrp"] = [[
    uidgid_get
]],
  ["miscutils"] = [[
    bc strings time
]],
  ["procps"] = [[
    kill
]],
  ["util-linux"] = [[
    getopt hexdump hexdump_xxd rev
]],
}

local M = {}

M.fields = {
  from = "busybox-1.35.0",
  sources = {
    file "../30-tcc/busybox-config.c",
    text("options", table.concat(concat(words(options), values), "\n") .. "\n"),
  },
  dirs = { "bin" },
  dir = "busybox",
  -- Its options are written here, not chosen by its program.
  pregenerated = {},
  generated_unused = { "scripts/kconfig/*" },
}

function M.files(suffix)
  local list = {}
  for folder, names in pairs(folders) do
    for _, name in ipairs(words(names)) do
      list[#list + 1] = folder .. "/" .. name .. suffix
    end
  end
  table.sort(list)
  return list
end

function M.kconfig(names, settings)
  local lines = {}
  for _, name in ipairs(names) do
    lines[#lines + 1] = "CONFIG_" .. name .. "=y\n"
  end
  for _, setting in ipairs(settings) do
    lines[#lines + 1] = "CONFIG_" .. setting .. "\n"
  end
  return table.concat(lines)
end

return M
