"""Reads the learner's source: which expressions a line calls or enters, and what they stand for.

Only names, attributes and items are evaluated, and only in ways that run no code of the program.
"""

import _ast
import _operator
import warnings
from itertools import islice

from . import origins, paths

ONLY_AST = 0x400
TREES = {}
FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, _ast.Lambda)
# A child begins in one of these; Python 3.15 ends it in the second.
FIRST_OF_CHILD = {("multiprocessing.process", "_bootstrap"), ("multiprocessing.popen_fork", "_launch")}
WITHS = (_ast.With, _ast.AsyncWith)
UNKNOWN = object()
# The instruction that enters a block, before Python 3.11, which knows the columns instead.
SETUP_WITH = 143
OPERATIONS = {
    _ast.Add: _operator.add,
    _ast.Sub: _operator.sub,
    _ast.Mult: _operator.mul,
    _ast.FloorDiv: _operator.floordiv,
    _ast.Mod: _operator.mod,
}


def tree_of(path):
    """The parsed file, or `None`."""
    if path not in TREES:
        try:
            with open(path, "rb") as file, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                TREES[path] = compile(file.read(), path, "exec", ONLY_AST, True)
        except Exception:
            TREES[path] = None
    return TREES[path]


def children(node):
    for field in node._fields:
        value = getattr(node, field, None)
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, _ast.AST):
                yield child


def walk(node):
    yield node
    for child in children(node):
        if not isinstance(child, FUNCTIONS):
            yield from walk(child)


def covers(node, line):
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def enclosing(path, line):
    """The statements around a line: each with its earlier siblings, the innermost last, within one function."""
    node, chain = tree_of(path), []
    while node is not None:
        following = None
        for field in node._fields:
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for at, child in enumerate(block):
                if isinstance(child, _ast.ExceptHandler) and covers(child, line):
                    following = (child, [])
                elif isinstance(child, _ast.stmt) and covers(child, line):
                    following = (child, block[:at])
        if following is None:
            break
        node = following[0]
        if isinstance(node, FUNCTIONS):
            chain = []
        elif isinstance(node, _ast.stmt):
            chain.append(following)
    return chain


def head_of(statement):
    """The expressions of a statement itself, without the blocks in it."""
    for child in children(statement):
        if isinstance(child, _ast.withitem):
            yield child.context_expr
        elif isinstance(child, _ast.expr):
            yield child


def position(frame):
    """The columns of the instruction that runs, where this Python knows them."""
    try:
        found = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    except (AttributeError, StopIteration):
        return None
    return None if None in found else found


def has_entered(frame):
    """Whether a frame on a line like `with lock: work()` is past the entry, where only the instruction tells it."""
    return position(frame) is None and frame.f_code.co_code[frame.f_lasti] != SETUP_WITH


def is_at(node, place):
    return place is None or place == (
        node.lineno,
        node.end_lineno,
        node.col_offset,
        node.end_col_offset,
    )


def current(frame):
    """What the learner's frame calls or enters now: (call, object, name of the method) each."""
    chain = enclosing(frame.f_code.co_filename, frame.f_lineno)
    if not chain:
        return []
    place = position(frame)
    found = list(calls_of(chain[-1][0]))
    for statement, _ in reversed(chain[:-1]):
        # `with lock: work()` are two statements on one line.
        if not any(covers(part, frame.f_lineno) for part in head_of(statement)):
            break
        found += calls_of(statement)
    exact = [one for one in found if is_at(one[0], place)]
    return exact or [one for one in found if covers(one[0], frame.f_lineno)]


def calls_of(statement):
    """What the statement itself may call or enter."""
    if isinstance(statement, WITHS):
        for item in statement.items:
            yield item.context_expr, item.context_expr, "__enter__"
    for expression in head_of(statement):
        for node in walk(expression):
            method = method_of(node)
            if method is not None:
                yield node, node.func.value, method
            elif isinstance(node, _ast.Call):
                yield node, node.func, "__call__"


def arguments_of(node):
    """The arguments of a call; those that are no constants are `UNKNOWN`."""
    if not isinstance(node, _ast.Call):
        return [], {}
    plain = [getattr(one, "value", UNKNOWN) for one in node.args]
    named = {one.arg: getattr(one.value, "value", UNKNOWN) for one in node.keywords}
    return plain, named


def value_of(node, frame):
    """What a name, an attribute, an item or a plain calculation stands for in that frame, or `UNKNOWN`."""
    if isinstance(node, _ast.Name):
        for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
            if node.id in names:
                return names[node.id]
        return UNKNOWN
    if isinstance(node, _ast.Constant):
        return node.value
    if isinstance(node, _ast.Attribute):
        return attribute_of(value_of(node.value, frame), node.attr)
    if isinstance(node, _ast.Subscript):
        key = getattr(node.slice, "value", node.slice) if is_index(node.slice) else node.slice
        key = value_of(key, frame) if isinstance(key, _ast.AST) else key
        return item_of(value_of(node.value, frame), key)
    if method_of(node) == "get_lock":
        return attribute_of(value_of(node.func.value, frame), "_lock")
    return number_of(node, frame)


