// The mathematics of the tiny model: parameters, loss, gradient, step and trajectory, on flat row-major arrays.
// The data set enters through its count matrix alone. In FLOAT32 the result of every single operation is rounded to
// float32; it is kept in a Float64Array all the same: functions that meet one kind of array run five times faster.

/** @typedef {{ name: string, single: boolean }} Precision */
/** @typedef {{ embedding: Float64Array, lmHead: Float64Array, bias: Float64Array }} Parameters */
/**
 * @typedef {{
 *   tokens: number[], vocabulary: number, counts: Float64Array, rowSums: Float64Array, pairs: number,
 * }} Dataset
 */
/**
 * @typedef {{
 *   number: Precision, rate: number, states: Parameters[], tables: Float64Array[], losses: number[],
 *   divergedAt: number | null, overflowedAt: number | null,
 * }} Trajectory
 */

export const FLOAT64 = { name: "float64", single: false };
export const FLOAT32 = { name: "float32", single: true };

/**
 * @param {number} x
 * @param {boolean} single
 */
function rounded(x, single) {
  return single ? Math.fround(x) : x;
}

export const CANONICAL_TOKENS = [1, 2, 3, 4, 1, 2, 3, 4];
export const CANONICAL_VOCABULARY = 5;
export const MODEL_DIMENSION = 4;
export const MOST_WORDS = 48;

/**
 * The deterministic start: entry (i, j) depends on its place and the seed only.
 * @param {number} rows
 * @param {number} columns
 * @param {number} seed
 */
export function initialArray(rows, columns, seed, { single } = FLOAT64) {
  return Float64Array.from({ length: rows * columns }, (_, k) => {
    const share = rounded(((k * 37 + seed * 101) % 1000) / 1000, single);
    return rounded(rounded(share - 0.5, single) * rounded(0.2, single), single);
  });
}

/**
 * @param {number} vocabulary
 * @param {number} dimension
 * @returns {Parameters}
 */
export function initialParameters(vocabulary, dimension, number = FLOAT64) {
  return {
    embedding: initialArray(vocabulary, dimension, 1, number),
    lmHead: initialArray(dimension, vocabulary, 2, number),
    bias: new Float64Array(vocabulary),
  };
}

/**
 * How often each (input, target) pair of neighbours occurs: shape (vocabulary, vocabulary).
 * @param {number[]} tokens
 * @param {number} vocabulary
 */
export function countMatrix(tokens, vocabulary) {
  const counts = new Float64Array(vocabulary * vocabulary);
  for (let k = 0; k + 1 < tokens.length; k++) counts[tokens[k] * vocabulary + tokens[k + 1]] += 1;
  return counts;
}

/**
 * A data set as the training sees it: its counts, their row sums, the number of pairs.
 * @param {number[]} tokens
 * @param {number} vocabulary
 * @returns {Dataset}
 */
export function datasetOf(tokens, vocabulary) {
  const counts = countMatrix(tokens, vocabulary);
  const rowSums = new Float64Array(vocabulary);
  counts.forEach((count, k) => (rowSums[Math.floor(k / vocabulary)] += count));
  return { tokens, vocabulary, counts, rowSums, pairs: tokens.length - 1 };
}

/**
 * The lowest average loss that any model can reach on these pairs: the entropy of the next token given this one.
 * @param {Dataset} dataset
 */
export function entropyFloor({ vocabulary, counts, rowSums, pairs }) {
  let sum = 0;
  counts.forEach((count, k) => {
    if (count > 0) sum -= count * Math.log(count / rowSums[Math.floor(k / vocabulary)]);
  });
  return sum / pairs + 0;
}

/**
 * log P(. | row): logits shifted by their largest and by the logarithm of the sum. Returns false when not finite.
 * @param {Float64Array} row
 * @param {boolean} single
 */
function logSoftmaxRow(row, single) {
  let top = -Infinity;
  let finite = true;
  for (const logit of row) {
    if (logit > top) top = logit;
    finite &&= Number.isFinite(logit);
  }
  if (!finite) return false;
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    row[k] = rounded(row[k] - top, single);
    sum = rounded(sum + rounded(Math.exp(row[k]), single), single);
  }
  const shift = rounded(Math.log(sum), single);
  for (let k = 0; k < row.length; k++) row[k] = rounded(row[k] - shift, single);
  return true;
}

/** @param {number[]} logits */
export function logSoftmax(logits) {
  const row = Float64Array.from(logits);
  if (!logSoftmaxRow(row, false)) row.fill(NaN);
  return row;
}

/**
 * log P(next | token) for every token, shape (vocabulary, vocabulary); null when a logit is not finite.
 * @param {Parameters} parameters
 */
export function logProbabilities({ embedding, lmHead, bias }, { single } = FLOAT64) {
  const vocabulary = bias.length;
  const dimension = embedding.length / vocabulary;
  const table = new Float64Array(vocabulary * vocabulary);
  for (let i = 0; i < vocabulary; i++) {
    const row = table.subarray(i * vocabulary, (i + 1) * vocabulary);
    for (let j = 0; j < vocabulary; j++) {
      let sum = 0;
      for (let k = 0; k < dimension; k++) {
        sum = rounded(sum + rounded(embedding[i * dimension + k] * lmHead[k * vocabulary + j], single), single);
      }
      row[j] = rounded(sum + bias[j], single);
    }
    if (!logSoftmaxRow(row, single)) return null;
  }
  return table;
}

