"""The web process: uvicorn on the supervisor's socket, and a private one for its health checks."""

import ctypes
import logging
import signal
import socket
import sys
import time

PR_SET_PDEATHSIG = 1  # see prctl(2)


def main(fd: int, private_address: str) -> None:
    """Serve on the inherited socket `fd`; an `@` in the private address is its abstract NUL."""
    import uvicorn

    from everyhour.config.gateway import application
    from everyhour.foundation.live.hub import hub

    end_with_parent()
    logging.getLogger("asyncio").addFilter(OncePerMinute())
    public = socket.socket(fileno=fd)
    private = socket.socket(socket.AF_UNIX)
    private.bind(private_address.replace("@", "\0", 1))
    config = uvicorn.Config(
        application,
        access_log=False,  # requests are private (TRUST.md section 4, rule 7)
        log_level="warning",
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        backlog=2048,
        proxy_headers=True,
    )

    class Server(uvicorn.Server):
        def handle_exit(self, sig, frame) -> None:
            hub.close()  # an open event stream would delay the shutdown
            super().handle_exit(sig, frame)

    Server(config).run(sockets=[public, private])


class OncePerMinute(logging.Filter):
    """Passes one record per minute: without file handles asyncio logs thousands per second."""

    last = -60.0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self.last < 60:
            return False
        self.last = now
        return True


def end_with_parent() -> None:
    """Ask the kernel (on Linux) to end this process when its parent dies, to free the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
