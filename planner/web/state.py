"""What the visitor has chosen: kept in the session and in the address, so that a page can be shared."""

from collections.abc import Callable, Collection
from typing import Final

import streamlit as st

from geodata.texts import LANGUAGES, Language

LANGUAGE: Final = "lang"
PROVINCE: Final = "provinsi"
REGENCY: Final = "kabupaten"
SECTOR: Final = "sektor"
VILLAGE: Final = "desa"
WEIGHTS: Final = "bobot"
MUST: Final = "wajib"
NEVER: Final = "jangan"

MEASURE: Final = "ukuran"
CLASSES: Final = "kelas"
BOUNDS: Final = "batas"
FILTER: Final = "saring"
ORDER: Final = "urut"
SEARCH: Final = "cari"
LAYERS: Final = "lapisan"

METHOD: Final = "cara"
PAIRS: Final = "banding"
FIRST: Final = "teratas"
MOVES: Final = "gerak"

BUDGET: Final = "anggaran"
LAUNCHES: Final = "jumlah"
LAUNCHES_LEAST: Final = "min_jumlah"
OBJECTIVE: Final = "tujuan"
AGENT_DAYS: Final = "hari"
PER_DAY: Final = "per_hari"
PER_DISTRICT: Final = "per_kec"
REGENCY_LEAST: Final = "min_kab"
REGENCY_MOST: Final = "maks_kab"
BRANCH_LEAST: Final = "min_kantor"
BRANCH_MOST: Final = "maks_kantor"
LIMITS: Final = "kuota"
SPACING: Final = "jarak"
SPILLOVER: Final = "jangkauan"
SPILLED: Final = "sekitar"
SECTOR_SHARE: Final = "porsi"
NEARNESS: Final = "selisih"
SECONDS: Final = "waktu"
SOLVE: Final = "hitung"
RULES: Final = (
    *(BUDGET, LAUNCHES, LAUNCHES_LEAST, OBJECTIVE, AGENT_DAYS, PER_DAY, PER_DISTRICT),
    *(REGENCY_LEAST, REGENCY_MOST, BRANCH_LEAST, BRANCH_MOST, LIMITS, SECTOR_SHARE),
    *(SPACING, SPILLOVER, SPILLED, NEARNESS, SECONDS, MUST, NEVER),
)
"""Rules of a selection."""

LEFT: Final = "kiri"
RIGHT: Final = "kanan"

BEFORE: Final = "sekarang"
AFTER: Final = "sasaran"
PROGRAMME: Final = "program"
START: Final = "mulai"
SECTION: Final = "bagian"
SEEN_FROM: Final = "per"
RATES: Final = "hasil"
MONTHS: Final = "bulan"
FUNDS: Final = ("dana_dbh_sawit", "dana_apbd", "dana_bkbk", "dana_add_apbdes", "dana_sertakan", "dana_self_pay")
SHARES: Final = ("bagian_dbh_sawit", "bagian_apbd", "bagian_bkbk", "bagian_add_apbdes")
SECTORS: Final = ("untuk_dbh_sawit", "untuk_apbd")

LAUNCH: Final = "peluncuran"
LAUNCH_STEP: Final = "langkah"
LAUNCH_STATUS: Final = "keadaan"
OWNER: Final = "penanggung"
LATE: Final = "lewat"
OFFICE: Final = "kantor"
SCOPE: Final = "lingkup"
AGENTS_FROM: Final = "asal"
AGENTS: Final = "agen"
AREA_LIMIT: Final = "batas_beban"
HOME_WEIGHT: Final = "rumah"
VISIT_HOURS: Final = "jam"
PER_VISIT: Final = "pekerja"
UPLOADS: Final = "unggahan"
UPLOAD_KIND: Final = "jenis"

AGENT_ORDER: Final = "urut_agen"
AGENT_TOTAL: Final = "target_agen"

NAMES: Final = (
    *(LANGUAGE, PROVINCE, REGENCY, SECTOR, VILLAGE, WEIGHTS),
    *(MEASURE, CLASSES, BOUNDS, FILTER, ORDER, SEARCH, LAYERS),
    *(METHOD, PAIRS, FIRST, MOVES),
    *(*RULES, SOLVE),
    *(LEFT, RIGHT),
    *(LAUNCH, LAUNCH_STEP, LAUNCH_STATUS, OWNER, LATE),
    *(BEFORE, AFTER, PROGRAMME, START, SECTION, SEEN_FROM, RATES, MONTHS, *FUNDS, *SHARES, *SECTORS),
    *(UPLOADS, UPLOAD_KIND),
    *(OFFICE, AGENT_ORDER, AGENT_TOTAL),
    *(SCOPE, AGENTS_FROM, AGENTS, AREA_LIMIT, HOME_WEIGHT, VISIT_HOURS, PER_VISIT),
)
"""All names of the address; a page that is left takes its choices along."""

