"""The recorded disk: `tap.c` logs what a server does to its files; this module reads the log."""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("tap.c")
LINE = struct.Struct("<IBBHIIQQQQ")  # as `struct line` in tap.c
MARK = 0x50415445
WATCHED = ("data", "keys")  # folders of a state that cannot be rebuilt


@dataclass(frozen=True, slots=True)
class Line:
    """One logged operation.

    `what`: w write, t truncate, s sync begins, S sync has ended, o file opened, d folder opened, u
    unlinked, l linked, r renamed, A a response was received.
    """

    what: str
    pid: int
    inode: int
    offset: int
    size: int
    name: str
    bytes: bytes


class Tap:
    """Logs the file operations of servers that run in its environment."""

    def __init__(self, folder: Path, state: Path):
        self.library, self.log, self.state = folder / "tap.so", folder / "log", state.resolve()
        flags = ["-O2", "-shared", "-fPIC", "-o", str(self.library), str(SOURCE), "-ldl"]
        subprocess.run([compiler(), *flags], check=True, capture_output=True, text=True)
        self._file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @property
    def environment(self) -> dict[str, str]:
        below = ":".join(str(self.state / name) for name in WATCHED)
        return {"LD_PRELOAD": str(self.library), "TAP_BELOW": below, "TAP_LOG": str(self.log)}

    def answered(self, words: bytes) -> None:
        """Log that a response was received, after the operations it depends on."""
        head = LINE.pack(MARK, ord("A"), 0, 0, os.getpid(), len(words), 0, 0, 0, 0)
        os.write(self._file, head + words)

    def lines(self) -> Iterator[Line]:
        with self.log.open("rb") as file:
            while head := file.read(LINE.size):
                mark, what, _spare, name, pid, count, _at, inode, offset, size = LINE.unpack(head)
                if mark != MARK:
                    raise ValueError("The log of the recorded disk is damaged.")
                yield Line(
                    chr(what), pid, inode, offset, size, file.read(name).decode(), file.read(count)
                )


def compiler() -> str:
    """Return a C compiler, or exit with 2 and say how to install one."""
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        if name and (found := shutil.which(name)):
            return found
    print("This proof needs a C compiler. On Debian: apt install gcc libc6-dev. Then try again.")
    sys.exit(2)


def need_linux_and_sqlite() -> None:
    """Exit with 2 on PostgreSQL, whose files the server owns, and on other systems than Linux."""
    if os.environ.get("EVERYHOUR_DATABASE", "").startswith("postgres"):
        print("This proof is for SQLite: it examines the database file. Unset EVERYHOUR_DATABASE.")
        sys.exit(2)
    if sys.platform != "linux":
        print("This proof needs Linux: it uses LD_PRELOAD and /proc.")
        sys.exit(2)
