"""Which proxy the environment names for a URL: `HTTPS_PROXY`, `ALL_PROXY` and the like, and `NO_PROXY`'s exceptions."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The proxies of an environment, as `urllib.request.getproxies` tells them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._proxies = {name: url for name, url in environment.items() if name in {"http", "https", "all"} and url}
        self._exceptions = [entry.strip().lower() for entry in environment.get("no", "").split(",") if entry.strip()]

    def find(self, url: httpx.URL) -> str | None:
        """Return the URL of the proxy for `url`, or None to connect directly."""
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None or any(_matches(entry, url) for entry in self._exceptions):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"


def _matches(entry: str, url: httpx.URL) -> bool:
    """Tell whether an entry of `NO_PROXY` is about `url`: a name and all below it, an address, a network, or "*"."""
    scheme, _, place = entry.rpartition("://")
    if scheme not in {"", "all", url.scheme}:
        return False
    network = _network(place)
    if network is not None:
        address = _network(url.host)
        return address is not None and address.version == network.version and address.network_address in network
    host, port = _host_and_port(place)
    return port in {"", str(url.port or _DEFAULT_PORTS.get(url.scheme))} and _is_below(url.host.lower(), host)


_DEFAULT_PORTS = {"http": 80, "https": 443}


def _network(text: str) -> Network | None:
    bare = text if "]:" in text else text.replace("[", "").replace("]", "")
    try:
        return ipaddress.ip_network(bare, strict=False)
    except ValueError:
        return None


def _host_and_port(place: str) -> tuple[str, str]:
    host, colon, port = place.rpartition(":")
    return (host.strip("[]"), port) if colon and port.isdecimal() else (place, "")


def _is_below(host: str, name: str) -> bool:
    """Tell whether `host` is `name`, or a part of it; ".name" and "*.name" are its parts alone."""
    if name == "*":
        return True
    bare = name.removeprefix("*").removeprefix(".")
    return host.endswith(f".{bare}") or (host == bare and bare == name)
