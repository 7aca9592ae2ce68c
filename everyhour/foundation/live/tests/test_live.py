"""Live events: kinds and ids for open pages, and the end of streams."""

import asyncio
import json

import pytest

from everyhour.foundation.live.hub import PER_PERSON, WAITING, Full, Hub
from everyhour.foundation.live.stream import Live


def run(story):
    return asyncio.run(asyncio.wait_for(story, 10))


def pages(status: int = 200, response: dict | None = None):
    """Django, as the door asks it who this is."""
    answers = response or {"person": "ada", "channels": ["caregiver:ada"]}

    async def answer(scope, receive, send):
        asked.append(scope)
        await send(
            {"type": "http.response.start", "status": answers.get("status", status), "headers": []}
        )
        await send({"type": "http.response.body", "body": json.dumps(answers).encode()})

    asked: list[dict] = []
    answer.asked, answer.answers = asked, answers
    return answer


class Page:
    """A page that holds a stream open."""

    def __init__(self, live: Live, *, headers=(), query: str = "", method: str = "GET"):
        self.sent: asyncio.Queue = asyncio.Queue()
        self.closed = asyncio.Event()
        scope = {
            "type": "http",
            "method": method,
            "path": "/live/",
            "query_string": query.encode(),
            "headers": list(headers),
        }
        self.task = asyncio.ensure_future(live(scope, self.receive, self.sent.put))

    async def receive(self):
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), 2)

    async def hears(self) -> str:
        return (await self.next())["body"].decode()

    async def opened(self) -> "Page":
        assert (await self.next())["status"] == 200
        assert (await self.hears()).startswith(": listening")
        return self


def test_event_has_kind_and_ids():
    async def story():
        hub = Hub()
        page = await Page(Live(hub, pages())).opened()

        hub.publish("caregiver:otto", "moments", ("m1",))
        hub.publish("caregiver:ada", "moments", ("m2",))

        response = await page.hears()
        assert response == f'event: moments\nid: {hub.run}-2\ndata: {{"ids": ["m2"]}}\n\n'

    run(story())


def test_publishing_from_another_thread():
    async def story():
        hub = Hub()
        page = await Page(Live(hub, pages())).opened()

        await asyncio.to_thread(hub.publish, "caregiver:ada", "moments", ("m1",))

        assert "m1" in await page.hears()

    run(story())


@pytest.mark.parametrize(("status", "response"), [(401, 401), (404, 404), (302, 503), (500, 503)])
def test_unauthorized_listener_is_refused(status, response):
    async def story():
        hub = Hub()
        page = Page(Live(hub, pages(status)))

        assert (await page.next())["status"] == response
        await page.task
        assert hub.listeners == set()

    run(story())


def test_only_listed_headers_are_passed_on():
    async def story():
        asking = pages()
        await Page(
            Live(Hub(), asking),
            headers=[
                (b"cookie", b"sessionid=x"),
                (b"if-none-match", b'"y"'),
                (b"accept-encoding", b"gzip"),
            ],
        ).opened()

        assert dict(asking.asked[0]["headers"]) == {
            b"cookie": b"sessionid=x",
            b"accept": b"application/json",
        }

    run(story())


@pytest.mark.parametrize("by", ["header", "address"])
def test_reconnecting_page_receives_missed_events(by):
    async def story():
        hub = Hub()
        hub.publish("caregiver:ada", "moments", ("m1",))
        here = hub.here()
        hub.publish("caregiver:ada", "moments", ("m2",))
        hub.publish("caregiver:otto", "moments", ("m3",))

        given = (
            {"headers": [(b"last-event-id", here.encode())]}
            if by == "header"
            else {"query": f"after={here}"}
        )
        page = await Page(Live(hub, pages()), **given).opened()
        hub.publish("caregiver:ada", "rest")

        assert "m2" in await page.hears()
        assert "event: rest" in await page.hears()

    run(story())


@pytest.mark.parametrize("after", ["ffffffff-1", "{run}-1", "{run}-99", "{run}-x", "nonsense"])
def test_page_away_too_long_gets_a_refresh(after):
    async def story():
        hub = Hub(recent=2)
        for n in range(4):
            hub.publish("caregiver:otto", "moments", (f"m{n}",))

        page = await Page(Live(hub, pages()), query=f"after={after.format(run=hub.run)}").opened()

        assert "event: refresh" in await page.hears()

    run(story())


def test_close_ends_only_the_streams_of_one_person():
    async def story():
        hub = Hub()
        ada = [await Page(Live(hub, pages())).opened() for _ in range(2)]
        otto = await Page(
            Live(hub, pages(response={"person": "otto", "channels": ["caregiver:otto"]}))
        ).opened()

        hub.close("ada")

        for page in ada:
            assert "event: bye" in await page.hears()
            assert (await page.next()).get("more_body", False) is False
            await asyncio.wait_for(page.task, 1)
        assert [listening.person for listening in hub.listeners] == ["otto"]
        assert not otto.task.done()

    run(story())


def test_close_during_opening_ends_the_stream():
    async def story():
        hub, asking = Hub(), pages()

        async def slow(scope, receive, send):
            hub.close("ada")  # after Django has looked, before the page listens
            await asking(scope, receive, send)

        page = await Page(Live(hub, slow)).opened()

        assert "event: bye" in await page.hears()
        later = await Page(Live(hub, asking)).opened()
        assert not later.task.done()

    run(story())


def test_nothing_displaces_a_bye():
    async def story():
        hub = Hub()
        with hub.subscribe(["c"], person="ada") as listening:
            hub.close("ada")
            for n in range(WAITING + 5):
                hub.publish("c", "moments", (str(n),))
            await asyncio.sleep(0)

            assert (await listening.next(1)).kind == "bye"

    run(story())


def test_permissions_are_checked_again_after_an_outage():
    async def story():
        hub, asking = Hub(), pages()
        page = await Page(Live(hub, asking)).opened()

        asking.answers["status"] = 401
        hub.refresh()

        assert "event: bye" in await page.hears()

    run(story())


def test_lost_permission_ends_the_stream_at_the_next_check():
    async def story():
        hub, asking = Hub(), pages()
        page = await Page(Live(hub, asking, heartbeat=0.01, ask_again=0.0)).opened()
        assert await page.hears() == ": \n\n"

        asking.answers["status"] = 401

        while (response := await page.hears()) == ": \n\n":
            pass
        assert "event: bye" in response

    run(story())


def test_closed_page_is_unsubscribed():
    async def story():
        hub = Hub()
        page = await Page(Live(hub, pages())).opened()

        page.closed.set()
        await asyncio.wait_for(page.task, 1)

        assert hub.listeners == set() and hub.by_person == {}

    run(story())


def test_full_queue_becomes_one_refresh():
    async def story():
        hub = Hub()
        with hub.subscribe(["c"], person="ada") as listening:
            for n in range(WAITING + 5):
                hub.publish("c", "moments", (str(n),))
            await asyncio.sleep(0)

            first = await listening.next(1)
            assert first.kind == "refresh"
            assert listening.waiting.qsize() <= 10

    run(story())


def test_open_pages_per_person_are_limited():
    async def story():
        hub = Hub()
        for _ in range(PER_PERSON):
            await Page(Live(hub, pages())).opened()

        refused = Page(Live(hub, pages()))

        assert (await refused.next())["status"] == 503
        with pytest.raises(Full):
            hub.subscribe(["c"], person="ada")

    run(story())


def test_only_get_is_allowed():
    async def story():
        assert (await Page(Live(Hub(), pages()), method="POST").next())["status"] == 405

    run(story())
