"""The brief of a regency: one A4 page for its head, with figures, proposed villages on a map, and what is asked for."""

from planner.briefs.content import Basis, Known, RegencyBrief, regency_brief
from planner.briefs.page import Page, page, regency_pdf, set_pages

__all__ = ["Basis", "Known", "Page", "RegencyBrief", "page", "regency_brief", "regency_pdf", "set_pages"]
