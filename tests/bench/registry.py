"""The benchmarks in the order of the table; the first makes the layers that the others read."""

SCRIPTS = (
    "bench_layer",
    "bench_outlines",
    "bench_overlay",
    "bench_national",
    "bench_export",
    "bench_paper",
    "bench_import",
    "bench_names",
    "bench_upload_page",
    "bench_scoring",
    "bench_selection",
    "bench_territories",
    "bench_routes",
    "bench_map_files",
    "bench_map",
    "bench_users",
    "bench_load",
    "bench_acting",
    "bench_examples",
)