/**
 * The average of -log P(target | input) over the pairs.
 * @param {Float64Array} logTable
 * @param {Dataset} dataset
 */
export function averageLoss(logTable, { counts, pairs }, { single } = FLOAT64) {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] === 0) continue;
    const share = rounded(counts[k] / pairs, single); // dividing first keeps large sums in range
    sum = rounded(sum - rounded(share * logTable[k], single), single);
  }
  return sum + 0;
}

/**
 * The gradient of the average loss: G = (diag(row sums) P - counts) / pairs, then G W^T, E^T G and the column sums.
 * @param {Parameters} parameters
 * @param {Float64Array} logTable
 * @param {Dataset} dataset
 */
export function gradientOf(parameters, logTable, { counts, rowSums, pairs }, { single } = FLOAT64) {
  const { embedding, lmHead, bias } = parameters;
  const vocabulary = bias.length;
  const dimension = embedding.length / vocabulary;
  const result = {
    embedding: new Float64Array(embedding.length),
    lmHead: new Float64Array(lmHead.length),
    bias: new Float64Array(vocabulary),
  };
  const error = new Float64Array(vocabulary);
  for (let i = 0; i < vocabulary; i++) {
    if (rowSums[i] === 0) continue;
    for (let j = 0; j < vocabulary; j++) {
      const p = rounded(Math.exp(logTable[i * vocabulary + j]), single);
      error[j] = rounded(rounded(rounded(rowSums[i] * p, single) - counts[i * vocabulary + j], single) / pairs, single);
      result.bias[j] = rounded(result.bias[j] + error[j], single);
    }
    for (let k = 0; k < dimension; k++) {
      const feature = embedding[i * dimension + k];
      let sum = 0;
      for (let j = 0; j < vocabulary; j++) {
        const place = k * vocabulary + j;
        sum = rounded(sum + rounded(error[j] * lmHead[place], single), single);
        result.lmHead[place] = rounded(result.lmHead[place] + rounded(feature * error[j], single), single);
      }
      result.embedding[i * dimension + k] = sum;
    }
  }
  return result;
}

/**
 * @param {Float64Array} values
 * @param {Float64Array} change
 * @param {number} rate
 * @param {Precision} number
 */
function minus(values, change, rate, { single }) {
  const result = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) result[k] = rounded(values[k] - rounded(rate * change[k], single), single);
  return result;
}

/**
 * TrainStep : Parameters -> Parameters.
 * @param {Parameters} parameters
 * @param {Parameters} gradient
 * @param {number} rate
 */
export function trainStep(parameters, gradient, rate, number = FLOAT64) {
  return {
    embedding: minus(parameters.embedding, gradient.embedding, rate, number),
    lmHead: minus(parameters.lmHead, gradient.lmHead, rate, number),
    bias: minus(parameters.bias, gradient.bias, rate, number),
  };
}

/**
 * The loss from which on a run has diverged: ten times that of a uniform guess.
 * @param {number} vocabulary
 */
export function divergenceLimit(vocabulary) {
  return 10 * Math.log(Math.max(vocabulary, 2));
}

/**
 * A_0, A_1, ..., A_count with their losses. `divergedAt` is the first step whose loss is above 10 ln V, `overflowedAt`
 * the first step whose logits are not finite (there the run stops); null when there is no such step.
 * @param {Dataset} dataset
 * @param {number} rate
 * @param {number} count
 */
export function trajectoryOf(dataset, rate, count, number = FLOAT64, dimension = MODEL_DIMENSION) {
  /** @type {Trajectory} */
  const run = { number, rate, states: [], tables: [], losses: [], divergedAt: null, overflowedAt: null };
  const limit = divergenceLimit(dataset.vocabulary);
  const roundedRate = rounded(rate, number.single);
  let parameters = initialParameters(dataset.vocabulary, dimension, number);
  for (let n = 0; n <= count; n++) {
    const table = logProbabilities(parameters, number);
    if (table === null) {
      run.overflowedAt = n;
      break;
    }
    const loss = averageLoss(table, dataset, number);
    if (loss > limit && run.divergedAt === null) run.divergedAt = n;
    run.states.push(parameters);
    run.tables.push(table);
    run.losses.push(loss);
    if (n < count) {
      parameters = trainStep(parameters, gradientOf(parameters, table, dataset, number), roundedRate, number);
    }
  }
  return run;
}

// Python's white space (str.split) is not JavaScript's \s.
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python splits at the separators 1c to 1f too
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const EDGES = /^[.,;:!?"()[\]']+|[.,;:!?"()[\]']+$/gu;

/**
 * Words in lower case without surrounding punctuation, numbered in the order of their first appearance.
 * @param {string} text
 */
export function vocabularyOf(text) {
  const spoken = text.toLowerCase().split(SPACE).map((word) => word.replace(EDGES, "")).filter(Boolean);
  const words = [...new Set(spoken)];
  const index = new Map(words.map((word, k) => [word, k]));
  return { words, tokens: spoken.map((word) => /** @type {number} */ (index.get(word))) };
}
