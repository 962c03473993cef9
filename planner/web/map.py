"""The map of villages: the only module that imports folium.

Folium renders what it is given a second time as a Jinja template on the server, and the result runs as a
script in the browser. So nothing from the data passes through it as it stands: codes and classes are
checked against an alphabet, all the rest travels as base64, and names reach the browser in a static file.
"""

import base64
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import folium
from folium.template import Template
from streamlit_folium import st_folium

from geodata.texts import Language
from planner.choropleth import Style
from planner.texts import t
from planner.web.assets import Assets
from planner.web.geometry_file import GeometryFiles
from planner.web.map_areas import Area, Picked, Picks, heard, sent, steps
from planner.web.symbols import MARKS, PLACES

KEY: Final = "village-map"
Bounds = tuple[float, float, float, float]

_SERVED_AT: Final = "../../app/static/"  # seen from the frame of the component, under any base path
_CLASSES: Final = re.compile(r"[0-9A-Za-z.\-]*")
_CODE: Final = re.compile(r"[0-9.]*")
_REGION: Final = re.compile(r"([0-9]{2}(\.[0-9]{2})?)?")
_WORDS: Final = ("map", "closer", "farther", "failed", "missing", "box")
_CLICKED: Final = "last_active_drawing"


@dataclass(frozen=True)
class MapState:
    """What changes on the map from one rerun to the next.

    Parameters
    ----------
    classes
        One character per village in the order of the layer: a key of ``styles``.
    selected
        Code of the selected village; empty for none.
    bounds
        South, west, north, east of the region to show, degrees.
    styles
        Look of each class.
    language
        Language of the map's own words.
    marks
        Positions in the order of the layer of the villages that carry a sign, by kind of
        ``planner.web.symbols.MARKS``.
    places
        Kinds of places that are switched on, of ``planner.web.symbols.PLACES``.
    region
        Code of the province or regency whose border is drawn strong; empty for none.
    areas
        Areas of agents: lines between them, and their codes.
    picks
        Villages that are picked, where several may be; clicks pick and drop villages then and select none.
    """

    classes: str
    selected: str
    bounds: Bounds
    styles: Mapping[str, Style]
    language: Language
    marks: Mapping[str, Sequence[int]] = field(default_factory=lambda: MappingProxyType({}))
    places: frozenset[str] = frozenset()
    region: str = ""
    areas: Sequence[Area] = ()
    picks: Picks | None = None


class _VillageMap(folium.MacroElement):
    """Loads the outlines; its script stays the same over all reruns, so the browser keeps the map."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        'window.villageMap = new VillageMap({{ this._parent.get_name() }}, "{{ this.urls }}");\n'
        "{% endmacro %}"
    )

    def __init__(self, files: GeometryFiles, places: Path | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "VillageMap"
        served = vars(files) | ({"places": places} if places else {})
        self.urls = _base64({name: _url(path) for name, path in served.items()})


class _Colours(folium.FeatureGroup):
    """Sends a new state to the map that is already drawn."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "var {{ this.get_name() }} = L.layerGroup();\n"
        'window.villageMap.update("{{ this.classes }}", "{{ this.rest }}");\n'
        "{% endmacro %}"
    )

    def __init__(self, state: MapState) -> None:
        super().__init__(control=False)
        self.classes = _checked(_CLASSES, state.classes)
        self.rest = _base64(
            {
                "selected": _checked(_CODE, state.selected),
                "bounds": [state.bounds[:2], state.bounds[2:]],
                "region": _checked(_REGION, state.region),
                "styles": _used(state.styles, state.classes),
                "marks": _steps(state.marks, len(state.classes)),
                "places": [kind for kind in PLACES if kind in _known(state.places, PLACES)],
                "language": state.language,
                "texts": _texts(state),
            }
            | sent(state.areas, state.picks, len(state.classes))
        )


