// When a widget of a page is drawn: as it comes near the view, so that a page need not wait for widgets that nobody sees.
//
// Until then its picture and its settings are there. What is drawn above the view moves nothing in it, because the browser
// keeps its place; where it cannot, or when a reader comes back to a place in the page, all widgets are drawn at once.

export const HERE = "tinyml-here"; // the event that an island sends up the page when its widget can be asked

const NEAR = { rootMargin: "100% 0px" }; // a screen above the view or below it

/**
 * Call back once, when one of these comes near the view, or is in no place that could: in a fold that is closed, or covered.
 * @param {Element[]} elements
 * @param {() => void} act
 */
export function whenNear(elements, act) {
  if (!canWait() || !elements.every((element) => element.checkVisibility({ visibilityProperty: true }))) {
    act();
    return;
  }
  const observer = new IntersectionObserver((found) => {
    if (!found.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    act();
  }, NEAR);
  for (const element of elements) observer.observe(element);
}

function canWait() {
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return "IntersectionObserver" in globalThis && CSS.supports("overflow-anchor", "auto") && visit?.type === "navigate";
}
