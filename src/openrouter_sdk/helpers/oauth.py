"""The client's side of OAuth with PKCE (RFC 7636): the URL to send the user to, and the challenge in it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import SDKValidationError
from ..types.result import Err, Ok

if TYPE_CHECKING:
    from ..core import OpenRouterCore
    from ..types.result import Result

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


@dataclass(frozen=True)
class CodeChallenge:
    """A challenge for the authorization URL, and the verifier that proves it when the code is exchanged."""

    code_challenge: str
    code_verifier: str


def oauth_create_sha256_code_challenge(
    *, code_verifier: str | None = None
) -> Result[CodeChallenge, SDKValidationError]:
    """Make a code challenge by SHA-256. No HTTP operation.

    Args:
        code_verifier: 43 to 128 characters out of A-Z, a-z, 0-9, "-", ".", "_", "~"; random ones if left out.
    """
    from ..lib.invalid import invalid

    given: object = code_verifier
    verifier = given if isinstance(given, str) else "" if given is not None else secrets.token_urlsafe(32)
    if not _VERIFIER.fullmatch(verifier):
        message = "it must be 43 to 128 characters out of A-Z, a-z, 0-9, '-', '.', '_' and '~'"
        return Err(invalid("code_verifier", message, code_verifier))
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return Ok(CodeChallenge(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), verifier))


def oauth_create_authorization_url(
    core: OpenRouterCore,
    *,
    callback_url: str,
    code_challenge: str | None = None,
    code_challenge_method: Literal["S256", "plain"] | None = None,
    limit: float | None = None,
) -> Result[str, SDKValidationError]:
    """Make the URL at which a user authorizes your app. No HTTP operation.

    Args:
        core: its server's origin is the URL's.
        callback_url: where the user is sent afterwards, with a `code` to exchange for a key.
        code_challenge: see `oauth_create_sha256_code_challenge`; goes with `code_challenge_method`.
        code_challenge_method: how the challenge was made.
        limit: the credit limit of the key that will come of it, in USD.
    """
    import httpx

    from ..lib.invalid import invalid
    from ..lib.urls import plain

    if not callback_url:
        return Err(invalid("callback_url", "it can't be empty", callback_url))
    if (code_challenge is None) != (code_challenge_method is None):
        missing = "code_challenge" if code_challenge is None else "code_challenge_method"
        return Err(invalid(missing, "code_challenge and code_challenge_method go together", None))
    if code_challenge_method not in {None, "S256", "plain"}:
        return Err(invalid("code_challenge_method", "it is 'S256' or 'plain'", code_challenge_method))
    given = {
        "callback_url": callback_url,
        "code_challenge": code_challenge,
        "code_challenge_method": code_challenge_method,
        "limit": None if limit is None else plain(limit),
    }
    try:
        origin = httpx.URL(core.settings.base_url.prefix)
    except SDKValidationError as error:
        return Err(error)
    query = {name: value for name, value in given.items() if value is not None}
    return Ok(str(origin.copy_with(path="/auth", params=query)))
