"""What axe finds of a page."""

from __future__ import annotations

from tests.browser.server import ROOT, Visit

AXE = (ROOT / "tests" / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
UNDIMMED = '[data-stale="true"] { opacity: 1 !important; transition: none !important; }'
"""Work that goes on dims, for a moment, what it will replace; what is there is judged as it is otherwise."""


def found_by_axe(tab: Visit) -> list[str]:
    """In either theme."""
    tab.page.add_style_tag(content=UNDIMMED)
    tab.page.evaluate(AXE)
    found = []
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        tab.page.wait_for_timeout(800)
        result = tab.page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"]})
        found += [
            f"{scheme}, {rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} "
            f"{node['failureSummary'][-200:]}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]
    return found
