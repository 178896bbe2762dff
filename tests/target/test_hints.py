"""What a program itself says of the Keras that it is for."""

from __future__ import annotations

import pytest

from dropout_lint.target import hints
from tests.target.projects import DEFAULT

HINTS = {
    "import tf_keras": ("2", True),
    "from tf_keras import layers": ("2", True),
    "import tf_keras\nimport keras": ("2", False),
    "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nimport tensorflow as tf": ("2", True),
    "os.environ.setdefault('TF_USE_LEGACY_KERAS', 'True')\nimport keras": ("2", False),
    "from transformers import BertTokenizer, TFBertModel": ("2", True),
    "from transformers import (\n    BertTokenizer,  # words\n    TFBertModel,\n)": ("2", True),
    "model = transformers.TFAutoModel.from_pretrained('x')": ("2", True),
    "layer = hub.KerasLayer('x', trainable=False)": ("2", True),
    "from tensorflow_hub import KerasLayer": ("2", True),
    "from efficientnet import EfficientNetB3, preprocess_input": ("2", True),
    "import efficientnet as efn": ("2", True),
    "import efficientnet.tfkeras as efn": None,
    "opt = tf.keras.optimizers.legacy.Adam()": ("2", False),
    "from keras.layers.core import Dense, Dropout": ("2", False),
    "from keras.utils import np_utils": ("2", False),
    "model.fit_generator(batches)": ("2", False),
    "from keras.layers.advanced_activations import LeakyReLU": ("2", False),
    "model.compile(optimizer=keras.optimizers.Adam(lr=1e-4))": ("2", False),
    "model.compile(optimizer=SGD(lr = 1e-4))": ("2", False),
    "adam = Adam(clipnorm=1, lr=options['lr'], beta_1=0.5)": ("2", False),
    "adam = Adam(clipnorm=1, learning_rate=options['lr'])": None,
    "adam = torch.optim.Adam(params=weights, lr=0.1)": None,
    "keras.backend.set_learning_phase(0)": ("2", False),
    "model.add(LSTM(8, batch_input_shape=(1, 5, 2)))": ("2", False),
    "from tensorflow.keras.layers.experimental import preprocessing": ("2", False),
    "from keras import layers, ops": (DEFAULT, False),
    "x = keras.ops.mean(y)": (DEFAULT, False),
    "class Block(keras.Layer): pass": (DEFAULT, False),
    "from keras import (\n    layers,\n    ops,\n)": (DEFAULT, False),
    "os.environ['KERAS_BACKEND'] = 'jax'": (DEFAULT, False),
    "base = tf.keras.models.load_model('saved/base')": ("2", False),
    "base = keras.saving.load_model('base.model', compile=False)": ("2", False),
    "from tensorflow.keras.models import Model, load_model\nbase = load_model('base')": ("2", False),
    "keras.ops.mean(keras.models.load_model('base')(x))": (DEFAULT, False),
    "import keras.engine as KE": ("2", False),
    "from keras.utils.vis_utils import plot_model": ("2", False),
    "stop = keras.callbacks.ModelCheckpoint('best.hdf5')": ("2", False),
    "stop = ModelCheckpoint(filepath='weights/{epoch}.ckpt', verbose=1)": ("2", False),
    "stop = ModelCheckpoint(\n    'best.h5',\n    monitor='loss',\n    save_weights_only=True,\n)": (
        "2",
        False,
    ),
    "model.fit(x, y, workers=4)": ("2", False),
    "model.fit(\n    f(x),\n    y[(0)],\n    epochs=3,\n    use_multiprocessing=True,\n)": ("2", False),
    "model.predict(x, max_queue_size = 1)": ("2", False),
    "config = tf.ConfigProto()\nsession = tf.Session(config=config)": ("2", False),
    "x = tf.placeholder(tf.float32)": ("2", False),
    "from numpy.random import seed\nfrom tensorflow import set_random_seed": ("2", False),
    "from keras_contrib.layers import InstanceNormalization": ("2", False),
    # These say nothing.
    "import tensorflow.compat.v1 as tf\nsession = tf.Session()": None,
    "session = tf.compat.v1.Session()": None,
    "if tf.__version__ < '2': tf.set_random_seed(1)\nelse: tf.random.set_seed(1)": None,
    "try:\n    tf.set_random_seed(1)\nexcept AttributeError:\n    tf.random.set_seed(1)": None,
    "session = mine.tf.Session()": None,
    'def f():\n    """Replaces the old tf.Session() of TensorFlow 1."""': None,
    "print('not tf.set_random_seed')": None,
    "if hasattr(tf, 'set_random_seed'):\n    tf.set_random_seed(1)": None,
    "try:\n    tf.set_random_seed(1)\nexcept:\n    pass": None,
    "try:\n    tf.set_random_seed(1)\nexcept Exception as error:\n    pass": None,
    "if not tf.executing_eagerly(): tf.set_random_seed(1)": None,
    "tf.random.set_seed(1)\nif old: tf.set_random_seed(1)": None,
    "print 'seed'\ntf.set_random_seed(1)": ("2", True),
    "# tf.Session()": None,
    "keras.ops.mean(x)\ntf.set_random_seed(1)": None,
    "model.fit(Data(x, workers=4), y)": None,
    "model.fit(x, y)\ndata = Data(x, workers=4)": None,
    "model.fit(x, num_workers=4)": None,
    "model.fit(x, data.workers == 4)": None,
    "# model.fit(x, y, workers=4)": None,
    "try:\n    model.fit(x, workers=4)\nexcept (TypeError, ValueError):\n    model.fit(x)": None,
    "super().__init__(workers=4, use_multiprocessing=True)": None,
    "base = keras.models.load_model('base.keras')": None,
    "stop = keras.callbacks.ModelCheckpoint('best.keras')": None,
    "stop = keras.callbacks.ModelCheckpoint('best.h5', save_weights_only=False)": None,
    "stop = ModelCheckpoint('best.weights.h5', save_weights_only=True)": None,
    "stop = ModelCheckpoint(os.path.join(folder, 'best'), save_weights_only=True)": None,
    "stop = ModelCheckpoint(dirpath='checkpoints', save_weights_only=True)": None,
    "# ModelCheckpoint('best.hdf5')": None,
    "base = keras.models.load_model('old.h5/base.hdf5')": None,
    "base = keras.models.load_model('hf://somebody/base')": None,
    "base = keras.models.load_model('models/' + name)": None,
    "from tensorflow.keras.models import load_model as load\nbase = nlp.load_model('base')": None,
    "from elsewhere import load_model\nbase = load_model('base')": None,
    "": None,
    "import keras\nfrom keras import layers as ops": None,
    "if batch_input_shape == (1, 5, 2): pass": None,
    "# import tf_keras, hub.KerasLayer('x'), keras.ops.mean": None,
    "os.environ['TF_USE_LEGACY_KERAS'] = '0'": None,
    "from transformers import BertModel": None,
    "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)": None,
    "optimizer = keras.optimizers.Adam(learning_rate=1e-4)": None,
    "from transformers import (\n    BertModel,\n)\nTFX = 1": None,
    "from mine.keras.ops import mean": None,
    "class M(Base):\n    def fit_generator(self): ...\nm.fit_generator(x)": None,
    "keras.ops.mean(x)\nmodel.fit_generator(y)": None,
}


