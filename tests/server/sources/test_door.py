from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import BadInput
from server.sources.contract import (
    AuthorGone,
    Condition,
    Delete,
    Finding,
    Health,
    NetworkPost,
    PictureRef,
    Trial,
    Upsert,
)
from server.sources.door import contained, cursor_of, fit, fit_event

POST = NetworkPost(native_id="1", uri="https://a.example/1", author_id="anna", text="Goedemorgen")


def _post(**changes: Any) -> Upsert:
    return Upsert(post=msgspec.structs.replace(POST, **changes))


_MOMENTS = st.none() | st.integers(-(2**62), 2**62)
_PICTURES = st.lists(
    st.builds(PictureRef, url=st.text(), alt=st.text(), width=st.none() | st.integers(0, 9)), max_size=3
).map(tuple)
_POSTS = st.builds(
    NetworkPost,
    native_id=st.text(),
    uri=st.text(),
    author_id=st.text(),
    text=st.text(),
    created=_MOMENTS,
    expires=_MOMENTS,
    media=_PICTURES,
    emojis=st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
)
_EVENTS = (
    st.builds(Upsert, post=_POSTS)
    | st.builds(Delete, native_id=st.none() | st.text(), uri=st.none() | st.text())
    | st.builds(AuthorGone, author_id=st.text())
    | st.builds(Health, condition=st.sampled_from(Condition), counts=st.dictionaries(st.text(), st.integers(0, 9)))
)


@given(_EVENTS, st.none() | st.text())
def test_what_fits_comes_in_as_it_is(event: Any, cursor: str | None) -> None:
    assert fit_event((event, cursor)) == (event, cursor)


def test_lists_of_a_sloppy_source_come_in_as_tuples() -> None:
    sloppy = _post(media=[PictureRef(url="https://a.example/1.jpg")], emojis=[["cat", "https://a.example/cat"]])

    event, _ = fit_event((sloppy, None))

    assert event == _post(
        media=(PictureRef(url="https://a.example/1.jpg"),), emojis=(("cat", "https://a.example/cat"),)
    )


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(None, id="nothing"),
        pytest.param(42, id="a-number"),
        pytest.param(_post(), id="no-cursor"),
        pytest.param((_post(), "1", "2"), id="two-cursors"),
        pytest.param((42, "1"), id="no-event"),
        pytest.param((POST, "1"), id="a-bare-post"),
        pytest.param((_post(), 7), id="cursor-a-number"),
        pytest.param((_post(text=None), "1"), id="no-text"),
        pytest.param((_post(text=b"tekst"), "1"), id="text-of-bytes"),
        pytest.param((_post(text="half \ud83d"), "1"), id="text-that-can-not-be-sent"),
        pytest.param((Delete(native_id="\ud83d"), "1"), id="id-that-can-not-be-written"),
        pytest.param((_post(created=10**30), "1"), id="created-in-no-year"),
        pytest.param((_post(native_id=12), "1"), id="id-a-number"),
        pytest.param((_post(expires="2026-11-23T02:00:00Z"), "1"), id="expires-a-text"),
        pytest.param((_post(expires=math.inf), "1"), id="expires-never"),
        pytest.param((_post(created=datetime.now(UTC)), "1"), id="created-a-moment"),
        pytest.param((_post(media=None), "1"), id="no-media"),
        pytest.param((_post(media=(PictureRef(url=5),)), "1"), id="a-picture-without-address"),  # type: ignore[arg-type]
        pytest.param((_post(emojis=(("cat",),)), "1"), id="half-an-emoji"),
        pytest.param((_post(tags=object()), "1"), id="no-tags"),
        pytest.param((Upsert(post=None), "1"), id="no-post"),  # type: ignore[arg-type]
        pytest.param((Delete(native_id=5), "1"), id="delete-of-a-number"),  # type: ignore[arg-type]
        pytest.param((Delete(uri=["a"]), "1"), id="delete-of-a-list"),  # type: ignore[arg-type]
        pytest.param((AuthorGone(author_id=None), "1"), id="nobody-gone"),  # type: ignore[arg-type]
        pytest.param((Health(condition="fine"), "1"), id="health-unknown"),  # type: ignore[arg-type]
        pytest.param((Health(condition=Condition.OK, counts={"a": "b"}), "1"), id="counts-of-text"),  # type: ignore[dict-item]
        pytest.param((Health(condition=Condition.OK, retry_at="now"), "1"), id="retry-at-a-text"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_stays_outside(told: Any) -> None:
    with pytest.raises(BadInput) as caught:
        fit_event(told)

    assert caught.value.code == "unreadable"


def test_nothing_of_what_did_not_fit_is_repeated() -> None:
    with pytest.raises(BadInput) as caught:
        fit_event((Delete(native_id=["geheim"]), "1"))  # type: ignore[arg-type]

    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("told", "cursor"), [((42, "17"), "17"), ((42, 17), None), ((42, None), None), (42, None), ((1, 2, "3"), None)]
)
def test_cursor_is_read_where_only_the_event_does_not_fit(told: Any, cursor: str | None) -> None:
    assert cursor_of(told) == cursor


def test_trial_with_a_broken_post_in_it_does_not_fit() -> None:
    good = Trial(findings=(Finding(where="a.example", posts=(POST,)),))
    bad = Trial(findings=(Finding(where="a.example", posts=(_post(created="gisteren").post,)),))

    assert fit(good, Trial) == good
    for wrong in (bad, Trial(findings=None), None, "ok"):  # type: ignore[arg-type]
        with pytest.raises(BadInput):
            fit(wrong, Trial)


@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError()], ids=["exit", "cancelled"])
async def test_what_would_end_more_than_the_source_is_a_failure_of_it(error: BaseException) -> None:
    with pytest.raises(RuntimeError), contained():
        raise error


async def test_whoever_is_really_cancelled_stays_cancelled() -> None:
    async def waiting() -> None:
        with contained():
            await asyncio.Event().wait()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_that_is_up_is_no_failure_of_a_source() -> None:
    async def hurried() -> None:
        async with asyncio.timeout(0):
            with contained():
                await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await hurried()
