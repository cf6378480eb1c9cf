"""Plots as SVG, readable on light and on dark pages: lines over a logarithmic axis, and bars along one."""

import math
from xml.sax.saxutils import escape

WIDTH = 760
# Okabe and Ito's colours, which the colour-blind can tell apart, without the two that vanish on white or on black; and five more,
# for plots of more lines.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#7f7f7f", "#9467bd", "#b22222", "#b5bd00"]
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.axis { stroke: #57606a } .grid { stroke: #d0d7de }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .axis { stroke: #9198a1 } .grid { stroke: #3d444d } }
</style>"""


def text(x, y, said, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(str(said))}</text>'


def rule(x1, y1, x2, y2, style):
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def svg(height, title, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">\n'
            f'{STYLE}\n{text(16, 24, title, more=chr(32) + "class=" + chr(34) + "title" + chr(34))}\n' + "\n".join(parts) + "\n</svg>\n")


def nice_step(top):
    """A round step, of which four to eight make up the axis."""
    step = 10 ** math.floor(math.log10(top))
    return next(step * times for times in (0.1, 0.2, 0.5, 1, 2) if top / (step * times) <= 8)


def lines(title, x_label, y_label, series):
    """`series` is `{name: {x: y}}`; x is logarithmic, y begins at 0."""
    left, right, top, bottom = 70, 300, 50, 330
    xs = sorted({x for points in series.values() for x in points})
    highest = max(y for points in series.values() for y in points.values())
    step = nice_step(highest * 1.1)
    y_max = step * math.ceil(highest * 1.1 / step)
    span = math.log10(xs[-1] / xs[0]) or 1

    def at(x, y):
        return (left + (WIDTH - left - right) * math.log10(x / xs[0]) / span, bottom - (bottom - top) * y / y_max)

    parts = []
    for tick in range(round(y_max / step) + 1):
        y = at(xs[0], tick * step)[1]
        parts += [rule(left, y, WIDTH - right, y, "grid"), text(left - 8, y + 4, f"{tick * step:g}", "end")]
    for x in xs:
        parts += [rule(at(x, 0)[0], bottom, at(x, 0)[0], bottom + 5, "axis"), text(at(x, 0)[0], bottom + 20, f"{x:,}", "middle")]
    parts += [rule(left, bottom, WIDTH - right, bottom, "axis"), rule(left, top, left, bottom, "axis"),
              text((left + WIDTH - right) / 2, bottom + 44, x_label, "middle"),
              text(0, 0, y_label, "middle", f' transform="translate(20 {(top + bottom) / 2}) rotate(-90)"')]
    for number, (name, points) in enumerate(series.items()):
        colour, y = COLOURS[number % len(COLOURS)], top + 6 + number * 20
        places = [at(x, points[x]) for x in sorted(points)]
        drawn = " ".join(f"{x:.1f},{y_:.1f}" for x, y_ in places)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y_:.1f}" r="3.5" fill="{colour}"/>' for x, y_ in places]
        parts += [f'<rect x="{WIDTH - right + 16}" y="{y - 9}" width="12" height="12" fill="{colour}"/>', text(WIDTH - right + 34, y + 2, name)]
    return svg(bottom + 60, title, parts)


def bars(title, x_label, groups):
    """`groups` is `{group: {name: value}}`; the axis is logarithmic, so a bar twice as long is not twice as much."""
    left, right, top, row = 190, 90, 44, 22
    values = [value for group in groups.values() for value in group.values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)

    def at(value):
        return left + (WIDTH - left - right) * (math.log10(value) - low) / (high - low)

    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    parts, y = [], top
    for group, bars_ in groups.items():
        parts.append(text(16, y + 15, group, more=' font-weight="600"'))
        for name, value in bars_.items():
            colour = COLOURS[names.index(name) % len(COLOURS)]
            parts += [f'<rect x="{left}" y="{y + 3}" width="{max(at(value) - left, 1):.1f}" height="{row - 6}" fill="{colour}"/>',
                      text(left - 8, y + 15, name, "end"), text(at(value) + 6, y + 15, f"{value:.3g}")]
            y += row
        y += 12
    grid = []
    for power in range(low, high + 1):
        x = at(10**power)
        grid += [rule(x, top, x, y, "grid"), text(x, y + 18, f"{10**power:g}", "middle")]
    axis = [rule(left, y, WIDTH - right, y, "axis"), text((left + WIDTH - right) / 2, y + 40, x_label, "middle")]
    return svg(y + 56, title, grid + parts + axis)