@pytest.mark.parametrize(("text", "expected"), HINTS.items())
def test_hints(text: str, expected: tuple[str, bool] | None) -> None:
    hint = hints.find(text)
    assert (hint and (hint.specifier, hint.binding)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\nimport tf_keras\n", "tf_keras in line 2 means Keras 2"),
        ("from transformers import (\n  TFBertModel)", "TFBertModel in line 2 is built on Keras 2"),
        ("import efficientnet as efn", "efficientnet in line 1 is built on Keras 2"),
        ("\n\nlayer = hub.KerasLayer('x')", "hub.KerasLayer in line 3 is built on Keras 2"),
        ("\nx = tf.placeholder(tf.float32)", "tf.placeholder in line 2 is found in TensorFlow 1 only"),
        ("\n\nx = keras.ops.mean(y)", "keras.ops in line 3 is found in Keras 3 only"),
        ("os.environ['KERAS_BACKEND'] = 'jax'", "KERAS_BACKEND=jax in line 1 is found in Keras 3 only"),
        (
            "\nc = ModelCheckpoint(\n    'best.hdf5')",
            "ModelCheckpoint in line 3 writes to a name that Keras 2 alone takes",
        ),
        (
            "\nm = keras.models.load_model('m')",
            "load_model() in line 2 opens a folder, as Keras 2 saves it",
        ),
    ],
)
def test_hints_say_why(text: str, why: str) -> None:
    found = hints.find(text)
    assert found is not None
    assert found.why == why
