"""
What fan-out costs: the real channel against a floor in C, a naive loop, and nginx with nchan where they are installed.

    python3 run.py bench fanout [-n 1000 5000 10000] [--runs 3] [--steady 60] [--burst 50] [--rate 10]

Each run starts one server, connects N clients (load.c), sends messages at a steady rate, then a burst. The candidates
take turns within a run, and a ratio is the median of the runs' ratios: CPU figures move with the machine and its
neighbours, those of two that ran next to each other hardly.

CPU is that of the server's processes, user and system, from the kernel's own nanoseconds (schedstat); on loopback it
includes the receiving half of TCP, for everyone alike. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import IO, Any

HERE = Path(__file__).resolve().parent
NCHAN_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_nchan_module.so"),
    Path("/usr/share/nginx/modules/ngx_nchan_module.so"),
)
READ_PAUSE_US = 2000
"""The load client reads every 2 ms: a send does not wake an idle core each time."""
SETTLE_S = 0.5
TIMEOUT_S = 90

STEADY_TO_NCHAN = 1.1
STEADY_TO_NAIVE = 0.85
BURST_TO_FLOOR = 0.35
KIB_PER_CONNECTION = 16.0


@dataclass(frozen=True)
class Result:
    """One run of one candidate with one number of clients."""

    candidate: str
    clients: int
    steady_cpu_s_per_million: float
    burst_cpu_s_per_million: float
    steady_p50_ms: float
    steady_p99_ms: float
    burst_wall_ms: float
    kib_per_connection: float
    connect_cpu_ms_per_thousand: float
    lost: int
    """Messages that did not come or not in order, and connections that were refused or closed."""


@dataclass(frozen=True)
class Plan:
    """How much is sent."""

    clients: int
    steady: int
    burst: int
    rate_per_s: float


class Server:
    """A running candidate: its processes, and how to make it send."""

    def __init__(self, pids: Callable[[], Sequence[int]], go: Callable[[Plan], None], burst: Callable[[Plan], None]):
        self.pids = pids
        self.go = go
        self.burst = burst

    def cpu_s(self) -> float:
        """CPU seconds that its processes used until now."""
        return sum(_task_cpu_ns(pid) for pid in self.pids()) / 1e9

    def rss_kib(self) -> float:
        """Resident memory of its processes; shared pages count for each."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids())
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def _task_cpu_ns(pid: int) -> int:
    total_ns = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # A thread may end meanwhile.
            total_ns += int((task / "schedstat").read_text().split()[0])
    return total_ns


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def _obedient(command: list[str]) -> Iterator[Server]:
    """A server that takes `go` and `burst` on its standard input."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    commands, answers = process.stdin, process.stdout

    def tell(line: str) -> None:
        commands.write(line + "\n")
        commands.flush()

    if answers.readline().strip() != "LISTENING":
        raise RuntimeError(f"{command[0]} did not start")
    try:
        yield Server(
            lambda: [process.pid],
            lambda plan: tell(f"go {plan.rate_per_s} {plan.steady}"),
            lambda plan: tell(f"burst {plan.burst}"),
        )
    finally:
        tell("quit")
        commands.close()
        process.wait(TIMEOUT_S)
        answers.close()


NGINX_CONF = """
daemon off; worker_processes 1; worker_rlimit_nofile {files}; pid {folder}/pid; error_log {folder}/error.log warn;
load_module {module};
events {{ worker_connections {connections}; }}
http {{
  access_log off; nchan_shared_memory_size 256M;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /pub {{ nchan_publisher; nchan_channel_id wall; nchan_message_buffer_length 200; }}
    location = / {{ nchan_subscriber websocket; nchan_channel_id wall; nchan_subscriber_first_message newest; }}
  }}
}}
"""


class NchanPublisher:
    """Posts marked messages to nchan, one request after the other."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        self._marker = 0

    def publish(self) -> None:
        """One message to everybody."""
        self._marker += 1
        head = f'{{"text":"@@{self._marker:08d}:{time.monotonic_ns():020d} '
        self._connection.request("POST", "/pub", head.ljust(598, "x") + '"}')
        self._connection.getresponse().read()

    def go(self, plan: Plan) -> None:
        """The steady part."""
        start_s = time.monotonic()
        for number in range(plan.steady):
            time.sleep(max(0.0, start_s + number / plan.rate_per_s - time.monotonic()))
            self.publish()

    def burst(self, plan: Plan) -> None:
        """The burst."""
        for _ in range(plan.burst):
            self.publish()


