"""The OpenRouter client SDK.

Functions, which return a `Result` and never raise, are in `openrouter_sdk.funcs`, one module each; the class SDK is
`OpenRouter`. Importing this package loads nothing else: every name below is looked up when it is first used.
"""

from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import errors as errors
    from .core import SERVERS as SERVERS
    from .core import OpenRouterCore as OpenRouterCore
    from .errors import OpenRouterError as OpenRouterError
    from .hooks import HookContext as HookContext
    from .lib.model import BaseModel as BaseModel
    from .lib.model import Unrecognized as Unrecognized
    from .lib.retries import RetryPolicy as RetryPolicy
    from .sdk.sdk import OpenRouter as OpenRouter
    from .types.response import ResponseInfo as ResponseInfo
    from .types.result import Err as Err
    from .types.result import Ok as Ok
    from .types.result import Result as Result
    from .types.result import is_err as is_err
    from .types.result import is_ok as is_ok

_HOMES = {
    "BaseModel": "lib.model",
    "Err": "types.result",
    "HookContext": "hooks",
    "Ok": "types.result",
    "OpenRouter": "sdk.sdk",
    "OpenRouterCore": "core",
    "OpenRouterError": "errors",
    "ResponseInfo": "types.response",
    "Result": "types.result",
    "RetryPolicy": "lib.retries",
    "SERVERS": "core",
    "Unrecognized": "lib.model",
    "is_err": "types.result",
    "is_ok": "types.result",
}
__all__ = [
    "SERVERS",
    "BaseModel",
    "Err",
    "HookContext",
    "Ok",
    "OpenRouter",
    "OpenRouterCore",
    "OpenRouterError",
    "ResponseInfo",
    "Result",
    "RetryPolicy",
    "Unrecognized",
    "__version__",
    "errors",
    "is_err",
    "is_ok",
]


def _look_up(name: str) -> object:
    from importlib import import_module

    if name == "errors":
        return import_module(f"{__name__}.errors")
    try:
        home = _HOMES[name]
    except KeyError:
        raise _missing(name) from None
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def _missing(name: str) -> Exception:
    import inspect

    from .lib.hints import for_class

    message = f"module {__name__!r} has no attribute {name!r}{for_class(name)}"
    # Python replaces the words of an AttributeError when it is `from openrouter_sdk import` that looks a name up.
    asking = inspect.stack(0)[2].frame if for_class(name) else None
    importing = asking is not None and asking.f_globals.get("__name__") == "importlib._bootstrap"
    return ImportError(message, name=__name__) if importing else AttributeError(message)


if not TYPE_CHECKING:  # a type checker that saw this would take any name for granted
    __getattr__ = _look_up


def __dir__() -> list[str]:
    return sorted(__all__)
