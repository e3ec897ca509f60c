"""What the document and its surroundings have and the mock has not: each with its reason, so that nothing is missing in silence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotEmulated:
    """One endpoint, push or page that is not there (ruling 29)."""

    name: str
    section: str
    reason: str


_WEBHOOKS = "event callbacks are another product than the IM pushes"
_FILES = "a page for browsers, not an open API"

NOT_EMULATED: tuple[NotEmulated, ...] = (
    NotEmulated("GET /im/sessions/stats", "contract §8", "its shape is known from a guess alone"),
    NotEmulated("POST /customers/batch_import_async", "contract §7.1", "batch import is no part of IM"),
    NotEmulated("GET /customers/feeds", "contract §7.1", "feeds are no part of IM"),
    NotEmulated("GET /agent_roles", "contract §7.2", "roles decide nothing at a mock's desk"),
    NotEmulated("POST /get_agent_token", "contract §11", "agents of the mock don't log in"),
    NotEmulated("POST /webhook_create", "contract §8", _WEBHOOKS),
    NotEmulated("POST /webhook_update", "contract §8", _WEBHOOKS),
    NotEmulated("POST /webhook_destroy", "contract §8", _WEBHOOKS),
    NotEmulated("POST /webhook_list", "contract §8", _WEBHOOKS),
    NotEmulated("POST /set_url", "contract §8", _WEBHOOKS),
    NotEmulated("POST /set_permissions", "contract §8", _WEBHOOKS),
    NotEmulated("GET /entry/im-log-list.html", "contract §8", _FILES),
    NotEmulated("POST /tickets/upload_file", "contract §8", "tickets are no part of IM"),
    NotEmulated("tickets, call centre", "ruling 29", "no part of IM"),
)
