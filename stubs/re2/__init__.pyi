class error(Exception):
    args: tuple[bytes | str, ...]

class Options:
    log_errors: bool
    max_mem: int
    dot_nl: bool

class _Regexp:
    def fullmatch(self, text: str) -> object | None: ...

def compile(pattern: str, options: Options | None = ...) -> _Regexp: ...
