// How many test images have which ⟨Z⟩: those of the first digit upward, those of the second downward.
const BOTTOM = 58,
  TOP = 42,
  ROOM = 1.25; // above the highest bar of the last step; higher ones of earlier steps are cut, and marked

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".histogram");
  const { names, height } = data;
  root.style.height = height + "px";
  let [parts, width, built] = [null, 0, null];

  function build(reel) {
    const [, , n] = reel.shapes.counts;
    const last = reel.counts.subarray(reel.counts.length - 2 * n);
    const limit = ROOM * Math.max(1, ...last);
    const [middle, half] = [(TOP + height - BOTTOM) / 2, (height - BOTTOM - TOP) / 2];
    const place = (z) => 8 + ((width - 16) * (z + 1)) / 2;
    const wide = (width - 16) / n;
    const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    const line = (x1, y1, x2, y2, more) => svg("line", { x1, y1, x2, y2, stroke: "currentColor", ...more });
    const bars = [0, 1].map((digit) =>
      Array.from({ length: n }, (_, i) =>
        svg("rect", {
          x: place(-1) + i * wide + 0.5,
          width: Math.max(1, wide - 1),
          fill: `var(--qm-${digit ? "second" : "first"})`,
        }),
      ),
    );
    const cuts = [0, 1].map((digit) =>
      written(0, digit ? middle + half - 4 : middle - half + 12, "", "middle", { class: "strong cut" }),
    );
    for (const z of [-0.5, 0.5])
      made.append(line(place(z), TOP, place(z), height - BOTTOM, { "stroke-opacity": 0.15 }));
    made.append(
      ...bars.flat(),
      line(8, middle, width - 8, middle),
      line(place(0), TOP, place(0), height - BOTTOM, { "stroke-width": 2 }),
    );
    made.append(...scaleMarks(place, height - BOTTOM + 33));
    made.append(written(width / 2, height - 5, "answer ⟨Z⟩ of the test images", "middle"));
    made.append(
      written(place(0) - 8, 15, `← says ${names[1]}`, "end", { class: "strong" }),
      written(place(0) + 8, 15, `says ${names[0]} →`, "start", { class: "strong" }),
    );
    const corners = [
      [place(0) + 8, TOP - 8, "start"],
      [place(0) - 8, TOP - 8, "end"],
      [place(0) + 8, height - BOTTOM + 15, "start"],
      [place(0) - 8, height - BOTTOM + 15, "end"],
    ].map(([x, y, anchor]) => written(x, y, "", anchor));
    made.append(...corners, ...cuts);
    root.replaceChildren(made);
    parts = { n, limit, middle, half, bars, cuts, corners, place, wide };
    built = reel;
  }
  function draw(reel, frame) {
    if (!width) return;
    if (built !== reel) build(reel);
    const { n, limit, middle, half, bars, cuts, corners, place, wide } = parts;
    const counts = reel.counts.subarray(frame * 2 * n, (frame + 1) * 2 * n);
    for (const digit of [0, 1]) {
      let cut = -1;
      for (let i = 0; i < n; i++) {
        const count = counts[digit * n + i];
        if (count > limit && (cut < 0 || count > counts[digit * n + cut])) cut = i;
        const long = half * Math.min(1, count / limit);
        bars[digit][i].setAttribute("y", digit ? middle : middle - long);
        bars[digit][i].setAttribute("height", long);
      }
      cuts[digit].textContent = cut < 0 ? "" : `${counted(counts[digit * n + cut])} ${digit ? "↓" : "↑"}`;
      if (cut >= 0) cuts[digit].setAttribute("x", Math.min(Math.max(place(-1) + (cut + 0.5) * wide, 40), width - 40));
    }
    // The true digit, the digit said: 0 0, 0 1, 1 0, 1 1.
    const cells = reel.confusion.subarray(frame * 4, frame * 4 + 4);
    corners.forEach((corner, i) => {
      corner.textContent = `${counted(cells[i])} images of ${names[i >> 1]}`;
    });
    root.setAttribute(
      "aria-label",
      `Histogram of ⟨Z⟩ of the test images: ${cells[0]} of ${cells[0] + cells[1]} images of ${names[0]} and ` +
        `${cells[3]} of ${cells[2] + cells[3]} images of ${names[1]} have the right sign.`,
    );
  }
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) =>
    download(drawn(root, data.paper), format, data.name),
  );
  onWidth(root, (now) => {
    width = now;
    built = null;
    play.follow(root, data.run, draw);
  });
}
