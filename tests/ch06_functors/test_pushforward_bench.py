"""PushforwardBench: up to a thousand benches, in Python and in the page, agree, and so do the words that they admit."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import traitlets
from drawing import share_of
from snippets import ran

from tinyml import TokenId
from tinyml.ch01_objects.vocabulary import split_words
from tinyml.widgets import PushforwardBench
from tinyml.widgets.pushforward_bench import LONGEST, START, as_array, paths_from, tokens_ahead

MODULE = "pushforward_bench/pushforward_bench.js"
WORDS = ["hum", "my", "cat", "sings", "Élan", "中", "🙂🙂", "la,"]


def benches(seed: int, count: int) -> list[dict[str, Any]]:
    """Return settings: of every token, one and two ahead, after any number of steps, with few and many equal words."""
    chance = random.Random(seed)
    return [
        {
            "token": chance.randrange(5),
            "ahead": chance.choice([1, 2]),
            "step_count": chance.choice([0, 80, chance.randint(1, 79)]),
            "words": " ".join(chance.choices(WORDS[: chance.randint(1, len(WORDS))], k=5)),
        }
        for _ in range(count)
    ]


def test_up_to_a_thousand_benches_agree(ask_javascript: Any) -> None:
    given = benches(seed := 6, share_of(1000))
    calls = [[own["step_count"], own["token"], own["ahead"], split_words(own["words"])] for own in given]
    for settings, own in zip(given, ask_javascript(MODULE, "benchOf", calls), strict=True):
        widget, where = PushforwardBench(**settings), (seed, settings)
        tokens, pushed = widget.tokens(), widget.pushed()
        assert own["words"] == list(pushed.weights), where
        assert np.allclose(own["pushed"], widget.numbers()["Words"], rtol=1e-12, atol=1e-15), where
        assert np.allclose(own["tokens"], as_array(tokens), rtol=1e-12, atol=1e-15), where
        start = TokenId(settings["token"])
        assert np.allclose(own["paths"], paths_from(settings["step_count"], start), rtol=1e-12, atol=1e-15), where
        for name, ahead in (("one", 1), ("two", 2)):
            expected = as_array(tokens_ahead(settings["step_count"], start, ahead))
            assert np.allclose(own[name], expected, rtol=1e-12, atol=1e-15), where
        assert own["entropies"] == pytest.approx([tokens.entropy(), pushed.entropy()], rel=1e-12, abs=1e-14), where


def test_words_are_admitted_alike(ask_javascript: Any) -> None:
    texts = ["", "la", "la la la la", "la la la la la la", "a b c d e", "A a! (a) 'a' \"a\"", ". . . . .", "a b c d ."]
    texts += [f"{letter * count} b c d e" for letter in "xé中🙂" for count in (LONGEST, LONGEST + 1)]
    chance = random.Random(1)
    texts += [" ".join(chance.choices([*WORDS, "unbelievable", "!", ""], k=chance.randint(3, 8))) for _ in range(200)]
    admitted = 0
    for text, own in zip(texts, ask_javascript(MODULE, "namesIn", [[text] for text in texts]), strict=True):
        try:
            PushforwardBench(words=text)
        except traitlets.TraitError:
            assert "problem" in own, text
        else:
            admitted += 1
            assert own == {"names": split_words(text)}, text
    assert 20 < admitted < len(texts) - 20


def test_the_snippet_that_the_page_copies_prints_what_is_shown(ask_javascript: Any) -> None:
    given = [*benches(7, 6), {"token": 1, "ahead": 1, "step_count": 20, "words": "la la la la la"}]
    for settings, run in zip(given, ran(ask_javascript(MODULE, "benchSnippet", [[own] for own in given])), strict=True):
        widget = PushforwardBench(**settings)
        tokens, pushed = widget.tokens(), widget.pushed()
        lines = [f"{word} {share:.6g}" for word, share in pushed.weights.items()]
        assert run.stderr == "", settings
        assert run.stdout.splitlines() == [*lines, f"{abs(tokens.entropy()):.6f} {abs(pushed.entropy()):.6f}"], settings


def test_the_caption_tells_the_bars_and_what_merging_does_to_the_entropy() -> None:
    widget = PushforwardBench()
    assert "hum 0.008790, my 0.021611, cat 0.966218, sings 0.003380" in widget.caption
    assert "0.532878 nats before the renaming and 0.176920 after it" in widget.caption
    assert widget.caption.startswith("One token after token 1")
    assert PushforwardBench(ahead=2).caption.startswith("Two tokens after token 1")
    assert "0.000000 after it" in PushforwardBench(words="la la la la la").caption


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("token", 5, "should not be greater than 4"),
        ("token", True, "expected an int"),
        ("ahead", 0, "should not be less than 1"),
        ("ahead", 3, "should not be greater than 2"),
        ("step_count", 81, "should not be greater than 80"),
        ("words", "my cat sings", "needs five words, one for each token from 0 to 4; it has 3"),
        ("words", "hum my cat cat marvellous", "has 'marvellous', which has more than 8 letters"),
        ("words", 5, "expected a unicode string"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(setting: str, value: Any, message: str) -> None:
    widget = PushforwardBench()
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(widget, setting, value)
    assert (widget.token, widget.ahead, widget.step_count, widget.words) == (1, 1, 20, START)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("names[k] === word)", "names[k] === word).slice(0, 1)"),  # of the tokens of a word only the first counts
        ("sum(paths.map((row) => row[j]))", "Math.max(...paths.map((row) => row[j]))"),  # only the widest path counts
        ("first * second)", "second)"),  # the first draw is forgotten
    ],
)
def test_one_changed_formula_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(PushforwardBench(), MODULE, old, new)["agrees"]
