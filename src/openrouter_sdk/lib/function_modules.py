"""Modules that bear the name of their function: what calling the module in its place says."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import NoReturn


class FunctionModule(ModuleType):
    """A module below `openrouter_sdk.funcs`."""

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Say where the function is."""
        name = self.__name__.rpartition(".")[2]
        message = f"{self.__name__} is a module; its function is had by `from {self.__name__} import {name}`"
        raise TypeError(message)


class FunctionPackage(ModuleType):
    """The package of these modules. Python sets a module as an attribute of its package once it is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        """Let modules say what to do when they are called."""
        if type(value) is ModuleType:
            value.__class__ = FunctionModule
        super().__setattr__(name, value)


def explain_calls(package: str) -> None:
    """Let the modules of a package say what to do when they are called."""
    sys.modules[package].__class__ = FunctionPackage
