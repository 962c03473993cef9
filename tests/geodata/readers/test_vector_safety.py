"""A file is data: nothing in it may open another file, an address, or take the machine down."""

import io
import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import box

from geodata.errors import DataError, MachineError
from geodata.readers.vector import Limits, read_outlines, sandbox
from geodata.readers.vector.child import confinement, exchange
from geodata.readers.vector.child.geopackage import open_sqlite
from geodata.readers.vector.copies import Staged
from geodata.readers.vector.sandbox import read_apart
from geodata.readers.vector.wording import one_line
from geodata.readers.vector.zipped import _Directory

SECRET = "16.99.99.2999"
SQUARE = '{"type":"Polygon","coordinates":[[[104,-3],[104.1,-3],[104.1,-3.1],[104,-3]]]}'
FEATURE = f'{{"type":"Feature","properties":{{"kode":"16.02.03.2001","nama":"Sukamaju"}},"geometry":{SQUARE}}}'
RING = "104,-3 104.1,-3 104.1,-3.1 104,-3"
PLACEMARK = (
    '<Placemark><name>Sukamaju</name><ExtendedData><Data name="kode"><value>16.02.03.2001</value></Data></ExtendedData>'
    f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark>"
)


class Listener:
    """A server that only notes who calls."""

    def __init__(self):
        self.calls = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/desa"
        threading.Thread(target=self.note, daemon=True).start()

    def note(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self.calls.append(connection.recv(100))


@pytest.fixture
def listener():
    server = Listener()
    yield server
    server.socket.shutdown(socket.SHUT_RDWR)
    server.socket.close()


@pytest.fixture
def secret(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = folder / "secret.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{FEATURE.replace("16.02.03.2001", SECRET)}]}}')
    return path


@pytest.fixture
def staged(tmp_path):
    """Put content before the child as it is, past all checks of the parent."""

    def stage(kind, content, ending):
        folder = tmp_path / "private"
        folder.mkdir(exist_ok=True)
        path = folder / f"a{ending}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Staged(kind, path, None)

    return stage


def virtual(*sources):
    layers = "".join(
        f'<OGRVRTLayer name="secret{i}"><SrcDataSource>{s}</SrcDataSource><SrcLayer>secret</SrcLayer></OGRVRTLayer>'
        for i, s in enumerate(sources)
    )
    return f"<OGRVRTDataSource>{layers}</OGRVRTDataSource>"


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_outlines(path, **options)
    assert caught.value.text("id") != caught.value.text("en")
    return caught.value


# ------------------------------------------------------------- the attacks are real


def test_gdal_alone_reads_other_files_through_a_vrt(tmp_path, secret):
    path = tmp_path / "desa.kml"
    path.write_text(virtual(secret))
    assert SECRET in set(pyogrio.read_dataframe(path)["kode"])


def test_gdal_alone_fetches_the_crs_link_of_a_geojson(tmp_path, listener):
    path = tmp_path / "desa.geojson"
    crs = f'{{"type":"link","properties":{{"href":"{listener.url}"}}}}'
    path.write_text(f'{{"type":"FeatureCollection","crs":{crs},"features":[{FEATURE}]}}')
    pyogrio.read_info(path)
    assert listener.calls


# ------------------------------------------------------------- virtual files


@pytest.mark.parametrize("ending", [".geojson", ".json", ".kml", ".gpkg", ".fgb", ".parquet", ".shp", ".zip"])
def test_virtual_file_is_refused_by_its_bytes(tmp_path, secret, listener, ending):
    path = tmp_path / f"desa{ending}"
    path.write_text(virtual(secret, f"/vsicurl/{listener.url}.geojson"))
    assert refused(path).key == "vector.follows_links"
    assert not listener.calls


def test_virtual_file_in_a_zip_is_refused(tmp_path, secret):
    path = tmp_path / "desa.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("desa.kml", virtual(secret))
    assert refused(path).key == "vector.follows_links"


def test_virtual_file_in_a_zip_never_leaves_it_beside_a_shapefile(tmp_path, secret):
    path = tmp_path / "desa.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("desa.vrt", virtual(secret))
        archive.writestr("desa.shp.xml", virtual(secret))
    assert refused(path).key == "vector.zip_nothing"


@pytest.mark.parametrize(
    ("kind", "ending"), [("kml", ".kml"), ("flatgeobuf", ".fgb"), ("shapefile", ".shp"), ("geojson", ".geojson")]
)
def test_child_does_not_follow_a_virtual_file_either(staged, secret, listener, kind, ending):
    content = virtual(secret, f"/vsicurl/{listener.url}.geojson")
    with pytest.raises(DataError) as caught:
        read_apart(staged(kind, content, ending), "desa", Limits())
    assert caught.value.key in {"vector.damaged", "vector.json_broken"}
    assert SECRET not in str(caught.value)
    assert not listener.calls


@pytest.mark.parametrize(
    "content",
    [
        "<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        '{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /vsicurl/{url}.geojson"}}',
        "{url}",
    ],
    ids=["wfs", "gdalg", "bare_url"],
)
def test_child_does_not_call_a_service(staged, listener, content):
    with pytest.raises(DataError, match="damaged"):
        read_apart(staged("kml", content.format(url=listener.url), ".kml"), "desa.kml", Limits())
    assert not listener.calls


