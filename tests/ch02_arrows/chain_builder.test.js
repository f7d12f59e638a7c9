import assert from "node:assert/strict";
import { test } from "node:test";

import {
  chainSnippet, composed, neighbours, swapped, toldOf,
} from "../../tinyml/widgets/chain_builder/chain_builder.js";

test("a chain that fits has the source of its first stage and the target of its last", () => {
  assert.deepEqual(composed(["embedding", "linear_to_logits", "softmax"]), {
    name: "embedding >> linear_to_logits >> softmax", source: "TokenId[5]", target: "Distribution[5]",
  });
  assert.equal(toldOf(["decide", "report"]), "decide >> report : Probability -> Report");
});

test("places without a stage do not count, and no stage at all is no arrow", () => {
  assert.deepEqual(composed(["", "logit", "", "sigmoid", ""]), composed(["logit", "sigmoid"]));
  assert.equal(composed(["", ""]), null);
});

test("the first joint that does not fit is the one that is told, with the chain before it", () => {
  const error = [
    "cannot compose",
    "    logit >> sigmoid : Input -> Probability",
    "    report           : Prediction -> Report",
    "Probability is not Prediction: an arrow Probability -> Prediction is missing (decide has this type)",
  ].join("\n");
  assert.deepEqual(composed(["logit", "sigmoid", "report", "logit"]), { error, at: 2 });
});

test("sizes are part of where an arrow ends, and a known arrow that is missing is named", () => {
  assert.match(toldOf(["embedding, 8 features", "linear_to_logits"]), /Vector\[8\] is not Vector\[4\]/);
  assert.match(toldOf(["embedding", "softmax"]), /Logits\[5\] is missing \(linear_to_logits has this type\)$/);
});

test("an identity without a size hands on the one that it is given, forwards and backwards", () => {
  const chain = ["embedding, 8 features", "identity, any size", "linear_to_logits"];
  const refused = composed(chain);
  assert.ok(refused && refused.error !== undefined);
  assert.equal(refused.at, 2);
  assert.match(toldOf(chain), /embedding >> identity : TokenId\[5\] -> Vector\[8\]\n[\s\S]*Vector\[8\] is not Vector\[4\]/);
  assert.equal(toldOf(["identity, any size", "linear_to_logits"]), "identity >> linear_to_logits : Vector[4] -> Logits[5]");
  assert.equal(toldOf(["identity, any size", "identity"]), "identity >> identity : Vector[4] -> Vector[4]");
});

test("neighbours are places with a stage, and to swap them twice changes nothing", () => {
  const chain = ["logit", "", "sigmoid", "decide", ""];
  assert.deepEqual(neighbours(chain), [[0, 2], [2, 3]]);
  assert.deepEqual(neighbours(["", "logit", ""]), []);
  assert.deepEqual(swapped(chain, [0, 2]), ["sigmoid", "", "logit", "decide", ""]);
  for (const pair of neighbours(chain)) assert.deepEqual(swapped(swapped(chain, pair), pair), chain);
});

test("the copied code makes each stage once and joins them in order", () => {
  const code = chainSnippet(["train_step", "", "train_step", "average_loss"]);
  assert.equal(code.match(/^train_step = /gm)?.length, 1);
  assert.match(code, /^chain = train_step >> train_step >> average_loss$/m);
});