def number_of(node, frame):
    """The result of a calculation with whole numbers, as in `forks[(i + 1) % len(forks)]`."""
    if isinstance(node, _ast.UnaryOp) and isinstance(node.op, _ast.USub):
        value = value_of(node.operand, frame)
        return -value if type(value) is int else UNKNOWN
    if isinstance(node, _ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = value_of(node.left, frame), value_of(node.right, frame)
        if type(left) is int and type(right) is int and right != 0:
            return OPERATIONS[type(node.op)](left, right)
    elif isinstance(node, _ast.Call) and len(node.args) == 1 and value_of(node.func, frame) is len:
        thing = value_of(node.args[0], frame)
        return len(thing) if type(thing) in (list, tuple, dict, set, str) else UNKNOWN
    return UNKNOWN


def is_index(node):
    """Python 3.8 wraps the key of an item."""
    return type(node).__name__ == "Index"


def attribute_of(thing, name):
    if thing is UNKNOWN:
        return UNKNOWN
    own = origins.parts_of(thing)
    if name in own:
        return own[name]
    for each in thing.__mro__ if isinstance(thing, type) else type(thing).__mro__:
        if name in each.__dict__:
            found = each.__dict__[name]
            is_computed = isinstance(found, property)
            return UNKNOWN if is_computed else found
    return UNKNOWN


def item_of(thing, key):
    is_plain = type(thing) in (list, tuple, dict) and type(key) in (int, str)
    if not is_plain or (type(thing) is not dict and type(key) is not int):
        return UNKNOWN
    try:
        return thing[key]
    except (LookupError, TypeError):
        return UNKNOWN


def text_of(node, frame):
    """The expression as it is written."""
    try:
        with open(frame.f_code.co_filename, "rb") as file:
            line = file.read().splitlines()[node.lineno - 1]
    except (OSError, IndexError):
        return None
    if node.end_lineno != node.lineno:
        return None
    return line[node.col_offset : node.end_col_offset].decode("utf-8", "replace")


def stack(frame, with_parent=False):
    """The frames from the innermost to the first; those that a forked child has from its parent only if wanted."""
    while frame is not None:
        yield frame
        where = (frame.f_globals.get("__name__"), frame.f_code.co_name)
        if where in FIRST_OF_CHILD and not with_parent:
            return
        frame = frame.f_back


def learner_frames(frame, with_parent=False):
    """The frames of the learner's own code, the innermost first."""
    for each in stack(frame, with_parent):
        if paths.is_own(each.f_code.co_filename):
            yield each


def held_in(frame, is_innermost):
    """The expressions of what this frame has entered or acquired and not yet left or released."""
    line, before = frame.f_lineno, []
    for statement, earlier in enclosing(frame.f_code.co_filename, line):
        before += earlier
        if not isinstance(statement, WITHS):
            continue
        items = [item.context_expr for item in statement.items]
        is_in_body = line >= statement.body[0].lineno
        entering = []
        if is_innermost and any(covers(item, line) for item in items) and not (is_in_body and has_entered(frame)):
            entering = [node for node, _, method in current(frame) if method == "__enter__" and node in items]
            if len(entering) == 1 and (position(frame) is not None or not is_in_body):
                yield from items[: items.index(entering[0])]
        if is_in_body and not entering:
            yield from items
    for at, statement in enumerate(before):
        call = statement.value if isinstance(statement, _ast.Expr) else None
        if method_of(call) == "acquire" and not call.args and not call.keywords:
            lock = call.func.value
            if not any(releases(each, lock) for each in before[at + 1 :]):
                yield lock


def releases(statement, lock):
    """Whether it may release that lock, or give its name to another."""
    for node in walk(statement):
        if method_of(node) == "release" and same(node.func.value, lock):
            return True
        is_stored = isinstance(node, _ast.Name) and isinstance(node.ctx, _ast.Store)
        if is_stored and any(is_name(part, node.id) for part in walk(lock)):
            return True
    return False


def is_name(node, name):
    return isinstance(node, _ast.Name) and node.id == name


def method_of(node):
    """The name of the method that the expression calls; `None` for others."""
    is_call = isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute)
    return node.func.attr if is_call else None


def same(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, _ast.Name):
        return one.id == other.id
    if isinstance(one, _ast.Attribute):
        return one.attr == other.attr and same(one.value, other.value)
    return isinstance(one, _ast.Subscript)
