"""Which peers are there: mastodon-mock always, since it is among the packages; the others with `--peers`."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that take the fixture `peers`, unless they were asked for."""
    if config.option.peers:
        return
    left_out = [item for item in items if isinstance(item, pytest.Function) and "peers" in item.fixturenames]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
