"""README's figures: its table is that of docs/bench.json, and what it promises was measured or has a test.

docs/promises.md lists every sentence of README with seconds, bytes, percent and the like, and what shows it.
"""

import json
import operator
import re
import socket
from importlib import import_module
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import record
from tests.bench.figures import Figure, Peer, table
from tests.bench.registry import SCRIPTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
UNITS = "ms|s|seconds?|min|minutes?|hours?|kB|MB|GB|%|times"
AMOUNT = re.compile(rf"(?<![\w.])\d[\d.,]*\+? ?({UNITS})(?![\w/])")
COMPARED = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}
MEASURED = re.compile(r"bench `(?P<row>[^`]+)`: (?P<measure>.+?) (?P<sign><=|>=|=) (?P<limit>[\d.]+)")
NAMED = re.compile(r"test `(?P<file>[^`:]+)::(?P<name>\w+)`")
CONSTANT = re.compile(r"code `(?P<module>[\w.]+)\.(?P<name>\w+)` = (?P<value>[\d.]+)")
TOLD = re.compile(r"no promise: \S+")


def one_line(text: str) -> str:
    return " ".join(text.split())


def promises() -> list[tuple[str, str]]:
    """What README says, and what shows it."""
    rows = [line.strip("| ").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ")]
    return [(said.strip(), shown.strip()) for said, shown in rows[1:]]


def without_section(text: str, heading: str) -> str:
    """Take a section away, up to the next heading that is not below it."""
    assert f"\n{heading}\n" in text, f"README has no section {heading}"
    depth = len(heading.split(maxsplit=1)[0])
    before, _, rest = text.partition(f"\n{heading}\n")
    following = re.search(rf"^#{{1,{depth}}} ", rest, re.MULTILINE)
    return before + "\n" + (rest[following.start() :] if following else "")


def unsaid(readme: str, said: list[str]) -> list[str]:
    """Amounts of README that no promise covers, with what stands around them."""
    rest = re.sub(
        r"```.*?```", "", readme.partition(record.BEGIN)[0] + readme.partition(record.END)[2], flags=re.DOTALL
    )
    for part in said:
        if part.startswith("#"):
            rest = without_section(rest, part)
    rest = one_line(rest)
    for part in said:
        if not part.startswith("#"):
            assert one_line(part) in one_line(readme), f"README does not say: {part}"
            rest = rest.replace(one_line(part), " ; ")
    return [rest[max(found.start() - 60, 0) : found.end() + 20] for found in AMOUNT.finditer(rest)]


def test_readme_shows_the_table_of_the_last_benches() -> None:
    told = record.told(record.read())
    assert record.readme_part(README) == told, "write it anew: python -m tests.bench --readme"


def test_every_amount_of_readme_is_in_the_list_of_promises() -> None:
    assert unsaid(README, [said for said, _ in promises()]) == []


def test_an_amount_that_nothing_shows_is_seen() -> None:
    measured = f"{record.BEGIN}\n5 s\n{record.END}\n```\n6 s\n```\n"
    readme = f"# A\nIt starts in 3 s and needs\n1.5 GB.\n## B\nNever 4 %.\n{measured}"
    assert unsaid(readme, ["starts in 3 s", "## B"]) == ["# A It  ;  and needs 1.5 GB."]
    assert unsaid(readme, ["starts in 3 s and needs 1.5 GB", "Never 4 %"]) == []
    with pytest.raises(AssertionError, match="README does not say: in 4 s"):
        unsaid(readme, ["in 4 s"])


@pytest.mark.parametrize(("said", "shown"), promises(), ids=lambda text: text[:40])
def test_what_readme_promises_holds(said: str, shown: str) -> None:
    blocks = record.read()
    rows = {figure.name: figure for block in blocks for figure in block.figures}
    ways = shown.split("; ")
    for way in ways:
        if found := MEASURED.fullmatch(way):
            if found["row"] not in rows:
                assert len(blocks) < len(SCRIPTS), f"no bench measures {found['row']}"
                continue  # README says which benches were not run yet
            value = rows[found["row"]].value(found["measure"])
            assert value is not None, f"{found['row']} has no {found['measure']}"
            assert COMPARED[found["sign"]](value, float(found["limit"])), f"{said}: measured {value:g}"
        elif found := CONSTANT.fullmatch(way):
            assert getattr(import_module(found["module"]), found["name"]) == float(found["value"])
        elif found := NAMED.fullmatch(way):
            assert f"def {found['name']}(" in (ROOT / found["file"]).read_text(encoding="utf-8")
        else:
            assert TOLD.match(way), f"{way} is neither a bench, a test, nor a reason"


def test_the_figures_name_no_machine() -> None:
    text = record.RECORD.read_text(encoding="utf-8")
    assert not re.search(r'"/|/tmp|/root|/home|/work', text)
    assert socket.gethostname() not in text


def test_every_bench_is_run_by_make_bench() -> None:
    assert sorted(SCRIPTS) == sorted(path.stem for path in (ROOT / "tests" / "bench").glob("bench_*.py"))


def test_names_of_rows_are_used_once() -> None:
    names = [figure.name for block in record.read() for figure in block.figures]
    assert sorted(set(names)) == sorted(names)


@pytest.fixture
def benches(tmp_path, monkeypatch):
    """Three benches of our own instead of the real ones: one measures, one fails half way, one tells nothing."""
    package = tmp_path / "fakes"
    package.mkdir()
    give = "from tests.bench.figures import Figure, give, leave_out\n"
    (package / "good.py").write_text(
        give + "give(Figure('a step', 9_351, 1.0, 0.5))\nleave_out('a peer', 'pip install it')"
    )
    (package / "bad.py").write_text(give + "give(Figure('first half', cpu_s=2.0))\nraise SystemExit(3)")
    (package / "silent.py").write_text("")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{record.BEGIN}\nold\n{record.END}\nafter\n")
    monkeypatch.setattr(record, "README", readme)
    monkeypatch.setattr(record, "RECORD", tmp_path / "bench.json")
    monkeypatch.setattr(bench, "PACKAGE", "fakes")
    monkeypatch.setattr(bench, "SCRIPTS", ("bad", "good", "silent"))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    return tmp_path


def test_a_bench_that_fails_takes_nothing_from_the_others(benches, capfd) -> None:
    assert bench.measure(["bad", "good", "silent"], benches) == ["bad", "silent"]
    blocks = {block.bench: block for block in record.read()}
    assert blocks["good"].figures == (Figure("a step", 9_351, 1.0, 0.5),)
    assert blocks["bad"].figures == (Figure("first half", cpu_s=2.0),)
    assert blocks["bad"].failed == "it ended with 3"
    shown = record.readme_part(record.README.read_text())
    assert "- `bad` **failed**: it ended with 3." in shown
    assert "- Left out: a peer: pip install it." in shown
    assert record.README.read_text().endswith(f"{record.END}\nafter\n")
    assert "bad FAILED" in capfd.readouterr().err
    (benches / "fakes" / "bad.py").write_text((benches / "fakes" / "good.py").read_text().replace("a step", "well"))
    assert bench.measure(["bad"], benches) == []
    assert [figure.what for block in record.read() for figure in block.figures] == ["well", "a step"]


def test_ratios_are_of_one_run() -> None:
    peer = Peer("others", cpu_s=6.0, peak_mb=300.0, also={"MB": 40.0})
    figure = Figure("a step", 83_246, 2.5, 0.5, 600.0, growth=2.1, against=peer, also={"MB": 2.0}, note="noted")
    assert (figure.ratio, figure.memory_ratio, figure.value("MB")) == (12.0, 0.5, 2.0)
    assert Figure.read(json.loads(json.dumps(figure.written()))) == figure
    row = table([figure]).splitlines()[2]
    assert row == (
        "| a step | 83,246 | 2.5 s | 0.5 s | 600 MB | x 2.1 | 2 MB; noted |"
        " others: 6 s CPU (x 12), 300 MB (x 0.5), 40 MB (x 20) |"
    )
