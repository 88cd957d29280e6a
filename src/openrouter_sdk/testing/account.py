"""The account: credits, keys, and what is exchanged for a key."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from .handling import CREATED_TEXT, LARGEST_OFFSET, Object, State, json_object, query_int, text_of
from .messages import Reply

if TYPE_CHECKING:
    from .messages import RecordedRequest

_KEYS, _KEYS_PER_PAGE = 7, 3  # OpenRouter's own pages are larger; small ones are enough to turn them
_SECONDS_OF_A_TOKEN = 3600
_TOKEN_FIELDS = ("federation_policy_id", "grant_type", "subject_token", "subject_token_type")
_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name
_SPENT = {"usage": 12.5, "usage_daily": 0.5, "usage_weekly": 2.5, "usage_monthly": 7.5}
_BUDGET: Object = {
    "limit": 20.0,
    "limit_remaining": 7.5,
    "limit_reset": None,
    "include_byok_in_limit": False,
    **_SPENT,
    **{f"byok_{name}": 0.0 for name in _SPENT},
    "creator_user_id": "user_fake",
    "expires_at": None,
}


def get_credits(_request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /credits."""
    return Reply(body={"data": {"total_credits": 50.0, "total_usage": 12.5}})


def get_key(_request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /key."""
    data: Object = {
        "label": "Key of FakeOpenRouter",  # the real label shows a part of the key; a fake may be given a real key
        **_BUDGET,
        "is_free_tier": False,
        "is_management_key": False,
        "is_provisioning_key": False,
        "organization_id": None,
        "workspace_id": None,
        "rate_limit": {"requests": -1, "interval": "10s", "note": "No longer in use."},
        "allowed_data_regions": ["global"],
        "budgets": [],
        "effective_budget": None,
        "free_model_daily_requests": {"limit": 1000, "remaining": 1000, "used": 0},
    }
    return Reply(body={"data": data})


def list_keys(request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /keys, in pages."""
    offset = query_int(request, "offset", default=0, least=0, most=LARGEST_OFFSET)
    keys = [_key(number) for number in range(1, _KEYS + 1)]
    return Reply(body={"data": keys[offset : offset + _KEYS_PER_PAGE]})


def _key(number: int) -> Object:
    return {
        "hash": f"{number:064x}",
        "name": f"Key {number}",
        "label": f"sk-or-v1-fak...{number:03}",
        "disabled": False,
        **_BUDGET,
        "created_at": CREATED_TEXT,
        "updated_at": None,
        "last_used_at": None,
        "external_user": None,
        "workspace_id": "00000000-0000-4000-8000-000000000000",
    }


def exchange_code(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /auth/keys: any code is worth the fake's own key."""
    text_of(json_object(request), "code")
    return Reply(body={"key": state.api_key, "user_id": "user_fake"})


def exchange_token(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /oauth/token: any subject's token is worth the fake's own key."""
    form = parse_qs(request.body.decode(errors="replace"))
    missing = [name for name in _TOKEN_FIELDS if name not in form]
    if missing:
        return _token_refusal("invalid_request", f"The form lacks {', '.join(missing)}.")
    if form["grant_type"] != [_GRANT]:
        return _token_refusal("unsupported_grant_type", "FakeOpenRouter only exchanges tokens.")
    token: Object = {
        "access_token": state.api_key,
        "expires_in": _SECONDS_OF_A_TOKEN,
        "issued_token_type": _TOKEN_TYPE,
        "scope": form.get("scope", ["inference"])[0],
        "token_type": "Bearer",
    }
    return Reply(body=token)


def _token_refusal(error: str, description: str) -> Reply:
    # By RFC 6749, unlike every other operation's errors.
    return Reply(400, {"error": error, "error_description": description})
