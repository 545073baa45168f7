"""Inbox and workers: a turn is durable before it is acknowledged, and has its effect once."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy.exc import OperationalError

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Paragraph, Post, Reply
from bot.chat.turn import Place, Searched, Turn
from bot.router import Router
from bot.storage.engine import is_postgresql
from bot.storage.inbox import ClaimedTurn, ClaimLost, Inbox, InboxState, claim_turn
from bot.storage.nonces import Nonces
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import INBOX

TRIES = 3
LEASE = timedelta(minutes=2)
"""After this long a turn that nobody finished goes to somebody else. Longer than any turn takes."""

POLL = 5.0
"""Seconds; the safety net under the wake-ups."""

FAILED = (
    "This could not be finished: a fault in Guildhall, not in what you sent. Nothing was changed and nothing is lost. "
    "Try again in a moment; if it stays so, tell an admin."
)

log = structlog.stdlib.get_logger(__name__)


def as_it_came(turn: Turn) -> Turn:
    """For platforms whose accounts are the people themselves."""
    return turn


class Bell:
    """A ring wakes one waiting thread; one between looking and waiting is not missed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    @property
    def rung(self) -> int:
        with self._condition:
            return self._rung

    def ring(self) -> None:
        with self._condition:
            self._rung += 1
            self._condition.notify()

    def wait(self, after: int, seconds: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._rung > after, seconds)


