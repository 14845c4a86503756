"""Frames of C, C++ and Cython code, as `py-spy --native` writes them: named, or known by their address alone.

A function without a symbol has its address for a name and its shared object for a file. One with a symbol has
for a file its source where debug information names it, else its shared object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from .profile import Frame, Sample, Stack

# Calls of the C library that return when something has happened, and do nothing until then. Those that may
# work as well as wait are none of them: `read`, `write` and `fsync` copy, too.
_WAITS = re.compile(
    r"epoll_p?wait2?|p?poll|p?select|sem_(?:timed|clock)?wait|sem_wait_slow\w*|lll_lock_wait\w*|futex_\w*wait\w*"
    r"|pthread_(?:cond_(?:timed|clock)?wait|barrier_wait|(?:timed|clock)?join(?:_np)?)"
    r"|(?:clock_)?nanosleep|u?sleep|pause|sigsuspend|sig(?:timed)?wait(?:info)?|wait(?:id|pid|[34])?|accept4?"
)
# Called by an event loop they take what is there.
_RECEIVES = {"recv", "recvfrom", "recvmsg", "recvmmsg"}
_LOOPS = ("asyncio", "trio", "tornado", "twisted", "gevent", "eventlet")
# What of the C library has no symbol and is called by these is the slow path of a lock.
_LOCKS = re.compile(r"acquire_lock|rlock_acquire|SimpleQueue_get")

_ADDRESS = re.compile(r"0x[0-9a-f]+")
_C_LIBRARY = re.compile(
    r"(?:^|/)(?:libc|libpthread|ld-musl)[-.][^/]*$|(?:^|/)(?:sysdeps|nptl|glibc[^/]*|musl[^/]*)/.*\.[chS]$"
)
_NATIVE = re.compile(
    r".*(?:\.so(?:\.[^/]*)?|\.[chS]|\.(?:cc|cpp|cxx|hpp|rs|dylib|dll|pyd)|/python[\d.]*\w?)|\[vdso\]|\?",
    re.DOTALL,
)


@lru_cache(maxsize=1 << 12)
def is_native(file: str) -> bool:
    """Whether it is a shared object, the interpreter itself, or the source of one."""
    return _NATIVE.fullmatch(file) is not None


def with_names(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The same samples without addresses; file names are still absolute.

    What has no symbol is charged to the function of the same shared object that called it. Called by anything
    else it is one frame, "libfoo.so (no symbol)".
    """
    stacks: dict[Stack, Stack] = {}
    named = []
    for sample in samples:
        if sample.stack not in stacks:
            stacks[sample.stack] = _named(sample.stack)
        named.append(replace(sample, stack=stacks[sample.stack]))
    return tuple(named)


def _named(stack: Stack) -> Stack:
    kept: list[Frame] = []
    called_by = None  # the object that a frame which was left out belongs to, or that the last kept one does
    for frame in stack:
        nameless = _ADDRESS.fullmatch(frame.function) is not None
        if not nameless or frame.file != called_by:
            kept.append(Frame(f"{_object(frame.file)} (no symbol)", frame.file, 0) if nameless else frame)
        called_by = frame.file
    while len(kept) > 1 and kept[0].function.endswith(" (no symbol)"):
        del kept[0]  # how the C library starts a thread
    return tuple(kept)


def _object(file: str) -> str:
    """Its name without the words of its platform: `_json.so` of `_json.cpython-313-x86_64-linux-gnu.so`."""
    if file in ("", "?"):
        return "machine code"
    return re.sub(r"\.(?:cpython-\d+|abi3)[^.]*(?=\.so$)", "", file.rpartition("/")[2])


def python_frame(stack: Stack) -> Frame:
    """The innermost that is not native; the innermost of all where there is none."""
    return next((frame for frame in reversed(stack) if not is_native(frame.file)), stack[-1])


def waits(stack: Stack) -> bool:
    """Whether the C library is in a call that does nothing but wait. To be asked of absolute file names."""
    inside = None  # the C library's caller
    names = []
    for frame in reversed(stack):
        if not _is_c_library(frame.file):
            inside = frame
            break
        names.append(_plain(frame.function))
    if not names:
        return False
    if any(_WAITS.fullmatch(name) for name in names):
        return True
    if any(name in _RECEIVES for name in names):
        return not any(_is_loop(frame.file) for frame in stack)
    nameless = all(name.endswith(" (no symbol)") for name in names)
    return nameless and inside is not None and _LOCKS.search(inside.function) is not None


def _plain(function: str) -> str:
    """`__GI___clock_nanosleep`, `__new_sem_wait` and `poll@@GLIBC_2.2.5` without what is put around them."""
    return re.sub(r"^_*(?:GI_|libc_|new_)?_*|@.*$", "", function)


@lru_cache(maxsize=1 << 12)
def _is_c_library(file: str) -> bool:
    return _C_LIBRARY.search(file) is not None


@lru_cache(maxsize=1 << 12)
def _is_loop(file: str) -> bool:
    return file.endswith(".py") and any(f"/{loop}/" in file for loop in _LOOPS)