@contextlib.contextmanager
def _nchan(module: Path, port: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder, "nginx.conf")
        files = os.sysconf("SC_OPEN_MAX")
        conf.write_text(
            NGINX_CONF.format(folder=folder, module=module, port=port, files=files, connections=max(files - 100, 100))
        )
        process = subprocess.Popen(["nginx", "-p", folder, "-c", str(conf)], stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            publisher = NchanPublisher(port)
            yield Server(lambda: _family(process.pid), publisher.go, publisher.burst)
        finally:
            process.terminate()
            process.wait(TIMEOUT_S)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _wait_for(port: int) -> None:
    end_s = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.05)
        else:
            return


def _start(candidate: str, binaries: Path) -> contextlib.AbstractContextManager[tuple[Server, int]]:
    port = _free_port()

    @contextlib.contextmanager
    def started() -> Iterator[tuple[Server, int]]:
        if candidate == "nchan":
            module = nchan_module()
            assert module is not None
            server = _nchan(module, port)
        elif candidate == "floor":
            server = _obedient([str(binaries / "floor"), str(port)])
        else:
            server = _obedient([sys.executable, str(HERE / "fanout_server.py"), candidate, str(port)])
        with server as running:
            yield running, port

    return started()


def nchan_module() -> Path | None:
    """Where nginx's nchan module is, None where nginx or the module is not installed."""
    if shutil.which("nginx") is None:
        return None
    return next((path for path in NCHAN_MODULES if path.exists()), None)


