"""ChainBuilder: a thousand chains, judged by Python's >> and by the page, word for word."""

from __future__ import annotations

import random
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml.widgets import ChainBuilder
from tinyml.widgets.chain_builder import NAMES, PLACES, stages, told_of

MODULE = "chain_builder/chain_builder.js"


def chains(seed: int, count: int) -> list[list[str]]:
    """Return random chains; half of them are grown so that every joint fits, as far as one does."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        chain: list[str] = []
        for _ in range(chance.randint(0, PLACES)):
            fitting = [own for own in NAMES if not chain or stages()[chain[-1]].target.meets(stages()[own].source)]
            if number % 2 and not fitting:
                break
            chain.append(chance.choice(fitting if number % 2 else NAMES))
        made.append(chain + [""] * (PLACES - len(chain)))
    return made


def test_a_thousand_chains_are_judged_alike(ask_javascript: Any) -> None:
    given = chains(seed := 11, 1000)
    expected = [told_of(chain) for chain in given]
    assert sum(text.startswith("CompositionError") for text in expected) > 200
    assert sum(" >> " in text and not text.startswith("CompositionError") for text in expected) > 200
    for chain, own, text in zip(given, ask_javascript(MODULE, "toldOf", [[c] for c in given]), expected, strict=True):
        assert own == text, (seed, chain)


def test_every_pair_of_stages_is_judged_alike(ask_javascript: Any) -> None:
    pairs = [[first, second] for first in NAMES for second in NAMES]
    assert ask_javascript(MODULE, "toldOf", [[pair] for pair in pairs]) == [told_of(pair) for pair in pairs]


CHAINS = [
    [], ["logit", "sigmoid", "decide", "report"], ["logit", "sigmoid", "report"], ["train_step", "average_loss"],
    ["embedding, 8 features", "linear_to_logits"], ["embedding", "softmax"], ["dataset_windowing"],
]  # fmt: skip


def test_the_copied_code_says_the_same(ask_javascript: Any) -> None:
    codes = ask_javascript(MODULE, "chainSnippet", [[chain] for chain in CHAINS])
    for chain, run in zip(CHAINS, ran(codes), strict=True):
        told = told_of(chain)
        if told.startswith("CompositionError"):
            assert run.stderr.endswith(f"{told.removeprefix('CompositionError: ')}\n"), chain
        else:
            assert (run.stdout, run.stderr) == (f"{told}\n", ""), chain


def test_the_missing_arrow_of_the_workshop_is_named() -> None:
    assert "an arrow Probability -> Prediction is missing" in told_of(["logit", "sigmoid", "report"])


@pytest.mark.parametrize("chain", [["embedding"], ["nothing"] * PLACES, [""] * 6, "embedding"])
def test_a_chain_that_cannot_be_set_is_refused(chain: Any) -> None:
    widget = ChainBuilder()
    with pytest.raises(traitlets.TraitError, match="chain"):
        widget.chain = chain


@pytest.mark.parametrize(
    ("old", "new"), [('"Vector[4]", "Logits[5]"', '"Vector[3]", "Logits[5]"'), ("is missing", "is absent")]
)
def test_one_changed_constant_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(ChainBuilder(), MODULE, old, new)["agrees"]
