"""The texts of a scenario, `好的 {{ customer.nick_name }}`: rendered in a sandbox, and checked when a file is loaded."""

from collections.abc import Mapping
from typing import Any

from ...desk.play.rendering import View
from .values import MOST_CHARACTERS

# `rendering` is imported where it is used: Jinja takes long, and a scenario whose texts have no marks in them does without it.


class Templates:
    """Renders templates. All that is wrong is raised as TextError."""

    def text(self, template: str, view: View) -> str:
        """The template as a text."""
        if _is_bare(template):
            return template
        from . import rendering

        return rendering.text(template, view)

    def value(self, template: Any, view: View) -> Any:
        """A plain JSON value with its texts rendered; one that is a single `{{ … }}` as a whole gives that expression's value."""
        match template:
            case str() if _is_bare(template):
                return template
            case str():
                from . import rendering

                return rendering.value(template, view)
            case Mapping():
                return {key: self.value(member, view) for key, member in template.items()}
            case list() | tuple():
                return [self.value(member, view) for member in template]
            case _:
                return template

    def holds(self, expression: str, view: View) -> bool:
        """Whether an expression (`customer.level == "vip"`) is true."""
        from . import rendering

        return rendering.holds(expression, view)


def _is_bare(text: str) -> bool:
    return "{" not in text and len(text) <= MOST_CHARACTERS


def check_template(text: str) -> str | None:
    """What is wrong with a template, as far as it can be told before it is rendered: `{{ agnt }}: there is no agnt; …`; None: nothing."""
    from . import rendering

    return rendering.trouble("text", text)


def check_expression(text: str) -> str | None:
    """What is wrong with an expression (`customer.level == "vip"`); None: nothing."""
    from . import rendering

    return rendering.trouble("expression", text)