def village_map(
    files: GeometryFiles,
    assets: Assets,
    *,
    state: MapState,
    height: int,
    on_click: Callable[[], None],
    places: Path | None = None,
) -> None:
    """Show the villages; panning, zooming and pointing never rerun the page.

    Parameters
    ----------
    files
        Outlines, names and borders of the layer.
    assets
        Scripts and styles of the map.
    state
        Classes, selection and view.
    height
        Height in pixels.
    on_click
        Called before the rerun that a click on a village causes; see ``clicked_village``.
    places
        File of ``planner.web.places_file.write_places``; give it on every rerun, also while no kind is switched
        on, because another address is another map. The browser fetches it when the first kind is switched on.

    Raises
    ------
    ValueError
        If the state holds a class without a style, a mark or place of an unknown kind, a mark outside the layer,
        or places without their file.
    """
    if state.places and places is None:
        msg = "places are switched on, but their file is not given"
        raise ValueError(msg)
    # A new map each time: st_folium adds the group to it, and a kept map would hold another user's colours.
    drawn = folium.Map(location=(-3.0, 104.5), zoom_start=6, tiles=None, zoom_control=False, zoom_snap=0.25)
    drawn.default_js = [(path.name, _url(path)) for path in assets.scripts]
    drawn.default_css = [(path.name, _url(path)) for path in assets.styles]
    _VillageMap(files, places).add_to(drawn)
    st_folium(
        drawn,
        key=KEY,
        height=height,
        use_container_width=True,
        returned_objects=[_CLICKED],
        feature_group_to_add=_Colours(state),
        on_change=on_click,
    )


def clicked_village(session: Mapping[Any, Any]) -> str | None:
    """Return the code of the village that was clicked last.

    Parameters
    ----------
    session
        Session state of the page.

    Returns
    -------
    str or None
        A code as the browser sent it: look it up before use.
    """
    drawing = _told(session)
    code = (drawing.get("properties") or {}).get("village_code")
    return code if isinstance(code, str) else None


def picked_villages(session: Mapping[Any, Any]) -> Picked | None:
    """Return the villages that are picked on the map; nothing if the last click was none of picking."""
    return heard(_told(session))


def _told(session: Mapping[Any, Any]) -> Mapping[str, Any]:
    drawing: Mapping[str, Any] = (session.get(KEY) or {}).get(_CLICKED) or {}
    return drawing


def _url(path: Path) -> str:
    return _SERVED_AT + path.name


def _base64(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Write a value with letters, digits, + / = only: nothing that Jinja, HTML or JavaScript understands."""
    return base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


def _used(styles: Mapping[str, Style], classes: str) -> dict[str, tuple[str, ...]]:
    """Return fill, line and, if striped, stripe and pattern of the classes on the map."""
    looks = {key: styles[key] for key in sorted(_known(set(classes), styles))}
    return {
        key: (look.fill, look.line, look.stripe, look.pattern) if look.stripe else (look.fill, look.line)
        for key, look in looks.items()
    }


def _steps(marks: Mapping[str, Sequence[int]], villages: int) -> dict[str, list[int]]:
    """Return the positions of each kind of mark."""
    kinds = (kind for kind in MARKS if kind in _known(marks, MARKS))
    return {kind: steps(marks[kind], villages, of=f"marks of the kind {kind}") for kind in kinds}


def _texts(state: MapState) -> dict[str, str]:
    texts = {word: t(f"web.map.{word}", state.language) for word in _WORDS}
    return texts | {kind: t(f"web.map.place.{kind}", state.language) for kind in sorted(state.places)}


def _known(given: Collection[str], known: Collection[str]) -> Collection[str]:
    if unknown := set(given) - set(known):
        msg = f"the map knows no {sorted(unknown)}"
        raise ValueError(msg)
    return given


def _checked(alphabet: re.Pattern[str], text: str) -> str:
    if not alphabet.fullmatch(text):
        msg = f"only {alphabet.pattern} may reach the map"
        raise ValueError(msg)
    return text