# ------------------------------------------------------------- references inside honest formats


@pytest.mark.parametrize(
    "crs",
    [
        '{"type":"link","properties":{"href":"URL","type":"proj4"}}',
        '{"type":"url","properties":{"url":"URL"}}',
        '{"type":"name","properties":{"name":"URL"}}',
        '{"type":"name","properties":{"name":"+proj=longlat +nadgrids=/etc/hostname"}}',
        '{"type":"name","properties":{"name":["EPSG:4326"]}}',
        '"EPSG:4326"',
    ],
    ids=["link", "url", "name_is_url", "grid_file", "name_is_list", "text"],
)
@pytest.mark.parametrize("key", ["crs", "\\u0063rs"], ids=["plain", "escaped"])
def test_geojson_crs_is_never_followed(tmp_path, listener, at_once, crs, key):
    path = tmp_path / "desa.geojson"
    crs = crs.replace("URL", listener.url)
    path.write_text(f'{{"type":"FeatureCollection","{key}":{crs},"features":[{FEATURE}]}}')
    assert refused(path).key == "vector.geojson_crs"
    assert not listener.calls


def test_geojson_is_read_without_gdal(tmp_path, at_once, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    path = tmp_path / "desa.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{FEATURE}]}}')
    assert len(read_outlines(path).frame) == 1


def test_kml_network_links_do_nothing(tmp_path, listener):
    url = listener.url
    path = tmp_path / "desa.kml"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:xlink="http://www.w3.org/1999/xlink"><Document>'
        f'<NetworkLink><Link><href>{url}</href></Link></NetworkLink><Style id="s"><IconStyle><Icon><href>{url}</href>'
        f"</Icon></IconStyle></Style><NetworkLink xlink:href='{url}'><Url><href>{url}</href></Url></NetworkLink>"
        f"{PLACEMARK.replace('<name>', f'<styleUrl>{url}#s</styleUrl><name>', 1)}"
        f"<GroundOverlay><Icon><href>{url}</href></Icon></GroundOverlay></Document></kml>"
    )
    reading = read_outlines(path)
    assert list(reading.frame["village_code"]) == ["16.02.03.2001"]
    assert not listener.calls


