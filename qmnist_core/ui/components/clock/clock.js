// A clock with one hand. It begins at −1, and pixel i turns it by ±φ_i and shortens it by r_i; how far right it stops
// is ⟨Z⟩. The angles and lengths of every kept step are at hand, so that it swings with the cursor.
const SECONDS = 4, // of a whole turning
  MOST_ARROWS = 10, // larger images have no room for an arrow in each pixel
  TICKED = 40, // with more pixels the hand glides instead of ticking
  CELL = 20;

export default function ({ data, parentElement }) {
  const [root, face, pixels, image, digit, words, button, count, slider, step, length] = [
    ".clock",
    ".face",
    ".pixels",
    ".image",
    ".digit",
    ".words",
    "button",
    ".count",
    "input",
    ".step",
    ".length",
  ].map((name) => parentElement.querySelector(name));
  const { bits, names, truth, series } = data;
  const n = bits.length;
  const size = Math.round(Math.sqrt(n));
  const arrows = size <= MOST_ARROWS;
  const stamp = bits.join("") + data.after;
  let state = root.state;
  const isNew = state?.stamp !== stamp;
  if (isNew) {
    cancelAnimationFrame(state?.waiting);
    state = root.state = { stamp, at: data.after ?? n, waiting: 0 };
  }
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const line = (x1, y1, x2, y2, more) => svg("line", { x1, y1, x2, y2, stroke: "currentColor", ...more });

  // The face: 100 is a length of 1, and y goes up to 124, where the hand is read off.
  const FLOOR = 124;
  const half = (side) =>
    svg("path", {
      d: `M0-100A100 100 0 0 ${side > 0 ? 1 : 0} 0 100Z`,
      fill: sideOf(side),
      "fill-opacity": 0.16,
    });
  const way = svg("polyline", {
    fill: "none",
    stroke: "currentColor",
    "stroke-opacity": 0.55,
    "stroke-width": 1.2,
    "stroke-dasharray": "1 2.4",
  });
  const stops = arrows
    ? Array.from({ length: n + 1 }, () => svg("circle", { r: 2.2, fill: "currentColor", "fill-opacity": 0.5 }))
    : [];
  const drop = line(0, 0, 0, FLOOR, { "stroke-width": 1.6, "stroke-dasharray": "4 3" });
  const hand = svg("path", {
    stroke: "var(--qm-qnn)",
    "stroke-width": 5,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    fill: "none",
  });
  const mark = svg("circle", { cy: FLOOR, r: 6 });
  const value = written(0, FLOOR - 10, "", "middle", {
    class: "value",
    stroke: "var(--st-background-color)",
    "stroke-width": 4,
    "paint-order": "stroke",
  });
  face.replaceChildren(
    svg(
      "svg",
      { viewBox: "-126 -106 252 262", "aria-hidden": "true" },
      half(1),
      half(-1),
      svg("circle", { r: 100, fill: "none", stroke: "currentColor", "stroke-width": 1.2 }),
      line(0, -100, 0, FLOOR + 5, { "stroke-width": 1 }),
      line(-100, FLOOR, 100, FLOOR, { "stroke-width": 1.2 }),
      ...[-100, 100].map((x) => line(x, FLOOR - 5, x, FLOOR + 5, { "stroke-width": 1.2 })),
      ...[
        ["−1", -100],
        ["0", 0],
        ["+1", 100],
      ].map(([name, x]) => written(x, FLOOR + 17, name, "middle")),
      written(-54, FLOOR + 17, "⟨Z⟩", "middle"),
      written(-125, -92, `says ${shortName(names[1])}`, "start", { class: "says", style: "fill: var(--qm-second)" }),
      written(125, -92, `says ${shortName(names[0])}`, "end", { class: "says", style: "fill: var(--qm-first)" }),
      way,
      ...stops,
      drop,
      svg("circle", { r: 3.5, fill: "var(--qm-qnn)" }),
      hand,
      mark,
      value,
    ),
  );

  // The pixels: each with its own little hand, or in larger images with a colour.
  const cells = Array.from(bits, (lit, i) => {
    const [x, y] = [(i % size) * CELL, Math.floor(i / size) * CELL];
    const gap = size > 14 ? 0 : 1;
    const box = svg("rect", {
      x: x + gap / 2,
      y: y + gap / 2,
      width: CELL - gap,
      height: CELL - gap,
      stroke: "var(--st-border-color)",
      "stroke-width": gap,
    });
    if (arrows) box.setAttribute("fill", lit ? "currentColor" : "var(--st-background-color)");
    const ink = lit ? "var(--st-background-color)" : "currentColor";
    const own =
      arrows &&
      svg("path", {
        transform: `translate(${x + CELL / 2} ${y + CELL / 2})`,
        fill: "none",
        stroke: ink,
        "stroke-width": 1.6,
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
      });
    const whole = svg(
      "g",
      {},
      box,
      ...(own ? [own, svg("circle", { cx: x + CELL / 2, cy: y + CELL / 2, r: 1.2, fill: ink })] : []),
    );
    return { whole, box, own };
  });
  const frame = svg("rect", {
    width: CELL - 1.4,
    height: CELL - 1.4,
    fill: "none",
    stroke: "var(--qm-qnn)",
    "stroke-width": arrows ? 2.4 : 5,
  });
  pixels.replaceChildren(
    svg(
      "svg",
      { viewBox: `-2 -2 ${size * CELL + 4} ${size * CELL + 4}`, "aria-hidden": "true" },
      ...cells.map((cell) => cell.whole),
      frame,
    ),
  );
  slider.max = n;
  image.innerHTML = data.image;

  // An arrow from zero, as a path; its head has sides of this length.
  const arrow = (x, y, head) => {
    const long = Math.hypot(x, y) || 1;
    const [ux, uy, side] = [x / long, y / long, Math.min(head, long * 0.7)];
    const wing = (s) =>
      `${(x - side * (ux * 0.8 - s * uy * 0.55)).toFixed(2)} ${(y - side * (uy * 0.8 + s * ux * 0.55)).toFixed(2)}`;
    return `M0 0L${x.toFixed(2)} ${y.toFixed(2)}M${wing(1)}L${x.toFixed(2)} ${y.toFixed(2)}L${wing(-1)}`;
  };
  function draw(reel, moment) {
    if (reel.lengths.length !== reel.steps.length * n) return; // another size's, for a moment
    const at = state.at;
    const done = Math.floor(at);
    const turn = (i) => ((bits[i] ? -1 : 1) * reel.exponents[2 * moment * n + i] * Math.PI) / HALF_TURN;
    const keeps = (i) => reel.lengths[moment * n + i] / HALF_TURN;
    let [long, angle] = [1, Math.PI];
    const points = ["-100,0"];
    const tip = (r, a) => [100 * r * Math.cos(a), -100 * r * Math.sin(a)];
    for (let i = 0; i < n && i < at; i++) {
      const share = Math.min(1, at - i);
      const [turned, kept] = [share * turn(i), 1 - share * (1 - keeps(i))];
      const parts = Math.max(1, Math.ceil(Math.abs(turned) / 0.1));
      for (let p = 1; p <= parts; p++)
        points.push(
          tip(long * (1 - (p / parts) * (1 - kept)), angle + (p / parts) * turned)
            .map((one) => one.toFixed(1))
            .join(),
        );
      [long, angle] = [long * kept, angle + turned];
      if (stops[i + 1]) {
        const [x, y] = tip(long, angle);
        stops[i + 1].setAttribute("cx", x);
        stops[i + 1].setAttribute("cy", y);
      }
    }
    for (const [i, stop] of stops.entries()) stop.setAttribute("visibility", i <= done ? "visible" : "hidden");
    stops[0]?.setAttribute("cx", -100);
    way.setAttribute("points", points.join(" "));
    const [x, y] = tip(long, angle);
    const z = (at === n ? play.answer(series, moment) : null) ?? x / 100;
    const first = z > 0;
    const side = sideOf(z);
    hand.setAttribute("d", arrow(x, y, 15));
    for (const [name, where] of [
      ["x1", x],
      ["x2", x],
      ["y1", y],
    ])
      drop.setAttribute(name, where);
    drop.setAttribute("stroke", side);
    mark.setAttribute("cx", x);
    mark.setAttribute("fill", side);
    value.setAttribute("x", Math.min(Math.max(x, -90), 90));
    value.textContent = signed(z);
    cells.forEach(({ whole, box, own }, i) => {
      const t = turn(i);
      if (own) {
        const reach = CELL * 0.42 * keeps(i);
        own.setAttribute("d", arrow(reach * Math.cos(t), -reach * Math.sin(t), 4.5));
        whole.setAttribute("opacity", i < at ? 1 : 0.28);
      } else {
        const strength = i < at ? Math.min(1, Math.abs(t) / reel.most) : 0;
        box.setAttribute("fill", strength ? sideOf(t) : bits[i] ? "currentColor" : "var(--st-background-color)");
        box.setAttribute("fill-opacity", strength ? 0.15 + 0.85 * strength : bits[i] ? 0.35 : 1);
      }
    });
    const last = Math.ceil(at) - 1;
    frame.setAttribute("visibility", last >= 0 && at < n ? "visible" : "hidden");
    frame.setAttribute("x", (last % size) * CELL + 0.7);
    frame.setAttribute("y", Math.floor(last / size) * CELL + 0.7);
    say(z, last, long, turn, keeps, first);
  }
  function say(z, last, long, turn, keeps, first) {
    const ended = state.at === n;
    const answer = names[first ? 0 : 1];
    digit.style.color = sideOf(z);
    digit.style.opacity = ended ? 1 : 0.45;
    writeName(digit, answer);
    write(
      words,
      !ended
        ? "so far"
        : truth === null
          ? `the network says ${answer}`
          : answer === truth
            ? `right: it is ${withArticle(truth)}`
            : `wrong: it is ${withArticle(truth)}`,
    );
    write(count, `${counted(last + 1)} of ${counted(n)} pixels`);
    slider.value = last + 1;
    write(length, `The hand is ${long.toFixed(3)} long${ended ? ": R, the largest possible ⟨Z⟩" : ""}.`);
    if (last < 0) write(step, "Before the first pixel the hand points to −1: ⟨Z⟩ of a circuit without a gate.");
    else {
      const degrees = Math.round((turn(last) * 180) / Math.PI);
      const name = `(${Math.floor(last / size)}, ${last % size})`;
      write(
        step,
        `Pixel ${name}, ${bits[last] ? "lit" : "unlit"}, turns it by ${String(degrees).replace("-", "−")}° and keeps ${percent(keeps(last))} of its length.`,
      );
    }
    face.setAttribute(
      "aria-label",
      `A clock's hand after ${last + 1} of ${n} pixels, ${long.toFixed(3)} long; it ends at ⟨Z⟩ = ${signed(z)}, on the side of ${answer}.`,
    );
    pixels.setAttribute(
      "aria-label",
      `${size}×${size} pixels, ${bits.filter(Boolean).length} of them lit, each with its own turn of the hand.`,
    );
  }

  function turnTheHand(from) {
    cancelAnimationFrame(state.waiting);
    const own = state;
    const begun = performance.now();
    const tick = (now) => {
      if (root.state !== own || !root.isConnected) return;
      const share = Math.max(0, (now - begun) / 1000 / SECONDS);
      let at = Math.min(n, from + share * n);
      if (n <= TICKED && at < n) {
        const part = Math.min(1, (at % 1) / 0.7); // of its time a pixel turns; then the hand rests
        at = Math.floor(at) + part * part * (3 - 2 * part);
      }
      own.at = at;
      play.draw();
      if (at < n) own.waiting = requestAnimationFrame(tick);
    };
    tick(begun);
  }
  button.onclick = () => {
    if (still()) {
      state.at = state.at >= n ? 0 : Math.floor(state.at) + 1; // a pixel at each press
      play.draw();
    } else turnTheHand(state.at >= n ? 0 : state.at);
  };
  slider.oninput = () => {
    cancelAnimationFrame(state.waiting);
    state.at = Number(slider.value);
    play.draw();
  };
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) =>
    download(drawn(face, data.paper), format, data.name),
  );
  play.load("clock", data.reel).then((reel) => {
    reel.most ??=
      Math.max(
        ...reel.exponents.subarray(2 * (reel.steps.length - 1) * n, 2 * (reel.steps.length - 1) * n + n).map(Math.abs),
      ) *
        (Math.PI / HALF_TURN) || 1;
    play.follow(root, "clock", draw);
    if (isNew && data.after === null && !still()) turnTheHand(0);
  });
}
