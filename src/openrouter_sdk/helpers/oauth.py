"""The client's side of OAuth with PKCE (RFC 7636): the URL to send the user to, and the challenge in it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from ..errors import SDKValidationError
from ..lib.prelude import OpenRouterCore, Result, Unpack
from ..types.options import RequestOptions
from ..types.result import Ok
from .arguments import checked, number, refused, text

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


@dataclass(frozen=True)
class CodeChallenge:
    """A challenge for the authorization URL, and the verifier that proves it when the code is exchanged."""

    code_challenge: str
    code_verifier: str


def _verifier(value: object) -> str:
    if isinstance(value, str) and _VERIFIER.fullmatch(value):
        return ""
    return "it must be 43 to 128 characters out of A-Z, a-z, 0-9, '-', '.', '_' and '~'"


def _method(value: object) -> str:
    return "" if isinstance(value, str) and value in {"S256", "plain"} else "it is 'S256' or 'plain'"


@checked(code_verifier=_verifier)
def oauth_create_sha256_code_challenge(
    *, code_verifier: str | None = None
) -> Result[CodeChallenge, SDKValidationError]:
    """Make a code challenge by SHA-256. No HTTP operation.

    Args:
        code_verifier: 43 to 128 characters out of A-Z, a-z, 0-9, "-", ".", "_", "~"; random ones if left out.
    """
    verifier = code_verifier or secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return Ok(CodeChallenge(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), verifier))


@checked(RequestOptions, callback_url=text, code_challenge=text, code_challenge_method=_method, limit=number)
def oauth_create_authorization_url(
    core: OpenRouterCore,
    *,
    callback_url: str,
    code_challenge: str | None = None,
    code_challenge_method: Literal["S256", "plain"] | None = None,
    limit: float | None = None,
    **options: Unpack[RequestOptions],
) -> Result[str, SDKValidationError]:
    """Make the URL at which a user authorizes your app. No HTTP operation.

    Args:
        core: its server's origin is the URL's.
        callback_url: where the user is sent afterwards, with a `code` to exchange for a key.
        code_challenge: see `oauth_create_sha256_code_challenge`; goes with `code_challenge_method`.
        code_challenge_method: how the challenge was made.
        limit: the credit limit of the key that will come of it, in USD.
        options: of those of every call, `server_url` and `extra_query` tell in the URL; nothing is sent.
    """
    import httpx

    from ..lib.urls import parse_base_url, plain, query_pairs

    if (code_challenge is None) != (code_challenge_method is None):
        missing = "code_challenge" if code_challenge is None else "code_challenge_method"
        message = "code_challenge and code_challenge_method go together"
        raise refused("oauth_create_authorization_url", missing, message, None)
    given = {
        "callback_url": callback_url,
        "code_challenge": code_challenge,
        "code_challenge_method": code_challenge_method,
        "limit": None if limit is None else plain(limit),
        **(options.get("extra_query") or {}),
    }
    server_url = options.get("server_url")
    base = parse_base_url(server_url) if server_url else core.settings.base_url
    query = urlencode([pair for name, value in given.items() for pair in query_pairs(name, value)])
    return Ok(str(httpx.URL(base.prefix).copy_with(path="/auth", query=query.encode())))
