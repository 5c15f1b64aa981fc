"""Lists that are brought up to date while somebody reads in them: the focus stays where it was."""

from __future__ import annotations

import pytest

from tests.browser.visits import Visits
from tests.house import SLUG, Place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIST = r"""
async ([on, signature]) => {
  const [assets] = /^.*\/assets\/[^/]+\//.exec(document.querySelector('script[type=module]').src);
  const { keyed } = await import(`${assets}lib/keyed.js`);
  const list = document.createElement('ul');
  document.body.append(list);
  const make = (key) => {
    const item = document.createElement('li');
    item.tabIndex = -1;
    const named = (name) => Object.assign(document.createElement('button'), { textContent: name });
    const buttons = ['one', 'two'].map(named);
    item.append(key, ...buttons);
    return item;
  };
  const draw = (signature) => keyed(list, ['a', 'b'], { key: (key) => key, signature: () => signature, make });
  draw('before');
  const item = list.lastElementChild;
  (on === 'item' ? item : [...item.querySelectorAll('button')].find((each) => each.textContent === on)).focus();
  draw(signature);
  const active = document.activeElement;
  const told = [active.tagName, active.closest('li')?.dataset.key, active === item || item.contains(active)];
  list.remove();
  return told;
}
"""


@pytest.mark.parametrize(("on", "tag"), [("item", "LI"), ("one", "BUTTON"), ("two", "BUTTON")])
async def test_what_had_the_focus_has_it_again_when_its_item_is_made_anew(
    place: Place, visits: Visits, on: str, tag: str
) -> None:
    """The control is an item that says the same: it is not made anew at all."""
    visits.witness.own.add(place.url)
    page = await visits.open(f"{place.url}/{SLUG}/wall")

    assert await page.evaluate(LIST, [on, "after"]) == [tag, "b", False]
    assert await page.evaluate(LIST, [on, "before"]) == [tag, "b", True]