DOCTYPES = {
    "billion_laughs": '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;">]>',
    "local_file": '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "address": '<!DOCTYPE kml SYSTEM "URL" [<!ENTITY x SYSTEM "URL">]>',
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_kml_entities_are_refused(tmp_path, staged, listener, doctype):
    content = (
        f"<?xml version='1.0'?><!-- <kml> -->{doctype.replace('URL', listener.url)}"
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{PLACEMARK.replace("Sukamaju", "&x;")}</Document></kml>'
    )
    path = tmp_path / "desa.kml"
    path.write_text(content)
    assert refused(path).key == "vector.xml_doctype"
    assert not listener.calls


def test_child_refuses_kml_entities_too(staged, listener):
    content = f"{DOCTYPES['address'].replace('URL', listener.url)}<kml><Document>{PLACEMARK}</Document></kml>"
    with pytest.raises(DataError, match="damaged"):
        read_apart(staged("kml", content, ".kml"), "desa.kml", Limits())
    assert not listener.calls


def test_shapefile_prj_with_a_grid_file_is_refused(tmp_path):
    frame = gpd.GeoDataFrame({"kode": ["16.02.03.2001"], "nama": ["A"]}, geometry=[box(104, -3, 104.1, -2.9)], crs=4326)
    frame.to_file(tmp_path / "desa.shp")
    (tmp_path / "desa.prj").write_text(
        'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.25],EXTENSION["PROJ4_GRIDS","/etc/hostname"]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    assert refused(tmp_path / "desa.shp").key == "vector.crs_unknown"


# ------------------------------------------------------------- GeoPackage


@pytest.fixture
def geopackage(tmp_path):
    """A GeoPackage of one village, changed by SQL as an attacker would."""

    def make(sql=""):
        path = tmp_path / "desa.gpkg"
        frame = gpd.GeoDataFrame(
            {"kode": ["16.02.03.2001"], "nama": ["A"]}, geometry=[box(104, -3, 104.1, -2.9)], crs=4326
        )
        frame.to_file(path, layer="desa")
        with sqlite3.connect(path) as connection:
            connection.executescript(sql)
        connection.close()
        return path

    return make


CONTENTS_AS_VIEW = """
    ALTER TABLE gpkg_contents RENAME TO old;
    CREATE VIEW gpkg_contents AS SELECT {} AS table_name, 'features' AS data_type FROM old;
"""
REPLACE_BY_VIEW = "ALTER TABLE desa RENAME TO old; CREATE VIEW desa AS SELECT fid, geom, {} AS kode, nama FROM old;"
VIRTUAL_TABLE = """
    PRAGMA writable_schema = ON;
    DELETE FROM sqlite_master WHERE type = 'trigger';
    UPDATE sqlite_master SET rootpage = 0, sql = 'CREATE VIRTUAL TABLE desa USING {}' WHERE name = 'desa';
"""
HOSTILE_SQL = {
    "view_reads_file": REPLACE_BY_VIEW.format("readfile('/etc/hostname')"),
    "view_loads_code": REPLACE_BY_VIEW.format("load_extension('/etc/x.so')"),
    "view_geocodes": REPLACE_BY_VIEW.format("ogr_geocode('Palembang')"),
    "view_reads_pixel": REPLACE_BY_VIEW.format("gdal_get_pixel_value('/vsicurl/http://127.0.0.1/x', 1, 'pixel', 0, 0)"),
    "view_recursive": REPLACE_BY_VIEW.format(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)"
    ),
    "contents_is_view": CONTENTS_AS_VIEW.format("load_extension('x')"),
    "virtual_csv": VIRTUAL_TABLE.format("csv(filename=''/etc/hostname'')"),
    "virtual_ogr": VIRTUAL_TABLE.format("VirtualOGR(''/etc/hostname'')"),
    "virtual_shape": VIRTUAL_TABLE.format("VirtualShape(''/etc/hostname'', UTF8, 4326)"),
}


@pytest.mark.parametrize("sql", HOSTILE_SQL.values(), ids=HOSTILE_SQL)
def test_geopackage_that_runs_code_is_refused(geopackage, at_once, sql):
    path = geopackage(sql)
    with pytest.raises(DataError) as caught:
        read_outlines(path)
    assert caught.value.key in {"vector.damaged", "vector.no_layers"}


HARMLESS_SQL = {
    "view": REPLACE_BY_VIEW.format("kode"),
    "trigger": "CREATE TRIGGER t AFTER INSERT ON desa BEGIN SELECT load_extension('x'); END;",
    "data_columns": """
        CREATE TABLE gpkg_data_columns (table_name TEXT, column_name TEXT, name TEXT, title TEXT, description TEXT,
                                        mime_type TEXT, constraint_name TEXT);
        INSERT INTO gpkg_data_columns VALUES ('desa', 'nama', 'kode', '/etc/hostname', 'http://127.0.0.1/', 'x', 'y');
    """,
}


@pytest.mark.parametrize("sql", HARMLESS_SQL.values(), ids=HARMLESS_SQL)
def test_geopackage_with_idle_extras_is_read(geopackage, at_once, sql):
    frame = read_outlines(geopackage(sql)).frame
    assert list(frame["village_code"]) == ["16.02.03.2001"]
    assert list(frame["village_name"]) == ["A"]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{secret}' AS other",
        "PRAGMA trusted_schema = ON",
        "DELETE FROM desa",
        "CREATE TABLE x (y)",
        "SELECT load_extension('x')",
        "VACUUM INTO '{secret}.copy'",
    ],
    ids=["attach", "pragma", "delete", "create", "extension", "vacuum"],
)
def test_geopackage_connection_can_only_select(geopackage, secret, sql):
    connection = open_sqlite(str(geopackage()))
    with pytest.raises(sqlite3.Error, match=r"authorized|prohibited|denied"):
        connection.execute(sql.format(secret=secret))
    connection.close()


