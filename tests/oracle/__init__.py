"""The oracle: what Keras really does with a program's training flags.

The linter simulates Keras; this package *runs* Keras, instrumented, and prints the same tables, so that the
tests can compare the two row by row.

    with Oracle("3.15") as oracle:
        table = oracle.run(Path("program.py"))

`python -m tests.oracle --keras 3.15 FILE…` prints the table as JSON, with `--pretty` as text. Kerases: "2"
(tf_keras) and "3.15", both from the environment, and "3.16" (a nightly, see `kerases.py`).

The table of one program
------------------------

    {"keras": "3.15.1", "error": None | "TypeError: …",
     "runs": [{"run": [kind, line, occurrence], "training": bool,
               "activities": [{"layer": key, "route": [line, …], "frozen": bool,
                               "flag": True | False | None, "active": bool}, …],
               "updates": [{"layer": key, "trainable": bool, "updated": bool | None}, …]}, …],
     "models": [{"model": key | None, "metrics": [name, …],
                 "optimizers": [None | {"class": name, "learning_rate": float, "iterations": int}, …]}, …]}

**Run**: one entry into a model by the program: fit, fit_generator, train_on_batch, evaluate, predict,
test_on_batch, predict_on_batch, or "tape" (a `with tf.GradientTape()` of the program while no other run is
active; executions of one `with` are merged). Runs stand in the order in which they began. What a run does
inside (the validation of fit(), a callback's predict()) is no run, and its evaluations leave no rows.

**Line**: where the call *expression* starts; an int in the program's file, "name.py:LINE" in another file of
its folder. Code converted by autograph is mapped back.

**Layer key**: [class name, line of creation, n]: n counts the layers and models that the program made at that
line. What a library function made and returned (`keras.applications.X()`, `load_model()`) has the function's
name for a class. The parts of `clone_model(m)` are [class, line of that call, "clone of LINE#N"]; so are
those of `load_model(path)` where the program itself saved the model to that path. A layer
made inside library code has no key: its rows go to the model that the library function returned, else to the
innermost keyed layer around it, and are merged: active if any of them is.

**Activity**: one row per mode-dependent layer and route. The Dropout family, random augmentation and
BatchNormalization (active: it normalises by the batch and moves its averages) always have one; recurrent and
attention layers if they have a dropout; a layer of the program whose own `call` draws random numbers where
that makes a difference in training, and none in inference (`tests.oracle.own_layers`). `flag` is the value
that call() worked with, a default included. All but `frozen` is as baked into the graph; `frozen` is read
when the traced call first executes in the run: the layer's own `trainable` is False, in Keras 2 also that of
any layer enclosing it on the call stack. In Keras 3 a layer without weights is frozen too where an enclosing
one is and none of that one's weights is trained (as of the tracing of a training step; weights that the
trained model does not hold are not).

**Route**: the lines of the layer calls, outermost first, that the program wrote: in a `call()`, `train_step`
or tape; the symbolic call that made a graph node; the `Sequential([…])` or `.add()` that added a member; a
direct `base.call(x)`. Calls by library code add nothing.

**Update**: training runs only: each keyed layer that owns weights and belongs to the trained model (tapes:
was called, or moved). `trainable` is the layer's own at the end of the run; `updated`: a gradient-trained
weight moved, which depends on the data too (equal rows have no gradient through a BatchNormalization);
None: created during the run, and its first value not seen. In a tape run only weights that a
`tape.gradient()` of this run asked for can be updated.

**Model**: one for each run, in the same order: what was entered (nothing for a tape), the names of its
metrics, and its optimizer as the run began and as it ended; a schedule's learning rate is that of the step.

How it sees that
----------------

`Layer.__call__` keeps a stack of calls with their sites; `call` of the mode-dependent classes puts a
`tf.numpy_function` into the graph being traced, so each *execution* is seen, not each trace; shape inference
leaves dead graphs that never run. One warm process per Keras forks a child per program. `jit_compile=True` is
dropped (XLA cannot call back); nothing else is changed.
"""

from tests.oracle.client import Oracle
from tests.oracle.kerases import available, nightly_path

__all__ = ["Oracle", "available", "nightly_path"]
