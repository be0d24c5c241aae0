class error(Exception):
    args: tuple[bytes | str, ...]

class Options:
    log_errors: bool
    max_mem: int
    dot_nl: bool

class Match:
    def group(self) -> str: ...
    def groups(self) -> tuple[str | None, ...]: ...

class Regexp:
    def fullmatch(self, text: str) -> object | None: ...
    def search(self, text: str) -> Match | None: ...

def compile(pattern: str, options: Options | None = ...) -> Regexp: ...