# ------------------------------------------------------------- zip


def zipped(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    "name",
    ["../desa.shp", "a/../../desa.shp", "/etc/desa.shp", "..\\desa.shp", "C:\\desa.shp", link("desa.shp")],
    ids=["parent", "nested_parent", "absolute", "backslash", "drive", "symlink"],
)
def test_zip_entry_that_points_outside_is_refused(tmp_path, name):
    path = zipped(tmp_path / "desa.zip", ("readme.txt", "x"), (name, "/etc/hostname"))
    assert refused(path).key == "vector.zip_unsafe"


def declared(path, *, size, packed):
    """Write a zip whose directory declares other sizes than it holds."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("desa.shp", "x")
        archive.filelist[0].file_size = size
        archive.filelist[0].compress_size = packed
    return path


def test_zip_that_declares_ten_gigabytes_is_refused(tmp_path):
    error = refused(declared(tmp_path / "desa.zip", size=10**10, packed=10**8))
    assert error.key == "vector.zip_large"
    assert "10,000 MB" in str(error)


def test_zip_bomb_is_refused(tmp_path):
    path = zipped(tmp_path / "desa.zip", ("desa.shp", bytes(20_000_000)))
    assert refused(path).key == "vector.zip_ratio"


def test_zip_that_lies_about_its_size_yields_no_more_than_it_says(tmp_path):
    path = tmp_path / "desa.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", bytes(20_000_000))
        archive.filelist[0].file_size = 1000
    assert refused(path).key == "vector.zip_broken"


def test_zip_with_many_entries_is_refused(tmp_path):
    path = zipped(tmp_path / "desa.zip", *((f"{i}.txt", "") for i in range(30)))
    assert refused(path, limits=Limits(zip_entries=29)).key == "vector.zip_many"


def test_zip_directory_is_not_read_beyond_four_megabytes():
    file = _Directory(io.BytesIO(bytes(5_000_000)))
    with pytest.raises(zipfile.BadZipFile, match="too large"):
        file.read(4_000_001)
    assert len(file.read()) < 5_000_000


# ------------------------------------------------------------- the machine


def test_deep_json_is_refused(tmp_path, at_once):
    path = tmp_path / "desa.geojson"
    path.write_text('{"type":"FeatureCollection","features":[' + "[" * 100_000 + "]" * 100_000 + "]}")
    assert refused(path).key == "vector.json_deep"


def test_child_that_needs_too_much_memory_is_refused(geopackage):
    path = geopackage(REPLACE_BY_VIEW.format("zeroblob(900000000)"))
    assert refused(path, limits=Limits(memory_bytes=600_000_000)).key == "vector.memory"


def test_child_that_takes_too_long_is_refused(geopackage):
    tens = "(SELECT 1 " + " UNION ALL SELECT 1" * 9 + ")"
    path = geopackage(REPLACE_BY_VIEW.format("(SELECT count(*) FROM " + ", ".join([tens] * 9) + ")"))
    assert refused(path, limits=Limits(seconds=2)).key == "vector.timeout"


def test_child_that_dies_says_nothing_of_its_own(tmp_path, monkeypatch):
    script = tmp_path / "child.py"
    script.write_text(f"import sys; print({SECRET!r}, file=sys.stderr); sys.exit(1)")
    monkeypatch.setattr(sandbox, "CHILD", script)
    path = tmp_path / "desa.geojson"
    path.write_text("{}")
    error = refused(path)
    assert error.key == "vector.stopped"
    assert SECRET not in str(error)


def test_child_gets_no_secrets_of_the_parent(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", SECRET)
    given = sandbox.environment("kml", tmp_path)
    assert SECRET not in given.values()
    assert not {"HOME", "PATH", "PYTHONPATH"} & set(given)


@pytest.mark.parametrize("kind", exchange.DRIVERS)
def test_child_is_left_with_one_driver(tmp_path, kind):
    skipped = set(sandbox.environment(kind, tmp_path)["GDAL_SKIP"].split(","))
    assert set(pyogrio.list_drivers()) - skipped == {exchange.DRIVERS[kind]}
    assert {"OGR_VRT", "VRT", "WFS", "OAPIF", "HTTP", "SQLite", "GDALG", "GeoJSON"} <= skipped


def test_child_with_more_than_one_driver_refuses(staged, monkeypatch):
    monkeypatch.setattr(sandbox, "environment", lambda kind, folder: {})
    with pytest.raises(MachineError, match="one format"):
        read_apart(staged("kml", f"<kml><Document>{PLACEMARK}</Document></kml>", ".kml"), "desa.kml", Limits())


def test_child_imports_nothing_of_the_project_and_no_pandas():
    program = (
        f"import runpy, sys; path = [*sys.path]; runpy.run_path({str(sandbox.CHILD)!r}); assert sys.path == path; "
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'child', 'geodata', 'pandas', 'pyogrio'}))"
    )
    done = subprocess.run([sys.executable, "-E", "-P", "-B", "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["child"]


def has_landlock():
    import ctypes

    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) >= 4


@pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock that knows TCP")
def test_child_can_reach_neither_files_nor_network(tmp_path, secret, listener):
    program = f"""
