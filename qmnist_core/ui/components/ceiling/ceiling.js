// The ceiling over the threshold, with a point that moves under the hand.
const LEFT = 54,
  RIGHT = 10,
  TOP = 12,
  BOTTOM = 40;

export default function ({ data, parentElement }) {
  const [root, number] = [".plot", "b"].map((name) => parentElement.querySelector(name));
  const { ceilings } = data;
  const floor = Math.max(0, Math.floor(20 * Math.min(...ceilings, data.now) - 0.2) / 20);
  const at = (threshold) =>
    threshold === data.threshold ? data.now : ceilings[Math.round(threshold * (ceilings.length - 1))];
  onWidth(root, (width) => {
    const height = matchMedia("(max-width: 640px)").matches ? 150 : 250;
    const x = (threshold) => LEFT + (width - LEFT - RIGHT) * threshold;
    const y = (share) => height - BOTTOM - ((height - TOP - BOTTOM) * (share - floor)) / (1 - floor);
    const points = ceilings.map((share, i) => `${x(i / (ceilings.length - 1)).toFixed(1)},${y(share).toFixed(1)}`);
    const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    for (const share of [floor, (1 + floor) / 2, 1]) {
      made.append(
        svg("line", {
          x1: LEFT,
          x2: width - RIGHT,
          y1: y(share),
          y2: y(share),
          stroke: "currentColor",
          "stroke-opacity": 0.15,
        }),
      );
      made.append(written(LEFT - 6, y(share) + 5, `${Math.round(1000 * share) / 10}\u00a0%`, "end"));
    }
    for (const threshold of [0, 0.25, 0.5, 0.75, 1])
      made.append(written(x(threshold), height - BOTTOM + 17, String(threshold), threshold === 1 ? "end" : "middle"));
    made.append(
      written(
        x(0.5),
        height - 5,
        `threshold${floor ? `; scores from ${Math.round(100 * floor)}\u00a0%` : ""}`,
        "middle",
      ),
    );
    const hand = svg("line", { y1: TOP, y2: height - BOTTOM, stroke: "var(--st-primary-color)", "stroke-width": 2 });
    const dot = svg("circle", {
      r: 8,
      fill: "var(--st-primary-color)",
      stroke: "var(--st-background-color)",
      "stroke-width": 2,
    });
    made.append(
      svg("polyline", { points: points.join(" "), fill: "none", stroke: "currentColor", "stroke-width": 3 }),
      hand,
      dot,
    );
    root.replaceChildren(made);
    onSlider(root, data.slider, data.threshold, (threshold) => {
      const now = at(threshold);
      number.textContent = percent(now);
      for (const [name, value] of [
        ["x1", x(threshold)],
        ["x2", x(threshold)],
      ])
        hand.setAttribute(name, value);
      dot.setAttribute("cx", x(threshold));
      dot.setAttribute("cy", y(now));
      root.setAttribute(
        "aria-label",
        `With the threshold at ${threshold.toFixed(2)} the best score with the labels known is ${percent(now)}; over all ` +
          `thresholds it is ${percent(Math.min(...ceilings))} to ${percent(Math.max(...ceilings))}.`,
      );
    });
  });
}
