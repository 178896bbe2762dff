"""Processes that analyse: what happens when one hangs, dies, or is left alone."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from dropout_lint.language_server import workers
from dropout_lint.language_server.workers import Unanswered, Worker, Workers

# Takes for ever in compiled code, which lets no other thread of its process run.
FOR_EVER = ("(a+)+$", "a" * 60 + "b")


@pytest.fixture
def some(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr(workers, "SLOW", 0.5)
    made = Workers()
    made._all[0].begin()
    yield made
    made.end()


def test_one_process_stays(some: Workers) -> None:
    async def several() -> list[int]:
        return [await some.run(os.getpid, name="a") for _ in range(3)]

    processes = asyncio.run(several())
    assert len(set(processes)) == 1
    assert processes[0] != os.getpid()


def test_a_failure_is_told(some: Workers) -> None:
    async def one() -> int:
        with pytest.raises(Unanswered, match="ValueError: invalid literal"):
            await some.run(int, "x", name="a")
        return await some.run(abs, -1, name="a")

    process = some._all[0]
    assert asyncio.run(one()) == 1
    assert some._all == [process]


def test_a_process_that_dies_is_replaced(some: Workers) -> None:
    async def one() -> int:
        with pytest.raises(Unanswered, match="has died"):
            await some.run(os.kill, os_pid(some), signal.SIGSEGV, name="a")
        return await some.run(abs, -1, name="b")

    assert asyncio.run(one()) == 1


def os_pid(some: Workers) -> int:
    return some._all[0].ask(os.getpid)


def test_a_process_that_died_while_idle_is_no_answer(some: Workers) -> None:
    async def one() -> int:
        process = some._all[0]._process
        assert process is not None
        process.kill()
        process.wait()
        return await some.run(abs, -1, name="a")

    assert asyncio.run(one()) == 1


def test_what_hangs_is_ended(some: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ALLOWANCE", 2)

    async def one() -> None:
        for _ in range(2):  # the second time it is known to be slow
            with pytest.raises(Unanswered, match="ended after 2 seconds"):
                await some.run(re.match, *FOR_EVER, name="a")

    process = some._all[0]
    asyncio.run(one())
    assert not process.alive


def test_others_go_on_while_two_hang(some: Workers) -> None:
    async def several() -> None:
        hanging = [asyncio.ensure_future(some.run(re.match, *FOR_EVER, name=name)) for name in ("a", "b")]
        await asyncio.sleep(1)
        for _ in range(3):
            assert await some.run(abs, -1, name="c") == 1
        assert [task.done() for task in hanging] == [False, False]
        assert len(some._all) == 2, "what is slow waits for what is slow"
        some.end()
        await asyncio.wait(hanging)

    asyncio.run(several())


def test_what_nobody_waits_for_is_ended(some: Workers) -> None:
    async def one() -> int:
        task = asyncio.ensure_future(some.run(re.match, *FOR_EVER, name="a"))
        await asyncio.sleep(0.2)
        process = some._all[0]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert process not in some._all
        return await some.run(abs, -1, name="a")

    assert asyncio.run(one()) == 1


def test_what_ends_soon_is_not_ended(some: Workers) -> None:
    async def one() -> int:
        task = asyncio.ensure_future(some.run(time.sleep, 0.3, name="a"))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait([task])
        return await some.run(os.getpid, name="a")

    process = some._all[0]
    assert asyncio.run(one()) == process.ask(os.getpid), "it has imported and read much"


def test_nothing_is_begun_at_the_end(some: Workers) -> None:
    async def one() -> None:
        hanging = asyncio.ensure_future(some.run(re.match, *FOR_EVER, name="a"))
        await asyncio.sleep(0.2)
        some.end()
        with pytest.raises(Unanswered):
            await asyncio.wait_for(hanging, 5)
        with pytest.raises(Unanswered, match="about to end"):
            await some.run(abs, -1, name="a")

    asyncio.run(one())
    assert not any(worker.alive for worker in some._all)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_the_system_ends_what_nobody_ends() -> None:
    worker = Worker()
    with pytest.raises(Unanswered, match="has died"):
        worker.ask(re.match, *FOR_EVER, seconds=-4)
    assert worker._process is not None
    assert worker._process.wait() == -signal.SIGALRM


def test_what_is_printed_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    worker = Worker()
    assert worker.ask(os.write, 1, b"printed") == 7
    assert worker.ask(abs, -1) == 1
    worker.end()
    assert capfd.readouterr() == ("", "printed")
