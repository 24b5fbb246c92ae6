"""A run that is stopped from outside ends where that is safe, and at once where it only waits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from contract_tests.stopping import Stop, Stopped


def ask(stop: Stop) -> None:
    stop(signal.SIGTERM, None)


def test_work_goes_on_until_the_next_wait() -> None:
    stop = Stop()
    with stop:
        pass
    ask(stop)
    with pytest.raises(Stopped), stop:
        pytest.fail("the wait was begun")


def test_a_wait_ends_at_once() -> None:
    stop = Stop()
    with pytest.raises(Stopped), stop:
        ask(stop)


def test_who_asks_twice_does_not_wait() -> None:
    stop = Stop()
    ask(stop)
    with pytest.raises(KeyboardInterrupt):
        ask(stop)


def test_a_wish_that_is_lost_in_a_callback_is_heard_at_the_next_wait() -> None:
    """Whatever runs in between swallows the exception, as a callback of the garbage collector does."""

    def swallowing(act: Callable[[], None]) -> None:
        with pytest.raises(Stopped):
            act()

    stop = Stop()
    with stop:
        swallowing(lambda: ask(stop))
    with pytest.raises(Stopped), stop:
        pytest.fail("the wait was begun")


def test_a_real_signal_ends_a_real_wait() -> None:
    stop = Stop()
    before = signal.signal(signal.SIGUSR1, stop)
    main = threading.main_thread().ident
    assert main is not None

    def wait() -> None:
        with stop:
            threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGUSR1)).start()
            threading.Event().wait(30)
        pytest.fail("the wait came to its own end")

    try:
        with pytest.raises(Stopped):
            wait()
    finally:
        signal.signal(signal.SIGUSR1, before)
