"""The API's own description: true, valid, and held against the running house by a fuzzer."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import warnings
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from server.web.deadlines import Deadlines
from server.web.openapi import build
from server.web.routes import make_app
from tests.conftest import Scale
from tests.house import SLUG, Place, RealServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_document_lists_exactly_the_routes(place: Place) -> None:
    routed = {
        (route.method.lower(), route.resource.canonical)
        for route in make_app(place.house.site, Deadlines()).router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/v1/") and route.method != "HEAD"
    }

    documented = {(method, path) for path, operations in build()["paths"].items() for method in operations}

    assert documented == routed


async def test_document_is_served_and_readable_from_everywhere(place: Place) -> None:
    answer = await place.visitor(origin="https://elsewhere.example").get("/v1/openapi.json")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json == json.loads(json.dumps(build()))


def _refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_refs(v) for v in value.values()))
    return set().union(*(_refs(v) for v in value)) if isinstance(value, list) else set()


async def test_document_is_openapi_3_1(place: Place) -> None:
    """Every schema is one of JSON Schema 2020-12, every reference leads somewhere, every path hole is a parameter."""
    document = (await place.visitor().get("/v1/openapi.json")).json
    schemas = document["components"]["schemas"]

    assert document["openapi"].startswith("3.1.")
    for schema in schemas.values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})
    assert {ref.removeprefix("#/components/schemas/") for ref in _refs(document)} <= set(schemas)
    ids = [o["operationId"] for operations in document["paths"].values() for o in operations.values()]
    assert len(ids) == len(set(ids))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))
            assert operation["responses"]
            assert all(set(each) <= set(document["components"]["securitySchemes"]) for each in operation["security"])


@pytest.mark.peer
async def test_fuzzer_finds_no_5xx(tmp_path: Path, scale: Scale) -> None:
    """Schemathesis, with a badge of each kind and without: what it may find is 4xx, 503 and 507, never another 5xx."""
    examples = scale(200, 4)
    with RealServerContext(tmp_path / "data") as server:
        for token in (server.badge("organiser"), server.operator_token, None):
            found = await asyncio.to_thread(_fuzz, server, token, examples)

            assert found == []


class RealServerContext:
    """A real server with one symposium, ended for sure."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: RealServer | None = None

    def __enter__(self) -> RealServer:
        from tests.house import command

        status, _, errors = command("new", SLUG, "--title", "Proefdag", "--data", str(self._folder), "--json")
        assert status == 0, errors
        self._server = RealServer(self._folder).start()
        return self._server

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.end()


def _fuzz(server: RealServer, token: str | None, examples: int) -> list[str]:
    """What went wrong: a line for each answer that the API does not promise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schemathesis = importlib.import_module("schemathesis")
        hypothesis = importlib.import_module("hypothesis")
        document = schemathesis.openapi.from_url(f"{server.url}/v1/openapi.json")
        found: list[str] = []
        headers = {"Origin": server.url} | ({} if token is None else {"Authorization": f"Bearer {token}"})

        def try_one(case: Any) -> None:
            if "slug" in (case.path_parameters or {}):
                case.path_parameters["slug"] = SLUG
            response = case.call(headers=headers)
            retry = response.headers.get("Retry-After") or response.headers.get("retry-after")
            promised = response.status_code < 500 or (response.status_code in (503, 507) and retry)
            if not promised or b"unforeseen" in response.content:
                found.append(f"{case.method} {case.path} → {response.status_code} {response.content[:200]!r}")

        for result in document.get_all_operations():
            operation = result.ok()
            if operation.path.endswith("/live") or operation.path == "/v1/symposia":
                continue
            strategy = operation.as_strategy()
            settings = hypothesis.settings(
                max_examples=examples,
                deadline=None,
                database=None,
                suppress_health_check=list(hypothesis.HealthCheck),
                phases=[hypothesis.Phase.generate],
            )
            settings(hypothesis.given(case=strategy)(try_one))()
    return found
