"""The kinds of change: each takes one node of a syntax tree and gives what could stand there instead.

Used by `generate.py`. What must stay true: an operator is pure, leaves the tree as it was, and gives pairs: what to
take out, which is the node or a part of it, and what to put there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

Signatures: TypeAlias = Mapping[str, Sequence[str]]  # a function's name: the annotation of each of its arguments
Placed: TypeAlias = ast.expr | ast.stmt
Pairs: TypeAlias = Iterator[tuple[Placed, Placed]]
Operator: TypeAlias = Callable[[ast.AST, Signatures], Pairs]
Node = TypeVar("Node", bound=ast.AST)

COMPARED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip


def flip_comparison(node: ast.AST, known: Signatures) -> Pairs:
    """Give `a <= b` for `a < b`, `a is not b` for `a is b`, and so on."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield node, _with(node, ops=[COMPARED[type(node.ops[0])]()])


def flip_arithmetic(node: ast.AST, known: Signatures) -> Pairs:
    """Give `a - b` for `a + b`, `a // b` for `a * b`."""
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield node, _with(node, op=COUNTED[type(node.op)]())


def swap_and_or(node: ast.AST, known: Signatures) -> Pairs:
    """Give `a or b` for `a and b`, and the other way round."""
    if isinstance(node, ast.BoolOp):
        yield node, _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def negate(node: ast.AST, known: Signatures) -> Pairs:
    """Negate a condition; a comparison is flipped by another operator."""
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare):
        yield node.test, _not(node.test)
    if isinstance(node, ast.comprehension):
        yield from ((test, _not(test)) for test in node.ifs if not isinstance(test, ast.Compare))


def change_number(node: ast.AST, known: Signatures) -> Pairs:
    """Give an integer one more."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, ast.Constant(node.value + 1)


def flip_truth(node: ast.AST, known: Signatures) -> Pairs:
    """Give False for True."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, ast.Constant(not node.value)


def change_entry(node: ast.AST, known: Signatures) -> Pairs:
    """Give each entry of a table the value of the next that differs."""
    if not isinstance(node, ast.Dict):
        return
    values = node.values
    for at, value in enumerate(values):
        others = (each for each in [*values[at + 1 :], *values[:at]] if ast.dump(each) != ast.dump(value))
        if node.keys[at] is not None and (other := next(others, None)) is not None:
            yield value, other


def drop_statement(node: ast.AST, known: Signatures) -> Pairs:
    """Leave out a call, a raise, or what is written into something else."""
    if isinstance(node, ast.Assign):
        is_effect = isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    elif isinstance(node, ast.Expr):
        is_effect = not isinstance(node.value, ast.Constant)
    else:
        is_effect = isinstance(node, ast.AugAssign | ast.Raise | ast.Delete)
    if is_effect and isinstance(node, ast.stmt):
        yield node, ast.Pass()


def swap_arguments(node: ast.AST, known: Signatures) -> Pairs:
    """Swap two arguments that stand side by side and are of one type, as the function's own annotations say."""
    if not isinstance(node, ast.Call) or any(isinstance(each, ast.Starred) for each in node.args):
        return
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    types = known.get(name, ())
    for at, (one, other) in enumerate(pairwise(types[: len(node.args)])):
        if one == other and ast.dump(node.args[at]) != ast.dump(node.args[at + 1]):
            yield node, _with(node, args=_swapped(node.args, at))


def swap_result(node: ast.AST, known: Signatures) -> Pairs:
    """Swap the first two of a tuple that is returned."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        yield node.value, _with(node.value, elts=_swapped(node.value.elts, 0))


OPERATORS: Final[tuple[Operator, ...]] = (
    flip_comparison, flip_arithmetic, swap_and_or, negate, change_number, flip_truth, change_entry, drop_statement,
    swap_arguments, swap_result,
)  # fmt: skip


def _with(node: Node, **fields: object) -> Node:
    kept = {name: value for name, value in ast.iter_fields(node) if name not in fields}
    return type(node)(**kept, **fields)


def _not(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def _swapped(items: Sequence[ast.expr], at: int) -> list[ast.expr]:
    return [*items[:at], items[at + 1], items[at], *items[at + 2 :]]
