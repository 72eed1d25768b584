"""Finds import cycles: `cycles.py SRC…`, each the source folder of a crate.

In every folder, sibling modules must not import each other in a cycle. A folder counts as one module for its siblings, and
its `mod.rs` or `lib.rs` may import its children. A name that such a file re-exports counts as an import of the module that
defines it. Test modules are ignored. Prints the modules and cycles of each crate, and fails if there is a cycle.
"""

import re
import sys
from pathlib import Path

FACADES = {"lib.rs", "mod.rs", "main.rs"}
INLINE_TESTS = re.compile(r"#\[cfg\(test\)\]\s*mod tests \{.*", re.DOTALL)
COMMENTS = re.compile(r"//.*")
USE = re.compile(r"\b(pub(?:\([a-z]+\))? )?use ([^;]+);")
PATH = re.compile(r"\b(?:crate|super)(?:::\w+)+")

Module = tuple[str, ...]


def flatten(tree: str) -> list[str]:
    """Returns the paths of a use tree."""
    tree = re.sub(r"\s+", " ", tree).strip()
    if "{" not in tree:
        return [tree.split(" as ")[0].strip()]
    prefix, rest = tree.split("{", 1)
    parts, depth, part = [], 0, ""
    for character in rest.rsplit("}", 1)[0]:
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [prefix + path for one in [*parts, part] if one.strip() for path in flatten(one)]


class Crate:
    """The modules of a crate and their imports."""

    def __init__(self, source: Path) -> None:
        self.texts: dict[Module, str] = {}
        self.facades: set[Module] = set()
        for file in sorted(source.rglob("*.rs")):
            place = file.relative_to(source)
            if any(part in ("tests", "tests.rs") or part.endswith("_tests.rs") for part in place.parts) or place.name == "main.rs":
                continue
            module = place.parent.parts if place.name in FACADES else (*place.parent.parts, place.stem)
            if place.name in FACADES or file.with_suffix("").is_dir():
                self.facades.add(module)
            text = INLINE_TESTS.sub("", file.read_text(encoding="utf-8"))
            self.texts[module] = COMMENTS.sub("", text)
        self.exports: dict[Module, dict[str, Module]] = {}
        for module, text in self.texts.items():
            for exported, tree in USE.findall(text):
                if exported:
                    for path in flatten(tree):
                        *start, name = path.split("::")
                        origin = self.resolve(module, start or ["self"])
                        self.exports.setdefault(module, {})[name] = origin

    def resolve(self, module: Module, parts: list[str]) -> Module:
        """Returns the deepest module that a path names."""
        at = list(module)
        for index, part in enumerate(parts):
            if part == "crate":
                at = []
            elif part == "self":
                continue
            elif part == "super":
                at = at[:-1]
            elif (*at, part) in self.texts:
                at.append(part)
            elif index == 0:
                return ("?",)
            elif (origin := getattr(self, "exports", {}).get(tuple(at), {}).get(part)) is not None:
                return origin
            else:
                break
        return tuple(at)

    def imports(self, module: Module) -> set[Module]:
        """Returns the modules that a module imports from."""
        text = self.texts[module]
        paths = [path for _, tree in USE.findall(text) for path in flatten(tree)] + PATH.findall(text)
        found = {self.resolve(module, path.split("::")) for path in paths}
        return {origin for origin in found if origin != ("?",)}

    def cycles(self) -> list[str]:
        """Returns the cycles among the siblings of each folder."""
        graph: dict[Module, dict[str, set[str]]] = {}
        for module in self.texts:
            for origin in self.imports(module):
                common = 0
                while common < min(len(module), len(origin)) and module[common] == origin[common]:
                    common += 1
                if common == len(module) or common == len(origin):
                    # One module is an ancestor of the other, or they are the same.
                    continue
                folder = graph.setdefault(module[:common], {})
                folder.setdefault(module[common], set()).add(origin[common])
        found = []
        for folder, edges in sorted(graph.items()):
            for component in components(edges):
                inside = [f"{a} -> {b}" for a in sorted(component) for b in sorted(edges.get(a, set()) & component)]
                found.append(f"{'::'.join(folder) or 'crate'}: {', '.join(inside)}")
        return found


def components(edges: dict[str, set[str]]) -> list[set[str]]:
    """Returns the strongly connected components with more than one node."""

    def reach(start: str) -> set[str]:
        seen, waiting = set(), [start]
        while waiting:
            for following in edges.get(waiting.pop(), set()) - seen:
                seen.add(following)
                waiting.append(following)
        return seen

    reached = {node: reach(node) for node in edges}
    found: list[set[str]] = []
    for node, nodes in reached.items():
        if node in nodes and not any(node in component for component in found):
            found.append({other for other in nodes if node in reached.get(other, set())})
    return [component for component in found if len(component) > 1]


def main(sources: list[str]) -> int:
    """Checks all crates."""
    failed = 0
    for source in sources:
        crate = Crate(Path(source))
        top = {module[0] for module in crate.texts if module}
        cycles = crate.cycles()
        failed += len(cycles)
        print(f"{source}: {len(crate.texts)} modules, {len(top)} at the top level, {len(cycles)} cycles")
        print(*(f"  {cycle}" for cycle in cycles), sep="\n", end="\n" if cycles else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
