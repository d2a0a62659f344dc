"""The edge where steps that tell of themselves become a stream that a caller draws from, event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread

from agent.answers import Answer, Event
from agent.errors import ModelError
from agent.pipeline.journal import Journal, Tell


class Unheard(BaseException):
    """Ends work that nobody listens to any more; no handler of errors is to take it for one."""


def events_of(work: Callable[[Journal], Answer]) -> Iterator[Event]:
    """The events of an answer, each as it happens; the last one carries the answer.

    The work is done in a thread of its own, but only while the caller waits for the next event: the two take turns, as
    a generator and its caller do. A caller who closes the stream ends the work at the event it stands at.
    """
    turns, made = SimpleQueue[bool](), SimpleQueue[Event | None]()
    done = Future[None]()

    def tell(event: Event) -> None:
        made.put(event)
        if not turns.get():
            raise Unheard

    # The context is copied when the first event is asked for: a span or setting of that call holds for all of the work.
    thread = Thread(target=copy_context().run, args=(_run, work, tell, turns, made, done), name="answer", daemon=True)
    thread.start()
    try:
        while True:
            turns.put(True)
            event = made.get()
            if event is None:
                done.result()
                return
            yield event
    finally:
        turns.put(False)
        thread.join()  # what is done with models and files has ended when the stream has


def final_answer(events: Iterator[Event]) -> Answer:
    """The answer that a stream of events ends with."""
    *_, last = events
    if last.answer is None:
        raise ModelError("The request ended without an answer.", "Ask again.")
    return last.answer


def _run(
    work: Callable[[Journal], Answer],
    tell: Tell,
    turns: SimpleQueue[bool],
    made: SimpleQueue[Event | None],
    done: Future[None],
) -> None:
    try:
        if turns.get():
            journal = Journal(tell)
            journal.final(work(journal))
        done.set_result(None)
    except Unheard:
        done.set_result(None)
    except BaseException as error:  # noqa: BLE001 - the caller's thread is where it is raised
        done.set_exception(error)
    finally:
        made.put(None)


__all__ = ["events_of", "final_answer"]
