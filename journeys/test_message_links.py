"""Links in mails lead to the server that sent them, on whatever port it listens."""

import re
import time

from testing.server import Server

MAIL = """
import time
from datetime import UTC, datetime
from testing import make
from everyhour.foundation.notifications import actions

person = make.person(f"ada{time.time_ns()}@example.org", name="Ada")
actions.write(
    person=person,
    purpose="digest",
    key=f"links:{person.pk}",
    title="A test",
    path="/en/messages/",
    at=datetime.now(UTC),
)
told = person.email
"""


def mail_to(server: Server, address: str, *, patience: float = 90) -> str:
    """Return the text of the first mail that the worker wrote to this address."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for path in (server.state / "mail").glob("*"):
            text = path.read_text(errors="replace").replace("=\n", "")
            if address in text:
                return text
        time.sleep(0.5)
    raise AssertionError(f"No mail within {patience} s.\n{server.log()[-2000:]}")


def test_links_in_mails_of_the_worker_lead_to_its_server(server):
    assert server.port != 8000
    address = server.seed(MAIL)

    text = mail_to(server, address)

    links = re.findall(r"https?://[^\s>]+", text)
    assert len(links) > 1 and all(link.startswith(f"{server.url}/") for link in links), links
    path = links[-1].removeprefix(server.url)
    assert server.get(path)[0] in (200, 302)
