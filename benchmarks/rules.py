"""A scenario of 200 rules as a shop would have them, none of which fits what the load says."""

from itertools import cycle
from typing import Any

# What customers write about; the load's own question has none of these words.
_TOPICS = (
    "退款|退钱|refund",
    "换货|换一个",
    r"发票.{0,4}(?:抬头|税号)",
    r"^(?:转|找|要)人工",
    "(?i)coupon|discount",
    r"\d{12,}",
    "投诉|差评",
    r"[A-Z]{2}\d{9}[A-Z]{2}",
    r"(?P<order>E\d{8})",
    "保修(?:多久|期)?",
)
_AGENTS = ("Tom", "Jerry")


def rules(amount: int) -> dict[str, Any]:
    """A scenario of so many rules: three in four look at the text, the others at who speaks, what kind it is, or whose turn."""
    topics = cycle(_TOPICS)
    return {"scenario": "a busy shop", "rules": [_rule(number, next(topics)) for number in range(amount)]}


def _rule(number: int, topic: str) -> dict[str, Any]:
    answer = [{"wait": "2s"}, {"reply": f"好的 {{{{ customer.nick_name }}}}, 第{number}条"}]
    match number % 20:
        case 0:
            return {"on": "message", "match": {"customer_token": f"vip-{number}"}, "do": answer}
        case 1:
            return {"on": "message", "match": {"type": "image", "turn": number}, "do": answer}
        case 2:
            return {"on": "message", "match": {"turn": 100_000 + number}, "do": answer}
        case 3:
            return {"on": "session_started", "match": {"channel": f"app-{number}"}, "do": answer}
        case 4:
            return {"on": "queued", "match": {"place": number}, "do": answer}
        case _:
            # Numbered, so that no two are alike.
            text = f"{topic}{number}" if topic.endswith("refund") else f"{topic}|主题{number}"
            match = {"text": text, "agent": _AGENTS[number % 2]} if number % 3 else {"text": text}
            return {"on": "message", "match": match, "do": answer}
