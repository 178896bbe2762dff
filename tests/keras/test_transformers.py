"""Models of Hugging Face transformers. What is expected was measured: transformers 4.57.6, tf_keras 2.21,
small models, three fits with a learning rate of zero on the same data; active if their losses differ.

The package is not installed where the tests run, so that the programs are only linted here.
"""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source

_HEAD = """\
import copy
import numpy as np
import tensorflow as tf
import transformers
from transformers import (
    AutoConfig, BertConfig, TFAutoModel, TFBertForSequenceClassification, TFBertModel, TFDistilBertModel,
)

words = tf.keras.Input((5,), dtype="int32")
tokens = np.ones((4, 5), "int32")
"""
_GRAPH = """
model = tf.keras.Model(words, tf.keras.layers.Dense(2)(pooled))
model.compile("sgd", "mse")
model.fit(tokens, np.ones((4, 2)))
"""
_ITSELF = """
judge.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
judge.fit(tokens, np.ones((4,), "int32"))
"""
_BERT = "bert = TFBertModel(config)\nbert.trainable = False\npooled = bert(words)[1]" + _GRAPH
_JUDGE = "judge = TFBertForSequenceClassification(BertConfig(num_hidden_layers=2))\n"

ACTIVE = {
    "unpacked": (
        "bert = TFBertModel(BertConfig())\nbert.trainable = False\n"
        "states, pooled = bert(words, return_dict=False)" + _GRAPH
    ),
    "by attribute": (
        "bert = TFDistilBertModel.from_pretrained('distilbert-base-cased')\nbert.trainable = False\n"
        "pooled = bert(words).last_hidden_state[:, 0]" + _GRAPH
    ),
    "layer by layer": (
        "bert = TFBertModel.from_pretrained('bert-base-cased')\nfor part in bert.layers:\n"
        "    part.trainable = False\npooled = bert(words)['pooler_output']" + _GRAPH
    ),
    "by its constructor": (
        "bert = TFBertModel.from_pretrained('bert-base-cased', trainable=False)\npooled = bert(words)[1]"
        + _GRAPH
    ),
    "by the constructor that is chosen": (
        "bert = TFAutoModel.from_pretrained('bert-base-cased', trainable=False)\npooled = bert(words)[1]"
        + _GRAPH
    ),
    "one field only": "config = BertConfig()\nconfig.hidden_dropout_prob = 0.0\n" + _BERT,
    "another field": "config = BertConfig(hidden_size=16)\nconfig.output_attentions = True\n" + _BERT,
    "a method of the class, read from an object": (
        "config = BertConfig(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)\n"
        "bert = TFBertModel(config).from_pretrained('bert-base-cased')\nbert.trainable = False\n"
        "pooled = bert(words)[1]" + _GRAPH
    ),
    "a copy of the configuration": (
        "first = BertConfig()\nconfig = copy.deepcopy(first)\n"
        "first.hidden_dropout_prob = first.attention_probs_dropout_prob = 0.0\n" + _BERT
    ),
    "by its kind": (
        "bert = TFAutoModel.from_pretrained('bert-base-cased')\nif bert.config.model_type == 'bert':\n"
        "    bert.bert.trainable = False\npooled = bert(words)[1]" + _GRAPH
    ),
    "too late": (
        "config = BertConfig()\nbert = TFBertModel(config)\nbert.trainable = False\n"
        "bert.config.hidden_dropout_prob = bert.config.attention_probs_dropout_prob = 0.0\n"
        "pooled = bert(words)[1]" + _GRAPH
    ),
    "main layer": (
        "bert = TFBertModel(BertConfig()).bert\nbert.trainable = False\npooled = bert(words)[1]" + _GRAPH
    ),
    "auto": (
        "bert = TFAutoModel.from_pretrained('bert-base-uncased')\nbert.trainable = False\n"
        "pooled = bert(words)[1]" + _GRAPH
    ),
    "layers[0]": _JUDGE + "judge.layers[0].trainable = False" + _ITSELF,
    "bert": _JUDGE + "judge.bert.trainable = False\njudge.dropout.rate = 0.0" + _ITSELF,
    "some blocks": _JUDGE
    + "for block in judge.bert.encoder.layer[:1]:\n    block.trainable = False"
    + _ITSELF,
}
SILENT = {
    "written": (
        "config = BertConfig()\nconfig.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0\n"
        + _BERT
    ),
    "setattr": (
        "config = BertConfig()\nfor name in ('hidden_dropout_prob', 'attention_probs_dropout_prob'):\n"
        "    setattr(config, name, 0.0)\n" + _BERT
    ),
    "from_dict": (
        "config = BertConfig.from_dict({'hidden_dropout_prob': 0, 'attention_probs_dropout_prob': 0})\n"
        + _BERT
    ),
    "update": (
        "config = BertConfig()\n"
        "config.update({'hidden_dropout_prob': 0, 'attention_probs_dropout_prob': 0})\n" + _BERT
    ),
    "from_pretrained": (
        "config = BertConfig.from_pretrained('bert-base-cased', hidden_dropout_prob=0.0)\n"
        "config.attention_probs_dropout_prob = 0.0\n" + _BERT
    ),
    "copied": (
        "first = BertConfig(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)\n"
        "config = copy.deepcopy(first)\n" + _BERT
    ),
    "another kind": (
        "bert = TFAutoModel.from_pretrained('bert-base-cased')\nif bert.config.model_type == 'roberta':\n"
        "    bert.bert.trainable = False\npooled = bert(words)[1]" + _GRAPH
    ),
    "a file": "config = BertConfig.from_json_file('bert.json')\n" + _BERT,
    "keywords": (
        "bert = TFBertModel.from_pretrained('b', hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)\n"
        "bert.trainable = False\npooled = bert(words)[1]" + _GRAPH
    ),
    "configuration of a checkpoint": (
        "config = AutoConfig.from_pretrained('bert-base-cased')\n"
        "config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0\n"
        "bert = TFAutoModel.from_pretrained('bert-base-cased', config=config)\nbert.trainable = False\n"
        "pooled = bert(words)[1]" + _GRAPH
    ),
    "flag": (
        "bert = TFBertModel(BertConfig())\nbert.trainable = False\n"
        "pooled = bert(words, training=False)[1]" + _GRAPH
    ),
    "rates": (
        _JUDGE + "judge.bert.trainable = False\nfor part in judge.submodules:\n"
        "    if isinstance(part, tf.keras.layers.Dropout):\n        part.rate = 0" + _ITSELF
    ),
    "unfrozen": _JUDGE + _ITSELF,
}


