"""What differs between the families of calls: how each is signed, and how it refuses."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..endpoint import STRUCT_PARAMETERS, Signature

_OF_STRUCT = "&".join(f"{name}=…" for name in STRUCT_PARAMETERS)


class UdeskError(BaseModel):
    """How the emulated API refuses: HTTP 200, the code tells. Doc: contract §1.8."""

    model_config = ConfigDict(defer_build=True)

    code: int = Field(description="Anything but 1000")
    message: str
    code_message: str | None = Field(None, description="The same text again")
    exception: str | None = None


class UdeskStatusError(BaseModel):
    """How structured messages are refused: an envelope of their own. Doc: contract §2.1, ruling 4."""

    model_config = ConfigDict(defer_build=True)

    status: int = Field(description="Anything but 1000")
    message: str
    exception: str | None = None


class UdeskRecordsError(UdeskError):
    """How conversation records are refused: the number stands where each family has it. Ruling 4, contract §2.1."""

    code: int = Field(description="Anything but 1000")
    status: int = Field(description="The same number; anything but 0")


class ControlTrouble(BaseModel):
    """What went wrong with a control call, and what to do instead."""

    model_config = ConfigDict(title="ControlTrouble", defer_build=True)

    code: int | str
    message: str
    hint: str = ""


class ControlError(BaseModel):
    """How the control API refuses: a 4xx status and one object."""

    model_config = ConfigDict(defer_build=True)

    error: ControlTrouble


# The shape of a refusal, by the names that it holds its number under. Doc: contract §2.1.
REFUSALS: Mapping[tuple[str, ...], type[BaseModel]] = {
    ("code",): UdeskError,
    ("status",): UdeskStatusError,
    ("code", "status"): UdeskRecordsError,
}


def _in_query(name: str, description: str, *, is_required: bool = True, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": is_required,
        "schema": {"type": "string", **schema},
        "description": description,
    }


# The parameters of each kind of signature, by what they are called among the document's components.
SIGNATURES: Mapping[Signature, Mapping[str, dict[str, Any]]] = {
    "open_api": {
        "auth_email": _in_query("email", "The administrator's email"),
        "auth_timestamp": _in_query("timestamp", "Seconds since 1970, ten digits", pattern="^[0-9]{10}([0-9]{3})?$"),
        "auth_sign": _in_query("sign", "SHA-256 in lower-case hex over email&token&timestamp&nonce&sign_version"),
        "auth_nonce": _in_query(
            "nonce", "Any text not used within 15 minutes; required with sign_version v2", is_required=False
        ),
        "auth_sign_version": _in_query(
            "sign_version", "Absent: the old SHA-1 over email&token&timestamp", is_required=False, enum=["v2"]
        ),
    },
    "struct": {
        "struct_timestamp": _in_query("timestamp", "Seconds since 1970, ten digits", pattern="^[0-9]{10}$"),
        "struct_sign": _in_query("sign", f"MD5 in lower-case hex over {_OF_STRUCT}&(the shared secret)"),
    },
    "none": {},
}

# Who may call, by the kind of signature; `operator` is the control API, whose token is asked for only where one was set.
SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "open_api": [{"signature": []}],
    "struct": [{"structSignature": []}],
    "none": [],
    "operator": [{}, {"controlToken": []}, {"controlCookie": []}],
}
SECURITY_SCHEMES: Mapping[str, dict[str, str]] = {
    "signature": {
        "type": "apiKey",
        "in": "query",
        "name": "sign",
        "description": "SHA-256 in lower-case hex over `email&token&timestamp&nonce&sign_version`, all of which but the token stand in the "
        "query beside it; good for 300 seconds and for one call. `POST /_mock/sign` makes one, `POST /_mock/explain` says what is wrong with one.",
    },
    "structSignature": {
        "type": "apiKey",
        "in": "query",
        "name": "sign",
        "description": f"MD5 in lower-case hex over `{_OF_STRUCT}&(the shared secret)`; the four stand in the query beside it.",
    },
    "controlToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The value of --control-token; without that option nobody is asked for it.",
    },
    "controlCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "mock_udesk_control",
        "description": "What POST /_mock/login sets in place of the token.",
    },
}
