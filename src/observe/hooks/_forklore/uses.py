"""Reads from the learner's source what a statement changes, and which functions only ever change a variable."""

import _ast

from . import source
from .source import is_name, method_of

# Methods that change a list, a dictionary, a set or an array in place.
CHANGES = {
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "fill", "insert",
    "intersection_update", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update",
}
# Methods that read an item.
READS = ("get", "setdefault", "__getitem__")
FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda)
MODULE = "<module>"


def changed_by(statement):
    """The expressions of what the statement changes in place, where it makes no use of a result."""
    if isinstance(statement, _ast.Expr) and method_of(statement.value) in CHANGES:
        yield statement.value.func.value
    for target in targets_of(statement):
        if isinstance(target, _ast.Subscript):
            yield target.value


def targets_of(statement):
    """What the statement assigns to or deletes."""
    if isinstance(statement, (_ast.Assign, _ast.Delete)):
        return statement.targets
    return [statement.target] if isinstance(statement, _ast.AugAssign) else []


def read_from(node):
    """What the expression reads an item or an attribute of; `None` for others."""
    if isinstance(node, (_ast.Subscript, _ast.Attribute)):
        return node.value
    if method_of(node) in READS:
        return node.func.value
    return None


def is_use(node, name):
    """Whether the node is that variable, or that attribute of any object: its name begins with a dot."""
    if name[0] == ".":
        return isinstance(node, _ast.Attribute) and node.attr == name[1:]
    return is_name(node, name)


def root_of(node, name):
    """The expression from which a chain of items and attributes begins, as far back as a use of the name."""
    while read_from(node) is not None and not is_use(node, name):
        node = read_from(node)
    return node


class Uses:
    """The uses of a variable in one function: whether there are any, and whether one is more than a change."""

    def __init__(self):
        self.changes = self.reads = 0

    def add_block(self, node, name):
        """Counts the uses in a statement or an expression, and in all that it contains."""
        own = []
        if isinstance(node, _ast.stmt):
            roots = [root_of(changed, name) for changed in changed_by(node)]
            own = [root for root in roots if is_use(root, name)]
            if isinstance(node, (_ast.Assign, _ast.AugAssign)) and assigns(node, name):
                # `total = total + 1` reads the variable for itself alone.
                own = [each for each in source.walk(node) if is_use(each, name)]
        self.changes += bool(own)
        self.add_parts(node, name, own)

    def add_parts(self, node, name, own):
        for child in source.children(node):
            if is_use(child, name):
                self.reads += not any(child is each for each in own)
            elif isinstance(child, _ast.stmt):
                self.add_block(child, name)
            else:
                self.add_parts(child, name, own)


def assigns(statement, name):
    """Whether the variable is all that the statement assigns to."""
    targets = targets_of(statement)
    return len(targets) == 1 and is_use(targets[0], name)


def uses_in(function, name):
    """The uses in a function, those in functions within it included."""
    uses = Uses()
    body = function.body if isinstance(function.body, list) else [function.body]
    for node in body:
        if is_use(node, name):
            uses.reads += 1
        else:
            uses.add_block(node, name)
    return uses


def has_own(function, name):
    """Whether the name is a variable of the function itself."""
    arguments = function.args
    named = arguments.args + arguments.kwonlyargs + getattr(arguments, "posonlyargs", [])
    named += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    if any(one.arg == name for one in named):
        return True
    stores = globals_of = False
    for node in source.walk(function):
        stores |= is_name(node, name) and not isinstance(node.ctx, _ast.Load)
        globals_of |= isinstance(node, _ast.Global) and name in node.names
    return stores and not globals_of


def functions_in(node):
    """The outermost functions in a tree, methods included."""
    for child in source.children(node):
        if isinstance(child, FUNCTIONS):
            yield child
        else:
            yield from functions_in(child)


class GlobalUses:
    """What the functions of a file, and its main part, do with a global variable, or with an attribute.

    What `__init__` does with an attribute is done before a child has the object.
    """

    def __init__(self, tree, name):
        # The functions that read it, and those that change it.
        self.readers, self.writers = set(), set()
        for function in functions_in(tree):
            called = getattr(function, "name", "<lambda>")
            is_left_out = called == "__init__" if name[0] == "." else has_own(function, name)
            if is_left_out:
                continue
            uses = uses_in(function, name)
            if uses.reads:
                self.readers.add(called)
            if uses.changes:
                self.writers.add(called)
        main = Uses()
        for statement in tree.body:
            self.add_main_part(main, statement, name)
        if main.reads:
            self.readers.add(MODULE)

    def add_main_part(self, main, node, name):
        """Like `Uses.add_block`, without the functions."""
        if isinstance(node, FUNCTIONS):
            return
        blocks = [child for child in source.children(node) if isinstance(child, (_ast.stmt, _ast.ExceptHandler))]
        if not blocks:
            main.add_block(node, name)
            return
        for child in source.children(node):
            if child in blocks:
                self.add_main_part(main, child, name)
            elif is_use(child, name):
                main.reads += 1
            else:
                main.add_parts(child, name, [])


def function_at(tree, code):
    """The function of the tree that was compiled to that code."""
    for node in functions_in(tree):
        lines = [node.lineno] + [one.lineno for one in getattr(node, "decorator_list", ())]
        if getattr(node, "name", None) == code.co_name and code.co_firstlineno in lines:
            return node
    return None
