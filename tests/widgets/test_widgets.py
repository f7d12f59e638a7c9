"""The widgets as Python sees them: bundle, certificate, settings, linker, and agreement with JavaScript."""

from __future__ import annotations

import json
import math
import random
import re
import struct
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import traitlets
from snippets import ran

from tinyml import LearningRate, StepCount, TrainStep, average_loss, iterate, widgets
from tinyml.ch01_objects.vocabulary import split_words
from tinyml.widgets import TrainingExplorer
from tinyml.widgets.corpus import canonical_start
from tinyml.widgets.linking import FOLDER, LinkError, link, module_text, style_text, widget_names
from tinyml.widgets.widget import FEWEST_REFERENCES, Widget

SENTENCE = "The cat saw the dog, and the dog <saw> the cat's tail."


def numbers(value: Any) -> list[float]:
    """Return the numbers of a certificate, nested lists included."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if items is not None:
        return [number for item in items for number in numbers(item)]
    return [float(value)] if isinstance(value, (int, float)) else []


def bundle(widget: Widget) -> dict[str, Any]:
    made = widget._repr_mimebundle_()
    assert made is not None
    return made[0]


def island_state(widget: Widget) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', widget.island(), re.DOTALL)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


def test_importing_tinyml_does_not_import_the_widgets() -> None:
    code = "import sys, tinyml; print([name for name in sys.modules if 'widget' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_package_knows_its_widgets_and_nothing_else() -> None:
    assert widgets.__all__ == sorted(widgets.__all__)
    classes = [getattr(widgets, name) for name in widgets.__all__]
    assert sorted(each.name for each in classes) == widget_names()
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = widgets.Nothing


@pytest.mark.parametrize("name", widgets.__all__)
def test_two_widgets_with_the_same_settings_give_the_same_bytes(name: str) -> None:
    first, second = (bundle(getattr(widgets, name)()) for _ in range(2))
    assert first["text/html"] == second["text/html"]
    assert first["text/plain"] == second["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in first


def test_bytes_do_not_depend_on_the_process() -> None:
    code = "from tinyml.widgets import TrainingExplorer; print(TrainingExplorer().island())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert run.stdout == TrainingExplorer().island() + "\n"


@pytest.mark.parametrize("name", widgets.__all__)
def test_every_certificate_has_at_least_twelve_values_all_finite(name: str) -> None:
    certificate = dict(getattr(widgets, name)().certificate)
    values = numbers(certificate)
    assert len(values) + sum(isinstance(value, str) for value in certificate.values()) >= FEWEST_REFERENCES
    assert all(math.isfinite(value) for value in values)


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_fallback_is_a_picture_with_its_numbers(name: str) -> None:
    widget = getattr(widgets, name)()
    found = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', widget.island())
    assert found
    assert ElementTree.fromstring(b64decode(found[1])).tag == "{http://www.w3.org/2000/svg}svg"
    assert len(found[2]) > 20
    assert re.search(r"\d", widget.caption)


def test_the_certificate_holds_the_numbers_of_tinyml() -> None:
    certificate = TrainingExplorer().certificate
    dataset, start = canonical_start()
    for rate in (0.1, 1.0, 2.0):
        for count in (1, 10, 80, 200):
            trained = iterate(TrainStep(dataset, LearningRate(rate)), start, StepCount(count))
            own = average_loss(trained, dataset).value
            assert certificate[f"loss at rate {rate:g}, step {count}"] == pytest.approx(own, rel=1e-12)
    assert certificate["loss at rate 1, step 80"] == pytest.approx(0.009720, abs=1e-6)
    assert certificate["P(. | 1) after 80 steps"][2] == pytest.approx(0.9954965, abs=2e-7)
    gradient = certificate["gradient of the bias at the start"]
    assert gradient == pytest.approx(
        (-np.array([-0.2000125, -0.057149, 0.0857144, 0.0857206, 0.0857265])).tolist(), abs=1e-7
    )


def test_a_list_tells_the_page_how_long_it_may_be() -> None:
    described = widgets.SoftmaxBench().settings["logits"]
    assert (described["fewest"], described["most"]) == (5, 5)


@pytest.mark.parametrize("name", widgets.__all__)
def test_javascript_recomputes_the_certificate(name: str, ask_javascript: Any) -> None:
    widget = getattr(widgets, name)()
    [own] = ask_javascript(f"{widget.name}/{widget.name}.js", "recompute", [[]])
    assert set(own) == set(widget.certificate)
    [found] = ask_javascript("kit/certificate.js", "compare", [[widget.certificate, own]])
    assert found["agrees"], found["words"]


def test_settings_can_be_read_and_set() -> None:
    widget = TrainingExplorer(step_count=10, learning_rate=2)
    widget.step_count, widget.sentence = 200, SENTENCE
    assert (widget.step_count, widget.learning_rate, widget.sentence) == (200, 2.0, SENTENCE)
    assert bundle(widget)["text/plain"] == repr(widget)
    assert repr(widget) == f"TrainingExplorer(learning_rate=2.0, sentence={SENTENCE!r}, step_count=200)"


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("step_count", 201, "should not be greater than 200"),
        ("step_count", -1, "should not be less than 0"),
        ("step_count", True, "expected an int"),
        ("step_count", 1.5, "expected an int"),
        ("learning_rate", 0.0, r"should not be less than 0\.01"),
        ("learning_rate", 11.0, r"should not be greater than 10"),
        ("learning_rate", math.nan, "expected a float"),
        ("learning_rate", math.inf, "expected a float"),
        ("learning_rate", False, "expected a float"),
        ("sentence", "cat", "needs two words"),
        ("sentence", "... cat !", "needs two words"),
        ("sentence", " ".join(f"w{k}" for k in range(49)), "has 49 different words; at most 48"),
        ("sentence", 5, "expected a unicode string"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(setting: str, value: object, message: str) -> None:
    widget = TrainingExplorer()
    before = repr(widget)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(widget, setting, value)
    assert repr(widget) == before
    with pytest.raises(traitlets.TraitError, match=message):
        TrainingExplorer(**{setting: value})


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="has no setting 'steps'; it has learning_rate, sentence, step_count"):
        TrainingExplorer(steps=3)


def test_the_island_carries_settings_limits_and_any_sentence_safely() -> None:
    widget = TrainingExplorer(sentence="a </script><b> & b")
    state = island_state(widget)
    assert state["traits"] == {"learning_rate": 1.0, "sentence": "a </script><b> & b", "step_count": 80}
    assert state["settings"]["step_count"] == {"initial": 80, "min": 0, "max": 200, "whole": True}
    assert state["certificate"] == widget.certificate
    assert widget.island().count("</script>") == 1


def test_the_caption_says_when_a_run_diverges() -> None:
    assert "diverges: its loss passes 10 ln V at step 11" in TrainingExplorer(learning_rate=6.0).caption
    assert "0.009720 after 80" in TrainingExplorer().caption


@pytest.mark.parametrize("step_count", [0, 1, 10, 79, 80, 200])
def test_the_caption_gives_each_loss_once(step_count: int) -> None:
    losses = re.findall(r"\d\.\d{6}", TrainingExplorer(step_count=step_count).caption)
    assert len(losses) == len(set(losses)) == (7 if step_count == 79 else 6)


def test_words_are_split_alike_in_python_and_javascript(ask_javascript: Any) -> None:
    rng = random.Random(0)
    letters = "abcXYZäÖßÀéñøÅİıǅΑΣσςЖяБ中あ🙂ﬁ0189_-–—’“”«»"
    spaces = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2003\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
    marks = ".,;:!?\"'()[]{}*&"
    texts = [
        "".join(rng.choice(rng.choice([letters, letters, spaces, marks])) for _ in range(rng.randrange(60)))
        for _ in range(1000)
    ]
    answers = ask_javascript("kit/training.js", "vocabularyOf", [[text] for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        words = split_words(text)
        vocabulary = list(dict.fromkeys(words))
        assert answer == {"words": vocabulary, "tokens": [vocabulary.index(word) for word in words]}, repr(text)


def test_a_sentence_is_admitted_alike_in_python_and_javascript(ask_javascript: Any) -> None:
    rng = random.Random(1)
    texts = [" ".join(f"w{rng.randrange(60)}" for _ in range(rng.randrange(160))) for _ in range(100)] + [
        "",
        " ",
        ".",
        "a.",
    ]
    answers = ask_javascript("kit/sentence.js", "corpusOf", [[text] for text in texts])
    refused = 0
    for text, answer in zip(texts, answers, strict=True):
        try:
            TrainingExplorer(sentence=text)
        except traitlets.TraitError:
            refused += 1
            assert "problem" in answer, text
        else:
            assert "problem" not in answer, text
    assert 10 < refused < 90


def test_numbers_are_written_alike_in_python_and_javascript(ask_javascript: Any) -> None:
    rng = random.Random(2)
    values = [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(1000)]
    values += [rng.randrange(-(10**7), 10**7) / 2 for _ in range(500)] + [
        round(rng.uniform(-9, 9), 4) for _ in range(500)
    ]
    values = [value for value in values if math.isfinite(value)] + [0.0, -0.0, 1e22, 123456.5, 1234565.0, 0.1, 1e16]
    calls = [[value] for value in values]
    assert ask_javascript("kit/format.js", "general", calls) == [format(value, ".6g") for value in values]
    assert ask_javascript("kit/format.js", "floatRepr", calls) == [repr(value) for value in values]


def test_the_snippet_that_the_page_copies_prints_the_loss_shown(ask_javascript: Any) -> None:
    given = list[dict[str, Any]]()
    for sentence, rate, count in (("", 1.0, 80), ('say "a" or say b', 0.7, 12)):
        widget = TrainingExplorer(sentence=sentence, learning_rate=rate, step_count=count)
        losses = widget.trajectory().losses[0].tolist()
        given.append({"steps": count, "rate": rate, "sentence": sentence, "run": {"losses": losses}})
    codes = ask_javascript("training_explorer/training_explorer.js", "snippet", [[own] for own in given])
    for own, code, run in zip(given, codes, ran(codes), strict=True):
        losses, count = own["run"]["losses"], own["steps"]
        assert float(run.stdout) == pytest.approx(losses[count], rel=1e-12)
        assert code.endswith(f"# {losses[count]:.6g}\n")


@pytest.mark.parametrize("name", widget_names())
def test_every_widget_links_into_one_module(name: str) -> None:
    text = module_text(name)
    lines = text.splitlines()
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert text.count("export default") == 1
    assert sum(line.startswith("function html(") for line in lines) == 1
    assert ".tinyml" in style_text(name)


def write_modules(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(modules))}.js"


def test_linking_joins_each_module_once_before_those_that_import_it(tmp_path: Path) -> None:
    path = write_modules(
        tmp_path,
        top='import { a } from "./left.js";\nimport { b } from "./right.js";\n// stays\nexport default { a, b };\n',
        left='import { c } from "./deep.js";\nexport const a = c;\n',
        right='import { c } from "./deep.js";\nexport function b() {\n  return c;\n}\n',
        deep="export const c = 1;\n",
    )
    expected = "const c = 1;\nconst a = c;\nfunction b() {\n  return c;\n}\n// stays\nexport default { a, b };"
    assert link(path) == expected


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"a": "import { x as y } from './b.js';"}, r"a\.js:1: cannot join .*write one line such as"),
        ({"a": 'import {\n  x,\n} from "./b.js";', "b": "export const x = 1;"}, r"a\.js:1: cannot join `import \{`"),
        ({"a": 'import x from "./b.js";', "b": "export const x = 1;"}, r"a\.js:1: cannot join"),
        ({"a": "const x = 1;\nexport { x };"}, r"a\.js:2: cannot join `export \{ x \};`"),
        ({"a": 'import { y } from "./b.js";', "b": "export const x = 1;"}, r"a\.js:1: b\.js does not export y"),
        ({"a": 'import { x } from "./b.js";', "b": "const x = 1;"}, r"b\.js does not export x"),
        (
            {"a": 'import { x } from "./b.js";\nconst x = 2;', "b": "export const x = 1;"},
            r"a\.js and b\.js both declare x",
        ),
        ({"a": 'import { x } from "./b.js";'}, r"a\.js imports b\.js, which does not exist"),
        (
            {"a": 'import { x } from "./b.js";', "b": 'import { y } from "./a.js";'},
            r"a\.js imports itself through a\.js",
        ),
    ],
)
def test_a_module_that_breaks_the_form_is_refused(tmp_path: Path, modules: dict[str, str], message: str) -> None:
    with pytest.raises(LinkError, match=message):
        link(write_modules(tmp_path, **modules))


def test_no_module_of_the_kit_builds_markup_from_text_or_listens_on_the_document() -> None:
    for path in FOLDER.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|insertAdjacentHTML|outerHTML", text), path.name
        if path.name != "host.js":
            assert not re.search(r"(document|window)\.addEventListener", text), path.name
