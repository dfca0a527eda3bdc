"""Lists the system calls that student code may make, and compiles the list to a seccomp filter.

The filter lists allowed calls. A call that is not listed gets ENOSYS, the answer of a Linux that does not know it.
Libraries then fall back to an older call. Calls that Linux adds later are refused without a change here. Calls that are
refused on purpose get EPERM, so that an error message names the reason.

A filter sees numbers, never memory. clone3 and openat2 keep their flags in memory, so they are not allowed.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import tempfile

# Calls that Python, NumPy, JAX, subprocess, multiprocessing, threads, SQLite and a compiler need. Names that this
# processor does not have are skipped.
ALLOWED = (
    # files: every writable folder is a file system of bounded size (limits.WRITABLE)
    "open openat creat close close_range read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 "
    "lseek _llseek dup dup2 dup3 pipe pipe2 stat lstat fstat newfstatat statx statfs fstatfs access faccessat "
    "faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename "
    "renameat renameat2 link linkat symlink symlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown "
    "lchown fchownat umask utime utimes futimesat utimensat truncate ftruncate fallocate fsync fdatasync sendfile "
    "copy_file_range flock getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr "
    # memory, which Limits and the watch bound
    "munmap mprotect mremap madvise brk msync mincore mlock mlock2 munlock membarrier rseq "
    # processes and threads; libzmq needs to set its threads' scheduling, and Limits allows no better priority
    "fork vfork execve execveat exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list futex "
    "getpid getppid gettid getpgid setpgid getpgrp getsid setsid prctl arch_prctl getrlimit setrlimit prlimit64 "
    "getrusage times sched_yield sched_getaffinity sched_getparam sched_setparam sched_getscheduler "
    "sched_setscheduler sched_getattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu "
    "getpriority setpriority ioprio_get pidfd_open "
    # user ids: they change nothing without a capability, and only setpriv, which runs inside first, has some
    "getuid geteuid getgid getegid getgroups getresuid getresgid setuid setgid setreuid setregid setresuid setresgid "
    "setgroups setfsuid setfsgid capget capset "
    # signals and timers
    "kill tkill tgkill pidfd_send_signal rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend "
    "rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo sigaltstack restart_syscall pause alarm getitimer setitimer "
    "timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime "
    "timerfd_gettime signalfd signalfd4 nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time "
    # waiting and sockets (SOCKETS lists the kinds)
    "select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd "
    "eventfd2 bind connect listen accept accept4 getsockname getpeername sendto recvfrom sendmsg recvmsg sendmmsg "
    "recvmmsg shutdown setsockopt getsockopt "
    # the machine
    "uname sysinfo getrandom "
)
# Calls that create namespaces or mounts, reach other processes, use kernel keys or rarely tested code; memfd_create and
# shmget, whose memory no limit counts; calls that take other cores; and those that slow down others on the same disk or
# with the same user id (sync, inotify).
REFUSED = (
    "unshare setns mount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick "
    "ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise "
    "keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl "
    "name_to_handle_at open_by_handle_at personality syslog lookup_dcookie settimeofday clock_settime clock_adjtime "
    "adjtimex sethostname setdomainname iopl ioperm modify_ldt vhangup nfsservctl fanotify_init "
    "memfd_create memfd_secret shmget msgget semget mq_open "
    "sched_setaffinity sched_setattr ioprio_set "
    "sync syncfs sync_file_range inotify_init inotify_init1 seccomp "
)
UNSUPPORTED = "setxattr lsetxattr fsetxattr"  # their memory is counted by no limit; cp -p accepts this answer
NAMESPACES = 0x7E020000 | 0x00000080  # all flags of clone(2) that make a namespace
HUGE_PAGES = 0x40000  # MAP_HUGETLB of mmap(2): RssAnon does not count huge pages
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16  # <sys/socket.h>
IP, TCP, UDP, ROUTE = 0, 6, 17, 0  # protocols; glibc lists interfaces with AF_NETLINK's ROUTE
SOCKETS = {AF_UNIX: (0,), AF_INET: (IP, TCP, UDP), AF_INET6: (IP, TCP, UDP), AF_NETLINK: (ROUTE,)}
# Allowed commands of fcntl(2): F_DUPFD to F_SETLKW, locks of an open file, F_DUPFD_CLOEXEC, F_GETPIPE_SZ. Others are
# F_SETLEASE (the owner of a file makes everybody else wait 45 seconds for it), F_NOTIFY, F_SETOWN and F_SETPIPE_SZ.
# A list of refused commands could be evaded, because Linux ignores the upper half of the number and filters do not.
FCNTL = (*range(8), 36, 37, 38, 1030, 1032)
# Allowed requests of ioctl(2): <asm-generic/ioctls.h>, <linux/sockios.h>. TIOCSTI, which types for others, is missing.
IOCTL = (
    *(0x5401, 0x5402, 0x5403, 0x5404, 0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D),  # TCGETS to TCSETSF2
    *(0x5409, 0x540A, 0x540B, 0x5425, 0x540E, 0x540F, 0x5410, 0x5411, 0x5413, 0x5414, 0x5422, 0x5429),  # of a terminal
    *(0x40045431, 0x80045430, 0x5441),  # TIOCSPTLCK, TIOCGPTN, TIOCGPTPEER: a new terminal
    *(0x541B, 0x5421, 0x5450, 0x5451),  # FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
    *(0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891B, 0x8921, 0x8927, 0x8933),  # SIOCGIF…: list interfaces
)


@functools.cache
def seccomp_filter() -> bytes:
    """Return the compiled filter. Raises ImportError, OSError, RuntimeError or AttributeError without libseccomp."""
    import pyseccomp  # loads libseccomp, which only Linux has

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))

    def allow(name: str, *numbers: tuple[int, int]) -> None:
        """Allow a call. With `numbers`, pairs of an argument's place and value, allow only these arguments."""
        with contextlib.suppress(OSError, ValueError):  # unknown to this processor or this libseccomp
            rules.add_rule(pyseccomp.ALLOW, name, *(pyseccomp.Arg(at, pyseccomp.EQ, number) for at, number in numbers))

    for name in ALLOWED.split():
        allow(name)
    for names, answer in ((REFUSED, errno.EPERM), (UNSUPPORTED, errno.ENOTSUP)):
        for name in names.split():
            with contextlib.suppress(OSError, ValueError):
                rules.add_rule(pyseccomp.ERRNO(answer), name)
    rules.add_rule(pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, NAMESPACES, 0))
    rules.add_rule(pyseccomp.ALLOW, "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, HUGE_PAGES, 0))
    for family, protocols in SOCKETS.items():
        for protocol in protocols:
            allow("socket", (0, family), (2, protocol))
    allow("socketpair", (0, AF_UNIX))
    for command in FCNTL:
        allow("fcntl", (1, command))
    for request in IOCTL:
        allow("ioctl", (1, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
