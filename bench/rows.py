"""The rows of the table: each function measures one thing and returns a dictionary of plain figures."""

import json
import os
import shutil
import statistics
import time

from processes import BenchError, Child
from servers import FirstByteListener

WARM_UP_S = 1.5
START_TIMEOUT_S = 60
FIGURES = ("requests_per_cpu_s", "user_us", "system_us", "rps", "cores", "rss_kib")
CONTENDER_LIMIT = "600s"  # Every contender ends by itself, whatever happens to us.


class Contender:
    """A load generator: `command(url, vus)` gives its command line."""

    def __init__(self, name, binary, command):
        self.name = name
        self.binary = binary
        self.command = command


def contenders(setup, script="http_get.js"):
    """Those that are there, in the order of the table; wrk for plain requests only."""
    with_wrk = script == "http_get.js"
    script = os.path.join(setup.bench_dir, script)
    found = []
    if setup.wrk and with_wrk:
        found.append(
            Contender("wrk", setup.wrk, lambda url, vus: [setup.wrk, "-t1", f"-c{vus}", f"-d{CONTENDER_LIMIT}", url])
        )
    if setup.cli:
        found.append(Contender("mockarty", setup.cli, lambda url, vus: cli_run(setup, script, url, vus)))
    if setup.k6:
        found.append(
            Contender(
                "k6",
                setup.k6,
                lambda url, vus: [
                    setup.k6, "run", "--no-thresholds", "--no-summary", "--no-usage-report", "-q",
                    "--vus", str(vus), "--duration", CONTENDER_LIMIT, "-e", f"URL={url}", script,
                ],
            )
        )
    return found


def cli_run(setup, script, url, vus, duration=CONTENDER_LIMIT, extra=()):
    return [
        setup.cli, "perf", "run", script, "--workers", "1", "--vus", str(vus), "--duration", duration,
        "--quiet", "-e", f"URL={url}", *extra,
    ]


