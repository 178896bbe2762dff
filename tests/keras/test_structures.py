"""What a model's structure says of its layers, and what later changes leave of it."""

from __future__ import annotations

import libcst as cst

from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Site
from dropout_lint.keras.layer_classes import kind_of
from dropout_lint.keras.objects import Layer, Model, Node, Tensor
from dropout_lint.keras.structures import Functional, Member, Opaque, Sequential, Structure, Subclassed
from dropout_lint.source.text import SourceFile

AT = Site(SourceFile("a.py", ""), cst.Pass())


def layer() -> Layer:
    return Layer(kind_of("Dense"), "Dense", NONE, AT, 0)


def model(structure: Structure, attributes: list[Layer]) -> Model:
    made = Model(kind_of("Model"), "Model", NONE, AT, 0, structure=structure)
    made.attributes["parts"] = Collection(list(attributes))
    return made


def test_the_layers_of_the_structure_come_before_those_of_attributes_each_once() -> None:
    one, two, three = layer(), layer(), layer()
    ends = Tensor(), Tensor()
    assert model(Subclassed(), [two, one]).children() == [two, one]
    assert model(Functional(*ends, [], [one, two]), [three, two]).children() == [one, two, three]
    assert model(Sequential([Member(one, AT, AT)]), [three, one]).children() == [one, three]


def test_what_is_added_to_a_model_that_cannot_be_seen_through_is_known() -> None:
    one, two = layer(), layer()
    opaque = Opaque(listed=[one])
    opaque.add(Member(two, AT, AT))
    assert opaque.layers() == [two, one]
    assert not opaque.knows_all_layers
    assert (opaque.pop(), opaque.pop(), opaque.layers()) == (two, None, [one])


def test_a_stack_is_connected_for_the_members_that_it_has() -> None:
    one = layer()
    call = Node(one, Args(), None, None, [])
    stack = Sequential([Member(one, AT, AT)], graph=[call], outputs=Tensor())
    assert stack.is_connected
    stack.add(Member(layer(), AT, AT))
    assert not stack.is_connected
    stack.pop()
    assert not stack.is_connected


def test_a_snapshot_is_what_it_was() -> None:
    one, two = layer(), layer()
    stack = Sequential([Member(one, AT, AT)], outputs=Tensor())
    taken = stack.snapshot()
    stack.add(Member(two, AT, AT))
    stack.members_known = False
    assert (taken.layers(), taken.knows_all_layers) == ([one], True)
    assert taken.outputs is not None
    assert (stack.layers(), stack.knows_all_layers, stack.outputs) == ([one, two], False, None)
