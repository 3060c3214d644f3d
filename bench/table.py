"""Goals and the printed table."""

MET, MISSED, LEFT_OUT = "met", "MISSED", "left out"


def goal(name, value, unit, comparison, limit):
    """One goal of the project with its verdict; `comparison` is `>=` or `<`."""
    met = {">=": value >= limit, "<": value < limit}[comparison]
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": f"{comparison} {limit:g}",
        "verdict": MET if met else MISSED,
    }


def left_out(name, reason):
    return {"name": name, "value": None, "unit": "", "goal": "", "verdict": LEFT_OUT, "reason": reason}


def throughput_goals(vus, figures, failures, wrk_goal, k6_goal):
    """Ratios of medians of requests per CPU-second."""
    goals = []
    medians = {name: row["requests_per_cpu_s"]["median"] for name, row in figures.items()}
    for rival, limit in (("wrk", wrk_goal), ("k6", k6_goal)):
        if limit is None:
            continue
        name = f"requests/CPU-s beside {rival}, {vus:,} VUs"
        missing = [who for who in ("mockarty", rival) if who not in medians]
        if missing:
            goals.append(left_out(name, failures.get(missing[0], f"{missing[0]} is not there")))
        else:
            goals.append(goal(name, medians["mockarty"] / medians[rival], "x", ">=", limit))
    return goals


def format_spread(figures, digits=0):
    return f"{figures['median']:,.{digits}f} [{figures['min']:,.{digits}f}..{figures['max']:,.{digits}f}]"


def throughput_lines(vus, figures, what="one http.get and one check an iteration"):
    lines = [
        "",
        f"{vus:,} VUs, {what} (median [range])",
        f"  {'contender':<10} {'requests/CPU-s':>28} {'user + system us':>17} {'requests/s':>28} {'cores':>18} {'RSS MiB':>8}",
    ]
    for name, row in figures.items():
        times = f"{row['user_us']['median']:.1f} + {row['system_us']['median']:.1f}"
        lines.append(
            f"  {name:<10} {format_spread(row['requests_per_cpu_s']):>28} {times:>17} {format_spread(row['rps']):>28} "
            f"{format_spread(row['cores'], 2):>18} {row['rss_kib']['median'] / 1024:>8.1f}"
        )
    return lines


def goal_lines(goals):
    lines = ["", f"{'goal':<52} {'measured':>14} {'wanted':>10}  verdict"]
    for row in goals:
        if row["verdict"] == LEFT_OUT:
            lines.append(f"{row['name']:<52} {'-':>14} {'':>10}  left out: {row['reason']}")
        else:
            value = f"{row['value']:,.2f} {row['unit']}"
            lines.append(f"{row['name']:<52} {value:>14} {row['goal']:>10}  {row['verdict']}")
    return lines
