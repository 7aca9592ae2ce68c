"""The watched disk: builds `tap.c`, gives what a server needs to be watched, and reads back what it wrote down."""

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
WATCHED = ("data", "keys")  # of a state folder: what cannot be made again


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: w write, t truncate, s and S a sync begins and has ended, o and d opened, u unlinked,
    l linked, r renamed, A answered."""

    what: str
    pid: int
    inode: int
    offset: int
    size: int
    name: str
    bytes: bytes


class Tap:
    """Watches the servers that are started with its environment."""

    def __init__(self, folder: Path, state: Path):
        self.library, self.log, self.state = folder / "tap.so", folder / "log", state.resolve()
        command = [
            compiler(),
            "-O2",
            "-shared",
            "-fPIC",
            "-o",
            str(self.library),
            str(SOURCE),
            "-ldl",
        ]
        subprocess.run(command, check=True, capture_output=True, text=True)
        self._file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @property
    def environment(self) -> dict[str, str]:
        below = ":".join(str(self.state / name) for name in WATCHED)
        return {"LD_PRELOAD": str(self.library), "TAP_BELOW": below, "TAP_LOG": str(self.log)}

    def answered(self, words: bytes) -> None:
        """Write down in the same log that we were answered: what the answer leaned on stands before this line."""
        os.write(
            self._file, LINE.pack(MARK, ord("A"), 0, 0, os.getpid(), len(words), 0, 0, 0, 0) + words
        )

    def lines(self) -> Iterator[Line]:
        with self.log.open("rb") as file:
            while head := file.read(LINE.size):
                mark, what, _spare, name, pid, count, _at, inode, offset, size = LINE.unpack(head)
                if mark != MARK:
                    raise ValueError("The log of the watched disk cannot be read.")
                yield Line(
                    chr(what), pid, inode, offset, size, file.read(name).decode(), file.read(count)
                )


def compiler() -> str:
    """Find a C compiler, or say kindly that there is none."""
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        if name and (found := shutil.which(name)):
            return found
    print(
        "This proof watches the disk with a few lines of C and found no compiler. On Debian: apt install gcc libc6-dev. Then try again."
    )
    sys.exit(2)


def need_linux_and_sqlite() -> None:
    """These proofs hold what SQLite keeps; on PostgreSQL they have nothing to look at."""
    if os.environ.get("EVERYHOUR_DATABASE", "").startswith("postgres"):
        print(
            "This proof belongs to SQLite: it kills our processes and looks into the file. PostgreSQL answers for its own disk."
        )
        sys.exit(2)
    if sys.platform != "linux":
        print(
            "This proof needs Linux: it watches and kills in ways that other systems do not have."
        )
        sys.exit(2)
