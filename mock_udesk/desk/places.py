"""Where in an author's file a rule or a step stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in an author's file. Lines and columns count from 1; line 0: it came as an object, which has none."""

    file: str
    line: int = 0
    column: int = 0
    # From the top of the file: `rules[0].do[2].reply`.
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}: {self.path}"
