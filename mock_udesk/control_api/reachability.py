"""Why pushes may not arrive, in words: whether this machine is a container, and what is wrong with a URL. Standard library only: `serve` asks at its start."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_MARKS: Final = (".dockerenv", "run/.containerenv")
_KUBERNETES: Final = "KUBERNETES_SERVICE_HOST"
_CGROUPS: Final = ("docker", "kubepods", "containerd", "libpod", "lxc")


def is_container(root: Path = Path("/"), environ: Mapping[str, str] = os.environ) -> bool:
    """Whether anything here says so: the marks of Docker and Podman, Kubernetes' variable, the first process's control group."""
    if environ.get(_KUBERNETES) or any((root / mark).exists() for mark in _MARKS):
        return True
    try:
        groups = (root / "proc/1/cgroup").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(name in groups for name in _CGROUPS)


def loopback_text(setting: str, url: str) -> str:
    """What is wrong with a URL of loopback inside a container, and what to do instead; "" when it is none."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
        port = urlsplit(url).port
    except ValueError:
        return ""
    if not _is_loopback(host):
        return ""
    there = f"http://host.docker.internal{f':{port}' if port else ''}"
    return (
        f"{setting} {shown_url(url)}: inside a container {host} is the container itself; for an app on the host use "
        f"{there} (on Linux with --add-host=host.docker.internal:host-gateway), for one in another container its "
        "service name; it is right only if the app shares this container's network"
    )


def refused_text(setting: str, url: str, reason: str) -> str:
    """That nobody takes connections at a URL."""
    return f"{setting} {shown_url(url)}: {reason}; pushes are tried again when the app is up, PATCH /_mock/company sets another URL"


def shown_url(url: str) -> str:
    """A URL without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    # Whoever connects to 0.0.0.0 comes to itself.
    return found.is_loopback or found.is_unspecified