class Dispatcher:
    """Fills `bot.chat.ports.Inbound`. `identify` puts the person in place of the account, outside any transaction;
    `titled` what the channel is called, where nobody waits for an acknowledgement."""

    def __init__(
        self,
        database: Database,
        router: Router,
        clock: Callable[[], datetime],
        *,
        identify: Callable[[Turn], Turn] = as_it_came,
        titled: Callable[[Turn], Turn] = as_it_came,
        workers: int = 4,
    ) -> None:
        self._database = database
        self._identify = identify
        self._titled = titled
        self._router = router
        self._clock = clock
        self._workers = [threading.Thread(target=self._loop, name=f"turns-{n}", daemon=True) for n in range(workers)]
        # Apart: an answer may wait for the model or for a platform's directory, an acknowledgement for neither.
        self._acceptors = ThreadPoolExecutor(8, thread_name_prefix="accept")
        self._answerers = ThreadPoolExecutor(8, thread_name_prefix="answer")
        self._bell = Bell()
        self._stopping = threading.Event()

    async def accept(self, turn: Turn) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._acceptors, self.accept_now, turn)

    async def answer(self, turn: Turn) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(self._answerers, self.answer_now, turn)

    async def look(self, turn: Turn) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(self._answerers, self.look_now, turn)

    async def act(self, turn: Turn) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(self._answerers, self.act_now, turn)

    async def overhears(self, place: Place) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._acceptors, self.overhears_now, place)

    async def tell(self, turn: Turn, text: str) -> None:
        await asyncio.get_running_loop().run_in_executor(self._acceptors, self.tell_now, turn, text)

    def start(self) -> None:
        """Give back what a crash left half done, and begin to work."""
        self._database.wakeups.subscribe(INBOX, self._bell.ring)
        # A SQLite file has one server, so whatever is claimed at start was claimed by a dead one.
        alone = not is_postgresql(self._database.engine)
        self.recover(timedelta(0) if alone else LEASE)
        for worker in self._workers:
            worker.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Finish the turns in hand; what waits stays in the inbox."""
        self._stopping.set()
        for _ in self._workers:
            self._bell.ring()
        for worker in self._workers:
            if worker.is_alive():
                worker.join(seconds)
        self._acceptors.shutdown(wait=True)
        self._answerers.shutdown(wait=True)

    def accept_now(self, turn: Turn) -> bool:
        """Committed when this returns; False where the delivery was seen before."""
        with self._database.begin() as unit:
            return Inbox(unit).add(turn, self._clock())

    def answer_now(self, turn: Turn) -> Reply:
        """The whole turn at once. A delivery that was seen before has no effect and no posts. A search comes with every
        key that somebody presses: it only reads, and nothing of it is kept."""
        with self._told_of_faults(turn):
            known = self._identify(turn)
            now = self._clock()
            if isinstance(turn.content, Searched):
                with self._database.reading() as unit:
                    return Reply(found=self._router.route(known, unit, now).found)
            with self._database.begin() as unit:
                if not Inbox(unit).add(turn, now, InboxState.DONE):
                    return Reply()
                reply = self._router.route(known, unit, now)
                self._queue(reply, turn, unit, now)
        if reply.form is not None and not reply.nonce:
            with self._database.begin() as unit:
                nonce = Nonces(unit).for_form(turn.place.conversation, reply.form.id, known.person.id, now)
            return replace(reply, nonce=nonce)
        return Reply(form=reply.form, nonce=reply.nonce, found=reply.found)

    def look_now(self, turn: Turn) -> Reply:
        """What a page of ours would be answered; nothing of it is kept."""
        with self._told_of_faults(turn), self._database.reading() as unit:
            return self._router.act(self._identify(turn), unit)

    def act_now(self, turn: Turn) -> Reply:
        """From a page of ours. What the feature says where it was asked comes back, to be said there; only what stands
        in that thread already is changed in it."""
        with self._told_of_faults(turn):
            known = self._identify(turn)
            with self._database.begin() as unit:
                now = self._clock()
                if not Inbox(unit).add(turn, now, InboxState.DONE):
                    return Reply()
                reply = self._router.act(known, unit)
                here = [post for post in reply.posts if post.place == turn.place]
                outbox = Outbox(unit)
                for post in reply.posts:
                    if post not in here or outbox.place_of(turn.place.conversation, post.key) is not None:
                        outbox.add(post, turn.place, now)
        return replace(reply, posts=tuple(here))

    def tell_now(self, turn: Turn, text: str) -> None:
        with self._database.begin() as unit:
            Outbox(unit).add(_notice(text, f"told-{uuid4().hex}", turn), turn.place, self._clock())

    def overhears_now(self, place: Place) -> bool:
        with self._database.reading() as unit:
            return self._router.overhears(place, unit)

    def work_one(self) -> bool:
        """Take the next turn and work it off; False when none may be taken."""
        claimed = claim_turn(self._database, self._clock())
        if claimed is None:
            return False
        self._work(claimed)
        return True

    def recover(self, lease: timedelta = LEASE) -> None:
        with self._database.begin() as unit:
            recovered = Inbox(unit).recover(self._clock() - lease)
        if recovered:
            log.warning("turns recovered", count=recovered)

    def _work(self, claimed: ClaimedTurn) -> None:
        turn = claimed.turn
        try:
            if claimed.attempts > TRIES:
                self._close(claimed, FAILED, error="given up")
                return
            known = self._titled(self._identify(turn))
            with self._database.begin() as unit:
                now = self._clock()
                reply = self._router.route(known, unit, now)
                if reply.form is not None:
                    raise TypeError("A form was opened by a turn that came through the queue.")
                self._queue(reply, turn, unit, now)
                Inbox(unit).finish(claimed, now)
        except ClaimLost:
            log.warning("turn was taken over", turn=claimed.id)
        except UserFacingError as error:
            self._close(claimed, str(error))
        except Exception as error:
            log.exception("turn failed", turn=claimed.id, kind=turn.content.kind, attempt=claimed.attempts)
            if isinstance(error, OperationalError) and claimed.attempts < TRIES:
                with self._database.begin() as unit:
                    Inbox(unit).give_back(claimed)
            else:
                self._close(claimed, FAILED, error=type(error).__name__)

    @contextmanager
    def _told_of_faults(self, turn: Turn) -> Iterator[None]:
        """Whoever waits for the answer is told of ours."""
        try:
            yield
        except UserFacingError:
            raise
        except Exception as error:
            log.exception("turn failed", platform=turn.place.platform, kind=turn.content.kind)
            raise UserFacingError(FAILED) from error

    def _close(self, claimed: ClaimedTurn, text: str, *, error: str = "") -> None:
        """Tell the person, where only they read it."""
        now = self._clock()
        notice = _notice(text, f"notice-{claimed.id}", claimed.turn)
        with self._database.begin() as unit:
            Outbox(unit).add(notice, claimed.turn.place, now)
            if error:
                Inbox(unit).fail(claimed, error, now)
            else:
                Inbox(unit).finish(claimed, now)

    def _queue(self, reply: Reply, turn: Turn, unit: UnitOfWork, now: datetime) -> None:
        for post in reply.posts:
            Outbox(unit).add(post, turn.place, now)

    def _loop(self) -> None:
        recovered_at = self._clock()
        while not self._stopping.is_set():
            rung = self._bell.rung
            try:
                if self._clock() - recovered_at > LEASE / 4:
                    recovered_at = self._clock()
                    self.recover()
                worked = self.work_one()
            except Exception:
                log.exception("a worker stumbled")
                self._stopping.wait(1.0)
                continue
            if not worked and not self._stopping.is_set():
                self._bell.wait(rung, POLL)


def _notice(text: str, key: str, turn: Turn) -> Post:
    return Post(Message(text, (Paragraph(text),)), key, turn.private_place)
