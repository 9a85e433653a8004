// One exponent t, turned by hand. ⟨Z⟩ = A + B cos πt + C sin πt: A, B and C of every kept step are here, so that
// dial, curve and verdict follow the hand and the cursor at once; where the hand rests, the server is told.
const REST = 250, // milliseconds
  CENTRE = 136, // of the dial, in its own units
  RING = 100,
  SECTORS = 72,
  LEFT = 44, // of the curve, in pixels
  RIGHT = 14,
  TOP = 8,
  BOTTOM = 50,
  THUMB = 16; // of a range in the browser: its middle stays so far within
const fine = (t) => decimal(t, 3);
const put = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
};

function dial(root) {
  const on = (t, radius) => [CENTRE + radius * Math.sin(Math.PI * t), CENTRE - radius * Math.cos(Math.PI * t)];
  const sectors = Array.from({ length: SECTORS }, (_, i) => {
    const ends = [i, i + 1].map((n) => on(-1 + (2 * n) / SECTORS, RING).map((place) => place.toFixed(2)));
    return svg("path", { d: `M${ends[0]}A${RING} ${RING} 0 0 1 ${ends[1]}`, fill: "none", "stroke-width": 17 });
  });
  const marks = [
    [0, "0"],
    [0.5, "½"],
    [-1, "±1"],
    [-0.5, "−½"],
  ].map(([t, mark]) => {
    const [x, y] = on(t, RING + 24);
    return written(x, y + 6, mark, "middle", { class: "mark" });
  });
  const own = svg("circle", { r: 5, fill: "var(--st-background-color)", stroke: "currentColor", "stroke-width": 2 });
  const arm = svg("line", { x1: CENTRE, y1: CENTRE, stroke: "currentColor", "stroke-width": 3, "stroke-opacity": 0.2 });
  const thumb = svg("circle", { r: 14, stroke: "var(--st-background-color)", "stroke-width": 3, fill: "currentColor" });
  const ground = svg("circle", { cx: CENTRE, cy: CENTRE, r: 74, fill: "var(--st-background-color)" });
  const [value, verdict] = [
    written(CENTRE, CENTRE + 12, "", "middle", { class: "big" }),
    written(CENTRE, CENTRE + 42, "", "middle", { class: "verdict" }),
  ];
  root.replaceChildren(
    svg(
      "svg",
      { viewBox: `0 0 ${2 * CENTRE} ${2 * CENTRE}`, "aria-hidden": "true" },
      ...sectors,
      ...marks,
      arm,
      ground,
      written(CENTRE, CENTRE - 32, "⟨Z⟩", "middle", { class: "mark" }),
      value,
      verdict,
      own,
      thumb,
    ),
  );
  return (at, t, trained, says) => {
    const z = at(t);
    sectors.forEach((sector, i) => {
      const there = at(-1 + (2 * i + 1) / SECTORS);
      put(sector, { stroke: sideOf(there), "stroke-opacity": (0.16 + 0.84 * Math.min(1, Math.abs(there))).toFixed(2) });
    });
    for (const [mark, place] of [
      [thumb, t],
      [own, trained],
    ]) {
      const [cx, cy] = on(place, RING);
      put(mark, { cx, cy });
    }
    const [x2, y2] = on(t, RING);
    put(arm, { x2, y2 });
    value.textContent = signed(z);
    verdict.textContent = says(z);
    verdict.style.fill = sideOf(z);
  };
}

