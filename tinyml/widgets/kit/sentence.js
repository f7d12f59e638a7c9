// The text that a widget trains on: the canonical tokens, or the reader's own sentence in a field of its own.

import { textField } from "./controls.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MOST_WORDS } from "./training.js";
import { datasetOf, vocabularyOf } from "./training.js";

/** @import { Frame, Model } from "./frame.js" */
/** @import { Dataset } from "./training.js" */

/** @typedef {{ dataset: Dataset, names: string[], own: boolean }} Corpus */

/** @returns {Corpus} */
export function canonicalCorpus() {
  const names = Array.from({ length: CANONICAL_VOCABULARY }, (_, k) => String(k));
  return { dataset: datasetOf(CANONICAL_TOKENS, CANONICAL_VOCABULARY), names, own: false };
}

/**
 * What the settings train on, or a problem that says what to change.
 * @param {string} sentence
 * @returns {Corpus & { problem?: undefined } | { problem: string }}
 */
export function corpusOf(sentence) {
  if (sentence.trim() === "") return canonicalCorpus();
  const { words, tokens } = vocabularyOf(sentence);
  if (tokens.length < 2) return { problem: "Two words are needed: an example is a word and the word after it." };
  if (words.length > MOST_WORDS) {
    return { problem: `This text has ${words.length} different words; at most ${MOST_WORDS} can be trained here.` };
  }
  return { dataset: datasetOf(tokens, words.length), names: words, own: true };
}

/**
 * What the settings train on; the canonical tokens in place of a text that cannot be trained on.
 * @param {string} sentence
 */
export function corpusOrCanonical(sentence) {
  const found = corpusOf(sentence);
  return found.problem === undefined ? found : canonicalCorpus();
}

/**
 * The field for the sentence, bound to the trait of that name; a text that cannot be trained on is not set.
 * @template {{ sentence: string }} T
 * @param {Frame<T>} page
 * @param {Model<T>} model
 */
export function sentenceField(page, model) {
  const field = textField({
    label: "Your own sentence as training text (empty: the tokens 1 2 3 4 1 2 3 4)",
    placeholder: "the cat saw the dog and the dog saw the cat",
  });
  field.set(model.get("sentence"));
  field.listen((text) => {
    const { problem = "" } = corpusOf(text);
    field.remark(problem);
    if (!problem) page.set("sentence", text);
  });
  page.onChange("sentence", () => field.set(model.get("sentence")));
  field.node.classList.add("tinyml-wide");
  return field;
}
