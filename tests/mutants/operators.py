"""Small wrongs that can be put into a program: each changes one node of its syntax tree.

The operators are the usual ones (Offutt et al. 1996, "An experimental determination of sufficient mutant operators":
relational, logical and arithmetic operators, constants, statements), and two for tables of rules and for SQL.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.MatMult: ast.Add,
}
SQL = (
    (" AND ", " OR "),
    (" OR ", " AND "),
    ("NOT IN", "IN"),
    ("IS NULL", "IS NOT NULL"),
    (" <= ", " < "),
    (" >= ", " > "),
    (" = ", " <> "),
)
RULE = re.compile(r"\b(SELECT|DELETE|INSERT)\b|:\w+| (AND|OR|IN|IS) ")
"""Strings that are SQL, or a part of it."""


@dataclass(frozen=True)
class Mutant:
    """A module with one wrong in it."""

    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Yield a module with each wrong in turn, in the order of its lines.

    Annotations and docstrings are left alone: nothing runs there.
    """
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt | ast.comprehension)]
    passive = set(_passive(tree))
    found = []
    for place, node in enumerate(places):
        if id(node) not in passive:
            found += [(_line(node), place, number, told) for number, (told, _) in enumerate(_changes(node))]
    for line, place, number, told in sorted(found):
        changed = copy.deepcopy(tree)
        again = [node for node in ast.walk(changed) if isinstance(node, ast.expr | ast.stmt | ast.comprehension)]
        _, replacement = list(_changes(again[place]))[number]
        _replace(changed, again[place], replacement)
        yield Mutant(line, told, ast.fix_missing_locations(changed))


def _passive(tree: ast.Module) -> Iterator[int]:
    """Yield what does not run: annotations, docstrings, and the pieces of texts in f-strings but for SQL."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if (part := getattr(node, name, None)) is not None:
                yield from map(id, ast.walk(part))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from (id(node), id(node.value))
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            yield from map(id, ast.walk(node))


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what may be put in the place of a node, each told in words."""
    yield from _operators(node)
    yield from _conditions(node)
    yield from _constants(node)
    yield from _members(node)
    yield from _statements(node)


def _operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARED[type(operator)]:
                ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield _told(node, ast.Compare(node.left, ops, node.comparators))
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        yield _told(node, ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right))
    elif isinstance(node, ast.AugAssign) and type(node.op) in COMPUTED:
        yield _told(node, ast.AugAssign(node.target, COMPUTED[type(node.op)](), node.value))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _told(node, ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield _told(node, node.operand)


def _conditions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Turn the bare conditions round; those that are compared or joined are turned round by their operators."""
    if isinstance(node, ast.If | ast.IfExp) and not isinstance(node.test, ast.Compare):
        changed = copy.copy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield f"if {ast.unparse(node.test)} -> if not", changed
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            changed = copy.copy(node)
            changed.ifs = [*node.ifs[:place], *node.ifs[place + 1 :]]
            yield f"without: if {ast.unparse(node.ifs[place])}", changed


def _constants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield _told(node, ast.Constant(not node.value))
    elif isinstance(node.value, int | float):
        yield _told(node, ast.Constant(node.value + 1))
    elif isinstance(node.value, str) and RULE.search(node.value):
        for old, new in SQL:
            for found in re.finditer(re.escape(old), node.value):
                text = node.value[: found.start()] + new + node.value[found.end() :]
                yield _told(node, ast.Constant(text))


def _members(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Take a member out of a set, and give an entry of a table the value of the next one that has another."""
    if isinstance(node, ast.Set):
        for place in range(len(node.elts)):
            left = [*node.elts[:place], *node.elts[place + 1 :]]
            empty = ast.Call(ast.Name("set", ast.Load()), [], [])
            yield f"without {ast.unparse(node.elts[place])}", ast.Set(left) if left else empty
    elif isinstance(node, ast.Dict):
        for place, value in enumerate(node.values):
            others = [*node.values[place + 1 :], *node.values[:place]]
            other = next((one for one in others if ast.dump(one) != ast.dump(value)), None)
            if node.keys[place] is not None and other is not None:
                values = [*node.values[:place], other, *node.values[place + 1 :]]
                yield (
                    f"{ast.unparse(node.keys[place])}: {_short(value)} -> {_short(other)}",
                    ast.Dict(node.keys, values),
                )


def _statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield f"without: {_short(node)}", ast.Pass()


def _told(old: ast.AST, new: ast.AST) -> tuple[str, ast.AST]:
    return f"{_short(old)} -> {_short(new)}", new


def _short(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).replace("\n", " ")
    return text if len(text) <= 90 else f"{text[:87]}..."


def _line(node: ast.AST) -> int:
    return node.target.lineno if isinstance(node, ast.comprehension) else node.lineno


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list) and any(one is old for one in value):
                setattr(parent, name, [new if one is old else one for one in value])
                return
