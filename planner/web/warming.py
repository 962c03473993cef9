"""What the first visit of the map needs, prepared in the background: layer, outlines, places, a worker.

A visit that comes meanwhile waits for what is being prepared, and does not begin it again. The map itself is left to a
visit: Streamlit knows a component only if a run of a page imports it first.
"""

import logging
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Final

from geodata.errors import DataError
from planner.web import memory, worker
from planner.web.jobs import Job
from planner.web.workers import apart

_NO_VISIT: Final = "streamlit.runtime.scriptrunner_utils.script_run_context"
_NEEDED: Final = ("data", "layer_map", "map_layers")


def begin(static: Path) -> Thread:
    """Begin to prepare; the work ends with the server.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    thread = Thread(target=_prepare_and_keep, args=(static,), name="planner-warming", daemon=True)
    thread.start()
    return thread


def _prepare_and_keep(static: Path) -> None:
    prepare(static)
    memory.keep_loaded()


def prepare(static: Path) -> None:
    """Prepare the first picture of the map; what cannot be read is told by the page itself.

    Parameters
    ----------
    static
        As for `begin`.
    """
    logging.getLogger(_NO_VISIT).setLevel(logging.ERROR)  # that nobody visits is no news here
    try:
        data, layer_map, map_layers = (import_module(f"planner.web.{name}") for name in _NEEDED)
        layer = data.st_layer()
        data.st_regions(layer.fingerprint, layer)
        data.st_figures(layer.fingerprint, "", layer)
        layer_map.files(static)
        map_layers.places(layer, static)
        apart(Job(), worker.prepare)
    except DataError:
        return
    except Exception:
        logging.getLogger(__name__).exception("the first visit could not be prepared")
