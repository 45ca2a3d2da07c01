"""Walls round the child process: limits, no network, no files but its own, no new processes.

Every wall is asked of the kernel and may be missing there (old kernel, container without the
right); `enter` says which ones hold, so that `doctor` can tell. The resource limits always hold.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nightmarket.infra.media.job import Limits

AUTOGROUP = Path("/proc/self/autogroup")
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
CLONE_THREAD = 0x00010000

# landlock(7). The numbers of the three calls are the same on every architecture.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_PATH_BENEATH = 1
LANDLOCK_READ_FILE, LANDLOCK_READ_FOLDER = 1 << 2, 1 << 3
LANDLOCK_FS_BY_ABI = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
LANDLOCK_NET_FROM_ABI, LANDLOCK_NET = 4, 0b11
LANDLOCK_SCOPE_FROM_ABI, LANDLOCK_SCOPE = 6, 0b11

# seccomp(2): (audit architecture, number of the call, clone, clone3, refused calls).
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
REFUSED_X86_64 = {
    "socket": 41, "connect": 42, "bind": 49, "socketpair": 53, "fork": 57, "vfork": 58,
    "execve": 59, "kill": 62, "ptrace": 101, "mount": 165, "keyctl": 250, "unshare": 272,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321,
    "execveat": 322, "io_uring_setup": 425, "pidfd_open": 434,
}  # fmt: skip
REFUSED_AARCH64 = {
    "mount": 40, "unshare": 97, "ptrace": 117, "kill": 129, "socket": 198, "socketpair": 199,
    "bind": 200, "connect": 203, "keyctl": 219, "execve": 221, "setns": 268,
    "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "execveat": 281,
    "io_uring_setup": 425, "pidfd_open": 434,
}  # fmt: skip
MACHINES = {
    "x86_64": (0xC000003E, 317, 56, REFUSED_X86_64),
    "aarch64": (0xC00000B7, 277, 220, REFUSED_AARCH64),
}
CLONE3 = 435
X32_BIT = 0x40000000
BPF_LOAD, BPF_JUMP_EQUAL, BPF_JUMP_ATLEAST, BPF_JUMP_SET, BPF_RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE, UNKNOWN_CALL = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def leave_network() -> bool:
    """Move into an empty network of its own; call before any thread starts. True when it holds."""
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    return bool(_libc.unshare(flags) == 0)


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends, however that happens."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def set_limits(limits: Limits) -> None:
    """Set the resource limits and the niceness of this process, for good."""
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes_max),
        (resource.RLIMIT_FSIZE, limits.output_bytes_max),
        (resource.RLIMIT_NOFILE, limits.open_files_max),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    # The soft limit ends the process with a signal of its own, by which the parent knows it.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s_max, limits.cpu_s_max + 2))
    os.nice(limits.nice)
    # Where the scheduler groups by session, niceness counts inside the group only, and this
    # process is a session of its own: the group has to be nice too (sched(7), "autogroup").
    with suppress(OSError):
        AUTOGROUP.write_text(str(limits.nice), encoding="ascii")


def enter(reads: Iterable[str], writes: Iterable[str]) -> tuple[str, ...]:
    """Shut the walls; return the names of those that hold. Call while there is one thread.

    Args:
        reads: files that may still be opened for reading.
        writes: folders in which everything is allowed.
    """
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return ()
    walls = {"landlock": _landlock(reads, writes), "seccomp": _seccomp()}
    return tuple(name for name, holds in walls.items() if holds)


def _landlock(reads: Iterable[str], writes: Iterable[str]) -> bool:
    abi = _libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    files = LANDLOCK_FS_BY_ABI[min(abi, max(LANDLOCK_FS_BY_ABI))]
    attributes = struct.pack(
        "QQQ",
        files,
        LANDLOCK_NET if abi >= LANDLOCK_NET_FROM_ABI else 0,
        LANDLOCK_SCOPE if abi >= LANDLOCK_SCOPE_FROM_ABI else 0,
    )
    known = 24 if abi >= LANDLOCK_SCOPE_FROM_ABI else 16 if abi >= LANDLOCK_NET_FROM_ABI else 8
    rules = _libc.syscall(LANDLOCK_CREATE, attributes, ctypes.c_size_t(known), 0)
    if rules < 0:
        return False
    is_open = all(
        _allow(rules, path, access)
        for paths, access in (
            (reads, LANDLOCK_READ_FILE),
            (writes, files),
            (_code_folders(), LANDLOCK_READ_FILE | LANDLOCK_READ_FOLDER),
        )
        for path in paths
    )
    is_shut = is_open and _libc.syscall(LANDLOCK_RESTRICT, rules, 0) == 0
    os.close(rules)
    return is_shut


def _code_folders() -> set[str]:
    """Python's own modules, some of which are imported at first use."""
    return {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}


def _allow(rules: int, path: str, access: int) -> bool:
    place = os.open(Path(path), os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access, place)
        return bool(_libc.syscall(LANDLOCK_ADD, rules, LANDLOCK_PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(place)


def _seccomp() -> bool:
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    architecture, seccomp, clone, refused = machine
    steps = [
        (BPF_LOAD, 0, 0, 4),
        (BPF_JUMP_EQUAL, 1, 0, architecture),
        (BPF_RETURN, 0, 0, KILL),
        (BPF_LOAD, 0, 0, 0),
        (BPF_JUMP_ATLEAST, 0, 1, X32_BIT),
        (BPF_RETURN, 0, 0, REFUSE),
    ]
    for number in refused.values():
        steps += [(BPF_JUMP_EQUAL, 0, 1, number), (BPF_RETURN, 0, 0, REFUSE)]
    # glibc falls back to clone(2), whose flags can be looked at: threads yes, processes no.
    steps += [(BPF_JUMP_EQUAL, 0, 1, CLONE3), (BPF_RETURN, 0, 0, UNKNOWN_CALL)]
    steps += [
        (BPF_JUMP_EQUAL, 1, 0, clone),
        (BPF_RETURN, 0, 0, ALLOW),
        (BPF_LOAD, 0, 0, 16),
        (BPF_JUMP_SET, 0, 1, CLONE_THREAD),
        (BPF_RETURN, 0, 0, ALLOW),
        (BPF_RETURN, 0, 0, REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    done = _libc.syscall(
        seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(program)
    )
    return bool(done == 0)
