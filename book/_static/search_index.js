// The search index is large and grows with the book, so it is asked for when somebody searches: when the search field
// has the focus, or the address has words to search for.  The page of results needs it at once; on any other page it is
// only fetched ahead, for that page.  A classic script, because nothing else can be loaded on file://.
document.addEventListener("DOMContentLoaded", () => {
  const address = `${document.documentElement.dataset.content_root}searchindex.js`;
  const isField = (element) => element?.matches('input[name="q"]');
  const ask = () => {
    if (typeof Search === "object") Search.loadIndex(address);
    else document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", as: "script", href: address }));
  };
  const askOnFocus = ({ target }) => {
    if (!isField(target)) return;
    document.removeEventListener("focusin", askOnFocus);
    ask();
  };
  if (isField(document.activeElement) || new URLSearchParams(location.search).get("q")) ask();
  else document.addEventListener("focusin", askOnFocus);
});