def spread(values):
    """Median and range, for a table that shows how much the figures swing."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "runs": len(values)}


def measure_window(nginx, child, seconds):
    """Requests and CPU over a window that starts now."""
    requests, cpu, begin = nginx.requests(), child.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    if not child.running():
        raise child.failure("ended before its window was over")
    # One of the requests is our own look at the counter.
    requests = nginx.requests() - requests - 1
    user, system = (after - before for before, after in zip(cpu, child.cpu_seconds()))
    cpu = user + system
    elapsed = time.monotonic() - begin
    if requests <= 0 or cpu <= 0:
        raise child.failure(f"sent {requests} requests with {cpu:.2f} CPU-seconds in its window")
    return {
        "requests": requests,
        "cpu_s": cpu,
        "elapsed_s": elapsed,
        "rps": requests / elapsed,
        "requests_per_cpu_s": requests / cpu,
        "user_us": user / requests * 1e6,
        "system_us": system / requests * 1e6,
        "cores": cpu / elapsed,
        "rss_kib": child.memory_kib(),
    }


def throughput(setup, nginx, vus, script="http_get.js", url=None):
    """Requests per CPU-second of the generator. Contenders alternate inside each repeat, in rotating order."""
    everyone = contenders(setup, script)
    samples = {contender.name: [] for contender in everyone}
    failures = {}
    for repeat in range(setup.repeats):
        turn = repeat % len(everyone)
        for contender in everyone[turn:] + everyone[:turn]:
            if contender.name in failures:
                continue
            try:
                sample = throughput_once(setup, nginx, vus, contender, url or nginx.url)
            except BenchError as error:
                failures[contender.name] = " ".join(str(error).split())
                setup.note(f"{vus} VUs: {contender.name} is left out: {failures[contender.name]}")
                continue
            samples[contender.name].append(sample)
            setup.note(f"{vus} VUs, repeat {repeat + 1}: {contender.name} "
                       f"{sample['requests_per_cpu_s']:,.0f} requests/CPU-s")
    figures = {
        name: {key: spread([run[key] for run in runs]) for key in FIGURES}
        for name, runs in samples.items()
        if name not in failures
    }
    return {"figures": figures, "failures": failures}


def throughput_once(setup, nginx, vus, contender, url):
    child = Child(contender.command(url, vus), os.path.join(setup.work_dir, f"{contender.name}.log"))
    try:
        # Every connection has been used by then, and start-up is over.
        nginx.wait_for_requests(2 * vus + 100, child, START_TIMEOUT_S)
        time.sleep(WARM_UP_S)
        return measure_window(nginx, child, setup.seconds)
    finally:
        child.kill()


def rate_accuracy(setup, nginx, rate=2_000, vus=20):
    """A target rate, over a window after its start: how far the requests that the server counted are from it."""
    script = os.path.join(setup.bench_dir, "http_get_rate.js")
    command = [setup.cli, "perf", "run", script, "--rps", str(rate), "--vus", str(vus), "--duration", CONTENDER_LIMIT,
               "--quiet", "-e", f"URL={nginx.url}"]
    errors = []
    for _ in range(setup.repeats):
        with Child(command, os.path.join(setup.work_dir, "rate.log")) as child:
            nginx.wait_for_requests(rate, child, START_TIMEOUT_S)
            time.sleep(WARM_UP_S)
            window = measure_window(nginx, child, max(5, setup.seconds))
            child.kill()
        errors.append(abs(window["rps"] / rate - 1) * 100)
        setup.note(f"{rate} requests/s asked for, {window['rps']:,.1f} counted by the server")
    return {"error_percent": spread(errors)}


def memory_of_sleepers(setup, nginx, vus=10_000):
    """Many virtual users that mostly wait: memory in all, failures, cores used."""
    report_path = os.path.join(setup.work_dir, "sleepers.json")
    seconds = max(5, 2 * setup.seconds)
    command = cli_run(
        setup, os.path.join(setup.bench_dir, "http_get_sleep.js"), nginx.url, vus,
        duration=f"{int(seconds + 15)}s", extra=["--out", f"json:{report_path}"],
    )
    with Child(command, os.path.join(setup.work_dir, "sleepers.log")) as child:
        nginx.wait_for_requests(2 * vus, child, START_TIMEOUT_S)
        window = measure_window(nginx, child, seconds)
        peak_kib = child.memory_kib("VmHWM")
        code = child.wait(seconds + START_TIMEOUT_S)
        if code != 0:
            raise child.failure(f"gave exit code {code}")
    with open(report_path, encoding="utf-8") as report:
        requests, failed = request_counts(json.load(report))
    return {
        "vus": vus,
        "rss_peak_kib": peak_kib,
        "rss_peak_mb": peak_kib * 1024 / 1e6,
        "cores": window["cores"],
        "rps": window["rps"],
        "requests": requests,
        "failed": failed,
    }


def request_counts(report):
    """Requests and failed ones of a report of `mockarty-cli --out json:`."""
    try:
        return int(report["totalRequests"]), int(report["failedRequests"])
    except (KeyError, TypeError, ValueError) as error:
        raise BenchError(f"the JSON report has no request counts where they were expected: {error!r}") from None


def memory_per_vu(setup, nginx, few=500, many=2_500):
    """KiB of memory a virtual user, socket buffers of the kernel left out: the slope between two VU counts."""
    script = os.path.join(setup.bench_dir, "http_get.js")
    slopes = []
    for _ in range(setup.repeats):
        rss = {}
        for vus in (few, many):
            child = Child(cli_run(setup, script, nginx.url, vus), os.path.join(setup.work_dir, "per_vu.log"))
            try:
                nginx.wait_for_requests(20 * vus, child, START_TIMEOUT_S)
                time.sleep(WARM_UP_S)
                rss[vus] = child.memory_kib()
            finally:
                child.kill()
        slopes.append((rss[many] - rss[few]) / (many - few))
    return {"from_vus": few, "to_vus": many, "kib_per_vu": spread(slopes)}


def start_up_once(setup, command_of, env):
    with FirstByteListener() as listener:
        child = Child(command_of(listener.url), os.path.join(setup.work_dir, "start_up.log"), env)
        try:
            deadline = time.monotonic() + START_TIMEOUT_S
            while not listener.arrived.wait(0.05):
                if not child.running() and not listener.arrived.is_set():
                    raise child.failure("ended before its first request")
                if time.monotonic() > deadline:
                    raise child.failure("sent no request in time")
            return (listener.first_byte_ns - child.started_ns) / 1e6
        finally:
            child.kill()


def start_up(setup, script, cache, command=None):
    """Milliseconds from process start to the first byte of the first request.

    `cache`: "warm" keeps one cache folder for all runs and fills it first; "cold" gives each run an empty one.
    """
    path = os.path.join(setup.bench_dir, script)
    command = command or (lambda url: cli_run(setup, path, url, 1))
    folder = os.path.join(setup.work_dir, "cache")
    times = []
    shutil.rmtree(folder, ignore_errors=True)
    for run in range(setup.repeats + 1):
        if cache == "cold":
            shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder, exist_ok=True)
        # The converter keeps its results where XDG_CACHE_HOME says; HOME is moved too, in case it is not asked.
        elapsed_ms = start_up_once(setup, command, {"XDG_CACHE_HOME": folder, "HOME": folder})
        if run > 0:  # The first one warms the page cache, and the script cache where there is one.
            times.append(elapsed_ms)
    return {"ms": spread(times)}


def flat_memory(setup, samples=30_000_000):
    """A long run in little time over the in-process transport: memory after its first part, and at its end.

    "The first minute" of a real run is taken as the first fifth of the samples, as the run is accelerated.
    """
    command = [setup.engine_bench, "samples", str(samples)]
    readings = []
    with Child(command, os.path.join(setup.work_dir, "samples.log")) as child:
        deadline = time.monotonic() + 900
        while child.running():
            try:
                readings.append((time.monotonic(), child.memory_kib()))
            except (OSError, BenchError):
                break  # It ended between the two looks.
            if time.monotonic() > deadline:
                raise child.failure("did not end within 900 s")
            time.sleep(0.1)
        code = child.wait(10)
        if code != 0:
            raise child.failure(f"gave exit code {code}")
    if len(readings) < 20:
        raise BenchError(f"the run ended after {len(readings)} looks at its memory: too few to judge")
    begin, end = readings[0][0], readings[-1][0]
    settled = [kib for when, kib in readings if when >= begin + (end - begin) / 5]
    return {
        "samples": samples,
        "elapsed_s": end - begin,
        "rss_settled_kib": settled[0],
        "rss_end_kib": settled[-1],
        "growth_percent": 100.0 * (max(settled) - settled[0]) / settled[0],
    }