function curve(root, width, height, names) {
  const x = (t) => LEFT + ((width - LEFT - RIGHT) * (t + 1)) / 2;
  const y = (z) => TOP + ((height - TOP - BOTTOM) * (1 - z)) / 2;
  const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const [z, i] of [
    [1, 0],
    [0, 1],
  ]) {
    const colour = `var(--qm-${i ? "second" : "first"})`;
    made.append(
      svg("rect", { x: x(-1), y: y(z), width: x(1) - x(-1), height: y(0) - y(1), fill: colour, "fill-opacity": 0.12 }),
    );
  }
  for (const [z, mark] of [
    [1, "+1"],
    [0, "0"],
    [-1, "−1"],
  ]) {
    made.append(
      svg("line", {
        x1: x(-1),
        x2: x(1),
        y1: y(z),
        y2: y(z),
        stroke: "currentColor",
        "stroke-opacity": z ? 0.15 : 0.7,
      }),
    );
    made.append(written(LEFT - 8, y(z) + 5, mark, "end"));
  }
  made.append(written(12, y(0.5) + 5, "⟨Z⟩", "middle"));
  const sides = names.map((digit, i) =>
    written(x(1) - 8, y(0) + (i ? 19 : -8), `says ${shortName(digit)}`, "end", { class: "side" }),
  );
  const track = height - BOTTOM + 14;
  made.append(
    svg("line", {
      x1: x(-1),
      x2: x(1),
      y1: track,
      y2: track,
      stroke: "var(--st-border-color)",
      "stroke-width": 6,
      "stroke-linecap": "round",
    }),
  );
  for (const [t, mark] of [
    [-1, "−1"],
    [-0.5, "−½"],
    [0.5, "½"],
    [1, "1"],
  ])
    made.append(written(x(t), height - 6, mark, "middle"));
  made.append(written(x(0), height - 6, "exponent", "middle"));
  const line = svg("polyline", { fill: "none", stroke: "var(--qm-qnn)", "stroke-width": 3.5 });
  const drop = svg("line", { y2: track, stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": "4 4" });
  const own = svg("circle", { r: 5, fill: "var(--st-background-color)", stroke: "currentColor", "stroke-width": 2 });
  const point = svg("circle", { r: 9, stroke: "var(--st-background-color)", "stroke-width": 2 });
  const thumb = svg("circle", { r: 11, cy: track, fill: "var(--st-primary-color)" });
  made.append(line, ...sides, drop, own, point, thumb);
  root.replaceChildren(made);
  return (at, t, trained) => {
    const z = at(t);
    const points = Array.from({ length: 101 }, (_, i) => -1 + i / 50);
    put(line, { points: points.map((one) => `${x(one).toFixed(1)},${y(at(one)).toFixed(1)}`).join(" ") });
    put(drop, { x1: x(t), x2: x(t), y1: y(z) });
    put(own, { cx: x(trained), cy: y(at(trained)) });
    put(point, { cx: x(t), cy: y(z), fill: sideOf(z) });
    put(thumb, { cx: x(t) });
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [root, range, back] = [".knob", "input", ".back"].map(find);
  const { names, layer, pixel, height } = data;
  const place = `${layer} ${pixel}`;
  // Another exponent, or a value that does not come from here; what is turned meanwhile stays under the hand.
  if (root.place !== place || root.told !== data.value) {
    clearTimeout(root.waiting);
    root.place = place;
    root.value = root.told = data.value;
  }
  let [packed, waves] = [null, null];
  // A, B and C at a kept step; the last ones that are known where a training goes on.
  function wave(frame) {
    const now = play.series?.[`${data.series} waves`] ?? null;
    if (now && now !== packed) {
      [packed, waves] = [now, numbers(now, Float32Array)];
    }
    return waves?.subarray(3 * Math.min(frame, waves.length / 3 - 1)) ?? [0, 0, 0];
  }
  const waveAt = (frame) => {
    const [mean, cosine, sine] = wave(frame);
    return (t) => mean + cosine * Math.cos(Math.PI * t) + sine * Math.sin(Math.PI * t);
  };
  // Once it has been turned, the answer is the hand's: the server's comes later, and with the value before.
  root.turned ||= root.value !== null;
  const own = (reel, frame) => reel.exponents[(frame * data.n_layers + layer) * data.n_pixels + pixel] / HALF_TURN;
  play.hand = {
    ...{ series: data.series, layer, pixel },
    turned: () => root.isConnected && root.turned,
    value: () => (root.isConnected ? root.value : null),
    answer: (frame) => waveAt(frame)(root.value ?? own(play.reels[data.run], frame)),
  };
  function turn(value) {
    root.value = value;
    root.turned = true;
    play.draw();
    clearTimeout(root.waiting);
    root.waiting = setTimeout(() => {
      if (root.told === root.value) return;
      root.told = root.value;
      setTriggerValue("turned", { layer, pixel, value: root.value });
    }, REST);
  }
  range.oninput = () => turn(Number(range.value));
  back.onclick = () => turn(null);
  const says = (z) => `says ${names[z > 0 ? 0 : 1]}`;
  const turnDial = dial(find(".dial"));
  const face = find(".dial svg");
  const byHand = (event) => {
    const box = face.getBoundingClientRect();
    const [across, up] = [event.clientX - box.left - box.width / 2, box.top + box.height / 2 - event.clientY];
    turn(Math.round((100 * Math.atan2(across, up)) / Math.PI) / 100);
  };
  face.onpointerdown = (event) => {
    face.setPointerCapture(event.pointerId);
    byHand(event);
  };
  face.onpointermove = (event) => event.buttons && byHand(event);

  let moveCurve = null;
  function draw(reel, frame) {
    const trained = own(reel, frame);
    const [at, t] = [waveAt(frame), root.value ?? trained];
    turnDial(at, t, trained, says);
    moveCurve?.(at, t, trained);
    const [mean, cosine, sine] = wave(frame);
    const reach = Math.hypot(cosine, sine);
    find(".says").textContent =
      `${data.name}: ` +
      (reach < 0.005 ? `⟨Z⟩ stays ${signed(mean)}` : `⟨Z⟩ from ${signed(mean - reach)} to ${signed(mean + reach)}`);
    find(".value").textContent = `${fine(t)} half-turns`;
    back.textContent = `back to ${fine(trained)}`;
    back.disabled = root.value === null;
    if (Number(range.value) !== Math.round(100 * t) / 100) range.value = t;
    range.setAttribute("aria-label", `Exponent of ${data.name}`);
    range.setAttribute("aria-valuetext", `${fine(t)} half-turns: ⟨Z⟩ is ${signed(at(t))}, it ${says(at(t))}`);
  }
  onWidth(find(".plot"), (width) => {
    const high = matchMedia("(max-width: 640px)").matches ? 200 : height;
    moveCurve = curve(find(".plot"), width, high, names);
    Object.assign(range.style, {
      ...{ left: `${LEFT - THUMB / 2}px`, width: `${width - LEFT - RIGHT + THUMB}px` },
      ...{ top: 0, height: `${high - 20}px` },
    });
    play.follow(root, data.run, draw);
  });
}
