"""What all wrappers have in common: whom they tell, what they look like, where they are put, who called."""

import functools
import inspect
import sys
from types import FrameType
from typing import Any

from tests.oracle.record import Recorder

# The recorder that is told, if any.
RECORDER: list[Recorder] = []


def activate(recorder: Recorder) -> None:
    """From now on this recorder is told what happens."""
    RECORDER[:] = [recorder]


def like(original: Any, wrapper: Any) -> Any:
    """Make a wrapper look like the original, for `inspect` and for autograph."""
    functools.update_wrapper(wrapper, original)
    wrapper.__signature__ = inspect.signature(original)
    return wrapper


def calling_frame() -> FrameType | None:
    """The frame that called the wrapper."""
    return sys._getframe(2)


def replace(wrappers: dict[int, Any]) -> None:
    """Put wrappers of functions in their places, by the identities of the functions."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("keras", "tf_keras", "tensorflow") and "keras" in name:
            for attribute, value in list(vars(module).items()):
                if id(value) in wrappers and callable(value):
                    setattr(module, attribute, wrappers[id(value)])