import json, runpy, socket
from pathlib import Path
child = runpy.run_path({confinement.__file__!r})
private = Path({str(tmp_path)!r}) / "private"
private.mkdir()
child["confine"](private)
(private / "mine").write_text("x")
found = {{"mine": (private / "mine").read_text()}}
for name, act in {{
    "file": lambda: Path({str(secret)!r}).read_text(),
    "write": lambda: Path({str(secret)!r}).write_text(""),
    "list": lambda: list(Path({str(secret.parent)!r}).iterdir()),
    "call": lambda: socket.create_connection(("127.0.0.1", {listener.socket.getsockname()[1]})),
}}.items():
    try:
        act()
    except PermissionError:
        found[name] = "denied"
print(json.dumps(found))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env={})
    denied = dict.fromkeys(("file", "write", "list", "call"), "denied")
    assert json.loads(done.stdout) == {"mine": "x"} | denied
    assert not listener.calls
    assert SECRET in secret.read_text()


def test_names_from_the_file_are_shown_on_one_harmless_line():
    assert one_line("nama\n<script>{{x}}") == "nama??script???x??"
    assert len(one_line("x" * 1000)) == 60


@pytest.mark.skipif(os.name != "posix", reason="named pipes are of POSIX")
def test_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "desa.geojson")
    assert refused(tmp_path / "desa.geojson").key == "vector.not_a_file"