def _codes(program: str) -> list[str]:
    return [finding.code for finding in lint_source(_HEAD + program, settings=Settings(keras_version="2.15"))]


@pytest.mark.parametrize("name", ACTIVE)
def test_active(name: str) -> None:
    assert _codes(ACTIVE[name]) == ["KFD104"]


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str) -> None:
    assert _codes(SILENT[name]) == []


_BUILDER = """
class Judge:
    def __init__(self):
        self.bert = {made}
        self.bert.trainable = False
        self.model = tf.keras.Model(words, tf.keras.layers.Dense(1)(self.bert(words)[1]))
        self.model.compile("sgd", "mse")

    def learn(self, x, y):
        self.model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("TFBertModel.from_pretrained('bert-base-uncased')", True),
        ("TFBertModel.from_pretrained('google-bert/bert-base-uncased')", True),
        ("TFBertModel.from_pretrained('somebody/bert-base-uncased')", False),
        ("TFBertModel.from_pretrained('bert-of-mine')", False),
        ("TFBertModel.from_pretrained('roberta-base')", False),
        ("TFBertModel.from_pretrained('bert-base-uncased', config=BertConfig.from_pretrained(mine))", False),
    ],
)
def test_published_checkpoints_have_the_rates_of_their_class(made: str, found: bool) -> None:
    """Of a class that nobody calls the order is assumed: the rates must not be assumed as well."""
    assert _codes(_BUILDER.format(made=made)) == ["KFD104"] * found
