// A page comes in a hundred files, and a browser asks for a script once: one that the network loses, as when a phone
// changes its Wi-Fi, would leave the page empty or broken. It is loaded again as soon as the server answers.
(() => {
  const NAME = "qmnist-reloads";
  const RELOADS = 3; // of one tab: after so many it is not the network
  const STYLE = // here, for a style sheet may be what is missing
    "position: fixed; inset: 0 0 auto; z-index: 9999999; margin: 0; padding: 0.5rem 1rem; text-align: center; " +
    "font: 1rem system-ui, sans-serif; color: #ffffff; background: #6d3fd1";
  let isBroken = false;

  function reloads() {
    try {
      return Number(sessionStorage.getItem(NAME));
    } catch {
      return RELOADS; // where they cannot be counted
    }
  }
  async function loadAgain() {
    if (isBroken) return;
    isBroken = true;
    const done = reloads();
    const words = done < RELOADS ? "It is loaded again." : "Reload the page once the network is back.";
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.style.cssText = STYLE;
    said.textContent = `A part of this page did not arrive. ${words}`;
    (document.body ?? document.documentElement).append(said);
    if (done >= RELOADS) return;
    let answer = null;
    while (!answer?.ok) {
      await new Promise((again) => setTimeout(again, 1000 * 2 ** done));
      answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    }
    sessionStorage.setItem(NAME, done + 1);
    location.reload();
  }

  function isOwn({ target }) {
    return target.matches?.("script, link[rel=stylesheet]") && (target.src ?? target.href).startsWith(location.origin);
  }
  addEventListener("error", (event) => isOwn(event) && loadAgain(), true); // not what a browser's extension puts in
  addEventListener("vite:preloadError", loadAgain); // of those that Streamlit asks for when it needs them
  addEventListener("DOMContentLoaded", () => window.qmnistPlay || loadAgain()); // it stands at the page's end
})();
