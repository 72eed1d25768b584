"""Finds the prose in a source file: comments, strings and text, without the code around them.

`prose(path, text)` returns a text of the same length, in which a control character replaces each character of code. So a match in the
result has the offset that it has in the file. A space replaces the marker of a comment, so that a sentence continues on the next line.
"""

import io
import re
import tokenize

CODE = "\x00"

# Where each language has prose. The first alternative that matches at a position wins; other characters are code.
RUST = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<raw> \b(?:br|cr|r)(?P<hashes>\#*)".*?"(?P=hashes) )
  | (?P<string> "(?:\\.|[^"\\])*" )
  | (?P<skip> '(?:\\u\{[0-9a-fA-F_]+\}|\\x[0-9a-fA-F]{2}|\\.|[^\\'\n])' | '\w+ )
    """,
    re.DOTALL | re.VERBOSE,
)
SCRIPT = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|[^`\\])*` )
  | (?P<skip> (?<=[(,=:\[!&|?{};])[ ]*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]* )
    """,
    re.DOTALL | re.VERBOSE,
)
CSS = re.compile(r"""(?P<comment>/\*.*?\*/)|(?P<string>"[^"\n]*"|'[^'\n]*')""", re.DOTALL)
LEXERS = {".rs": RUST, ".ts": SCRIPT, ".js": SCRIPT, ".mjs": SCRIPT, ".css": CSS}

# `///` and `//!` too, and the star with which a line of a block comment begins.
SLASHES = re.compile(r"^[ \t]*(?:/\*+|\*+/?|//[/!]?)|\*+/$", re.MULTILINE)
HASH = re.compile(r"^[ \t]*#+", re.MULTILINE)
# Rust continues a string on the next line after a backslash.
CONTINUED = re.compile(r"\\\n")
# Code in a template string. What is nested deeper is taken for text.
INTERPOLATED = re.compile(r"\$\{[^{}`]*\}")


def blank(pattern: re.Pattern[str], text: str) -> str:
    """Replaces each match by spaces, and keeps line breaks."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def lexed(lexer: re.Pattern[str], text: str) -> str:
    """The prose of a language with a lexer."""
    pieces, end = [], 0
    for found in lexer.finditer(text):
        pieces.append(code(text[end : found.start()]))
        end = found.end()
        if found.lastgroup == "skip":
            pieces.append(code(found[0]))
        elif found["comment"]:
            pieces.append(blank(SLASHES, found[0]))
        else:
            text_of_string = blank(CONTINUED, found[0])
            pieces.append(INTERPOLATED.sub(lambda inner: code(inner[0]), text_of_string))
    return "".join([*pieces, code(text[end:])])


def code(text: str) -> str:
    """Code, masked. Space between the lines of a comment stays space."""
    return text if text.isspace() else re.sub(r"[^\n]", CODE, text)


def python(text: str) -> str:
    """The prose of a Python file."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    masked, end = [], 0
    literals = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in literals:
            start, stop = (starts[row - 1] + column for row, column in (token.start, token.end))
            masked += [code(text[end:start]), blank(HASH, text[start:stop])]
            end = stop
    return "".join([*masked, code(text[end:])])


def prose(path: str, text: str) -> str:
    """The prose of a file, by its name or its first line."""
    suffix = path[path.rfind(".") :] if "." in path.rsplit("/", 1)[-1] else ""
    if lexer := LEXERS.get(suffix):
        return lexed(lexer, text)
    if suffix == ".py" or text.startswith("#!/usr/bin/env python3"):
        try:
            return python(text)
        except (SyntaxError, tokenize.TokenError):
            return text
    if suffix == ".tsx":
        # The text of elements cannot be told from code by a lexer as simple as these.
        return blank(SLASHES, text)
    if suffix in (".yaml", ".yml", ".toml", ".sh", ""):
        return blank(HASH, text)
    return text


def comments(path: str, text: str) -> list[str]:
    """The comments of a Rust or TypeScript file. Comments on consecutive lines are one."""
    lexer = RUST if path.endswith(".rs") else SCRIPT
    joined: list[tuple[int, int]] = []
    for found in lexer.finditer(text):
        if not found["comment"]:
            continue
        start, end = found.span()
        if joined and re.fullmatch(r"\n[ \t]*", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [text[start:end] for start, end in joined]
