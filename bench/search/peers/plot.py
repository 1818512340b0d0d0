# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""A line for each contestant: mean normalised score against trials, as SVG."""

COLOURS = ("#1b6ca8", "#c0392b", "#27ae60", "#8e44ad", "#d68910", "#16a085", "#7f8c8d", "#2c3e50",
           "#e67e22", "#c2185b", "#5d4037", "#9acd32")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 60, 190, 20, 45


def svg(curves):
    """`curves` is {name: [(trials, score), …]}."""
    most = max(x for points in curves.values() for x, _ in points)
    low = min(0.0, min(y for points in curves.values() for _, y in points))

    def place(x, y):
        return (LEFT + (WIDTH - LEFT - RIGHT) * x / most,
                HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - low) / (1 - low))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for tick in range(5):
        y = low + (1 - low) * tick / 4
        _, at = place(0, y)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" '
                   'stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{y:.2f}</text>')
    for x in sorted({x for points in curves.values() for x, _ in points}):
        at, _ = place(x, low)
        out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x}</text>')
    ends = sorted(((points[-1][1], name) for name, points in curves.items()), reverse=True)
    for row, (_, name) in enumerate(ends):
        colour = COLOURS[sorted(curves).index(name) % len(COLOURS)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in (place(x, y) for x, y in curves[name]))
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{WIDTH - RIGHT + 12}" y="{TOP + 14 + 18 * row}" fill="{colour}">'
                   f"{name}</text>")
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" '
               'text-anchor="middle">trials</text>')
    out.append(f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" '
               'text-anchor="middle">mean normalised score</text></svg>')
    return "\n".join(out) + "\n"
