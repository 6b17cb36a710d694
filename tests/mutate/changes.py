# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The one-operator changes that can be made to a C header.

changes_of() reads a header's text and lists them: another comparison, arithmetic, bit, logic or
assignment operator, a constant that is off by one, true for false, break for continue, a negation
taken away. Comments, strings, preprocessor conditions, static assertions and what only the BPF build
compiles are left alone.
"""

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<skip>\s+|/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\\n)"""
    r"""|(?P<number>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*)"""
    r"""|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|.)""",
    re.DOTALL | re.VERBOSE,
)

# What each operator between two operands becomes; an empty text takes it away.
BINARY = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "/": ("*",),
    "%": ("*",),
    "&": ("|",),
    "|": ("&",),
    "^": ("|", "&"),
    "<<": (">>",),
    ">>": ("<<",),
    "|=": ("=", "&="),
    "&=": ("=", "|="),
    "^=": ("=", "|="),
    "+=": ("-=", "="),
    "-=": ("+=", "="),
    "*=": ("+=", "="),
    "<<=": (">>=", "="),
    ">>=": ("<<=", "="),
    "++": ("--",),
    "--": ("++",),
}
UNARY = {"!": ("",), "~": ("",), "-": ("",), "++": ("--",), "--": ("++",)}
WORDS = {"true": ("false",), "false": ("true",), "break": ("continue",), "continue": ("break",)}

# Behind these words, as behind most operators, stands an operand: `return -x`.
BEFORE_OPERAND = {"return", "case", "sizeof", "else", "do"}
TYPES = re.compile(r"(?:void|char|bool|int|const|volatile|pkt_ctx|__(?:u|s|be)\d+|u?int\d+_t)$")


class Change(NamedTuple):
    """One change to the header `file`: `old` at `offset` becomes `new`."""

    file: str
    line: int  # from 1
    where: str  # the function, macro or type
    offset: int
    old: str
    new: str
    before: str  # the line as it is, its blanks made one each
    after: str  # as it becomes

    def apply(self, text):
        return text[: self.offset] + self.new + text[self.offset + len(self.old) :]


class Token(NamedTuple):
    kind: str
    text: str
    at: int


def conditional_lines(text):
    """Numbers of the lines, from 0, that are directives, and of those that only BPF compiles."""
    directives, bpf, stack, behind = {}, set(), [], False
    for number, line in enumerate(text.split("\n")):
        match = re.match(r"\s*#\s*(\w+)\s*(.*)", line)
        if behind:
            directives[number] = behind
        elif match:
            name, rest = match.groups()
            directives[number] = name
            if name in ("ifdef", "ifndef", "if"):
                stack.append((name == "ifdef") if rest.split()[:1] == ["__bpf__"] else None)
            elif name in ("else", "elif") and stack:
                stack[-1] = None if stack[-1] is None else not stack[-1]
            elif name == "endif" and stack:
                stack.pop()
        if True in stack:
            bpf.add(number)
        behind = line.endswith("\\") and directives.get(number, False)
    return directives, bpf


def tokens_of(text):
    return [
        Token(match.lastgroup, match.group(), match.start())
        for match in TOKEN.finditer(text)
        if match.lastgroup != "skip"
    ]


def off_by_one(number):
    digits = number.rstrip("uUlL")
    suffix, value = number[len(digits) :], int(digits, 0)
    form = "0x%x" if digits[:2] in ("0x", "0X") else "%d"
    return [form % other + suffix for other in (value + 1, value - 1) if other >= 0]


def is_between(tokens, i):
    """Whether the operator at index i stands between two operands, and not in front of one."""
    before = tokens[i - 1] if i else None
    if before is None or before.text in BEFORE_OPERAND:
        return False
    return before.kind in ("word", "number") or before.text in (")", "]")


def is_declarator(tokens, i):
    """Whether the `*` at index i makes a pointer of the type in front of it."""
    before = tokens[i - 1].text if i else ""
    tag = tokens[i - 2].text if i > 1 else ""
    return bool(TYPES.match(before)) or tag in ("struct", "enum", "union") or before == "*"


def replacements(tokens, i):
    token = tokens[i]
    if token.kind == "number":
        return off_by_one(token.text)
    if token.kind == "word":
        return WORDS.get(token.text, ())
    if not is_between(tokens, i):
        return UNARY.get(token.text, ())
    if token.text == "*" and is_declarator(tokens, i):
        return ()
    return BINARY.get(token.text, ())


def matching(tokens, i):
    """The index of the parenthesis that closes the one at index i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text == "(") - (tokens[j].text == ")")
        if depth == 0:
            return j
    return len(tokens) - 1


class Places:
    """What each token belongs to: a function, a type, a macro."""

    def __init__(self):
        self.depth = 0
        self.name = "-"
        self.called = "-"  # the word in front of the latest parenthesis at the outermost level
        self.parentheses = 0

    def see(self, tokens, i):
        text = tokens[i].text
        if self.depth == 0:
            if text == "(" and self.parentheses == 0 and i:
                self.called = tokens[i - 1].text
            elif text == "{":
                tag = tokens[i - 1].text if i else "-"
                self.name = self.called if tag == ")" else tag
            elif text == ";":
                self.name = "-"
        self.parentheses += (text == "(") - (text == ")")
        self.depth += (text == "{") - (text == "}")


def one_blank(line):
    return " ".join(line.split())


def changes_of(file, text):
    """All changes that can be made to @text, in its order."""
    directives, bpf = conditional_lines(text)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    tokens, places, changes = tokens_of(text), Places(), []
    number, macro, passed = 0, "-", -1
    for i, token in enumerate(tokens):
        while starts[number + 1] <= token.at:
            number += 1
        directive = directives.get(number)
        if directive:
            if token.text == "define" and i + 1 < len(tokens):
                macro = tokens[i + 1].text
        else:
            places.see(tokens, i)
            if token.text == "_Static_assert":
                passed = matching(tokens, i + 1)
        if number in bpf or i <= passed or (directive and directive != "define"):
            continue
        if directive and tokens[i - 1].text in ("define", "#"):
            continue
        for new in replacements(tokens, i):
            column = token.at - starts[number]
            line = lines[number]
            changes.append(
                Change(
                    file,
                    number + 1,
                    macro if directive else places.name,
                    token.at,
                    token.text,
                    new,
                    one_blank(line),
                    one_blank(line[:column] + new + line[column + len(token.text) :]),
                )
            )
    return changes
