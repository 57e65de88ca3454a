"""The bars of the bench, and its tables as text and Markdown."""

from dataclasses import dataclass


@dataclass
class Bar:
    """A figure, the bar that it must not pass, and the goal behind it."""

    what: str
    value: float
    bar: float
    goal: float | None
    unit: str = ""

    @property
    def passed(self):
        return self.value <= self.bar

    @property
    def verdict(self):
        if not self.passed:
            return "OVER"
        return "goal" if self.goal is not None and self.value <= self.goal else "pass"

    def cells(self):
        goal = "-" if self.goal is None else f"{self.goal:g}{self.unit}"
        return [self.what, f"{self.value:.2f}{self.unit}", f"{self.bar:g}{self.unit}", goal, self.verdict]


BAR_HEAD = ["figure", "measured", "bar", "goal", ""]
COST_HEAD = ["program", "CPU s", "± %", "ns/packet", "x libpcap loop", "peak MB"]

# Bars and goals: ratio of CPU time to the bare libpcap loop on the same file in the same run; peak memory in MB.
RATIOS = {"mixed": (1.5, 1.0), "many": (3.0, 2.0), "large": (1.0, 0.8)}
PEAKS = {"mixed": (32, 16), "many": (250, 128), "large": (32, 16)}
NDJSON_MICROSECONDS_A_FLOW = 1.0
START_MILLISECONDS = (20, 8)
START_PEAK = (12, 9)
PATTERNS_MILLISECONDS = (200, 100)
COST_GROWTH = 1.2
LOOKUP_NANOSECONDS = (200, None)


def file_bars(kind, costs):
    """The bars of one capture: CPU as a ratio and peak memory of `waybill analyze`."""
    analyze, loop = costs["waybill analyze"], costs["libpcap loop"]
    return [
        Bar(f"{kind}: CPU, x libpcap loop", analyze.median / loop.median, *RATIOS[kind]),
        Bar(f"{kind}: peak memory", analyze.peak, *PEAKS[kind], unit=" MB"),
    ]


def growth_bars(costs, start_up, flows, fewer_flows):
    """What a flow costs when all are written, and when there are ten times as many; start-up is taken off."""
    written = (costs["waybill ndjson"].median - costs["waybill analyze"].median) / flows * 1e6
    most = (costs["waybill analyze"].median - start_up) / flows
    fewer = (costs["waybill, fewer flows"].median - start_up) / fewer_flows
    return [
        Bar("many: NDJSON of all flows, on top of a flow", written, NDJSON_MICROSECONDS_A_FLOW, None, unit=" µs"),
        Bar(f"many: cost of a flow at {flows:,}, x at {fewer_flows:,}", most / fewer, COST_GROWTH, None),
    ]


def start_bars(costs):
    """What every analysis pays: the analysis of one flow, and reading many patterns on top of our own packs."""
    single = costs["waybill, one flow"]
    patterns = costs["waybill, many patterns"].median - costs["waybill, own packs"].median
    return [
        Bar("one flow: CPU", single.median * 1e3, *START_MILLISECONDS, unit=" ms"),
        Bar("one flow: peak memory", single.peak, *START_PEAK, unit=" MB"),
        Bar("100,000 patterns: CPU to load", patterns * 1e3, *PATTERNS_MILLISECONDS, unit=" ms"),
    ]


def lookup_bar(figures):
    """What the rules say of a host, among many patterns; half of the hosts are of none."""
    return Bar(f"{figures['patterns']:,} patterns: a look-up", figures["nanoseconds"], *LOOKUP_NANOSECONDS, unit=" ns")


def cost_rows(costs, packets):
    loop = costs["libpcap loop"].median
    rows = []
    for cost in costs.values():
        if cost.median is None:
            rows.append([cost.label, cost.note, "", "", "", ""])
            continue
        spread = "-" if cost.spread is None else f"{cost.spread * 100:.0f}"
        rows.append([
            cost.label, f"{cost.median:.3f}", spread, f"{cost.median / packets * 1e9:.0f}",
            f"{cost.median / loop:.2f}", f"{cost.peak:.0f}",
        ])
    return rows


def text_table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown_table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
