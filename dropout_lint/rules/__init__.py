"""The rules. Each lives in a file of its own; this tuple is the whole registry."""

from __future__ import annotations

from dropout_lint.rules.kfd101_frozen_dropout_active import RULE as KFD101
from dropout_lint.rules.kfd102_inference_flag_overridden import RULE as KFD102
from dropout_lint.rules.kfd103_dropout_layer_frozen import RULE as KFD103
from dropout_lint.rules.kfd106_training_forced_on import RULE as KFD106
from dropout_lint.rules.kfd108_inference_flag_swallowed import RULE as KFD108
from dropout_lint.rules.kfd201_call_loses_training import RULE as KFD201
from dropout_lint.rules.kfd202_inference_flag_leaks import RULE as KFD202
from dropout_lint.rules.kfd205_none_flag_resets import RULE as KFD205
from dropout_lint.rules.kfd206_training_flag_leaks import RULE as KFD206
from dropout_lint.rules.rule import Rule

RULES: tuple[Rule, ...] = (KFD101, KFD102, KFD103, KFD106, KFD108, KFD201, KFD202, KFD205, KFD206)
