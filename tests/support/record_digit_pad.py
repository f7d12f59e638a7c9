"""Write what the widget DigitPad has of the package into its module: `python tests/support/record_digit_pad.py`.

The test of the widget compares, so that the module is never older than what was learnt.
"""

from __future__ import annotations

import textwrap

import numpy as np

from tinyml import learnt
from tinyml.widgets.digit_pad import samples
from tinyml.widgets.linking import FOLDER

WRITTEN = FOLDER / "digit_pad" / "learnt.js"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.,:;!"
MODULE = """\
// What tinyml has, written by tests/support/record_digit_pad.py: ten digits held out, and what was learnt.

export const SAMPLES = `
{samples}
`;

// Each parameter in thousandths above the least, as two digits: numbers that were written out would take a third more.
export const LETTERS = "{letters}";
export const LEAST = {least};
export const PACKED = `
{packed}
`;
"""


def module() -> str:
    """Return the text of the module."""
    thousandths = np.rint(1000 * learnt()).astype(int)
    above, base = thousandths - thousandths.min(), len(LETTERS)
    packed = "".join(LETTERS[number // base] + LETTERS[number % base] for number in above)
    return MODULE.format(
        samples="\n".join(samples()),
        letters=LETTERS,
        least=thousandths.min(),
        packed="\n".join(textwrap.wrap(packed, 118, break_on_hyphens=False)),
    )


if __name__ == "__main__":
    WRITTEN.write_text(module(), encoding="utf-8")
