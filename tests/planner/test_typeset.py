"""One setter for all papers: the same bytes, failures told, nothing left behind by large ones."""

from importlib import import_module

import pytest

from planner.errors import PlanMachineError
from planner.paper import typeset
from planner.paper.typeset import _compiler

MODULE = import_module("planner.paper.typeset")  # the function of that name hides it in the package


@pytest.fixture
def template(monkeypatch, tmp_path):
    monkeypatch.setattr(MODULE, "_ROOT", tmp_path)
    path = tmp_path / "page.typ"
    path.write_text('#let content = json(bytes(sys.inputs.content))\n#set page(height: auto)\n#content.words.join(" ")')
    return path


def test_content_is_text_and_never_markup(template):
    one = typeset(template, {"words": ["#sys.version", "*tebal*", "$x$", "</p>"]})
    assert one.startswith(b"%PDF-")
    assert one == typeset(template, {"words": ["#sys.version", "*tebal*", "$x$", "</p>"]})
    drawn = typeset(template, {"words": ["#sys.version"]}, output="svg")
    assert drawn.startswith(b"<svg")
    assert typeset(template, {"words": ["a"]}, output="png").startswith(b"\x89PNG")


def test_what_cannot_be_set_is_told(template):
    with pytest.raises(PlanMachineError, match=r"could not be set \(page\.typ\)") as caught:
        typeset(template, {"words": 1})
    assert "tidak dapat disusun" in caught.value.text("id")


def test_a_large_paper_is_forgotten(template, monkeypatch):
    set_pages: list[object] = []

    class Counting:
        def compile(self, page, **options):
            set_pages.append(page)
            return _compiler().compile(page, **options)

    counting = Counting()
    monkeypatch.setattr(MODULE, "_compiler", lambda: counting)
    typeset(template, {"words": ["kecil"]})
    assert len(set_pages) == 1
    typeset(template, {"words": ["besar"] * 20_000})
    assert set_pages[2:] == [b"x"] * 11
