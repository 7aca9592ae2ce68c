"""A simulated disk that loses unsynced writes: what was synced stays, of the rest a random part.

The rules are harder than those of most disks:
- Each unsynced write, truncation or name survives or not by itself, sector by sector, in any order.
- A name (created, removed, renamed) is safe only after a sync of its folder, even if the file
  itself was synced.
- Where a file had grown, lost sectors may hold zeros or earlier contents of the disk.
- A sector (512 or 4096 bytes) is written whole or not at all, and its neighbours stay as they were;
  SQLite relies on that.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from proofs.disk.tap import Line


@dataclass(slots=True)
class File:
    """The synced bytes of a file, and its unsynced writes.

    A write is (number, offset, bytes); a truncation is (number, size, None).
    """

    safe: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, int, bytes | None]] = field(default_factory=list)

    def sync(self, begun: int) -> None:
        kept = 0
        for number, at, written in self.unsynced:
            if number >= begun:
                break
            put(self.safe, at, written)
            kept += 1
        del self.unsynced[:kept]

    def after_cut(self, rng: random.Random, *, keep: float, sector: int, litter: bool) -> bytes:
        found = bytearray(self.safe)
        if rng.random() < 0.5:  # the new size was written, but not the new sectors
            grown = max(
                (at + len(written) for _n, at, written in self.unsynced if written is not None),
                default=0,
            ) - len(found)
            found += (rng.randbytes(grown) if litter else bytes(grown)) if grown > 0 else b""
        for _number, at, written in self.unsynced:
            if written is None:
                if rng.random() < keep:
                    put(found, at, None)
                continue
            end, begin = at + len(written), at
            while begin < end:
                stop = min(end, (begin // sector + 1) * sector)
                if rng.random() < keep:
                    put(found, begin, written[begin - at : stop - at])
                begin = stop
        return bytes(found)


def put(file: bytearray, at: int, written: bytes | None) -> None:
    """Write at an offset, or truncate to it; a gap before it is filled with zeros."""
    if len(file) < at:
        file.extend(bytes(at - len(file)))
    if written is None:
        del file[at:]
    else:
        file[at : at + len(written)] = written


class Platter:
    """Replays a log line by line; `after_cut` returns the files after a power cut at that point."""

    def __init__(self, base: Path, folders: tuple[str, ...], *, watched_at: Path):
        self.watched_at, self.number = watched_at, 0
        self.files: dict[int, File] = {}
        self.folders: dict[int, str] = {}  # by inode
        self.begun: dict[tuple[int, int], list[int]] = {}  # unfinished syncs by process and inode
        self.seen: dict[str, int] = {}  # inode by name, as processes see it
        self.safe_names: dict[str, int] = {}
        # (number, name, inode); None where the name was removed
        self.unsynced_names: list[tuple[int, str, int | None]] = []
        files = (p for folder in folders for p in (base / folder).rglob("*") if p.is_file())
        for count, path in enumerate(sorted(files), 1):
            if not path.name.endswith("-shm"):
                self.seen[str(path.relative_to(base))] = -count
                self.files[-count] = File(bytearray(path.read_bytes()))
        self.safe_names |= self.seen
        self.unfollowed: set[str] = set()

    def play(self, line: Line) -> None:
        self.number += 1
        match line.what:
            case "o":
                self._open(self._name(line.name), line.inode)
            case "d":
                self.folders[line.inode] = self._name(line.name)
            case "w":
                self.files[line.inode].unsynced.append((self.number, line.offset, line.bytes))
            case "t":
                self.files[line.inode].unsynced.append((self.number, line.size, None))
            case "s":
                self.begun.setdefault((line.pid, line.inode), []).append(self.number)
            case "S":
                self._synced(line.inode, self.begun[line.pid, line.inode].pop(0))
            case "u":
                self._rename(self._name(line.name), None)
            case "l" | "r":
                old, new = (self._name(name) for name in line.name.split("\n"))
                self._rename(new, self.seen[old])
                if line.what == "r":
                    self._rename(old, None)
            case "X":
                self.unfollowed.add(line.name)

    def _name(self, path: str) -> str:
        return str(Path(path).relative_to(self.watched_at))

    def _open(self, name: str, inode: int) -> None:
        known = self.seen.get(name)
        if known is not None and known < 0:  # a file of the base, whose inode is now known
            self.files[inode] = self.files.pop(known)
            self.seen[name] = self.safe_names[name] = inode
        elif known != inode:
            self.files[inode] = File()
            self._rename(name, inode)

    def _rename(self, name: str, inode: int | None) -> None:
        if inode is None:
            self.seen.pop(name, None)
        else:
            self.seen[name] = inode
        self.unsynced_names.append((self.number, name, inode))

    def _synced(self, inode: int, begun: int) -> None:
        if inode in self.folders:
            folder = self.folders[inode]
            safe = [
                one
                for one in self.unsynced_names
                if one[0] < begun and str(Path(one[1]).parent) == folder
            ]
            for one in safe:
                rename(self.safe_names, one[1], one[2])
            self.unsynced_names = [one for one in self.unsynced_names if one not in safe]
        else:
            self.files[inode].sync(begun)

    def after_cut(self, rng: random.Random) -> dict[str, bytes]:
        """Return every file that is left, by name."""
        keep, sector = rng.choice((0.0, 0.5, 0.5, 0.5, 0.9, 1.0)), rng.choice((512, 4096))
        litter = rng.random() < 0.25
        names = dict(self.safe_names)
        for _number, name, inode in self.unsynced_names:
            if rng.random() < keep:
                rename(names, name, inode)
        left = {name: self.files[inode] for name, inode in names.items() if inode in self.files}
        return {
            name: file.after_cut(rng, keep=keep, sector=sector, litter=litter)
            for name, file in left.items()
        }


def rename(names: dict[str, int], name: str, inode: int | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode
