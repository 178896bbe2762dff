"""The catalogue: what it answers, and that a sample of it is still what the packages build.

All of it is compared by `python -m tests.catalogue.generate --check`.
"""

from __future__ import annotations

import pytest

from dropout_lint.keras import catalogue
from tests.catalogue.build import build, constructors
from tests.catalogue.generate import differences
from tests.catalogue.packages import installed, read

SAMPLE = ["EfficientNetB0", "MobileNetV2", "VGG16"]


def _layers(
    name: str, top: bool = False, keras_2: bool = False, /, **arguments: object
) -> tuple[catalogue.ReadyLayer, ...]:
    model = catalogue.application(name, top, keras_2, arguments)
    assert model is not None
    return model.layers


def _first_random(name: str, *, keras_2: bool = False, **arguments: object) -> int | None:
    layers = _layers(name, False, keras_2, **arguments)
    return next((i for i, layer in enumerate(layers) if layer.rate), None)


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_sample_is_what_keras_builds(package: str) -> None:
    keras = "keras 2" if package == "tf_keras" else "keras 3"
    built = list(build(package, SAMPLE))
    assert [made.constructor for made in built] == SAMPLE
    assert [text for made in built for text in differences(made.constructor, keras, made)] == []


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
def test_every_constructor_is_there(package: str) -> None:
    for name in constructors(package):
        for top in (False, True):
            model = catalogue.application(name, top, package == "tf_keras", {})
            assert model is not None, name
            assert len(model.layers) > 15
            assert len({layer.name for layer in model.layers}) == len(model.layers)
            found = catalogue.find(f"{package}.applications.{name}")
            assert found is not None
            assert (found.kind, found.name) == ("application", name)


@pytest.mark.parametrize("package", ["keras_hub", "transformers", "tensorflow_hub", "vit_keras"])
def test_other_packages_where_installed(package: str) -> None:
    if installed(package) is None:
        pytest.skip(f"{package} is not installed")
    data = read(package)
    assert data.get("classes", data) == catalogue.read(package)["classes"]


@pytest.mark.parametrize(
    ("name", "without_weights", "pretrained"),
    [
        ("EfficientNetB0", 44, 45),
        ("EfficientNetB1", 27, 28),
        ("EfficientNetB2", 27, 28),
        ("EfficientNetB3", 27, 28),
        ("EfficientNetB4", 27, 28),
        ("EfficientNetV2B0", 19, 19),
        ("EfficientNetV2S", 12, 12),
        ("VGG16", None, None),
        ("ResNet50", None, None),
        ("MobileNetV2", None, None),
        ("InceptionV3", None, None),
    ],
)
@pytest.mark.parametrize("keras_2", [False, True])
def test_first_random_layer(
    name: str, without_weights: int | None, pretrained: int | None, keras_2: bool
) -> None:
    assert _first_random(name, keras_2=keras_2, weights=None) == without_weights
    assert _first_random(name, keras_2=keras_2) == pretrained


def test_arguments_disarm() -> None:
    base = _layers("EfficientNetB0", False, True, drop_connect_rate=0)
    assert len(base) == len(_layers("EfficientNetB0", False, True)) - 9
    assert not any(layer.rate for layer in base)
    top = _layers("EfficientNetB0", True, True, drop_connect_rate=0)
    assert [(layer.name, layer.rate) for layer in top if layer.rate] == [("top_dropout", 0.2)]
    # Keras 3 rejects the argument: its layers stay as they are.
    assert _layers("EfficientNetB0", drop_connect_rate=0) == _layers("EfficientNetB0")
    (dropout,) = [la for la in _layers("MobileNet", True, dropout=0) if la.class_name == "Dropout"]
    assert dropout.rate == 0
    assert not [la for la in _layers("MobileNetV3Small", True, dropout_rate=0) if "Drop" in la.class_name]
    (unknown,) = [
        la
        for la in _layers("MobileNetV3Small", True, dropout_rate=catalogue.UNKNOWN)
        if la.class_name == "Dropout"
    ]
    assert unknown.rate is None


def test_positional_arguments() -> None:
    assert catalogue.parameters("VGG16", False)[:3] == ("include_top", "weights", "input_tensor")
    assert catalogue.parameters("MobileNetV2", False)[:3] == ("input_shape", "alpha", "include_top")
    assert catalogue.parameters("ConvNeXtTiny", False)[0] == "include_top"
    assert catalogue.parameters("ConvNeXtTiny", True)[0] == "model_name"
    assert catalogue.parameters("RegNetX002", False) == ()


