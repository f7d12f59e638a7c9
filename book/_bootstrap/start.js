/*! Bootstrap 5.3.3, MIT, https://getbootstrap.com, with Popper 2.11.8, MIT, https://popper.js.org */
// What the pages use of Bootstrap, a menu and the words beside buttons, in place of the theme's script, which has all of
// it; and what that script does besides for the button that leads back to the top.

import "bootstrap/js/src/dropdown.js";
import Tooltip from "bootstrap/js/src/tooltip.js";

function startTooltips() {
  for (const place of document.querySelectorAll('[data-bs-toggle="tooltip"]')) {
    new Tooltip(place, { delay: { show: 500, hide: 100 } });
  }
}

/** Offer the button to whoever goes up the page, once the header is out of view. */
function startBackToTop() {
  const button = document.getElementById("pst-back-to-top");
  if (!button) return;
  let before = 0;
  button.addEventListener("click", () => scrollTo(0, 0));
  addEventListener("scroll", () => {
    const header = document.querySelector(".bd-header");
    button.style.display = scrollY < before && scrollY > header.offsetHeight ? "block" : "none";
    before = scrollY;
  });
}

startTooltips();
startBackToTop();
