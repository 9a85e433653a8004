// Test accuracy over the gates' infidelity. The chosen one is a line to drag; all that is computed is known here, so
// that the figures and the image's shots follow it at once. Where it is let go, the server is told.
const LEFT = 52,
  RIGHT = 14,
  TOP = 30,
  BOTTOM = 46,
  NONE = 26, // of the place of "none", from the left
  GAP = 56, // from there to the smallest infidelity
  LOW = 1e-4,
  HIGH = 0.1,
  BINS = 100; // of the estimates, from −1 to 1; no bar holds both answers
const fine = (z) => signed(z, 3);

// Of n shots k say +1; the estimates 2k/n − 1 and how probable they are, outwards from the likeliest.
function binomial(z, n) {
  const p = (1 + z) / 2;
  const mode = Math.min(Math.floor((n + 1) * p), n);
  const found = new Map([[mode, 1]]);
  let sum = 1;
  if (p > 0 && p < 1) {
    for (const way of [1, -1]) {
      let now = 1;
      for (let k = mode; (way > 0 ? k < n : k > 0) && now > 1e-9; k += way) {
        now *= way > 0 ? ((n - k) / (k + 1)) * (p / (1 - p)) : (k / (n - k + 1)) * ((1 - p) / p);
        found.set(k + way, now);
        sum += now;
      }
    }
  }
  return [...found].map(([k, share]) => [(2 * k) / n - 1, share / sum]);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [root, figures, curve, image, said, shots] = [".noise", ".figures", ".curve", ".image", ".said", ".shots"].map(
    (name) => parentElement.querySelector(name),
  );
  const { levels, breaking, names, truth, n_shots } = data;
  const many = n_shots === 1 ? "1 shot" : `${counted(n_shots)} shots`;
  let now = Math.max(
    0,
    levels.findIndex((level) => level.infidelity === data.chosen),
  );
  let [parts, bars, dragging] = [null, null, false];
  image.innerHTML = data.image;
  const line = (x1, y1, x2, y2, more) => svg("line", { x1, y1, x2, y2, stroke: "currentColor", ...more });
  const halo = { stroke: "var(--st-background-color)", "stroke-width": 5, "paint-order": "stroke" };

  function build(width) {
    const height = data.height - 66;
    const bottom = height - BOTTOM;
    const lowest = Math.min(...levels.flatMap((level) => [level.accuracy, level.shots]));
    const floor = lowest >= 0.4 ? 0.4 : 0;
    const y = (share) => bottom - ((bottom - TOP) * (share - floor)) / (1 - floor);
    const from = LEFT + NONE + GAP;
    const place = (r) => (r ? from + ((width - RIGHT - from) * Math.log(r / LOW)) / Math.log(HIGH / LOW) : LEFT + NONE);
    const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    for (let share = floor; share <= 1.001; share += 0.2) {
      made.append(line(LEFT, y(share), width - RIGHT, y(share), { "stroke-opacity": share === floor ? 0.6 : 0.13 }));
      made.append(written(LEFT - 6, y(share) + 5, `${Math.round(100 * share)}\u00a0%`, "end"));
    }
    made.append(
      written(0, 14, `accuracy on the test images${floor ? `, axis from ${100 * floor}\u00a0%` : ""}`, "start"),
    );
    for (const [r, name] of [
      [0, "none"],
      [1e-4, "0.01\u00a0%"],
      [1e-3, "0.1\u00a0%"],
      [1e-2, "1\u00a0%"],
      [0.1, "10\u00a0%"],
    ]) {
      made.append(line(place(r), bottom, place(r), bottom + 5));
      made.append(written(r === 0.1 ? width : place(r), bottom + 20, name, r === 0.1 ? "end" : "middle"));
    }
    const gap = LEFT + NONE + GAP / 2;
    made.append(written(gap, bottom + 5, "//", "middle", halo));
    made.append(written((from + width - RIGHT) / 2, height - 4, "average infidelity of a gate", "middle"));
    if (breaking !== null) {
      const x = place(breaking);
      made.append(
        svg("rect", {
          x,
          y: TOP - 8,
          width: Math.max(0, width - RIGHT - x),
          height: bottom - TOP + 8,
          fill: "currentColor",
          "fill-opacity": 0.07,
        }),
      );
      made.append(line(x, TOP - 8, x, bottom, { "stroke-dasharray": "2 4", "stroke-width": 1.5 }));
    }
    const path = (name) =>
      levels.map((level) => `${place(level.infidelity).toFixed(1)},${y(level[name]).toFixed(1)}`).join(" ");
    const look = { fill: "none", stroke: "var(--qm-qnn)", "stroke-width": 3, "stroke-linejoin": "round" };
    made.append(
      svg("polyline", { points: path("accuracy"), ...look }),
      svg("polyline", { points: path("shots"), ...look, "stroke-dasharray": "8 5" }),
    );
    const clean = levels[0];
    made.append(written(from + 4, y(clean.accuracy) - 9, "━ unlimited shots", "start", halo));
    made.append(written(from + 4, y(clean.shots) + 21, `╍ ${many}`, "start", halo));
    const flag = svg("g", { "pointer-events": "none" });
    if (breaking !== null) {
      const level = levels.find((one) => one.infidelity === breaking);
      const x = place(breaking);
      const lost = `−${(100 * (clean.shots - level.shots)).toFixed(1)} points`;
      const words = [`breaks at ${level.label}`, lost];
      const side = x > width - 150 ? [-12, "end"] : [12, "start"];
      made.append(
        svg("circle", {
          cx: x,
          cy: y(level.shots),
          r: 7,
          fill: "var(--st-background-color)",
          stroke: "var(--qm-qnn)",
          "stroke-width": 3,
        }),
      );
      const top = y(floor + (1 - floor) * 0.28);
      words.forEach((content, i) => {
        flag.append(written(x + side[0], top + 18 * i, content, side[1], { ...halo, class: "strong" }));
      });
    }
    const dots = ["accuracy", "shots"].map(() =>
      svg("circle", { r: 5, fill: "var(--qm-qnn)", stroke: "var(--st-background-color)", "stroke-width": 1.5 }),
    );
    const rule = line(0, TOP - 8, 0, bottom, { "stroke-width": 2.5 });
    const knob = svg("circle", {
      cy: bottom,
      r: 10,
      fill: "var(--qm-play)",
      stroke: "var(--st-background-color)",
      "stroke-width": 2,
    });
    const label = written(0, bottom - 14, "", "start", { ...halo, class: "strong" });
    const hand = svg(
      "g",
      {
        class: "hand",
        tabindex: 0,
        role: "slider",
        "aria-label": "Average gate infidelity",
        "aria-valuemin": 0,
        "aria-valuemax": levels.length - 1,
      },
      rule,
      ...dots,
      knob,
      label,
    );
    made.append(hand, flag);
    const held = curve.contains(parentElement.getRootNode().activeElement);
    curve.replaceChildren(made);
    parts = { y, place, dots, rule, knob, label, hand, width };
    hand.onkeydown = (event) => {
      const moves = {
        ArrowRight: now + 1,
        ArrowUp: now + 1,
        ArrowLeft: now - 1,
        ArrowDown: now - 1,
        Home: 0,
        End: levels.length - 1,
      };
      if (!(event.key in moves)) return;
      event.preventDefault();
      move(moves[event.key]);
      tell();
    };
    if (held) hand.focus();
  }

  // One image: how probable the estimates are, on the whole scale of ⟨Z⟩.
  function buildShots(width) {
    const height = data.height - 66;
    const bottom = height - BOTTOM;
    const place = (z) => 12 + ((width - 24) * (z + 1)) / 2;
    const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    const half = (low, high, name) =>
      svg("rect", {
        x: place(low),
        y: TOP,
        width: place(high) - place(low),
        height: bottom - TOP,
        fill: `var(--qm-${name})`,
        "fill-opacity": 0.1,
      });
    const group = svg("g");
    const clean = svg("path", {
      d: `M${place(data.clean)} ${bottom}V${TOP}`,
      stroke: "currentColor",
      "stroke-dasharray": "2 4",
      "stroke-width": 2,
    });
    const noisy = svg("path", { stroke: "currentColor", "stroke-width": 3 });
    made.append(
      half(-1, 0, "second"),
      half(0, 1, "first"),
      group,
      line(place(0), TOP, place(0), bottom, { "stroke-width": 1.5 }),
      line(12, bottom, width - 12, bottom),
      clean,
      noisy,
    );
    made.append(...scaleMarks(place, bottom + 20));
    made.append(written(place(0), height - 4, `estimate of ⟨Z⟩ from ${many}`, "middle"));
    made.append(written(12, 14, `says ${names[1]}`, "start", { class: "strong", style: "fill: var(--qm-second)" }));
    made.append(
      written(width - 12, 14, `says ${names[0]}`, "end", { class: "strong", style: "fill: var(--qm-first)" }),
    );
    const [away, anchor] = data.clean > 0 ? [-6, "end"] : [6, "start"];
    made.append(written(place(data.clean) + away, TOP + 16, "without noise", anchor, halo));
    shots.replaceChildren(made);
    bars = { group, noisy, place, bottom };
  }

  function drawShots() {
    const { group, noisy, place, bottom } = bars;
    const z = levels[now].value;
    group.replaceChildren();
    noisy.setAttribute("d", z === null ? "" : `M${place(z)} ${bottom}V${bottom - 14}`);
    if (z === null) return;
    const wide = 2 / Math.min(n_shots, BINS);
    const sums = new Map();
    for (const [estimate, share] of binomial(z, n_shots)) {
      const at = n_shots > BINS ? (Math.floor(estimate / wide - 1e-9) + 0.5) * wide : estimate;
      sums.set(at, (sums.get(at) ?? 0) + share);
    }
    const most = Math.max(...sums.values());
    const room = bottom - TOP - 24;
    for (const [at, share] of sums) {
      const [x, long] = [Math.max(-1, at - wide / 2), (room * share) / most];
      if (long < 0.3) continue;
      const bar = svg("rect", {
        x: place(x) + 0.5,
        y: bottom - long,
        width: Math.max(1.5, place(Math.min(1, at + wide / 2)) - place(x) - 1),
        height: long,
        fill: sideOf(at),
      });
      bar.append(svg("title"));
      bar.firstChild.textContent = `estimates around ${fine(at)}: ${percent(share)}`;
      group.append(bar);
    }
  }

  function draw() {
    if (!parts || !bars) return;
    const level = levels[now];
    const { y, place, dots, rule, knob, label, hand, width } = parts;
    const x = place(level.infidelity);
    for (const end of ["x1", "x2"]) rule.setAttribute(end, x);
    knob.setAttribute("cx", x);
    dots.forEach((dot, i) => {
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y(i ? level.shots : level.accuracy));
    });
    const late = x > width - 90;
    label.setAttribute("x", x + (late ? -14 : 14));
    label.setAttribute("text-anchor", late ? "end" : "start");
    label.textContent = level.infidelity ? level.label : "no noise";
    hand.setAttribute("aria-valuenow", now);
    hand.setAttribute("aria-valuetext", `${label.textContent}: ${percent(level.shots)} right with ${many}`);
    const figure = (value, words, name) => {
      const made = document.createElement("span");
      made.className = name;
      made.append(Object.assign(document.createElement("b"), { textContent: value }), words);
      return made;
    };
    figures.replaceChildren(
      figure(percent(level.shots), `right with ${many}`, "first"),
      figure(percent(level.accuracy), "with unlimited shots", ""),
      figure(level.margin, "margin left", ""),
    );
    const z = level.value;
    const first = document.createElement("b");
    first.textContent = z === null ? "⟨Z⟩ = …" : `⟨Z⟩ = ${fine(z)}`;
    if (z !== null) first.style.color = sideOf(z);
    said.replaceChildren(
      first,
      document.createElement("br"),
      z === null ? "being computed" : `says ${truth}, which it is, in ${level.right}`,
    );
    shots.setAttribute(
      "aria-label",
      `Estimates of ⟨Z⟩ from ${many}, where ⟨Z⟩ is ${z === null ? "not known yet" : fine(z)}; without noise it is ${fine(data.clean)}.`,
    );
    drawShots();
  }

  function move(to) {
    const at = Math.min(Math.max(to, 0), levels.length - 1);
    if (at === now) return;
    now = at;
    draw();
  }
  const tell = () => levels[now].infidelity !== data.chosen && setTriggerValue("dragged", levels[now].infidelity);
  const nearest = (event) => {
    const box = curve.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * parts.width;
    const far = levels.map((level) => Math.abs(parts.place(level.infidelity) - x));
    return far.indexOf(Math.min(...far));
  };
  curve.onpointerdown = (event) => {
    curve.setPointerCapture(event.pointerId);
    dragging = true;
    move(nearest(event));
  };
  curve.onpointermove = (event) => dragging && move(nearest(event));
  curve.onpointerup = curve.onpointercancel = () => {
    if (dragging) tell();
    dragging = false;
  };
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) =>
    download(drawn(curve, data.paper), format, data.name),
  );
  onWidth(root, () => {
    build(curve.clientWidth);
    buildShots(shots.clientWidth);
    draw();
  });
}
