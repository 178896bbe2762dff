"""What the simulation knows of Keras' layer classes.

Source: measured by calling every exported layer class with `trainable=False` and
`training=True` under tf_keras 2.21, keras 2.15, 3.5.0, 3.15.1 and 3.16 nightly; the table in
the tests (`tests/keras/test_layer_classes.py`) is checked against the running Keras.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple


class Switch(NamedTuple):
    """An argument of a constructor that makes the layer random where it is not zero.

    position: its place; None where it is only ever given by name. default: None if it has to be given.
    """

    position: int | None
    name: str
    default: float | None


class Role(Enum):
    """What a layer is besides a computation of its own: mostly, what its `call` calls."""

    PLAIN = "nothing else"
    WRAPPER = "calls the layer that it is made with (TimeDistributed)"
    COPIES = "calls copies of the layer that it is made with (Bidirectional)"
    CELLS = "calls the cells that it is made with (RNN)"
    LAMBDA = "calls the function that it is made with"
    PARTS = "calls all of its sub-layers; written by a package whose code is not looked at"
    INPUT = "where a graph begins"
    OPERATION = "a node of a graph that is no layer in Keras 3 (`x + y`)"
    NOT_OF_KERAS = "a class that Keras does not have: which attributes it has is for its own code to say"


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One layer class.

    Args:
        name: the class name.
        arming: what makes it random when any of them is not zero.
        always: random whatever its arguments (RandomFlip).
        batch_norm: it normalises with batch statistics in training, and follows `trainable`.
        takes_training: its `call` has a `training` parameter (Keras 2 asks; so does 3's fit).
        default_training: the value of that parameter when nothing else decides.
        weightless: it never owns a weight.
        augmentation: a Random... preprocessing layer, often random on purpose.
        has_row: a row is written even when it is not armed.
        config_forgets: the configuration does not hold `trainable`, so that a clone is trainable
            (Keras 3; keras/src/layers/regularization/spatial_dropout.py, `get_config`).
        role: what it is besides a computation.
    """

    name: str
    arming: tuple[Switch, ...] = ()
    always: bool = False
    batch_norm: bool = False
    takes_training: bool = False
    default_training: bool | None = None
    weightless: bool = False
    augmentation: bool = False
    has_row: bool = False
    config_forgets: bool = False
    role: Role = Role.PLAIN

    @property
    def mode_dependent(self) -> bool:
        """Whether the layer can behave differently in training."""
        return bool(self.arming) or self.always or self.batch_norm

    @property
    def is_made_with_layer(self) -> bool:
        """Whether it is made with a layer, which it calls or calls copies of."""
        return self.role is Role.WRAPPER or self.role is Role.COPIES


def _noise(name: str, argument: str = "rate") -> LayerKind:
    return LayerKind(
        name,
        arming=(Switch(0, argument, None),),
        takes_training=True,
        default_training=False,
        weightless=True,
        has_row=True,
    )


def _recurrent(name: str) -> LayerKind:
    arming = (Switch(None, "dropout", 0.0), Switch(None, "recurrent_dropout", 0.0))
    return LayerKind(name, arming=arming, takes_training=True, default_training=False)


def _attention(name: str, *, weightless: bool = False) -> LayerKind:
    return LayerKind(name, arming=(Switch(None, "dropout", 0.0),), takes_training=True, weightless=weightless)


def _augmentation(name: str, *arming: Switch) -> LayerKind:
    return LayerKind(
        name,
        arming=arming,
        always=not arming,
        takes_training=True,
        default_training=True,
        weightless=True,
        augmentation=True,
        has_row=True,
    )


_RANDOM = (
    _noise("Dropout"),
    _noise("FixedDropout"),  # of the package efficientnet
    _noise("DropConnect", "drop_connect_rate"),  # of its releases before 1.0
    replace(_noise("SpatialDropout1D"), config_forgets=True),
    replace(_noise("SpatialDropout2D"), config_forgets=True),
    replace(_noise("SpatialDropout3D"), config_forgets=True),
    _noise("GaussianDropout"),
    _noise("AlphaDropout"),
    _noise("GaussianNoise", "stddev"),
    _recurrent("LSTM"),
    _recurrent("GRU"),
    _recurrent("SimpleRNN"),
    _recurrent("CuDNNLSTM"),
    _recurrent("CuDNNGRU"),
    _recurrent("ConvLSTM1D"),
    _recurrent("ConvLSTM2D"),
    _recurrent("ConvLSTM3D"),
    LayerKind("MultiHeadAttention", arming=(Switch(3, "dropout", 0.0),), takes_training=True),
    LayerKind("GroupedQueryAttention", arming=(Switch(3, "dropout", 0.0),), takes_training=True),
    _attention("Attention", weightless=True),
    _attention("AdditiveAttention"),
)

