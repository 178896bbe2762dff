"""Lets the releases 0.0.x of the package efficientnet run, which were written for Keras 2.2 and TensorFlow 1.

They have their models at the top of the package, those since 1.0 in `efficientnet.keras` and `.tfkeras`.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any


def prepare() -> None:
    """Puts tf_keras in the place of the Keras that the package imports; weights are not looked for."""
    keras: Any = importlib.import_module("tf_keras")
    tensorflow: Any = importlib.import_module("tensorflow")
    tensorflow.random_uniform = tensorflow.random.uniform
    tensorflow.div = tensorflow.divide
    old: Any = types.ModuleType("keras.utils.generic_utils")
    old.get_custom_objects = keras.utils.get_custom_objects
    names = {"backend": keras.backend, "layers": keras.layers, "models": keras.models, "utils": keras.utils}
    images: Any = types.ModuleType("efficientnet.preprocessing")  # needs scikit-image, and makes no model
    images.center_crop_and_resize = images.preprocess_input = None
    sys.modules |= {"keras": keras, "keras.utils.generic_utils": old, images.__name__: images}
    sys.modules |= {f"keras.{name}": module for name, module in names.items()}
    # Its constructors give the model its name afterwards.
    keras.Model.name = property(lambda model: model._name, lambda model, name: setattr(model, "_name", name))
    model: Any = importlib.import_module("efficientnet.model")
    model.get_file = lambda *_, **__: ""
    sizes = [f"efficientnet-b{size}{top}" for size in range(8) for top in ("", "-notop")]
    model.IMAGENET_WEIGHTS = {size: {"name": "", "url": "", "md5": ""} for size in sizes}