OPENED: Final = "buka"
"""Marks the address of a link that opens something of its own."""
LONGEST: Final = 2_000
"""Characters of a choice; an address that is longer does not arrive everywhere."""

_CHOICES: Final = "choices"  # what stands in the address of this visit; widgets forget it when their page is left
_PAGE: Final = "page"


def arrive(page: str) -> None:
    """Bring the choices of this visit along to another page, whose address Streamlit leaves without them.

    The links above a page may be older than the last choice, so what they say is not taken; a link that opens something
    of its own says so, and its choices are those of the visit from then on.

    Parameters
    ----------
    page
        Address of the page that is shown now.
    """
    choices = shared()
    before = st.session_state.setdefault(_PAGE)
    told = st.query_params.pop(OPENED, None) is not None
    if before is None or told:
        for key in (*choices, *(name for name in NAMES if told)):
            st.session_state.pop(key, None)
        choices.clear()
        choices.update({name: st.query_params[name] for name in NAMES if name in st.query_params})
    elif before != page:
        for key in choices:
            st.session_state.pop(key, None)
        if st.query_params.to_dict() != choices:  # each writing is a step for the browser's button "back"
            st.query_params.from_dict(choices)
    st.session_state[_PAGE] = page


def page() -> str:
    """Return the address of the page that is shown."""
    return str(st.session_state.get(_PAGE) or "")


def shared() -> dict[str, str]:
    """Return what stands in the address of this visit, by name."""
    choices: dict[str, str] = st.session_state.setdefault(_CHOICES, {})
    return choices


def language() -> Language:
    """Return the language of this visit before anything is shown; a new visit has it from the address."""
    known = st.session_state.get(LANGUAGE, shared().get(LANGUAGE, st.query_params.get(LANGUAGE)))
    return "en" if known == "en" else "id"


def restore(key: str, allowed: Collection[str], *, default: str = "") -> str:
    """Return a choice: from the session, else from the address, else the default.

    Parameters
    ----------
    key
        Name of the choice in session and address.
    allowed
        Values it may have; others are dropped without a word, as an old link may carry them.
    default
        Value that is left out of the address.
    """
    chosen = st.session_state.get(key, st.query_params.get(key, default))
    st.session_state[key] = chosen if chosen in allowed else default
    return str(st.session_state[key])


def put(key: str, value: str, *, default: str = "") -> None:
    """Make a choice that is no widget's own, and keep it for the other pages and in the address."""
    st.session_state[key] = value
    remember(key, default=default)


def remember(key: str, *, default: str = "") -> None:
    """Write a choice from the session to the address, and keep it for the other pages."""
    write(key, st.session_state[key], default=default)


def write(key: str, text: str, *, default: str = "") -> None:
    """Write a choice to the address as it stands there, and keep it for the other pages."""
    choices = shared()
    if text == default:
        choices.pop(key, None)
        st.query_params.pop(key, None)
        return
    choices[key] = text
    if st.query_params.get(key) != text:
        st.query_params[key] = text


def restore_text(key: str, valid: Callable[[str], bool], *, default: str = "") -> str:
    """Return a choice that is written by hand or put together: from the session, else from the address.

    Parameters
    ----------
    key
        Name of the choice in session and address.
    valid
        Says of a text from an address whether it can be used; others are dropped without a word.
    default
        Value that is left out of the address.
    """
    chosen = st.session_state.get(key, st.query_params.get(key, default))
    st.session_state[key] = chosen if len(chosen) <= LONGEST and valid(chosen) else default
    return str(st.session_state[key])


def restore_number(key: str, *, default: int, most: int) -> None:
    """Bring a whole number back from the session, else from the address; outside 0 to ``most`` it is the default."""
    if key not in st.session_state:
        told = st.query_params.get(key, "")
        given = told.isascii() and told.isdigit() and len(told) < len(str(most)) + 1
        st.session_state[key] = int(told) if given and int(told) <= most else default


def remember_number(key: str, *, default: int) -> None:
    """Write a number from the session to the address, and keep it for the other pages."""
    write(key, str(st.session_state[key]), default=str(default))


def language_switch() -> Language:
    """Show the choice of language and return the chosen one; Bahasa Indonesia comes first."""
    restore(LANGUAGE, LANGUAGES, default="id")
    names = {"id": "Bahasa Indonesia", "en": "English"}
    st.segmented_control(
        "Bahasa / Language",
        LANGUAGES,
        format_func=names.__getitem__,
        key=LANGUAGE,
        required=True,
        label_visibility="collapsed",
    )
    remember(LANGUAGE, default="id")
    chosen: Language = "en" if st.session_state[LANGUAGE] == "en" else "id"
    return chosen