def test_automatic_names_depend_on_what_was_made_before() -> None:
    first, _, _, rescaling = _layers("EfficientNetB0")[:4]
    assert (first.name, rescaling.name) == ("input_layer", "rescaling_1")
    assert rescaling.named({"rescaling": 2}) == "rescaling_3"
    assert _layers("VGG16", False, True)[0].named({}) == "input_1"
    assert _layers("VGG16", False, True)[0].named({"input": 1}) == "input_2"
    assert _layers("VGG16")[1].named({"block1_conv1": 3}) == "block1_conv1"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "mobilenetv2_1.00_224"),
        ({"input_shape": (96, 96, 3)}, "mobilenetv2_1.00_96"),
        ({"input_shape": (100, 100, 3)}, "mobilenetv2_1.00_224"),
        ({"input_shape": (100, 100, 3), "weights": None}, "mobilenetv2_1.00_100"),
        ({"alpha": 0.35, "weights": "imagenet"}, "mobilenetv2_0.35_224"),
        ({"alpha": catalogue.UNKNOWN}, None),
        ({"input_shape": catalogue.UNKNOWN}, None),
        ({"name": "base"}, "base"),
    ],
)
def test_name_of_the_model(arguments: dict[str, object], expected: str | None) -> None:
    model = catalogue.application("MobileNetV2", False, False, arguments)
    assert model is not None
    assert model.name == expected


@pytest.mark.parametrize(
    ("dotted", "kind", "name", "keras_2"),
    [
        ("keras.applications.EfficientNetB0", "application", "EfficientNetB0", None),
        ("keras.applications.efficientnet.EfficientNetB0", "application", "EfficientNetB0", None),
        ("tensorflow.keras.applications.resnet50.ResNet50", "application", "ResNet50", None),
        ("tensorflow.python.keras.applications.vgg16.VGG16", "application", "VGG16", None),
        ("keras.src.applications.vgg16.VGG16", "application", "VGG16", None),
        ("tf_keras.applications.VGG16", "application", "VGG16", True),
        ("efficientnet.tfkeras.EfficientNetB0", "application", "efficientnet.EfficientNetB0", True),
        ("efficientnet.keras.EfficientNetB7", "application", "efficientnet.EfficientNetB7", True),
        ("efficientnet.EfficientNetB0", "application", "efficientnet_0.EfficientNetB0", True),
        ("efficientnet.model.EfficientNetB5", "application", "efficientnet_0.EfficientNetB5", True),
        ("keras_hub.models.BertBackbone", "backbone", "BertBackbone", False),
        ("keras_nlp.models.BertBackbone", "backbone", "BertBackbone", False),
        ("vit_keras.vit.vit_b16", "backbone", "vit_b16", None),
        ("transformers.TFBertModel", "transformers", "TFBertModel", True),
        ("transformers.models.bert.TFBertModel", "transformers", "TFBertModel", True),
        ("tensorflow_hub.KerasLayer", "hub_layer", "KerasLayer", True),
    ],
)
def test_find(dotted: str, kind: str, name: str, keras_2: bool | None) -> None:
    found = catalogue.find(dotted)
    assert found is not None
    assert (found.kind, found.name, found.keras_2) == (kind, name, keras_2)


@pytest.mark.parametrize(
    "dotted",
    [
        "keras.applications.vgg16.preprocess_input",
        "keras.applications.EfficientNetB0.layers",
        "keras.layers.EfficientNetB0",
        "mylib.applications.VGG16",
        "keras_hub.models.Backbone",
        "vit_keras.vit.build_model",
        "transformers.BertModel",
        "efficientnet.preprocess_input",
        "efficientnet.tfkeras.model.EfficientNetB0",
    ],
)
def test_find_nothing(dotted: str) -> None:
    assert catalogue.find(dotted) is None


def test_backbones() -> None:
    bert, albert, mit = (catalogue.backbone(n) for n in ("BertBackbone", "AlbertBackbone", "MiTBackbone"))
    assert bert is not None
    assert albert is not None
    assert mit is not None
    assert bert.random({}) is True
    assert bert.random({"dropout": 0.0}) is False
    assert bert.random({"dropout": None}) is None
    assert albert.random({}) is False
    assert mit.random({"max_drop_path_rate": 0.0}) is True  # its attention drops 0.1 whatever is asked
    classifier = catalogue.backbone("BertTextClassifier")
    assert classifier is not None
    assert classifier.random({"dropout": 0.0}) is None  # the backbone decides


def test_transformers() -> None:
    for name in ("TFBertModel", "TFDistilBertModel", "TFRobertaModel", "TFGPT2Model"):
        model = catalogue.transformers_class(name)
        assert model is not None
        assert model.random({}) is True
        assert model.random(dict.fromkeys(model.fields, 0.0)) is False
        assert model.random(dict.fromkeys(model.fields)) is None
    bert = catalogue.transformers_class("TFBertModel")
    assert bert is not None
    assert bert.config == "BertConfig"
    assert bert.fields == {"attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1}
    vit = catalogue.transformers_class("TFViTModel")
    assert vit is not None
    assert vit.random({}) is False


def test_hub_layer() -> None:
    assert catalogue.hub_layer_obeys_freezing()
