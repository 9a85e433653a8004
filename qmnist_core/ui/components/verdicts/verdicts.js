// What each network says about one digit, and how many agree. The answer of the network that the cursor is in comes
// from its ⟨Z⟩ there; the others are as the server said.
const made = (name, kind, ...children) => {
  const element = document.createElement(name);
  element.className = kind;
  element.append(...children);
  return element;
};

export default function ({ data, parentElement }) {
  const [headline, rows] = [".headline", ".rows"].map((name) => parentElement.querySelector(name));
  const { names, truth, shown } = data;
  if (names.some((name) => String(name).length > 2))
    rows.style.setProperty("--class-width", "clamp(3.4rem, 12vw, 6rem)");
  else rows.style.removeProperty("--class-width");
  const followed = shown.find((one) => one.series);
  if (data.fresh && followed) play.series = { ...play.series, [followed.series]: data.fresh };

  function row() {
    const parts = Object.fromEntries(
      ["name", "digit", "sure", "mark", "waiting", "more"].map((name) => [name, made("div", name)]),
    );
    parts.fill = [made("div", ""), made("div", "")];
    parts.bar = made("div", "bar", ...parts.fill);
    parts.bar.setAttribute("aria-hidden", "true");
    parts.summary = made("summary", "", parts.name, parts.digit, parts.waiting, parts.bar, parts.sure, parts.mark);
    parts.root = made("details", "", parts.summary, parts.more);
    parts.root.setAttribute("role", "group");
    rows.append(parts.root);
    return parts;
  }
  rows.parts ??= [];
  while (rows.parts.length < shown.length) rows.parts.push(row());
  while (rows.parts.length > shown.length) rows.parts.pop().root.remove();

  function draw(parts, one) {
    const { first, says } = one;
    const isSaid = says !== null;
    write(parts.name, one.name);
    parts.root.setAttribute("aria-label", one.name);
    parts.root.style.borderLeftColor = one.colour;
    parts.summary.className = isSaid ? "" : one.done === null ? "silent" : "progress";
    writeName(parts.digit, isSaid ? says : "");
    parts.digit.style.color = `var(--qm-${says === names[0] ? "first" : "second"})`;
    write(parts.waiting, isSaid ? "" : one.waiting);
    const sure = Math.max(first, 1 - first);
    write(parts.sure, isSaid ? (sure > 0.9995 ? ">99.9\u00a0%" : percent(sure)) : "");
    write(parts.mark, isSaid && truth !== null ? (says === truth ? "right" : "wrong") : "");
    parts.bar.hidden = !isSaid && one.done === null;
    parts.bar.style.display = parts.bar.hidden ? "none" : "flex";
    const [left, right] = isSaid ? [first, 1 - first] : [one.done, 0];
    parts.fill[0].style.width = `${100 * left}%`;
    parts.fill[1].style.width = `${100 * right}%`;
    parts.fill[0].style.background = isSaid ? "var(--qm-first)" : one.colour;
    parts.fill[1].style.background = "var(--qm-second)";
    const lines = [...(isSaid ? [one.words] : []), ...one.foot];
    write(parts.more, lines.join(" ") || "Its accuracy is shown once it is trained.");
  }
  function now(reel, frame) {
    const all = shown.map((one) => {
      if (!one.series || !reel) return one;
      const accuracy = reel.accuracy[frame];
      const foot = [
        `${percent(accuracy)} of the ${counted(data.n_test)} test images right (95\u00a0%`,
        `interval ${interval(accuracy, data.n_test)}), at this step.`,
      ];
      const z = play.answer(one.series, frame);
      if (z === null) return { ...one, foot };
      const says = names[z > 0 ? 0 : 1];
      const words = `The bar and the percentage: the chance that one measurement says ${says}.`;
      return { ...one, first: Math.min(1, Math.max(0, (1 + z) / 2)), says, words, foot };
    });
    all.forEach((one, i) => {
      draw(rows.parts[i], one);
    });
    const said = all.filter((one) => one.says !== null);
    const counts = names.map((digit) => said.filter((one) => one.says === digit).length);
    const winner = counts[1] > counts[0] ? 1 : 0;
    const words = !said.length
      ? `${names[0]} or ${names[1]}?`
      : counts[0] === counts[1]
        ? `${counts[0]} of ${said.length} say ${names[0]}, ${counts[1]} say ${names[1]}`
        : `${counts[winner]} of ${said.length} say ${names[winner]}`;
    write(headline, words);
  }
  now(null, 0);
  play.follow(rows, data.run, now);
}
