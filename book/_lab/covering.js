// Which cells of a notebook its guesses cover: in cells what book_pages.guess_covers covers on a page.

/** @typedef {{ type: string, source: string, name: unknown }} Cell a cell, with the name in its metadata */
/** @typedef {{ name: string, first: number, end: number }} Covering
    of the guess called `name`: the output of the cell at `first`, and all of those after it, up to `end` */
/** @typedef {"output" | "all" | undefined} Covered what of a cell is out of sight */

const GUESS = /^(?:`{3,}|:{3,})\{guess\}[ \t]*(\S+)[ \t]*\n((?::[\w-]+:.*\n)*)/gm;
const OPTION = /^:([\w-]+):[ \t]*(.*?)[ \t]*$/gm;
const HEADING = /^#{1,6} /m;
const SECTION = "section";

/**
 * @param {Cell[]} cells
 * @returns {Covering[]}
 */
export function coveringsIn(cells) {
  const asked = cells.flatMap(({ type, source }, place) =>
    type === "markdown" ? [...source.matchAll(GUESS)].map(([, name, lines]) => ({ name, lines, place })) : []);
  return asked.flatMap(({ name, lines, place }) => {
    const { cell, until } = Object.fromEntries([...lines.matchAll(OPTION)].map((own) => own.slice(1)));
    const first = cells.findIndex((own, at) => at > place && cell !== undefined && own.name === cell);
    return first < 0 ? [] : [{ name, first, end: endOf(cells, first + 1, until) }];
  });
}

/**
 * @param {Cell[]} cells
 * @param {number} from
 * @param {string | undefined} until another cell's name, or `section`: up to the next heading
 */
function endOf(cells, from, until) {
  const isEnd = (/** @type {Cell} */ { type, source, name }) =>
    until === SECTION ? type === "markdown" && HEADING.test(source) : name === until;
  const found = until === undefined ? -1 : cells.findIndex((own, at) => at >= from && isEnd(own));
  return found < 0 ? from : found;
}

/**
 * @param {Covering[]} coverings of the guesses that are not answered yet
 * @param {number} count of cells
 */
export function coveredBy(coverings, count) {
  const covered = /** @type {Covered[]} */ (Array(count).fill(undefined));
  for (const { first, end } of coverings) {
    covered[first] ??= "output";
    covered.fill("all", first + 1, end);
  }
  return covered;
}