def measure(candidate: str, plan: Plan, binaries: Path) -> Result:
    """Run *candidate* once."""
    with _start(candidate, binaries) as (server, port):
        rss_before_kib, cpu_before_s = server.rss_kib(), server.cpu_s()
        arguments = {"-p": port, "-n": plan.clients, "-u": "/", "-a": plan.steady, "-b": plan.burst}
        arguments |= {"-t": TIMEOUT_S, "-w": READ_PAUSE_US}
        command = [str(binaries / "load"), *(str(part) for pair in arguments.items() for part in pair)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
            assert load.stdout is not None
            _expect(load.stdout, "READY")
            time.sleep(SETTLE_S)
            rss_kib, connect_cpu_s = server.rss_kib() - rss_before_kib, server.cpu_s() - cpu_before_s
            steady_cpu_s, _ = _send(server, server.go, plan, load.stdout, "STEADY")
            time.sleep(SETTLE_S)
            burst_cpu_s, burst_wall_s = _send(server, server.burst, plan, load.stdout, "BURST")
            counts: dict[str, Any] = json.loads(load.stdout.readline())
    expected = plan.clients * (plan.steady + plan.burst)
    return Result(
        candidate=candidate,
        clients=plan.clients,
        steady_cpu_s_per_million=steady_cpu_s / (plan.clients * plan.steady) * 1e6,
        burst_cpu_s_per_million=burst_cpu_s / (plan.clients * plan.burst) * 1e6,
        steady_p50_ms=counts["steady"]["p50_ms"],
        steady_p99_ms=counts["steady"]["p99_ms"],
        burst_wall_ms=burst_wall_s * 1000,
        kib_per_connection=rss_kib / plan.clients,
        connect_cpu_ms_per_thousand=connect_cpu_s / plan.clients * 1e6,
        lost=counts["gaps"] + counts["closed"] + counts["refused"] + abs(expected - counts["received"]),
    )


def _send(
    server: Server, send: Callable[[Plan], None], plan: Plan, answers: IO[str], until: str
) -> tuple[float, float]:
    cpu_s, start_s = server.cpu_s(), time.monotonic()
    send(plan)
    _expect(answers, until)
    return server.cpu_s() - cpu_s, time.monotonic() - start_s


def _expect(answers: IO[str], word: str) -> None:
    line = answers.readline()
    if not line.startswith(word):
        raise RuntimeError(f"the load client said {line.strip()!r} instead of {word}: {answers.read().strip()}")


def build(folder: Path) -> None:
    """Compile the C programs into *folder*."""
    for name in ("load", "floor"):
        subprocess.run(["cc", "-O2", "-o", str(folder / name), str(HERE / f"{name}.c")], check=True)


def ratio(results: Sequence[Result], field: str, ours: str, theirs: str) -> float:
    """The median over the runs of *field* of *ours* to that of *theirs*, which ran next to it."""
    mine = [getattr(result, field) for result in results if result.candidate == ours]
    others = [getattr(result, field) for result in results if result.candidate == theirs]
    return float(median(a / b for a, b in zip(mine, others, strict=True)))


def medians(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Of each candidate, the median of each figure."""
    table: dict[str, dict[str, float]] = {}
    for candidate in dict.fromkeys(result.candidate for result in results):
        rows = [asdict(result) for result in results if result.candidate == candidate]
        figures = [name for name in rows[0] if name not in ("candidate", "clients")]
        table[candidate] = {name: round(median(row[name] for row in rows), 3) for name in figures}
    return table


def judge(results: Sequence[Result]) -> dict[str, tuple[float, float]]:
    """Of each target, what was measured and what was asked for (at most)."""
    has_nchan = any(result.candidate == "nchan" for result in results)
    ours = [result for result in results if result.candidate == "channel"]
    steady, burst = "steady_cpu_s_per_million", "burst_cpu_s_per_million"
    figures = {
        "steady / naive": (ratio(results, steady, "channel", "naive"), STEADY_TO_NAIVE),
        "burst / floor": (ratio(results, burst, "channel", "floor"), BURST_TO_FLOOR),
        "KiB per connection": (median(result.kib_per_connection for result in ours), KIB_PER_CONNECTION),
        "lost": (float(max(result.lost for result in ours)), 0.0),
    }
    if has_nchan:
        figures["steady / nchan"] = (ratio(results, steady, "channel", "nchan"), STEADY_TO_NCHAN)
    return figures


def _print_table(clients: int, table: dict[str, dict[str, float]], figures: dict[str, tuple[float, float]]) -> None:
    print(f"\n{clients} clients; medians; CPU in seconds per million deliveries")
    names = list(next(iter(table.values())))
    print("  ".join(["candidate".ljust(9), *names]))
    for candidate, row in table.items():
        print("  ".join([candidate.ljust(9), *(f"{row[name]:{len(name)}.2f}" for name in names)]))
    for name, (value, bound) in figures.items():
        print(f"  {name}: {value:.2f} (at most {bound:g}) {'ok' if value <= bound else 'MISSED'}")


def main(argv: Sequence[str] | None = None) -> int:
    """
    Measure, print a table and a line of JSON per number of clients.

    Returns:
        0 when all targets were met, 1 when one was missed, 2 when nothing could be measured here.
    """
    parser = argparse.ArgumentParser(prog="run.py bench fanout", description="What fan-out costs.")
    parser.add_argument("-n", "--clients", type=int, nargs="+", default=[1000, 5000, 10000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--steady", type=int, default=60, help="messages at the steady rate")
    parser.add_argument("--burst", type=int, default=50, help="messages back to back")
    parser.add_argument("--rate", type=float, default=10.0, help="messages per second")
    options = parser.parse_args(argv)
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        print("This benchmark needs Linux and a C compiler.")
        return 2
    # The channel runs next to each of those that it is compared with.
    candidates = ["floor", "channel", "naive", *(["nchan"] if nchan_module() else [])]
    is_met = True
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        for clients in options.clients:
            plan = Plan(clients, options.steady, options.burst, options.rate)
            turns = [candidate for _ in range(options.runs) for candidate in candidates]
            results = [measure(candidate, plan, Path(folder)) for candidate in turns]
            table, figures = medians(results), judge(results)
            _print_table(clients, table, figures)
            print(json.dumps({"bench": "fanout", "clients": clients, "medians": table, "targets": figures}))
            is_met = is_met and all(value <= bound for value, bound in figures.values())
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
