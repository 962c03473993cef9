"""Pages on paper: a template of ours set by typst from data, never from text that could be markup."""

from planner.paper.hyphens import parted
from planner.paper.qr import qr_svg
from planner.paper.typeset import Output, typeset

__all__ = ["Output", "parted", "qr_svg", "typeset"]
