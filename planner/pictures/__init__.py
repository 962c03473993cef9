"""Pictures of the map for slides and papers: drawn by us as SVG, set as a page by typst."""

from planner.pictures.drawing import map_svg
from planner.pictures.picture import MapPicture, Shade
from planner.pictures.slide import ENDINGS, picture_file

__all__ = ["ENDINGS", "MapPicture", "Shade", "map_svg", "picture_file"]
