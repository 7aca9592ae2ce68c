"""A disk that forgets: what was synced stays, of the rest a random part survives the cut.

The rules, harder than most disks:
- a write, a truncation or a name that was not synced may survive or not, each by itself and each sector by itself, in no order;
- a name (created, removed, renamed) is safe only after a sync of its folder, also when the file itself was synced;
- where a file had grown, the sectors that were lost may hold zeros or whatever lay there before;
- a sector (512 or 4096 bytes) is written whole or not at all, and its neighbours stay as they were (SQLite leans on that).
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from proofs.disk.tap import Line


@dataclass(slots=True)
class File:
    """What of one file is safe, and what is on its way: (number, offset, bytes), or (number, size, None) for a truncation."""

    safe: bytearray = field(default_factory=bytearray)
    on_its_way: list[tuple[int, int, bytes | None]] = field(default_factory=list)

    def sync(self, begun: int) -> None:
        kept = 0
        for number, at, written in self.on_its_way:
            if number >= begun:
                break
            put(self.safe, at, written)
            kept += 1
        del self.on_its_way[:kept]

    def after_cut(self, rng: random.Random, *, keep: float, sector: int, litter: bool) -> bytes:
        found = bytearray(self.safe)
        if rng.random() < 0.5:  # its new size was written, its new sectors not
            grown = max(
                (at + len(written) for _n, at, written in self.on_its_way if written is not None),
                default=0,
            ) - len(found)
            found += (rng.randbytes(grown) if litter else bytes(grown)) if grown > 0 else b""
        for _number, at, written in self.on_its_way:
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
    """Write at a place, or truncate to it; a gap before it is zeros."""
    if len(file) < at:
        file.extend(bytes(at - len(file)))
    if written is None:
        del file[at:]
    else:
        file[at : at + len(written)] = written


class Platter:
    """Plays a log line by line; `after_cut` gives what a machine would find if power went now."""

    def __init__(self, base: Path, folders: tuple[str, ...], *, watched_at: Path):
        self.watched_at, self.number = watched_at, 0
        self.files: dict[int, File] = {}
        self.folders: dict[int, str] = {}  # by inode
        self.begun: dict[
            tuple[int, int], list[int]
        ] = {}  # syncs that have not ended, by process and inode
        self.seen: dict[str, int] = {}  # name -> inode, as processes see it
        self.safe_names: dict[str, int] = {}
        self.names_on_their_way: list[
            tuple[int, str, int | None]
        ] = []  # (number, name, inode or None: gone)
        for count, path in enumerate(
            sorted(p for folder in folders for p in (base / folder).rglob("*") if p.is_file()), 1
        ):
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
                self.files[line.inode].on_its_way.append((self.number, line.offset, line.bytes))
            case "t":
                self.files[line.inode].on_its_way.append((self.number, line.size, None))
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
        if known is not None and known < 0:  # of the base: now we learn its number
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
        self.names_on_their_way.append((self.number, name, inode))

    def _synced(self, inode: int, begun: int) -> None:
        if inode in self.folders:
            folder = self.folders[inode]
            safe = [
                one
                for one in self.names_on_their_way
                if one[0] < begun and str(Path(one[1]).parent) == folder
            ]
            for one in safe:
                rename(self.safe_names, one[1], one[2])
            self.names_on_their_way = [one for one in self.names_on_their_way if one not in safe]
        else:
            self.files[inode].sync(begun)

    def after_cut(self, rng: random.Random) -> dict[str, bytes]:
        """Give every file that is left, by name."""
        keep, sector, litter = (
            rng.choice((0.0, 0.5, 0.5, 0.5, 0.9, 1.0)),
            rng.choice((512, 4096)),
            rng.random() < 0.25,
        )
        names = dict(self.safe_names)
        for _number, name, inode in self.names_on_their_way:
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
