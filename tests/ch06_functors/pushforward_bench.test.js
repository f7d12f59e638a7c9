import assert from "node:assert/strict";
import { test } from "node:test";

import {
  benchOf, benchSnippet, benchWords, flowOf, namesIn, recompute, tableAfter,
} from "../../tinyml/widgets/pushforward_bench/pushforward_bench.js";

const SUNG = ["hum", "my", "cat", "cat", "sings"];
const EACH = ["hum", "do", "re", "mi", "fa"];
/** @type {(values: number[]) => number} */
const total = (values) => values.reduce((sum, own) => sum + own, 0);
/** @type {(own: number, expected: number, tolerance?: number) => void} */
const near = (own, expected, tolerance = 1e-12) =>
  assert.ok(Math.abs(own - expected) <= tolerance, `${own} is not ${expected}`);
/** @type {(token: number, ahead: number, names: string[], steps?: number) => string} */
const told = (token, ahead, names, steps = 20) =>
  benchWords({ token, ahead }, names, benchOf(steps, token, ahead, names));

test("the bars of every column add up to 1, whatever the words are", () => {
  for (const names of [SUNG, EACH, ["la", "la", "la", "la", "la"]]) {
    for (let token = 0; token < 5; token++) {
      for (const ahead of [1, 2]) {
        const { one, two, pushed, paths } = benchOf(33, token, ahead, names);
        for (const column of [one, two, pushed, paths.flat()]) near(total(column), 1);
      }
    }
  }
});

test("tokens with one word have one bar, and words of their own change nothing", () => {
  const merged = benchOf(20, 1, 1, SUNG);
  assert.deepEqual(merged.words, ["hum", "my", "cat", "sings"]);
  near(merged.pushed[2], merged.tokens[2] + merged.tokens[3]);
  assert.ok(merged.entropies[1] < merged.entropies[0]);
  const apart = benchOf(20, 1, 1, EACH);
  assert.deepEqual(apart.pushed, apart.tokens);
  assert.equal(apart.entropies[0], apart.entropies[1]);
  near(benchOf(20, 1, 2, ["la", "la", "la", "la", "la"]).entropies[1], 0);
});

test("two ahead is the row of the table times the table", () => {
  const table = tableAfter(20);
  const { two, paths } = benchOf(20, 3, 2, SUNG);
  two.forEach((own, j) => near(own, total(table[3].map((p, i) => p * table[i][j]))));
  near(paths[4][1], table[3][4] * table[4][1]);
});

test("ribbons fill the bars at both of their ends", () => {
  for (const ahead of [1, 2]) {
    const { columns, ribbons } = flowOf({ token: 1, ahead }, SUNG, benchOf(20, 1, ahead, SUNG));
    assert.equal(columns.length, ahead + 2);
    assert.equal(ribbons.length, columns.length - 1);
    ribbons.forEach((all, k) => {
      columns[k].bars.forEach(({ value }, from) => near(total(all.filter((own) => own.from === from).map((own) => own.value)), value));
      columns[k + 1].bars.forEach(({ value }, to) => near(total(all.filter((own) => own.to === to).map((own) => own.value)), value));
    });
    assert.deepEqual(ribbons.at(-1)?.map(({ kind }) => kind !== ""), [false, false, true, true, false]);
  }
});

test("the sentence names what was added up, and the widest path", () => {
  assert.match(told(1, 1, SUNG), /^One token after token 1 “cat” is likeliest: tokens 2 and 3 are sung to it, with /);
  assert.match(told(1, 1, SUNG), /0\.849554 and 0\.116664, together 0\.966218\. Renaming took the entropy from 0\.532878 to 0\.176920 nats; /);
  assert.match(told(1, 1, EACH), /“re” is likeliest: token 2 alone is sung to it, .* No two tokens share a word, so the entropy stays 0\.532878/);
  assert.match(told(1, 2, EACH), /^Two tokens after .* The widest path, 1 2 3, has 0\.327772 of the 0\.344797 that end in 3\.$/);
  assert.match(told(1, 1, ["a", "a", "a", "b", "b"]), /tokens 0, 1 and 2 are sung to it, with 0\.\d+, 0\.\d+ and 0\.\d+, together /);
  assert.ok(!told(1, 1, SUNG).includes("path"));
});

test("five words of at most eight letters are asked for", () => {
  assert.deepEqual(namesIn("Hum, my cat: cat sings!"), { names: SUNG });
  assert.deepEqual(namesIn("la la"), { problem: "Five words are needed, one for each token from 0 to 4; this text has 2." });
  assert.deepEqual(namesIn("a b c d marvellous"), { problem: "“marvellous” has more than 8 letters: no bar has room for it." });
});

test("the snippet binds only when two tokens are asked for, and falls back to the words of the start", () => {
  const settings = { token: 4, ahead: 1, step_count: 7, words: "la" };
  assert.ok(benchSnippet(settings).includes("tokens = follow(TokenId(4))\n"));
  assert.ok(benchSnippet(settings).includes('word = ["hum", "my", "cat", "cat", "sings"]'));
  assert.ok(benchSnippet({ ...settings, ahead: 2 }).includes("tokens = follow(TokenId(4)).bind(follow)\n"));
});

test("the certificate recomputes far more than twelve numbers", () => {
  assert.ok(Object.values(recompute()).flat(2).length > 100);
});
