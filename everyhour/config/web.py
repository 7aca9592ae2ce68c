"""The web process: uvicorn on the guard's socket, and a private line on which the guard asks whether it is alive."""

import ctypes
import logging
import signal
import socket
import sys
import time

END_WITH_PARENT = 1  # PR_SET_PDEATHSIG, see prctl(2)


def main(fd: int, line: str) -> None:
    import uvicorn

    from everyhour.config.gateway import application
    from everyhour.foundation.live.hub import hub

    end_with_parent()
    logging.getLogger("asyncio").addFilter(OnceAMinute())
    public = socket.socket(fileno=fd)
    private = socket.socket(socket.AF_UNIX)
    private.bind(line.replace("@", "\0", 1))
    config = uvicorn.Config(
        application,
        access_log=False,  # who opened what is nobody's business (TRUST.md section 4, rule 7)
        log_level="warning",
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        backlog=2048,
        proxy_headers=True,
    )

    class Server(uvicorn.Server):
        def handle_exit(self, sig, frame) -> None:
            hub.close()  # an open stream would hold the door for as long as we let it
            super().handle_exit(sig, frame)

    Server(config).run(sockets=[public, private])


class OnceAMinute(logging.Filter):
    """Lets one line a minute through: without file handles asyncio would write thousands a second onto the disk."""

    last = -60.0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self.last < 60:
            return False
        self.last = now
        return True


def end_with_parent() -> None:
    """Ask the kernel to end this process when the guard dies, so that no orphan keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
