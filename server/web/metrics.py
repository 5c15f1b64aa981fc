"""The figures of a server in the Prometheus format."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from server.web.site import Site

_COUNTERS = ("frames", "deliveries", "bytes", "snapshots", "resumes", "slow", "lost", "refused", "floods")


def render(site: Site) -> bytes:
    """All figures, as text."""
    registry = CollectorRegistry()
    registry.register(_Collector(site))
    return generate_latest(registry)


class _Collector:
    """What the metrics page tells: counts by symposium, status and audience; nothing about anybody."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        yield self._posts()
        yield self._connections()
        yield from self._counters()

    def _posts(self) -> Metric:
        family = GaugeMetricFamily("fontein_posts", "Posts by status.", labels=("symposium", "status"))
        for slug, hall in self._site.halls.items():
            state = hall.node.state
            for status in ("held", "shown", "hidden", "rejected"):
                family.add_metric((slug, status), len(getattr(state, status)))
        return family

    def _connections(self) -> Metric:
        family = GaugeMetricFamily("fontein_connections", "Open live streams.", labels=("symposium", "audience"))
        for slug, hall in self._site.halls.items():
            for channel in hall.hub.channels:
                family.add_metric((slug, channel.audience.value), channel.stats.connections)
        return family

    def _counters(self) -> Iterator[Metric]:
        for name in _COUNTERS:
            family = CounterMetricFamily(
                f"fontein_live_{name}", f"Live streams: {name}.", labels=("symposium", "audience")
            )
            for slug, hall in self._site.halls.items():
                for channel in hall.hub.channels:
                    family.add_metric((slug, channel.audience.value), getattr(channel.stats, name))
            yield family
