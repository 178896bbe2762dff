"""The rules. Each lives in a file of its own; this tuple is the whole registry."""

from __future__ import annotations

from collections.abc import Container

from dropout_lint.rules.claim import Claim
from dropout_lint.rules.kfd101_frozen_dropout_active import RULE as KFD101
from dropout_lint.rules.kfd102_inference_flag_overridden import RULE as KFD102
from dropout_lint.rules.kfd103_dropout_layer_frozen import RULE as KFD103
from dropout_lint.rules.kfd104_hidden_dropout_active import RULE as KFD104
from dropout_lint.rules.kfd105_adversary_dropout_active import RULE as KFD105
from dropout_lint.rules.kfd106_training_forced_on import RULE as KFD106
from dropout_lint.rules.kfd107_frozen_augmentation_active import RULE as KFD107
from dropout_lint.rules.kfd108_inference_flag_swallowed import RULE as KFD108
from dropout_lint.rules.kfd201_call_loses_training import RULE as KFD201
from dropout_lint.rules.kfd202_inference_flag_leaks import RULE as KFD202
from dropout_lint.rules.kfd203_learning_phase_ignored import RULE as KFD203
from dropout_lint.rules.kfd204_monte_carlo_overridden import RULE as KFD204
from dropout_lint.rules.kfd205_none_flag_resets import RULE as KFD205
from dropout_lint.rules.kfd206_training_flag_leaks import RULE as KFD206
from dropout_lint.rules.kfd207_step_runs_in_inference import RULE as KFD207
from dropout_lint.rules.kfd208_noise_off_in_map import RULE as KFD208
from dropout_lint.rules.kfd209_training_flag_stored import RULE as KFD209
from dropout_lint.rules.kfd301_trainable_after_compile import RULE as KFD301
from dropout_lint.rules.kfd302_freeze_without_effect import RULE as KFD302
from dropout_lint.rules.kfd303_frozen_model_trained import RULE as KFD303
from dropout_lint.rules.kfd304_batch_norm_thawed import RULE as KFD304
from dropout_lint.rules.kfd305_adversary_not_trained import RULE as KFD305
from dropout_lint.rules.kfd306_rate_set_too_late import RULE as KFD306
from dropout_lint.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    KFD101,
    KFD102,
    KFD103,
    KFD104,
    KFD105,
    KFD106,
    KFD107,
    KFD108,
    KFD201,
    KFD202,
    KFD203,
    KFD204,
    KFD205,
    KFD206,
    KFD207,
    KFD208,
    KFD209,
    KFD301,
    KFD302,
    KFD303,
    KFD304,
    KFD305,
    KFD306,
)


def claim_of(code: str) -> Claim | None:
    """What findings with this code claim of Keras; None: nothing, they speak of the linter's own work."""
    return next((rule.claim for rule in RULES if rule.code == code), None)


def codes_that(claims: Container[Claim]) -> frozenset[str]:
    """The codes of the rules that claim one of these."""
    return frozenset(rule.code for rule in RULES if rule.claim in claims)
