"""The server describes itself completely, and without the network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.server_stage import Stage
from tests.test_server_routes import ROUTES

API_PAGE = Path(__file__).parent.parent / "docs" / "api.md"
VERBS = {"get", "post", "put", "patch", "delete"}


async def read_document() -> dict[str, Any]:
    document: dict[str, Any] = (await Stage().ask("GET", "/openapi.json", headers={})).json()
    return document


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (verb.upper(), path): item[verb] for path, item in document["paths"].items() for verb in VERBS & item.keys()
    }


async def test_the_document_is_openapi_3_1_and_knows_every_route_that_is_tested() -> None:
    document = await read_document()
    assert document["openapi"].startswith("3.1")
    known = [(verb, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for verb, path in operations(document)]
    for method, url, *_ in ROUTES:
        path = url.partition("?")[0]
        assert any(verb == method and pattern.fullmatch(path) for verb, pattern in known), (method, path)


async def test_every_operation_says_what_it_does_what_it_answers_and_how_it_fails() -> None:
    document = await read_document()
    for place, operation in operations(document).items():
        assert operation["description"], place
        assert operation["responses"]["default"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/Envelope"
        }
        assert "200" in operation["responses"], place


async def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = await read_document()
    names = set(re.findall(r"#/components/schemas/(\w+)", msgspec.json.encode(document).decode()))
    assert names <= set(document["components"]["schemas"])
    assert {"Quote", "QuoteFault", "Envelope", "Submission"} <= names


async def test_the_document_asks_for_a_key_everywhere_but_where_none_is_needed() -> None:
    document = await read_document()
    assert document["security"] == [{"bearer": []}]
    free = [place for place, operation in operations(document).items() if operation.get("security") == []]
    assert free == [("GET", "/v1/health/live")]


async def test_each_documented_route_stands_on_the_page_about_the_api() -> None:
    page = API_PAGE.read_text("utf-8")
    for verb, path in operations(await read_document()):
        assert f"| {verb} | `{path}` |" in page, f"docs/api.md says nothing of {verb} {path}"


async def test_the_page_names_no_route_that_is_not_served() -> None:
    served = set(operations(await read_document())) | {("GET", "/openapi.json"), ("GET", "/docs")}
    rows = re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", API_PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(rows) == served


@pytest.mark.parametrize("url", ["/docs", "/"])
async def test_the_docs_page_loads_nothing_from_elsewhere(url: str) -> None:
    answer = await Stage().ask("GET", url, headers={})
    assert answer.headers["content-type"].startswith("text/html")
    assert "//" not in re.sub(r"(?m)^\s*//.*$", "", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'fetch("openapi.json")' in answer.text
