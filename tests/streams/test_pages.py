"""Pages: what is on one, and the way to the next, by cursor and by offset."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import errors, funcs
from openrouter_sdk.lib.arguments import OPTIONS
from openrouter_sdk.lib.model import Unrecognized, named
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import FILES, MODELS, UPLOAD, Api, Face, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openrouter_sdk import OpenRouter
    from openrouter_sdk.lib.operation import Operation


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


@pytest.mark.parametrize(("params", "requests"), [({}, 1), ({"limit": 6}, 2), ({"offset": 7, "limit": 4}, 2)])
def test_the_end_by_offset_is_where_the_total_is_reached(
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
    "empty page": [page_reply("a", cursor="c1"), page_reply("b", cursor="c2"), page_reply(cursor="c2")],
    "empty pages": [page_reply(cursor="c1"), page_reply("a", cursor="c2"), page_reply(cursor="c3"), page_reply("b")],
    "the same page": [page_reply("a", "b", cursor="c1"), page_reply("a", "b", cursor="c1")],
    "the same page, another cursor": [page_reply("a", "b", cursor="c1"), page_reply("a", "b", cursor="c2")],
    "last by link": [page_reply("a", "b", cursor="c1", links={"next": None})],
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
    fake.enqueue(Reply(body={"data": None, "cursor": "c1"}), page_reply("a"))
    page = face.call(client, FILES).unwrap()
    assert list(page.items) == []
    items, error = face.read(page)
    assert (names(items), error) == (["a"], None)


def test_a_page_is_a_sequence_of_its_own_items(client: OpenRouter, face: Face) -> None:
    page = face.call(client, MODELS, limit=5).unwrap()
    assert len(page) == 5
    assert page[0] is page.items[0]
    assert page[-2:] == page.items[-2:]
    assert page.data is page.items
    with pytest.raises(IndexError):
        page[5]


def test_an_asynchronous_page_is_not_iterated_synchronously(client: OpenRouter, face: Face) -> None:
    """By its length and indices alone it would be, and end without a word after its own items."""
    page = face.call(client, MODELS, limit=5).unwrap()
    if face.is_async:
        with pytest.raises(TypeError, match="not iterable"):
            iter(page)


# Servers that don't page, or page in ways of their own. What is scripted here comes again, whatever is asked.

MANY = 9


def listing(*ids: str, **fields: Any) -> Reply:
    return Reply(body={"data": [{"id": name, "name": name} for name in ids], **fields})


def paged_operations() -> Iterator[tuple[str, Operation[Any, Any]]]:
    for module in pkgutil.iter_modules(funcs.__path__):
        operation = getattr(import_module(f"openrouter_sdk.funcs.{module.name}"), "OPERATION", None)
        if operation is not None and operation.paging is not None:
            yield module.name, operation


PAGED = dict(paged_operations())
MARKED_BY_US = {
    "api_keys_list", "containers_list_container_files", "interns_list_interns", "tools_list_tools",
    "vault_list_intern_effective_vault_secrets", "vault_list_intern_vault_secrets", "vault_list_vault_secrets",
}  # fmt: skip


def api_of(function: str) -> Api:
    operation = PAGED[function]
    resource, _ = operation.params.split(".")
    required = named(f"params.{operation.params}").__required_keys__ - OPTIONS
    return Api(function, f"{resource}.{function.removeprefix(resource + '_')}", dict.fromkeys(required, "x"))


def test_all_listings_that_the_api_pages_are_paged() -> None:
    assert PAGED.keys() >= MARKED_BY_US
    for function, operation in PAGED.items():
        params = named(f"params.{operation.params}")
        paging = operation.paging
        assert paging is not None
        argument = paging.cursor_argument if paging.cursor else "offset"
        assert argument in params.__optional_keys__, function


@pytest.mark.parametrize("function", PAGED)
def test_a_server_that_does_not_page_is_read_once(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, function: str
) -> None:
    """It answers with the same page whatever the offset, limit or cursor."""
    paging = PAGED[function].paging
    assert paging is not None
    cursor = {paging.cursor: "c1"} if paging.cursor else {}
    ids = [str(number) for number in range(paging.limit or 3)]
    fake.enqueue(*[listing(*ids, **cursor)] * MANY)
    items, error = face.read(face.call(client, api_of(function)).unwrap())
    assert (len(items), error) == (len(ids), None)
    assert len(fake.requests) <= 2


@pytest.mark.parametrize("extra", [
    {"total_count": 2},
    {"links": {"next": None}},
    {"total_count": 2, "links": {"next": None}},
    {"has_more": False},
    {},
])  # fmt: skip
@pytest.mark.parametrize("limit", [1, 3])
def test_a_page_that_says_or_shows_that_it_is_the_last(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, extra: dict[str, Any], limit: int
) -> None:
    """Without a word on it, one with more items than asked for, or fewer, is the last."""
    fake.enqueue(*[listing("a", "b", **extra)] * MANY)
    items, error = face.read(face.call(client, MODELS, limit=limit).unwrap())
    assert (names(items), error) == (["a", "b"], None)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("extra", [
    {"total_count": 3},
    {"links": {"next": "/models?offset=1"}},
    {"has_more": True},
    {"total_count": 1, "has_more": True},
])  # fmt: skip
def test_a_short_page_that_says_there_is_more_leads_on(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, extra: dict[str, Any]
) -> None:
    """A server may have a limit of its own, below the one that was asked for."""
    fake.enqueue(listing("a", **extra), listing("b", **extra), listing("c", **extra), listing())
    items, error = face.read(face.call(client, MODELS, limit=9).unwrap())
    assert (names(items), error) == (["a", "b", "c"], None)
    assert [request.query.get("offset") for request in fake.requests][:3] == [None, ["1"], ["2"]]


@pytest.mark.parametrize("last", ["a", "b"])
def test_a_page_seen_before_ends_the_pages(fake: FakeOpenRouter, client: OpenRouter, face: Face, last: str) -> None:
    """Whether it is the one before it, or an older one."""
    more = {"links": {"next": "/models?offset=2"}, "usage": 1}
    fake.enqueue(listing("a", **more), listing("b", **more), *[listing(last, **more)] * MANY)
    items, error = face.read(face.call(client, MODELS, limit=1).unwrap())
    assert (names(items), error) == (["a", "b"], None)
    assert len(fake.requests) == 3


def test_a_page_seen_before_is_told_by_its_ids(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    keys = [[{"hash": "h", "name": "k", "usage": usage}] for usage in range(MANY)]
    fake.enqueue(*(Reply(body={"data": data}) for data in keys))
    items, error = face.read(face.call(client, api_of("api_keys_list")).unwrap())
    assert ([item.hash for item in items], error) == (["h"], None)
    assert len(fake.requests) == 2


def test_items_that_cannot_be_told_apart_by_ids_are_by_all_they_hold(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    rows = [[{"rank": rank, "app_name": half}] for rank in range(2) for half in ("\ud83d", "a")]
    fake.enqueue(*(Reply(body={"data": data}) for data in rows), *[Reply(body={"data": rows[-1]})] * MANY)
    items, error = face.read(face.call(client, api_of("datasets_get_app_rankings"), limit=1).unwrap())
    assert ([item.rank for item in items], error) == ([0, 0, 1, 1], None)


def test_pages_go_as_far_as_the_api_lets_skip(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    pages = [[{"rank": 50 * page + row} for row in range(50)] for page in range(MANY)]
    fake.enqueue(*(Reply(body={"data": data}) for data in pages))
    items, error = face.read(face.call(client, api_of("datasets_get_app_rankings")).unwrap())
    assert ([item.rank for item in items], error) == ([*range(150)], None)
    assert [request.query.get("offset") for request in fake.requests] == [None, ["50"], ["100"]]


BATCHES = Api("batch_list", "batch.list")


def test_an_empty_page_with_a_new_cursor_leads_on(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(
        listing(has_more=True, last_id="b"), listing(has_more=True, last_id="c"),
        listing("d", has_more=False, last_id="d"),
    )  # fmt: skip
    items, error = face.read(face.call(client, BATCHES).unwrap())
    assert (names(items), error) == (["d"], None)
    assert [request.query.get("after") for request in fake.requests] == [None, ["b"], ["c"]]


def test_a_page_that_says_more_and_leads_nowhere_new_is_an_error(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    fake.enqueue(*[listing(has_more=True, last_id="b")] * MANY)
    items, error = face.read(face.call(client, BATCHES).unwrap())
    assert items == []
    assert type(error) is errors.OpenRouterDefaultError
    assert len(fake.requests) == 2


CURSORS = {
    "text": ("c 1&", "c 1&"),
    "integer": (17, "17"),
    "number": (1.5, "1.5"),
    "boolean": (True, "true"),
    "array": (["x", 2], '["x",2]'),
    "object": ({"id": {"x": None}}, '{"id":{"x":null}}'),
}


@pytest.mark.parametrize(("cursor", "sent"), CURSORS.values(), ids=CURSORS)
def test_a_cursor_may_be_any_json_value(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, cursor: Any, sent: str
) -> None:
    fake.enqueue(page_reply("a", cursor=cursor), page_reply("b"))
    items, error = face.read(face.call(client, FILES).unwrap())
    assert (names(items), error) == (["a", "b"], None)
    assert fake.requests[1].query["cursor"] == [sent]


@pytest.mark.parametrize(("shape", "argument"), [("openai", "after"), ("anthropic", "after_id")])
def test_files_in_the_shapes_of_providers_lead_on_by_the_last_id(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, shape: str, argument: str
) -> None:
    first, second = ({"_shape": shape, "data": [{"id": name, "filename": name}], "first_id": name, "last_id": name,
                      "has_more": name == "a"} for name in "ab")  # fmt: skip
    fake.enqueue(Reply(body=first), Reply(body=second))
    items, error = face.read(face.call(client, FILES).unwrap())
    assert (names(items), error) == (["a", "b"], None)
    assert [request.query.get(argument) for request in fake.requests] == [None, ["a"]]


def test_a_page_of_an_unknown_shape_keeps_its_items(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(
        Reply(body={"_shape": "hologram", "data": [{"id": "a"}], "cursor": "c1"}),
        Reply(body={"_shape": "hologram", "data": [{"id": "b"}], "cursor": None}),
    )
    items, error = face.read(face.call(client, FILES).unwrap())
    assert error is None
    assert [item.raw for item in items if isinstance(item, Unrecognized)] == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("params", [
    {"extra_query": {"offset": 2, "limit": "2"}},
    {"offset": "2", "limit": 2.0},
    {"offset": None, "extra_query": {"offset": "2", "limit": 2}},
])  # fmt: skip
def test_pages_lead_on_however_the_numbers_were_given(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, params: dict[str, Any]
) -> None:
    fake.enqueue(listing("a", "b"), listing("c", "d"), listing())
    page = face.call(client, MODELS, **params)
    if not page.ok:
        pytest.skip("refused as an argument")
    items, error = face.read(page.unwrap())
    assert (names(items), error) == (["a", "b", "c", "d"], None)
    assert [request.query["offset"] for request in fake.requests] == [["2"], ["4"], ["6"]]
    assert [request.query["limit"] for request in fake.requests] == [["2"]] * 3


@pytest.mark.parametrize("odd", [
    {"links": "next"}, {"links": None}, {"links": {}}, {"total_count": "many"},
    {"total_count": None}, {"total_count": -1}, {"has_more": "false"}, {"has_more": None},
])  # fmt: skip
def test_what_says_nothing_is_passed_over(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, odd: dict[str, Any]
) -> None:
    fake.enqueue(listing("a", "b", **odd), listing("c", **odd))
    items, error = face.read(face.call(client, MODELS, limit=2).unwrap())
    assert (names(items), error) == (["a", "b", "c"], None)