_AUGMENTATION = (
    _augmentation("RandomFlip"),
    _augmentation("RandomCrop"),
    _augmentation("RandomRotation", Switch(0, "factor", None)),
    _augmentation("RandomZoom", Switch(0, "height_factor", None), Switch(1, "width_factor", 0.0)),
    _augmentation("RandomTranslation", Switch(0, "height_factor", None), Switch(1, "width_factor", None)),
    _augmentation("RandomContrast", Switch(0, "factor", None)),
    _augmentation("RandomBrightness", Switch(0, "factor", None)),
    _augmentation("RandomHeight", Switch(0, "factor", None)),
    _augmentation("RandomWidth", Switch(0, "factor", None)),
    _augmentation("RandomHue", Switch(0, "factor", None)),
    _augmentation("RandomGrayscale", Switch(0, "factor", 0.5)),
    _augmentation("RandomShear", Switch(0, "x_factor", 0.0), Switch(1, "y_factor", 0.0)),
    _augmentation("RandomErasing", Switch(0, "factor", 1.0)),
    _augmentation("RandomGaussianBlur", Switch(0, "factor", 1.0)),
    _augmentation("RandomInvert", Switch(0, "factor", 1.0)),
    _augmentation("RandomElasticTransform", Switch(0, "factor", 1.0)),
    _augmentation("RandomPerspective", Switch(0, "factor", 1.0), Switch(1, "scale", 1.0)),
    _augmentation("RandomPosterization"),
    _augmentation("RandomSaturation"),
    _augmentation("RandomSharpness"),
    _augmentation("RandomColorDegeneration", Switch(0, "factor", None)),
    _augmentation("RandAugment"),
    _augmentation("MixUp"),
    _augmentation("CutMix"),
    _augmentation("AugMix"),
)

_BATCH_NORM = tuple(
    LayerKind(name, batch_norm=True, takes_training=True, has_row=True)
    for name in (
        "BatchNormalization",
        "SyncBatchNormalization",
        "BatchNormalizationV1",
        "BatchNormalizationV2",
    )
)

_WEIGHTLESS = [
    "Activation",
    "ActivityRegularization",
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Flatten",
    "Masking",
    "Maximum",
    "Minimum",
    "Multiply",
    "Permute",
    "RepeatVector",
    "Reshape",
    "Subtract",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "Softmax",
    "ThresholdedReLU",
    "Rescaling",
    "Resizing",
    "CenterCrop",
    "UnitNormalization",
    "Identity",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "CategoryEncoding",
    "Hashing",
]

_WEIGHTED = [
    "Dense",
    "EinsumDense",
    "Embedding",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "LayerNormalization",
    "GroupNormalization",
    "RMSNormalization",
    "PReLU",
    "Normalization",
    "TextVectorization",
    "StringLookup",
    "IntegerLookup",
    "Discretization",
    "ReversibleEmbedding",
]

_WRAPPERS = (
    LayerKind("Wrapper", role=Role.WRAPPER),  # has no `call` of its own: subclasses write it
    LayerKind("TimeDistributed", takes_training=True, role=Role.WRAPPER),
    LayerKind("SpectralNormalization", takes_training=True, role=Role.WRAPPER),
    LayerKind("Bidirectional", takes_training=True, role=Role.COPIES),
    LayerKind("RNN", takes_training=True, role=Role.CELLS),
    LayerKind("Lambda", role=Role.LAMBDA, takes_training=True, weightless=True),
    LayerKind("InputLayer", role=Role.INPUT, weightless=True),
)

BY_NAME: dict[str, LayerKind] = {
    kind.name: kind
    for kind in (
        *_RANDOM,
        *_AUGMENTATION,
        *_BATCH_NORM,
        *_WRAPPERS,
        *(LayerKind(name, weightless=True) for name in _WEIGHTLESS),
        *(LayerKind(name) for name in _WEIGHTED),
        *(_recurrent(name) for name in ("LSTMCell", "GRUCell", "SimpleRNNCell")),
        LayerKind("StackedRNNCells"),
    )
}

_SHORT = {"AvgPool": "AveragePooling", "MaxPool": "MaxPooling", "Convolution": "Conv"}
_SHORT |= {f"Global{short}": f"Global{long}" for short, long in _SHORT.items() if short != "Convolution"}
# Another name for a class: the object's own class, its automatic name and isinstance() know the second alone.
ALIASES: dict[str, str] = {
    **{f"{short}{n}D": f"{long}{n}D" for short, long in _SHORT.items() for n in (1, 2, 3)},
    **{f"Convolution{n}DTranspose": f"Conv{n}DTranspose" for n in (1, 2, 3)},
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "GroupQueryAttention": "GroupedQueryAttention",
}

# Function of keras.layers -> the layer it makes and calls.
MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average",
    "maximum": "Maximum", "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip

OPERATION = LayerKind("operation", weightless=True, role=Role.OPERATION)
MODEL_NAMES = frozenset({"Model", "Sequential", "Functional"})

# isinstance() as Keras' own class hierarchy answers it, where it is not the class itself.
BASES: dict[str, tuple[str, ...]] = {
    "FixedDropout": ("Dropout",),
    "SpatialDropout1D": ("Dropout",),
    "SpatialDropout2D": ("Dropout",),
    "SpatialDropout3D": ("Dropout",),
    "LSTM": ("RNN",),
    "GRU": ("RNN",),
    "SimpleRNN": ("RNN",),
    "Bidirectional": ("Wrapper",),
    "TimeDistributed": ("Wrapper",),
    "SpectralNormalization": ("Wrapper",),
}


def kind_of(name: str) -> LayerKind:
    """The kind of a Keras class; an unlisted one is a plain layer with weights."""
    return BY_NAME.get(name) or LayerKind(name)


# Built-in classes that have weights which training moves, whatever they are made with.
WITH_TRAINED_WEIGHTS = frozenset({
    "Dense", "EinsumDense", "Embedding", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose",
    "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "LSTM",
    "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "MultiHeadAttention",
})  # fmt: skip
