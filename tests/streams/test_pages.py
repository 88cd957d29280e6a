"""Pages: what is on one, and the way to the next, by cursor and by offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import errors
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import FILES, MODELS, UPLOAD, Api, Face, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter


def page_reply(*ids: str, cursor: str | None = None, **fields: Any) -> Reply:
    items = [{"id": name, "filename": name, "type": "file"} for name in ids]
    return Reply(body={"_shape": "openrouter", "data": items, "cursor": cursor, **fields})


def names(items: list[Any]) -> list[str]:
    return [item.id for item in items]


def test_items_by_cursor(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    for number in range(5):
        face.call(client, UPLOAD, file=(f"{number}.txt", b"x")).unwrap()
    whole = names(face.call(client, FILES).unwrap().result.data)
    fake.requests.clear()
    items, error = face.read(face.call(client, FILES, limit=2).unwrap())
    assert error is None
    assert [item.filename for item in items][-5:] == [f"{number}.txt" for number in range(5)]
    assert names(items) == whole
    turns = (len(whole) + 1) // 2
    assert [request.query["limit"] for request in fake.requests] == [["2"]] * turns
    assert ["cursor" in request.query for request in fake.requests] == [False] + [True] * (turns - 1)


def test_items_by_offset(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    items, error = face.read(face.call(client, MODELS, limit=5).unwrap())
    assert error is None
    assert len(set(names(items))) == 12
    assert [request.query.get("offset") for request in fake.requests] == [None, ["5"], ["10"]]


@pytest.mark.parametrize(("params", "requests"), [({}, 1), ({"limit": 6}, 3), ({"offset": 7, "limit": 4}, 2)])
def test_the_end_by_offset_is_an_empty_or_short_page(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, params: dict[str, Any], requests: int
) -> None:
    items, error = face.read(face.call(client, MODELS, **params).unwrap())
    assert error is None
    assert len(items) == 12 - params.get("offset", 0)
    assert len(fake.requests) == requests


def test_a_page(client: OpenRouter, face: Face) -> None:
    page = face.call(client, MODELS, limit=5).unwrap()
    assert len(page.items) == 5
    assert page.result.data == page.items
    assert page.result.total_count == 12
    assert page.response.status_code == 200
    second = following(face, page)
    assert second.items != page.items
    assert len(following(face, second).items) == 2
    assert names(following(face, page).items) == names(second.items)  # going on twice gives the same


def following(face: Face, page: Any) -> Any:
    found = face.settle(page.next())
    return found if face.is_method or found is None else found.unwrap()


def test_after_the_last_page_comes_none(client: OpenRouter, face: Face) -> None:
    page = face.call(client, MODELS, offset=10, limit=5).unwrap()
    assert following(face, page) is None


def test_pages(client: OpenRouter, face: Face) -> None:
    pages, error = face.read(face.call(client, MODELS, limit=5).unwrap().pages())
    assert error is None
    assert [len(page.items) for page in pages] == [5, 5, 2]


def test_iteration_is_lazy_and_can_begin_again(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    page = face.call(client, MODELS, limit=5).unwrap()
    face.read(page, 3)
    assert len(fake.requests) == 1
    assert len(face.read(page)[0]) == 12


ENDS = {
    "no cursor": [page_reply("a", cursor="c1"), page_reply("b")],
    "empty cursor": [page_reply("a", cursor="c1"), page_reply("b", cursor="")],
    "no more": [page_reply("a", cursor="c1", has_more=True), page_reply("b", cursor="c2", has_more=False)],
    "empty page": [page_reply("a", cursor="c1"), page_reply("b", cursor="c2"), page_reply(cursor="c3")],
}


@pytest.mark.parametrize("replies", ENDS.values(), ids=ENDS)
def test_the_end_by_cursor(fake: FakeOpenRouter, client: OpenRouter, face: Face, replies: list[Reply]) -> None:
    fake.enqueue(*replies)
    items, error = face.read(face.call(client, FILES).unwrap())
    assert (names(items), error) == (["a", "b"], None)
    assert len(fake.requests) == len(replies)


@pytest.mark.parametrize("cursors", [("c1", "c1"), ("c1", "c2", "c1")])
def test_a_cursor_that_comes_again_is_an_error(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, cursors: tuple[str, ...]
) -> None:
    fake.enqueue(*(page_reply(str(number), cursor=cursor) for number, cursor in enumerate(cursors)))
    items, error = face.read(face.call(client, FILES).unwrap())
    assert names(items) == [str(number) for number in range(len(cursors))]
    assert type(error) is errors.OpenRouterDefaultError
    assert "'c1'" in str(error)


@pytest.mark.parametrize("over", ["items", "pages"])
def test_an_error_ends_the_pages_once(fake: FakeOpenRouter, client: OpenRouter, face: Face, over: str) -> None:
    fake.enqueue(page_reply("a", cursor="c1"), Reply(403, {"error": {"code": 403, "message": "no"}}))
    page = face.call(client, FILES).unwrap()
    found, error = face.read(page if over == "items" else page.pages())
    assert len(found) == 1
    assert type(error) is errors.ForbiddenResponseError
    assert len(fake.requests) == 2


@pytest.mark.parametrize("api", [FILES, MODELS], ids=["files", "models"])
def test_an_error_on_the_first_page(fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api) -> None:
    fake.enqueue(Reply(403, {"error": {"code": 403, "message": "no"}}))
    error_of(face.call(client, api), errors.ForbiddenResponseError)


def test_options_and_retries_apply_to_every_page(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float]
) -> None:
    busy = Reply(503, {"error": {"code": 503, "message": "busy"}})
    fake.enqueue(busy, page_reply("a", cursor="c1"), busy, page_reply("b"))
    page = face.call(client, FILES, extra_headers={"x-mine": "1"}, workspace_id="w", extra_query={"q": "2"}).unwrap()
    items, error = face.read(page)
    assert (names(items), error) == (["a", "b"], None)
    assert len(naps) == 2
    for request in fake.requests:
        assert request.headers["x-mine"] == "1"
        assert (request.query["workspace_id"], request.query["q"]) == (["w"], ["2"])


def test_a_page_that_does_not_fit_is_kept(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(body={"data": None, "cursor": "c1"}))
    page = face.call(client, FILES).unwrap()
    assert list(page.items) == []
    assert face.read(page) == ([], None)
