"""Write the sprite, and on request a sheet to look at. See the package's docstring."""

import sys
from pathlib import Path

from everyhour.features.now.pictograms.sprite import DRAWINGS, sprite

SPRITE = Path(__file__).resolve().parent.parent / "static" / "now" / "pictograms.svg"
STYLE = """
body { margin: 0; font: 400 13px/1.2 sans-serif; color: var(--ink); }
section { display: flex; flex-wrap: wrap; gap: 16px 12px; padding: 16px; color: var(--ink);
  background: var(--surface); }
figure { margin: 0; inline-size: 104px; text-align: center; }
.small figure { inline-size: 64px; }
.small figcaption { display: none; }
.small .pictogram { inline-size: 48px; block-size: 48px; }
"""


def main() -> None:
    SPRITE.write_text(sprite())
    if "--sheet" in sys.argv:
        Path(sys.argv[-1], "sheet.html").write_text(sheet())


def sheet() -> str:
    """Return a page with every picture; serve it beside the static files of `now` and `ui`."""
    sections = (
        f'<section data-theme="{theme}" class="{size}">{_figures()}</section>'
        for size in ("large", "small")
        for theme in ("light", "night")
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictograms</title>'
        '<link rel="stylesheet" href="ui/tokens.css">'
        '<link rel="stylesheet" href="now/pictograms.css">'
        f"<style>{STYLE}</style><body>{''.join(sections)}</body></html>\n"
    )


def _figures() -> str:
    return "".join(
        f'<figure><svg class="pictogram"><use href="now/pictograms.svg#{slug}"/></svg>'
        f"<figcaption>{slug}</figcaption></figure>"
        for slug in sorted(DRAWINGS)
    )


if __name__ == "__main__":
    main()
