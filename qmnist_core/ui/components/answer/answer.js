// ⟨Z⟩ of one image on its scale, and the digit that it says; both swing with the cursor.
export default function ({ data, parentElement }) {
  const [root, digit, words] = [".gauge", ".digit", ".words"].map((name) => parentElement.querySelector(name));
  const { names, truth, series } = data;
  const [left, right, y] = [20, 200, 84];
  const place = (z) => left + ((right - left) * (z + 1)) / 2;
  const line = (x, reach, more) => svg("line", { x1: x, x2: x, y1: y - reach, y2: y + reach, ...more });
  const bar = svg("rect", { y: y - 10, height: 20 });
  const hand = line(0, 17, { stroke: "currentColor", "stroke-width": 5 });
  const value = written(place(0), 42, "", "middle", { class: "value" });
  const half = (from, to, name) =>
    svg("rect", {
      x: place(from),
      width: place(to) - place(from),
      y: y - 10,
      height: 20,
      fill: `var(--qm-${name})`,
      "fill-opacity": 0.25,
    });
  root.replaceChildren(
    svg(
      "svg",
      { viewBox: "0 0 220 142", "aria-hidden": "true" },
      written(place(0), 14, "⟨Z⟩", "middle"),
      value,
      half(-1, 0, "second"),
      half(0, 1, "first"),
      bar,
      line(place(0), 16, { stroke: "currentColor", "stroke-width": 1.5 }),
      hand,
      written(left, y + 32, "−1", "middle"),
      written(place(0), y + 32, "0", "middle"),
      written(right, y + 32, "+1", "middle"),
      written(left - 12, y + 50, `says ${shortName(names[1])}`, "start"),
      written(right + 12, y + 50, `says ${shortName(names[0])}`, "end"),
    ),
  );
  if (data.fresh) play.series = { ...play.series, [series]: data.fresh };
  play.follow(root, data.run, (_reel, frame) => {
    const z = play.answer(series, frame);
    for (const part of [hand, bar, value]) part.setAttribute("visibility", z === null ? "hidden" : "visible");
    if (z === null) {
      digit.textContent = words.textContent = "";
      return;
    }
    const x = place(z);
    const said = names[z > 0 ? 0 : 1];
    value.textContent = signed(z);
    hand.setAttribute("x1", x);
    hand.setAttribute("x2", x);
    bar.setAttribute("x", Math.min(x, place(0)));
    bar.setAttribute("width", Math.abs(x - place(0)));
    bar.setAttribute("fill", sideOf(z));
    digit.style.color = sideOf(z);
    writeName(digit, said);
    const verdict = truth === null ? "" : `${said === truth ? "right" : "wrong"}: it is ${withArticle(truth)}`;
    write(words, verdict);
  });
}
