"""What may not be chosen as a company's settings, beside what their model says: unknown names, and values that others forbid."""

from typing import Any

from ..desk.answering import fold
from ..desk.errors import UsageError
from ..settings import Settings
from .asking import unknown_parameters
from .operator import OperatorCall

_SETTINGS = list(Settings.model_fields)
# What a company is founded with; another value makes another company.
_FOUNDED_WITH = ("subdomain", "email", "password", "token", "secret", "seed")
_CLOCK = ("now", "rate")


def refuse_wrong(call: OperatorCall, changes: dict[str, Any]) -> None:
    """Raises UsageError or BadParameters: no setting, a path that another call has, a sensitive word that no text could have."""
    _refuse_unknown(changes)
    path = changes.get("robot_answer_survey_path")
    if isinstance(path, str) and call.udesk_api().has("POST", path):
        raise UsageError(
            "invalid",
            f"robot_answer_survey_path: POST {path:.200} is another call's, which would answer in its place",
            hint="/im/messages/survey is free",
            field="robot_answer_survey_path",
        )
    words = changes.get("sensitive_words")
    for at, word in enumerate(words if isinstance(words, list) else ()):
        if isinstance(word, str) and not fold(word):
            raise UsageError(
                "invalid",
                f"sensitive_words[{at}]: “{word}” is {'punctuation alone' if word.strip() else 'empty'}",
                hint="it needs a letter, a digit or a sign: punctuation and spaces don't count",
                field=f"sensitive_words[{at}]",
            )


def _refuse_unknown(changes: dict[str, Any]) -> None:
    for name in changes:
        if name == "settings":
            raise UsageError(
                "invalid", "settings is not a setting", hint="leave out the wrapper: give the settings themselves"
            )
        if name in _FOUNDED_WITH:
            raise UsageError(
                "invalid",
                f"{name} is given when a company is founded and stays",
                hint="POST /_mock/companies founds another one",
            )
        if name == "scenario":
            raise UsageError("invalid", "scenario is not a setting", hint="PUT /_mock/scenario plays another one")
        if name in _CLOCK:
            raise UsageError("invalid", f"{name} is not a setting", hint="PATCH /_mock/clock changes a company's time")
    unknown = [name for name in changes if name not in _SETTINGS]
    if unknown:
        raise unknown_parameters(unknown, _SETTINGS)
