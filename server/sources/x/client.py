"""X's API, version 2. I/O only; who asks when is decided in `source.py`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence

import aiohttp
from yarl import URL

from server.errors import BadInput
from server.sources import fields, http
from server.sources.backoff import Cause, SourceUnavailable, asked_to_wait
from server.sources.contract import Tools
from server.sources.x import parse

API = URL("https://api.x.com")

FEWEST, MOST = 10, 100
"""Posts that one search may give."""

BULK = 100
"""Ids in one question for many posts."""

OPEN_S = 15.0
SILENT_S = 25.0
"""X breaks the silence every 20 s. One word that is a moment late does not cut the line."""

MAX_LINE_BYTES = 1024 * 1024

_NO = frozenset({400, 401, 402, 403, 409, 429})
_SAYS_NO_BYTES = 64 * 1024
_FIELDS = (
    ("expansions", "author_id,attachments.media_keys"),
    (
        "tweet.fields",
        "attachments,author_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,possibly_sensitive,"
        "referenced_tweets,withheld",
    ),
    ("user.fields", "name,profile_image_url,protected,username,withheld"),
    ("media.fields", "alt_text,height,preview_image_url,type,url,width"),
)
"""No posts that are referred to: they and their authors would be paid for, and are not shown."""


class Stale(SourceUnavailable):
    """X does not know the page that we asked for (any more)."""


class Client:
    """
    Every method may raise `SourceUnavailable`.

    Args:
        token: Of an app; it goes to X only, in a header.
    """

    def __init__(self, token: str, tools: Tools) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tools = tools

    async def search(
        self, query: str, *, most: int, since_id: str | None = None, start: str | None = None, token: str | None = None
    ) -> parse.Answer:
        """
        Recent posts, newest first.

        Args:
            most: `FEWEST` to `MOST`.
            since_id, start: Posts after this one, or from this moment on (RFC 3339); not more than seven days ago.
            token: The next page of a search that is otherwise the same.

        Raises:
            Stale: *token* is not accepted.
        """
        where = [("since_id", since_id), ("start_time", start), ("next_token", token)]
        place = [(name, value) for name, value in where if value is not None]
        question = [("query", query), ("max_results", str(most)), *place, *_FIELDS]
        try:
            return self._read(await self._ask("/2/tweets/search/recent", query=question, stale=token is not None))
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def lookup(self, ids: Sequence[str]) -> parse.Answer:
        """Those of at most `BULK` posts that are there; the answer's problems say what became of others."""
        try:
            return self._read(await self._ask("/2/tweets", query=[("ids", ",".join(ids)), *_FIELDS]))
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def rules(self) -> tuple[parse.Rule, ...]:
        """What the stream gives now. Free: it asks whether the app may use the stream at all."""
        try:
            return parse.parse_rules(fields.decode(await self._ask("/2/tweets/search/stream/rules")))
        except BadInput as ex:
            raise _unreadable(ex) from ex

    async def have_only(self, query: str) -> None:
        """See that the stream has one rule, *query*: whatever another one matches would be paid for."""
        rules = await self.rules()
        other = [rule.id for rule in rules if rule.value != query]
        if other:
            await self._change_rules({"delete": {"ids": other}})
        if len(other) == len(rules):
            await self._change_rules({"add": [{"value": query, "tag": "fontein"}]})

    async def stream(self) -> AsyncGenerator[parse.Answer | BadInput | None, None]:
        """
        Listen. None, first and then every 20 s: the line is open. What cannot be read comes as the error that says why.

        Ends with `SourceUnavailable`, whatever happens.
        """
        try:
            async with self._tools.session.get(
                API.join(URL("/2/tweets/search/stream")).with_query(_FIELDS),
                headers={**self._headers, "Accept": "application/json", "User-Agent": "Fontein"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=OPEN_S, sock_read=SILENT_S),
            ) as response:
                if response.status != 200:
                    body = await response.content.read(_SAYS_NO_BYTES)
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    raise self._trouble(response.status, headers, body)
                if response.content_type != "application/json":
                    raise _ill("not-json", Cause.SERVER, f"{response.content_type} instead of JSON")
                yield None
                rest = b""
                async for chunk in response.content.iter_any():
                    *lines, rest = (rest + chunk).split(b"\n")
                    if len(rest) > MAX_LINE_BYTES:
                        raise _ill("too-large", Cause.SERVER, f"a line of more than {MAX_LINE_BYTES} bytes")
                    for line in lines:
                        yield self._line(line.strip())
        except (aiohttp.ClientError, OSError) as ex:  # Also a TimeoutError.
            raise _ill("unreachable", Cause.DROPPED, f"lost the stream: {type(ex).__name__}: {ex}") from ex
        raise _ill("unreachable", Cause.DROPPED, "closed the stream")

    def _line(self, line: bytes) -> parse.Answer | BadInput | None:
        if not line:
            return None
        try:
            answer = parse.parse_answer(fields.decode(line))
        except BadInput as ex:
            return ex
        if not answer.posts and answer.problems:
            raise self._complaint(200, {}, answer.problems[0])
        return answer

    async def _change_rules(self, change: Mapping[str, object]) -> None:
        body = json.dumps(change).encode()
        answer = await self._ask("/2/tweets/search/stream/rules", body=body)
        try:
            problems = parse.parse_problems(fields.decode(answer))
        except BadInput as ex:
            raise _unreadable(ex) from ex
        if any(problem.kind != "duplicate-rules" for problem in problems):
            raise self._complaint(200, {}, problems[0])

    async def _ask(self, path: str, *, query: http.Query = (), body: bytes | None = None, stale: bool = False) -> bytes:
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        method = "GET" if body is None else "POST"
        answer = await http.ask(
            self._tools, API, path, method=method, query=query, headers=headers, body=body, known=_NO
        )
        if answer.status == 400 and stale:
            raise Stale(f"{API}: status 400 for a page", code="unexpected-answer", cause=Cause.SERVER)
        if answer.status in _NO:
            raise self._trouble(answer.status, answer.headers, answer.body)
        return answer.body

    def _read(self, body: bytes) -> parse.Answer:
        return parse.parse_answer(fields.decode(body))

    def _trouble(self, status: int, headers: Mapping[str, str], body: bytes) -> SourceUnavailable:
        try:
            problems = parse.parse_problems(fields.decode(body))
        except BadInput:
            problems = ()
        return self._complaint(status, headers, next(iter(problems), parse.Problem()))

    def _complaint(self, status: int, headers: Mapping[str, str], problem: parse.Problem) -> SourceUnavailable:
        """X said no: with a status, or by *problem* in an answer that is otherwise well."""
        said = f"status {status} {problem.kind} {problem.title} {problem.issue}".rstrip()
        asked_s = asked_to_wait(headers, now=self._tools.now())
        if problem.issue == "TooManyConnections":
            return _ill("too-many-connections", Cause.LIMITED, said)
        if status == 402 or problem.kind in {"usage-capped", "credits"}:
            return _ill("credits-used", Cause.LIMITED, said, asked_s)
        if status == 429 or problem.kind == "rate-limit-exceeded":
            return _ill("limited", Cause.LIMITED, said, asked_s)
        if status in {401, 403} or problem.kind in {"client-forbidden", "unsupported-authentication"}:
            return _ill("token-refused" if status == 401 else "refused", Cause.REFUSED, said)
        if problem.kind in {"operational-disconnect", "client-disconnected"}:
            return _ill("unreachable", Cause.DROPPED, said)
        if status >= 500:
            return _ill("server-error", Cause.SERVER, said, asked_s if "retry-after" in headers else None)
        return _ill("unexpected-answer", Cause.SERVER, said)


def _ill(code: str, cause: Cause, what: str, asked_s: float | None = None) -> SourceUnavailable:
    return SourceUnavailable(f"{API}: {what}", code=code, cause=cause, asked_s=asked_s)


def _unreadable(ex: BadInput) -> SourceUnavailable:
    return _ill(ex.code if ex.code == "not-json" else "unreadable", Cause.SERVER, f"{ex.field or ''} {ex}")
