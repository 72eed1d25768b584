"""The Lambda Runtime API for a function: `next`, `response`, `error` and `init/error`.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import time
import uuid
from dataclasses import dataclass
from typing import Any

from http1 import Request, Response, Server

PATH = "/2018-06-01/runtime"
# Seconds that a function may take to ask for an event or to answer one.
TIMEOUT = 30


@dataclass(frozen=True)
class Answer:
    """A function's response to an event, and the wall time that it took, in nanoseconds."""

    payload: Any
    wall: int


class RuntimeApi:
    """Passes events to one function, one at a time."""

    def __init__(self) -> None:
        self._polls: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        self._server = Server(self._answer)
        self.address = f"127.0.0.1:{self._server.port}"

    def close(self) -> None:
        """Stops the server, and releases a thread that waits for an event."""
        self._server.close()
        self._events.put(None)

    def polled(self) -> int:
        """Waits until the function asks for its next event. Returns that time."""
        try:
            return self._polls.get(timeout=TIMEOUT)
        except queue.Empty:
            raise TimeoutError("the function did not ask for an event") from None

    def invoke(self, event: Any) -> Answer:
        """Sends an event to the waiting function, and waits for the response."""
        began = time.perf_counter_ns()
        self._events.put(event)
        try:
            at, request = self._answers.get(timeout=TIMEOUT)
        except queue.Empty:
            raise TimeoutError("the function did not answer") from None
        if not request.path.endswith("/response"):
            raise RuntimeError(f"{request.path}: {request.body.decode('utf-8')}")
        return Answer(json.loads(request.body or b"null"), at - began)

    def _answer(self, request: Request) -> Response:
        now = time.perf_counter_ns()
        if request.path == f"{PATH}/invocation/next":
            self._polls.put(now)
            return self._next()
        if request.path.startswith(f"{PATH}/invocation/") or request.path == f"{PATH}/init/error":
            self._answers.put((now, request))
            return Response(202, b'{"status":"OK"}', {"content-type": "application/json"})
        return Response(404)

    def _next(self) -> Response:
        event = self._events.get()
        headers = {
            "content-type": "application/json",
            "lambda-runtime-aws-request-id": str(uuid.uuid4()),
            "lambda-runtime-deadline-ms": str(int(time.time() * 1000) + TIMEOUT * 1000),
            "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:000000000000:function:bench",
            "lambda-runtime-trace-id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return Response(200, json.dumps(event).encode("utf-8"), headers)
