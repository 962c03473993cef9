"""One page on paper per village: why it, how sure that is, what would change it, whom to meet, what a launch brings."""

from planner.village_page.content import VillagePage, village_page
from planner.village_page.paper import village_pdf
from planner.village_page.setting import Setting
from planner.village_page.shielded import shielded_setting

__all__ = ["Setting", "VillagePage", "shielded_setting", "village_page", "village_pdf"]
