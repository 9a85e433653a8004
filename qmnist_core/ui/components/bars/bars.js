// Words that people wrote are put in as text.
function element(name, kind, ...children) {
  const made = document.createElement(name);
  made.className = kind;
  made.append(...children);
  return made;
}
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".bars");
  const drawn = JSON.stringify(data);
  if (list.drawn === drawn) return;
  list.drawn = drawn;
  const n = data.bars[0].counts.map((_, turn) => data.bars.reduce((sum, bar) => sum + bar.counts[turn], 0));
  function turnOf(bar, turn) {
    const share = n[turn] ? bar.counts[turn] / n[turn] : 0;
    const isOld = turn < n.length - 1;
    const picture = svg(
      "svg",
      { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 100, height: 10, fill: "var(--st-secondary-background-color)" }),
      svg("rect", { width: 100 * share, height: 10, fill: bar.colour, "fill-opacity": isOld ? 0.5 : 1 }),
    );
    const name = element("span", "name", data.turns[turn] ?? "");
    const count = element("span", "count", `${counted(bar.counts[turn])} (${Math.round(100 * share)} %)`);
    return element("div", "turn", name, picture, count);
  }
  list.replaceChildren(
    ...data.bars.map((bar) => {
      const words = element("div", "words", element("b", "", bar.words));
      if (bar.mark) words.append(element("span", "mark", bar.mark));
      return element("li", bar.is_right ? "right" : "", words, ...bar.counts.map((_, turn) => turnOf(bar, turn)));
    }),
  );
}
