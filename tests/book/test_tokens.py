"""The listings of a page: what has the colour of its block is plain text, and each colour has one rule."""

from __future__ import annotations

import pytest
from book_pages.tokens import grouped, without

LIGHT, DARK = ('html[data-theme="light"] .highlight', 'html[data-theme="dark"] .highlight')
STYLE = f"""{LIGHT} pre {{ line-height: 125%; }}
{LIGHT} {{ background: #fefefe; color: #080808 }}
{LIGHT} .n {{ color: #080808 }} /* Name */
{LIGHT} .p {{ color: #080808 }} /* Punctuation */
{LIGHT} .k {{ color: #6730C5 }} /* Keyword */
{LIGHT} .ge {{ font-style: italic }} /* Generic.Emph */
{LIGHT} .kc {{ color: #6730C5 }} /* Keyword.Constant */
{LIGHT} .w {{ color: #080808 }} /* Text.Whitespace */
{DARK} {{ background: #2b2b2b; color: #F8F8F2 }}
{DARK} .n {{ color: #F8F8F2 }} /* Name */
{DARK} .p {{ color: #FFA07A }} /* Punctuation */
"""


def test_each_colour_has_one_rule_and_what_has_that_of_its_block_none() -> None:
    style, kinds = grouped(STYLE)
    assert style.splitlines() == [
        f"{LIGHT} pre {{ line-height: 125%; }}",
        f"{LIGHT} {{ background: #fefefe; color: #080808 }}",
        *[""] * 6,
        f"{DARK} {{ background: #2b2b2b; color: #F8F8F2 }}",
        f"{LIGHT} :is(.k, .kc) {{ color: #6730C5 }}",
        f"{LIGHT} :is(.ge) {{ font-style: italic }}",
        f"{DARK} :is(.p) {{ color: #FFA07A }}",
    ]
    assert kinds == {"n", "w"}  # "p" has a colour in the dark


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<span></span><span class="n">x</span>', "<span></span>x"),
        (
            '<span class="hll"><span class="k">if</span> <span class="n">x</span>\n</span>',
            '<span class="hll"><span class="k">if</span> x\n</span>',
        ),
        ('<span class="n"><b>x</b></span>', '<span class="n"><b>x</b></span>'),
    ],
)
def test_in_a_listing_only_what_has_a_look_is_marked(before: str, after: str) -> None:
    text = '<p><span class="n">the text</span></p>'
    page = f"{text}<div><pre>{{}}</pre></div>{text}<pre>\n</pre>"
    assert without(page.format(before), {"n"}) == page.format(after)
