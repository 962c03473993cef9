"""Pages of villages set on A4 by typst from data, never from text that could be markup."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date

from planner.paper import parted, typeset
from planner.provenance import Stamp, params_sha256
from planner.small_cells import SMALLEST
from planner.texts import t
from planner.village_page.content import VillagePage
from planner.village_page.figures import Fact
from planner.village_page.setting import Setting

_TEMPLATE: Final = Path(__file__).with_name("village.typ")
_WORDS: Final = (
    "kind", "expected", "meet", "twins", "neighbours", "scan", "sources", "column.figure", "column.value",
    "column.range", "column.basis", "column.role", "column.why", "column.source", "column.village", "column.regency",
    "column.alike", "no_twins", "footer",
)  # fmt: skip


def village_pdf(pages: Sequence[VillagePage], setting: Setting, *, plan_sha256: str = "") -> tuple[Stamp, bytes]:
    """Return pages of villages as a PDF, and what it was made from.

    Parameters
    ----------
    pages
        One per village, in this order.
    setting
        What they share, see `planner.village_page.shielded.shielded_setting`.
    plan_sha256
        SHA-256 of the record of the plan.

    Raises
    ------
    PlanMachineError
        If it cannot be set.
    """
    content = _content(pages, setting)
    params, ranking = setting.ranking.scores.params, setting.ranking
    stamp = Stamp(
        kind="village_brief",
        format=".pdf",
        language=setting.language,
        made_on=setting.made_on,
        fingerprint=setting.layer.fingerprint,
        plan=setting.plan_name,
        plan_sha256=plan_sha256,
        params_sha256=params_sha256(params.model_dump(mode="json")),
        smallest=SMALLEST,
        asked={
            "villages": [page.code for page in pages],
            "regions": list(ranking.regions),
            "sector": ranking.sector or "",
            "top": setting.top,
            "content": sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest(),
        },
    )
    return stamp, typeset(_TEMPLATE, {**content, "stamp": stamp.id})


def _content(pages: Sequence[VillagePage], setting: Setting) -> dict[str, Any]:
    language, day = setting.language, setting.made_on
    shown = str(format_date(day, "d MMMM yyyy", locale=language))
    title = t("village_paper.title", language)
    return {
        "language": language,
        "title": f"{title}: {pages[0].title}" if len(pages) == 1 else title,
        "date": [day.year, day.month, day.day],
        "made": t("village_paper.made", language, day=shown, fingerprint=setting.layer.fingerprint),
        "words": {name: t(f"village_paper.{name}", language) for name in _WORDS},
        "pages": [_page(page, setting) for page in pages],
    }


def _page(page: VillagePage, setting: Setting) -> Mapping[str, Any]:
    def flowing(text: str) -> str:
        return parted(text, setting.language)

    return {
        "code": page.code,
        "title": page.title,
        "place": page.place,
        "status": [flowing(one) for one in page.status],
        "tiles": [_fact(fact) for fact in page.tiles],
        "sections": [[title, [flowing(one) for one in sentences]] for title, sentences in page.sections],
        "twins": [list(one) for one in page.twins],
        "expected": [_fact(fact) for fact in page.expected],
        "contacts": [[role, flowing(why), source] for role, why, source in page.contacts],
        "map": page.around.svg,
        "legend": [list(one) for one in page.around.legend],
        "neighbours": list(page.around.neighbours),
        "others": page.around.others,
        "qr": page.qr,
        "point": page.point,
        "sources": list(page.sources),
        "notes": [flowing(one) for one in page.notes],
    }


def _fact(fact: Fact) -> list[str]:
    return [fact.label, fact.value, fact.span, fact.note]
