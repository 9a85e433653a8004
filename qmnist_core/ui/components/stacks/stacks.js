// Three maps: 9×9 blocks for the first and the second layer, in each of them 3×3 cells for the third; 9×9 cells for two
// layers; 3×3 for one, which says where in a block a third layer is.
const GUTTER = [30, 22], // room for the layers' names, left and above
  WIDE = 600, // pixels, from which the small maps stand beside the large one
  BLOCK = 3, // more between two blocks than between two cells
  BESIDE = 14,
  SMALL = [146, 171], // of the maps beside it, at least and at most
  MOST_PITCH = 19, // of a cell and its gap: no higher than a projector's screen
  LINE = 23, // of the key
  PALEST = 0.1;

// From the ground over the network's violet to the text's colour, in the theme's colours.
function shade(share) {
  const t = PALEST + (1 - PALEST) * Math.max(0, Math.min(1, share));
  const [from, to, part] =
    t < 0.6
      ? ["var(--st-background-color)", "var(--qm-qnn)", t / 0.6]
      : ["var(--qm-qnn)", "var(--st-text-color)", (t - 0.6) / 0.6];
  return `color-mix(in srgb, ${to} ${(100 * part).toFixed(1)}%, ${from})`;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  const said = parentElement.querySelector(".said");
  const { layers, shown, scale, chosen, numbers, alike } = data;
  const n = layers.length;
  const placeOf = new Map(shown.map((stack, i) => [stack, i]));
  const best = new Set(data.best);
  const starts = [0, n, n + n * n]; // of the stacks of one, two and three layers
  const nameOf = (stack) => {
    const length = stack < starts[1] ? 1 : stack < starts[2] ? 2 : 3;
    const rest = stack - starts[length - 1];
    return Array.from({ length }, (_, i) => layers[Math.floor(rest / n ** (length - 1 - i)) % n]).join(" ");
  };
  const share = (number) => (number / data.whole) * 100;
  function words(stack) {
    const figures = data.figures[placeOf.get(stack)];
    const own = `${nameOf(stack)}: ${numbers[stack]} effective number${numbers[stack] === 1 ? "" : "s"}`;
    if (!figures) return `${own}\n${data.blind}`;
    const [mean, low, first, third, high] = figures.map((one) => share(one).toFixed(1));
    return `${own}\n${mean} % of the validation images right\nhalf of the seeds ${first} to ${third} %\nall of them ${low} to ${high} %`;
  }
  function cell(stack, x, y, side) {
    const at = placeOf.get(stack);
    const made = svg("rect", { x, y, width: side, height: side, class: "cell", "data-stack": stack });
    const parts = [made];
    if (at === undefined) {
      made.style.fill = "var(--st-background-color)";
      made.style.stroke = "var(--st-border-color)";
      const line = svg("path", { d: `M${x} ${y + side}L${x + side} ${y}`, "pointer-events": "none" });
      line.style.stroke = "var(--st-border-color)";
      parts.push(line);
    } else made.style.fill = shade((data.means[at] - scale[0]) / (scale[1] - scale[0]));
    if (best.has(stack)) {
      const [cx, cy] = side > 24 ? [x + side - 7, y + 7] : [x + side / 2, y + side / 2]; // a large cell has its name inside
      const dot = svg("circle", { cx, cy, r: Math.min(3.2, side / 5), "pointer-events": "none" });
      dot.style.fill = "var(--st-background-color)";
      parts.push(dot);
    }
    if (stack === chosen || (at !== undefined && alike[stack] === alike[chosen])) {
      const frame = svg("rect", { x, y, width: side, height: side, fill: "none", "pointer-events": "none" });
      frame.setAttribute("class", stack === chosen ? "chosen" : "alike");
      frame.style.stroke = "var(--st-text-color)";
      frame.style.strokeWidth = stack === chosen ? "3px" : "1.5px";
      marks.push(frame);
    }
    return parts;
  }
  let marks = [];

  function draw(width) {
    marks = [];
    const wide = width >= WIDE;
    const [left, top] = GUTTER;
    const between = wide ? BLOCK : 2;
    const free = width - left - (n - 1) * between - (wide ? BESIDE + SMALL[0] : 0);
    const pitch = Math.min(MOST_PITCH, Math.max(6, Math.floor(free / (3 * n))));
    const gap = pitch > 12 ? 1.5 : 1;
    const block = 3 * pitch + between;
    const big = n * block - between;
    const all = svg("g");
    layers.forEach((name, i) => {
      const middle = i * block + (3 * pitch) / 2;
      all.append(written(left - 6, top + middle + 5, name, "end"), written(left + middle, top - 6, name, "middle"));
    });
    for (let stack = starts[2]; stack < numbers.length; stack++) {
      const rest = stack - starts[2];
      const [first, second, third] = [Math.floor(rest / (n * n)), Math.floor(rest / n) % n, rest % n];
      const x = left + second * block + (third % 3) * pitch;
      const y = top + first * block + Math.floor(third / 3) * pitch;
      all.append(...cell(stack, x, y, pitch - gap));
    }
    const beside = Math.min(SMALL[1], width - left - big - BESIDE);
    const small = Math.floor(wide ? beside / n : (width - left) / 2.7 / n);
    const [x2, y2] = wide ? [left + big + BESIDE, top] : [left, top + big + 30];
    all.append(written(x2, y2 - 6, "two layers"));
    for (let stack = starts[1]; stack < Math.min(starts[2], numbers.length); stack++) {
      const [first, second] = [Math.floor((stack - starts[1]) / n), (stack - starts[1]) % n];
      all.append(...cell(stack, x2 + second * small, y2 + first * small, small - 1));
    }
    const one = 3 * small;
    const [x1, y1] = wide ? [x2, y2 + n * small + 34] : [x2 + n * small + 24, y2];
    all.append(written(x1, y1 - 6, "one layer"));
    layers.forEach((name, i) => {
      const [x, y] = [x1 + (i % 3) * one, y1 + Math.floor(i / 3) * one];
      all.append(...cell(i, x, y, one - 2));
      const label = written(x + one / 2 - 1, y + one / 2 + 4, name, "middle", { "pointer-events": "none" });
      label.style.paintOrder = "stroke";
      label.style.stroke = "var(--st-background-color)";
      label.style.strokeWidth = "3px";
      all.append(label);
    });
    const [xKey, yKey] = wide ? [x1, y1 + 3 * one + 26] : [left, y1 + n * small + 26];
    const columns = wide ? 1 : 2;
    all.append(key(xKey, yKey, wide ? n * small : width - left - 4, columns));
    all.append(...marks);
    const height = Math.ceil(Math.max(top + big, yKey + 40 + LINE * Math.ceil(3 / columns))) + 4;
    const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, all);
    root.replaceChildren(picture);
  }
  // What colours and marks mean.
  function key(x, y, width, columns) {
    const made = svg("g");
    const steps = 24;
    made.append(written(x, y - 6, "validation accuracy"));
    for (let i = 0; i < steps; i++) {
      const bar = svg("rect", { x: x + (i * width) / steps, y, width: width / steps + 0.5, height: 12 });
      bar.style.fill = shade(i / (steps - 1));
      made.append(bar);
    }
    const [low, high] = scale.map((one) => `${Math.round(100 * one)} %`);
    made.append(written(x, y + 28, `to ${low}`), written(x + width, y + 28, high, "end"));
    const lines = [
      [(x, at) => [mark(x, at, shade(0.8), true)], "the best, tested"],
      [
        (x, at) => {
          const line = svg("path", { d: `M${x} ${at + 13}L${x + 13} ${at}` });
          line.style.stroke = "var(--st-border-color)";
          return [mark(x, at, "var(--st-background-color)"), line];
        },
        "cannot see images",
      ],
      [
        (x, at) => {
          const frame = mark(x, at, "none");
          frame.style.stroke = "var(--st-text-color)";
          frame.style.strokeWidth = "1.5px";
          return [frame];
        },
        "like the chosen one",
      ],
    ];
    lines.forEach(([parts, text], i) => {
      const at = y + 40 + LINE * Math.floor(i / columns);
      const from = x + (i % columns) * (width / columns);
      made.append(...parts(from, at), written(from + 19, at + 12, text));
    });
    return made;
  }
  function mark(x, y, fill, dotted = false) {
    const made = svg("rect", { x, y, width: 13, height: 13 });
    made.style.fill = fill;
    if (!dotted) {
      made.style.stroke = "var(--st-border-color)";
      return made;
    }
    const dot = svg("circle", { cx: x + 6.5, cy: y + 6.5, r: 2.6 });
    dot.style.fill = "var(--st-background-color)";
    return svg("g", {}, made, dot);
  }
  root.onpointermove = root.onpointerdown = (event) => {
    const stack = event.target.dataset?.stack;
    said.hidden = stack === undefined;
    if (said.hidden) return;
    write(said, words(Number(stack)));
    const [place, box] = [root.getBoundingClientRect(), event.target.getBoundingClientRect()];
    const right = box.right - place.left + 8;
    const fits = right + said.offsetWidth <= place.width;
    said.style.left = `${fits ? right : Math.max(0, box.left - place.left - said.offsetWidth - 8)}px`;
    said.style.top = `${Math.min(box.top - place.top, place.height - said.offsetHeight)}px`;
  };
  root.onpointerleave = (event) => {
    if (event.pointerType !== "touch") said.hidden = true; // a finger leaves with every tap
  };
  root.onclick = (event) => {
    const stack = event.target.dataset?.stack;
    if (stack !== undefined) setTriggerValue("click", Number(stack));
  };
  root.setAttribute("aria-label", data.alt);
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) =>
    download(drawn(root, data.paper), format, data.name),
  );
  onWidth(root, draw);
}
