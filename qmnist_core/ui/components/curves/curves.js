// Accuracy, and below it loss, over the steps of one or several trainings. What is past the cursor is pale; a press
// moves the cursor, pointing reads the figures off.
const LEFT = 54,
  RIGHT = 8,
  TOP = 6,
  BOTTOM = 38,
  BETWEEN = 14,
  CEILING_IN_KEY = 0.94, // above it there is no room for its name
  DASHES = ["", "7 4", "2 3", "8 3 2 3", "14 4"],
  FLOORS = [0.4, 0.2, 0],
  TOPS = [0.5, 1, 1.5, 2, 3, 5, 10];

export default function ({ data, parentElement }) {
  const [root, key] = [".curves", ".key"].map((name) => parentElement.querySelector(name));
  const { lines, total, ceiling, height } = data;
  const main = lines.find((line) => line.reel) ?? lines[0];
  root.style.height = height + "px";
  if (!root.ariaLabel) root.ariaLabel = main.name; // until there is something to say of it
  if (lines.filter((line) => line.reel).length > 1) key.style.minHeight = "2.5em"; // their seeds come later
  let [width, parts, built] = [0, null, null];
  let pointed = null;

  const figures = (line) => (line.reel ? play.reels[line.reel] : line);
  function build() {
    const known = lines.filter((line) => figures(line));
    const all = (name, at) =>
      known.flatMap((line) => [
        ...figures(line)[name],
        ...(line.batches[at] ?? []),
        ...(line.fan?.[name][0] ?? []),
        ...(line.fan?.[name].at(-1) ?? []),
      ]);
    const low = Math.min(1, ...all("accuracy", 1));
    const floor = FLOORS.find((one) => one <= low) ?? 0;
    const most = Math.max(0, ...all("loss", 2));
    const top = TOPS.find((one) => one >= most) ?? most;
    const x = (step) => LEFT + ((width - LEFT - RIGHT) * step) / Math.max(1, total);
    const room = height - TOP - BOTTOM;
    const split = !data.with_accuracy ? TOP - BETWEEN : data.with_loss ? TOP + room * 0.6 : TOP + room;
    const rows = [];
    if (data.with_accuracy)
      rows.push({
        name: "accuracy",
        at: 1,
        y: (share) => split - ((split - TOP) * (share - floor)) / (1 - floor),
        from: TOP,
        to: split,
      });
    if (data.with_loss) {
      const [from, to] = [split + BETWEEN, height - BOTTOM];
      rows.push({ name: "loss", at: 2, y: (loss) => to - ((to - from) * Math.min(loss, top)) / top, from, to });
    }
    const made = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    const words = (...content) => made.append(written(...content));
    // Where the curve ends above it, below the line.
    const named = (y, found) => {
      const isBelow = found && found.accuracy.at(-1) > ceiling;
      const [x, anchor] = isBelow ? [width - RIGHT - 5, "end"] : [LEFT + 5, "start"];
      words(x, y + (isBelow ? 17 : -5), `${data.level} ${percent(ceiling)}`, anchor);
    };
    const level = (y, more) =>
      svg("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y, stroke: "currentColor", ...more });
    for (const { name, y } of rows) {
      const marks = name === "accuracy" ? [0, 0.2, 0.4, 0.6, 0.8, 1].filter((one) => one >= floor) : [0, top / 2, top];
      for (const mark of marks) {
        made.append(level(y(mark), { "stroke-opacity": 0.13 }));
        words(LEFT - 5, y(mark) + 5, name === "accuracy" ? `${Math.round(100 * mark)}\u00a0%` : String(mark), "end");
      }
      if (name === "accuracy" && ceiling !== null) {
        made.append(level(y(ceiling), { "stroke-dasharray": "6 4", "stroke-width": 1.5 }));
        if (ceiling < CEILING_IN_KEY) named(y(ceiling), main && figures(main));
      }
    }
    const ticks = [0, total / 3, (2 * total) / 3, total].map(Math.round);
    for (const step of new Set(ticks))
      words(x(step), height - BOTTOM + 16, counted(step), step === total ? "end" : step ? "middle" : "start");
    words(LEFT + (width - LEFT - RIGHT) / 2, height - 3, "training steps", "middle");
    for (const { name, y } of rows) for (const line of known) if (line.fan) made.append(...bands(line.fan, name, x, y));
    for (const { name, at, y } of rows) {
      for (const line of known) {
        const found = figures(line);
        const points = (steps, values) =>
          Array.from(steps, (step, i) => `${x(step).toFixed(1)},${y(values[i]).toFixed(1)}`).join(" ");
        const colour = line === main || line.reel ? "var(--qm-qnn)" : "currentColor";
        const look = { fill: "none", stroke: colour, "stroke-dasharray": DASHES[line.dash % DASHES.length] };
        if (line.batches[0])
          made.append(
            svg("polyline", { points: points(line.batches[0], line.batches[at]), ...look, "stroke-opacity": 0.55 }),
          );
        made.append(
          svg("polyline", {
            points: points(found.steps, found[name]),
            ...look,
            "stroke-width": line.reel ? 3 : 2,
            "stroke-opacity": line.reel ? 1 : 0.75,
          }),
        );
      }
    }
    const veil = svg("rect", {
      y: 0,
      height: height - BOTTOM,
      fill: "var(--st-background-color)",
      "fill-opacity": 0.55,
    });
    const hand = svg("line", { y1: 0, y2: height - BOTTOM, stroke: "currentColor", "stroke-width": 2 });
    const shown = known.filter((line) => line === main || line.reel);
    const dots = shown.map(() =>
      svg("circle", { r: 5, fill: "var(--qm-qnn)", stroke: "var(--st-background-color)", "stroke-width": 1.5 }),
    );
    made.append(veil, hand, ...dots);
    if (shown.length > 1) label(shown, rows, words);
    root.replaceChildren(made);
    parts = { x, rows, veil, hand, dots, shown };
  }
  // The trainings from all seeds, and darker the half of them in the middle.
  function bands(fan, name, x, y) {
    const edge = (values) => values.map((value, i) => `${x(fan.steps[i]).toFixed(1)},${y(value).toFixed(1)}`);
    const band = (low, high) => {
      const points = [...edge(fan[name][high]), ...edge(fan[name][low]).reverse()].join(" ");
      return svg("polygon", { points, fill: "var(--qm-qnn)", "fill-opacity": 0.16, class: "fan" });
    };
    return [band(0, 3), band(1, 2)];
  }
  // Where several trainings are played each has its name at its end: above the uppermost, below the others.
  function label(shown, rows, words) {
    for (const { name, y, from, to } of rows) {
      const ends = shown.map((line) => [y(figures(line)[name].at(-1)), line.name]);
      ends.sort(([one], [other]) => one - other);
      let last = 0;
      ends.forEach(([end, title], i) => {
        const above = i === 0 ? end - from > 20 : to - end < 22;
        last = Math.max(end + (above ? -7 : 18), last + 16);
        words(width - RIGHT - 6, last, title, "end");
      });
    }
  }
  // The last figures at or before a step.
  function at(line, step) {
    const found = figures(line);
    const i = play.frame(found, step);
    return found.steps[i] > step ? null : [found.accuracy[i], found.loss[i]];
  }
  // How far apart the seeds are at a step.
  function across(fan, step) {
    const i = play.frame(fan, step);
    const [low, , , high] = fan[data.with_accuracy ? "accuracy" : "loss"].map((values) => values[i]);
    const words = (value) => (data.with_accuracy ? (100 * value).toFixed(0) : value.toFixed(2));
    return `${fan.n} seeds ${words(low)}–${words(high)}${data.with_accuracy ? "\u00a0%" : ""}`;
  }
  function say(step) {
    const known = lines.filter((line) => figures(line));
    const names = known.map((line) => {
      const mark = svg(
        "svg",
        { viewBox: "0 0 26 8", "aria-hidden": "true" },
        svg("line", {
          x1: 0,
          x2: 26,
          y1: 4,
          y2: 4,
          stroke: line.reel ? "var(--qm-qnn)" : "currentColor",
          "stroke-width": line.reel ? 3 : 2,
          "stroke-dasharray": DASHES[line.dash % DASHES.length],
        }),
      );
      const one = document.createElement("span");
      const now = at(line, step);
      const seeds = now && line.fan ? ` · ${across(line.fan, step)}` : "";
      const figure = now && (data.with_accuracy ? percent(now[0]) : now[1].toFixed(3));
      one.append(mark, now ? `${line.name} ${figure}${seeds}` : line.name);
      return one;
    });
    const more = document.createElement("span");
    if (pointed !== null) more.textContent = `at step ${counted(step)}`;
    else if (!data.with_accuracy) more.textContent = "test loss";
    else if (ceiling !== null && ceiling >= CEILING_IN_KEY) more.textContent = `╍ ${data.level} ${percent(ceiling)}`;
    key.replaceChildren(...names, ...(more.textContent ? [more] : []));
  }
  function draw() {
    if (!width) return;
    const stamp = lines.map((line) => figures(line));
    if (!built || stamp.some((one, i) => one !== built[i])) {
      built = stamp;
      build();
    }
    const { x, rows, veil, hand, dots, shown } = parts;
    const now = x(Math.min(play.step, total));
    hand.setAttribute("x1", now);
    hand.setAttribute("x2", now);
    veil.setAttribute("x", now);
    veil.setAttribute("width", Math.max(0, width - RIGHT - now));
    const all = shown.map((line) => at(line, play.step));
    dots.forEach((dot, i) => {
      dot.setAttribute("visibility", all[i] ? "visible" : "hidden");
      if (!all[i]) return;
      dot.setAttribute("cx", now);
      dot.setAttribute("cy", rows[0].y(all[i][rows[0].at - 1]));
    });
    const said = shown.flatMap((line, i) =>
      all[i] ? `${line.name}: ${percent(all[i][0])} right, with a loss of ${all[i][1].toFixed(3)}` : [],
    );
    root.setAttribute(
      "aria-label",
      `Accuracy and loss over ${total} training steps; at step ${Math.round(play.step)} ${said.join("; ")}.${ceiling === null ? "" : ` The ${data.level} is ${percent(ceiling)}.`}`,
    );
    say(pointed ?? play.step);
  }
  const stepAt = (event) => {
    const box = root.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * width;
    return Math.round(Math.min(Math.max(((across - LEFT) / (width - LEFT - RIGHT)) * total, 0), total));
  };
  root.onpointerdown = (event) => {
    root.setPointerCapture(event.pointerId);
    play.set(stepAt(event));
  };
  root.onpointermove = (event) => {
    pointed = stepAt(event);
    if (event.buttons) play.set(pointed);
    else say(pointed);
  };
  root.onpointerleave = () => {
    pointed = null;
    draw();
  };
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) =>
    download(drawn(root, data.paper, [...key.children].map((one) => one.textContent).join("   ")), format, data.name),
  );
  onWidth(root, (now) => {
    width = now;
    built = null;
    play.follow(root, main?.reel || "main", draw);
    if (!main?.reel) draw();
  });
}
